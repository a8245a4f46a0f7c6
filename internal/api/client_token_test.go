package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store/storetest"
)

// machine is an app client that gets tokens of its own, of a pool with resource servers.
type machine struct {
	*stage
	id     string
	secret string
}

var machineFlow = []cognitoidp.ExplicitAuthFlowsType{cognitoidp.ExplicitAuthFlowsTypeAllowClientTokenAuth}

func newMachine(t *testing.T, scopes ...string) *machine {
	t.Helper()
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{DcrConfiguration: dcrOn}, nil)
	if err := st.Tokens.RotateKeys(st.ctx, st.poolID); err != nil {
		t.Fatal(err)
	}
	createResourceServer(t, st.Service, st.poolID, "orders", "read", "write", "cancel")
	createResourceServer(t, st.Service, st.poolID, "https://bills.example.com/v1", "read")
	c := createClient(t, st.Service, &cognitoidp.CreateUserPoolClientRequest{
		UserPoolId: st.poolID, GenerateSecret: new(true), ExplicitAuthFlows: machineFlow, AllowedOAuthScopes: scopes,
	})
	return &machine{stage: st, id: *c.ClientId, secret: *c.ClientSecret}
}

func (m *machine) token(secret string, scopes ...string) (*cognitoidp.ClientAuthenticationResultType, error) {
	out, err := m.GetClientToken(m.ctx, &cognitoidp.GetClientTokenRequest{ClientId: m.id, Secret: secret, Scopes: scopes})
	if err != nil {
		return nil, err
	}
	return out.ClientAuthenticationResult, nil
}

// granted is the scope claim of a token for the scopes.
func (m *machine) granted(scopes ...string) string {
	m.t.Helper()
	result, err := m.token(m.secret, scopes...)
	if err != nil {
		m.t.Fatal(err)
	}
	return claimsOf(m.t, *result.AccessToken)["scope"].(string)
}

func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

const allBills, allOrders = "https://bills.example.com/v1/read", "orders/read orders/write"

func TestGetClientToken(t *testing.T) {
	m := newMachine(t, "openid", "orders/read", "orders/write", "https://bills.example.com/v1/read", "aws.cognito.signin.user.admin")
	answer := call(t, m.Service, "GetClientToken", `{"ClientId":"`+m.id+`","Secret":"`+m.secret+`","Scopes":["orders/write"],"ClientMetadata":{"a":"b"}}`)
	var out struct {
		ClientAuthenticationResult struct{ AccessToken string }
	}
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		t.Fatal(err)
	}
	token := out.ClientAuthenticationResult.AccessToken
	want := `{"ClientAuthenticationResult":{"AccessToken":"TOKEN","ExpiresIn":3600,"TokenType":"Bearer"}}`
	if got := strings.Replace(answer, token, "TOKEN", 1); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	claims := claimsOf(t, token)
	for name, wanted := range map[string]any{
		"sub": m.id, "client_id": m.id, "token_use": "access", "scope": "orders/write", "iss": "http://localhost/" + m.poolID,
		"auth_time": float64(m.now.Unix()), "iat": float64(m.now.Unix()), "exp": float64(m.now.Add(time.Hour).Unix()), "version": 2.0,
	} {
		if claims[name] != wanted {
			t.Errorf("claim %s: %v, want %v", name, claims[name], wanted)
		}
	}
	if len(claims) != 10 || claims["jti"] == "" {
		t.Errorf("claims %v", claims)
	}

	if got, want := m.granted(), allOrders+" "+allBills; got != want {
		t.Errorf("without scopes: %s, want %s", got, want)
	}
	if got, want := m.granted("https://bills.example.com/v1/read", "orders/read", "orders/read"), allBills+" orders/read"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A scope or a server that goes is granted no more, and comes back with it.
func TestClientTokenWithoutGoneScopes(t *testing.T) {
	m := newMachine(t, "orders/read", "orders/write", "https://bills.example.com/v1/read")
	want(t, updateResourceServer(t, m.Service, m.poolID, "orders", "write"), "")
	if got := m.granted(); got != "orders/write "+allBills {
		t.Errorf("after a scope was removed: %s", got)
	}
	_, err := m.token(m.secret, "orders/read")
	want(t, err, "InvalidParameter: Invalid scope requested: orders/read")
	want(t, deleteResourceServer(t, m.Service, m.poolID, "https://bills.example.com/v1"), "")
	if got := m.granted(); got != "orders/write" {
		t.Errorf("after a server was deleted: %s", got)
	}
	want(t, deleteResourceServer(t, m.Service, m.poolID, "orders"), "")
	_, err = m.token(m.secret)
	want(t, err, "InvalidParameter: Client "+m.id+" does not have any custom scopes.")
	createResourceServer(t, m.Service, m.poolID, "orders", "read")
	if got := m.granted(); got != "orders/read" {
		t.Errorf("after a server was made anew: %s", got)
	}
}

func TestGetClientTokenRefusals(t *testing.T) {
	m := newMachine(t, "openid", "orders/read")
	wrongSecret := "NotAuthorized: Unable to verify secret for client " + m.id
	for _, scope := range []string{"orders/write", "orders/none", "nothing/read", "openid", "aws.cognito.signin.user.admin", "aws.cognito/dcr/register"} {
		_, err := m.token(m.secret, "orders/read", scope)
		want(t, err, "InvalidParameter: Invalid scope requested: "+scope)
	}
	for _, wrong := range []string{m.secret + "x", m.secret[1:], strings.ToUpper(m.secret), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		_, err := m.token(wrong)
		want(t, err, wrongSecret)
		_, err = m.token(wrong, "nothing/read") // what else is wrong is not told
		want(t, err, wrongSecret)
	}
	_, err := m.GetClientToken(m.ctx, &cognitoidp.GetClientTokenRequest{ClientId: "nobody", Secret: m.secret})
	want(t, err, "ResourceNotFound: User pool client nobody does not exist.")

	// A client of users proves its secret first; one without a secret never can.
	for name, in := range map[string]*cognitoidp.CreateUserPoolClientRequest{
		"no flows":   {GenerateSecret: new(true)},
		"user flows": {GenerateSecret: new(true), ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH"}},
		"credentials": {GenerateSecret: new(true), AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthFlows: []cognitoidp.OAuthFlowType{"client_credentials"},
			AllowedOAuthScopes: []string{"orders/read"}},
		"public": {},
	} {
		in.UserPoolId = m.poolID
		c := createClient(t, m.Service, in)
		other := &machine{stage: m.stage, id: *c.ClientId, secret: value(c.ClientSecret)}
		t.Run(name, func(t *testing.T) {
			_, err := other.token(givenSecret)
			want(t, err, "NotAuthorized: Unable to verify secret for client "+other.id)
			if other.secret != "" {
				_, err = other.token(other.secret)
				want(t, err, "InvalidParameter: CLIENT_TOKEN_AUTH flow not enabled for this client")
			}
		})
	}

	broken := errors.New("the disk is on fire")
	faulty := storetest.Faulty(m.Store)
	m.Store = faulty
	faulty.FailView(broken)
	var refusal *cognitoidp.Error
	if _, err := m.token(m.secret); !errors.Is(err, broken) || errors.As(err, &refusal) {
		t.Errorf("a fault of the store came out as %v", err)
	}
}

// Either of two secrets proves the client, and neither once it is out of force.
func TestClientTokenSecrets(t *testing.T) {
	m := newMachine(t, "orders/read")
	added, err := m.AddUserPoolClientSecret(m.ctx, &cognitoidp.AddUserPoolClientSecretRequest{UserPoolId: m.poolID, ClientId: m.id})
	if err != nil {
		t.Fatal(err)
	}
	second := *added.ClientSecretDescriptor.ClientSecretValue
	for _, secret := range []string{m.secret, second} {
		_, err := m.token(secret)
		want(t, err, "")
	}
	listed, err := m.ListUserPoolClientSecrets(m.ctx, &cognitoidp.ListUserPoolClientSecretsRequest{UserPoolId: m.poolID, ClientId: m.id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.DeleteUserPoolClientSecret(m.ctx, &cognitoidp.DeleteUserPoolClientSecretRequest{
		UserPoolId: m.poolID, ClientId: m.id, ClientSecretId: *listed.ClientSecrets[0].ClientSecretId,
	}); err != nil {
		t.Fatal(err)
	}
	_, err = m.token(m.secret)
	want(t, err, "NotAuthorized: Unable to verify secret for client "+m.id)
	_, err = m.token(second)
	want(t, err, "")
}

// The scope of dynamic client registration is granted while registration is on.
func TestClientTokenForRegistration(t *testing.T) {
	m := newMachine(t, "aws.cognito/dcr/register", "orders/read")
	if got := m.granted(); got != "aws.cognito/dcr/register orders/read" {
		t.Errorf("scope %s", got)
	}
	if _, err := m.UpdateUserPool(m.ctx, &cognitoidp.UpdateUserPoolRequest{
		UserPoolId: m.poolID, DcrConfiguration: &cognitoidp.DcrConfigurationType{EnableStatus: cognitoidp.StatusTypeDisabled},
	}); err != nil {
		t.Fatal(err)
	}
	if got := m.granted(); got != "orders/read" {
		t.Errorf("with registration off: %s", got)
	}
	_, err := m.token(m.secret, "aws.cognito/dcr/register")
	want(t, err, "InvalidParameter: Invalid scope requested: aws.cognito/dcr/register")
}

// A machine's token is no refresh token, cannot be revoked, and opens no sign-in.
func TestClientTokenIsForResourceServers(t *testing.T) {
	m := newMachine(t, "orders/read")
	result, err := m.token(m.secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.RevokeToken(m.ctx, &cognitoidp.RevokeTokenRequest{ClientId: m.id, ClientSecret: &m.secret, Token: *result.AccessToken})
	want(t, err, "UnsupportedTokenType: Unsupported token type: only refresh tokens can be revoked")
	_, err = m.GetTokensFromRefreshToken(m.ctx, &cognitoidp.GetTokensFromRefreshTokenRequest{
		ClientId: m.id, ClientSecret: &m.secret, RefreshToken: *result.AccessToken,
	})
	want(t, err, "NotAuthorized: Invalid Refresh Token")
	m.now = m.now.Add(time.Hour)
	_, err = m.Tokens.BearerFor(m.ctx, *result.AccessToken, "")
	want(t, err, "NotAuthorized: Access Token has expired")
}
