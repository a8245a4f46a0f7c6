package signin_test

import (
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestLevelLost: whoever makes the factor go away that leads to the level asked for gets no tokens below it.
func TestLevelLost(t *testing.T) {
	s := newStage(t, &idp.CreateUserPoolInput{})
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	stolen := s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password})), "").tokens.AccessToken
	s.app(stolen, false)
	srpA, prove := s.srp(password)
	a := s.asked(s.right(s.initiate(types.AuthFlowTypeUserAuth, params{
		"USERNAME": "ana", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srpA, "TARGET_ACR_VALUES": "urn:cognito:loa:4",
	})), verifier)
	_, err := s.api.AssociateSoftwareToken(t.Context(), &idp.AssociateSoftwareTokenInput{AccessToken: stolen})
	s.must(err)
	_, err = s.respond(a, verifier, prove(a))
	s.refused(err, "InvalidParameterException: The user has no factors to reach an authentication level of TARGET_ACR_VALUES")
}
