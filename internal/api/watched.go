package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// watched runs an act outside of a sign-in that threat protection looks at: from a blocked address it is refused,
// and otherwise its risk is weighed and kept as an event of the user's, but leads to nothing. A wrong password
// is an event, too; other refusals tell nothing of who asks. The username is read once the act is done.
func (s *Service) watched(
	ctx context.Context, kind cognitoidp.EventType, p *userpool.Pool, client *userpool.Client, username *string, do func() error,
) error {
	guard, err := s.Risk.Admit(ctx, risk.Act{
		Type: kind, Pool: p, Client: client, Caller: token.CallerOf(ctx).For(client),
	})
	if err != nil {
		return err
	}
	done := do()
	n := risk.Note{Response: cognitoidp.EventResponseTypePass}
	switch {
	case guard == nil:
		return done
	case kind == cognitoidp.EventTypePasswordChange && errors.Is(done, cognitoidp.NotAuthorizedException):
		n = risk.Note{Response: cognitoidp.EventResponseTypeFail, Challenge: cognitoidp.ChallengeNamePassword}
	case done != nil:
		return done
	}
	of, err := s.subjectOf(ctx, p, *username)
	if err != nil {
		return errors.Join(done, err)
	}
	guard.Keep(ctx, of, n)
	return done
}

// subjectOf is whom an event concerns: nobody, if nobody has the name.
func (s *Service) subjectOf(ctx context.Context, p *userpool.Pool, username string) (risk.Subject, error) {
	id, err := secret.UUID(s.Rand)
	if err != nil {
		return risk.Subject{}, fmt.Errorf("draw an event id: %w", err)
	}
	of := risk.Subject{EventID: id}
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		of.User, err = store.FindUserOrSub(ctx, r, p, username)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		of.Nobody, of.User, err = true, &userpool.User{PoolID: p.ID, Username: p.Fold(username)}, nil
	}
	if err != nil {
		return risk.Subject{}, fmt.Errorf("find user: %w", err)
	}
	return of, nil
}
