package account

import (
	"context"
	"fmt"
	"strconv"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/password"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// NewUser is what is known of a user who is to be made.
type NewUser struct {
	Username   string
	Password   string // "" for none
	Attributes map[string]string
	// ValidationData is for the pool's PreSignUp function and is not kept.
	ValidationData map[string]string
}

// SignUp registers a user who came by an app client, and sends the code that will confirm the
// account. Details is where it went; nil if the pool verifies nothing that the user gave, or its PreSignUp
// function has confirmed the user at once.
func (s *Service) SignUp(ctx context.Context, p *userpool.Pool, client *userpool.Client, in NewUser) (u *userpool.User, details *cognitoidp.CodeDeliveryDetailsType, err error) {
	if !p.AllowsSignUp() {
		return nil, nil, awserr.SignUpNotPermitted()
	}
	if u, err = s.newUser(p, in); err != nil {
		return nil, nil, err
	}
	u.Status = cognitoidp.UserStatusTypeUnconfirmed
	if err := checkSignUp(p, client, u, in); err != nil {
		return nil, nil, err
	}
	if in.Password != "" {
		if err := s.Risk.RefuseKnown(p, client, cognitoidp.EventFilterTypeSignUp, in.Password); err != nil {
			return nil, nil, err
		}
	}
	err = s.Store.View(ctx, func(r store.Reader) error { return checkFree(ctx, r, p, u, awserr.UserExists()) })
	if err != nil {
		return nil, nil, err // told before the costly part
	}
	of := trigger.Subject{Pool: p, Client: client, Username: u.Username}
	verdict, err := s.Triggers.PreSignUp(ctx, trigger.SignUp, of, u.Attributes, in.ValidationData, s.ClientMetadata)
	if err != nil {
		return nil, nil, err
	}
	obey(verdict, u)

	if in.Password != "" {
		if u.Password, err = password.New(s.Rand, p, u.Username, in.Password, s.Now()); err != nil {
			return nil, nil, err
		}
	}
	var d *delivery
	if attribute := confirmedBy(p, u); attribute != "" && !verdict.Confirm {
		d, err = s.newDelivery(p, u, userpool.CodeSignUp, attribute, u.Attributes[attribute], message.SignUp)
		if err != nil {
			return nil, nil, err
		}
		if err := s.addLink(ctx, p, client, d); err != nil {
			return nil, nil, err
		}
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		// What the function vouches for goes to the new user, whoever had it before.
		err := s.create(ctx, tx, p, u, verdict.VerifyEmail || verdict.VerifyPhone, awserr.UserExists())
		if err != nil || d == nil {
			return err
		}
		if over, err := s.spendAddress(ctx, tx, p, d.code.Value); err != nil {
			return err
		} else if over {
			return awserr.AttemptLimitExceeded()
		}
		return putCode(ctx, tx, d)
	})
	switch {
	case err != nil:
		return u, nil, err
	case verdict.Confirm:
		return u, nil, s.confirmed(ctx, trigger.ConfirmSignUp, p, client, u)
	case d == nil:
		return u, nil, nil
	default:
		return u, d.details(), s.sendDelivery(ctx, p, client, u, d)
	}
}

// obey makes a new user what the pool's PreSignUp function has decided.
func obey(v trigger.SignUpVerdict, u *userpool.User) {
	for attribute, verified := range map[string]bool{userpool.AttrEmail: v.VerifyEmail, userpool.AttrPhoneNumber: v.VerifyPhone} {
		if u.Attributes[attribute] != "" {
			u.Attributes[attribute+"_verified"] = strconv.FormatBool(verified)
		}
	}
	if v.Confirm {
		u.Status = cognitoidp.UserStatusTypeConfirmed
	}
}

func putCode(ctx context.Context, tx store.Tx, d *delivery) error {
	if err := tx.PutCode(ctx, d.code); err != nil {
		return fmt.Errorf("keep confirmation code: %w", err)
	}
	return nil
}

// newUser makes an enabled user with a sub, a username and the attributes that have a value.
func (s *Service) newUser(p *userpool.Pool, in NewUser) (*userpool.User, error) {
	sub, err := secret.UUID(s.Rand)
	if err != nil {
		return nil, fmt.Errorf("make a sub: %w", err)
	}
	now := s.Now()
	u := &userpool.User{
		PoolID: p.ID, Sub: sub, Enabled: true, Attributes: map[string]string{}, Created: now, Modified: now,
	}
	for name, value := range in.Attributes {
		if value != "" {
			u.Attributes[name] = value
		}
	}
	return u, name(p, u, in.Username)
}

// checkSignUp checks password and attributes of a user who registers.
func checkSignUp(p *userpool.Pool, client *userpool.Client, u *userpool.User, in NewUser) error {
	if in.Password != "" {
		if err := password.Check(p.PasswordPolicy(), in.Password); err != nil {
			return err
		}
	} else if !p.Passwordless() {
		return awserr.PasswordRequired()
	}
	if err := checkValues(p, u.Attributes, p.RequiredAttributes()); err != nil {
		return err
	}
	if err := checkWritable(client, in.Attributes); err != nil {
		return err
	}
	if in.Password == "" && !reachable(p, u) {
		return awserr.PasswordlessNeedsContact()
	}
	if p.HasAlias(userpool.AttrPreferredUsername) && u.Attributes[userpool.AttrPreferredUsername] != "" {
		return awserr.PreferredUsernameAtSignUp()
	}
	return nil
}

// reachable tells whether a user without a password can get the codes to sign in by.
func reachable(p *userpool.Pool, u *userpool.User) bool {
	for _, factor := range p.FirstFactors() {
		if factor == cognitoidp.AuthFactorTypeEmailOtp && u.Attributes[userpool.AttrEmail] != "" ||
			factor == cognitoidp.AuthFactorTypeSmsOtp && u.Attributes[userpool.AttrPhoneNumber] != "" {
			return true
		}
	}
	return false
}

// confirmedBy is the attribute to which the code of a sign-up goes: the phone number before the
// e-mail address, of those that the pool verifies; "" if there is none.
func confirmedBy(p *userpool.Pool, u *userpool.User) string {
	for _, attribute := range []string{userpool.AttrPhoneNumber, userpool.AttrEmail} {
		if p.AutoVerifies(attribute) && u.Attributes[attribute] != "" {
			return attribute
		}
	}
	return ""
}

// ResendCode sends a new code for a sign-up that waits to be confirmed.
func (s *Service) ResendCode(ctx context.Context, p *userpool.Pool, client *userpool.Client, name string) (*cognitoidp.CodeDeliveryDetailsType, error) {
	if !p.AutoVerifies(userpool.AttrEmail) && !p.AutoVerifies(userpool.AttrPhoneNumber) {
		return nil, awserr.AutoVerificationOff()
	}
	choose := func(u *userpool.User) (string, error) {
		switch {
		case u == nil:
			return "", tells(awserr.UserOfClientNotFound())
		case !u.Enabled:
			return "", tells(awserr.UserDisabled())
		case u.Status != cognitoidp.UserStatusTypeUnconfirmed:
			return "", awserr.UserAlreadyConfirmed()
		case confirmedBy(p, u) == "":
			return "", tells(awserr.NoContactToConfirm())
		default:
			return confirmedBy(p, u), nil
		}
	}
	pretended := userpool.AttrEmail
	if p.AutoVerifies(userpool.AttrPhoneNumber) && (!p.AutoVerifies(userpool.AttrEmail) || IsPhoneNumber(name)) {
		pretended = userpool.AttrPhoneNumber
	}
	return s.sendCode(ctx, p, client, name, resendCode, userpool.CodeSignUp, message.ResendCode, choose, pretended)
}

// sendCode sends a code to somebody who is not signed in. Choose names the attribute it goes to, or
// refuses; from a client that hides users what tells is hidden behind details that lead nowhere.
func (s *Service) sendCode(
	ctx context.Context, p *userpool.Pool, client *userpool.Client, username string,
	a act, purpose userpool.CodePurpose, why message.Trigger,
	choose func(*userpool.User) (attribute string, refusal error), pretended string,
) (*cognitoidp.CodeDeliveryDetailsType, error) {
	var u *userpool.User
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		u, err = find(ctx, r, p, username)
		return err
	})
	if err != nil {
		return nil, err
	}
	pretend := false
	attribute, refusal := choose(u)
	refusal = hide(client, refusal, func() error { pretend, attribute = true, pretended; return nil })
	if refusal == nil && attribute == userpool.AttrEmail && purpose == userpool.CodeSignUp { // told to everybody alike
		if _, err := s.pages(ctx, p); err != nil {
			return nil, err
		}
	}

	var d *delivery
	var code *userpool.Code
	switch {
	case pretend:
		code, err = s.pretendedCode(p, codeName(p, u, username), purpose)
	case refusal == nil:
		if d, err = s.newDelivery(p, u, purpose, attribute, u.Attributes[attribute], why); err == nil {
			code, err = d.code, s.addLink(ctx, p, client, d)
		}
	}
	if err != nil {
		return nil, err
	}
	muted := false
	err = s.decide(ctx, func(tx store.Tx) (error, error) {
		if over, err := s.spend(ctx, tx, p, codeName(p, u, username), a); over != nil || err != nil {
			return over, err
		}
		if refusal != nil {
			return refusal, nil
		}
		if purpose == userpool.CodeSignUp { // the codes for passwords go to addresses that are verified
			address := "nobody " + codeName(p, u, username) // no address has a space
			if d != nil {
				address = d.code.Value
			}
			var err error
			if muted, err = s.spendAddress(ctx, tx, p, address); err != nil {
				return nil, err
			}
			switch {
			case muted && client.HidesUsers(): // nobody's address would not have been sent so many
				return nil, nil
			case muted:
				return awserr.AttemptLimitExceeded(), nil
			}
		}
		if d != nil { // the address must still be the user's
			now, err := reload(ctx, tx, p, u)
			if err != nil {
				return nil, err
			}
			if still, refusal := choose(now); refusal != nil || still != attribute || now.Attributes[still] != d.code.Value {
				return awserr.CodeExpired(), nil
			}
		}
		if err := tx.PutCode(ctx, code); err != nil {
			return nil, fmt.Errorf("keep confirmation code: %w", err)
		}
		return nil, nil
	})
	switch {
	case err != nil:
		return nil, err
	case d == nil:
		s.pretendDelivery(ctx, p, client, u, username, pretended, code.Expires, why)
		return s.pretendedDetails(p, username, pretended), nil
	}
	if muted {
		s.pretendDelivery(ctx, p, client, u, username, attribute, code.Expires, why)
		return d.details(), nil
	}
	if err := s.sendDelivery(ctx, p, client, u, d); err != nil && !client.HidesUsers() { // nobody else's would fail
		return nil, err
	}
	return d.details(), nil
}

// ConfirmSignUp confirms an account by the code that was sent, and takes it as proof that the address
// is the user's. Force moves an alias from whoever has it. It answers the confirmed user and the attribute
// to which the code went. If the pool's PostConfirmation function fails, the user is confirmed all the same.
func (s *Service) ConfirmSignUp(
	ctx context.Context, p *userpool.Pool, client *userpool.Client, username, answer string, force bool,
) (confirmed *userpool.User, attribute string, err error) {
	err = s.decide(ctx, func(tx store.Tx) (error, error) {
		u, err := find(ctx, tx, p, username)
		if err != nil {
			return nil, err
		}
		key := codeName(p, u, username)
		if over, err := s.spend(ctx, tx, p, key, confirmSignUp); over != nil || err != nil {
			return over, err
		}
		switch {
		case u == nil:
			return s.hideCode(ctx, tx, p, client, key, userpool.CodeSignUp, awserr.UserOfClientNotFound(), answer)
		case !u.Enabled:
			return s.hideCode(ctx, tx, p, client, key, userpool.CodeSignUp, awserr.UserDisabled(), answer)
		case u.Status != cognitoidp.UserStatusTypeUnconfirmed:
			return notConfirmable(u.Status), nil
		}
		code, refusal, err := s.checkCode(ctx, tx, p, u, key, userpool.CodeSignUp, answer)
		if refusal != nil || err != nil {
			return refusal, err
		}
		if u.Attributes[code.Attribute] != code.Value {
			return awserr.CodeExpired(), nil // the address was changed since
		}
		u.Attributes[code.Attribute+"_verified"] = "true"
		confirmed, attribute = u, code.Attribute
		return nil, s.confirm(ctx, tx, p, u, force)
	})
	if err != nil {
		return nil, "", err
	}
	return confirmed, attribute, s.confirmed(ctx, trigger.ConfirmSignUp, p, client, confirmed)
}

// hideCode refuses as tells says, or from a client that hides users as a wrong code is refused.
func (s *Service) hideCode(ctx context.Context, tx store.Tx, p *userpool.Pool, client *userpool.Client, key string, purpose userpool.CodePurpose, refusal error, answer string) (error, error) {
	var err error
	refusal = hide(client, tells(refusal), func() (as error) {
		_, as, err = s.checkCode(ctx, tx, p, nil, key, purpose, answer)
		return as
	})
	return refusal, err
}

// confirm makes an account usable.
func (s *Service) confirm(ctx context.Context, tx store.Tx, p *userpool.Pool, u *userpool.User, force bool) error {
	u.Status = cognitoidp.UserStatusTypeConfirmed
	p.Index(u)
	if err := s.claim(ctx, tx, p, u, force, awserr.AliasExists); err != nil {
		return err
	}
	if err := consumeCode(ctx, tx, u, userpool.CodeSignUp); err != nil {
		return err
	}
	return s.save(ctx, tx, p, u)
}

// AdminConfirmSignUp confirms an account without a code; nothing is verified.
func (s *Service) AdminConfirmSignUp(ctx context.Context, p *userpool.Pool, username string) error {
	var confirmed *userpool.User
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := find(ctx, tx, p, username)
		switch {
		case err != nil:
			return err
		case u == nil:
			return awserr.UserNotFound()
		case u.Status != cognitoidp.UserStatusTypeUnconfirmed:
			return awserr.UserNotConfirmable(u.Status)
		}
		confirmed = u
		return s.confirm(ctx, tx, p, u, false)
	})
	if err != nil {
		return err
	}
	return s.confirmed(ctx, trigger.ConfirmSignUp, p, nil, confirmed)
}
