package message

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
)

// Router hands each message to the provider of its medium. It is a Sender.
type Router struct {
	// Email and SMS are the providers; nil if there is none.
	Email Sender
	SMS   Sender
	// Function delivers messages that have a Function; nil if functions cannot be reached.
	Function Sender
}

// ErrNoProvider is a message that nobody is there to deliver.
var ErrNoProvider = errors.New("message: no provider is configured for the medium")

// Refusal is an error of a Sender that another try would meet again: an address that does not exist, a text
// that the provider does not take.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap is the reason.
func (r *Refusal) Unwrap() error { return r.Err }

// Send implements Sender.
func (r *Router) Send(ctx context.Context, m Message) error {
	to := r.provider(m)
	if to == nil {
		return &Refusal{fmt.Errorf("%w: %s", ErrNoProvider, m.Medium)}
	}
	return to.Send(ctx, m)
}

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
