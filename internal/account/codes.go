package account

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	// codeDigits is the length of a confirmation code.
	codeDigits = 6
	// codeTries is how many wrong answers a code survives. The limit per hour comes on top.
	codeTries = 15
)

// codeLife is how long a code of each purpose works.
func codeLife(purpose userpool.CodePurpose) time.Duration {
	if purpose == userpool.CodeForgotPassword {
		return time.Hour
	}
	return 24 * time.Hour
}

// act is what a user may do only so often within an hour.
type act string

const (
	confirmSignUp         act = "ConfirmSignUp"
	resendCode            act = "ResendConfirmationCode"
	forgotPassword        act = "ForgotPassword"
	confirmForgotPassword act = "ConfirmForgotPassword"
	changePassword        act = "ChangePassword"
	sendVerification      act = "GetUserAttributeVerificationCode"
	verifyAttribute       act = "VerifyUserAttribute"
	changeAddress         act = "UpdateUserAttributes" // to an address that is sent a code
	migrate               act = "UserMigration"        // asked for by ForgotPassword
)

// perHour are the limits of the service. Those of forgotten passwords are given as 5 to 20,
// depending on risk; for changed addresses it has none, and this one is ours.
func (a act) perHour() int {
	switch a {
	case confirmSignUp, verifyAttribute:
		return 15
	case confirmForgotPassword, changeAddress:
		return 10
	default:
		return 5
	}
}

// spend counts one use of an act and tells whether there was one left. Name is a stored username, or
// the folded name of nobody.
func (s *Service) spend(ctx context.Context, tx store.Tx, p *userpool.Pool, name string, a act) (refusal, err error) {
	used, err := tx.Spend(ctx, p.ID, name, string(a), time.Hour, s.Now())
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", a, err)
	}
	if used > a.perHour() {
		return awserr.AttemptLimitExceeded(), nil
	}
	return nil, nil
}

// codesToAddress is how many codes an address that nobody has verified is sent within an hour, by whatever
// names of a pool: otherwise somebody could sign up any number of times with the address of somebody else.
const codesToAddress = 50 // enough for an office, a family, a test

// spendAddress is SpendAddress.
func (s *Service) spendAddress(ctx context.Context, tx store.Tx, p *userpool.Pool, address string) (over bool, err error) {
	return SpendAddress(ctx, tx, s.Secrets, p, address, s.Now())
}

// SpendAddress counts a code that is to go to an address, and tells whether it is one too many.
func SpendAddress(ctx context.Context, tx store.Tx, secrets *secret.Keyring, p *userpool.Pool, address string, now time.Time) (over bool, err error) {
	name := hex.EncodeToString(secrets.Hash("address of codes", []byte(p.ID), []byte(mailbox(address))))
	used, err := tx.Spend(ctx, p.ID, name, "CodesToAddress", time.Hour, now)
	if err != nil {
		return false, fmt.Errorf("count codes to an address: %w", err)
	}
	return used > codesToAddress, nil
}

// mailbox is what all forms of an address have in common by which, as a rule, they reach the same person:
// capital letters, and what follows a plus sign (RFC 5233), make no difference.
func mailbox(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address // a phone number
	}
	local, _, _ := strings.Cut(address[:at], "+")
	return strings.ToLower(local + address[at:])
}

// codeName is the name under which codes and limits are kept: of nobody the folded name.
func codeName(p *userpool.Pool, u *userpool.User, name string) string {
	if u == nil {
		return p.Fold(name)
	}
	return u.Username
}

// delivery is a code to be kept, and what the message that brings it is about.
type delivery struct {
	code *userpool.Code
	text string // the code itself
	link string // that brings the code back; "" for none
	why  message.Trigger
}

// newDelivery draws a code for an address of a user.
func (s *Service) newDelivery(p *userpool.Pool, u *userpool.User, purpose userpool.CodePurpose, attribute, address string, why message.Trigger) (*delivery, error) {
	text, err := secret.Digits(s.Rand, codeDigits)
	if err != nil {
		return nil, fmt.Errorf("draw a confirmation code: %w", err)
	}
	now := s.Now()
	return &delivery{
		code: &userpool.Code{
			PoolID: p.ID, Username: u.Username, Purpose: purpose, Hash: s.hashCode(p, u, purpose, text),
			Attribute: attribute, Value: address, Created: now, Expires: now.Add(codeLife(purpose)),
		},
		text: text, why: why,
	}, nil
}

// hashCode binds a code to its user: a later user of the same name has another sub.
func (s *Service) hashCode(p *userpool.Pool, u *userpool.User, purpose userpool.CodePurpose, text string) []byte {
	return s.Secrets.Hash("confirmation code", []byte(p.ID), []byte(u.Sub), []byte(purpose), []byte(text))
}

// details is where the code went.
func (d *delivery) details() *cognitoidp.CodeDeliveryDetailsType {
	return deliveryDetails(d.code.Attribute, message.Mask(mediumOf(d.code.Attribute), d.code.Value))
}

// sendDelivery sends the message of a delivery that was kept. U is the user as stored by then.
func (s *Service) sendDelivery(ctx context.Context, p *userpool.Pool, client *userpool.Client, u *userpool.User, d *delivery) error {
	return s.deliver(ctx, message.Request{
		Pool: p, Client: client, User: u, Trigger: d.why, Medium: mediumOf(d.code.Attribute), Destination: d.code.Value,
		Code: d.text, Link: d.link, Expires: d.code.Expires,
	})
}

// pretendDelivery does for a user who is hidden, or for nobody (nil), what sendDelivery does, so that it takes
// as long; nothing is delivered. That it cannot be is not told either.
func (s *Service) pretendDelivery(ctx context.Context, p *userpool.Pool, client *userpool.Client, u *userpool.User, name, attribute string, expires time.Time, why message.Trigger) {
	if u == nil {
		u = &userpool.User{PoolID: p.ID, Username: p.Fold(name)}
	}
	code, err := secret.Digits(s.Rand, codeDigits)
	if err != nil {
		return
	}
	_ = s.deliver(ctx, message.Request{
		Pool: p, Client: client, User: u, Trigger: why, Medium: mediumOf(attribute), Destination: name, Code: code,
		Expires: expires, Nobody: true,
	})
}

func deliveryDetails(attribute, masked string) *cognitoidp.CodeDeliveryDetailsType {
	return &cognitoidp.CodeDeliveryDetailsType{
		Destination: &masked, DeliveryMedium: mediumOf(attribute), AttributeName: &attribute,
	}
}

// pretendedCode is a code that nobody was sent and nothing matches. It is kept for a user who is
// hidden, so that answers afterwards are those for a real one.
func (s *Service) pretendedCode(p *userpool.Pool, name string, purpose userpool.CodePurpose) (*userpool.Code, error) {
	hash := make([]byte, 32)
	if _, err := io.ReadFull(s.Rand, hash); err != nil {
		return nil, fmt.Errorf("draw a pretended code: %w", err)
	}
	now := s.Now()
	return &userpool.Code{
		PoolID: p.ID, Username: name, Purpose: purpose, Hash: hash, Created: now, Expires: now.Add(codeLife(purpose)),
	}, nil
}

// checkCode compares an answer with the code kept under name and counts a wrong one. U is nil for
// nobody. A right code stays; consumeCode takes it.
func (s *Service) checkCode(ctx context.Context, tx store.Tx, p *userpool.Pool, u *userpool.User, name string, purpose userpool.CodePurpose, answer string) (code *userpool.Code, refusal, err error) {
	code, err = tx.Code(ctx, p.ID, name, purpose)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.CodeExpired(), nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read confirmation code: %w", err)
	}
	if !s.Now().Before(code.Expires) || code.Tries >= codeTries {
		return nil, awserr.CodeExpired(), nil
	}
	if u != nil && secret.EqualBytes(s.hashCode(p, u, purpose, answer), code.Hash) {
		return code, nil, nil
	}
	code.Tries++
	if err := tx.PutCode(ctx, code); err != nil {
		return nil, nil, fmt.Errorf("count a wrong code: %w", err)
	}
	return nil, awserr.CodeMismatch(), nil
}

// consumeCode takes a code out of use, if it is there.
func consumeCode(ctx context.Context, tx store.Tx, u *userpool.User, purpose userpool.CodePurpose) error {
	if _, err := tx.ConsumeCode(ctx, u.PoolID, u.Username, purpose); err != nil {
		return fmt.Errorf("consume confirmation code: %w", err)
	}
	return nil
}
