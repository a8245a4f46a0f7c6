package account

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/mfa"
	"ostiary/internal/password"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// passwordRaces bounds how often a new password is made again because another was set meanwhile.
const passwordRaces = 5

// replacement is a new password and the act that brings it.
type replacement struct {
	pool      *userpool.Pool
	plaintext string
	temporary bool
	// byUser: the password must not be a known one, as the risk configuration for client has it.
	byUser bool
	client *userpool.Client
	// find finds the user; it answers the same refusals in View and Update.
	find func(store.Reader) (*userpool.User, error)
	// allow refuses before the new password is looked at; it may be costly. Nil allows.
	allow func(*userpool.User) error
	// then changes what else the act changes.
	then func(store.Tx, *userpool.User) error
}

// replace sets a password that fits policy and history. The verifiers are compared and made outside
// of the transaction, so they are done again if another password was set meanwhile.
func (s *Service) replace(ctx context.Context, r replacement) error {
	for range passwordRaces {
		var seen *userpool.User
		err := s.Store.View(ctx, func(reader store.Reader) (err error) {
			seen, err = r.find(reader)
			return err
		})
		if err != nil {
			return err
		}
		set, err := s.prepare(r, seen)
		if err != nil {
			return err
		}
		stale := false
		err = s.Store.Update(ctx, func(tx store.Tx) error {
			u, err := r.find(tx)
			if err != nil {
				return err
			}
			if stale = u.Sub != seen.Sub || !password.Same(u.Password, seen.Password); stale {
				return nil
			}
			password.Replace(r.pool, u, set)
			return s.keepPassword(ctx, tx, r, u)
		})
		if err != nil || !stale {
			return err
		}
	}
	return fmt.Errorf("set a password: lost %d races against others", passwordRaces)
}

func (s *Service) prepare(r replacement, u *userpool.User) (*userpool.Password, error) {
	if r.allow != nil {
		if err := r.allow(u); err != nil {
			return nil, err
		}
	}
	if err := password.Check(r.pool.PasswordPolicy(), r.plaintext); err != nil {
		return nil, err
	}
	if r.byUser {
		if err := s.Risk.RefuseKnown(r.pool, r.client, cognitoidp.EventFilterTypePasswordChange, r.plaintext); err != nil {
			return nil, err
		}
	}
	if password.Reused(r.pool, u, r.plaintext) {
		return nil, awserr.PasswordReused()
	}
	if r.temporary {
		return password.NewTemporary(s.Rand, r.pool, u.Username, r.plaintext, s.Now())
	}
	return password.New(s.Rand, r.pool, u.Username, r.plaintext, s.Now())
}

// keepPassword writes a user with a new password. Codes for resetting the old one and the lock after
// wrong guesses at it go.
func (s *Service) keepPassword(ctx context.Context, tx store.Tx, r replacement, u *userpool.User) error {
	if err := r.then(tx, u); err != nil {
		return err
	}
	if err := consumeCode(ctx, tx, u, userpool.CodeForgotPassword); err != nil {
		return err
	}
	err := tx.ClearFailures(ctx, r.pool.ID, r.pool.Fold(u.Username), userpool.WrongPassword)
	if err != nil {
		return fmt.Errorf("forget wrong passwords: %w", err)
	}
	return s.save(ctx, tx, r.pool, u)
}

// SetPassword gives a user a password in the name of an administrator: a permanent one confirms the
// user, a temporary one must be changed at the next sign-in.
func (s *Service) SetPassword(ctx context.Context, p *userpool.Pool, username, plaintext string, permanent bool) error {
	return s.replace(ctx, replacement{
		pool: p, plaintext: plaintext, temporary: !permanent,
		find: func(r store.Reader) (*userpool.User, error) { return mustFind(ctx, r, p, username) },
		then: func(tx store.Tx, u *userpool.User) error {
			u.Status = cognitoidp.UserStatusTypeConfirmed
			if !permanent {
				u.Status = cognitoidp.UserStatusTypeForceChangePassword
			}
			return consumeCode(ctx, tx, u, userpool.CodeSignUp)
		},
	})
}

// mustFind is find for administrators, who are told that nobody has the name.
func mustFind(ctx context.Context, r store.UserReader, p *userpool.Pool, username string) (*userpool.User, error) {
	u, err := find(ctx, r, p, username)
	if err == nil && u == nil {
		return nil, awserr.UserNotFound()
	}
	return u, err
}

// ChangePassword replaces the password of a signed-in user who knows the present one; one who has
// none, and only such a user, may leave it out.
func (s *Service) ChangePassword(ctx context.Context, p *userpool.Pool, client *userpool.Client, user *userpool.User, previous, proposed string) error {
	err := s.decide(ctx, func(tx store.Tx) (error, error) {
		return s.spend(ctx, tx, p, user.Username, changePassword)
	})
	if err != nil {
		return err
	}
	return s.replace(ctx, replacement{
		pool: p, plaintext: proposed, byUser: true, client: client,
		find: func(r store.Reader) (*userpool.User, error) {
			u, err := reload(ctx, r, p, user)
			if err != nil {
				return nil, err
			}
			return u, CheckActive(u)
		},
		allow: func(u *userpool.User) error {
			if u.Password != nil && !password.Matches(u.Password, p, u.Username, previous) ||
				u.Password == nil && previous != "" {
				return awserr.IncorrectUsernameOrPassword()
			}
			return nil
		},
		then: func(store.Tx, *userpool.User) error { return nil },
	})
}

// recoveryAttribute is where the code for a forgotten password goes: the first of the pool's recovery
// mechanisms for which the user has a verified address that is not a second factor as well. It
// refuses users who cannot recover theirs.
func recoveryAttribute(p *userpool.Pool, u *userpool.User) (string, error) {
	switch u.Status {
	case cognitoidp.UserStatusTypeConfirmed, cognitoidp.UserStatusTypeResetRequired, cognitoidp.UserStatusTypeUnconfirmed:
	default:
		return "", awserr.PasswordNotResettable()
	}
	for _, mechanism := range p.RecoveryMechanisms() {
		attribute, factor := userpool.AttrEmail, userpool.FactorEmail
		if mechanism == cognitoidp.RecoveryOptionNameTypeVerifiedPhoneNumber {
			attribute, factor = userpool.AttrPhoneNumber, userpool.FactorSMS
		}
		if u.Verified(attribute) && !isSecondFactor(p, u, factor) {
			return attribute, nil
		}
	}
	return "", tells(awserr.NoRecoveryContact())
}

// isSecondFactor tells whether a sign-in of u asks for f, or would if u preferred it: whoever has the
// address must not get past both. Where the pool requires MFA, a sign-in asks for what u never
// switched on too.
func isSecondFactor(p *userpool.Pool, u *userpool.User, f userpool.Factor) bool {
	active := p.MFA() != cognitoidp.UserPoolMfaTypeOff && mfa.OnInPool(p, f) && slices.Contains(mfa.Active(u), f)
	return active || slices.Contains(mfa.Of(p, u, "").Ask, f)
}

// checkSelfService refuses where only administrators recover accounts.
func checkSelfService(p *userpool.Pool) error {
	if slices.Contains(p.RecoveryMechanisms(), cognitoidp.RecoveryOptionNameTypeAdminOnly) {
		return awserr.RecoveryByAdminOnly()
	}
	return nil
}

// ForgotPassword sends a code by which a new password can be set. Somebody who is not in the pool may be
// brought from elsewhere for that.
func (s *Service) ForgotPassword(ctx context.Context, p *userpool.Pool, client *userpool.Client, username string) (*cognitoidp.CodeDeliveryDetailsType, error) {
	if err := checkSelfService(p); err != nil {
		return nil, err
	}
	if err := s.migrateForgotten(ctx, p, client, username); err != nil {
		return nil, err
	}
	choose := func(u *userpool.User) (string, error) {
		switch {
		case u == nil:
			return "", tells(awserr.UserOfClientNotFound())
		case !u.Enabled:
			return "", tells(awserr.UserDisabled())
		default:
			return recoveryAttribute(p, u)
		}
	}
	pretended := userpool.AttrEmail
	if first := p.RecoveryMechanisms()[0]; first == cognitoidp.RecoveryOptionNameTypeVerifiedPhoneNumber && !IsEmail(username) ||
		IsPhoneNumber(username) {
		pretended = userpool.AttrPhoneNumber
	}
	return s.sendCode(ctx, p, client, username, forgotPassword, userpool.CodeForgotPassword, message.ForgotPassword, choose, pretended)
}

// ConfirmForgotPassword sets a new password for a user who has the code of ForgotPassword or
// ResetPassword, confirms the user and ends all sessions: whoever used the lost password is out.
func (s *Service) ConfirmForgotPassword(ctx context.Context, p *userpool.Pool, client *userpool.Client, username, answer, proposed string) error {
	var user *userpool.User
	check := func(tx store.Tx) (refusal, err error) {
		u, err := find(ctx, tx, p, username)
		if err != nil {
			return nil, err
		}
		user = u
		key := codeName(p, u, username)
		switch {
		case u == nil:
			return s.hideCode(ctx, tx, p, client, key, userpool.CodeForgotPassword, awserr.UserOfClientNotFound(), answer)
		case !u.Enabled:
			return s.hideCode(ctx, tx, p, client, key, userpool.CodeForgotPassword, awserr.UserDisabled(), answer)
		case u.Status == cognitoidp.UserStatusTypeUnconfirmed && !u.Verified(userpool.AttrEmail) && !u.Verified(userpool.AttrPhoneNumber):
			return s.hideCode(ctx, tx, p, client, key, userpool.CodeForgotPassword, awserr.UserNotConfirmed(), answer)
		}
		code, refusal, err := s.checkCode(ctx, tx, p, u, key, userpool.CodeForgotPassword, answer)
		if err == nil && refusal == nil && u.Attributes[code.Attribute] != code.Value {
			refusal = awserr.CodeExpired() // the address was changed since
		}
		return refusal, err
	}
	var changed *userpool.User
	err := s.decide(ctx, func(tx store.Tx) (error, error) {
		u, err := find(ctx, tx, p, username)
		if err != nil {
			return nil, err
		}
		if over, err := s.spend(ctx, tx, p, codeName(p, u, username), confirmForgotPassword); over != nil || err != nil {
			return over, err
		}
		return check(tx)
	})
	if err != nil {
		return err
	}
	proved := user
	err = s.replace(ctx, replacement{
		pool: p, plaintext: proposed, byUser: true, client: client,
		find: func(r store.Reader) (*userpool.User, error) {
			u, err := reload(ctx, r, p, proved)
			if errors.Is(err, cognitoidp.UserNotFoundException) {
				return nil, awserr.CodeExpired()
			}
			return u, err
		},
		then: func(tx store.Tx, u *userpool.User) error {
			if refusal, err := check(tx); err != nil {
				return err
			} else if refusal != nil {
				return refusal
			}
			u.Status = cognitoidp.UserStatusTypeConfirmed
			u.RevokeTokens(s.Now())
			changed = u
			return consumeCode(ctx, tx, u, userpool.CodeSignUp)
		},
	})
	if err != nil {
		return err
	}
	return s.confirmed(ctx, trigger.ConfirmForgotPassword, p, client, changed)
}

// ResetPassword makes a user set a new password in the name of an administrator, and sends the code
// for it.
func (s *Service) ResetPassword(ctx context.Context, p *userpool.Pool, username string) error {
	if err := checkSelfService(p); err != nil {
		return err
	}
	choose := func(r store.Reader) (u *userpool.User, attribute string, err error) {
		if u, err = mustFind(ctx, r, p, username); err != nil {
			return nil, "", err
		}
		if u.Status == cognitoidp.UserStatusTypeUnconfirmed {
			return nil, "", awserr.PasswordNotResettable()
		}
		attribute, err = recoveryAttribute(p, u)
		var t telling
		if errors.As(err, &t) {
			err = t.refusal
		}
		return u, attribute, err
	}
	var u *userpool.User
	var attribute string
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		u, attribute, err = choose(r)
		return err
	})
	if err != nil {
		return err
	}
	d, err := s.newDelivery(p, u, userpool.CodeForgotPassword, attribute, u.Attributes[attribute], message.ForgotPassword)
	if err != nil {
		return err
	}
	var changed *userpool.User
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		now, attribute, err := choose(tx)
		if err != nil {
			return err
		}
		changed = now
		if now.Sub != u.Sub || now.Attributes[attribute] != d.code.Value {
			return awserr.NoRecoveryContact() // changed between two looks; trying again will do
		}
		now.Status = cognitoidp.UserStatusTypeResetRequired
		if err := putCode(ctx, tx, d); err != nil {
			return err
		}
		return s.save(ctx, tx, p, now)
	})
	if err != nil {
		return err
	}
	return s.sendDelivery(ctx, p, nil, changed, d)
}
