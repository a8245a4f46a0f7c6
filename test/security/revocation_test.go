package security_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestDisabledTwiceInASecond: each time a user is disabled all tokens go, those of a client that does
// not revoke too.
func TestDisabledTwiceInASecond(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{}, &idp.CreateUserPoolClientInput{EnableTokenRevocation: aws.Bool(false)})
	s.user(t, "ana")
	for range 3 {
		tokens := s.signIn(t, "ana")
		must(s.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: s.pool, Username: aws.String("ana")}))(t)
		must(s.api.AdminEnableUser(t.Context(), &idp.AdminEnableUserInput{UserPoolId: s.pool, Username: aws.String("ana")}))(t)
		if _, err := s.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: tokens.AccessToken}); err == nil {
			t.Error("an access token outlived the disabling of its user")
		}
		_, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: s.client, AuthFlow: types.AuthFlowTypeRefreshTokenAuth,
			AuthParameters: map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken},
		})
		if err == nil {
			t.Error("a refresh token outlived the disabling of its user")
		}
	}
}

// TestSignedOutTwiceInASecond is the same for signing out.
func TestSignedOutTwiceInASecond(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{}, &idp.CreateUserPoolClientInput{EnableTokenRevocation: aws.Bool(false)})
	s.user(t, "ana")
	for range 3 {
		tokens := s.signIn(t, "ana")
		must(s.api.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: tokens.AccessToken}))(t)
		if _, err := s.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: tokens.AccessToken}); err == nil {
			t.Error("an access token outlived the sign-out")
		}
	}
}
