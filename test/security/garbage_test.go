package security_test

import (
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// TestAnswerToGarbage: the list of what is wrong with a request does not grow much beyond it.
func TestAnswerToGarbage(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{}, &idp.CreateUserPoolClientInput{})
	body := `{"ClientId":"` + *s.client + `","Username":"ana","UserAttributes":[` + strings.Repeat("{},", 300_000) + `{}]}`
	status, code, answer := s.post(t, "SignUp", nil, body)
	if status != 400 || code != "InvalidParameterException" {
		t.Errorf("%d %s", status, code)
	}
	if len(answer) > 100_000 {
		t.Errorf("%d bytes answer %d", len(answer), len(body))
	}
}
