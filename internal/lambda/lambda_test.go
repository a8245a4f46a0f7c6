package lambda

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
	"go.uber.org/goleak"

	"ostiary/internal/awsapi"
	"ostiary/internal/lambda/lambdatest"
	"ostiary/internal/policy"
	"ostiary/internal/trigger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const prefix = "arn:aws:lambda:eu-west-1:123456789012:function:"

// reach makes Functions that do not wait between attempts; pauses are noted.
func reach(t *testing.T, f *Functions, pauses *[]time.Duration) *Functions {
	t.Helper()
	f.Rand = rand.Reader
	f.Pause = func(_ context.Context, d time.Duration) error {
		if pauses != nil {
			*pauses = append(*pauses, d)
		}
		return nil
	}
	t.Cleanup(f.Close)
	return f
}

func apiAt(url string) *API {
	keys := awsapi.Keys(lambdatest.Credentials.AccessKeyID, lambdatest.Credentials.SecretAccessKey)
	return NewAPI(awsapi.Service{Endpoint: url, Credentials: keys, Now: time.Now}, NewClient())
}

// wantCause fails unless err says that the function was not reached, in the caller's words.
func wantCause(t *testing.T, err error, want string) {
	t.Helper()
	var u *trigger.Unreached
	if !errors.As(err, &u) || u.Cause != want {
		t.Errorf("got %v, want not reached: %s", err, want)
	}
}

// wantThrown fails unless err is what the function threw.
func wantThrown(t *testing.T, err error, want string) {
	t.Helper()
	var f *trigger.Failure
	if !errors.As(err, &f) || f.Message != want {
		t.Errorf("got %v, want thrown: %s", err, want)
	}
}

// TestSDK: what stands in for the Lambda API in these tests is one to the client of AWS. This keeps the other
// tests from agreeing with nobody but themselves.
func TestSDK(t *testing.T) {
	api := lambdatest.Start(t, map[string]lambdatest.Function{
		"echo": lambdatest.Unchanged,
		"throws": func(context.Context, json.RawMessage) (any, error) {
			return nil, &lambdatest.Thrown{Type: "Custom", Message: "no"}
		},
		"busy": func(context.Context, json.RawMessage) (any, error) {
			return nil, &lambdatest.Refusal{Status: http.StatusTooManyRequests, Code: "TooManyRequestsException"}
		},
	})
	client := func(secret string) *lambda.Client {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		t.Cleanup(transport.CloseIdleConnections)
		return lambda.New(lambda.Options{
			Region: "eu-west-1", BaseEndpoint: &api.URL, RetryMaxAttempts: 1, HTTPClient: &http.Client{Transport: transport},
			Credentials: credentials.NewStaticCredentialsProvider(lambdatest.Credentials.AccessKeyID, secret, ""),
		})
	}
	right := client(lambdatest.Credentials.SecretAccessKey)
	out, err := right.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String(prefix + "echo:live"), Payload: []byte(`{"a":1}`)})
	if err != nil || strings.TrimSpace(string(out.Payload)) != `{"a":1}` || out.FunctionError != nil || out.StatusCode != 200 {
		t.Errorf("%+v, %v", out, err)
	}
	out, err = right.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("throws"), Payload: []byte(`{}`)})
	if err != nil || aws.ToString(out.FunctionError) != "Unhandled" || !strings.Contains(string(out.Payload), `"errorMessage":"no"`) {
		t.Errorf("%+v, %v", out, err)
	}
	for name, want := range map[string]string{"none": "ResourceNotFoundException", "busy": "TooManyRequestsException"} {
		var e smithy.APIError
		_, err = right.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &name, Payload: []byte(`{}`)})
		if !errors.As(err, &e) || e.ErrorCode() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = client("another").Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("echo"), Payload: []byte(`{}`)})
	if err == nil || !strings.Contains(err.Error(), "InvalidSignature") {
		t.Errorf("signed with another secret: %v", err)
	}
}

// TestAPI: answers, thrown errors, what is tried again and what is not.
func TestAPI(t *testing.T) {
	var calls atomic.Int32
	refuse := func(status int, code string, times int32) lambdatest.Function {
		return func(context.Context, json.RawMessage) (any, error) {
			if calls.Add(1) <= times {
				return nil, &lambdatest.Refusal{Status: status, Code: code}
			}
			return lambdatest.Raw(`{"answered":true}`), nil
		}
	}
	raw := func(payload string) lambdatest.Function {
		return func(context.Context, json.RawMessage) (any, error) { calls.Add(1); return lambdatest.Raw(payload), nil }
	}
	thrown := func(message string) lambdatest.Function {
		return func(context.Context, json.RawMessage) (any, error) {
			calls.Add(1)
			return nil, &lambdatest.Thrown{Type: "E", Message: message}
		}
	}
	isCause := func(want string) func(*testing.T, error) {
		return func(t *testing.T, err error) { t.Helper(); wantCause(t, err, want) }
	}
	isThrown := func(want string) func(*testing.T, error) {
		return func(t *testing.T, err error) { t.Helper(); wantThrown(t, err, want) }
	}
	for _, tt := range []struct {
		name     string
		function lambdatest.Function
		calls    int32
		check    func(*testing.T, error) // nil: answered
	}{
		{"answers", raw(`{"answered":true}`), 1, nil},
		{"throttled twice", refuse(429, "TooManyRequestsException", 2), 3, nil},
		{"service error once", refuse(500, "ServiceException", 1), 2, nil},
		{"throttled for ever", refuse(429, "TooManyRequestsException", 9), 3, isCause("error TooManyRequestsException")},
		{"service error for ever", refuse(502, "EC2AccessDeniedException", 9), 3, isCause("error EC2AccessDeniedException")},
		{"not allowed", refuse(403, "AccessDeniedException", 9), 1, isCause("error AccessDeniedException")},
		{"an error without a name", refuse(503, "<no name>", 9), 3, isCause("error ServiceException")},
		{"throws", thrown("Studio is invite-only"), 1, isThrown("Studio is invite-only")},
		{"throws without a text", thrown(""), 1, isThrown("E")},
		{"throws at length", thrown(strings.Repeat("ö", 3000)), 1, isThrown(strings.Repeat("ö", maxMessage/2))},
		{"returns an error", raw(`{"errorMessage":"said, not thrown","errorType":"E"}`), 1, isThrown("said, not thrown")},
		{"says too much", raw(strings.Repeat(" ", maxAnswer+1)), 1,
			isThrown("Response payload size exceeded maximum allowed payload size (1048576 bytes).")},
		{"missing", nil, 0, isCause("error ResourceNotFoundException")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			calls.Store(0)
			functions := map[string]lambdatest.Function{}
			if tt.function != nil {
				functions["f"] = tt.function
			}
			var pauses []time.Duration
			f := reach(t, &Functions{API: apiAt(lambdatest.Start(t, functions).URL)}, &pauses)
			answer, err := f.Invoke(t.Context(), "p", prefix+"f:live", []byte(`{"event":1}`))
			switch {
			case tt.check != nil:
				tt.check(t, err)
			case err != nil || string(answer) != `{"answered":true}`:
				t.Errorf("%s, %v", answer, err)
			}
			if got := calls.Load(); got != tt.calls {
				t.Errorf("called %d times, want %d", got, tt.calls)
			}
			if tt.calls > 0 && len(pauses) != int(tt.calls)-1 {
				t.Errorf("pauses: %v", pauses)
			}
			for i, d := range pauses {
				if most := 100 * time.Millisecond << i; d < most/2 || d > most {
					t.Errorf("pause %d is %s", i, d)
				}
			}
		})
	}
}

// TestForeignHost: no ARN leads to another host than the endpoint's.
func TestForeignHost(t *testing.T) {
	var hosts []string
	api := apiAt("")
	api.client = &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		hosts = append(hosts, req.URL.Host)
		return nil, errors.New("no network")
	})}
	f := reach(t, &Functions{API: api}, nil)
	for _, arn := range []string{
		"arn:aws:lambda:eu-west-1:123456789012:function:f", "arn:aws-cn:lambda:cn-north-1:123456789012:function:f",
		"arn:aws:lambda:x@evil.example/:123456789012:function:f", "arn:aws:lambda:evil.example/:1:function:f", "arn:aws:lambda::1:function:f", "nonsense",
	} {
		_, err := f.Invoke(t.Context(), "p", arn, []byte(`{}`))
		var u *trigger.Unreached
		if !errors.As(err, &u) || strings.Contains(err.Error(), lambdatest.Credentials.SecretAccessKey) {
			t.Errorf("%s: %v", arn, err)
		}
	}
	want := "lambda.eu-west-1.amazonaws.com lambda.cn-north-1.amazonaws.com.cn"
	seen := []string{}
	for i, h := range hosts {
		if i == 0 || h != hosts[i-1] {
			seen = append(seen, h)
		}
	}
	if got := strings.Join(seen, " "); got != want || len(hosts) != 6 {
		t.Errorf("asked %v", hosts)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// TestTime: an attempt has its time, and there are three; a caller who is gone ends them all.
func TestTime(t *testing.T) {
	var calls atomic.Int32
	hang := func(ctx context.Context, _ json.RawMessage) (any, error) {
		calls.Add(1)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	server := lambdatest.Start(t, map[string]lambdatest.Function{"slow": hang, "twice": func(ctx context.Context, e json.RawMessage) (any, error) {
		if calls.Add(1) < 3 {
			<-ctx.Done()
		}
		return e, nil
	}})
	f := reach(t, &Functions{API: apiAt(server.URL), AttemptTime: 500 * time.Millisecond}, nil)
	_, err := f.Invoke(t.Context(), "p", prefix+"slow", []byte(`{}`))
	wantCause(t, err, "error Socket timeout while invoking Lambda function")
	if calls.Load() != 3 {
		t.Errorf("tried %d times", calls.Load())
	}
	calls.Store(0)
	if answer, err := f.Invoke(t.Context(), "p", prefix+"twice", []byte(`{}`)); err != nil || strings.TrimSpace(string(answer)) != "{}" {
		t.Errorf("at the third attempt: %s, %v", answer, err)
	}

	calls.Store(0)
	f = reach(t, &Functions{API: apiAt(server.URL)}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err = f.Invoke(ctx, "p", prefix+"slow", []byte(`{}`)); !errors.Is(err, context.Canceled) || calls.Load() > 1 {
		t.Errorf("a caller who is gone: %v after %d calls", err, calls.Load())
	}
	calls.Store(0)
	ctx, cancel = context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err = f.Invoke(ctx, "p", prefix+"slow", []byte(`{}`))
	wantCause(t, err, "error Socket timeout while invoking Lambda function")
	if calls.Load() != 1 {
		t.Errorf("past the operation's own time it was tried %d times", calls.Load())
	}
}

// TestPlaces: one slow function leaves room for others, and waits are bounded in time and number.
func TestPlaces(t *testing.T) {
	release := make(chan struct{})
	started := make(chan struct{}, 10)
	server := lambdatest.Start(t, map[string]lambdatest.Function{
		"quick": lambdatest.Unchanged,
		"slow": func(_ context.Context, e json.RawMessage) (any, error) {
			started <- struct{}{}
			<-release
			return e, nil
		},
	})
	f := reach(t, &Functions{API: apiAt(server.URL), Limit: 4, AttemptTime: 10 * time.Second}, nil)
	var done sync.WaitGroup
	for range 2 {
		done.Go(func() {
			if _, err := f.Invoke(t.Context(), "p", prefix+"slow", []byte(`{}`)); err != nil {
				t.Error(err)
			}
		})
	}
	<-started
	<-started
	for range 2 { // these wait
		done.Go(func() {
			if _, err := f.Invoke(t.Context(), "p", prefix+"slow", []byte(`{}`)); err != nil {
				t.Error(err)
			}
		})
	}
	for { // until they do
		f.places.mu.Lock()
		inside := f.places.functions[prefix+"slow"]
		f.places.mu.Unlock()
		if inside == (share{2, 2}) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	_, err := f.Invoke(t.Context(), "p", prefix+"slow", []byte(`{}`))
	wantCause(t, err, "error TooManyRequestsException")
	if _, err := f.Invoke(t.Context(), "p", prefix+"quick", []byte(`{}`)); err != nil {
		t.Errorf("beside a slow function: %v", err)
	}
	close(release)
	done.Wait()
	if n := len(f.places.functions) + len(f.places.pools); n != 0 || f.places.taken != 0 {
		t.Errorf("%d shares and %d places are left", n, f.places.taken)
	}

	f = reach(t, &Functions{API: apiAt(server.URL), Limit: 1, AttemptTime: 500 * time.Millisecond}, nil)
	leave, err := f.enter(t.Context(), "p", prefix+"slow")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Invoke(t.Context(), "p", prefix+"slow", []byte(`{}`)) // waits for its own function
	wantCause(t, err, "error TooManyRequestsException")
	_, err = f.Invoke(t.Context(), "p", prefix+"quick", []byte(`{}`)) // waits for any place
	wantCause(t, err, "error TooManyRequestsException")
	leave()
	if _, err := f.Invoke(t.Context(), "p", prefix+"quick", []byte(`{}`)); err != nil || len(f.places.functions) != 0 {
		t.Errorf("afterwards: %v, %d shares", err, len(f.places.functions))
	}
}

// TestPlaceLeft: a place that is left lets in all who may run by then: the share of its own function has grown too.
func TestPlaceLeft(t *testing.T) {
	p := &places{}
	join := func(function string) *turn {
		joined := &turn{function, "pool of " + function, make(chan struct{})}
		if !p.join(joined, 3) {
			t.Fatalf("%s may not even wait", function)
		}
		return joined
	}
	runs := func(of *turn) bool {
		select {
		case <-of.come:
			return true
		default:
			return false
		}
	}
	quick, slow := join("quick"), join("slow")
	again, next := join("slow"), join("quick")
	if !runs(quick) || !runs(slow) || runs(again) || runs(next) {
		t.Fatal("not one of each runs")
	}
	p.leave(quick, 3)
	if !runs(again) || !runs(next) {
		t.Errorf("%v and %v run, with %d of 3 places taken", runs(again), runs(next), p.taken)
	}
}

// TestMostWaiting: who waits is bounded in all, and the last of them have not come from one pool.
func TestMostWaiting(t *testing.T) {
	const limit = 4
	p := &places{}
	refused := 0
	for pool := range 100 {
		for i := range limit {
			if !p.join(&turn{fmt.Sprint(pool, i), strconv.Itoa(pool), make(chan struct{})}, limit) {
				refused++
			}
		}
	}
	if got, want := len(p.waiting), mostWaiting*limit; got != want || p.taken != limit || refused != 100*limit-limit-want {
		t.Errorf("%d wait, %d run, %d may not", got, p.taken, refused)
	}
	last := map[string]int{}
	for _, waits := range p.waiting[len(p.waiting)-limit:] {
		last[waits.pool]++
	}
	if len(last) < limit/2 {
		t.Errorf("the last who may wait are of %v", last)
	}
}

// TestPlacesOfPool: one pool's slow functions, however many, leave room for another pool's, and who has waited longest
// is the next of those who may run.
func TestPlacesOfPool(t *testing.T) {
	f := &Functions{Limit: 8, AttemptTime: 10 * time.Second}
	var leave []func()
	enter := func(pool, function string) error {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		done, err := f.enter(ctx, pool, function)
		if err == nil {
			leave = append(leave, done)
		}
		return err
	}
	for i := range 20 {
		if err := enter("slow", fmt.Sprint("f", i)); (err == nil) != (i < 6) {
			t.Errorf("function %d of one pool: %v", i, err)
		}
	}
	if err := enter("other", "g"); err != nil {
		t.Errorf("another pool's: %v", err)
	}
	order := make(chan string, 2)
	var done sync.WaitGroup
	for i, function := range []string{"first", "second"} {
		done.Go(func() {
			out, err := f.enter(t.Context(), "slow", function)
			if err != nil {
				t.Error(err)
				return
			}
			order <- function
			out()
		})
		for { // until it waits
			f.places.mu.Lock()
			waiting := len(f.places.waiting)
			f.places.mu.Unlock()
			if waiting == i+1 {
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
	leave[0]()
	for _, want := range []string{"first", "second"} {
		if got := <-order; got != want {
			t.Errorf("%s had its place before %s", got, want)
		}
	}
	for _, out := range leave[1:] {
		out()
	}
	done.Wait()
	if n := len(f.places.functions) + len(f.places.pools) + len(f.places.waiting); n != 0 || f.places.taken != 0 {
		t.Errorf("%d shares and %d places are left", n, f.places.taken)
	}
}

// TestWhere: the ARN before the function's name, and either before the API.
func TestWhere(t *testing.T) {
	at := func(name string) Target { return &Address{URL: name} }
	f := &Functions{API: at("api"), Local: map[string]Target{
		prefix + "a:live": at("alias"), prefix + "a": at("arn"), "a": at("name"), "b": at("other name"),
	}}
	for arn, want := range map[string]string{
		prefix + "a:live": "alias", prefix + "a": "arn", prefix + "a:2": "arn", prefix + "b:live": "other name", prefix + "c": "api",
		"arn:aws:lambda:us-east-1:123456789012:function:a": "name",
	} {
		target, _ := f.target(arn)
		if got := target.(*Address).URL; got != want {
			t.Errorf("%s runs at %s, want %s", arn, got, want)
		}
	}
	places := map[string]bool{}
	for _, arn := range []string{
		prefix + "c", prefix + "c:1", prefix + "c:live", prefix + "b", "arn:aws:lambda:us-east-1:210987654321:function:b", "arn:aws:lambda:us-west-2:123456789012:function:b:2",
	} {
		_, place := f.target(arn)
		places[place] = true
	}
	if len(places) != 2 {
		t.Errorf("two functions take the places of %d", len(places))
	}
	listed := reach(t, &Functions{API: apiAt("http://127.0.0.1:1"), Callable: policy.Resources{prefix + "pools-*"}}, nil)
	_, err := listed.Invoke(t.Context(), "p", prefix+"other", nil)
	wantCause(t, err, "error AccessDeniedException")
	_, err = listed.Invoke(t.Context(), "p", prefix+"pools-a:live", nil)
	wantCause(t, err, "error ServiceException")
	_, err = reach(t, &Functions{}, nil).Invoke(t.Context(), "p", prefix+"a", nil)
	wantCause(t, err, "configuration")
}

// TestAddress: functions at an address of their own, as the runtime's emulator and plain servers answer.
func TestAddress(t *testing.T) {
	var calls int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		calls++
		if req.Header.Get("Content-Type") != "application/json" || req.Header.Get("Authorization") != "" {
			t.Errorf("headers %v", req.Header)
		}
		switch req.URL.Path {
		case "/ok":
			fmt.Fprint(w, `{"response":{}}`)
		case "/emulator":
			fmt.Fprint(w, `{"errorMessage":"said","errorType":"E"}`)
		case "/header":
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			fmt.Fprint(w, `{"errorMessage":"marked"}`)
		case "/500":
			w.WriteHeader(500)
			fmt.Fprint(w, `{"errorMessage":"with a status"}`)
		case "/elsewhere":
			http.Redirect(w, req, "/ok", http.StatusTemporaryRedirect)
		case "/busy":
			w.WriteHeader(503)
		default:
			http.NotFound(w, req)
		}
	}))
	defer server.Close()
	client := NewClient()
	for _, tt := range []struct {
		path, thrown, cause string
		calls               int
	}{
		{"/ok", "", "", 1},
		{"/emulator", "said", "", 1},
		{"/header", "marked", "", 1},
		{"/500", "with a status", "", 1},
		{"/busy", "", "error ServiceException", 3},
		{"/none", "", "error ResourceNotFoundException", 1},
		{"/elsewhere", "", "error InvalidRequestContentException", 1},
	} {
		calls = 0
		f := reach(t, &Functions{Local: map[string]Target{"f": &Address{URL: server.URL + tt.path, Client: client}}}, nil)
		_, err := f.Invoke(t.Context(), "p", prefix+"f", []byte(`{}`))
		switch {
		case tt.thrown != "":
			wantThrown(t, err, tt.thrown)
		case tt.cause != "":
			wantCause(t, err, tt.cause)
		case err != nil:
			t.Error(err)
		}
		if calls != tt.calls {
			t.Errorf("%s: %d calls", tt.path, calls)
		}
	}
	server.Close()
	f := reach(t, &Functions{Local: map[string]Target{"f": &Address{URL: server.URL, Client: client}}}, nil)
	_, err := f.Invoke(t.Context(), "p", prefix+"f", []byte(`{"password":"hunter2"}`))
	wantCause(t, err, "error ServiceException")
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the event is in the error: %v", err)
	}
}
