package messagetest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ostiary/internal/sigv4"
)

// The key that requests to an AWS have to be signed with.
const (
	KeyID  = "AKIDMESSAGETEST00001"
	Secret = "the secret of tests of messages, long enough"
)

// AWS is a service that takes requests if their signature is right for it.
type AWS struct {
	URL string

	mu       sync.Mutex
	requests []Request
	answer   func(n int) (status int, header map[string]string, body string)
}

// Request is one that was signed well.
type Request struct {
	Path, Region string
	Header       http.Header
	Body         string
}

// StartAWS runs a service by the name that signatures have, until the end of the test. Answer decides upon the
// nth request, from 1; nil is 200 without a body.
func StartAWS(tb testing.TB, service string, answer func(n int) (status int, header map[string]string, body string)) *AWS {
	tb.Helper()
	a := &AWS{answer: answer}
	verifier := sigv4.For(service)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return // the caller has hung up
		}
		lookup := func(id string) (string, bool) { return Secret, id == KeyID }
		signed, err := verifier.Verify(req, body, lookup, time.Now())
		if err != nil || req.Method != http.MethodPost {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		a.mu.Lock()
		a.requests = append(a.requests, Request{req.URL.Path, signed.Region, req.Header, string(body)})
		n := len(a.requests)
		a.mu.Unlock()
		if a.answer == nil {
			return
		}
		status, header, text := a.answer(n)
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text) // the caller may have hung up
	}))
	tb.Cleanup(server.Close)
	a.URL = server.URL
	return a
}

// Requests are those so far, oldest first.
func (a *AWS) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Request(nil), a.requests...)
}
