package server_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/config"
	"ostiary/internal/server"
)

// TestMetrics: what is done at the one listener is told at the other, and nobody's name is.
func TestMetrics(t *testing.T) {
	r := start(t, "", map[string]string{"metrics_listen": "127.0.0.1:0"}, server.Options{})
	api := r.sdk("any", "key", "")
	pool, err := api.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{
		PoolName: aws.String("metrics"), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.CreateUserPoolClient(t.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId: pool.UserPool.Id, ClientName: aws.String("app"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{
		ClientId: client.UserPoolClient.ClientId, Username: aws.String("somebody"), Password: aws.String("Correct-Horse-9"),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("somebody@example.com")}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.AdminConfirmSignUp(t.Context(), &cognitoidentityprovider.AdminConfirmSignUpInput{UserPoolId: pool.UserPool.Id, Username: aws.String("somebody")}); err != nil {
		t.Fatal(err)
	}
	signIn := func(password string) *types.AuthenticationResultType {
		out, err := api.InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
			AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: client.UserPoolClient.ClientId,
			AuthParameters: map[string]string{"USERNAME": "somebody", "PASSWORD": password},
		})
		if err != nil {
			return nil
		}
		return out.AuthenticationResult
	}
	if signIn("Wrong-Horse-9") != nil {
		t.Fatal("signed in by a wrong password")
	}
	tokens := signIn("Correct-Horse-9")
	if tokens == nil {
		t.Fatal("not signed in")
	}
	if _, err := api.InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeRefreshTokenAuth, ClientId: client.UserPoolClient.ClientId,
		AuthParameters: map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken},
	}); err != nil {
		t.Fatal(err)
	}
	r.do(t, http.MethodPost, "/", "{}", "X-Amz-Target: AWSCognitoIdentityProviderService.MadeUp"+strings.Repeat("x", 100), "Content-Type: application/x-amz-json-1.1")

	read := func(path string) (int, string) {
		resp, err := http.Get("http://" + r.MetricsAddr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	_, text := read("/metrics")
	for _, want := range []string{
		`ostiary_requests_total{code="OK",operation="SignUp"} 1`,
		`ostiary_requests_total{code="NotAuthorizedException",operation="InitiateAuth"} 1`,
		`ostiary_requests_total{code="UnknownOperationException",operation="unknown"} 1`,
		`ostiary_sign_in_steps_total{challenge="",flow="USER_PASSWORD_AUTH",result="tokens"} 1`,
		`ostiary_sign_in_steps_total{challenge="",flow="USER_PASSWORD_AUTH",result="NotAuthorizedException"} 1`,
		`ostiary_sign_in_steps_total{challenge="",flow="REFRESH_TOKEN_AUTH",result="tokens"} 1`,
		`ostiary_tokens_issued_total{grant="sign_in"} 1`, `ostiary_tokens_issued_total{grant="refresh_token"} 1`,
		`ostiary_messages_total{medium="EMAIL",outcome="taken",trigger="CustomMessage_SignUp"} 1`,
		`ostiary_store_retries_total `, `ostiary_database_connections{pool="reading",state="idle"}`, "go_goroutines ", "process_",
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("lacks %s", want)
		}
	}
	for _, unwanted := range []string{"somebody", *pool.UserPool.Id, *client.UserPoolClient.ClientId, "MadeUp"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("tells %s", unwanted)
		}
	}
	for path, want := range map[string]int{"/_ostiary/health/ready": 200, "/debug/pprof/goroutine?debug=1": 200, "/debug/pprof/": 200, "/": 404} {
		if got, _ := read(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if status, _ := r.do(t, http.MethodGet, "/metrics", ""); status != http.StatusNotFound {
		t.Errorf("the other listener has metrics: %d", status)
	}
}

// TestMetricsAddressTaken: whoever wants metrics and cannot have them is told at the start.
func TestMetricsAddressTaken(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cfg, err := config.Load("", func(string) (string, bool) { return "", false },
		map[string]string{"listen": "127.0.0.1:0", "database": "sqlite::memory:", "metrics-listen": taken.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.New(t.Context(), cfg, server.Options{}); err == nil || !strings.Contains(err.Error(), "listen for metrics") {
		t.Error(err)
	}
}
