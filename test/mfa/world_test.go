package mfa_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"ostiary/internal/config"
	"ostiary/internal/server"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// reporter is what tests and property tests have in common.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
}

// world is a running server whose time stands still unless it is advanced.
type world struct {
	ctx   context.Context
	url   string
	api   *idp.Client
	srv   *server.Server
	store *storetest.FaultyStore
}

// The databases that a server can keep its data in.
const (
	sqlite   = "SQLite"
	postgres = "PostgreSQL"
)

// onEveryStore runs a test with the data in SQLite and with the data in PostgreSQL.
func onEveryStore(t *testing.T, test func(t *testing.T, database string)) {
	t.Parallel()
	for _, database := range []string{sqlite, postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			test(t, database)
		})
	}
}

// start runs a server over a new and empty database until the end of the test.
func start(t *testing.T, database string, change ...func(*config.Config)) *world {
	t.Helper()
	where := "sqlite::memory:"
	if database == postgres {
		where = pgtest.URL(t)
	}
	nothing := func(string) (string, bool) { return "", false }
	cfg, err := config.Load("", nothing, map[string]string{
		"listen": "127.0.0.1:0", "database": where, "data": t.TempDir(), "region": "eu-west-1",
	})
	if err != nil {
		t.Fatalf("configuration: %v", err)
	}
	for _, c := range change {
		c(cfg)
	}
	w := &world{ctx: context.WithoutCancel(t.Context())}
	now := time.Now().Truncate(time.Second)
	w.srv, err = server.New(t.Context(), cfg, server.Options{
		Log: slog.New(slog.NewTextHandler(faultsOnly{t}, &slog.HandlerOptions{Level: slog.LevelError})),
		Now: func() time.Time { return now },
		WrapStore: func(s store.Store) store.Store {
			w.store = storetest.Faulty(s)
			return w.store
		},
	})
	if err != nil {
		t.Fatalf("start a server: %v", err)
	}
	ctx, stop := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- w.srv.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	w.url = "http://" + w.srv.Addr().String()
	w.api = idp.New(idp.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(w.url), RetryMaxAttempts: 1,
		HTTPClient: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 2 * time.Minute},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAMFATEST000000000", SecretAccessKey: "any"}, nil
		}),
	})
	return w
}

// faultsOnly shows the server's errors with the test that met them.
type faultsOnly struct{ t *testing.T }

func (f faultsOnly) Write(p []byte) (int, error) {
	if f.t.Context().Err() != nil { // the test is over and may not speak
		return os.Stderr.Write(p)
	}
	f.t.Logf("server: %s", bytes.TrimSpace(p))
	return len(p), nil
}

func (w *world) now() time.Time          { return w.srv.Now() }
func (w *world) advance(d time.Duration) { w.srv.Advance(d) }

// code returns the newest code sent to a user of a pool.
func (w *world) code(t reporter, poolID, username string) string {
	t.Helper()
	q := url.Values{"userPoolId": {poolID}, "username": {username}}
	resp, err := http.Get(w.url + "/_ostiary/messages?" + q.Encode())
	if err != nil {
		t.Fatalf("read the inbox: %v", err)
	}
	defer resp.Body.Close()
	var messages []struct{ Username, Code, Medium string }
	if err := json.NewDecoder(resp.Body).Decode(&messages); err != nil {
		t.Fatalf("read the inbox: %v", err)
	}
	if len(messages) == 0 {
		t.Fatalf("no message for %s", username)
	}
	return messages[0].Code
}

// forgetMessages empties the inbox.
func (w *world) forgetMessages(t reporter) {
	t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodDelete, w.url+"/_ostiary/messages", nil)
	if err != nil {
		t.Fatalf("empty the inbox: %v", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("empty the inbox: %v", err)
	}
	resp.Body.Close()
}

// wire is an answer as it came.
type wire struct {
	status  int
	body    string
	errType string // of __type
	message string
}

// call sends a request without an SDK's help: no signature unless a header brings one.
func (w *world) call(t reporter, operation string, in map[string]any, headers ...string) wire {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.url+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	out := wire{status: resp.StatusCode, body: string(got)}
	var failure struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if json.Unmarshal(got, &failure) == nil {
		out.errType, out.message = failure.Type, failure.Message
	}
	return out
}

// signed is an Authorization header as SDKs send it, by a key that does not exist.
var signed = []string{
	"Authorization", "AWS4-HMAC-SHA256 Credential=AKIAMFATEST000000000/20260101/eu-west-1/cognito-idp/aws4_request, " +
		"SignedHeaders=host;x-amz-date;x-amz-target, Signature=" +
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	"X-Amz-Date", "20260101T000000Z",
}

// exception is the name and text of an API error; empty for nil.
func exception(err error) (name, message string) {
	if err == nil {
		return "", ""
	}
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode(), e.ErrorMessage()
	}
	return fmt.Sprintf("not of the API: %v", err), ""
}

// refused checks the exception of a call, and its text unless that is "".
func refused(t reporter, what string, err error, name, message string) {
	t.Helper()
	gotName, gotMessage := exception(err)
	switch {
	case gotName != name:
		t.Errorf("%s: got %q %q, want %s %q", what, gotName, gotMessage, name, message)
	case message != "" && gotMessage != message:
		t.Errorf("%s: %s says %q, want %q", what, name, gotMessage, message)
	}
}

func must[T any](t reporter, what string) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		return v
	}
}
