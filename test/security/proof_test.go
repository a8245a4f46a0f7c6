package security_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestProofsByAlias: wrong proofs under an e-mail address are answered alike and lock alike, whether
// or not somebody has it, where the answer repeats the address instead of USER_ID_FOR_SRP too.
func TestProofsByAlias(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}},
		&idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding})
	s.user(t, "ana@example.com")
	answers := func(name string) (texts []string) {
		for range 7 {
			out := must(s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
				ClientId: s.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
				AuthParameters: map[string]string{"USERNAME": name, "SRP_A": "02"},
			}))(t)
			_, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
				ClientId: s.client, ChallengeName: out.ChallengeName,
				ChallengeResponses: map[string]string{
					"USERNAME": name, "PASSWORD_CLAIM_SIGNATURE": "AAAA",
					"PASSWORD_CLAIM_SECRET_BLOCK": out.ChallengeParameters["SECRET_BLOCK"],
					"TIMESTAMP":                   s.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"),
				},
			})
			texts = append(texts, message(err))
		}
		return texts
	}
	known, unknown := answers("ana@example.com"), answers("bob@example.com")
	if !slices.Equal(known, unknown) {
		t.Errorf("known:   %q\nunknown: %q", known, unknown)
	}
	if last := known[len(known)-1]; last == known[0] {
		t.Errorf("no lock after %d wrong proofs: %s", len(known), last)
	}
}

// TestNewPasswordClaims: what a user fills in at NEW_PASSWORD_REQUIRED takes no name of another.
func TestNewPasswordClaims(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypePreferredUsername}},
		&idp.CreateUserPoolClientInput{})
	s.user(t, "ana")
	must(s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: s.pool, Username: aws.String("mallory"), MessageAction: types.MessageActionTypeSuppress, TemporaryPassword: aws.String(password),
	}))(t)
	out := must(s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: s.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "mallory", "PASSWORD": password},
	}))(t)
	_, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: s.client, ChallengeName: out.ChallengeName, Session: out.Session,
		ChallengeResponses: map[string]string{"USERNAME": "mallory", "NEW_PASSWORD": password + "2", "userAttributes.preferred_username": "ana"},
	})
	if err == nil {
		t.Error("mallory is called ana too")
	}
}
