package test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

const linkPassword = "Correct-Horse-9"

// TestConfirmationLink: who follows the link in the e-mail of a sign-up can sign in, on both databases.
func TestConfirmationLink(t *testing.T) {
	for database, where := range map[string]func(t *testing.T) string{
		"SQLite":     func(*testing.T) string { return "sqlite::memory:" },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(database, func(t *testing.T) {
			l := newLinks(t, ostiarytest.WithDatabase(where(t)))
			t.Run("follow", l.follow)
			t.Run("a wrong code", l.wrongCode)
			t.Run("too late", l.tooLate)
			t.Run("looked at", l.lookedAt)
			t.Run("on the domain", l.onTheDomain)
			t.Run("hostile", l.hostile)
		})
	}
}

type links struct {
	server         *ostiarytest.Server
	api            *idp.Client
	pool, clientID string
}

func newLinks(t *testing.T, opts ...ostiarytest.Option) *links {
	l := &links{server: ostiarytest.Start(t, opts...)}
	l.api = l.server.Client()
	created, err := l.api.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{
		PoolName: aws.String("links"), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{
			DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink,
			EmailSubjectByLink: aws.String("Welcome"), EmailMessageByLink: aws.String("<p>Hello, {##click <b>here</b>##}!</p>"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l.pool = *created.UserPool.Id
	client, err := l.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: &l.pool, ClientName: aws.String("app"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
	})
	if err != nil {
		t.Fatal(err)
	}
	l.clientID = *client.UserPoolClient.ClientId
	// Without a domain there is no page to lead to, and nobody is registered.
	if err := l.trySignUp(t, "early"); err == nil || !strings.Contains(err.Error(), "no domain for them to lead to") {
		t.Fatalf("sign-up without a domain: %v", err)
	}
	if _, err := l.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: &l.pool, Username: aws.String("early")}); err == nil {
		t.Error("registered all the same")
	}
	if _, err := l.api.CreateUserPoolDomain(t.Context(), &idp.CreateUserPoolDomainInput{UserPoolId: &l.pool, Domain: aws.String("links")}); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *links) trySignUp(t *testing.T, name string) error {
	t.Helper()
	_, err := l.api.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: &l.clientID, Username: &name, Password: aws.String(linkPassword),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(url.QueryEscape(name) + "@example.com")}},
	})
	return err
}

var anchor = regexp.MustCompile(`<a href="([^"]*)">click <b>here</b></a>`)

// signUp answers the link in the mail.
func (l *links) signUp(t *testing.T, name string) string {
	t.Helper()
	if err := l.trySignUp(t, name); err != nil {
		t.Fatal(err)
	}
	return l.mailed(t)
}

// mailed is the link in the latest mail.
func (l *links) mailed(t *testing.T) string {
	t.Helper()
	m := l.server.Messages()[0]
	found := anchor.FindStringSubmatch(m.Body)
	if found == nil || m.Subject != "Welcome" || !strings.HasPrefix(m.Body, "<p>Hello, <a ") || !strings.HasSuffix(m.Body, "</a>!</p>") {
		t.Fatalf("subject %q, body %q", m.Subject, m.Body)
	}
	return html.UnescapeString(found[1])
}

// visit answers status and page, and looks at what every page has to have.
func (l *links) visit(t *testing.T, method, link, host string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	policy := resp.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'none'", "style-src 'sha256-"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy %q lacks %s", policy, part)
		}
	}
	if _, rest, ok := strings.Cut(string(body), "<style>"); ok { // browsers apply the style that has this hash
		style, _, _ := strings.Cut(rest, "</style>")
		hash := sha256.Sum256([]byte(style))
		if !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'") {
			t.Errorf("policy %q is of another style than %q", policy, style)
		}
	}
	return resp.StatusCode, string(body)
}

// open visits a link and compares.
func (l *links) open(t *testing.T, link string, status int, title string) {
	t.Helper()
	got, page := l.visit(t, http.MethodGet, link, "")
	if got != status || !strings.Contains(page, "<h1>"+title+"</h1>") {
		t.Errorf("got %d %s\nwant %d %s", got, page, status, title)
	}
}

func (l *links) status(t *testing.T, name string) types.UserStatusType {
	t.Helper()
	u, err := l.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: &l.pool, Username: &name})
	if err != nil {
		t.Fatal(err)
	}
	return u.UserStatus
}

const (
	titleConfirmed = "Your registration has been confirmed"
	titleAlready   = "Your registration is already confirmed"
	titleInvalid   = "This link does not work"
)

func (l *links) follow(t *testing.T) {
	const name = `ana&client_id=x#"é`
	link := l.signUp(t, name)
	if want := l.server.URL()[strings.LastIndex(l.server.URL(), ":"):] + "/" + l.pool + "/confirmUser/?client_id=" + l.clientID + "&user_name="; !strings.Contains(link, want) {
		t.Errorf("link %q, want …%s", link, want)
	}
	if l.status(t, name) != types.UserStatusTypeUnconfirmed {
		t.Fatal("confirmed already")
	}
	l.open(t, link, http.StatusOK, titleConfirmed)
	u, err := l.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: &l.pool, Username: aws.String(name)})
	if err != nil {
		t.Fatal(err)
	}
	verified := ""
	for _, a := range u.UserAttributes {
		if *a.Name == "email_verified" {
			verified = *a.Value
		}
	}
	if u.UserStatus != types.UserStatusTypeConfirmed || verified != "true" {
		t.Errorf("%s, email_verified %q", u.UserStatus, verified)
	}
	signedIn, err := l.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &l.clientID,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": linkPassword},
	})
	if err != nil || signedIn.AuthenticationResult == nil {
		t.Errorf("sign-in: %v", err)
	}
	l.open(t, link, http.StatusOK, titleAlready) // a second click
}

func (l *links) wrongCode(t *testing.T) {
	link := l.signUp(t, "bob")
	parsed, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	query := parsed.Query()
	right := query.Get("confirmation_code")
	wrong := "000000"
	if right == wrong {
		wrong = "000001"
	}
	query.Set("confirmation_code", wrong)
	parsed.RawQuery = query.Encode()
	l.open(t, parsed.String(), http.StatusBadRequest, titleInvalid)
	if l.status(t, "bob") != types.UserStatusTypeUnconfirmed {
		t.Error("confirmed by a wrong code")
	}
	// The limit is that of ConfirmSignUp: fifteen an hour.
	for range 14 {
		l.open(t, parsed.String(), http.StatusBadRequest, titleInvalid)
	}
	l.open(t, link, http.StatusTooManyRequests, "Too many attempts")
	l.server.Advance(61 * time.Minute)
	// A new mail replaces the code.
	if _, err := l.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: &l.clientID, Username: aws.String("bob")}); err != nil {
		t.Fatal(err)
	}
	fresh := l.mailed(t)
	if fresh != link {
		l.open(t, link, http.StatusBadRequest, titleInvalid)
	}
	l.open(t, fresh, http.StatusOK, titleConfirmed)
}

func (l *links) tooLate(t *testing.T) {
	link := l.signUp(t, "carl")
	l.server.Advance(24 * time.Hour)
	l.open(t, link, http.StatusBadRequest, titleInvalid)
	if l.status(t, "carl") != types.UserStatusTypeUnconfirmed {
		t.Error("confirmed too late")
	}
}

// lookedAt: what fetches a link without anybody opening it confirms nothing.
func (l *links) lookedAt(t *testing.T) {
	link := l.signUp(t, "dora")
	if status, body := l.visit(t, http.MethodHead, link, ""); status != http.StatusOK || body != "" {
		t.Errorf("HEAD: %d %q", status, body)
	}
	for _, header := range [][]string{{"Sec-Purpose", "prefetch;prerender"}, {"Purpose", "prefetch"}, {"X-Moz", "prefetch"}} {
		if status, _ := l.visit(t, http.MethodGet, link, "", header...); status != http.StatusServiceUnavailable {
			t.Errorf("%v: %d", header, status)
		}
	}
	if l.status(t, "dora") != types.UserStatusTypeUnconfirmed {
		t.Error("confirmed by a look")
	}
	l.open(t, link, http.StatusOK, titleConfirmed)
}

// onTheDomain: the same page on the pool's domain, under any spelling of its host, and on no other.
func (l *links) onTheDomain(t *testing.T) {
	other, err := l.api.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{PoolName: aws.String("other")})
	if err != nil {
		t.Fatal(err)
	}
	certificate := "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000"
	if _, err := l.api.CreateUserPoolDomain(t.Context(), &idp.CreateUserPoolDomainInput{
		UserPoolId: other.UserPool.Id, Domain: aws.String("other.example.com"), CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: &certificate},
	}); err != nil {
		t.Fatal(err)
	}
	link := l.signUp(t, "emil")
	path := strings.Replace(link, "/"+l.pool+"/", "/", 1)
	for host, want := range map[string]int{"": 404, "nobody.localhost": 404, "127.0.0.1": 404, "other.example.com": 400, "a.links.localhost": 404} {
		if got, page := l.visit(t, http.MethodGet, path, host); got != want {
			t.Errorf("%q: %d, want %d\n%s", host, got, want, page)
		}
	}
	if got, page := l.visit(t, http.MethodGet, path, "LINKS.localhost.:8443"); got != http.StatusOK || !strings.Contains(page, titleConfirmed) {
		t.Errorf("%d %s", got, page)
	}
}

// hostile: whatever stands in the address, there is a page for it, and it repeats nothing.
func (l *links) hostile(t *testing.T) {
	base := l.server.URL() + "/" + l.pool + "/confirmUser"
	for _, query := range []string{
		"", "?", "/", "/?client_id=" + l.clientID, "/?client_id=nobody&user_name=ana&confirmation_code=1",
		"/?client_id=" + l.clientID + "&user_name=nobody&confirmation_code=123456",
		"/?client_id=" + l.clientID + "&user_name=%00&confirmation_code=123456",
		"/?client_id=" + l.clientID + "&user_name=%ff%fe&confirmation_code=%0d%0a",
		"/?client_id=" + l.clientID + "&user_name=" + strings.Repeat("x", 10_000) + "&confirmation_code=1",
		"/?client_id=%3Cscript%3E&user_name=%3Cscript%3E&confirmation_code=%3Cscript%3E",
		"/?client_id=;%&user_name",
	} {
		status, page := l.visit(t, http.MethodGet, base+query, "")
		if status != http.StatusBadRequest || !strings.Contains(page, titleInvalid) || strings.Contains(page, "script") {
			t.Errorf("%s: %d %s", query, status, page)
		}
	}
	if status, _ := l.visit(t, http.MethodGet, l.server.URL()+"/us-east-1_nobody/confirmUser/?client_id="+l.clientID+"&user_name=ana&confirmation_code=1", ""); status != http.StatusBadRequest {
		t.Errorf("another pool's path: %d", status)
	}
}

// TestLinkOfFunction: a function that writes a place for a link gets one where the pool has a domain, and one
// hears of who has followed it. A function that fails then undoes nothing.
func TestLinkOfFunction(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:"
	confirmations := 0
	server := ostiarytest.Start(t, ostiarytest.WithFunctions(map[string]ostiarytest.Function{
		arn + "message": func(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
			return answering(event, map[string]string{"emailMessage": "{##Click Here##} or {####}", "emailSubject": "Own"})
		},
		arn + "confirmed": func(_ context.Context, event json.RawMessage) (json.RawMessage, error) {
			if confirmations++; confirmations > 1 {
				return nil, errors.New("<b>no more</b>")
			}
			return event, nil
		},
	}))
	api := server.Client()
	created, err := api.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{
		PoolName: aws.String("links"), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		LambdaConfig: &types.LambdaConfigType{CustomMessage: aws.String(arn + "message"), PostConfirmation: aws.String(arn + "confirmed")},
	})
	if err != nil {
		t.Fatal(err)
	}
	pool := created.UserPool.Id
	client, err := api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{UserPoolId: pool, ClientName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	l := &links{server: server, api: api, pool: *pool, clientID: *client.UserPoolClient.ClientId}
	mailed := func(name string) (link, code string) {
		t.Helper()
		if err := l.trySignUp(t, name); err != nil {
			t.Fatal(err)
		}
		m := server.Messages()[0]
		if found := regexp.MustCompile(`^<a href="([^"]*)">Click Here</a> or ` + m.Code + `$`).FindStringSubmatch(m.Body); found != nil {
			return html.UnescapeString(found[1]), m.Code
		}
		if m.Body != m.Code+" or "+m.Code {
			t.Errorf("body %q", m.Body)
		}
		return "", m.Code
	}
	if link, _ := mailed("early"); link != "" {
		t.Errorf("without a domain: %s", link)
	}
	if _, err := api.CreateUserPoolDomain(t.Context(), &idp.CreateUserPoolDomainInput{UserPoolId: pool, Domain: aws.String("links")}); err != nil {
		t.Fatal(err)
	}
	link, _ := mailed("ana")
	l.open(t, link, http.StatusOK, titleConfirmed)
	if confirmations != 1 {
		t.Errorf("PostConfirmation ran %d times", confirmations)
	}
	link, _ = mailed("bob")
	status, page := l.visit(t, http.MethodGet, link, "")
	if status != http.StatusBadRequest || !strings.Contains(page, titleConfirmed) || !strings.Contains(page, "&lt;b&gt;no more&lt;/b&gt;") {
		t.Errorf("%d %s", status, page)
	}
	if l.status(t, "bob") != types.UserStatusTypeConfirmed {
		t.Error("not confirmed")
	}
}

// answering is the event with that response.
func answering(event json.RawMessage, response any) (json.RawMessage, error) {
	var whole map[string]any
	if err := json.Unmarshal(event, &whole); err != nil {
		return nil, err
	}
	whole["response"] = response
	return json.Marshal(whole)
}
