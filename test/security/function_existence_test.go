package security_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

const writerARN = "arn:aws:lambda:us-east-1:123456789012:function:writer"

// newLetters is a scene whose messages a function writes, with a user, ana, who can be sent codes.
func newLetters(t *testing.T, write ostiarytest.Function) *scene {
	t.Helper()
	s := newScene(t, &idp.CreateUserPoolInput{
		LambdaConfig: &types.LambdaConfigType{CustomMessage: aws.String(writerARN)}, EmailConfiguration: sesSource,
		Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp}}},
	}, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding},
		ostiarytest.WithFunctions(map[string]ostiarytest.Function{writerARN: write}))
	s.user(t, "ana", attribute("email", "ana@example.com"), attribute("email_verified", "true"))
	return s
}

// TestFunctionThatFails: a function that fails writes to users alone, so that its failure must not be told.
func TestFunctionThatFails(t *testing.T) {
	s := newLetters(t, func(context.Context, json.RawMessage) (json.RawMessage, error) { return nil, errors.New("no") })
	for _, name := range []string{"ana", "nobody@example.com"} {
		out, err := s.start(t, types.AuthFlowTypeUserAuth, params{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"})
		if err != nil || out.ChallengeName != types.ChallengeNameTypeEmailOtp {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTimeOfFunction: a function writes to users alone, and takes its time. Others have to wait as long.
func TestTimeOfFunction(t *testing.T) {
	const takes = 150 * time.Millisecond
	s := newLetters(t, func(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
		time.Sleep(takes)
		return event, nil
	})
	for what, ask := range map[string]func(name string){
		"a forgotten password": func(name string) {
			must(s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: s.client, Username: &name}))(t)
		},
		"a sign-in by e-mail": func(name string) {
			must(s.start(t, types.AuthFlowTypeUserAuth, params{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"}))(t)
		},
	} {
		ask("ana")
		began := time.Now()
		ask("nobody@example.com") // a made-up user has an e-mail address for sure if it is the name
		if took := time.Since(began); took < takes {
			t.Errorf("%s: nobody is answered after %s", what, took)
		}
	}
}

// TestFunctionAtWill: whoever begins sign-ins does not run the function more often than messages may be sent, and
// learns from that nothing about who exists.
func TestFunctionAtWill(t *testing.T) {
	var runs atomic.Int32
	s := newLetters(t, func(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
		runs.Add(1)
		return event, nil
	})
	for _, name := range []string{"ana", "nobody@example.com"} {
		for i := range 30 {
			_, err := s.start(t, types.AuthFlowTypeUserAuth, params{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"})
			if refused := (*types.TooManyRequestsException)(nil); i < 20 && err != nil || i >= 20 && !errors.As(err, &refused) {
				t.Fatalf("%s, sign-in %d: %v", name, i+1, err)
			}
		}
	}
	if n := runs.Load(); n != 20 {
		t.Errorf("the function was run %d times", n)
	}
}
