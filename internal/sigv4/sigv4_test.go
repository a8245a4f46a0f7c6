package sigv4

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"
)

const (
	testID     = "AKIDTESTTESTTESTTEST"
	testSecret = "a-secret-that-is-only-used-in-tests-0001"
)

var testNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func lookup(id string) (string, bool) { return testSecret, id == testID }

func newRequest(body string) *http.Request {
	req := httptest.NewRequest(http.MethodPost, "http://auth.example.com/", strings.NewReader(body))
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUsers")
	return req
}

// sign lets the SDK sign req, the other side of what is tested here.
func sign(t testing.TB, req *http.Request, body string, change ...func(*signing)) *http.Request {
	t.Helper()
	s := &signing{id: testID, secret: testSecret, service: service, region: "eu-west-1", at: testNow}
	for _, f := range change {
		f(s)
	}
	credentials := aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret, SessionToken: s.token}
	err := v4.NewSigner().SignHTTP(context.Background(), credentials, req, hexHash([]byte(body)), s.service, s.region, s.at)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

type signing struct {
	id, secret, token, service, region string
	at                                 time.Time
}

// signByHand signs what the SDK would not: it takes the canonical request from the code under
// test, so it proves nothing about that, but lets everything else be odd.
func signByHand(req *http.Request, body, date string, h Header) *http.Request {
	h.AccessKeyID, h.Service, h.Terminator = testID, service, terminator
	text, err := canonicalRequest(&h, req, hexHash([]byte(body)))
	if err != nil {
		panic(err)
	}
	scope := h.Date + "/" + h.Region + "/" + service + "/" + terminator
	key := signingKey(keyName{testSecret, h.Date, h.Region, service})
	h.Signature = hexOf(hmacSHA256(key[:], algorithm+"\n"+date+"\n"+scope+"\n"+hexHash([]byte(text))))
	req.Header.Set("Authorization", algorithm+" Credential="+testID+"/"+scope+
		", SignedHeaders="+strings.Join(h.SignedHeaders, ";")+", Signature="+h.Signature)
	return req
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

func check(t *testing.T, err error, code, text string) {
	t.Helper()
	var e *Error
	switch {
	case code == "" && err != nil:
		t.Fatalf("refused: %v", err)
	case code == "":
	case !errors.As(err, &e):
		t.Fatalf("want %s, got %v", code, err)
	case e.Code != code || !strings.Contains(e.Message, text):
		t.Fatalf("want %s with %q, got %v", code, text, e)
	}
}

const mismatchText = "The request signature we calculated does not match the signature you provided. " +
	"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

func TestVerify(t *testing.T) {
	const body = `{"UserPoolId":"eu-west-1_AbCdEfGhI"}`
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	edit := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	tests := []struct {
		name   string
		sign   func(*signing)
		before func(*http.Request)
		after  func(*http.Request)
		code   string
		text   string
	}{
		{name: "as signed"},
		{name: "five minutes ago", sign: func(s *signing) { s.at = testNow.Add(-5 * time.Minute) }},
		{name: "in five minutes", sign: func(s *signing) { s.at = testNow.Add(5 * time.Minute) }},
		{name: "any region", sign: func(s *signing) { s.region = "mars-north-7" }},
		{name: "header of two values", before: func(r *http.Request) {
			r.Header["X-Amz-Two"] = []string{" a  b ", "c"}
		}},
		{name: "hash of the body", before: set("X-Amz-Content-Sha256", hexHash([]byte(body)))},
		{name: "unsigned header added", after: set("User-Agent", "x")},

		{
			name: "expired", sign: func(s *signing) { s.at = testNow.Add(-5*time.Minute - time.Second) },
			code: "InvalidSignatureException",
			text: "Signature expired: 20261120T115459Z is now earlier than 20261120T115500Z (20261120T120000Z - 5 min.)",
		},
		{
			name: "too early", sign: func(s *signing) { s.at = testNow.Add(5*time.Minute + time.Second) },
			code: "InvalidSignatureException",
			text: "Signature not yet current: 20261120T120501Z is still later than 20261120T120500Z (20261120T120000Z + 5 min.)",
		},
		{
			name: "other service", sign: func(s *signing) { s.service = "s3" },
			code: "InvalidSignatureException", text: "Credential should be scoped to correct service: 'cognito-idp'.",
		},
		{
			name: "no region", sign: func(s *signing) { s.region = "" },
			code: "InvalidSignatureException", text: "Credential should be scoped to a valid region.",
		},
		{
			name: "other terminator", after: edit("/aws4_request", "/aws5_request"),
			code: "InvalidSignatureException", text: "valid terminator",
		},
		{
			name: "other day in scope", after: edit("/20261120/", "/20261119/"),
			code: "InvalidSignatureException", text: "'20261119' != '20261120', from '20261120T120000Z'",
		},
		{
			name: "unknown key", sign: func(s *signing) { s.id = "AKIDOTHER" },
			code: "UnrecognizedClientException", text: "The security token included in the request is invalid.",
		},
		{
			name: "session token", sign: func(s *signing) { s.token = "token" },
			code: "UnrecognizedClientException", text: "The security token included in the request is invalid.",
		},
		{
			name: "wrong secret", sign: func(s *signing) { s.secret = "other" },
			code: "InvalidSignatureException", text: mismatchText,
		},
		{name: "other target", after: set("X-Amz-Target", "x.AdminDeleteUser"), code: "InvalidSignatureException", text: mismatchText},
		{name: "second target", after: func(r *http.Request) {
			r.Header["X-Amz-Target"] = append(r.Header["X-Amz-Target"], "x.AdminDeleteUser")
		}, code: "InvalidSignatureException", text: mismatchText},
		{name: "other host", after: func(r *http.Request) { r.Host = "other" }, code: "InvalidSignatureException", text: mismatchText},
		{name: "other method", after: func(r *http.Request) { r.Method = "GET" }, code: "InvalidSignatureException", text: mismatchText},
		{name: "other path", after: func(r *http.Request) { r.URL.Path = "/x" }, code: "InvalidSignatureException", text: mismatchText},
		{name: "other query", after: func(r *http.Request) { r.URL.RawQuery = "a=b" }, code: "InvalidSignatureException", text: mismatchText},
		{name: "unreadable query", after: func(r *http.Request) { r.URL.RawQuery = "a;b" }, code: "InvalidSignatureException", text: mismatchText},
		{name: "signed header gone", after: func(r *http.Request) { r.Header.Del("Content-Type") }, code: "InvalidSignatureException", text: mismatchText},
		{name: "payload not signed", before: set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), code: "InvalidSignatureException", text: mismatchText},
		{name: "signature in capitals", after: func(r *http.Request) {
			a, s, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", a+"Signature="+strings.ToUpper(s))
		}, code: "InvalidSignatureException", text: mismatchText},
		{
			name: "header named twice", after: edit("host;", "host;host;"),
			code: "InvalidSignatureException", text: mismatchText,
		},
		{
			name: "target not signed", after: edit(";x-amz-target", ""),
			code: "InvalidSignatureException", text: "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
		},
		{name: "host not signed", after: edit("host;", ""), code: "InvalidSignatureException", text: "'host' must be"},
		{name: "date not signed", after: edit(";x-amz-date", ""), code: "InvalidSignatureException", text: "'x-amz-date' must be"},
		{
			name: "no signature", after: func(r *http.Request) { r.Header.Del("Authorization") },
			code: "MissingAuthenticationTokenException", text: "Missing Authentication Token",
		},
		{
			name: "two signatures", after: func(r *http.Request) {
				r.Header["Authorization"] = append(r.Header["Authorization"], r.Header["Authorization"][0])
			},
			code: "IncompleteSignatureException", text: "'Signature'",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := newRequest(body)
			if tt.before != nil {
				tt.before(req)
			}
			sign(t, req, body, func(s *signing) {
				if tt.sign != nil {
					tt.sign(s)
				}
			})
			if tt.after != nil {
				tt.after(req)
			}
			v := New()
			for range 2 { // the second time with the derived key at hand
				h, err := v.Verify(req, []byte(body), lookup, testNow)
				check(t, err, tt.code, tt.text)
				if err == nil && h.AccessKeyID != testID {
					t.Errorf("signed by %q", h.AccessKeyID)
				}
			}
			if want := map[bool]int{true: 1, false: 0}[tt.code == ""]; v.keys.Len() != want {
				t.Errorf("%d keys kept, want %d", v.keys.Len(), want)
			}
		})
	}
}

func TestVerifyOtherBody(t *testing.T) {
	req := sign(t, newRequest("{}"), "{}")
	_, err := New().Verify(req, []byte(`{"a":1}`), lookup, testNow)
	check(t, err, "InvalidSignatureException", mismatchText)
}

func TestVerifyRegions(t *testing.T) {
	req := sign(t, newRequest("{}"), "{}")
	_, err := New("us-east-1", "eu-west-1").Verify(req, []byte("{}"), lookup, testNow)
	check(t, err, "", "")
	_, err = New("us-east-1").Verify(req, []byte("{}"), lookup, testNow)
	check(t, err, "InvalidSignatureException", "Credential should be scoped to a valid region.")
}

// A key id whose secret was replaced must not be served by what the old secret derived.
func TestVerifyReplacedSecret(t *testing.T) {
	v := New()
	req := sign(t, newRequest("{}"), "{}")
	_, err := v.Verify(req, []byte("{}"), lookup, testNow)
	check(t, err, "", "")
	_, err = v.Verify(req, []byte("{}"), func(string) (string, bool) { return "new", true }, testNow)
	check(t, err, "InvalidSignatureException", mismatchText)
	_, err = v.Verify(req, []byte("{}"), func(string) (string, bool) { return "", true }, testNow)
	check(t, err, "UnrecognizedClientException", "")
}

func TestVerifyDateHeader(t *testing.T) {
	for _, date := range []string{testNow.Format(http.TimeFormat), testNow.Format(timeFormat)} {
		req := newRequest("{}")
		req.Header.Set("Date", date)
		at := Header{Date: "20261120", Region: "us-east-1", SignedHeaders: []string{"date", "host", "x-amz-target"}}
		signByHand(req, "{}", testNow.Format(timeFormat), at)
		_, err := New().Verify(req, []byte("{}"), lookup, testNow)
		check(t, err, "", "")

		at.SignedHeaders = []string{"host", "x-amz-target"}
		signByHand(req, "{}", testNow.Format(timeFormat), at)
		_, err = New().Verify(req, []byte("{}"), lookup, testNow)
		check(t, err, "InvalidSignatureException", "'date' must be")
	}
}

// From "Examples of how to derive a signing key for Signature Version 4", which is for service iam.
func TestPublishedSigningKey(t *testing.T) {
	k := hmacSHA256([]byte("AWS4"+"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "20150830")
	for _, part := range []string{"us-east-1", "iam", "aws4_request"} {
		k = hmacSHA256(k, part)
	}
	if got, want := hexOf(k), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestParseHeader(t *testing.T) {
	const (
		credential = "Authorization header requires 'Credential' parameter."
		signature  = "Authorization header requires 'Signature' parameter."
		headers    = "Authorization header requires 'SignedHeaders' parameter."
		date       = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
		scope      = "key/20261120/us-east-1/cognito-idp/aws4_request"
		whole      = "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host, Signature=x"
	)
	const stamp = "20261120T120000Z"
	tests := []struct{ authorization, date, code, text string }{
		{whole, stamp, "", ""},
		{"AWS4-HMAC-SHA256 Signature=x,SignedHeaders=host,Credential=" + scope, stamp, "", ""},
		{whole + ", Later=1", stamp, "", ""},
		{"", stamp, "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"  ", stamp, "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"Bearer abc", "", "IncompleteSignatureException",
			strings.Join([]string{credential, signature, headers, date, "Authorization=Bearer abc"}, " ")},
		{"AWS4-HMAC-SHA256", stamp, "IncompleteSignatureException",
			strings.Join([]string{credential, signature, headers, "Authorization=AWS4-HMAC-SHA256"}, " ")},
		{"AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host", stamp, "IncompleteSignatureException",
			signature + " Authorization=AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host"},
		{"AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=, Signature=", stamp, "IncompleteSignatureException",
			signature + " " + headers + " Authorization="},
		{whole, "", "IncompleteSignatureException", date + " Authorization=" + whole},
		{whole + ", Signature=y", stamp, "IncompleteSignatureException", signature},
		{"AWS4-ECDSA-P256-SHA256" + strings.TrimPrefix(whole, "AWS4-HMAC-SHA256"), stamp, "IncompleteSignatureException", credential},
		{strings.Replace(whole, "/us-east-1", "", 1), stamp, "IncompleteSignatureException", "5 slash-delimited elements"},
		{strings.Replace(whole, "=key/", "=/", 1), stamp, "IncompleteSignatureException", "5 slash-delimited elements"},
		{whole, "yesterday", "IncompleteSignatureException", "'basic format'. Got 'yesterday'."},
		{whole, "20261120T120000.5Z", "IncompleteSignatureException", "'basic format'"},
		{whole, "20261320T120000Z", "IncompleteSignatureException", "'basic format'"},
	}
	for _, tt := range tests {
		req := newRequest("{}")
		if tt.authorization != "" {
			req.Header.Set("Authorization", tt.authorization)
		}
		if tt.date != "" {
			req.Header.Set("X-Amz-Date", tt.date)
		}
		h, err := ParseHeader(req)
		check(t, err, tt.code, tt.text)
		if err == nil && (h.AccessKeyID != "key" || h.Region != "us-east-1" || !h.Time.Equal(testNow)) {
			t.Errorf("%q: read %+v", tt.authorization, h)
		}
	}
}

func TestPresignedIsNoSignature(t *testing.T) {
	req := newRequest("{}")
	credentials := aws.Credentials{AccessKeyID: testID, SecretAccessKey: testSecret}
	signed, _, err := v4.NewSigner().PresignHTTP(context.Background(), credentials, req, hexHash([]byte("{}")), service, "us-east-1", testNow)
	if err != nil {
		t.Fatal(err)
	}
	req.URL, _ = url.Parse(signed)
	_, err = New().Verify(req, []byte("{}"), lookup, testNow)
	check(t, err, "MissingAuthenticationTokenException", "Missing Authentication Token")
}

// What the SDK signs must verify after a trip over the wire, and no longer once a byte of it changed.
func TestVerifyWhatTheSDKSigns(t *testing.T) {
	v := New()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "body")
		path := "/" + rapid.StringMatching(`[a-zA-Z0-9 %:+=~é&@,$*()'!-]{0,20}(/[a-zA-Z0-9_%-]{1,5})?`).Draw(t, "path")
		target := &url.URL{Scheme: "http", Host: "auth.example.com:4500", Path: path}
		query := url.Values{}
		for range rapid.IntRange(0, 4).Draw(t, "queries") {
			query.Add(rapid.String().Draw(t, "name"), rapid.String().Draw(t, "value"))
		}
		target.RawQuery = query.Encode()

		req, err := http.NewRequest(http.MethodPost, target.String(), bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
		for range rapid.IntRange(0, 4).Draw(t, "headers") {
			name := rapid.StringMatching(`X-[A-Za-z]{1,8}`).Draw(t, "header")
			if http.CanonicalHeaderKey(name) != "X-Amz-Date" {
				req.Header.Add(name, rapid.StringMatching(`[ -~]{0,30}`).Draw(t, "headerValue"))
			}
		}
		at := testNow.Add(time.Duration(rapid.IntRange(-300, 300).Draw(t, "skew")) * time.Second)
		region := rapid.StringMatching(`[a-z]{2}-[a-z]{1,9}-[0-9]`).Draw(t, "region")
		credentials := aws.Credentials{AccessKeyID: testID, SecretAccessKey: testSecret}
		err = v4.NewSigner().SignHTTP(context.Background(), credentials, req, hexHash(body), service, region, at)
		if err != nil {
			t.Fatal(err)
		}

		got := overTheWire(t, req)
		if _, err := v.Verify(got, body, lookup, testNow); err != nil {
			t.Fatalf("%v\n%s %v", err, got.RequestURI, got.Header)
		}

		spoiled := append(bytes.Clone(body), 'x')
		if len(body) > 0 && rapid.Bool().Draw(t, "inside") {
			spoiled = bytes.Clone(body)
			spoiled[rapid.IntRange(0, len(body)-1).Draw(t, "at")] ^= 1
		}
		if _, err := v.Verify(got, spoiled, lookup, testNow); err == nil {
			t.Fatal("another body passed")
		}
	})
}

// overTheWire writes req as a client does and reads it as a server does.
func overTheWire(t *rapid.T, req *http.Request) *http.Request {
	var wire bytes.Buffer
	if err := req.Write(&wire); err != nil {
		t.Fatal(err)
	}
	got, err := readRequest(&wire)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
