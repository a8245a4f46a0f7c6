package signin

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// What the sessions of a sign-up wait for. No challenge has such a name, so that nothing else takes them.
const (
	// signingUp: the user has signed up; ConfirmSignUp may be handed the session.
	signingUp cognitoidp.ChallengeNameType = "SIGN_UP"
	// signedUp: the user has confirmed the sign-up by a code; InitiateAuth takes the session for it.
	signedUp cognitoidp.ChallengeNameType = "CONFIRMED_SIGN_UP"
)

// SigningUp answers the session of a user who has just signed up and may go on to sign in (USER_AUTH);
// none where the client does not have that flow.
func (s *Service) SigningUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, user *userpool.User) (string, error) {
	return s.signUpSession(ctx, pool, client, user, signingUp, nil)
}

// SignedUp answers the session by which a user who has just confirmed a sign-up, by a code sent to
// attribute, signs in without another proof (USER_AUTH); none where the client does not have that flow.
func (s *Service) SignedUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, user *userpool.User, attribute string) (string, error) {
	method := userpool.MethodEmail
	if attribute == userpool.AttrPhoneNumber {
		method = userpool.MethodSMS
	}
	return s.signUpSession(ctx, pool, client, user, signedUp, []userpool.Method{method})
}

// signUpSession keeps a session that has shown what methods prove; none for a user who is gone by now, as
// another may have the name.
func (s *Service) signUpSession(
	ctx context.Context, pool *userpool.Pool, client *userpool.Client, user *userpool.User,
	waitsFor cognitoidp.ChallengeNameType, methods []userpool.Method,
) (string, error) {
	if !client.Allows(cognitoidp.AuthFlowTypeUserAuth, false) {
		return "", nil
	}
	event, err := secret.UUID(s.Rand)
	if err != nil {
		return "", fmt.Errorf("draw an event id: %w", err)
	}
	session, err := s.newSession()
	if err != nil {
		return "", err
	}
	now := s.Now()
	a := &userpool.Attempt{
		ID: s.hash(waitsFor, session), PoolID: pool.ID, ClientID: client.ID, Username: user.Username,
		Flow: cognitoidp.AuthFlowTypeUserAuth, Challenge: waitsFor, PasswordSet: passwordSet(user), SignedOut: user.TokensRevoked,
		Proved: userpool.Proofs{FirstFactor: len(methods) > 0}, Methods: methods, EventID: event,
		Created: now, Expires: now.Add(client.AttemptLifetime()),
	}
	gone := false
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		now, err := tx.User(ctx, pool.ID, pool.Fold(user.Username))
		if gone = errors.Is(err, store.ErrNotFound) || err == nil && now.Sub != user.Sub; gone {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.CreateAttempt(ctx, a)
	})
	if err != nil {
		return "", fmt.Errorf("keep the session of a sign-up: %w", err)
	}
	if gone {
		return "", nil
	}
	return session, nil
}

// CheckSigningUp refuses a session that SignUp did not hand out to the named user of the client, or too
// long ago.
func (s *Service) CheckSigningUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username, session string) error {
	t := &turn{pool: pool, client: client, answers: map[string]string{"USERNAME": username}}
	return s.resumeSignUp(ctx, t, session, signingUp)
}

// resumeSignedUp finds the attempt of a user who has just confirmed a sign-up and signs in for the first
// time. Whoever has been signed in meanwhile, or out, proves themselves as always.
func (s *Service) resumeSignedUp(ctx context.Context, t *turn, session string) error {
	if err := s.resumeSignUp(ctx, t, session, signedUp); err != nil {
		return err
	}
	var earlier []*userpool.TokenSession
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		q := store.SessionsOf(t.user, s.Now())
		q.Limit = 1
		earlier, err = r.TokenSessions(ctx, q)
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("look for earlier sign-ins: %w", err)
	case len(earlier) > 0:
		return awserr.SessionInvalid()
	default:
		return nil
	}
}

// resumeSignUp finds the attempt of a sign-up.
func (s *Service) resumeSignUp(ctx context.Context, t *turn, session string, waitsFor cognitoidp.ChallengeNameType) error {
	a, err := s.attempt(ctx, session, waitsFor)
	if err != nil {
		return err
	}
	if a.PoolID != t.pool.ID || a.ClientID != t.client.ID {
		return awserr.SessionInvalid()
	}
	t.answered = session
	return s.continueWith(ctx, t, a, awserr.SessionInvalid)
}
