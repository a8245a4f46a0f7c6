// Package security_test attacks a running server by its public face.
package security_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"ostiary/ostiarytest"
)

// scene is a pool with one app client on a server whose time stands still unless it is advanced.
type scene struct {
	*ostiarytest.Server
	api    *idp.Client
	pool   *string
	client *string
}

func newScene(t *testing.T, pool *idp.CreateUserPoolInput, client *idp.CreateUserPoolClientInput, options ...ostiarytest.Option) *scene {
	t.Helper()
	now := time.Date(2030, 1, 1, 12, 0, 0, 250_000_000, time.UTC)
	s := &scene{Server: ostiarytest.Start(t, append(options, ostiarytest.WithClock(func() time.Time { return now }))...)}
	s.api = s.Client()
	pool.PoolName = aws.String("security")
	s.pool = must(s.api.CreateUserPool(t.Context(), pool))(t).UserPool.Id
	client.UserPoolId, client.ClientName = s.pool, aws.String("security")
	client.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{
		types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth,
		types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth, types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowCustomAuth,
	}
	s.client = must(s.api.CreateUserPoolClient(t.Context(), client))(t).UserPoolClient.ClientId
	return s
}

// must answers what a call answers, and ends the test if it was refused.
func must[T any](out T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

const password = "Correct-horse-1"

// user makes a confirmed user.
func (s *scene) user(t *testing.T, name string, attributes ...types.AttributeType) {
	t.Helper()
	must(s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: s.pool, Username: &name, MessageAction: types.MessageActionTypeSuppress, UserAttributes: attributes,
	}))(t)
	must(s.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: s.pool, Username: &name, Password: aws.String(password), Permanent: true,
	}))(t)
}

func (s *scene) signIn(t *testing.T, name string) *types.AuthenticationResultType {
	t.Helper()
	return must(s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: s.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password},
	}))(t).AuthenticationResult
}

func attribute(name, value string) types.AttributeType {
	return types.AttributeType{Name: &name, Value: &value}
}

// post sends a request as it stands and answers status, error code and body.
func (s *scene) post(t *testing.T, operation string, header map[string]string, body any) (status int, code string, answer []byte) {
	t.Helper()
	text, isText := body.(string)
	raw := []byte(text)
	if !isText {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	req := must(http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL(), bytes.NewReader(raw)))(t)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp := must(http.DefaultClient.Do(req))(t)
	defer resp.Body.Close()
	answer = must(io.ReadAll(resp.Body))(t)
	var refusal struct {
		Type string `json:"__type"`
	}
	_ = json.Unmarshal(answer, &refusal) // a success has no type
	return resp.StatusCode, refusal.Type, answer
}

// hiding is a client that does not show who exists.
var hiding = types.PreventUserExistenceErrorTypesEnabled

// message is what a refusal says; "" for none.
func message(err error) string {
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		return ""
	}
	return refused.ErrorCode() + ": " + refused.ErrorMessage()
}

// signature is of the right form, as a development server wants it.
var signature = map[string]string{
	"Authorization": "AWS4-HMAC-SHA256 Credential=A/20300101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00",
	"X-Amz-Date":    "20300101T120000Z",
}
