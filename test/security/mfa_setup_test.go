package security_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestAddressAtMFASetup: an e-mail address set up in a sign-in fits the pool's schema like any other.
func TestAddressAtMFASetup(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		EmailConfiguration: &types.EmailConfigurationType{
			EmailSendingAccount: types.EmailSendingAccountTypeDeveloper,
			SourceArn:           aws.String("arn:aws:ses:us-east-1:000000000000:identity/sender@example.com"),
		},
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeAdminOnly, Priority: aws.Int32(1)},
		}},
		Schema: []types.SchemaAttributeType{{
			Name: aws.String("email"), AttributeDataType: types.AttributeDataTypeString, Mutable: aws.Bool(true),
			StringAttributeConstraints: &types.StringAttributeConstraintsType{MinLength: aws.String("0"), MaxLength: aws.String("30")},
		}},
	}, &idp.CreateUserPoolClientInput{})
	must(s.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: s.pool, MfaConfiguration: types.UserPoolMfaTypeOn, EmailMfaConfiguration: &types.EmailMfaConfigType{},
	}))(t)
	s.user(t, "ana")
	answer := func(email string) (*idp.RespondToAuthChallengeOutput, error) {
		out := must(s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: s.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password},
		}))(t)
		return s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: s.client, ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: map[string]string{"USERNAME": "ana", "EMAIL": email},
		})
	}
	out, err := answer("ana@example.com")
	if err != nil || out.ChallengeName != types.ChallengeNameTypeEmailOtp {
		t.Fatalf("%v, %v", out, err)
	}
	for _, email := range []string{strings.Repeat("a", 30) + "@example.com", strings.Repeat("a", 100_000) + "@example.com", "ana"} {
		_, err := answer(email)
		if refused := (*types.InvalidParameterException)(nil); !errors.As(err, &refused) {
			t.Errorf("%d characters: %v", len(email), err)
		}
	}
}
