package message

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/policy"
)

// Router hands each message to the provider of its medium. It is a Sender.
type Router struct {
	// Email and SMS are the providers; nil if there is none.
	Email Sender
	SMS   Sender
	// Function delivers messages that have a Function; nil if functions cannot be reached.
	Function Sender
	// Identities are what pools may send e-mails as, by their ARNs (SourceArn).
	Identities policy.Resources
}

// ErrNoProvider is a message that nobody is there to deliver.
var ErrNoProvider = errors.New("message: no provider is configured for the medium")

// ErrIdentity is an e-mail from an identity that pools may not send as.
var ErrIdentity = errors.New("message: pool_resources does not list the identity that the pool sends as")

// ErrNoFunctions is a message for a function where no setting says how functions are reached.
var ErrNoFunctions = errors.New("message: a function of the pool delivers it, and no setting says where functions run")

// Refusal is an error of a Sender that another try would meet again: an address that does not exist, a text
// that the provider does not take.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap is the reason.
func (r *Refusal) Unwrap() error { return r.Err }

// ErrAddress is a destination that no message can be sent to.
var ErrAddress = errors.New("message: the address cannot be used")

// Check tells beforehand what Send would refuse: a *Refusal if there is no provider, or the address is none.
// Functions are asked for neither: that they cannot be run does not fail the operation that has a message sent.
func (r *Router) Check(m Message) error {
	switch {
	case m.Function != nil:
		return nil
	case r.provider(m) == nil:
		return &Refusal{fmt.Errorf("%w: %s", ErrNoProvider, m.Medium)}
	case !r.mayCome(m):
		return &Refusal{ErrIdentity}
	case !m.Nobody && !usable(m.Medium, m.Destination):
		return &Refusal{ErrAddress}
	default:
		return nil
	}
}

// phoneNumber is E.164 as far as its form goes.
var phoneNumber = regexp.MustCompile(`\A\+[0-9]{5,15}\z`)

// usable tells whether an address can be written to: not more than what RFC 5321 lets through, and nothing
// that could be read as more than one address.
func usable(medium cognitoidp.DeliveryMediumType, address string) bool {
	if medium == cognitoidp.DeliveryMediumTypeSms {
		return phoneNumber.MatchString(address)
	}
	parsed, err := mail.ParseAddress(address)
	return err == nil && parsed.Address == address && len(address) <= 254 && strings.LastIndexByte(address, '@') <= 64
}

// Send implements Sender.
func (r *Router) Send(ctx context.Context, m Message) error {
	to := r.provider(m)
	switch {
	case to == nil && m.Function != nil:
		return &Refusal{ErrNoFunctions}
	case to == nil:
		return &Refusal{fmt.Errorf("%w: %s", ErrNoProvider, m.Medium)}
	case !r.mayCome(m):
		return &Refusal{ErrIdentity}
	}
	return to.Send(ctx, m)
}

// mayCome tells whether a message may come from whom its pool says. Where only some identities may send, one has to
// be the sender's, as SES would have it; without an identity the sender is that of the configuration.
func (r *Router) mayCome(m Message) bool {
	if len(r.Identities) == 0 || m.Email == nil || m.Email.SourceArn == nil {
		return true
	}
	_, _, identity := identityOf(*m.Email.SourceArn)
	from, _ := senderOf(m, mail.Address{})
	return r.Identities.Cover(*m.Email.SourceArn) && (identity == "" || sendsAs(identity, from.Address))
}

// Delivers tells whether anybody is there to deliver anything.
func (r *Router) Delivers() bool { return r.Email != nil || r.SMS != nil || r.Function != nil }

func (r *Router) provider(m Message) Sender {
	switch {
	case m.Function != nil:
		return r.Function
	case m.Medium == cognitoidp.DeliveryMediumTypeSms:
		return r.SMS
	default:
		return r.Email
	}
}
