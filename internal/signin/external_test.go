package signin_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestExternalUser: who is left with an external provider signs in by none of the pool's own ways, not
// even by a code that was on its way; an administrator's password opens them again.
func TestExternalUser(t *testing.T) {
	s := newStage(t, passwordless())
	s.user("ana")
	begun := s.asked(s.right(s.initiate(userAuth, params{"USERNAME": "ana", "PREFERRED_CHALLENGE": "EMAIL_OTP"})), emailOTP)
	code := s.code("EMAIL", "ana@example.com")
	srpA, prove := s.srp(password)
	srpBegun := s.asked(s.right(s.initiate(types.AuthFlowTypeUserSrpAuth, params{"USERNAME": "ana", "SRP_A": srpA})), verifier)

	_, err := s.api.AdminDisableProviderForUser(t.Context(), &idp.AdminDisableProviderForUserInput{
		UserPoolId: &s.pool, User: &types.ProviderUserIdentifierType{
			ProviderName: aws.String("Cognito"), ProviderAttributeName: aws.String("Cognito_Subject"), ProviderAttributeValue: aws.String("ana")}})
	s.must(err)

	const no = "NotAuthorizedException: Incorrect username or password."
	_, err = s.respond(begun, emailOTP, params{"USERNAME": "ana", "EMAIL_OTP_CODE": code})
	s.refused(err, no)
	_, err = s.respond(srpBegun, verifier, prove(srpBegun))
	s.refused(err, no)
	for flow, p := range map[types.AuthFlowType]params{
		types.AuthFlowTypeUserPasswordAuth: {"USERNAME": "ana", "PASSWORD": password},
		types.AuthFlowTypeUserSrpAuth:      {"USERNAME": "ana", "SRP_A": srpA},
		userAuth:                           {"USERNAME": "ana"},
	} {
		_, err := s.initiate(flow, p)
		s.refused(err, no)
	}
	// In CUSTOM_AUTH the pool's functions decide; here there are none.
	if _, err := s.initiate(customAuth, params{"USERNAME": "ana"}); err == nil || strings.Contains(err.Error(), "Incorrect username") {
		t.Errorf("CUSTOM_AUTH: %v", err)
	}

	_, err = s.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: &s.pool, Username: aws.String("ana"), Password: aws.String(password), Permanent: true})
	s.must(err)
	s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password})), "")
}
