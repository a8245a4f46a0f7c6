package trigger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// recorder is Functions that keep the event, and answer it with another response.
type recorder struct {
	event    []byte
	response string
	err      error
}

func (r *recorder) Invoke(_ context.Context, _, _ string, event []byte) ([]byte, error) {
	r.event = event
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(event, &whole); err != nil {
		return nil, err
	}
	if r.response != "" {
		whole["response"] = json.RawMessage(r.response)
	}
	answer, err := json.Marshal(whole)
	return answer, errors.Join(err, r.err)
}

// TestInboundFederation: the events are as documented, and an answer stands in place of what the provider said.
func TestInboundFederation(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:inbound"
	pool := &userpool.Pool{ID: "eu-west-1_aB3dE5fG7"}
	of := Subject{Pool: pool, Client: &userpool.Client{ID: "1example23456789"}, Username: "Shop_5f1c"}
	oidc := Assertion{Provider: "Shop", Type: cognitoidp.IdentityProviderTypeTypeOidc,
		TokenResponse: map[string]string{"token_type": "Bearer", "expires_in": "3600"},
		IDToken:       map[string]string{"sub": "5f1c", "email": "ana@example.com"}, UserInfo: map[string]string{"name": "Ana"}}
	saml := Assertion{Provider: "Staff", Type: cognitoidp.IdentityProviderTypeTypeSaml,
		SAMLResponse: map[string]string{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "ana@example.com"}}

	never := &recorder{}
	if got, err := (&Service{Functions: never}).InboundFederation(t.Context(), of, oidc); got != nil || err != nil || never.event != nil {
		t.Errorf("without a function: %v, %v, %s", got, err, never.event)
	}
	pool.Settings.LambdaConfig = &cognitoidp.LambdaConfigType{InboundFederation: &cognitoidp.InboundFederationLambdaType{LambdaArn: arn}}
	for _, tt := range []struct {
		said     Assertion
		response string
		want     map[string]string
		refused  string
	}{
		{said: oidc, response: `{"userAttributesToMap":{"email":"ANA@example.com","custom:team":"a"}}`, want: map[string]string{"email": "ANA@example.com", "custom:team": "a"}},
		{said: saml, response: `{"userAttributesToMap":{"name":"Ana"},"more":1}`, want: map[string]string{"name": "Ana"}},
		{said: oidc},
		{said: oidc, response: `{"userAttributesToMap":{}}`},
		{said: oidc, response: `{"userAttributesToMap":null}`},
		{said: oidc, response: `{}`},
		{said: oidc, response: `{"userAttributesToMap":{"email":7}}`, refused: "InvalidLambdaResponseException: Unrecognizable lambda output"},
		{said: oidc, response: `{"userAttributesToMap":["email"]}`, refused: "InvalidLambdaResponseException: Unrecognizable lambda output"},
		{said: oidc, response: `7`, refused: "InvalidLambdaResponseException: Unrecognizable lambda output"},
	} {
		r := &recorder{response: tt.response}
		of.Username = map[string]string{"Shop": "Shop_5f1c", "Staff": "Staff_ana"}[tt.said.Provider]
		got, err := (&Service{Functions: r}).InboundFederation(t.Context(), of, tt.said)
		if !maps.Equal(got, tt.want) || (got == nil) != (tt.want == nil) || (err == nil) != (tt.refused == "") || err != nil && err.Error() != tt.refused {
			t.Errorf("%s: %v, %v", tt.response, got, err)
		}
		var sent, want bytes.Buffer
		file, readErr := os.ReadFile(filepath.Join("testdata", "InboundFederation_"+string(tt.said.Type)+".json"))
		if err := errors.Join(readErr, json.Indent(&sent, r.event, "", "  "), json.Compact(&want, file)); err != nil {
			t.Fatal(err)
		}
		if string(r.event) != want.String() {
			t.Errorf("the event is\n%s", sent.String())
		}
	}
	r := &recorder{err: &Failure{Message: "not from there"}}
	_, err := (&Service{Functions: r}).InboundFederation(t.Context(), of, oidc)
	if err == nil || err.Error() != "UserLambdaValidationException: InboundFederation failed with error not from there." {
		t.Errorf("thrown: %v", err)
	}
	if _, err := (*Service)(nil).InboundFederation(t.Context(), of, oidc); err == nil || !strings.HasPrefix(err.Error(), "UnexpectedLambdaException") {
		t.Errorf("nobody to ask: %v", err)
	}
}
