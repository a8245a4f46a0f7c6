package security_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestFactorsOfNobody: of names that nobody has some seem to have an authenticator app, and passkeys that
// count as MFA, as of those who exist some have: otherwise these answers would be given for users alone.
func TestFactorsOfNobody(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		SmsConfiguration: smsRole, EmailConfiguration: sesSource, AccountRecoverySetting: adminRecovers,
		Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeWebAuthn}}},
	}, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding})
	must(s.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: s.pool, MfaConfiguration: types.UserPoolMfaTypeOn,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{
			RelyingPartyId: aws.String("example.com"), FactorConfiguration: types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification,
		},
	}))(t)
	ask := func(name, parameter, value string) bool {
		out, err := s.start(t, types.AuthFlowTypeUserAuth, params{"USERNAME": name, parameter: value})
		return err == nil && (parameter == "TARGET_ACR_VALUES" || string(out.ChallengeName) == value)
	}
	asked := params{"TARGET_ACR_VALUES": "urn:cognito:loa:4", "PREFERRED_CHALLENGE": "WEB_AUTHN"}
	for parameter, value := range asked {
		yes := 0
		for i := range 60 {
			name := fmt.Sprintf("nobody%d", i)
			can := ask(name, parameter, value)
			if can {
				yes++
			}
			if i < 5 && ask(name, parameter, value) != can {
				t.Errorf("%s: %s is answered now so, now so", name, value)
			}
		}
		if yes < 3 || yes > 57 {
			t.Errorf("%s for %d of 60 names", value, yes)
		}
	}
}

// TestAddressOfNobody: a code for somebody who signs in by an e-mail address seems to go to that address,
// however the code was chosen.
func TestAddressOfNobody(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		EmailConfiguration: sesSource, UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
		Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp}}},
	}, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding})
	s.user(t, "zoe@quartz.example")
	for _, name := range []string{"zoe@quartz.example", "zac@quince.example"} {
		choice := must(s.start(t, types.AuthFlowTypeUserAuth, params{"USERNAME": name}))(t)
		chosen := must(s.respond(t, choice.ChallengeName, choice.Session, params{"USERNAME": name, "ANSWER": "EMAIL_OTP"}))(t)
		preferred := must(s.start(t, types.AuthFlowTypeUserAuth, params{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"}))(t)
		for how, p := range map[string]params{"chosen": chosen.ChallengeParameters, "preferred": preferred.ChallengeParameters} {
			if got := p["CODE_DELIVERY_DESTINATION"]; got != "z***@q***" {
				t.Errorf("%s, %s: the code goes to %s", name, how, got)
			}
		}
	}
}
