package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// functionError is the header that marks a thrown error.
const functionError = "X-Amz-Function-Error"

// NewClient is an HTTP client for functions: it keeps connections and follows no redirect, for an event goes
// nowhere else than configured.
func NewClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: attemptTime}).DialContext,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    defaultLimit,
			IdleConnTimeout:        90 * time.Second,
			TLSHandshakeTimeout:    attemptTime,
			ResponseHeaderTimeout:  attemptTime,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Address runs a function by a POST of the event, which is answered by the event with its response; a thrown
// error has another status than 200 or the header X-Amz-Function-Error, and the body
// {"errorMessage": "…"}. The Lambda runtime interface emulator is such an address, and so is that of a
// function in the API of a local emulator.
type Address struct {
	URL    string
	Client *http.Client
}

func (a *Address) closeIdle() { a.Client.CloseIdleConnections() }

func (a *Address) run(ctx context.Context, _ string, event []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL, bytes.NewReader(event))
	if err != nil {
		return nil, fmt.Errorf("address of a function: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	return send(a.Client, req, func(resp *http.Response, payload []byte) error {
		var e struct {
			ErrorMessage json.RawMessage `json:"errorMessage"`
		}
		if json.Unmarshal(payload, &e) == nil && e.ErrorMessage != nil {
			return thrown(payload)
		}
		return unreachedBy(resp.StatusCode, "", "")
	})
}

// send does one HTTP exchange with what runs a function. Refused words an answer whose status is not a good
// one.
func send(client *http.Client, req *http.Request, refused func(resp *http.Response, payload []byte) error) ([]byte, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, retryable{unreached("ServiceException", err)}
	}
	defer resp.Body.Close()
	payload, err := readAll(resp.Body)
	switch {
	case errors.Is(err, errTooLong):
		return nil, tooLong()
	case err != nil:
		return nil, retryable{unreached("ServiceException", fmt.Errorf("read the answer: %w", err))}
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, refused(resp, payload)
	case resp.Header.Get(functionError) != "":
		return nil, thrown(payload)
	default:
		return payload, nil
	}
}

// unreachedBy is a status in the place of an answer, with the name and the text of the error if there are
// any.
func unreachedBy(status int, code, text string) error {
	if code == "" {
		switch {
		case status == http.StatusTooManyRequests:
			code = "TooManyRequestsException"
		case status == http.StatusUnauthorized || status == http.StatusForbidden:
			code = "AccessDeniedException"
		case status == http.StatusNotFound:
			code = "ResourceNotFoundException"
		case status >= 500:
			code = "ServiceException"
		default:
			code = "InvalidRequestContentException"
		}
	}
	u := unreached(code, fmt.Errorf("status %d %s", status, clip(text, 300)))
	if status == http.StatusTooManyRequests || status >= 500 {
		return retryable{u}
	}
	return u
}
