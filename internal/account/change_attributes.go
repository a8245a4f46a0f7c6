package account

import (
	"context"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// contacts are the attributes that messages reach and codes verify.
var contacts = []string{userpool.AttrEmail, userpool.AttrPhoneNumber}

// UpdateAttributes sets attributes of a user, and deletes those whose new value is empty. A new e-mail
// address or phone number that the pool verifies is sent a code; details tells where codes went. User
// is one found before. Client is the app client that asks, nil for an administrator, who may write
// everything and say what is verified.
func (s *Service) UpdateAttributes(ctx context.Context, p *userpool.Pool, client *userpool.Client, user *userpool.User, given map[string]string) (details []cognitoidp.CodeDeliveryDetailsType, err error) {
	if client != nil {
		if err := checkWritable(client, given); err != nil {
			return nil, err
		}
	}
	if err := checkChange(p, given); err != nil {
		return nil, err
	}
	possible := map[string]*delivery{} // which are needed shows in the transaction
	for _, attribute := range contacts {
		if value := given[attribute]; value != "" {
			possible[attribute], err = s.newDelivery(p, user, verifies(attribute), attribute, value, message.UpdateUserAttribute)
			if err != nil {
				return nil, err
			}
		}
	}
	var needed []string
	var changed *userpool.User
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := reload(ctx, tx, p, user)
		if err != nil {
			return err
		}
		changed = u
		if client != nil {
			if err := CheckActive(u); err != nil {
				return err
			}
		}
		if needed, err = apply(p, u, given); err != nil {
			return err
		}
		if client != nil && len(needed) > 0 { // else an account could send messages to anybody without end
			if over, err := s.spend(ctx, tx, p, u.Username, changeAddress); err != nil {
				return err
			} else if over != nil {
				return awserr.RateExceeded() // the operation has no LimitExceededException
			}
			for _, attribute := range needed {
				if over, err := s.spendAddress(ctx, tx, p, given[attribute]); err != nil {
					return err
				} else if over {
					return awserr.RateExceeded()
				}
			}
		}
		return s.keepAttributes(ctx, tx, p, u, given, needed, possible)
	})
	if err != nil {
		return nil, err
	}
	details = []cognitoidp.CodeDeliveryDetailsType{}
	for _, attribute := range needed {
		d := possible[attribute]
		if err := s.sendDelivery(ctx, p, client, changed, d); err != nil {
			return nil, err
		}
		details = append(details, *d.details())
	}
	return details, nil
}

// keepAttributes writes a user with changed attributes, and the codes for what needs verification. A
// code for an address that is no longer in question goes.
func (s *Service) keepAttributes(ctx context.Context, tx store.Tx, p *userpool.Pool, u *userpool.User, given map[string]string, needed []string, deliveries map[string]*delivery) error {
	p.Index(u)
	if err := s.claim(ctx, tx, p, u, false, awserr.AliasExists); err != nil {
		return err
	}
	for _, attribute := range contacts {
		if _, changed := given[attribute]; !changed {
			continue
		}
		if slices.Contains(needed, attribute) {
			if err := putCode(ctx, tx, deliveries[attribute]); err != nil {
				return err
			}
		} else if err := consumeCode(ctx, tx, u, verifies(attribute)); err != nil {
			return err
		}
	}
	return s.save(ctx, tx, p, u)
}

func verifies(attribute string) userpool.CodePurpose {
	if attribute == userpool.AttrPhoneNumber {
		return userpool.CodeVerifyPhone
	}
	return userpool.CodeVerifyEmail
}

// apply changes the attributes of u and tells which contacts need to be verified by a code.
func apply(p *userpool.Pool, u *userpool.User, given map[string]string) (needed []string, err error) {
	for name, value := range given {
		switch name {
		case userpool.AttrEmail, userpool.AttrPhoneNumber, userpool.AttrEmailVerified, userpool.AttrPhoneNumberVerified:
		default:
			set(u, name, value)
		}
	}
	for _, attribute := range contacts {
		value, changed := given[attribute]
		if changed && applyContact(p, u, attribute, value, given[attribute+"_verified"] == "true") {
			needed = append(needed, attribute)
		}
		verified, flagged := given[attribute+"_verified"]
		if !flagged {
			continue
		}
		if verified == "true" && u.Attributes[attribute] == "" {
			return nil, awserr.VerifiedWithoutValue(attribute)
		}
		set(u, attribute+"_verified", verified)
	}
	return needed, checkStillNamed(p, u, given)
}

func set(u *userpool.User, name, value string) {
	if value == "" {
		delete(u.Attributes, name)
		return
	}
	u.Attributes[name] = value
}

// applyContact changes an e-mail address or phone number and tells whether a code is to verify it. A
// value that must be verified first (AttributesRequireVerificationBeforeUpdate) waits beside the old
// one, unless an administrator vouches for it.
func applyContact(p *userpool.Pool, u *userpool.User, attribute, value string, vouched bool) (needsCode bool) {
	delete(u.Pending, attribute)
	switch {
	case value == "":
		delete(u.Attributes, attribute)
		delete(u.Attributes, attribute+"_verified")
		return false
	case value == u.Attributes[attribute]:
		return false
	case p.VerifiesBeforeUpdate(attribute) && !vouched:
		if u.Pending == nil {
			u.Pending = map[string]string{}
		}
		u.Pending[attribute] = value
		return true
	default:
		u.Attributes[attribute] = value
		u.Attributes[attribute+"_verified"] = "false"
		return p.AutoVerifies(attribute) && !vouched
	}
}

// checkStillNamed refuses to take away the last e-mail address or phone number that names a user.
func checkStillNamed(p *userpool.Pool, u *userpool.User, given map[string]string) error {
	deleted := ""
	for _, a := range p.Settings.UsernameAttributes {
		if u.Attributes[string(a)] != "" {
			return nil
		}
		if value, ok := given[string(a)]; ok && value == "" {
			deleted = string(a)
		}
	}
	if deleted != "" {
		return awserr.LastSignInAttribute(deleted)
	}
	return nil
}

// SendVerification sends a signed-in user a code for an e-mail address or phone number: the one that
// waits to replace another, or else the present one.
func (s *Service) SendVerification(ctx context.Context, p *userpool.Pool, client *userpool.Client, user *userpool.User, attribute string) (*cognitoidp.CodeDeliveryDetailsType, error) {
	if !slices.Contains(contacts, attribute) {
		return nil, awserr.AttributeNotVerifiable(attribute)
	}
	address := func(u *userpool.User) string {
		if pending := u.Pending[attribute]; pending != "" {
			return pending
		}
		return u.Attributes[attribute]
	}
	d, err := s.newDelivery(p, user, verifies(attribute), attribute, address(user), message.VerifyUserAttribute)
	if err != nil {
		return nil, err
	}
	err = s.decide(ctx, func(tx store.Tx) (error, error) {
		u, err := reload(ctx, tx, p, user)
		if err != nil {
			return nil, err
		}
		if err := CheckActive(u); err != nil {
			return err, nil
		}
		if over, err := s.spend(ctx, tx, p, u.Username, sendVerification); over != nil || err != nil {
			return over, err
		}
		if address(u) == "" || address(u) != d.code.Value {
			return awserr.NothingToVerify(attribute), nil
		}
		if over, err := s.spendAddress(ctx, tx, p, d.code.Value); err != nil {
			return nil, err
		} else if over {
			return awserr.AttemptLimitExceeded(), nil
		}
		return nil, putCode(ctx, tx, d)
	})
	if err != nil {
		return nil, err
	}
	return d.details(), s.sendDelivery(ctx, p, client, user, d)
}

// Verify takes a code as proof that an e-mail address or phone number is the user's, and puts a value
// that waited for it in place.
func (s *Service) Verify(ctx context.Context, p *userpool.Pool, user *userpool.User, attribute, answer string) error {
	if !slices.Contains(contacts, attribute) {
		return awserr.AttributeNotVerifiable(attribute)
	}
	return s.decide(ctx, func(tx store.Tx) (error, error) {
		u, err := reload(ctx, tx, p, user)
		if err != nil {
			return nil, err
		}
		if err := CheckActive(u); err != nil {
			return err, nil
		}
		if over, err := s.spend(ctx, tx, p, u.Username, verifyAttribute); over != nil || err != nil {
			return over, err
		}
		code, refusal, err := s.checkCode(ctx, tx, p, u, u.Username, verifies(attribute), answer)
		if refusal != nil || err != nil {
			return refusal, err
		}
		if code.Value != u.Attributes[attribute] && code.Value != u.Pending[attribute] {
			return awserr.CodeExpired(), nil // the address was changed since
		}
		if code.Value == u.Pending[attribute] {
			delete(u.Pending, attribute)
		}
		u.Attributes[attribute] = code.Value
		u.Attributes[attribute+"_verified"] = "true"
		p.Index(u)
		if err := s.claim(ctx, tx, p, u, false, awserr.AliasExists); err != nil {
			return nil, err
		}
		if err := consumeCode(ctx, tx, u, verifies(attribute)); err != nil {
			return nil, err
		}
		return nil, s.save(ctx, tx, p, u)
	})
}
