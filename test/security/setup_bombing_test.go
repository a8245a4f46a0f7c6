package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestMessagesAtMFASetup: an account that has a second factor to set up cannot have messages sent to ever
// new phone numbers.
func TestMessagesAtMFASetup(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{SmsConfiguration: smsRole, EmailConfiguration: sesSource, AccountRecoverySetting: adminRecovers},
		&idp.CreateUserPoolClientInput{})
	s.factors(t, types.UserPoolMfaTypeOn)
	s.user(t, "ana")
	sendTo := func(i int) error {
		out := must(s.start(t, types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password}))(t)
		_, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: s.client, ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: params{"USERNAME": "ana", "PHONE_NUMBER": fmt.Sprintf("+1555010%04d", i)},
		}, func(o *idp.Options) { o.RetryMaxAttempts = 1 })
		return err
	}
	sent := 0
	for i := range 15 {
		err := sendTo(i)
		if refused := (*types.TooManyRequestsException)(nil); err == nil {
			sent++
		} else if !errors.As(err, &refused) {
			t.Fatal(err)
		}
	}
	if sent != 10 || len(s.Messages()) != 10 {
		t.Errorf("%d numbers, %d messages", sent, len(s.Messages()))
	}
	s.Advance(time.Hour)
	if err := sendTo(99); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
