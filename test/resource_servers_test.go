package test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"ostiary/internal/store/storetest/pgtest"
)

// sdk is an AWS SDK client of the process.
func (p *process) sdk() *idp.Client {
	return idp.New(idp.Options{
		Region: "us-east-1", BaseEndpoint: &p.endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// call posts a request to the API as it stands, signed in form or not, and answers status and body. It is
// for operations that the SDK does not have yet.
func (p *process) call(t *testing.T, operation, body string, signed bool) (status int, answer []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	if signed {
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=A/20300101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
		req.Header.Set("X-Amz-Date", "20300101T120000Z")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// TestResourceServers: an API with scopes is made, changed, listed and removed by the SDK, and a machine
// gets tokens for it that verify by what the server publishes.
func TestResourceServers(t *testing.T) {
	for name, args := range map[string]func(*testing.T) []string{
		"SQLite":   func(*testing.T) []string { return nil },
		"Postgres": func(t *testing.T) []string { return []string{"--database", pgtest.URL(t)} },
	} {
		t.Run(name, func(t *testing.T) { resourceServers(t, serve(t, args(t)...)) })
	}
}

func resourceServers(t *testing.T, p *process) {
	ctx := t.Context()
	api := p.sdk()
	pool, err := api.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("machines")})
	if err != nil {
		t.Fatal(err)
	}
	poolID := pool.UserPool.Id
	scope := func(name string) types.ResourceServerScopeType {
		return types.ResourceServerScopeType{ScopeName: &name, ScopeDescription: aws.String("May " + name)}
	}
	const orders = "https://orders.example.com/v1"
	created, err := api.CreateResourceServer(ctx, &idp.CreateResourceServerInput{
		UserPoolId: poolID, Identifier: aws.String(orders), Name: aws.String("Orders"), Scopes: []types.ResourceServerScopeType{scope("read")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := created.ResourceServer; *s.Identifier != orders || *s.UserPoolId != *poolID || len(s.Scopes) != 1 {
		t.Errorf("created %+v", s)
	}
	for i := range 4 {
		if _, err := api.CreateResourceServer(ctx, &idp.CreateResourceServerInput{
			UserPoolId: poolID, Identifier: aws.String(fmt.Sprintf("api-%d", i)), Name: aws.String("API"),
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := api.UpdateResourceServer(ctx, &idp.UpdateResourceServerInput{
		UserPoolId: poolID, Identifier: aws.String(orders), Name: aws.String("Orders"), Scopes: []types.ResourceServerScopeType{scope("write"), scope("read")},
	}); err != nil {
		t.Fatal(err)
	}
	described, err := api.DescribeResourceServer(ctx, &idp.DescribeResourceServerInput{UserPoolId: poolID, Identifier: aws.String(orders)})
	if err != nil {
		t.Fatal(err)
	}
	if s := described.ResourceServer.Scopes; len(s) != 2 || *s[0].ScopeName != "write" || *s[0].ScopeDescription != "May write" || *s[1].ScopeName != "read" {
		t.Errorf("scopes after the update: %+v", s)
	}
	if _, err := api.DeleteResourceServer(ctx, &idp.DeleteResourceServerInput{UserPoolId: poolID, Identifier: aws.String("api-2")}); err != nil {
		t.Fatal(err)
	}
	var listed []string
	pages := idp.NewListResourceServersPaginator(api, &idp.ListResourceServersInput{UserPoolId: poolID, MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.ResourceServers {
			listed = append(listed, *s.Identifier)
		}
	}
	if got := strings.Join(listed, " "); got != "api-0 api-1 api-3 "+orders {
		t.Errorf("listed %s", got)
	}
	var gone *types.ResourceNotFoundException
	if _, err := api.DescribeResourceServer(ctx, &idp.DescribeResourceServerInput{UserPoolId: poolID, Identifier: aws.String("api-2")}); !errors.As(err, &gone) {
		t.Errorf("a deleted server: %v", err)
	}

	machine := &idp.CreateUserPoolClientInput{
		UserPoolId: poolID, ClientName: aws.String("machine"), GenerateSecret: true,
		ExplicitAuthFlows:  []types.ExplicitAuthFlowsType{"ALLOW_CLIENT_TOKEN_AUTH"},
		AllowedOAuthScopes: []string{orders + "/read", orders + "/none"},
	}
	var noScope *types.ScopeDoesNotExistException
	if _, err := api.CreateUserPoolClient(ctx, machine); !errors.As(err, &noScope) {
		t.Errorf("a client with a scope that is not there: %v", err)
	}
	machine.AllowedOAuthScopes = []string{orders + "/read", orders + "/write"}
	client, err := api.CreateUserPoolClient(ctx, machine)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"ClientId":%q,"Secret":%q}`, *client.UserPoolClient.ClientId, *client.UserPoolClient.ClientSecret)
	for _, signed := range []bool{false, true} {
		status, answer := p.call(t, "GetClientToken", body, signed)
		var out struct {
			ClientAuthenticationResult struct {
				AccessToken, TokenType string
				ExpiresIn              int
			}
		}
		if err := json.Unmarshal(answer, &out); err != nil || status != http.StatusOK {
			t.Fatalf("GetClientToken, signed %v: %d %s", signed, status, answer)
		}
		result := out.ClientAuthenticationResult
		if result.TokenType != "Bearer" || result.ExpiresIn != 3600 {
			t.Errorf("type %s, expires in %d", result.TokenType, result.ExpiresIn)
		}
		issuer := strings.Replace(p.endpoint, "127.0.0.1", "localhost", 1) + "/" + *poolID
		keys, err := jwk.Fetch(ctx, issuer+"/.well-known/jwks.json")
		if err != nil {
			t.Fatal(err)
		}
		token, err := jwt.Parse([]byte(result.AccessToken), jwt.WithKeySet(keys), jwt.WithIssuer(issuer))
		if err != nil {
			t.Fatalf("a resource server does not verify the token: %v", err)
		}
		var scopes string
		if err := token.Get("scope", &scopes); err != nil || scopes != orders+"/read "+orders+"/write" {
			t.Errorf("scope %q, %v", scopes, err)
		}
		if subject, _ := token.Subject(); subject != *client.UserPoolClient.ClientId {
			t.Errorf("subject %s", subject)
		}
		var refused *types.NotAuthorizedException
		if _, err := api.GetUser(ctx, &idp.GetUserInput{AccessToken: &result.AccessToken}); !errors.As(err, &refused) {
			t.Errorf("GetUser by a machine: %v", err)
		}
	}
}
