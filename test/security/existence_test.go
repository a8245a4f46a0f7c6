package security_test

import (
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

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
