package message

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// maxAnswer bounds what is read of a provider's answer, in bytes.
const maxAnswer = 64 << 10

// NewClient is an HTTP client for providers: it keeps connections and follows no redirect, for a message goes
// nowhere else than configured.
func NewClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    defaultConcurrency,
			IdleConnTimeout:        90 * time.Second,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: maxAnswer,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post sends a request and answers nil for a good status. Refused tells from another answer which error it is
// ("" if it has no name), and whether another try would meet it again.
func post(client *http.Client, provider string, req *http.Request, refused func(resp *http.Response, body []byte) (code string, final bool)) error {
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", provider, withoutURL(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode <= 299: // it has taken the message, whatever it says then
		return nil
	case err != nil:
		return fmt.Errorf("%s: read the answer: %w", provider, err)
	}
	code, final := refused(resp, body)
	told := fmt.Errorf("%s: status %d %s", provider, resp.StatusCode, name(code))
	if final {
		return &Refusal{told}
	}
	return told
}

// withoutURL leaves out what net/http repeats of the request: the URL of a webhook may be a secret.
func withoutURL(err error) error {
	for _, known := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, known) {
			return known
		}
	}
	var dial *net.OpError
	if errors.As(err, &dial) {
		return dial
	}
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return errors.New("the request failed")
}

// name is the name of an error, without anything that is none: it may come from anybody.
func name(code string) string {
	if len(code) > 100 {
		return ""
	}
	for _, r := range code {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '_' {
			return ""
		}
	}
	return code
}
