// Package threats_test examines adaptive authentication from outside: official clients over HTTP, on both databases,
// with addresses that a trusted proxy forwards and a database of places.
package threats_test

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"ostiary/internal/config"
	"ostiary/internal/message"
	"ostiary/internal/mfa"
	"ostiary/internal/server"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// place is the context of a request: where it comes from and by what.
type place struct{ address, agent string }

// The user is at home in Berlin. An attacker sits in Sao Paulo, or behind a proxy that is known for it.
var (
	home     = place{"198.51.100.7", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"}
	abroad   = place{"203.0.113.9", "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"}
	attacker = place{"192.0.2.66", "curl/8.5.0"}
)

const password = "Correct-horse-7"

type world struct {
	*testing.T
	server       *server.Server
	store        *faulty
	api          *idp.Client
	url          string
	at           place
	log          *logged
	pool, client string
}

// both runs a test on both databases.
func both(t *testing.T, test func(w *world), flags ...map[string]string) {
	t.Run("SQLite", func(t *testing.T) { test(start(t, "sqlite::memory:", flags...)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(start(t, pgtest.URL(t), flags...)) })
}

func start(t *testing.T, database string, flags ...map[string]string) *world {
	t.Helper()
	w := &world{T: t, at: home, log: new(logged)}
	dir := t.TempDir()
	settings := map[string]string{
		"listen": "127.0.0.1:0", "database": database, "data": dir, "trusted_proxies": "127.0.0.1",
		"risk.geoip_city": places(t, filepath.Join(dir, "city.mmdb")), "risk.bad_reputation": filepath.Join(dir, "bad"),
		"risk.anonymizers": filepath.Join(dir, "bad"),
	}
	w.must(os.WriteFile(filepath.Join(dir, "bad"), []byte("192.0.2.66\n"), 0o600))
	for _, more := range flags {
		for k, v := range more {
			settings[k] = v
		}
	}
	cfg, err := config.Load("", func(string) (string, bool) { return "", false }, settings)
	w.must(err)
	now := time.Date(2030, 3, 4, 12, 0, 0, 0, time.UTC)
	w.server, err = server.New(t.Context(), cfg, server.Options{
		Log: slog.New(slog.NewTextHandler(w.log, nil)), Now: func() time.Time { return now },
		Functions: challenges{},
		WrapStore: func(s store.Store) store.Store { w.store = &faulty{Store: s}; return w.store },
	})
	w.must(err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- w.server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	w.url = "http://" + w.server.Addr().String()
	w.api = idp.New(idp.Options{
		Region: "us-east-1", BaseEndpoint: &w.url, RetryMaxAttempts: 1, HTTPClient: &http.Client{Transport: w},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIARISKTEST00000000", SecretAccessKey: "any"}, nil
		}),
	})
	return w
}

// RoundTrip sends a request as the proxy would that the caller comes through.
func (w *world) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("X-Forwarded-For", w.at.address)
	req.Header.Set("User-Agent", w.at.agent)
	return http.DefaultTransport.RoundTrip(req)
}

func places(t *testing.T, path string) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoLite2-City", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, at := range map[string]struct {
		city, country       string
		latitude, longitude float64
	}{
		"198.51.100.0/24": {"Berlin", "DE", 52.5, 13.4}, "203.0.113.0/24": {"Sao Paulo", "BR", -23.6, -46.6},
		"192.0.2.0/24": {"Nowhere", "ZZ", 10, 100},
	} {
		_, ipNet, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		err = tree.Insert(ipNet, mmdbtype.Map{
			"city":     mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(at.city)}},
			"country":  mmdbtype.Map{"iso_code": mmdbtype.String(at.country)},
			"location": mmdbtype.Map{"latitude": mmdbtype.Float64(at.latitude), "longitude": mmdbtype.Float64(at.longitude)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused fails the test unless err is the exception, with the text.
func (w *world) refused(err error, want string) {
	w.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		w.Errorf("got %v, want %s", err, want)
	} else if got := e.ErrorCode() + ": " + e.ErrorMessage(); got != want {
		w.Errorf("got %s\nwant %s", got, want)
	}
}

const (
	blocked      = "NotAuthorizedException: Unable to login because of security reasons."
	notAllowed   = "NotAuthorizedException: Request not allowed due to security reasons."
	incorrect    = "NotAuthorizedException: Incorrect username or password."
	offException = "UserPoolAddOnNotEnabledException: Threat protection is not enabled for the user pool."
)

// protect makes a pool whose users may use an authenticator app, in the given mode.
func (w *world) protect(mode types.AdvancedSecurityModeType, changes ...func(*idp.CreateUserPoolInput)) {
	w.Helper()
	in := &idp.CreateUserPoolInput{
		PoolName: aws.String("risk"), UserPoolTier: types.UserPoolTierTypePlus,
		UserPoolAddOns:         &types.UserPoolAddOnsType{AdvancedSecurityMode: mode},
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
	}
	for _, change := range changes {
		change(in)
	}
	pool, err := w.api.CreateUserPool(w.Context(), in)
	w.must(err)
	w.pool = *pool.UserPool.Id
	_, err = w.api.SetUserPoolMfaConfig(w.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: &w.pool, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	})
	w.must(err)
	w.client = w.newClient(func(*idp.CreateUserPoolClientInput) {})
}

func (w *world) newClient(change func(*idp.CreateUserPoolClientInput)) string {
	w.Helper()
	in := &idp.CreateUserPoolClientInput{
		UserPoolId: &w.pool, ClientName: aws.String("app"),
		PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth,
			types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	}
	change(in)
	client, err := w.api.CreateUserPoolClient(w.Context(), in)
	w.must(err)
	return *client.UserPoolClient.ClientId
}

func action(a types.AccountTakeoverEventActionType, notify bool) *types.AccountTakeoverActionType {
	return &types.AccountTakeoverActionType{EventAction: a, Notify: notify}
}

// configure sets what the levels lead to.
func (w *world) configure(low, medium, high *types.AccountTakeoverActionType) {
	w.Helper()
	_, err := w.api.SetRiskConfiguration(w.Context(), &idp.SetRiskConfigurationInput{
		UserPoolId: &w.pool,
		AccountTakeoverRiskConfiguration: &types.AccountTakeoverRiskConfigurationType{
			Actions: &types.AccountTakeoverActionsType{LowAction: low, MediumAction: medium, HighAction: high},
		},
	})
	w.must(err)
}

// user makes a user and lets them be known at home, by as many sign-ins.
func (w *world) user(name string, signIns int) {
	w.Helper()
	in := &idp.AdminCreateUserInput{
		UserPoolId: &w.pool, Username: &name, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(strings.NewReplacer("<", "", ">", "", "{", "", "}", "").Replace(name) + "@example.com")}},
	}
	if strings.Contains(name, "@") {
		in.UserAttributes[0].Value = &name
	}
	_, err := w.api.AdminCreateUser(w.Context(), in)
	w.must(err)
	_, err = w.api.AdminSetUserPassword(w.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: &w.pool, Username: &name, Password: aws.String(password), Permanent: true})
	w.must(err)
	for range signIns {
		w.server.Advance(24 * time.Hour)
		w.tokens(w.signIn(home, name))
	}
}

func (w *world) signIn(at place, name string) (*idp.InitiateAuthOutput, error) {
	return w.signInWith(at, name, password, w.client)
}

func (w *world) signInWith(at place, name, password, client string) (*idp.InitiateAuthOutput, error) {
	w.at = at
	defer func() { w.at = home }()
	return w.api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{
		ClientId: &client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password},
	})
}

// tokens ends the test unless the sign-in went through without another challenge.
func (w *world) tokens(out *idp.InitiateAuthOutput, err error) *types.AuthenticationResultType {
	w.Helper()
	w.must(err)
	if out.AuthenticationResult == nil {
		w.Fatalf("asked for %s instead of tokens", out.ChallengeName)
	}
	return out.AuthenticationResult
}

// app enrols an authenticator app that the user does not switch on, and answers its codes.
func (w *world) app(accessToken *string) func() string {
	w.Helper()
	a, err := w.api.AssociateSoftwareToken(w.Context(), &idp.AssociateSoftwareTokenInput{AccessToken: accessToken})
	w.must(err)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(*a.SecretCode)
	w.must(err)
	code := func() string { return mfa.Code(secret, mfa.Step(w.server.Now())) }
	_, err = w.api.VerifySoftwareToken(w.Context(), &idp.VerifySoftwareTokenInput{AccessToken: accessToken, UserCode: aws.String(code())})
	w.must(err)
	w.server.Advance(time.Minute)
	return code
}

// events are a user's, the newest first, read in pages of two.
func (w *world) events(name string) []types.AuthEventType {
	w.Helper()
	var all []types.AuthEventType
	in := &idp.AdminListUserAuthEventsInput{UserPoolId: &w.pool, Username: &name, MaxResults: aws.Int32(2)}
	for {
		out, err := w.api.AdminListUserAuthEvents(w.Context(), in)
		w.must(err)
		all = append(all, out.AuthEvents...)
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	if !slices.IsSortedFunc(all, func(a, b types.AuthEventType) int { return b.CreationDate.Compare(*a.CreationDate) }) {
		w.Errorf("the events of %s are not the newest first", name)
	}
	return all
}

// notices are the risk notices sent to a user, the newest first.
func (w *world) notices(name string) []message.Message {
	var list []message.Message
	for _, m := range w.server.Inbox.List(message.Filter{UserPoolID: w.pool, Username: name}) {
		if m.Trigger == message.AccountTakeOverNotification {
			list = append(list, m)
		}
	}
	return list
}

var href = regexp.MustCompile(`href="([^"]*)"`)

// links are where a message leads to.
func links(m message.Message) []string {
	var list []string
	for _, found := range href.FindAllStringSubmatch(m.Body, -1) {
		list = append(list, strings.ReplaceAll(found[1], "&amp;", "&"))
	}
	return list
}

// logged is a log that many may write to.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// faulty is a store that cannot read histories while it is broken.
type faulty struct {
	store.Store
	broken atomic.Bool
}

var errBroken = errors.New("the disk is gone")

func (f *faulty) View(ctx context.Context, fn func(store.Reader) error) error {
	return f.Store.View(ctx, func(r store.Reader) error { return fn(forgetful{r, f.broken.Load()}) })
}

type forgetful struct {
	store.Reader
	broken bool
}

func (r forgetful) AuthHistory(ctx context.Context, poolID, username string) (*userpool.AuthHistory, error) {
	if r.broken {
		return nil, errBroken
	}
	return r.Reader.AuthHistory(ctx, poolID, username)
}

// claim is one of a token, which is not verified.
func claim(t *testing.T, token *string, name string) any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(*token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return claims[name]
}

// challenges are the functions of a pool's custom sign-in: one riddle, and then tokens.
type challenges struct{}

func (challenges) Invoke(_ context.Context, _, _ string, event []byte) ([]byte, error) {
	var e map[string]any
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	request := e["request"].(map[string]any)
	switch e["triggerSource"] {
	case "DefineAuthChallenge_Authentication":
		rounds, _ := request["session"].([]any)
		solved := len(rounds) > 0 && rounds[0].(map[string]any)["challengeResult"] == true
		e["response"] = map[string]any{"issueTokens": solved, "failAuthentication": false, "challengeName": "CUSTOM_CHALLENGE"}
	case "CreateAuthChallenge_Authentication":
		e["response"] = map[string]any{"publicChallengeParameters": map[string]string{}, "privateChallengeParameters": map[string]string{"a": "42"}}
	case "VerifyAuthChallengeResponse_Authentication":
		e["response"] = map[string]any{"answerCorrect": request["challengeAnswer"] == "42"}
	}
	return json.Marshal(e)
}
