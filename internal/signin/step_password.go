package signin

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/password"
	"ostiary/internal/userpool"
)

// checkPassword tests a password sent in plain against the same verifier that SRP uses.
func (s *Service) checkPassword(_ context.Context, t *turn) error {
	if t.attempt.FirstFactor == "" { // not asked for, but chosen by being answered
		if err := choose(t, cognitoidp.ChallengeNameTypePassword); err != nil {
			return err
		}
	}
	matches := password.Matches(s.passwordOf(t), t.pool, t.user.Username, t.answers["PASSWORD"])
	if !matches || t.user.Password == nil || t.attempt.Simulated {
		return wrong(awserr.IncorrectUsernameOrPassword())
	}
	return s.passwordProved(t)
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
