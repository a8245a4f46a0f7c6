package account

import (
	"context"
	"errors"
	"net/url"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// addLink gives the e-mail that brings the code of a sign-up its confirmation link. A pool that confirms by
// links (CONFIRM_WITH_LINK) needs pages for them to lead to; for others the link is there for the pool's
// CustomMessage function.
func (s *Service) addLink(ctx context.Context, p *userpool.Pool, client *userpool.Client, d *delivery) error {
	if d == nil || d.code.Attribute != userpool.AttrEmail || d.code.Purpose != userpool.CodeSignUp || !mayLink(p) {
		return nil
	}
	base, err := s.pages(ctx, p)
	if err != nil || base == "" {
		return err
	}
	d.link = base + "/confirmUser/?" +
		"client_id=" + url.QueryEscape(client.ID) +
		"&user_name=" + url.QueryEscape(d.code.Username) +
		"&confirmation_code=" + url.QueryEscape(d.text)
	return nil
}

// mayLink tells whether an e-mail of the pool may have a link: by its template, or by its function.
func mayLink(p *userpool.Pool) bool {
	functions := p.Settings.LambdaConfig
	return p.SendsLink() || functions != nil && functions.CustomMessage != nil
}

// pages is where the pages of a pool begin; "" if it has none, which is refused where it confirms by links.
func (s *Service) pages(ctx context.Context, p *userpool.Pool) (base string, err error) {
	if s.Pages != nil {
		if base, err = s.Pages(ctx, p); err != nil {
			return "", err
		}
	}
	if base == "" && p.SendsLink() {
		return "", awserr.LinkNeedsDomain()
	}
	return base, nil
}

// ErrConfirmed is in the refusal of ConfirmSignUp for somebody who is confirmed already: who follows a link a
// second time has no reason to worry.
var ErrConfirmed = errors.New("account: already confirmed")

// alreadyConfirmed is that refusal.
type alreadyConfirmed struct{ refusal error }

func (c alreadyConfirmed) Error() string   { return c.refusal.Error() }
func (c alreadyConfirmed) Unwrap() []error { return []error{c.refusal, ErrConfirmed} }

// notConfirmable refuses to confirm somebody who has another status than UNCONFIRMED.
func notConfirmable(status cognitoidp.UserStatusType) error {
	refusal := awserr.UserNotConfirmable(status)
	if status == cognitoidp.UserStatusTypeConfirmed {
		return alreadyConfirmed{refusal}
	}
	return refusal
}
