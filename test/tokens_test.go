package test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

// TestRotationAndRevocation: a refresh token is exchanged, comes back, and ends its session; another is
// revoked; each with what came of it.
func TestRotationAndRevocation(t *testing.T) {
	ctx := t.Context()
	api := ostiarytest.Start(t).Client()
	pool, err := api.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("tokens")})
	if err != nil {
		t.Fatal(err)
	}
	poolID := pool.UserPool.Id
	client, err := api.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{
		UserPoolId: poolID, ClientName: aws.String("app"),
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	clientID := client.UserPoolClient.ClientId
	if _, err = api.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: poolID, Username: aws.String("ana"), MessageAction: types.MessageActionTypeSuppress}); err != nil {
		t.Fatal(err)
	}
	if _, err = api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: poolID, Username: aws.String("ana"), Password: aws.String("Correct-horse-7"), Permanent: true}); err != nil {
		t.Fatal(err)
	}
	signIn := func() *types.AuthenticationResultType {
		t.Helper()
		out, err := api.InitiateAuth(ctx, &idp.InitiateAuthInput{
			ClientId: clientID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": "Correct-horse-7"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.AuthenticationResult
	}
	exchange := func(text *string) (*types.AuthenticationResultType, error) {
		out, err := api.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{ClientId: clientID, RefreshToken: text})
		if err != nil {
			return nil, err
		}
		return out.AuthenticationResult, nil
	}
	dead := func(what string, access *string) {
		t.Helper()
		_, err := api.GetUser(ctx, &idp.GetUserInput{AccessToken: access})
		var refused *types.NotAuthorizedException
		if !errors.As(err, &refused) || refused.ErrorMessage() != "Access Token has been revoked" {
			t.Errorf("%s: %v", what, err)
		}
	}

	first := signIn()
	second, err := exchange(first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.GetUser(ctx, &idp.GetUserInput{AccessToken: second.AccessToken}); err != nil {
		t.Errorf("the new access token: %v", err)
	}
	var reuse *types.RefreshTokenReuseException
	if _, err := exchange(first.RefreshToken); !errors.As(err, &reuse) {
		t.Errorf("a refresh token that came back: %v", err)
	}
	dead("the first access token", first.AccessToken)
	dead("the second access token", second.AccessToken)

	third := signIn()
	for range 2 { // the second time it is revoked already, which is no error
		if _, err := api.RevokeToken(ctx, &idp.RevokeTokenInput{ClientId: clientID, Token: third.RefreshToken}); err != nil {
			t.Fatal(err)
		}
	}
	dead("after RevokeToken", third.AccessToken)
	if _, err := exchange(third.RefreshToken); err == nil {
		t.Error("a revoked refresh token was exchanged")
	}
}
