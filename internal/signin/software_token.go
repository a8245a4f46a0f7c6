package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// AssociateSoftwareToken hands out the secret of a new authenticator app to a user who stands at
// MFA_SETUP, and a new session in place of the one given.
func (s *Service) AssociateSoftwareToken(ctx context.Context, session string) (secretCode, newSession string, err error) {
	t, err := s.resumeSetup(ctx, session)
	if err != nil {
		return "", "", err
	}
	pending, err := mfa.NewSecret(s.Rand)
	if err != nil {
		return "", "", fmt.Errorf("draw a TOTP secret: %w", err)
	}
	t.attempt.PendingTOTP = pending
	t.attempt.Proved.EnrolledTOTP = false
	if err := s.renew(ctx, t); err != nil {
		return "", "", err
	}
	return mfa.SecretCode(pending), t.session, nil
}

// VerifySoftwareToken proves the authenticator app by its first code and gives it to the user. The
// new session answers MFA_SETUP.
func (s *Service) VerifySoftwareToken(ctx context.Context, session, code, name string) (newSession string, err error) {
	t, err := s.resumeSetup(ctx, session)
	if err != nil {
		return "", err
	}
	t.guard = userpool.WrongCode
	if err := s.checkLock(ctx, t, t.guard); err != nil {
		return "", err
	}
	app, err := mfa.Enrol(t.previous.PendingTOTP, code, name, s.Now())
	if err != nil {
		return "", s.refused(ctx, t, wrong(err))
	}
	err = t.change(func(u *userpool.User) error {
		// Of two set-ups under way the first to finish wins: a second one must not replace it.
		if u.TOTP != nil || len(mfa.Of(t.pool, u, t.attempt.Risk).SetUp) == 0 {
			return awserr.SessionInvalid()
		}
		u.TOTP, u.PendingTOTP = app, nil
		return nil
	})
	if err != nil {
		return "", err
	}
	t.attempt.Proved.EnrolledTOTP = true // of PendingTOTP, and no other
	if err := s.renew(ctx, t); err != nil {
		return "", err
	}
	return t.session, nil
}

// resumeSetup finds the attempt that stands at MFA_SETUP. The session is all that the caller shows:
// pool, client and user come from it.
func (s *Service) resumeSetup(ctx context.Context, session string) (*turn, error) {
	a, err := s.attempt(ctx, session, cognitoidp.ChallengeNameTypeMfaSetup)
	if err != nil {
		return nil, err
	}
	t := &turn{}
	err = s.Store.View(ctx, func(r store.Reader) error {
		if t.pool, err = r.Pool(ctx, a.PoolID); err != nil {
			return err
		}
		t.client, err = r.Client(ctx, a.ClientID)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.SessionInvalid()
	}
	if err != nil {
		return nil, fmt.Errorf("find pool and client of the attempt: %w", err)
	}
	if err := s.continueWith(ctx, t, a, awserr.SessionInvalid); err != nil {
		return nil, err
	}
	if !mfa.OnInPool(t.pool, userpool.FactorTOTP) {
		return nil, awserr.SoftwareTokenNotOnInPool()
	}
	if !a.Proved.EnrolledTOTP && !slices.Contains(mfa.Of(t.pool, t.user, a.Risk).SetUp, userpool.FactorTOTP) {
		return nil, awserr.SessionInvalid() // enrolled elsewhere in the meantime
	}
	return t, nil
}

// renew keeps the attempt at its challenge under a new session.
func (s *Service) renew(ctx context.Context, t *turn) (err error) {
	if t.session, err = s.newSession(); err != nil {
		return err
	}
	return s.keep(ctx, t)
}
