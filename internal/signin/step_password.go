package signin

import (
	"ostiary/internal/awserr"
	"ostiary/internal/password"
	"ostiary/internal/userpool"
)

// checkPassword tests a password sent in plain (USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH) against
// the same verifier that SRP uses.
func (s *Service) checkPassword(t *turn) error {
	matches := password.Matches(t.user.Password, t.pool, t.user.Username, t.answers["PASSWORD"])
	if !matches || t.attempt.Simulated {
		return wrong(awserr.IncorrectUsernameOrPassword())
	}
	return s.passwordProved(t)
}

// passwordProved records the first factor, unless the password was temporary and its time is over.
func (s *Service) passwordProved(t *turn) error {
	p := t.user.Password
	if p.Temporary && !p.Expires.IsZero() && !s.Now().Before(p.Expires) {
		return awserr.TemporaryPasswordExpired()
	}
	t.attempt.Proved.FirstFactor = true
	return nil
}

// madeUp is the user that an unknown name stands for where the client hides who exists: always the
// same for the same name, and with a password that nobody knows.
func (s *Service) madeUp(p *userpool.Pool, name string) *userpool.User {
	username := name
	if len(p.Settings.UsernameAttributes)+len(p.Settings.AliasAttributes) > 0 {
		username = s.madeUpID(p, name)
	}
	return &userpool.User{
		PoolID:   p.ID,
		Username: username,
		Status:   "CONFIRMED",
		Enabled:  true,
		Password: password.MadeUp(s.Secrets, p, username),
	}
}
