// Package risk_test signs in as people and attackers do, over HTTP and on each database, and looks at what
// adaptive authentication makes of it: no code from the usual place, one from a new country, no way in for an
// attacker, and for the user a mail whose links work.
package risk_test

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/base64"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"ostiary/internal/config"
	"ostiary/internal/message"
	"ostiary/internal/mfa"
	"ostiary/internal/server"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/trigger"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const (
	password = "Correct-horse-7"
	firefox  = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0"
	phone    = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
	script   = "python-requests/2.32"
)

// Where people are. The last one hides.
const (
	berlin = "192.0.2.10"
	lima   = "203.0.113.5"
	tor    = "198.51.100.66"
)

// world is a server behind a proxy that knows where addresses are.
type world struct {
	*testing.T
	server       *server.Server
	url          string
	pool, client string
	secret       []byte // of ana's authenticator app
}

// newWorld takes functions that pools may name; nil for none.
func newWorld(t *testing.T, database string, functions trigger.Functions) *world {
	t.Helper()
	dir := t.TempDir()
	cfg, err := config.Load("", func(string) (string, bool) { return "", false },
		map[string]string{"listen": "127.0.0.1:0", "database": database, "region": "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	cfg.MasterKey.Value = config.Secret(base64.StdEncoding.EncodeToString([]byte("no risk is in what all may read.")))
	cfg.TrustedProxies = config.Networks{netip.MustParsePrefix("127.0.0.0/8")}
	cfg.Risk.GeoIPCity = places(t, filepath.Join(dir, "city.mmdb"))
	cfg.Risk.BreachedPasswords = leakedFilter(t)
	exits := filepath.Join(dir, "tor.txt")
	cfg.Risk.Anonymizers = config.Paths{exits}
	if err := os.WriteFile(exits, []byte("# exits\n"+tor+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2030, 5, 6, 9, 0, 0, 0, time.UTC)
	s, err := server.New(t.Context(), cfg, server.Options{Functions: functions, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &world{T: t, server: s, url: "http://" + s.Addr().String()}
}

// places is a database that knows two cities.
func places(t *testing.T, path string) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoIP2-City", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, city := range map[string]mmdbtype.Map{
		"192.0.2.0/24":    place("Berlin", "DE", 52.5, 13.4),
		"203.0.113.0/24":  place("Lima", "PE", -12, -77),
		"198.51.100.0/24": place("Sydney", "AU", -33.9, 151.2),
	} {
		_, ipNet, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(ipNet, city); err != nil {
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

func place(name, country string, latitude, longitude float64) mmdbtype.Map {
	return mmdbtype.Map{
		"city":     mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(name)}},
		"country":  mmdbtype.Map{"iso_code": mmdbtype.String(country)},
		"location": mmdbtype.Map{"latitude": mmdbtype.Float64(latitude), "longitude": mmdbtype.Float64(longitude)},
	}
}

// end is a place and a program, as the proxy before the server tells them.
type end struct{ address, agent string }

func (e end) RoundTrip(req *http.Request) (*http.Response, error) {
	req.Header.Set("X-Forwarded-For", e.address)
	req.Header.Set("User-Agent", e.agent)
	return http.DefaultTransport.RoundTrip(req)
}

func (w *world) from(address, agent string) *idp.Client {
	return idp.New(idp.Options{
		Region: "us-east-1", BaseEndpoint: &w.url, HTTPClient: &http.Client{Transport: end{address, agent}},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "risk", SecretAccessKey: "any secret does in development"}, nil
		}),
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// furnish makes a pool whose user, ana, has an authenticator app registered, and MFA not active.
func (w *world) furnish(mode types.AdvancedSecurityModeType) {
	w.Helper()
	api, ctx := w.from(berlin, firefox), w.Context()
	pool, err := api.CreateUserPool(ctx, &idp.CreateUserPoolInput{
		PoolName: aws.String("risk"), UserPoolTier: types.UserPoolTierTypePlus, UserPoolAddOns: &types.UserPoolAddOnsType{AdvancedSecurityMode: mode},
	})
	w.must(err)
	w.pool = *pool.UserPool.Id
	_, err = api.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{UserPoolId: &w.pool, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true}})
	w.must(err)
	client, err := api.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: &w.pool, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth}})
	w.must(err)
	w.client = *client.UserPoolClient.ClientId
	_, err = api.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: &w.pool, Username: aws.String("ana"), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ana@example.com")}}})
	w.must(err)
	_, err = api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: &w.pool, Username: aws.String("ana"), Password: aws.String(password), Permanent: true})
	w.must(err)
	if mode == types.AdvancedSecurityModeTypeOff {
		return
	}
	notice := func(what string) *types.NotifyEmailType {
		return &types.NotifyEmailType{Subject: aws.String(what), HtmlBody: aws.String(
			what + " {username} {ip-address} {city} {country} {device-name} <a href=\"{one-click-link-valid}\">me</a> <a href=\"{one-click-link-invalid}\">not me</a>")}
	}
	_, err = api.SetRiskConfiguration(ctx, &idp.SetRiskConfigurationInput{UserPoolId: &w.pool, AccountTakeoverRiskConfiguration: &types.AccountTakeoverRiskConfigurationType{
		NotifyConfiguration: &types.NotifyConfigurationType{SourceArn: aws.String("arn:aws:ses:us-east-1:000000000000:identity/a@example.com"),
			BlockEmail: notice("Blocked"), MfaEmail: notice("Asked"), NoActionEmail: notice("Passed")},
		Actions: &types.AccountTakeoverActionsType{
			LowAction:    &types.AccountTakeoverActionType{EventAction: types.AccountTakeoverEventActionTypeNoAction},
			MediumAction: &types.AccountTakeoverActionType{EventAction: types.AccountTakeoverEventActionTypeMfaIfConfigured, Notify: true},
			HighAction:   &types.AccountTakeoverActionType{EventAction: types.AccountTakeoverEventActionTypeBlock, Notify: true},
		},
	}})
	w.must(err)
}

func (w *world) signIn(api *idp.Client) (*idp.InitiateAuthOutput, error) {
	return api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password}})
}

// passes must lead to tokens at once.
func (w *world) passes(api *idp.Client) *types.AuthenticationResultType {
	w.Helper()
	out, err := w.signIn(api)
	w.must(err)
	if out.AuthenticationResult == nil {
		w.Fatalf("asked for %s", out.ChallengeName)
	}
	return out.AuthenticationResult
}

func (w *world) register(api *idp.Client, accessToken *string) {
	w.Helper()
	out, err := api.AssociateSoftwareToken(w.Context(), &idp.AssociateSoftwareTokenInput{AccessToken: accessToken})
	w.must(err)
	w.secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(*out.SecretCode)
	w.must(err)
	_, err = api.VerifySoftwareToken(w.Context(), &idp.VerifySoftwareTokenInput{AccessToken: accessToken, UserCode: aws.String(w.code())})
	w.must(err)
}

func (w *world) code() string { return mfa.Code(w.secret, mfa.Step(w.server.Now())) }

// routine is a week of ana's: she signs in from home and is asked for nothing.
func (w *world) routine() {
	w.Helper()
	home := w.from(berlin, firefox)
	w.register(home, w.passes(home).AccessToken)
	for range 6 {
		w.server.Advance(24 * time.Hour)
		w.passes(home)
	}
}

func (w *world) events() []types.AuthEventType {
	w.Helper()
	out, err := w.from(berlin, firefox).AdminListUserAuthEvents(w.Context(), &idp.AdminListUserAuthEventsInput{UserPoolId: &w.pool, Username: aws.String("ana")})
	w.must(err)
	return out.AuthEvents
}

// latest must be like this.
func (w *world) latest(response types.EventResponseType, decision types.RiskDecisionType, level types.RiskLevelType) types.AuthEventType {
	w.Helper()
	e := w.events()[0]
	if e.EventResponse != response || e.EventRisk.RiskDecision != decision || e.EventRisk.RiskLevel != level {
		w.Errorf("the event is %s, %s at %q; want %s, %s at %q", e.EventResponse, e.EventRisk.RiskDecision, e.EventRisk.RiskLevel, response, decision, level)
	}
	return e
}

// mail is the latest.
func (w *world) mail() message.Message {
	w.Helper()
	list := w.server.Inbox.List(message.Filter{UserPoolID: w.pool})
	if len(list) == 0 {
		w.Fatal("no mail")
	}
	return list[0]
}

var (
	link  = regexp.MustCompile(`href="([^"]+)"`)
	field = regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`)
)

// follow opens the n-th link of a mail and presses the button that it finds.
func (w *world) follow(m message.Message, n int) string {
	w.Helper()
	links := link.FindAllStringSubmatch(m.Body, -1)
	if len(links) <= n {
		w.Fatalf("%d links in %s", len(links), m.Body)
	}
	page := w.read(http.Get(strings.ReplaceAll(links[n][1], "&amp;", "&")))
	form := url.Values{}
	for _, f := range field.FindAllStringSubmatch(page, -1) {
		form.Set(f[1], f[2])
	}
	if len(form) == 0 {
		w.Fatalf("no form in %s", page)
	}
	at, err := url.Parse(links[n][1])
	w.must(err)
	return w.read(http.PostForm(at.Scheme+"://"+at.Host+at.Path, form))
}

func (w *world) read(resp *http.Response, err error) string {
	w.Helper()
	w.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	w.must(err)
	return string(body)
}

func databases(t *testing.T, run func(*testing.T, *world)) {
	for name, where := range map[string]func(t *testing.T) string{
		"SQLite":     func(*testing.T) string { return "sqlite::memory:" },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, newWorld(t, where(t), nil))
		})
	}
}

// TestEnforced is the purpose of it all: MFA when the risk asks for it.
func TestEnforced(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeEnforced)
		w.routine()
		w.latest("Pass", "NoRisk", "")
		if list := w.server.Inbox.List(message.Filter{UserPoolID: w.pool}); len(list) != 0 {
			t.Errorf("a routine is no news: %v", list)
		}

		// On a journey with a new phone: a code is asked for, though she has not switched MFA on.
		w.server.Advance(48 * time.Hour)
		away := w.from(lima, phone)
		out, err := w.signIn(away)
		w.must(err)
		if out.ChallengeName != types.ChallengeNameTypeSoftwareTokenMfa {
			t.Fatalf("asked for %q", out.ChallengeName)
		}
		w.latest("InProgress", "AccountTakeover", "Medium")
		done, err := away.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &w.client, ChallengeName: out.ChallengeName,
			Session: out.Session, ChallengeResponses: map[string]string{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": w.code()}})
		w.must(err)
		if done.AuthenticationResult == nil {
			t.Fatal("no tokens")
		}
		e := w.latest("Pass", "AccountTakeover", "Medium")
		if len(e.ChallengeResponses) != 2 || *e.EventContextData.City != "Lima" || *e.EventContextData.Country != "Peru" || *e.EventContextData.IpAddress != lima {
			t.Errorf("the event is %+v %+v", e.ChallengeResponses, *e.EventContextData)
		}
		m := w.mail()
		if m.Subject != "Asked" || m.Destination != "ana@example.com" || !strings.Contains(m.Body, "Asked ana "+lima+" Lima Peru") {
			t.Errorf("the mail is %s: %s", m.Subject, m.Body)
		}
		for _, l := range link.FindAllStringSubmatch(m.Body, -1) { // as what looks through mail does
			w.read(http.Get(strings.ReplaceAll(l[1], "&amp;", "&")))
			w.read(http.Head(strings.ReplaceAll(l[1], "&amp;", "&")))
		}
		if f := w.events()[0].EventFeedback; f != nil {
			t.Errorf("a link that was looked at is no feedback: %+v", f)
		}
		w.follow(m, 0)
		if f := w.events()[0].EventFeedback; f == nil || f.FeedbackValue != types.FeedbackValueTypeValid || *f.Provider != "ana" {
			t.Errorf("feedback %+v", f)
		}

		// An attacker who knows the password, from behind an anonymizer, an hour later.
		w.server.Advance(time.Hour)
		_, err = w.signIn(w.from(tor, script))
		if err == nil || !strings.Contains(err.Error(), "NotAuthorizedException: Unable to login because of security reasons.") {
			t.Fatalf("the attacker got %v", err)
		}
		w.latest("Fail", "Block", "High")
		m = w.mail()
		if m.Subject != "Blocked" {
			t.Errorf("the mail is %s", m.Subject)
		}
		w.follow(m, 1)
		if f := w.events()[0].EventFeedback; f == nil || f.FeedbackValue != types.FeedbackValueTypeInvalid {
			t.Errorf("feedback %+v", f)
		}
		w.follow(m, 0) // the token has done its work
		if f := w.events()[0].EventFeedback; f.FeedbackValue != types.FeedbackValueTypeInvalid {
			t.Error("a link of a notice worked twice")
		}

		// At home nothing has changed.
		w.server.Advance(48 * time.Hour)
		w.passes(w.from(berlin, firefox))
	})
}

// TestAudit: what would be stopped is only written down.
func TestAudit(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeAudit)
		w.routine()
		w.server.Advance(time.Hour)
		w.passes(w.from(tor, script))
		w.latest("Pass", "AccountTakeover", "High")
		if list := w.server.Inbox.List(message.Filter{UserPoolID: w.pool}); len(list) != 0 {
			t.Errorf("an audit tells nobody: %v", list)
		}
	})
}

// TestOff: nothing is weighed, and nothing kept.
func TestOff(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeOff)
		w.passes(w.from(tor, script))
		_, err := w.from(berlin, firefox).AdminListUserAuthEvents(t.Context(), &idp.AdminListUserAuthEventsInput{UserPoolId: &w.pool, Username: aws.String("ana")})
		if err == nil || !strings.Contains(err.Error(), "UserPoolAddOnNotEnabledException") {
			t.Errorf("got %v", err)
		}
	})
}

// TestNetworks: a blocked network gets nowhere, a skipped one is never asked.
func TestNetworks(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeEnforced)
		w.routine()
		_, err := w.from(berlin, firefox).SetRiskConfiguration(t.Context(), &idp.SetRiskConfigurationInput{UserPoolId: &w.pool, ClientId: &w.client,
			RiskExceptionConfiguration: &types.RiskExceptionConfigurationType{BlockedIPRangeList: []string{"203.0.113.0/24"}, SkippedIPRangeList: []string{tor + "/32"}}})
		w.must(err)
		_, err = w.signIn(w.from(lima, firefox))
		if err == nil || !strings.Contains(err.Error(), "NotAuthorizedException: Request not allowed due to security reasons.") {
			t.Errorf("got %v", err)
		}
		w.passes(w.from(tor, script))
		w.latest("Pass", "NoRisk", "")
	})
}

// TestOtherActs: what a user does beside signing in is kept too, and refused to a blocked network.
func TestOtherActs(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeEnforced)
		api, ctx := w.from(berlin, firefox), t.Context()
		_, err := api.AdminUpdateUserAttributes(ctx, &idp.AdminUpdateUserAttributesInput{UserPoolId: &w.pool, Username: aws.String("ana"),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ana@example.com")}, {Name: aws.String("email_verified"), Value: aws.String("true")}}})
		w.must(err)
		want := func(kind types.EventType, response types.EventResponseType) {
			t.Helper()
			e := w.events()[0]
			if e.EventType != kind || e.EventResponse != response || *e.EventContextData.City != "Berlin" {
				t.Errorf("the event is %s, %s in %v; want %s, %s", e.EventType, e.EventResponse, *e.EventContextData.City, kind, response)
			}
			w.server.Advance(time.Minute)
		}
		tokens := w.passes(api)
		want("SignIn", "Pass")
		change := func(from, to string) error {
			_, err := api.ChangePassword(ctx, &idp.ChangePasswordInput{AccessToken: tokens.AccessToken, PreviousPassword: &from, ProposedPassword: &to})
			return err
		}
		w.refused(change("Wrong-horse-7", "Other-horse-8"), "NotAuthorizedException")
		want("PasswordChange", "Fail")
		w.must(change(password, "Other-horse-8"))
		want("PasswordChange", "Pass")
		_, err = api.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: &w.client, Username: aws.String("ana")})
		w.must(err)
		want("ForgotPassword", "Pass")
		before := len(w.events())
		for _, name := range []string{"nobody", "stranger"} {
			if _, err := api.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: &w.client, Username: &name}); err == nil {
				t.Errorf("%s was sent a code", name)
			}
		}
		if after := len(w.events()); after != before {
			t.Errorf("%d events became %d", before, after)
		}

		_, err = api.SetRiskConfiguration(ctx, &idp.SetRiskConfigurationInput{UserPoolId: &w.pool, RiskExceptionConfiguration: &types.RiskExceptionConfigurationType{
			BlockedIPRangeList: []string{"203.0.113.0/24"}}})
		w.must(err)
		_, err = w.from(lima, firefox).SignUp(ctx, &idp.SignUpInput{ClientId: &w.client, Username: aws.String("ben"), Password: aws.String(password)})
		w.refused(err, "NotAuthorizedException: Request not allowed due to security reasons.")
	})
}

// TestFeedbackPage: what a hostile link or form brings is refused with a page that repeats nothing of it.
func TestFeedbackPage(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeEnforced)
		good := url.Values{"userPoolId": {w.pool}, "username": {"ana"}, "eventId": {"event"}, "feedbackToken": {"made.up"}, "feedbackValue": {"Valid"}}
		for name, change := range map[string]func(url.Values){
			"a made-up token":    func(url.Values) {},
			"no token":           func(v url.Values) { v.Del("feedbackToken") },
			"another value":      func(v url.Values) { v.Set("feedbackValue", "Maybe") },
			"a pool of nobody":   func(v url.Values) { v.Set("userPoolId", "us-east-1_Nowhere01") },
			"markup":             func(v url.Values) { v.Set("username", "<script>alert(1)</script>") },
			"a name too long":    func(v url.Values) { v.Set("username", strings.Repeat("a", 200)) },
			"a form far too big": func(v url.Values) { v.Set("eventId", strings.Repeat("e", 1<<20)) },
		} {
			v := url.Values{}
			for k := range good {
				v.Set(k, good.Get(k))
			}
			change(v)
			resp, err := http.PostForm(w.url+"/authEventFeedback", v)
			body := w.read(resp, err)
			if resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "This link does not work") || strings.Contains(body, "alert(1)") {
				t.Errorf("%s: %d %s", name, resp.StatusCode, body)
			}
			if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || resp.Header.Get("Referrer-Policy") != "no-referrer" || resp.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %v", name, resp.Header)
			}
		}
	})
}
