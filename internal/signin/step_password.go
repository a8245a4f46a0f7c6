package signin

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/password"
	"ostiary/internal/srp"
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

// madeUp is the user that an unknown name stands for where the client hides who exists: always the
// same for the same name, and with a password that nobody knows.
func (s *Service) madeUp(p *userpool.Pool, name string) *userpool.User {
	username := s.madeUpName(p, name)
	u := &userpool.User{
		PoolID:     p.ID,
		Username:   username,
		Status:     cognitoidp.UserStatusTypeConfirmed,
		Enabled:    true,
		Attributes: s.madeUpContacts(p, name),
		Password:   password.MadeUp(s.Secrets, p, username),
	}
	// What a first factor or a level is offered for: of users too, some have it and some have not.
	seed := s.Secrets.Hash("made-up factors", []byte(p.ID), []byte(username))
	u.MFA.WebAuthn = seed[0]%2 == 0
	if seed[1]%2 == 0 {
		u.TOTP = &userpool.TOTP{}
	}
	return u
}

// madeUpContacts are the addresses to which a made-up user's codes would go; a name that is an address
// is one of them.
func (s *Service) madeUpContacts(p *userpool.Pool, name string) map[string]string {
	seed := s.Secrets.Hash("pretended destination", []byte(p.ID), []byte(p.Fold(name)))
	email := fmt.Sprintf("%c@%c", 'a'+seed[0]%26, 'a'+seed[1]%26)
	if account.IsEmail(name) {
		email = name
	}
	phone := fmt.Sprintf("+1%010d", (int(seed[0])<<8|int(seed[1]))%10000)
	if account.IsPhoneNumber(name) {
		phone = name
	}
	return map[string]string{userpool.AttrEmail: email, userpool.AttrPhoneNumber: phone}
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
