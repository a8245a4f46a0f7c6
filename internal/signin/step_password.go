package signin

import (
	"github.com/google/uuid"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/password"
	"ostiary/internal/srp"
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
	username := s.madeUpName(p, name)
	return &userpool.User{
		PoolID:   p.ID,
		Username: username,
		Status:   cognitoidp.UserStatusTypeConfirmed,
		Enabled:  true,
		Password: password.MadeUp(s.Secrets, p, username),
	}
}

// madeUpName is the username of a made-up user. Who signs in by an alias is answered by another name,
// in such pools mostly a UUID.
func (s *Service) madeUpName(p *userpool.Pool, name string) string {
	if isUUID(name) || !couldBeAlias(p, name) {
		return p.Fold(name)
	}
	return srp.SimulatedID(s.Secrets.Hash("simulated username", []byte(p.ID)), p.Fold(name))
}

// couldBeAlias tells whether somebody of this name would have another username. In a pool with aliases
// a name of no alias's form is a username, which answers for itself.
func couldBeAlias(p *userpool.Pool, name string) bool {
	return len(p.Settings.UsernameAttributes) > 0 || p.HasAlias(userpool.AttrPreferredUsername) ||
		p.HasAlias(userpool.AttrEmail) && account.IsEmail(name) ||
		p.HasAlias(userpool.AttrPhoneNumber) && account.IsPhoneNumber(name)
}

// isUUID: a made-up name that comes back (USER_ID_FOR_SRP) stands for itself.
func isUUID(name string) bool {
	_, err := uuid.Parse(name)
	return err == nil
}
