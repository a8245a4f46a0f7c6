package security_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
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

// TestSetUpsWithOneAddress: neither can many accounts together have them sent to one stranger.
func TestSetUpsWithOneAddress(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{SmsConfiguration: smsRole, EmailConfiguration: sesSource, AccountRecoverySetting: adminRecovers},
		&idp.CreateUserPoolClientInput{})
	s.factors(t, types.UserPoolMfaTypeOn)
	refusals := 0
	for i := range 10 {
		name := fmt.Sprintf("puppet%d", i)
		s.user(t, name)
		for n := range 8 {
			out := must(s.start(t, types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": name, "PASSWORD": password}))(t)
			_, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
				ClientId: s.client, ChallengeName: out.ChallengeName, Session: out.Session,
				ChallengeResponses: params{"USERNAME": name, "EMAIL": fmt.Sprintf("Victim+%d@example.com", n)},
			}, once)
			if refused := (*types.TooManyRequestsException)(nil); errors.As(err, &refused) {
				refusals++
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(s.Messages()); n != 50 || refusals != 30 {
		t.Errorf("%d messages to one address, %d refusals", n, refusals)
	}
}

// TestSignInsOfUnconfirmed: nor by beginning to sign in under names that were signed up with the address. Where the
// client hides who exists, that the address is sent nothing any more is hidden too.
func TestSignInsOfUnconfirmed(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		EmailConfiguration: sesSource, AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp}}},
	}, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding})
	for i := range 6 {
		name := fmt.Sprintf("made-up-%d", i)
		must(s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: s.client, Username: &name, Password: aws.String(password),
			UserAttributes: []types.AttributeType{attribute("email", "victim@example.com")}}))(t)
		for range 8 {
			out := must(s.start(t, types.AuthFlowTypeUserAuth, params{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"}))(t)
			if out.ChallengeName != types.ChallengeNameTypeEmailOtp || out.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "v***@e***" {
				t.Errorf("%s: %s, %v", name, out.ChallengeName, out.ChallengeParameters)
			}
		}
	}
	if n := len(s.Messages()); n != 50 {
		t.Errorf("%d messages to one address", n)
	}
}
