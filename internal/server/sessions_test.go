package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ostiary/internal/server"
)

// TestWhereSessionsAreUsed: a session remembers the client of the request that used it last, which may
// have come through a trusted proxy, or the user for whom a server spoke.
func TestWhereSessionsAreUsed(t *testing.T) {
	for name, c := range map[string]struct{ trusted, browser, phone string }{
		"behind a trusted proxy": {"127.0.0.0/8", "192.0.2.7", "2001:db8::7"},
		"without one":            {"10.0.0.0/8", "127.0.0.1", "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, "", map[string]string{"trusted-proxies": c.trusted}, server.Options{})
			call := func(operation, in string, headers ...string) map[string]any {
				t.Helper()
				status, body := r.do(t, http.MethodPost, "/", in, append(headers, "Content-Type: application/x-amz-json-1.1",
					"X-Amz-Target: AWSCognitoIdentityProviderService."+operation,
					"Authorization: AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
					"X-Amz-Date: 20261123T120000Z")...)
				if status != http.StatusOK {
					t.Fatalf("%s: %d %s", operation, status, body)
				}
				var out map[string]any
				if err := json.Unmarshal([]byte(body), &out); err != nil {
					t.Fatalf("%s: %v", operation, err)
				}
				return out
			}
			at := func(out map[string]any, path ...string) string {
				t.Helper()
				for _, member := range path[:len(path)-1] {
					out, _ = out[member].(map[string]any)
				}
				text, ok := out[path[len(path)-1]].(string)
				if !ok {
					t.Fatalf("no %s", strings.Join(path, "."))
				}
				return text
			}
			pool := at(call("CreateUserPool", `{"PoolName":"people"}`), "UserPool", "Id")
			client := at(call("CreateUserPoolClient", `{"UserPoolId":"`+pool+`","ClientName":"app","ExplicitAuthFlows":
				["ALLOW_USER_PASSWORD_AUTH","ALLOW_ADMIN_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]}`), "UserPoolClient", "ClientId")
			call("AdminCreateUser", `{"UserPoolId":"`+pool+`","Username":"ana","MessageAction":"SUPPRESS"}`)
			call("AdminSetUserPassword", `{"UserPoolId":"`+pool+`","Username":"ana","Password":"Passw0rd!","Permanent":true}`)
			call("SetUserPoolSessionConfiguration", `{"UserPoolId":"`+pool+`","UserSessionTracking":"ENABLED","TokenSession":{"MaxPerUser":2}}`)

			const credentials = `"AuthParameters":{"USERNAME":"ana","PASSWORD":"Passw0rd!"}`
			browser := []string{"User-Agent: Mozilla/5.0 (Windows NT 10.0) Firefox/131.0", "X-Forwarded-For: 192.0.2.7"}
			phone := []string{"User-Agent: Bank/7 (iPhone)", "X-Forwarded-For: 2001:db8::7"}
			signedIn := call("InitiateAuth", `{"ClientId":"`+client+`","AuthFlow":"USER_PASSWORD_AUTH",`+credentials+`}`, browser...)
			access, refresh := at(signedIn, "AuthenticationResult", "AccessToken"), at(signedIn, "AuthenticationResult", "RefreshToken")
			expect := func(want string) {
				t.Helper()
				var got strings.Builder
				list, _ := call("ListUserSessions", `{"AccessToken":"`+access+`"}`)["Sessions"].([]any)
				for _, one := range list {
					s, _ := one.(map[string]any)
					fmt.Fprintf(&got, "%s at %s; ", s["DeviceType"], s["LastIPAddress"])
				}
				if got.String() != want {
					t.Errorf("sessions: %s\nwant: %s", &got, want)
				}
			}
			expect("Firefox on Windows at " + c.browser + "; ")
			call("InitiateAuth", `{"ClientId":"`+client+`","AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"`+refresh+`"}}`, phone...)
			expect("Bank on iOS at " + c.phone + "; ")
			call("GetTokensFromRefreshToken", `{"ClientId":"`+client+`","RefreshToken":"`+refresh+`"}`, browser...)
			expect("Firefox on Windows at " + c.browser + "; ")
			call("AdminInitiateAuth", `{"UserPoolId":"`+pool+`","ClientId":"`+client+`","AuthFlow":"ADMIN_USER_PASSWORD_AUTH",`+credentials+`,
				"ContextData":{"IpAddress":"198.51.100.9","ServerName":"s","ServerPath":"/","HttpHeaders":[{"headerName":"User-Agent","headerValue":"Bank/7 (Android)"}]}}`,
				"User-Agent: curl/8")
			expect("Bank on Android at 198.51.100.9; Firefox on Windows at " + c.browser + "; ")
		})
	}
}
