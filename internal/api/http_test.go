package api_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/api"
	"ostiary/internal/awserr"
	"ostiary/internal/quota"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noRandom is not random, so that what is drawn can stand in a golden file.
type noRandom struct{}

func (noRandom) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// logBuffer collects what is logged.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newDoor(t *testing.T, s store.Store) (*api.Door, *logBuffer) {
	t.Helper()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	log := new(logBuffer)
	return &api.Door{
		Service: &api.Service{
			Store: s, Region: "us-east-1", AccountID: "000000000000",
			Now: func() time.Time { return now }, Rand: noRandom{},
		},
		Timeout: time.Minute,
		Log:     slog.New(slog.NewJSONHandler(log, nil)),
	}, log
}

// signed is an Authorization header of the right form, as development wants it.
const signed = "Authorization: AWS4-HMAC-SHA256 Credential=AKIDTEST/20261123/us-east-1/cognito-idp/aws4_request, " +
	"SignedHeaders=host;x-amz-date, Signature=00\r\nX-Amz-Date: 20261123T120000Z\r\n"

// request writes a POST to the API; headers end with a line break each.
func request(operation, headers, body string) string {
	return fmt.Sprintf("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n"+
		"X-Amz-Target: AWSCognitoIdentityProviderService.%s\r\n%sContent-Length: %d\r\n\r\n%s",
		operation, headers, len(body), body)
}

// send writes bytes to the server and reads what comes back, to the last byte.
func send(t *testing.T, url, raw string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	head, rest, _ := strings.Cut(raw, "\r\n")
	if _, err := io.WriteString(c, head+"\r\nConnection: close\r\n"+rest); err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^Date: .*\r\n`).ReplaceAllString(string(out), "")
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// TestWire shows every rule of the protocol by its bytes: status, headers as they are spelled, body.
func TestWire(t *testing.T) {
	door, _ := newDoor(t, storetest.New(t))
	server := httptest.NewServer(door)
	defer server.Close()
	const listPools = `{"MaxResults": 5}`
	unknownPool := `{"UserPoolId": "us-east-1_Unknown00"}`

	var golden strings.Builder
	for _, c := range []struct{ name, raw string }{
		{"success", request("ListUserPools", signed, listPools)},
		{"refusal", request("DescribeUserPool", signed, unknownPool)},
		{"no body", request("ListUserPools", signed, "")},
		{"constraints", request("ListUserPools", signed, `{"MaxResults": 61}`)},
		{"not JSON", request("ListUserPools", signed, `{"MaxResults": `)},
		{"wrong JSON type", request("DescribeUserPool", signed, `{"UserPoolId": 5}`)},
		{"unknown members and nulls", request("ListUserPools", signed, `{"MaxResults": 5, "NextToken": null, "Other": {"a": [1]}}`)},
		{"message that no header can hold", request("DescribeUserPool", signed, `{"UserPoolId": "größe_\r\nX-Evil: 1"}`)},
		{"unknown operation", request("DescribeEverything", signed, "{}")},
		{"operation in other letters", request("listuserpools", signed, listPools)},
		{"unsigned", request("ListUserPools", "", listPools)},
		{"malformed signature", request("ListUserPools", "Authorization: AWS4-HMAC-SHA256 Credential=a/b\r\n", listPools)},
		{"signature not looked at", request("AssociateSoftwareToken", "Authorization: Basic broken\r\n", "{}")},
		{"content type with charset", strings.Replace(request("ListUserPools", signed, listPools), "json-1.1", "json-1.1; charset=UTF-8", 1)},
		{"plain JSON", strings.Replace(request("ListUserPools", signed, listPools), "x-amz-json-1.1", "json", 1)},
		{"form", strings.Replace(request("ListUserPools", signed, listPools), "x-amz-json-1.1", "x-www-form-urlencoded", 1)},
		{"foreign target", strings.Replace(request("ListUserPools", signed, listPools), "AWSCognitoIdentityProviderService", "DynamoDB_20120810", 1)},
		{"no target", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"},
		{"GET", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"},
		{"other path", strings.Replace(request("ListUserPools", signed, listPools), "POST / ", "POST /v1 ", 1)},
		{"preflight", "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\n" +
			"Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type,x-amz-target,x-amz-user-agent\r\n\r\n"},
		{"OPTIONS that is no preflight", "OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n"},
		{"from a page of this machine", request("ListUserPools", signed+"Origin: http://localhost:3000\r\n", listPools)},
		{"signed by a page from elsewhere", request("ListUserPools", signed+"Origin: https://app.example.com\r\n", listPools)},
		{"longer than 1 MB", request("ListUserPools", signed, strings.Repeat(" ", 1<<20)+"{}")},
		{"SetUICustomization over 135 KB", request("SetUICustomization", signed, strings.Repeat(" ", 135<<10)+"{}")},
		{"body that breaks off", request("ListUserPools", signed+"Transfer-Encoding: chunked\r\n", "zz\r\n")},
	} {
		fmt.Fprintf(&golden, "-- %s --\n%s\n", c.name, strings.TrimRight(send(t, server.URL, c.raw), "\n"))
	}
	checkGolden(t, "http.golden", golden.String())
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	wants := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(wants) || line != wants[i] {
			t.Fatalf("%s line %d is now:\n%s\n(go test -update writes it anew)", path, i+1, line)
		}
	}
	t.Fatalf("%s has more lines than there are now", path)
}

// post sends an operation and answers status, headers and body.
func post(t *testing.T, door http.Handler, operation, body string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	for line := range strings.SplitSeq(strings.TrimSpace(signed), "\r\n") {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	door.ServeHTTP(w, req)
	return w
}

// TestBrandingMayBeLarger: those two operations take up to 2 MB.
func TestBrandingMayBeLarger(t *testing.T) {
	door, _ := newDoor(t, storetest.New(t))
	for _, operation := range []string{"CreateManagedLoginBranding", "UpdateManagedLoginBranding"} {
		if w := post(t, door, operation, strings.Repeat(" ", 2<<20-2)+"{}"); strings.Contains(w.Body.String(), "TooLarge") {
			t.Errorf("%s refuses 2 MB: %s", operation, w.Body)
		}
		if w := post(t, door, operation, strings.Repeat(" ", 2<<20)+"{}"); !strings.Contains(w.Body.String(), "TooLarge") {
			t.Errorf("%s takes more than 2 MB: %d", operation, w.Code)
		}
	}
}

// TestNotBuilt: an operation that this server does not have says so, and does not pretend.
func TestNotBuilt(t *testing.T) {
	door, _ := newDoor(t, storetest.New(t))
	missing := 0
	for _, op := range cognitoidp.Operations {
		if cognitoidp.Built(door.Service, op.Name) {
			continue
		}
		missing++
		w := post(t, door, op.Name, "{}")
		if w.Code != http.StatusNotImplemented || !strings.Contains(w.Body.String(), `"__type":"NotImplementedException"`) {
			t.Fatalf("%s: %d %s", op.Name, w.Code, w.Body)
		}
	}
	t.Logf("%d operations are not built", missing)
}

// TestFaults: what goes wrong here is told without detail and logged once, with its cause.
func TestFaults(t *testing.T) {
	cause := errors.New("disk on fire")
	for name, c := range map[string]struct {
		breakIt func(*storetest.FaultyStore) store.Store
		logged  string
	}{
		"store fault": {func(s *storetest.FaultyStore) store.Store { s.FailView(cause); return s }, "disk on fire"},
		"time-out":    {func(s *storetest.FaultyStore) store.Store { s.FailView(context.DeadlineExceeded); return s }, "deadline exceeded"},
		"panic":       {func(s *storetest.FaultyStore) store.Store { return panicStore{s} }, "panic: out of cheese"},
	} {
		t.Run(name, func(t *testing.T) {
			door, log := newDoor(t, c.breakIt(storetest.Faulty(storetest.New(t))))
			w := post(t, door, "DescribeUserPool", `{"UserPoolId": "us-east-1_Secret000"}`)
			if w.Code != http.StatusInternalServerError ||
				w.Body.String() != `{"__type":"InternalErrorException","message":"Something went wrong"}` {
				t.Errorf("answer: %d %s", w.Code, w.Body)
			}
			if n := strings.Count(log.String(), c.logged); n != 1 {
				t.Errorf("the cause is logged %d times:\n%s", n, log)
			}
			if name == "panic" && !strings.Contains(log.String(), "panicStore") {
				t.Errorf("no stack in the log:\n%s", log)
			}
		})
	}
}

type panicStore struct{ store.Store }

func (panicStore) View(context.Context, func(store.Reader) error) error { panic("out of cheese") }

// TestTimeout: an operation that takes too long ends.
func TestTimeout(t *testing.T) {
	door, log := newDoor(t, slowStore{storetest.New(t)})
	door.Timeout = time.Millisecond
	if w := post(t, door, "DescribeUserPool", `{"UserPoolId": "us-east-1_Pool00000"}`); w.Code != http.StatusInternalServerError {
		t.Errorf("answer: %d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "deadline exceeded") {
		t.Errorf("log:\n%s", log)
	}
}

type slowStore struct{ store.Store }

func (slowStore) View(ctx context.Context, _ func(store.Reader) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestRate: past its rate an operation is refused, on that pool.
func TestRate(t *testing.T) {
	door, _ := newDoor(t, storetest.New(t))
	door.Service.Quota = quota.New()
	refused := ""
	for range 100 {
		if w := post(t, door, "ListUserPools", `{"MaxResults": 1}`); w.Code != http.StatusOK {
			refused = w.Body.String()
			break
		}
	}
	if want := `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`; refused != want {
		t.Errorf("after 100 requests at once: %q, want %s", refused, want)
	}
}

// TestLogLine: one line a request has what an operator asks for, and nothing that the caller wants
// kept secret, however the request ends.
func TestLogLine(t *testing.T) {
	door, log := newDoor(t, storetest.New(t))
	for operation, body := range map[string]string{
		"DescribeUserPool":     `{"UserPoolId": "us-east-1_Pool00000"}`,
		"AdminSetUserPassword": `{"UserPoolId": "us-east-1_Pool00000", "Username": "ana", "Password": "hunter2-SECRET", "Permanent": true}`,
		"AdminCreateUser":      `{"UserPoolId": "us-east-1_Pool00000", "Username": "ana", "TemporaryPassword": "hunter2-SECRET\u0000 "}`,
		"InitiateAuth":         `{"ClientId": "3n4b5urk1ft4fl3mg5e62d9ado", "AuthFlow": "hunter2-SECRET"}`,
		"GetUser":              `{"AccessToken": "hunter2-SECRET not a token"}`,
		"SignUp":               `{"ClientId": 5, "Password": "hunter2-SECRET"}`,
		"ListUsers":            `hunter2-SECRET`,
		"hunter2-SECRET":       `{}`,
	} {
		post(t, door, operation, body)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 8 {
		t.Errorf("%d lines for 8 requests:\n%s", len(lines), log)
	}
	if strings.Contains(log.String(), "hunter2") || strings.Contains(log.String(), "AKIDTEST") {
		t.Errorf("a secret is in the log:\n%s", log)
	}
	for _, want := range []string{
		`"operation":"DescribeUserPool","pool":"us-east-1_Pool00000"`,
		`"client":"3n4b5urk1ft4fl3mg5e62d9ado"`,
		`"code":"ResourceNotFoundException"`,
		`"request_id":"00000000-0000-4000-8000-000000000000"`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no line has %s:\n%s", want, log)
		}
	}
}

// TestRefuse: other parts of the server refuse in the form of the API.
func TestRefuse(t *testing.T) {
	door, log := newDoor(t, storetest.New(t))
	w := httptest.NewRecorder()
	door.Refuse(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), awserr.Forbidden())
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"__type":"ForbiddenException"`) {
		t.Errorf("answer: %d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), `"code":"ForbiddenException"`) {
		t.Errorf("log:\n%s", log)
	}
}
