package account

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// NewImported makes a user of what a file says, by the rules of a user whom an administrator makes, but
// with every attribute that the pool requires: nobody is asked for it later. The user has no password and
// must set one, by a code to a verified address, so that one which the pool verifies has to be there.
func (s *Service) NewImported(p *userpool.Pool, in NewUser) (*userpool.User, error) {
	u, err := s.newUser(p, in)
	if err != nil {
		return nil, err
	}
	if err := checkValues(p, u.Attributes, p.RequiredAttributes()); err != nil {
		return nil, err
	}
	if err := checkInvited(p, u); err != nil {
		return nil, err
	}
	if !autoVerified(p, u) {
		return nil, awserr.ImportNotVerified()
	}
	u.Status = cognitoidp.UserStatusTypeResetRequired
	return u, nil
}

// autoVerified tells whether an address that the pool verifies is verified.
func autoVerified(p *userpool.Pool, u *userpool.User) bool {
	for _, attribute := range contacts {
		if p.AutoVerifies(attribute) && u.Verified(attribute) {
			return true
		}
	}
	return false
}

// KeepImported adds a user that NewImported made. UsernameExistsException: somebody has the username
// (where addresses are usernames, the address) already; AliasExistsException: another sign-in name.
func (s *Service) KeepImported(ctx context.Context, tx store.Tx, p *userpool.Pool, u *userpool.User) error {
	return s.create(ctx, tx, p, u, false, awserr.UserExists())
}
