// Package lambdatest is a Lambda API for tests: it speaks the Invoke operation as the SDKs of AWS do, checks
// signatures, and runs functions of the test.
package lambdatest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Credentials are those that requests have to be signed with, unless API.TakeAnyKey was called.
var Credentials = aws.Credentials{AccessKeyID: "AKIDLAMBDATEST000001", SecretAccessKey: "the secret of tests of Lambda functions"}

// Function is a Lambda function: it gets an event and returns what its payload is to be. An error that it
// returns is thrown, unless it is a *Refusal.
type Function func(ctx context.Context, event json.RawMessage) (any, error)

// Thrown is an error with a type.
type Thrown struct{ Type, Message string }

func (t *Thrown) Error() string { return t.Message }

// Refusal is an error of the Lambda API itself, such as TooManyRequestsException with status 429.
type Refusal struct {
	Status int
	Code   string
}

func (r *Refusal) Error() string { return r.Code }

// Raw is a payload that is not encoded again.
type Raw string

// API is a Lambda API that runs until the end of its test.
type API struct {
	URL string

	anyKey    atomic.Bool
	tb        testing.TB
	mu        sync.Mutex
	functions map[string]Function
	events    []json.RawMessage
}

// Start runs an API with functions by their names.
func Start(tb testing.TB, functions map[string]Function) *API {
	tb.Helper()
	a := &API{tb: tb, functions: functions}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", a.invoke)
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	a.URL = server.URL
	return a
}

// TakeAnyKey lets requests pass that are signed with another key than Credentials.
func (a *API) TakeAnyKey() { a.anyKey.Store(true) }

// Set puts a function in the place of the one of that name; nil takes it away.
func (a *API) Set(name string, f Function) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f == nil {
		delete(a.functions, name)
		return
	}
	if a.functions == nil {
		a.functions = map[string]Function{}
	}
	a.functions[name] = f
}

// Events are the events of all functions so far, oldest first.
func (a *API) Events() []json.RawMessage {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]json.RawMessage(nil), a.events...)
}

// Forget drops the events so far.
func (a *API) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = nil
}

func (a *API) invoke(w http.ResponseWriter, req *http.Request) {
	event, err := io.ReadAll(req.Body)
	if err != nil {
		return // the caller has hung up
	}
	if !a.anyKey.Load() && !signed(req, event) {
		refuse(w, &Refusal{http.StatusForbidden, "InvalidSignatureException"})
		return
	}
	if kind := req.Header.Get("X-Amz-Invocation-Type"); kind != "" && kind != "RequestResponse" {
		refuse(w, &Refusal{http.StatusBadRequest, "InvalidParameterValueException"})
		return
	}
	name := functionName(req.PathValue("name"))
	a.mu.Lock()
	f, ok := a.functions[name]
	if ok {
		a.events = append(a.events, event)
	}
	a.mu.Unlock()
	if !ok {
		refuse(w, &Refusal{http.StatusNotFound, "ResourceNotFoundException"})
		return
	}
	result, err := f(req.Context(), event)
	answer(w, result, err)
}

// functionName is the name in an ARN, or what is a name already.
func functionName(of string) string {
	if parts := strings.Split(of, ":"); len(parts) >= 7 {
		return parts[6]
	}
	return of
}

func answer(w http.ResponseWriter, result any, err error) {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		refuse(w, refusal)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	if err != nil {
		kind := "Error"
		var thrown *Thrown
		if errors.As(err, &thrown) {
			kind = thrown.Type
		}
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		result = map[string]any{"errorType": kind, "errorMessage": err.Error(), "trace": []string{}}
	}
	if raw, ok := result.(Raw); ok {
		_, _ = io.WriteString(w, string(raw))
		return
	}
	write(w, result)
}

func refuse(w http.ResponseWriter, r *Refusal) {
	w.Header().Set("Content-Type", "application/json")
	w.Header()["x-amzn-ErrorType"] = []string{r.Code + ":http://internal.amazon.com/coral/com.amazonaws.awsgirapi/"}
	w.WriteHeader(r.Status)
	write(w, map[string]string{"Type": "User", "message": "refused: " + r.Code})
}

// write sends a value that is JSON. A caller who has hung up does not read it.
func write(w io.Writer, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // of a function of a test
	}
	_, _ = w.Write(text)
}

// signed tells whether a request is signed with Credentials: signing it again, with the headers that it says
// are signed, has to come to the same.
func signed(req *http.Request, body []byte) bool {
	authorization := req.Header.Get("Authorization")
	_, rest, ok := strings.Cut(authorization, "SignedHeaders=")
	names, _, _ := strings.Cut(rest, ",")
	at, err := time.Parse("20060102T150405Z", req.Header.Get("X-Amz-Date"))
	if !ok || err != nil || time.Since(at).Abs() > 5*time.Minute {
		return false
	}
	scope := strings.Split(authorization, "/")
	if len(scope) < 5 {
		return false
	}
	again := &http.Request{Method: req.Method, Host: req.Host, Header: http.Header{}, ContentLength: req.ContentLength}
	again.URL = &url.URL{Scheme: "http", Host: req.Host, Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
	for name := range strings.SplitSeq(names, ";") {
		if name != "host" && name != "content-length" {
			again.Header[http.CanonicalHeaderKey(name)] = req.Header.Values(name)
		}
	}
	hash := sha256.Sum256(body)
	err = v4.NewSigner().SignHTTP(context.Background(), Credentials, again, hex.EncodeToString(hash[:]), "lambda", scope[2], at)
	return err == nil && again.Header.Get("Authorization") == authorization
}

// Respond makes a function that answers its event with response in it, as functions do.
func Respond(response func(event Event) (any, error)) Function {
	return func(_ context.Context, raw json.RawMessage) (any, error) {
		var event Event
		if err := json.Unmarshal(raw, &event); err != nil {
			return nil, err
		}
		var whole map[string]any
		if err := json.Unmarshal(raw, &whole); err != nil {
			return nil, err
		}
		r, err := response(event)
		if err != nil {
			return nil, err
		}
		if r != nil {
			whole["response"] = r
		}
		return whole, nil
	}
}

// Unchanged answers its event as it came.
func Unchanged(_ context.Context, event json.RawMessage) (any, error) { return event, nil }

// Event is what every event has.
type Event struct {
	Version       string         `json:"version"`
	TriggerSource string         `json:"triggerSource"`
	UserName      string         `json:"userName"`
	Request       map[string]any `json:"request"`
}
