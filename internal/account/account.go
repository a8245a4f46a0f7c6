package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/risk"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// Service changes accounts, for one call of an operation. It keeps no state of its own.
type Service struct {
	Store    store.Store
	Triggers *trigger.Service
	Messages message.Sender
	// ClientMetadata is what the caller of the operation passes on to the pool's functions.
	ClientMetadata map[string]string
	// Pages is where the pages of a pool begin, "" if it has none; nil if no pool has any.
	Pages   func(context.Context, *userpool.Pool) (string, error)
	Secrets *secret.Keyring
	// Risk knows compromised passwords; nil knows none.
	Risk *risk.Service
	Now  func() time.Time
	Rand io.Reader
}

// find finds the user whom a caller names by username, sub or alias; nil if nobody has that name.
// What comes out of a View is a copy that may be changed.
func find(ctx context.Context, r store.UserReader, p *userpool.Pool, name string) (*userpool.User, error) {
	u, err := store.FindUserOrSub(ctx, r, p, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find user: %w", err)
	}
	return copyOf(u), nil
}

// reload finds a user found before, or refuses if that one was deleted.
func reload(ctx context.Context, r store.UserReader, p *userpool.Pool, u *userpool.User) (*userpool.User, error) {
	now, err := r.User(ctx, p.ID, p.Fold(u.Username))
	if errors.Is(err, store.ErrNotFound) || err == nil && now.Sub != u.Sub {
		return nil, awserr.UserNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read user: %w", err)
	}
	return copyOf(now), nil
}

func copyOf(u *userpool.User) *userpool.User {
	c := *u
	c.Attributes, c.Pending = maps.Clone(u.Attributes), maps.Clone(u.Pending)
	if c.Attributes == nil {
		c.Attributes = map[string]string{}
	}
	return &c
}

// save keeps a changed user under all names by which it can be found now.
func (s *Service) save(ctx context.Context, tx store.Tx, p *userpool.Pool, u *userpool.User) error {
	p.Index(u)
	u.Modified = s.Now()
	if err := tx.SaveUser(ctx, u); err != nil {
		return fmt.Errorf("save user: %w", err)
	}
	return nil
}

// decide runs fn in one transaction. A refusal is answered after what fn wrote was committed, so that
// what was counted stays counted; an error undoes it.
func (s *Service) decide(ctx context.Context, fn func(tx store.Tx) (refusal, err error)) error {
	var refusal error
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		refusal, err = fn(tx)
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// CheckActive refuses a user who may not sign in or act: one who is disabled, or whose status does not
// let them.
func CheckActive(u *userpool.User) error {
	if !u.Enabled {
		return awserr.UserDisabled()
	}
	return CheckStatus(u)
}

// CheckStatus refuses a user who has to confirm the account or to set a new password first.
func CheckStatus(u *userpool.User) error {
	switch u.Status {
	case cognitoidp.UserStatusTypeUnconfirmed:
		return awserr.UserNotConfirmed()
	case cognitoidp.UserStatusTypeResetRequired:
		return awserr.PasswordResetRequired()
	default:
		return nil
	}
}

// mediumOf is how messages reach an attribute, email or phone_number.
func mediumOf(attribute string) cognitoidp.DeliveryMediumType {
	if attribute == userpool.AttrPhoneNumber {
		return cognitoidp.DeliveryMediumTypeSms
	}
	return cognitoidp.DeliveryMediumTypeEmail
}

// deliver has a message written and hands it over. Whatever was stored before stays.
func (s *Service) deliver(ctx context.Context, in message.Request) error {
	in.ClientMetadata = s.ClientMetadata
	m, err := message.Writer{Triggers: s.Triggers}.Write(ctx, in)
	if err != nil || m == nil {
		return err
	}
	if err := s.Messages.Send(ctx, *m); err != nil {
		return awserr.CodeDeliveryFailed()
	}
	return nil
}

// confirmed tells the pool's function of a user who is confirmed by now, whatever the function says.
func (s *Service) confirmed(ctx context.Context, source trigger.Source, p *userpool.Pool, client *userpool.Client, u *userpool.User) error {
	of := trigger.Subject{Pool: p, Client: client, User: u, Username: u.Username}
	return s.Triggers.PostConfirmation(ctx, source, of, s.ClientMetadata)
}
