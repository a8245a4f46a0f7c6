package signin_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestCreditKeepsItsAge: tokens that rest upon an earlier sign-in are as old as that, however often something is
// added to it, and another app client cannot spend it.
func TestCreditKeepsItsAge(t *testing.T) {
	s := newStage(t, passwordless())
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	first := s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password})), "").tokens
	code := s.app(first.AccessToken, false)
	up := params{"USERNAME": "ana", "TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *first.AccessToken, "MAX_AGE": "300"}

	s.server.Advance(4 * time.Minute)
	asked := s.asked(s.right(s.initiate(types.AuthFlowTypeUserAuth, up)), types.ChallengeNameTypeSoftwareTokenMfa)
	raised := s.asked(s.right(s.respond(asked, types.ChallengeNameTypeSoftwareTokenMfa, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), "").tokens
	if was, is := claims(t, first.AccessToken)["auth_time"], claims(t, raised.AccessToken)["auth_time"]; was != is {
		t.Errorf("auth_time %v became %v", was, is)
	}
	s.server.Advance(2 * time.Minute)
	up["ACCESS_TOKEN"] = *raised.AccessToken
	s.asked(s.right(s.initiate(types.AuthFlowTypeUserAuth, up)), selectC) // six minutes after the password

	other, err := s.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{UserPoolId: &s.pool, ClientName: aws.String("other"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserAuth}})
	s.must(err)
	_, err = s.initiate(types.AuthFlowTypeUserAuth, up, func(in *idp.InitiateAuthInput) { in.ClientId = other.UserPoolClient.ClientId })
	s.refused(err, "NotAuthorizedException: ACCESS_TOKEN was not issued for the user by this app client")
}

// TestSignOutEndsAttempts: whoever signs out everywhere has also ended what had begun and yields tokens later.
func TestSignOutEndsAttempts(t *testing.T) {
	s := newStage(t, passwordless())
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	tokens := s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password})), "").tokens
	code := s.app(tokens.AccessToken, true)
	totp := types.ChallengeNameTypeSoftwareTokenMfa
	begun := s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password})), totp)
	raising := s.asked(s.right(s.initiate(types.AuthFlowTypeUserAuth, params{
		"USERNAME": "ana", "TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *tokens.AccessToken})), totp)
	s.server.Advance(time.Second)
	_, err := s.api.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: tokens.AccessToken})
	s.must(err)
	s.server.Advance(time.Minute)
	for _, a := range []*answer{begun, raising} {
		_, err = s.respond(a, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})
		s.refused(err, "NotAuthorizedException: Invalid session for the user.")
	}
	again := s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password})), totp)
	s.asked(s.right(s.respond(again, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), "")
}
