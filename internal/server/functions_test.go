package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"ostiary/internal/lambda/lambdatest"
	"ostiary/internal/server"
)

const secretPassword = "Correct-horse-7"

// gatedPool is a pool with a PreSignUp function, and an app client.
func (r *running) gatedPool(t *testing.T) (api *cognitoidentityprovider.Client, client string) {
	t.Helper()
	api = r.sdk("AKIDTESTTESTTESTTEST", "any", "")
	pool, err := api.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("gated"),
		LambdaConfig: &types.LambdaConfigType{PreSignUp: aws.String("arn:aws:lambda:us-east-1:123456789012:function:gate:live")}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := api.CreateUserPoolClient(t.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	return api, *c.UserPoolClient.ClientId
}

// signUp answers what SignUp refuses with, "" for success.
func signUp(t *testing.T, api *cognitoidentityprovider.Client, client, name string) string {
	t.Helper()
	_, err := api.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{ClientId: &client, Username: &name, Password: aws.String(secretPassword),
		ValidationData: []types.AttributeType{{Name: aws.String("invitation"), Value: aws.String("hunter2")}}})
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return refused.ErrorCode() + ": " + refused.ErrorMessage()
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

// TestFunctionsInTime: a function that hangs is tried three times, and a caller is answered. The log says so,
// without what the event has.
func TestFunctionsInTime(t *testing.T) {
	var calls atomic.Int32
	lambda := lambdatest.Start(t, map[string]lambdatest.Function{"gate": func(ctx context.Context, _ json.RawMessage) (any, error) {
		calls.Add(1)
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	lambda.TakeAnyKey()
	r := start(t, "", map[string]string{"lambda-endpoint": lambda.URL + "/"}, server.Options{FunctionTime: 500 * time.Millisecond})
	api, client := r.gatedPool(t)
	if got := signUp(t, api, client, "ana"); got != "UnexpectedLambdaException: PreSignUp invocation failed due to error Socket timeout while invoking Lambda function." {
		t.Error(got)
	}
	if calls.Load() != 3 {
		t.Errorf("tried %d times", calls.Load())
	}
	lambda.Set("gate", func(context.Context, json.RawMessage) (any, error) {
		return nil, &lambdatest.Thrown{Type: "Refused", Message: "not with hunter2"}
	})
	if got := signUp(t, api, client, "ana"); got != "UserLambdaValidationException: PreSignUp failed with error not with hunter2." {
		t.Error(got)
	}
	lambda.Set("gate", lambdatest.Unchanged)
	if got := signUp(t, api, client, "ana"); got != "" { // nothing was stored before
		t.Error(got)
	}
	log := r.log.String()
	for _, want := range []string{`"msg":"trigger failed"`, `"outcome":"not_reached"`, `"outcome":"threw"`, `"error_type":"Refused"`, "gate:live"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, "hunter2") || strings.Contains(log, secretPassword) || strings.Contains(log, `"ana"`) {
		t.Errorf("the log has parts of events:\n%s", log)
	}
}

// TestFunctionsElsewhere: functions by a command and at an address, as the configuration says.
func TestFunctionsElsewhere(t *testing.T) {
	t.Setenv("OSTIARY_SECRET", "a secret of the server")
	script := filepath.Join(t.TempDir(), "gate.sh")
	err := os.WriteFile(script, []byte(`#!/bin/sh
event=$(cat)
case "$event" in
*'"userName":"eve"'*) echo '{"errorMessage":"no eves'"$OSTIARY_SECRET"'"}'; exit 1 ;;
esac
printf '%s' "$event"
`), 0o700)
	if err != nil {
		t.Fatal(err)
	}
	address := http.NewServeMux()
	address.HandleFunc("POST /gate", func(w http.ResponseWriter, req *http.Request) {
		var event map[string]any
		if err := json.NewDecoder(req.Body).Decode(&event); err != nil || event["triggerSource"] != "PreSignUp_SignUp" {
			t.Errorf("%v, %v", event, err)
		}
		if event["userName"] == "eve" {
			w.WriteHeader(http.StatusBadRequest)
			event = map[string]any{"errorMessage": "no eves"}
		}
		_ = json.NewEncoder(w).Encode(event)
	})
	for name, where := range map[string]string{"command": script, "address": serveHTTP(t, address) + "/gate"} {
		t.Run(name, func(t *testing.T) {
			r := start(t, "", map[string]string{"functions": "gate=" + where}, server.Options{})
			api, client := r.gatedPool(t)
			if got := signUp(t, api, client, "ana"); got != "" {
				t.Error(got)
			}
			if got := signUp(t, api, client, "eve"); got != "UserLambdaValidationException: PreSignUp failed with error no eves." {
				t.Error(got)
			}
		})
	}
}

func serveHTTP(t *testing.T, handler http.Handler) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

// TestFunctionsSigned: requests to a Lambda API are signed with the key that the configuration has.
func TestFunctionsSigned(t *testing.T) {
	lambda := lambdatest.Start(t, map[string]lambdatest.Function{"gate": lambdatest.Unchanged})
	for secret, want := range map[string]string{
		lambdatest.Credentials.SecretAccessKey: "",
		"another secret, long enough":          "UnexpectedLambdaException: PreSignUp invocation failed due to error InvalidSignatureException.",
	} {
		file := filepath.Join(t.TempDir(), "lambda.secret")
		if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := start(t, "", map[string]string{"lambda-endpoint": lambda.URL,
			"lambda-access-key-id": lambdatest.Credentials.AccessKeyID, "lambda-access-key-secret-file": file}, server.Options{})
		r.Advance(24 * time.Hour) // tests move the server's time, and signatures are of today
		api, client := r.gatedPool(t)
		if got := signUp(t, api, client, "ana"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if strings.Contains(r.log.String(), secret) {
			t.Error("the secret is in the log")
		}
	}
}

// TestPoolResources: what a pool has named before the operator forbade it is not run any more, nor named anew.
func TestPoolResources(t *testing.T) {
	lambda := lambdatest.Start(t, map[string]lambdatest.Function{"gate": lambdatest.Unchanged, "other": lambdatest.Unchanged})
	lambda.TakeAnyKey()
	dir := t.TempDir()
	flags := map[string]string{"lambda-endpoint": lambda.URL + "/", "data": dir, "database": "sqlite:" + filepath.Join(dir, "o.db")}
	api, client := start(t, "", flags, server.Options{}).gatedPool(t)
	if got := signUp(t, api, client, "ana"); got != "" {
		t.Error(got)
	}
	flags["pool-resources"] = "arn:aws:lambda:*:123456789012:function:other*"
	api = start(t, "", flags, server.Options{}).sdk("AKIDTESTTESTTESTTEST", "any", "")
	if got := signUp(t, api, client, "ben"); got != "UnexpectedLambdaException: PreSignUp invocation failed due to error AccessDeniedException." {
		t.Error(got)
	}
	for name, want := range map[string]string{"gate": "InvalidParameterException", "other": ""} {
		_, err := api.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: &name,
			LambdaConfig: &types.LambdaConfigType{PreSignUp: aws.String("arn:aws:lambda:us-east-1:123456789012:function:" + name)}})
		var refused smithy.APIError
		if errors.As(err, &refused) != (want != "") || want != "" && refused.ErrorCode() != want {
			t.Errorf("naming %s: %v", name, err)
		}
	}
}
