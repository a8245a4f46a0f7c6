package security_test

import (
	"encoding/base32"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/mfa"
)

type params = map[string]string

// start begins a sign-in.
func (s *scene) start(t *testing.T, flow types.AuthFlowType, p params) (*idp.InitiateAuthOutput, error) {
	return s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: s.client, AuthFlow: flow, AuthParameters: p})
}

// respond answers a challenge.
func (s *scene) respond(t *testing.T, challenge types.ChallengeNameType, session *string, p params) (*idp.RespondToAuthChallengeOutput, error) {
	return s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: s.client, ChallengeName: challenge, Session: session, ChallengeResponses: p,
	})
}

var (
	smsRole   = &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::123456789012:role/sms")}
	sesSource = &types.EmailConfigurationType{
		EmailSendingAccount: types.EmailSendingAccountTypeDeveloper, SourceArn: aws.String("arn:aws:ses:us-east-1:123456789012:identity/a@example.com"),
	}
	adminRecovers = &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
		{Name: types.RecoveryOptionNameTypeAdminOnly, Priority: aws.Int32(1)},
	}}
)

// factors switches every second factor of the pool on.
func (s *scene) factors(t *testing.T, mode types.UserPoolMfaType) {
	t.Helper()
	must(s.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: s.pool, MfaConfiguration: mode,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		EmailMfaConfiguration:         &types.EmailMfaConfigType{},
		SmsMfaConfiguration:           &types.SmsMfaConfigType{SmsConfiguration: smsRole},
	}))(t)
}

// app gives a signed-in user an authenticator app, switches it on and answers its codes.
func (s *scene) app(t *testing.T, accessToken *string) (code func() string) {
	t.Helper()
	a := must(s.api.AssociateSoftwareToken(t.Context(), &idp.AssociateSoftwareTokenInput{AccessToken: accessToken}))(t)
	secret := must(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(*a.SecretCode))(t)
	code = func() string { return mfa.Code(secret, mfa.Step(s.Now())) }
	must(s.api.VerifySoftwareToken(t.Context(), &idp.VerifySoftwareTokenInput{AccessToken: accessToken, UserCode: aws.String(code())}))(t)
	must(s.api.SetUserMFAPreference(t.Context(), &idp.SetUserMFAPreferenceInput{
		AccessToken: accessToken, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true},
	}))(t)
	s.Advance(time.Minute)
	return code
}
