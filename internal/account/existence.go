package account

import (
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/userpool"
)

// telling marks a refusal that shows whether a user exists.
type telling struct{ refusal error }

func (t telling) Error() string { return t.refusal.Error() }
func (t telling) Unwrap() error { return t.refusal }

// tells marks a refusal as one that shows whether a user exists, or in which state.
func tells(refusal error) error { return telling{refusal} }

// hide is PreventUserExistenceErrors: a client that hides who exists gets, in place of a refusal that
// would tell, what hidden answers. Every other refusal passes.
func hide(client *userpool.Client, refusal error, hidden func() error) error {
	var t telling
	switch {
	case !errors.As(refusal, &t):
		return refusal
	case client.HidesUsers():
		return hidden()
	default:
		return t.refusal
	}
}

// pretendedDetails are delivery details for a user who is hidden: always the same for one name. A
// name that is an address is shown as the address it would be; otherwise the medium is that of
// attribute, which a real user would most likely get.
func (s *Service) pretendedDetails(p *userpool.Pool, name, attribute string) *cognitoidp.CodeDeliveryDetailsType {
	byName := func(a string) bool { return p.UsernameIs(a) || p.HasAlias(a) }
	switch {
	case IsEmail(name) && byName(userpool.AttrEmail) && attribute == userpool.AttrEmail,
		IsPhoneNumber(name) && byName(userpool.AttrPhoneNumber) && attribute == userpool.AttrPhoneNumber:
		return deliveryDetails(attribute, message.Mask(mediumOf(attribute), p.Fold(name)))
	}
	seed := s.Secrets.Hash("pretended destination", []byte(p.ID), []byte(p.Fold(name)))
	if attribute == userpool.AttrPhoneNumber {
		digits := (int(seed[0])<<8 | int(seed[1])) % 10000
		return deliveryDetails(attribute, fmt.Sprintf("+*******%04d", digits))
	}
	letter := func(b byte) string { return string(rune('a' + b%26)) }
	return deliveryDetails(attribute, letter(seed[0])+"***@"+letter(seed[1])+"***")
}
