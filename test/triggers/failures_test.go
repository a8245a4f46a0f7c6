package triggers_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/lambda/lambdatest"
)

// TestFailures: every trigger, failing in every way: what the caller reads.
func TestFailures(t *testing.T) {
	s := newStage(t, inMemory(), []string{"PreSignUp", "PostConfirmation", "CustomMessage", "PreAuthentication", "PostAuthentication", "CustomAuth",
		"UserMigration", "V2_0"}, nil)
	s.user("ana")
	custom := func() error {
		_, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeCustomAuth, AuthParameters: params{"USERNAME": "ana"}})
		return err
	}
	signIn := func(name string) func() error {
		return func() error { _, err := s.signIn(name, password); return err }
	}
	s.on("DefineAuthChallenge", object{"challengeName": "CUSTOM_CHALLENGE"})
	s.on("CreateAuthChallenge", object{"publicChallengeParameters": object{}, "privateChallengeParameters": object{"a": "1"}})
	reset := func() error {
		_, err := s.api.AdminResetUserPassword(t.Context(), &idp.AdminResetUserPasswordInput{UserPoolId: &s.pool, Username: aws.String("bob")})
		return err
	}
	s.user("bob")
	n := 0
	for _, tt := range []struct {
		trigger string
		run     func() error
	}{
		{"PreSignUp", func() error { _, err := s.signUp("new"); return err }},
		{"PostConfirmation", func() error {
			name := "confirmed" + show(n)
			n++
			calm, err := s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: &name, Password: aws.String(password)})
			s.must(err)
			_, err = s.api.AdminConfirmSignUp(t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: &s.pool, Username: calm.UserSub})
			return err
		}},
		{"CustomMessage", reset},
		{"PreAuthentication", signIn("ana")},
		{"PostAuthentication", signIn("ana")},
		{"PreTokenGeneration", signIn("ana")},
		{"DefineAuthChallenge", custom},
		{"CreateAuthChallenge", custom},
		{"VerifyAuthChallengeResponse", func() error {
			out, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeCustomAuth, AuthParameters: params{"USERNAME": "ana"}})
			s.must(err)
			_, err = s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: out.ChallengeName,
				Session: out.Session, ChallengeResponses: params{"USERNAME": "ana", "ANSWER": "1"}})
			return err
		}},
		{"UserMigration", signIn("elsewhere")},
	} {
		t.Run(tt.trigger, func(t *testing.T) {
			before := everyFunction()[tt.trigger]
			switch tt.trigger {
			case "DefineAuthChallenge":
				before = lambdatest.Respond(func(event) (any, error) { return object{"challengeName": "CUSTOM_CHALLENGE"}, nil })
			case "CreateAuthChallenge":
				before = lambdatest.Respond(func(event) (any, error) { return object{"privateChallengeParameters": object{"a": "1"}}, nil })
			}
			defer s.lambda.Set(tt.trigger, before)
			for _, way := range []struct {
				function lambdatest.Function
				want     string
			}{
				{func(context.Context, json.RawMessage) (any, error) {
					return nil, &lambdatest.Thrown{Type: "TypeError", Message: "Cannot read properties of undefined (reading 'x')"}
				}, "UserLambdaValidationException: # failed with error Cannot read properties of undefined (reading 'x')."},
				{nil, "UnexpectedLambdaException: # invocation failed due to error ResourceNotFoundException."},
				{func(context.Context, json.RawMessage) (any, error) {
					return nil, &lambdatest.Refusal{Status: http.StatusForbidden, Code: "AccessDeniedException"}
				}, "UnexpectedLambdaException: # invocation failed due to error AccessDeniedException."},
				{func(context.Context, json.RawMessage) (any, error) { return lambdatest.Raw("{}"), nil }, "InvalidLambdaResponseException: Unrecognizable lambda output"},
				{func(context.Context, json.RawMessage) (any, error) { return lambdatest.Raw("null"), nil }, "InvalidLambdaResponseException: Unrecognizable lambda output"},
				{func(context.Context, json.RawMessage) (any, error) { return lambdatest.Raw("<html>"), nil }, "InvalidLambdaResponseException: Unrecognizable lambda output"},
				{lambdatest.Respond(func(event) (any, error) { return []string{"no object"}, nil }), "InvalidLambdaResponseException: Unrecognizable lambda output"},
				{func(_ context.Context, raw json.RawMessage) (any, error) {
					return lambdatest.Raw(strings.Replace(string(raw), `"response":{`, `"response":null,"other":{`, 1)), nil
				}, "InvalidLambdaResponseException: Unrecognizable lambda output"},
			} {
				s.lambda.Set(tt.trigger, way.function)
				s.T = t
				s.server.Advance(16 * 60 * 1e9) // UserMigration counts what it refuses
				s.refused(tt.run(), strings.ReplaceAll(way.want, "#", tt.trigger))
			}
		})
	}
	s.T = t
	if s.status("new") != "" || s.status("elsewhere") != "" || s.status("bob") != "RESET_REQUIRED" {
		t.Errorf("stored: %q, %q, %q", s.status("new"), s.status("elsewhere"), s.status("bob"))
	}
}

// TestTriedAgain: throttling passes.
func TestTriedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PreSignUp"}, nil)
	calls := 0
	s.lambda.Set("PreSignUp", func(_ context.Context, raw json.RawMessage) (any, error) {
		if calls++; calls < 3 {
			return nil, &lambdatest.Refusal{Status: http.StatusTooManyRequests, Code: "TooManyRequestsException"}
		}
		return raw, nil
	})
	if _, err := s.signUp("ana"); err != nil || calls != 3 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
