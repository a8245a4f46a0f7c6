package signin

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/password"
	"ostiary/internal/srp"
	"ostiary/internal/userpool"
)

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
	// What a first factor, a second one or a level is offered for: of users too, some have it and some have not.
	seed := s.Secrets.Hash("made-up factors", []byte(p.ID), []byte(username))
	u.MFA.WebAuthn = seed[0]%2 == 0
	if seed[1]%2 == 0 {
		u.TOTP = &userpool.TOTP{}
		u.MFA.TOTP = seed[2]%2 == 0
	}
	return u
}

// madeUpContacts are the addresses to which a made-up user's codes would go; a name that is an address
// is one of them. An address that users of the pool may do without, some of those made up have not.
func (s *Service) madeUpContacts(p *userpool.Pool, name string) map[string]string {
	seed := s.Secrets.Hash("pretended destination", []byte(p.ID), []byte(p.Fold(name)))
	contacts := map[string]string{}
	add := func(attribute string, named, drawn bool, madeUp string) {
		switch {
		case named:
			contacts[attribute] = name
		case drawn, slices.Contains(p.RequiredAttributes(), attribute), len(p.Settings.UsernameAttributes) == 1 && p.UsernameIs(attribute):
			contacts[attribute] = madeUp
		}
	}
	add(userpool.AttrEmail, account.IsEmail(name), seed[2]%8 != 0, fmt.Sprintf("%c@%c", 'a'+seed[0]%26, 'a'+seed[1]%26))
	add(userpool.AttrPhoneNumber, account.IsPhoneNumber(name), seed[3]%2 == 0, fmt.Sprintf("+1%010d", (int(seed[0])<<8|int(seed[1]))%10000))
	return contacts
}

// NobodyName is the username by which nobody of the given name signs in.
func (s *Service) NobodyName(p *userpool.Pool, name string) string { return s.madeUpName(p, name) }

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
