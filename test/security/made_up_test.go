package security_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestMadeUpNames: where a client hides who exists, USER_ID_FOR_SRP tells nobody from somebody of a
// name of the same kind.
func TestMadeUpNames(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{
		AliasAttributes:       []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		UsernameConfiguration: &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)},
	}, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding})
	s.user(t, "ana")
	id := func(name string) string {
		return must(s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: s.client, AuthFlow: types.AuthFlowTypeUserSrpAuth,
			AuthParameters: map[string]string{"USERNAME": name, "SRP_A": "02"},
		}))(t).ChallengeParameters["USER_ID_FOR_SRP"]
	}
	for _, names := range [][2]string{{"ana", "bob"}, {"ANA", "BOB"}} {
		known, unknown := id(names[0]), id(names[1])
		if strings.ReplaceAll(known, "ana", "bob") != unknown {
			t.Errorf("%s is %s, %s is %s", names[0], known, names[1], unknown)
		}
	}
}
