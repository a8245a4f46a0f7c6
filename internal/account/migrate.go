package account

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/password"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// Migration is somebody whom nobody in the pool is called like.
type Migration struct {
	Username string // as typed
	Password string // as typed; "" if a password was forgotten
	// ValidationData is what InitiateAuth passes on to the function.
	ValidationData map[string]string
	// Allow, unless nil, may refuse once the function has brought a user: guesses made at once may have
	// locked the name by then.
	Allow func() error
}

// NotMigratedError is why nobody was brought: the function has refused, or what it has brought cannot be made
// a user. It tells that nobody in the pool has the name.
type NotMigratedError struct{ Refusal error }

func (e *NotMigratedError) Error() string { return e.Refusal.Error() }
func (e *NotMigratedError) Unwrap() error { return e.Refusal }

// Migrate has the pool's UserMigration function bring a user and makes that user, without PreSignUp, with the
// password typed if the function says that it is right (CONFIRMED); otherwise a new one has to be set
// (RESET_REQUIRED). It answers nil if the function has brought nobody. What a function refuses is a
// *NotMigratedError.
func (s *Service) Migrate(ctx context.Context, p *userpool.Pool, client *userpool.Client, source trigger.Source, in Migration) (*userpool.User, error) {
	of := trigger.Subject{Pool: p, Client: client, Username: in.Username}
	brought, err := s.Triggers.UserMigration(ctx, source, of, trigger.Migration{
		Password: in.Password, ValidationData: in.ValidationData, ClientMetadata: s.ClientMetadata,
	})
	switch {
	case errors.Is(err, cognitoidp.UserLambdaValidationException):
		return nil, &NotMigratedError{err}
	case err != nil || brought == nil:
		return nil, err
	}
	if in.Allow != nil {
		if err := in.Allow(); err != nil {
			return nil, err
		}
	}
	u, err := s.settle(ctx, p, client, in, brought)
	var refusal *cognitoidp.Error
	if errors.As(err, &refusal) {
		// Of two sign-ins at once one makes the user; the other finds it.
		if now, err := s.signsInAs(ctx, p, in.Username); now != nil || err != nil {
			return now, err
		}
		return nil, &NotMigratedError{awserr.MigrationRefused(client.ID)}
	}
	if err != nil {
		return nil, err
	}
	addresses, err := invitationAddresses(u, Invitation{Suppress: brought.SuppressMessage, Mediums: brought.Mediums})
	if err != nil {
		return nil, err // checked by settle
	}
	return u, s.invite(ctx, p, client, u, addresses, "")
}

// signsInAs is the user who signs in by a name, nil if nobody does.
func (s *Service) signsInAs(ctx context.Context, p *userpool.Pool, name string) (u *userpool.User, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		u, err = store.FindUser(ctx, r, p, name)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("find a user made by another sign-in: %w", err)
	default:
		return copyOf(u), nil
	}
}

// lookUp is the user whom a caller without a signature names, nil if there is none.
func (s *Service) lookUp(ctx context.Context, p *userpool.Pool, name string) (u *userpool.User, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		u, err = find(ctx, r, p, name)
		return err
	})
	return u, err
}

// settle makes the user whom a function has brought.
func (s *Service) settle(ctx context.Context, p *userpool.Pool, client *userpool.Client, in Migration, brought *trigger.Migrated) (*userpool.User, error) {
	username, attributes, err := broughtName(p, in.Username, brought.Attributes)
	if err != nil {
		return nil, err
	}
	u, err := s.newUser(p, NewUser{Username: username, Attributes: attributes})
	if err != nil {
		return nil, err
	}
	if err := checkInvited(p, u); err != nil {
		return nil, err
	}
	if len(MissingRequired(p, u)) > 0 {
		return nil, awserr.MigrationRefused(client.ID)
	}
	if _, err := invitationAddresses(u, Invitation{Suppress: brought.SuppressMessage, Mediums: brought.Mediums}); err != nil {
		return nil, err
	}
	if brought.EnableSMSMFA {
		if p.MFA() == cognitoidp.UserPoolMfaTypeOff || !mfa.OnInPool(p, userpool.FactorSMS) || u.Attributes[userpool.AttrPhoneNumber] == "" {
			return nil, awserr.MigrationRefused(client.ID)
		}
		u.MFA.SMS = true
	}
	u.Status = cognitoidp.UserStatusTypeResetRequired
	if brought.Confirmed && in.Password != "" {
		u.Status = cognitoidp.UserStatusTypeConfirmed
		// It was good enough elsewhere, so the policy is not asked.
		if u.Password, err = password.New(s.Rand, p, u.Username, in.Password, s.Now()); err != nil {
			return nil, err
		}
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		return s.create(ctx, tx, p, u, brought.ForceAlias, awserr.UserExists())
	})
	if err != nil {
		return nil, fmt.Errorf("make a user brought from elsewhere: %w", err)
	}
	return u, nil
}

// broughtName is the username of a user whom a function has brought, and the attributes without it: the
// attribute username, which is only for somebody who has typed an alias, or what was typed. Where e-mail
// addresses or phone numbers are usernames, one of the attributes has to be what was typed.
func broughtName(p *userpool.Pool, typed string, brought map[string]string) (username string, attributes map[string]string, err error) {
	attributes = maps.Clone(brought)
	username, named := attributes["username"]
	delete(attributes, "username")
	for name, value := range attributes {
		if schema := p.SchemaAttribute(name); schema != nil && schema.AttributeDataType == cognitoidp.AttributeDataTypeBoolean {
			attributes[name] = strings.ToLower(value)
		}
	}
	byAttribute, alias := false, false
	for _, name := range []string{userpool.AttrEmail, userpool.AttrPhoneNumber, userpool.AttrPreferredUsername} {
		if attributes[name] != "" && p.Fold(attributes[name]) == p.Fold(typed) {
			byAttribute = byAttribute || p.UsernameIs(name)
			alias = alias || p.HasAlias(name)
		}
	}
	switch hasUsernameAttributes := len(p.Settings.UsernameAttributes) > 0; {
	case hasUsernameAttributes && !byAttribute:
		return "", nil, awserr.UsernameNotContact(p.UsernameIs(userpool.AttrEmail), p.UsernameIs(userpool.AttrPhoneNumber))
	case !named || p.Fold(username) == p.Fold(typed):
		return typed, attributes, nil
	case hasUsernameAttributes || !alias || username == "":
		return "", nil, awserr.UserExists() // as any other name that cannot be given
	default:
		return username, attributes, nil
	}
}

// migrateForgotten brings somebody who has forgotten the password and is not in the pool, if the pool's
// function has such a user. Where the client hides who exists, a refusal of the function's is as if it had
// brought nobody.
func (s *Service) migrateForgotten(ctx context.Context, p *userpool.Pool, client *userpool.Client, name string) error {
	if !trigger.HasUserMigration(p) {
		return nil
	}
	u, err := s.lookUp(ctx, p, name)
	if err != nil || u != nil {
		return err
	}
	err = s.decide(ctx, func(tx store.Tx) (error, error) { // names are tried out elsewhere by it
		return s.spend(ctx, tx, p, codeName(p, nil, name), migrate)
	})
	if err != nil {
		return err
	}
	_, err = s.Migrate(ctx, p, client, trigger.MigrateAtForgotPassword, Migration{Username: name})
	var refused *NotMigratedError
	if errors.As(err, &refused) && client.HidesUsers() {
		return nil
	}
	return err
}
