package signin_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestSetUpByMessage: a user who needs a second factor and has none names a phone number or an address, and
// has the factor once the code that went there comes back.
func TestSetUpByMessage(t *testing.T) {
	s := newStage(t, &idp.CreateUserPoolInput{AccountRecoverySetting: &types.AccountRecoverySettingType{
		RecoveryMechanisms: []types.RecoveryOptionType{{Name: types.RecoveryOptionNameTypeAdminOnly, Priority: aws.Int32(1)}}}})
	s.mfa(types.UserPoolMfaTypeOn)
	setup := types.ChallengeNameTypeMfaSetup
	for _, c := range []struct {
		name, answer, value, bad string
		challenge                types.ChallengeNameType
		code, medium, attribute  string
	}{
		{"ana", "PHONE_NUMBER", "+15550123", "5550123", types.ChallengeNameTypeSmsMfa, "SMS_MFA_CODE", "SMS", "phone_number"},
		{"ben", "EMAIL", "ben@example.com", "nowhere", emailOTP, "EMAIL_OTP_CODE", "EMAIL", "email"},
	} {
		_, err := s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &s.pool, Username: &c.name, MessageAction: types.MessageActionTypeSuppress})
		s.must(err)
		_, err = s.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: &s.pool, Username: &c.name, Password: aws.String(password), Permanent: true})
		s.must(err)
		signIn := func() *answer {
			t.Helper()
			return s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": c.name, "PASSWORD": password}))
		}
		asked := s.asked(signIn(), setup)
		if got := asked.params["MFAS_CAN_SETUP"]; got != `["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]` {
			t.Errorf("%s can set up %s", c.name, got)
		}
		_, err = s.respond(asked, setup, params{"USERNAME": c.name})
		s.refused(err, "InvalidParameterException: Set up an MFA method first: VerifySoftwareToken with this session, or the EMAIL or PHONE_NUMBER challenge response")
		if _, err = s.respond(asked, setup, params{"USERNAME": c.name, c.answer: c.bad}); err == nil {
			t.Errorf("%s %q was taken", c.answer, c.bad)
		}
		asked = s.asked(s.right(s.respond(asked, setup, params{"USERNAME": c.name, c.answer: c.value})), c.challenge)
		_, err = s.respond(asked, c.challenge, params{"USERNAME": c.name, c.code: "000000"})
		s.refused(err, "CodeMismatchException: Invalid code or auth state for the user.")
		tokens := s.asked(s.right(s.respond(asked, c.challenge, params{"USERNAME": c.name, c.code: s.code(c.medium, c.value)})), "").tokens
		u, err := s.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: tokens.AccessToken})
		s.must(err)
		has := func(name, value string) bool {
			return slices.ContainsFunc(u.UserAttributes, func(a types.AttributeType) bool { return *a.Name == name && *a.Value == value })
		}
		if !slices.Equal(u.UserMFASettingList, []string{string(c.challenge)}) || !has(c.attribute, c.value) || !has(c.attribute+"_verified", "true") {
			t.Errorf("%s after the set-up: %v, attributes %v", c.name, u.UserMFASettingList, u.UserAttributes)
		}
		s.asked(signIn(), c.challenge)
	}
}
