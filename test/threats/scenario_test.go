package threats_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/message"
)

// TestAdaptive: a user with an authenticator app enrolled but not active signs in from home without a code, from
// a new country and device with one, and not at all at high risk. Each is an event, the user is told of each
// that was acted upon, and what the user says about them counts the next time.
func TestAdaptive(t *testing.T) { both(t, testAdaptive) }

func testAdaptive(w *world) {
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(action("NO_ACTION", false), action("MFA_IF_CONFIGURED", true), action("BLOCK", true))
	w.user("ana", 12)
	code := w.app(w.tokens(w.signIn(home, "ana")).AccessToken)

	// From home, without a code.
	w.server.Advance(24 * time.Hour)
	atHome := w.tokens(w.signIn(home, "ana"))
	w.event("ana", 0, "Pass", "NoRisk", "", "Password=Success")
	if id := claim(w.T, atHome.AccessToken, "event_id"); id != *w.events("ana")[0].EventId {
		w.Errorf("event_id %v is not that of the event", id)
	}

	// From a new country and device, with one.
	w.server.Advance(48 * time.Hour)
	out, err := w.signIn(abroad, "ana")
	w.must(err)
	if out.ChallengeName != types.ChallengeNameTypeSoftwareTokenMfa {
		w.Fatalf("from abroad: asked %q, want an authenticator's code", out.ChallengeName)
	}
	w.event("ana", 0, "InProgress", "AccountTakeover", "Medium", "Password=Success")
	wrong := func(code string) (*idp.RespondToAuthChallengeOutput, error) {
		w.at = abroad
		defer func() { w.at = home }()
		return w.api.RespondToAuthChallenge(w.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: &w.client, ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: map[string]string{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code},
		})
	}
	if _, err := wrong("000000"); err == nil {
		w.Error("a wrong code was taken")
	}
	w.event("ana", 0, "Fail", "AccountTakeover", "Medium", "Password=Success", "Mfa=Failure")
	passed, err := wrong(code())
	w.must(err)
	if passed.AuthenticationResult == nil {
		w.Fatalf("after the code: asked %q", passed.ChallengeName)
	}
	w.event("ana", 0, "Pass", "AccountTakeover", "Medium", "Password=Success", "Mfa=Failure", "Mfa=Success")
	context := w.events("ana")[0].EventContextData
	if *context.City != "Sao Paulo" || *context.Country != "Brazil" || *context.IpAddress != abroad.address || !strings.HasPrefix(*context.DeviceName, "Firefox 133") {
		w.Errorf("context %+v", *context)
	}

	// At high risk, not at all; whether the password is right is not told.
	w.server.Advance(48 * time.Hour)
	for _, p := range []string{password, "wrong"} {
		_, err := w.signInWith(attacker, "ana", p, w.client)
		w.refused(err, blocked)
	}
	w.event("ana", 0, "Fail", "Block", "High")
	if got := len(w.events("ana")); got != 12+1+1+1+2 {
		w.Errorf("%d events", got)
	}

	// The user was told of each.
	notices := w.notices("ana")
	if len(notices) != 3 {
		w.Fatalf("%d notices, want 3", len(notices))
	}
	for i, want := range []types.AccountTakeoverEventActionType{"BLOCK", "BLOCK", "MFA_IF_CONFIGURED"} {
		n := notices[i]
		if string(n.Notice.Action) != string(want) || n.Destination != "ana@example.com" || n.Medium != "EMAIL" || len(links(n)) != 2 {
			w.Errorf("notice %d: %s to %s, links %v", i, n.Notice.Action, n.Destination, links(n))
		}
		for _, told := range []string{n.Notice.IPAddress, n.Notice.City, n.Notice.Country} {
			if told == "" || !strings.Contains(n.Body, told) {
				w.Errorf("notice %d does not tell %q: %s", i, told, n.Body)
			}
		}
	}
	w.tryLinks(notices[2])
	w.tryTokens(notices[1])
	w.server.Advance(48 * time.Hour)
	w.tokens(w.signIn(home, "ana"))
	out, err = w.signIn(abroad, "ana")
	w.must(err)
	if out.AuthenticationResult == nil { // "it was me", and the code was right
		w.Errorf("from abroad, vouched for: asked %s; %+v", out.ChallengeName, w.events("ana")[0].EventRisk)
	}
}

// event holds the event at a place of the list against what it should be.
func (w *world) event(name string, at int, response, decision, level string, challenges ...string) {
	w.Helper()
	e := w.events(name)[at]
	var got []string
	for _, c := range e.ChallengeResponses {
		got = append(got, string(c.ChallengeName)+"="+string(c.ChallengeResponse))
	}
	if e.EventType != "SignIn" || string(e.EventResponse) != response || string(e.EventRisk.RiskDecision) != decision ||
		string(e.EventRisk.RiskLevel) != level || strings.Join(got, " ") != strings.Join(challenges, " ") {
		w.Errorf("event: %s %s %s %q %v\nwant   SignIn %s %s %q %v", e.EventType, e.EventResponse, e.EventRisk.RiskDecision,
			e.EventRisk.RiskLevel, got, response, decision, level, challenges)
	}
}

// tryLinks follows the first link of a notice: the page gives no feedback, its button does, once.
func (w *world) tryLinks(n message.Message) {
	w.Helper()
	link := links(n)[0]
	feedback := func() *types.EventFeedbackType { return w.eventOf(n).EventFeedback }
	for range 2 { // programs that look through mail do this
		page, header, status := w.page(http.MethodGet, link, nil)
		if status != 200 || feedback() != nil || !strings.Contains(page, `<button type="submit">Yes, it was me</button>`) {
			w.Fatalf("GET: %d, feedback %v\n%s", status, feedback(), page)
		}
		for name, want := range map[string]string{
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		} {
			if got := header.Get(name); got != want {
				w.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		for _, part := range []string{"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, part) {
				w.Errorf("policy %q lacks %s", policy, part)
			}
		}
	}
	u, err := url.Parse(link)
	w.must(err)
	other := u.Query()
	other.Set("eventId", *w.events("ana")[0].EventId)
	if _, _, status := w.page(http.MethodPost, u.Scheme+"://"+u.Host+u.Path, other); status != 400 {
		w.Errorf("the token of another event: %d", status)
	}
	if _, _, status := w.page(http.MethodPost, u.Scheme+"://"+u.Host+u.Path, u.Query()); status != 200 {
		w.Errorf("POST: %d", status)
	}
	if f := feedback(); f == nil || f.FeedbackValue != types.FeedbackValueTypeValid || f.Provider == nil || *f.Provider != "ana" || f.FeedbackDate == nil {
		w.Errorf("feedback %+v", f)
	}
	if _, _, status := w.page(http.MethodPost, u.Scheme+"://"+u.Host+u.Path, u.Query()); status != 400 {
		w.Errorf("POST once more: %d", status)
	}
	if page, _, status := w.page(http.MethodGet, u.Scheme+"://"+u.Host+u.Path+"?eventId=<script>", nil); status != 400 || strings.Contains(page, "<script>") {
		w.Errorf("half a link: %d %s", status, page)
	}
}

func (w *world) eventOf(n message.Message) types.AuthEventType {
	w.Helper()
	for _, e := range w.events(n.Username) {
		if *e.EventId == n.Notice.EventID {
			return e
		}
	}
	w.Fatalf("no event %s", n.Notice.EventID)
	return types.AuthEventType{}
}

func (w *world) page(method, address string, form url.Values) (string, http.Header, int) {
	w.Helper()
	address = strings.Replace(address, w.server.BaseURL(), w.url, 1)
	req, err := http.NewRequestWithContext(w.Context(), method, address, strings.NewReader(form.Encode()))
	w.must(err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultClient.Do(req)
	w.must(err)
	defer answer.Body.Close()
	var b strings.Builder
	_, err = io.Copy(&b, answer.Body)
	w.must(err)
	return b.String(), answer.Header, answer.StatusCode
}

// tryTokens gives feedback by the operations.
func (w *world) tryTokens(n message.Message) {
	w.Helper()
	const invalid = "NotAuthorizedException: Invalid feedback token."
	give := func(change func(*idp.UpdateAuthEventFeedbackInput)) error {
		in := &idp.UpdateAuthEventFeedbackInput{
			UserPoolId: &w.pool, Username: aws.String("ana"), EventId: &n.Notice.EventID,
			FeedbackToken: &n.Notice.FeedbackToken, FeedbackValue: types.FeedbackValueTypeInvalid,
		}
		change(in)
		_, err := w.api.UpdateAuthEventFeedback(w.Context(), in)
		return err
	}
	w.user("ben", 0)
	other := w.events("ana")[3].EventId
	for name, change := range map[string]func(*idp.UpdateAuthEventFeedbackInput){
		"another user":  func(in *idp.UpdateAuthEventFeedbackInput) { in.Username = aws.String("ben") },
		"nobody":        func(in *idp.UpdateAuthEventFeedbackInput) { in.Username = aws.String("nobody") },
		"another event": func(in *idp.UpdateAuthEventFeedbackInput) { in.EventId = other },
		"no token":      func(in *idp.UpdateAuthEventFeedbackInput) { in.FeedbackToken = aws.String("AAAA") },
		"a longer life": func(in *idp.UpdateAuthEventFeedbackInput) {
			in.FeedbackToken = aws.String("AAAAAf" + (*in.FeedbackToken)[6:])
		},
	} {
		w.Logf("feedback with %s", name)
		w.refused(give(change), invalid)
	}
	same := func(*idp.UpdateAuthEventFeedbackInput) {}
	w.must(give(same))
	w.refused(give(same), invalid) // once
	if f := w.eventOf(n).EventFeedback; f == nil || f.FeedbackValue != types.FeedbackValueTypeInvalid || *f.Provider != "ana" {
		w.Errorf("feedback %+v", f)
	}
	_, err := w.api.AdminUpdateAuthEventFeedback(w.Context(), &idp.AdminUpdateAuthEventFeedbackInput{
		UserPoolId: &w.pool, Username: aws.String("ana"), EventId: &n.Notice.EventID, FeedbackValue: types.FeedbackValueTypeValid})
	w.must(err)
	if f := w.eventOf(n).EventFeedback; f.FeedbackValue != types.FeedbackValueTypeValid || *f.Provider != "Admin" {
		w.Errorf("an administrator's feedback %+v", f)
	}
	w.refused(give(same), invalid) // also after that
	_, err = w.api.AdminUpdateAuthEventFeedback(w.Context(), &idp.AdminUpdateAuthEventFeedbackInput{
		UserPoolId: &w.pool, Username: aws.String("ana"), EventId: aws.String("none"), FeedbackValue: types.FeedbackValueTypeValid})
	w.refused(err, "ResourceNotFoundException: Auth event none does not exist.")
}

// TestFeedbackTokenExpires: after a week, its link is dead.
func TestFeedbackTokenExpires(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(nil, nil, action("BLOCK", true))
	w.user("ana", 12)
	_, err := w.signIn(attacker, "ana")
	w.refused(err, blocked)
	n := w.notices("ana")[0].Notice
	w.server.Advance(7 * 24 * time.Hour)
	_, err = w.api.UpdateAuthEventFeedback(w.Context(), &idp.UpdateAuthEventFeedbackInput{
		UserPoolId: &w.pool, Username: aws.String("ana"), EventId: &n.EventID, FeedbackToken: &n.FeedbackToken, FeedbackValue: "Valid"})
	w.refused(err, "NotAuthorizedException: Invalid feedback token.")
}
