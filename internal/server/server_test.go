package server_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
	"go.uber.org/goleak"

	"ostiary/internal/config"
	"ostiary/internal/message"
	"ostiary/internal/secret"
	"ostiary/internal/server"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a server that a test can stop.
type running struct {
	*server.Server
	url   string
	log   *logBuffer
	stop  context.CancelFunc
	ended chan error
}

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

// start runs a server: production if there is a configuration file, otherwise development.
func start(t *testing.T, file string, flags map[string]string, o server.Options) *running {
	t.Helper()
	settings := map[string]string{"listen": "127.0.0.1:0", "database": "sqlite::memory:"}
	for k, v := range flags {
		settings[k] = v
	}
	path := ""
	if file != "" {
		path = filepath.Join(t.TempDir(), "ostiary.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(path, func(string) (string, bool) { return "", false }, settings)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{log: new(logBuffer), ended: make(chan error, 1)}
	o.Log = slog.New(slog.NewJSONHandler(r.log, nil))
	if r.Server, err = server.New(t.Context(), cfg, o); err != nil {
		t.Fatal(err)
	}
	r.url = "http://" + r.Addr().String()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	r.stop = stop
	go func() { r.ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		select {
		case err := <-r.ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Error("the server does not stop")
		}
	})
	return r
}

// get answers status and body.
func (r *running) do(t *testing.T, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(out)
}

// sdk is an AWS SDK client of the server.
func (r *running) sdk(accessKey, secretKey, session string) *cognitoidentityprovider.Client {
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region:           "eu-central-1",
		BaseEndpoint:     aws.String(r.url),
		HTTPClient:       http.DefaultClient,
		RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey, SessionToken: session}, nil
		}),
	})
}

func (r *running) createPool(t *testing.T, c *cognitoidentityprovider.Client, name string) string {
	t.Helper()
	out, err := c.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return *out.UserPool.Id
}

// codeOf is the error code that the SDK read.
func codeOf(err error) string {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return refused.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

const (
	adminKey, adminSecret   = "AKIDADMINISTRATOR0", "administrator-secret-of-40-characters-000"
	readerKey, readerSecret = "AKIDREADERREADER00", "reader-secret-of-at-least-32-characters-00"
	masterKey               = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
)

// production is the configuration file of a server for two access keys; the reader may look at one
// pool only.
func production(t *testing.T, more string) string {
	t.Helper()
	keyFile := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(keyFile, []byte(masterKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`
base_url: https://auth.example.com
master_key: {file: %q}
quotas: false
access_keys:
  - id: %s
    secret: %s
    policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "cognito-idp:*", Resource: "*"}]}
  - id: %s
    secret: %s
    user: rita
    policy:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Action: ["cognito-idp:Describe*", "cognito-idp:ListUsers", "cognito-idp:ListTagsForResource"], Resource: "*"}
        - {Effect: Deny, Action: "*", Resource: "arn:aws:cognito-idp:us-east-1:000000000000:userpool/*"}
%s`, keyFile, adminKey, adminSecret, readerKey, readerSecret, more)
}

// TestProduction: signatures are verified and policies decide; what is for developers is not there.
func TestProduction(t *testing.T) {
	r := start(t, production(t, ""), nil, server.Options{})
	admin, reader := r.sdk(adminKey, adminSecret, ""), r.sdk(readerKey, readerSecret, "")
	pool := r.createPool(t, admin, "production")

	list := func(c *cognitoidentityprovider.Client) string {
		_, err := c.ListUserPools(t.Context(), &cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(1)})
		return codeOf(err)
	}
	describe := func(c *cognitoidentityprovider.Client) error {
		_, err := c.DescribeUserPool(t.Context(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: &pool})
		return err
	}
	if got := codeOf(describe(admin)); got != "" {
		t.Errorf("the administrator may not look: %s", got)
	}
	for name, c := range map[string]struct{ got, want string }{
		"unknown key":    {list(r.sdk("AKIDNOBODYNOBODY00", adminSecret, "")), "UnrecognizedClientException"},
		"wrong secret":   {list(r.sdk(adminKey, readerSecret, "")), "InvalidSignatureException"},
		"session token":  {list(r.sdk(adminKey, adminSecret, "session")), "UnrecognizedClientException"},
		"not allowed":    {list(reader), "AccessDeniedException"},
		"denied by pool": {codeOf(describe(reader)), "AccessDeniedException"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %s", name, c.got, c.want)
		}
	}
	want := "User: arn:aws:iam::000000000000:user/rita is not authorized to perform: cognito-idp:DescribeUserPool on resource: " +
		"arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + pool
	if err := describe(reader); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("refusal: %v, want %s", err, want)
	}

	// An ARN that names the pool under another region or account is still that pool.
	_, err := reader.ListTagsForResource(t.Context(), &cognitoidentityprovider.ListTagsForResourceInput{
		ResourceArn: aws.String("arn:aws:cognito-idp:eu-west-1:111111111111:userpool/" + pool),
	})
	if codeOf(err) != "AccessDeniedException" {
		t.Errorf("an ARN of another region slips past the policy: %v", err)
	}

	// An operation that proves itself otherwise does not look at the signature, however broken.
	status, body := r.do(t, http.MethodPost, "/", `{}`, "Content-Type: application/x-amz-json-1.1",
		"X-Amz-Target: AWSCognitoIdentityProviderService.AssociateSoftwareToken", "Authorization: AWS4-HMAC-SHA256 Credential=broken")
	if status != http.StatusBadRequest || !strings.Contains(body, "InvalidParameterException") {
		t.Errorf("a broken Authorization header where none is asked for: %d %s", status, body)
	}

	for _, path := range []string{"/_ostiary/messages", "/_ostiary/clock", "/_ostiary/reset"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			if status, _ := r.do(t, method, path, "{}"); status != http.StatusNotFound {
				t.Errorf("%s %s in production: %d", method, path, status)
			}
		}
	}
	for _, secret := range []string{adminSecret, readerSecret, masterKey} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("a secret is in the log")
		}
	}
}

// TestWebAccessList: whom it does not admit gets ForbiddenException before anything else is looked
// at, wherever the request goes; health is for everybody.
func TestWebAccessList(t *testing.T) {
	r := start(t, "", map[string]string{"web-access-list-deny": "127.0.0.0/8"}, server.Options{})
	for _, c := range []struct{ method, path string }{
		{http.MethodPost, "/"}, {http.MethodOptions, "/"}, {http.MethodGet, "/nowhere"},
		{http.MethodGet, "/us-east-1_Pool00000/.well-known/jwks.json"}, {http.MethodPost, "/_ostiary/reset"},
	} {
		status, body := r.do(t, c.method, c.path, "not even JSON")
		if status != http.StatusBadRequest || !strings.Contains(body, `"__type":"ForbiddenException"`) {
			t.Errorf("%s %s: %d %s", c.method, c.path, status, body)
		}
	}
	for _, path := range []string{"/_ostiary/health/live", "/_ostiary/health/ready"} {
		if status, body := r.do(t, http.MethodGet, path, ""); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// TestWebAccessListBehindProxy: only what a trusted proxy says about the client counts.
func TestWebAccessListBehindProxy(t *testing.T) {
	for name, c := range map[string]struct {
		trusted string
		want    int
	}{
		"trusted":   {"127.0.0.0/8", http.StatusBadRequest},
		"untrusted": {"10.0.0.0/8", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, "", map[string]string{"web-access-list-deny": "192.0.2.0/24", "trusted-proxies": c.trusted}, server.Options{})
			if status, body := r.do(t, http.MethodGet, "/nowhere", "", "X-Forwarded-For: 192.0.2.7"); status != c.want {
				t.Errorf("%d %s", status, body)
			}
		})
	}
}

// TestDevelopment: the clock, the reset and the inbox, and who may not use them.
func TestDevelopment(t *testing.T) {
	begin := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := start(t, "", nil, server.Options{Now: func() time.Time { return begin }})
	pool := r.createPool(t, r.sdk("any", "any", ""), "development")

	if status, body := r.do(t, http.MethodGet, "/_ostiary/clock", ""); status != http.StatusOK || body != "{\"time\":\"2026-11-23T12:00:00Z\"}\n" {
		t.Errorf("clock: %d %s", status, body)
	}
	for _, bad := range []string{`{}`, `{"advance": "-1h"}`, `{"advance": "0s"}`, `{"advance": 5}`, `{"advance": "99999999h"}`, `{"back": "1h"}`, `1h`} {
		if status, body := r.do(t, http.MethodPost, "/_ostiary/clock", bad); status != http.StatusBadRequest {
			t.Errorf("clock %s: %d %s", bad, status, body)
		}
	}
	if status, body := r.do(t, http.MethodPost, "/_ostiary/clock", `{"advance": "90m"}`); status != http.StatusOK || !strings.Contains(body, "13:30:00Z") {
		t.Errorf("moving the clock: %d %s", status, body)
	}

	// A web page can do none of it: neither by its origin nor under a name of its own.
	for _, headers := range [][]string{
		{"Origin: https://evil.example.com"}, {"Sec-Fetch-Site: cross-site"}, {"Host: evil.example.com"},
	} {
		if status, _ := r.do(t, http.MethodPost, "/_ostiary/reset", "", headers...); status < 400 {
			t.Errorf("reset with %s: %d", headers, status)
		}
	}
	if status, _ := r.do(t, http.MethodGet, "/_ostiary/messages", "", "Host: evil.example.com:4500"); status < 400 {
		t.Errorf("the inbox under another name: %d", status)
	}
	for i, name := range []string{"ana", "ben"} {
		m := message.Message{UserPoolID: pool, Username: name, Medium: "EMAIL", Destination: name + "@example.com", Code: strconv.Itoa(i)}
		if err := r.Inbox.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{
		"": "10", "?username=ana": "0", "?destination=ben@example.com": "1", "?userPoolId=" + pool + "&username=ben": "1",
		"?userPoolId=us-east-1_Another00": "",
	} {
		var found []struct{ Code string }
		status, body := r.do(t, http.MethodGet, "/_ostiary/messages"+query, "")
		if err := json.Unmarshal([]byte(body), &found); err != nil || status != http.StatusOK {
			t.Fatalf("messages%s: %d %s", query, status, body)
		}
		var codes strings.Builder
		for _, m := range found {
			codes.WriteString(m.Code)
		}
		if codes := codes.String(); codes != want {
			t.Errorf("messages%s, newest first: %q, want %q", query, codes, want)
		}
	}
	exists := func() string {
		_, err := r.sdk("any", "any", "").DescribeUserPool(t.Context(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: &pool})
		return codeOf(err)
	}
	if got := exists(); got != "" {
		t.Fatalf("the pool is gone: %s", got)
	}
	if status, body := r.do(t, http.MethodPost, "/_ostiary/reset", ""); status != http.StatusNoContent {
		t.Errorf("reset: %d %s", status, body)
	}
	if got := exists(); got != "ResourceNotFoundException" {
		t.Errorf("the pool after the reset: %q", got)
	}
	var messages []any
	if status, body := r.do(t, http.MethodGet, "/_ostiary/messages", ""); status != http.StatusOK || json.Unmarshal([]byte(body), &messages) != nil || len(messages) != 0 {
		t.Errorf("messages: %d %s", status, body)
	}
	if status, _ := r.do(t, http.MethodDelete, "/_ostiary/messages", ""); status != http.StatusNoContent {
		t.Errorf("emptying the inbox: %d", status)
	}
}

// TestShutdown: a request that runs is finished, and meanwhile the server says that it is not ready.
func TestShutdown(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	r := start(t, "", nil, server.Options{WrapStore: func(s store.Store) store.Store {
		return gate{s, func() { once.Do(func() { close(begun); <-release }) }}
	}})
	answered := make(chan string, 1)
	go func() {
		_, err := r.sdk("any", "any", "").ListUserPools(context.WithoutCancel(t.Context()),
			&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(1)})
		answered <- codeOf(err)
	}()
	<-begun
	r.stop()
	for { // until the listener is closed
		c, err := net.Dial("tcp", r.Addr().String())
		if err != nil {
			break
		}
		c.Close()
	}
	close(release)
	if got := <-answered; got != "" {
		t.Errorf("the request that ran: %s", got)
	}
}

// gate lets a test hold up reads.
type gate struct {
	store.Store
	pass func()
}

func (g gate) View(ctx context.Context, fn func(store.Reader) error) error {
	g.pass()
	return g.Store.View(ctx, fn)
}

// TestNotReady: a server whose store does not answer says so, and lives.
func TestNotReady(t *testing.T) {
	var faulty *storetest.FaultyStore
	r := start(t, "", nil, server.Options{WrapStore: func(s store.Store) store.Store {
		faulty = storetest.Faulty(s)
		return faulty
	}})
	faulty.FailView(errors.New("no such host"))
	if status, body := r.do(t, http.MethodGet, "/_ostiary/health/ready", ""); status != http.StatusServiceUnavailable || strings.Contains(body, "host") {
		t.Errorf("ready: %d %s", status, body)
	}
	if status, _ := r.do(t, http.MethodGet, "/_ostiary/health/live", ""); status != http.StatusOK {
		t.Errorf("live: %d", status)
	}
}

// TestWellKnown: the two documents of a pool, and what stands in for them elsewhere.
func TestWellKnown(t *testing.T) {
	r := start(t, "", nil, server.Options{})
	pool := r.createPool(t, r.sdk("any", "any", ""), "well known")
	status, body := r.do(t, http.MethodGet, "/"+pool+"/.well-known/openid-configuration", "")
	var discovery struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := json.Unmarshal([]byte(body), &discovery); err != nil || status != http.StatusOK {
		t.Fatalf("discovery: %d %s", status, body)
	}
	if want := r.BaseURL() + "/" + pool; discovery.Issuer != want || discovery.JWKSURI != want+"/.well-known/jwks.json" {
		t.Errorf("discovery: %+v, want the issuer %s", discovery, want)
	}
	status, body = r.do(t, http.MethodGet, "/"+pool+"/.well-known/jwks.json", "")
	var keys struct {
		Keys []struct{ Kid, Kty, Alg, Use, N, E, D string }
	}
	if err := json.Unmarshal([]byte(body), &keys); err != nil || status != http.StatusOK {
		t.Fatalf("keys: %d %s", status, body)
	}
	if len(keys.Keys) != 2 || keys.Keys[0].Kid == keys.Keys[1].Kid {
		t.Errorf("a pool has two keys: %s", body)
	}
	for _, k := range keys.Keys {
		if k.Kty != "RSA" || k.Alg != "RS256" || k.Use != "sig" || k.N == "" || k.D != "" {
			t.Errorf("key: %+v", k)
		}
	}
	for _, document := range []string{"jwks.json", "openid-configuration"} {
		status, body := r.do(t, http.MethodGet, "/us-east-1_Unknown00/.well-known/"+document, "")
		if status != http.StatusNotFound || !json.Valid([]byte(body)) {
			t.Errorf("%s of an unknown pool: %d %s", document, status, body)
		}
		resp, err := http.Get(r.url + "/" + pool + "/.well-known/" + document)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.HasPrefix(resp.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: headers %v", document, resp.Header)
		}
		if status, _ := r.do(t, http.MethodPost, "/"+pool+"/.well-known/"+document, ""); status != http.StatusMethodNotAllowed {
			t.Errorf("POST of %s: %d", document, status)
		}
	}
}

// TestMasterKey: the database opens with the master key it began with and, once rotated, with the new
// one only.
func TestMasterKey(t *testing.T) {
	dir := t.TempDir()
	flags := map[string]string{"listen": "127.0.0.1:0", "data": dir}
	load := func() *config.Config {
		cfg, err := config.Load("", func(string) (string, bool) { return "", false }, flags)
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	open := func() error {
		s, err := server.New(t.Context(), load(), server.Options{})
		if err != nil {
			return err
		}
		return s.Close()
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(dir, "master.key")
	if info, err := os.Stat(keyFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("master key: %v, %v", info, err)
	}
	if err := open(); err != nil {
		t.Errorf("a second start: %v", err)
	}
	if err := os.Rename(keyFile, keyFile+".away"); err != nil {
		t.Fatal(err)
	}
	if err := open(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without its master key: %v", err)
	}
	if _, err := os.Stat(keyFile); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a master key was made for a database that has another: %v", err)
	}
	if err := os.Rename(keyFile+".away", keyFile); err != nil {
		t.Fatal(err)
	}

	next, err := secret.CreateMasterKey(filepath.Join(dir, "next.key"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.RotateMasterKey(t.Context(), load(), next, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if err := open(); !errors.Is(err, secret.ErrMasterKey) {
		t.Errorf("with the old master key after the rotation: %v", err)
	}
	if err := os.Rename(filepath.Join(dir, "next.key"), keyFile); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil {
		t.Errorf("with the new master key: %v", err)
	}
}

// TestCertificate: the listener speaks TLS, and takes up a certificate that was renewed.
func TestCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	writeCertificate(t, cert, key, 1)
	r := start(t, "", map[string]string{"tls-cert": cert, "tls-key": key}, server.Options{})
	serial := func() int64 {
		t.Helper()
		c, err := tls.Dial("tcp", r.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Errorf("certificate %d", got)
	}
	writeCertificate(t, cert, key, 2)
	if err := os.Chtimes(cert, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("after the renewal: certificate %d", got)
	}
	if err := os.WriteFile(cert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("while the next one is written: certificate %d", got)
	}
}

func writeCertificate(t *testing.T, cert, key string, serial int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
