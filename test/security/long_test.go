package security_test

import (
	"errors"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestLongNames: nothing of a request without proof is kept that is longer than a username can be.
func TestLongNames(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{}, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: hiding})
	long := strings.Repeat("x", 100_000)
	for name, parameters := range map[string]map[string]string{
		"USERNAME":   {"USERNAME": long, "SRP_A": "02"},
		"DEVICE_KEY": {"USERNAME": "nobody", "SRP_A": "02", "DEVICE_KEY": long},
	} {
		_, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: s.client, AuthFlow: types.AuthFlowTypeUserSrpAuth, AuthParameters: parameters,
		})
		if refused := (*types.InvalidParameterException)(nil); !errors.As(err, &refused) {
			t.Errorf("%s of 100 kB: %v", name, err)
		}
	}
}
