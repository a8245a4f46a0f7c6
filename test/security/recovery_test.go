package security_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestRecoveryByTheSecondFactor: where MFA is required, a channel that sign-in asks for resets no
// password, even if its user never switched it on: whoever has the phone would need nothing else.
func TestRecoveryByTheSecondFactor(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		MfaConfiguration: types.UserPoolMfaTypeOn,
		SmsConfiguration: &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::000000000000:role/sms")},
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(1)},
			{Name: types.RecoveryOptionNameTypeVerifiedPhoneNumber, Priority: aws.Int32(2)},
		}},
	}, &idp.CreateUserPoolClientInput{})
	s.user(t, "ana", attribute("phone_number", "+15550001"), attribute("phone_number_verified", "true"))
	challenge := must(s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: s.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password},
	}))(t).ChallengeName
	if challenge != types.ChallengeNameTypeSmsMfa {
		t.Fatalf("asked for %s", challenge)
	}
	out, err := s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: s.client, Username: aws.String("ana")})
	if refused := (*types.InvalidParameterException)(nil); !errors.As(err, &refused) {
		t.Errorf("forgot: %v, %v", out, err)
	}
}
