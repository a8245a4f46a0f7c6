package signin

import (
	"context"
	"errors"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/password"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// checkPassword tests a password sent in plain against the same verifier that SRP uses.
func (s *Service) checkPassword(ctx context.Context, t *turn) error {
	if t.attempt.FirstFactor == "" { // not asked for, but chosen by being answered
		if err := choose(t, cognitoidp.ChallengeNameTypePassword); err != nil {
			return err
		}
	}
	matches := password.Matches(s.passwordOf(t), t.pool, t.user.Username, t.answers["PASSWORD"])
	if !matches || t.user.Password == nil || t.attempt.Simulated {
		return wrong(awserr.IncorrectUsernameOrPassword())
	}
	if err := s.refuseKnown(ctx, t); err != nil {
		return err
	}
	return s.passwordProved(t)
}

// refuseKnown looks a right password up among those that others have had in their hands. Where it must not be
// used the user has to reset it; a temporary one is about to be replaced anyway.
func (s *Service) refuseKnown(ctx context.Context, t *turn) error {
	known, block := s.Risk.Compromised(t.pool, t.client, cognitoidp.EventFilterTypeSignIn, t.answers["PASSWORD"])
	t.compromised = known
	if !block || t.user.Password.Temporary {
		return nil
	}
	if err := s.checkLock(ctx, t, t.guard); err != nil { // a lock hides which password is right
		return err
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := tx.User(ctx, t.pool.ID, t.pool.Fold(t.user.Username))
		if errors.Is(err, store.ErrNotFound) || err == nil && (u.Sub != t.user.Sub || !stands(t.started(), u)) {
			return awserr.IncorrectUsernameOrPassword()
		}
		if err != nil {
			return err
		}
		u.Status, u.Modified = cognitoidp.UserStatusTypeResetRequired, s.Now()
		return tx.SaveUser(ctx, u)
	})
	if err != nil {
		return err
	}
	return awserr.PasswordResetRequired()
}

// sendPassword asks for a password in plain (ADMIN_NO_SRP_AUTH, where DefineAuthChallenge names it).
func (s *Service) sendPassword(_ context.Context, t *turn, _ facts) error {
	t.params["USERNAME"] = t.user.Username
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// passwordOf is the verifier that the user's answer is held against: one that nobody knows the password
// of for a user who has none.
func (s *Service) passwordOf(t *turn) *userpool.Password {
	if t.user.Password == nil {
		return password.MadeUp(s.Secrets, t.pool, t.user.Username)
	}
	return t.user.Password
}

// passwordProved records the proof, unless the password was temporary and its time is over.
func (s *Service) passwordProved(t *turn) error {
	p := t.user.Password
	if p.Temporary && !p.Expires.IsZero() && !s.Now().Before(p.Expires) {
		return awserr.TemporaryPasswordExpired()
	}
	t.provePassword()
	return nil
}

// provePassword records a right password. In CUSTOM_AUTH it is a round of several.
func (t *turn) provePassword() {
	challenge := t.attempt.FirstFactor
	t.attempt.Proved.Password = true
	t.attempt.Proved.FirstFactor = t.attempt.Flow != cognitoidp.AuthFlowTypeCustomAuth
	t.prove(userpool.MethodPassword)
	t.endRound(challenge, true, "")
}
