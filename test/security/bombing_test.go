package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestMessagesToStrangers: a signed-in user cannot have messages sent to ever new addresses.
func TestMessagesToStrangers(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}},
		&idp.CreateUserPoolClientInput{})
	s.user(t, "ana")
	tokens := s.signIn(t, "ana")
	change := func(i int) error {
		_, err := s.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{
			AccessToken: tokens.AccessToken, UserAttributes: []types.AttributeType{attribute("email", fmt.Sprintf("stranger%d@example.com", i))},
		}, func(o *idp.Options) { o.RetryMaxAttempts = 1 })
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
