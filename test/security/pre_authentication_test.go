package security_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

// TestLockBehindPreAuthentication: sign-ins that are merely begun do not make the pool forget wrong
// passwords, whatever its function says.
func TestLockBehindPreAuthentication(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:admit"
	s := newScene(t, &idp.CreateUserPoolInput{LambdaConfig: &types.LambdaConfigType{PreAuthentication: aws.String(arn)}},
		&idp.CreateUserPoolClientInput{}, ostiarytest.WithFunctions(map[string]ostiarytest.Function{
			arn: func(_ context.Context, event json.RawMessage) (json.RawMessage, error) { return event, nil },
		}))
	s.user(t, "ana")
	guess := func() string {
		_, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: s.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": "Wrong-horse-1"},
		})
		return message(err)
	}
	for range 4 {
		guess()
		must(s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: s.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
			AuthParameters: map[string]string{"USERNAME": "ana", "SRP_A": "abcdef0123456789"},
		}))(t)
	}
	guess()
	if got := guess(); got != "NotAuthorizedException: Password attempts exceeded" {
		t.Errorf("after five wrong passwords: %s", got)
	}
	s.Advance(2 * time.Second)
	s.signIn(t, "ana")
}
