package security_test

import (
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestPreferredUsernameOfAnotherForm: nobody may take the e-mail address by which another signs in as
// a preferred username, whatever the order of the pool's aliases.
func TestPreferredUsernameOfAnotherForm(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypePreferredUsername, types.AliasAttributeTypeEmail, types.AliasAttributeTypePhoneNumber},
	}, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding})
	s.user(t, "victim", attribute("email", "victim@example.com"), attribute("email_verified", "true"),
		attribute("phone_number", "+15550001"), attribute("phone_number_verified", "true"))
	s.user(t, "mallory")
	tokens := s.signIn(t, "mallory")
	for _, name := range []string{"victim@example.com", "+15550001"} {
		_, err := s.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{
			AccessToken: tokens.AccessToken, UserAttributes: []types.AttributeType{attribute("preferred_username", name)},
		})
		if err == nil {
			t.Errorf("mallory is called %s now", name)
		}
		out, err := s.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: s.pool, Username: &name})
		if err != nil || *out.Username != "victim" {
			t.Errorf("%s finds %v, %v", name, out, err)
		}
	}
}
