package account

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Imported is a user of a file.
type Imported struct {
	NewUser
	MFA bool // cognito:mfa_enabled: codes are asked for at sign-in
}

// NewImported makes a user of what a file says, by the rules of a user whom an administrator makes, but
// with every attribute that the pool requires: nobody is asked for it later. The user has no password and
// must set one, by a code to a verified address, so that one which the pool verifies has to be there.
func (s *Service) NewImported(p *userpool.Pool, in Imported) (*userpool.User, error) {
	u, err := s.newUser(p, in.NewUser)
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
	return u, checkMFAFlag(p, u, in.MFA)
}

// checkMFAFlag refuses a flag that contradicts the pool's MFA, and switches a factor on for a user who
// wants one.
func checkMFAFlag(p *userpool.Pool, u *userpool.User, wanted bool) error {
	switch mode := p.MFA(); {
	case mode == cognitoidp.UserPoolMfaTypeOn && !wanted:
		return awserr.ImportMFAFlag("true, for the user pool requires MFA")
	case mode == cognitoidp.UserPoolMfaTypeOff && wanted:
		return awserr.ImportMFAFlag("false, for MFA is off in the user pool")
	case wanted && !enableMFA(p, u) && mode != cognitoidp.UserPoolMfaTypeOn: // where it is on, one is set up at sign-in
		return awserr.ImportMFAFlag("false, for the user has no address to which the user pool sends MFA codes")
	}
	return nil
}

// enableMFA switches on the first factor by message that the user can be asked for, rather one that leaves
// another address for the code to set a password by: no address serves both.
func enableMFA(p *userpool.Pool, u *userpool.User) bool {
	changes := []mfa.Change{
		{SMS: &cognitoidp.SMSMfaSettingsType{Enabled: new(true)}}, {Email: &cognitoidp.EmailMfaSettingsType{Enabled: new(true)}},
	}
	before := u.MFA
	for _, change := range changes {
		u.MFA = before
		if change.Apply(p, u) == nil {
			if _, err := recoveryAttribute(p, u); err == nil {
				return true
			}
		}
	}
	for _, change := range changes {
		u.MFA = before
		if change.Apply(p, u) == nil {
			return true
		}
	}
	return false
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
