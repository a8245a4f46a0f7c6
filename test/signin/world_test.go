package signin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// The databases that a server can keep its data in.
const (
	sqlite   = "SQLite"
	postgres = "PostgreSQL"
)

// world is a running server whose time stands still unless it is advanced, and a client of it.
type world struct {
	*ostiarytest.Server
	ctx context.Context
	api *idp.Client
}

// newWorld starts a server over a new and empty database.
func newWorld(t *testing.T, database string) *world {
	t.Helper()
	began := time.Now().Truncate(30 * time.Second) // where a step of RFC 6238 begins
	options := []ostiarytest.Option{
		ostiarytest.WithClock(func() time.Time { return began }),
		ostiarytest.WithFunctions(riddles),
		ostiarytest.WithLog(slog.New(slog.NewTextHandler(faults{t}, &slog.HandlerOptions{Level: slog.LevelError}))),
	}
	if database == postgres {
		options = append(options, ostiarytest.WithDatabase(pgtest.URL(t)))
	}
	w := &world{Server: ostiarytest.Start(t, options...), ctx: context.WithoutCancel(t.Context())}
	w.api = idp.New(idp.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(w.URL()), RetryMaxAttempts: 1,
		HTTPClient: &http.Client{Transport: recorder{&http.Transport{MaxIdleConnsPerHost: 16}}, Timeout: 2 * time.Minute},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMINER00000000", SecretAccessKey: "any"}, nil
		}),
	})
	return w
}

// faults shows what the server logs as an error with the test that met it, and fails that.
type faults struct{ t *testing.T }

func (f faults) Write(p []byte) (int, error) {
	if f.t.Context().Err() != nil { // the test is over and may not speak
		return os.Stderr.Write(p)
	}
	f.t.Errorf("server: %s", bytes.TrimSpace(p))
	return len(p), nil
}

// wire is an answer as it came: what an SDK's types cannot tell, such as a member that is there and empty.
type wire struct {
	status  int
	header  http.Header
	body    []byte
	members map[string]json.RawMessage
}

type wireKey struct{}

// recorded is a context whose calls leave their answers in what comes with it.
func (w *world) recorded() (context.Context, *wire) {
	seen := new(wire)
	return context.WithValue(w.ctx, wireKey{}, seen), seen
}

// recorder keeps answers for whoever asked for them with recorded.
type recorder struct{ http.RoundTripper }

func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	seen, wanted := req.Context().Value(wireKey{}).(*wire)
	if err != nil || !wanted {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	*seen = wire{status: resp.StatusCode, header: resp.Header, body: body}
	return resp, json.Unmarshal(body, &seen.members)
}

// exception is the name and text of an API error; empty for nil.
func exception(err error) (name, message string) {
	if err == nil {
		return "", ""
	}
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode(), e.ErrorMessage()
	}
	return "NotOfTheAPI", err.Error()
}

// refusal spells an API error in one line; "" for nil.
func refusal(err error) string {
	name, message := exception(err)
	if name == "" {
		return ""
	}
	return name + ": " + message
}

// reporter is what a test shows its failures by.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// must answers what a call answers, and ends the test if it was refused.
func must[T any](t reporter, what string) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		return v
	}
}

// encode is a value as JSON.
func encode(t reporter, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("encode %T: %v", v, err)
	}
	return text
}

// inParallel runs f for 0 to n-1, a few at once.
func inParallel(n int, f func(i int)) {
	var running sync.WaitGroup
	free := make(chan struct{}, 3)
	for i := range n {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }() // even if f ends its goroutine
			f(i)
		})
	}
	running.Wait()
}

// code is the newest code sent to a user of a pool; "" for none.
func (w *world) code(poolID, username string) string {
	for _, m := range w.Messages() {
		if m.UserPoolID == poolID && m.Username == username {
			return m.Code
		}
	}
	return ""
}

// asSDKsSign is an Authorization header of the right form, as a development server wants it.
var asSDKsSign = map[string]string{
	"Authorization": "AWS4-HMAC-SHA256 Credential=A/20300101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00",
	"X-Amz-Date":    "20300101T120000Z",
}

// post sends a request without an SDK's help.
func (w *world) post(t reporter, operation string, in any) wire {
	t.Helper()
	body := encode(t, in)
	req := must[*http.Request](t, operation)(http.NewRequestWithContext(w.ctx, http.MethodPost, w.URL(), bytes.NewReader(body)))
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	for name, value := range asSDKsSign {
		req.Header.Set(name, value)
	}
	resp := must[*http.Response](t, operation)(http.DefaultClient.Do(req))
	defer resp.Body.Close()
	seen := wire{status: resp.StatusCode, header: resp.Header, body: must[[]byte](t, operation)(io.ReadAll(resp.Body))}
	if err := json.Unmarshal(seen.body, &seen.members); err != nil {
		t.Fatalf("%s: %v in %q", operation, err, seen.body)
	}
	return seen
}

// refusal spells the error of an answer; "" for a success.
func (w wire) refusal() string {
	if w.status == http.StatusOK {
		return ""
	}
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(w.body, &e); err != nil {
		return fmt.Sprintf("status %d without an error: %s", w.status, w.body)
	}
	return e.Type + ": " + e.Message
}
