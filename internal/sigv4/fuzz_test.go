package sigv4

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func readRequest(r io.Reader) (*http.Request, error) { return http.ReadRequest(bufio.NewReader(r)) }

// Whatever the Authorization header and the date say, the answer is a Header without gaps or one
// of two errors, and nothing made up passes Verify.
func FuzzAuthorization(f *testing.F) {
	const scope = "AKIDTESTTESTTESTTEST/20261120/us-east-1/cognito-idp/aws4_request"
	signature := strings.Repeat("0", 64)
	f.Add("AWS4-HMAC-SHA256 Credential="+scope+", SignedHeaders=host;x-amz-date;x-amz-target, Signature="+signature, "20261120T120000Z", "", "a=b")
	f.Add("AWS4-HMAC-SHA256 Credential="+scope+",SignedHeaders=date;host,Signature=x", "", "Fri, 20 Nov 2026 12:00:00 GMT", "")
	f.Add("Bearer x", "", "", "%zz")
	f.Add("AWS4-HMAC-SHA256 ,,=,Credential,Credential==/", "now", "", "b&a=%20+")
	f.Fuzz(func(t *testing.T, authorization, xAmzDate, date, query string) {
		req := newRequest("{}")
		req.URL.RawQuery = query
		req.Header["Authorization"] = []string{authorization}
		req.Header["X-Amz-Date"] = []string{xAmzDate}
		req.Header["Date"] = []string{date}
		h, err := ParseHeader(req)
		var e *Error
		switch {
		case err == nil:
			if h.AccessKeyID == "" || h.Signature == "" || len(h.SignedHeaders) == 0 || h.Time.IsZero() && h.Time.Year() > 1 {
				t.Fatalf("gaps in %+v", h)
			}
		case !errors.As(err, &e):
			t.Fatalf("not an *Error: %v", err)
		case e.Code != "IncompleteSignatureException" && e.Code != "MissingAuthenticationTokenException":
			t.Fatalf("unexpected %v", e)
		case len(e.Message) > 5000:
			t.Fatalf("a message of %d bytes", len(e.Message))
		}
		if _, err := New().Verify(req, []byte("{}"), lookup, testNow); err == nil {
			t.Fatal("a made-up signature passed")
		} else if !errors.As(err, &e) {
			t.Fatalf("not an *Error: %v", err)
		}
	})
}
