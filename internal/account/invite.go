package account

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/password"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// Invitation is a user whom an administrator makes. A Password is temporary.
type Invitation struct {
	NewUser
	Force    bool // move verified aliases from whoever has them
	Suppress bool // send no message
	Mediums  []cognitoidp.DeliveryMediumType
}

// Invite makes a user, unless the pool's PreSignUp function refuses, and sends the temporary password. Where users can sign in without one, a user
// for whom none was given gets none and is confirmed at once.
func (s *Service) Invite(ctx context.Context, p *userpool.Pool, in Invitation) (*userpool.User, error) {
	u, err := s.newUser(p, in.NewUser)
	if err != nil {
		return nil, err
	}
	if err := checkInvited(p, u); err != nil {
		return nil, err
	}
	addresses, err := invitationAddresses(u, in)
	if err != nil {
		return nil, err
	}
	err = s.Store.View(ctx, func(r store.Reader) error { return checkFree(ctx, r, p, u, awserr.UserAccountExists()) })
	if err != nil {
		return nil, err
	}
	of := trigger.Subject{Pool: p, Username: u.Username}
	if _, err := s.Triggers.PreSignUp(ctx, trigger.AdminCreateUser, of, u.Attributes, in.ValidationData, s.ClientMetadata); err != nil {
		return nil, err
	}

	u.Status = cognitoidp.UserStatusTypeForceChangePassword
	plaintext := in.Password
	if plaintext == "" && p.Passwordless() {
		if !reachable(p, u) {
			return nil, awserr.PasswordlessNeedsContact()
		}
		u.Status = cognitoidp.UserStatusTypeConfirmed
	} else if plaintext, u.Password, err = s.temporary(p, u, plaintext); err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		return s.create(ctx, tx, p, u, in.Force, awserr.UserAccountExists())
	})
	if err != nil {
		return nil, err
	}
	return u, s.invite(ctx, p, nil, u, addresses, plaintext)
}

// ResendInvitation gives an invited user a new temporary password and sends it.
func (s *Service) ResendInvitation(ctx context.Context, p *userpool.Pool, in Invitation) (*userpool.User, error) {
	var u *userpool.User
	check := func(r store.UserReader) (err error) {
		u, err = find(ctx, r, p, in.Username)
		switch {
		case err != nil:
			return err
		case u == nil:
			return awserr.UserNotFound()
		case u.Status != cognitoidp.UserStatusTypeForceChangePassword:
			return awserr.ResendNotPossible(in.Username)
		default:
			return nil
		}
	}
	if err := s.Store.View(ctx, func(r store.Reader) error { return check(r) }); err != nil {
		return nil, err
	}
	addresses, err := invitationAddresses(u, in)
	if err != nil {
		return nil, err
	}
	plaintext, set, err := s.temporary(p, u, in.Password)
	if err != nil {
		return nil, err
	}
	sub := u.Sub
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		if u.Sub != sub { // deleted and made again meanwhile; the verifier is for the other
			return awserr.UserNotFound()
		}
		u.Password = set // never signed in with, so it is no history
		return s.save(ctx, tx, p, u)
	})
	if err != nil {
		return nil, err
	}
	return u, s.invite(ctx, p, nil, u, addresses, plaintext)
}

// temporary makes a temporary password, drawing one if none was given.
func (s *Service) temporary(p *userpool.Pool, u *userpool.User, plaintext string) (string, *userpool.Password, error) {
	policy := p.PasswordPolicy()
	if plaintext == "" {
		drawn, err := password.Generate(s.Rand, policy)
		if err != nil {
			return "", nil, err
		}
		plaintext = drawn
	} else if err := password.Check(policy, plaintext); err != nil {
		return "", nil, err
	}
	set, err := password.NewTemporary(s.Rand, p, u.Username, plaintext, s.Now())
	return plaintext, set, err
}

// checkInvited checks the attributes of a user whom an administrator makes. Required ones may be
// missing: the user is asked for them at the first sign-in.
func checkInvited(p *userpool.Pool, u *userpool.User) error {
	for _, name := range []string{userpool.AttrSub, userpool.AttrIdentities} {
		if u.Attributes[name] != "" {
			return awserr.AttributesRefused(item(name, awserr.AttributeIsImmutable))
		}
	}
	if err := checkValues(p, u.Attributes, nil); err != nil {
		return err
	}
	for _, attribute := range []string{userpool.AttrEmail, userpool.AttrPhoneNumber} {
		if u.Attributes[attribute+"_verified"] == "true" && u.Attributes[attribute] == "" {
			return awserr.VerifiedWithoutValue(attribute)
		}
	}
	return nil
}

// invitationAddresses are the attributes to which an invitation goes. DesiredDeliveryMediums must all
// have an address. Without it SMS is tried, and a user without a phone number gets no message.
func invitationAddresses(u *userpool.User, in Invitation) ([]string, error) {
	if in.Suppress {
		return nil, nil
	}
	attributes := []string{}
	add := func(medium cognitoidp.DeliveryMediumType, attribute string, asked bool) error {
		switch {
		case u.Attributes[attribute] != "":
			attributes = append(attributes, attribute)
		case asked:
			return awserr.InvitationNeedsContact(medium, attribute)
		}
		return nil
	}
	if len(in.Mediums) == 0 {
		err := add(cognitoidp.DeliveryMediumTypeSms, userpool.AttrPhoneNumber, false)
		return attributes, err
	}
	for _, attribute := range []string{userpool.AttrEmail, userpool.AttrPhoneNumber} {
		for _, medium := range in.Mediums {
			if medium == mediumOf(attribute) {
				if err := add(medium, attribute, true); err != nil {
					return nil, err
				}
				break // a medium named twice sends one message
			}
		}
	}
	return attributes, nil
}

// invite sends an invitation to each of the user's addresses.
func (s *Service) invite(ctx context.Context, p *userpool.Pool, client *userpool.Client, u *userpool.User, addresses []string, plaintext string) error {
	for _, attribute := range addresses {
		err := s.deliver(ctx, message.Request{
			Pool: p, Client: client, User: u, Trigger: message.AdminCreateUser,
			Medium: mediumOf(attribute), Destination: u.Attributes[attribute], Code: plaintext,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
