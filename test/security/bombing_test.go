package security_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// once does not try again what was refused.
func once(o *idp.Options) { o.RetryMaxAttempts = 1 }

// TestMessagesToStrangers: a signed-in user cannot have messages sent to ever new addresses.
func TestMessagesToStrangers(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}},
		&idp.CreateUserPoolClientInput{})
	s.user(t, "ana")
	tokens := s.signIn(t, "ana")
	change := func(i int) error {
		_, err := s.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{
			AccessToken: tokens.AccessToken, UserAttributes: []types.AttributeType{attribute("email", fmt.Sprintf("stranger%d@example.com", i))},
		}, once)
		return err
	}
	sent := 0
	for i := range 15 {
		err := change(i)
		if refused := (*types.TooManyRequestsException)(nil); err == nil {
			sent++
		} else if !errors.As(err, &refused) {
			t.Fatal(err)
		}
	}
	if sent != 10 || len(s.Messages()) != 10 {
		t.Errorf("%d changes, %d messages", sent, len(s.Messages()))
	}
	s.Advance(time.Hour)
	tokens = s.signIn(t, "ana")
	if err := change(99); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// TestSignUpsToOneAddress: whoever makes up names cannot have one address sent message after message, in
// whatever form the address is given.
func TestSignUpsToOneAddress(t *testing.T) {
	for _, hides := range []types.PreventUserExistenceErrorTypes{types.PreventUserExistenceErrorTypesLegacy, hiding} {
		s := newScene(t, &idp.CreateUserPoolInput{AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}},
			&idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hides})
		signUp := func(i int, address string) error {
			_, err := s.api.SignUp(t.Context(), &idp.SignUpInput{
				ClientId: s.client, Username: aws.String(fmt.Sprintf("made-up-%d", i)), Password: aws.String(password),
				UserAttributes: []types.AttributeType{attribute("email", address)},
			}, once)
			return err
		}
		for i := range 60 {
			err := signUp(i, []string{"victim@example.com", "Victim@example.com", fmt.Sprintf("victim+%d@example.com", i)}[i%3])
			if refused := (*types.LimitExceededException)(nil); err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
		}
		for i := range 10 { // those who got in ask again
			_, err := s.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{
				ClientId: s.client, Username: aws.String(fmt.Sprintf("made-up-%d", i)),
			}, once)
			if refused := (*types.LimitExceededException)(nil); hides == hiding && err != nil || hides != hiding && !errors.As(err, &refused) {
				t.Errorf("%s: another code: %v", hides, err)
			}
		}
		if n := len(s.Messages()); n != 50 {
			t.Errorf("%s: %d messages to one address", hides, n)
		}
		if err := signUp(100, "other@example.com"); err != nil {
			t.Errorf("%s: another address: %v", hides, err)
		}
		s.Advance(time.Hour)
		if err := signUp(101, "victim@example.com"); err != nil {
			t.Errorf("%s: an hour later: %v", hides, err)
		}
	}
}

// TestChangesToOneAddress: neither can many accounts together.
func TestChangesToOneAddress(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}},
		&idp.CreateUserPoolClientInput{})
	for i := range 10 {
		name := fmt.Sprintf("puppet%d", i)
		s.user(t, name)
		tokens := s.signIn(t, name)
		for n := range 10 {
			address := "victim@example.com"
			if n%2 == 1 {
				address = "" // so that it is a change again
			}
			_, err := s.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{
				AccessToken: tokens.AccessToken, UserAttributes: []types.AttributeType{attribute("email", address)},
			}, once)
			if refused := (*types.TooManyRequestsException)(nil); err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
			_, err = s.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{
				AccessToken: tokens.AccessToken, AttributeName: aws.String("email"),
			}, once)
			if refusal := message(err); refusal != "" && !strings.HasPrefix(refusal, "LimitExceededException") && !strings.HasPrefix(refusal, "InvalidParameterException") {
				t.Fatal(err)
			}
		}
	}
	if n := len(s.Messages()); n != 50 {
		t.Errorf("%d messages to one address", n)
	}
}
