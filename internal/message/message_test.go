package message

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

const (
	email = cognitoidp.DeliveryMediumTypeEmail
	sms   = cognitoidp.DeliveryMediumTypeSms
)

func TestMask(t *testing.T) {
	for _, test := range []struct {
		medium            cognitoidp.DeliveryMediumType
		destination, want string
	}{
		{email, "tess@example.com", "t***@e***"},
		{email, "HenryFord@Example.com", "H***@E***"},
		{email, "ö@ü", "ö***@ü***"},
		{email, "no-address", "n***@***"},
		{email, "", "***@***"},
		{sms, "+15555554114", "+*******4114"},
		{sms, "+12", "+*******"},
		{sms, "", "+*******"},
	} {
		if got := Mask(test.medium, test.destination); got != test.want {
			t.Errorf("%s %q: got %q, want %q", test.medium, test.destination, got, test.want)
		}
	}
}

func configured() *userpool.Pool {
	p := &userpool.Pool{ID: "us-east-1_aaaaaaaaa"}
	p.Settings.VerificationMessageTemplate = &cognitoidp.VerificationMessageTemplateType{
		EmailSubject: new("Verify {####}"), EmailMessage: new("<b>{####}</b> {username}"), SmsMessage: new("code {####}"),
		EmailMessageByLink: new("{##here##}"), DefaultEmailOption: cognitoidp.DefaultEmailOptionTypeConfirmWithLink,
	}
	p.Settings.AdminCreateUserConfig = &cognitoidp.AdminCreateUserConfigType{InviteMessageTemplate: &cognitoidp.MessageTemplateType{
		EmailSubject: new("Hello {username}"), EmailMessage: new("{username} has {####}"), SMSMessage: new("welcome"),
	}}
	p.Settings.SmsAuthenticationMessage = new("pool says {####}")
	p.SMSMFA = &cognitoidp.SmsMfaConfigType{SmsAuthenticationMessage: new("sign in with {####}")}
	p.EmailMFA = &cognitoidp.EmailMfaConfigType{Subject: new("MFA"), Message: new("mfa {####}")}
	return p
}

func TestWrite(t *testing.T) {
	bare := &userpool.Pool{ID: "us-east-1_aaaaaaaaa"}
	byEmail := configured()
	byEmail.Settings.UsernameAttributes = []cognitoidp.UsernameAttributeType{"email"}
	poolText := configured()
	poolText.SMSMFA = &cognitoidp.SmsMfaConfigType{}
	ana := &userpool.User{Username: "ana<b>", Attributes: map[string]string{"email": "ana@example.com"}}
	for _, test := range []struct {
		name          string
		pool          *userpool.Pool
		trigger       Trigger
		medium        cognitoidp.DeliveryMediumType
		code          string
		subject, body string
	}{
		{"sign-up", configured(), SignUp, email, "123456", "Verify 123456", "<b>123456</b> {username}"},
		{"resend by SMS", configured(), ResendCode, sms, "123456", "", "code 123456"},
		{"sign-up, own text", bare, SignUp, email, "123456", "Your verification code", "Your verification code is 123456"},
		{"sign-up by SMS, own text", bare, SignUp, sms, "123456", "", "Your verification code is 123456"},
		{"forgotten password", bare, ForgotPassword, email, "123456", "Your password reset code", "Your password reset code is 123456"},
		{"invitation", configured(), AdminCreateUser, email, "a<&{username}1A", "Hello ana<b>", "ana&lt;b&gt; has a&lt;&amp;{username}1A"},
		{"invitation by SMS", bare, AdminCreateUser, sms, "a<1A", "", "Your username is ana<b> and your temporary password is a<1A"},
		{"invitation by e-mail address", byEmail, AdminCreateUser, email, "pw", "Hello ana@example.com", "ana@example.com has pw"},
		{"invitation without password", bare, AdminCreateUser, email, "", "Your new account", "An account was made for you. Your username is ana&lt;b&gt;."},
		{"invitation without password, template for one", configured(), AdminCreateUser, email, "", "Your new account", "An account was made for you. Your username is ana&lt;b&gt;."},
		{"invitation without password, by SMS", configured(), AdminCreateUser, sms, "", "", "welcome"},
		{"MFA by e-mail", configured(), Authentication, email, "123456", "MFA", "mfa 123456"},
		{"MFA by SMS", configured(), Authentication, sms, "123456", "", "sign in with 123456"},
		{"MFA by SMS, text of the pool", poolText, Authentication, sms, "123456", "", "pool says 123456"},
		{"MFA, own text", bare, Authentication, email, "123456", "Your sign-in code", "Your sign-in code is 123456"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Writer{}.Write(t.Context(), Request{
				Pool: test.pool, User: ana, Trigger: test.trigger, Medium: test.medium, Destination: "somewhere", Code: test.code,
			})
			if err != nil {
				t.Fatal(err)
			}
			want := &Message{
				UserPoolID: test.pool.ID, Username: ana.Username, Medium: test.medium, Destination: "somewhere",
				Subject: test.subject, Body: test.body, Code: test.code, Trigger: test.trigger,
			}
			if got == nil || *got != *want {
				t.Errorf("got %#v %+v\nwant subject %q, body %q", got, got, want.Subject, want.Body)
			}
		})
	}
}

// TestNoPlace: a template without a place for the password is not delivered.
func TestNoPlace(t *testing.T) {
	ana := &userpool.User{Username: "ana"}
	for pool, want := range map[*userpool.Pool]bool{configured(): false, {ID: "us-east-1_aaaaaaaaa"}: true} {
		m, err := Writer{}.Write(t.Context(), Request{Pool: pool, User: ana, Trigger: AdminCreateUser, Medium: sms, Destination: "+1", Code: "pw"})
		if err != nil || (m != nil) != want {
			t.Errorf("%v, %v", m, err)
		}
	}
}

func TestMessageKeepsSecrets(t *testing.T) {
	m := Message{Medium: email, Destination: "ana@example.com", Code: "123456", Body: "is 123456", Trigger: SignUp}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("sent", "message", m)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", m, m, m, m), log.String()} {
		if strings.Contains(text, "123456") || strings.Contains(text, "ana@") || !strings.Contains(text, "CustomMessage_SignUp") {
			t.Errorf("got %s", text)
		}
	}
}

func TestInbox(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	inbox := NewInbox(func() time.Time { return now })
	if got := inbox.List(Filter{}); got == nil || len(got) != 0 {
		t.Errorf("empty inbox lists %v", got)
	}
	send := func(pool, username, destination string) {
		t.Helper()
		if err := inbox.Send(t.Context(), Message{UserPoolID: pool, Username: username, Destination: destination}); err != nil {
			t.Fatal(err)
		}
	}
	send("p1", "ana", "a@example.com")
	send("p1", "bob", "b@example.com")
	send("p2", "ana", "a@example.com")
	ids := func(f Filter) string {
		var list []string
		for _, m := range inbox.List(f) {
			list = append(list, m.ID)
		}
		return strings.Join(list, " ")
	}
	for _, test := range []struct {
		filter Filter
		want   string
	}{
		{Filter{}, "3 2 1"},
		{Filter{UserPoolID: "p1"}, "2 1"},
		{Filter{Username: "ana"}, "3 1"},
		{Filter{UserPoolID: "p1", Username: "ana"}, "1"},
		{Filter{Destination: "b@example.com"}, "2"},
		{Filter{Username: "carl"}, ""},
	} {
		if got := ids(test.filter); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.filter, got, test.want)
		}
	}
	if got := inbox.Messages()[0].Time; !got.Equal(now) {
		t.Errorf("time %v", got)
	}
	inbox.Clear()
	send("p1", "ana", "a@example.com")
	if got := ids(Filter{}); got != "4" {
		t.Errorf("after Clear: %q", got)
	}
	for range 2*inboxSize + 7 {
		send("p1", "ana", "a@example.com")
	}
	list := inbox.Messages()
	if len(list) != inboxSize || list[0].ID != "2011" || list[inboxSize-1].ID != "1012" {
		t.Errorf("keeps %d, from %s to %s", len(list), list[0].ID, list[len(list)-1].ID)
	}
}

func TestInboxConcurrently(t *testing.T) {
	inbox := NewInbox(time.Now)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				_ = inbox.Send(t.Context(), Message{})
				inbox.List(Filter{Username: "ana"})
			}
		})
	}
	wg.Wait()
	if got := len(inbox.Messages()); got != 200 {
		t.Errorf("kept %d of 200", got)
	}
}

// TestLink: words become a link in e-mails that have one; else the code stands there.
func TestLink(t *testing.T) {
	const link = "https://a.example/confirmUser/?x=1&y=2"
	for _, test := range []struct {
		name             string
		pool             *userpool.Pool
		body             string
		medium           cognitoidp.DeliveryMediumType
		link, want, head string
	}{
		{"template", configured(), "", email, link, `<a href="https://a.example/confirmUser/?x=1&amp;y=2">here</a>`, "Your verification link"},
		{"no link", configured(), "", email, "", "<b>123456</b> {username}", "Verify 123456"},
		{"by SMS", configured(), "", sms, link, "code 123456", ""},
		{"code mode", &userpool.Pool{}, "", email, link, "Your verification code is 123456", "Your verification code"},
		{"several", configured(), "{##a\nb##} {##c##} {##", email, link,
			`<a href="https://a.example/confirmUser/?x=1&amp;y=2">a` + "\n" + `b</a> <a href="https://a.example/confirmUser/?x=1&amp;y=2">c</a> {##`, "Your verification link"},
		{"own text", linkModeBare(), "", email, link,
			`Please click the link below to verify your email address. <a href="https://a.example/confirmUser/?x=1&amp;y=2">Verify Your Email</a>`, "Your verification link"},
	} {
		if test.body != "" {
			test.pool.Settings.VerificationMessageTemplate.EmailMessageByLink = &test.body
		}
		m, err := Writer{}.Write(t.Context(), Request{
			Pool: test.pool, User: &userpool.User{Username: "ana"}, Trigger: SignUp, Medium: test.medium, Destination: "x", Code: "123456", Link: test.link,
		})
		if err != nil || m == nil || m.Body != test.want || m.Subject != test.head {
			t.Errorf("%s: %v, %+v\n%q\n%q", test.name, err, m, m.Subject, m.Body)
		}
	}
}

func linkModeBare() *userpool.Pool {
	p := &userpool.Pool{}
	p.Settings.VerificationMessageTemplate = &cognitoidp.VerificationMessageTemplateType{DefaultEmailOption: cognitoidp.DefaultEmailOptionTypeConfirmWithLink}
	return p
}
