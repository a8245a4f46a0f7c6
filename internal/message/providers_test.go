package message

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"ostiary/cognitoidp"
	"ostiary/internal/awsapi"
	"ostiary/internal/message/messagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var sent = Message{
	ID: "the-id", Time: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), UserPoolID: "eu-west-1_aaaaaaaaa", Username: "ana",
	Medium: email, Destination: "ana@example.com", Subject: "Grüße:\r\nBcc: all@example.com 123456",
	Body: "<p>Your <b>code</b> is 123456 – grüße.</p>", Code: "123456", Trigger: SignUp,
}

// at is a client of a server of the test.
func at(t *testing.T, s *messagetest.SMTP, security Security) *SMTP {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	c := &SMTP{Host: host, Port: n, Security: security, From: mail.Address{Name: "Östiary", Address: "no-reply@example.org"}}
	if s.CA != nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(s.CA)
		c.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}
	}
	t.Cleanup(c.Close)
	return c
}

// TestSMTP: what is sent arrives, in every way to protect it, twice over one connection.
func TestSMTP(t *testing.T) {
	for _, security := range []Security{StartTLS, TLS, Plain} {
		t.Run(string(security), func(t *testing.T) {
			s := messagetest.StartSMTP(t, messagetest.SMTPOptions{Security: string(security), Username: "u", Password: "p%s wörd"})
			c := at(t, s, security)
			c.Username, c.Password = "u", "p%s wörd"
			for range 2 {
				if err := c.Send(t.Context(), sent); err != nil {
					t.Fatal(err)
				}
			}
			mails := s.Mails()
			if len(mails) != 2 || s.Connections() != 1 {
				t.Fatalf("%d e-mails over %d connections", len(mails), s.Connections())
			}
			got := mails[0]
			if got.TLS != (security != Plain) || got.Username != c.Username {
				t.Errorf("TLS %v, authenticated as %q", got.TLS, got.Username)
			}
			if got.From != "no-reply@example.org" || got.To != "ana@example.com" || got.Subject != "Grüße: Bcc: all@example.com 123456" ||
				got.Text != "Your code is 123456 – grüße." || got.HTML != sent.Body {
				t.Errorf("got %+v", got)
			}
			for name, want := range map[string]string{
				"Message-Id": "<the-id@example.org>", "Date": "Sun, 01 Nov 2026 12:00:00 +0000", "To": "<ana@example.com>",
				"Auto-Submitted": "auto-generated", "Bcc": "", "User-Agent": "", "X-Mailer": "",
			} {
				if got := got.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if from, err := mail.ParseAddress(got.Header.Get("From")); err != nil || *from != c.From {
				t.Errorf("From: %v, %v", from, err)
			}
			if mails[1].Header.Get("Message-Id") != mails[0].Header.Get("Message-Id") {
				t.Error("a message that is sent again has another id")
			}
		})
	}
}

// TestSMTPSender: the pool's own identity sends, if there is one.
func TestSMTPSender(t *testing.T) {
	s := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
	c := at(t, s, Plain)
	const arn = "arn:aws:ses:eu-west-1:123456789012:identity/"
	for _, test := range []struct {
		email         *cognitoidp.EmailConfigurationType
		from, replyTo string
	}{
		{nil, `=?utf-8?q?=C3=96stiary?= <no-reply@example.org>`, ""},
		{&cognitoidp.EmailConfigurationType{EmailSendingAccount: "COGNITO_DEFAULT", ReplyToEmailAddress: new("r@shop.example")}, `=?utf-8?q?=C3=96stiary?= <no-reply@example.org>`, "<r@shop.example>"},
		{&cognitoidp.EmailConfigurationType{EmailSendingAccount: "COGNITO_DEFAULT", From: new("x@shop.example")}, `=?utf-8?q?=C3=96stiary?= <no-reply@example.org>`, ""},
		{&cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: new(arn + "a@shop.example")}, "<a@shop.example>", ""},
		{&cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: new(arn + "shop.example")}, "<no-reply@shop.example>", ""},
		{&cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: new(arn + "shop.example"), From: new("Shop <b@shop.example>"), ReplyToEmailAddress: new("r@shop.example")}, `"Shop" <b@shop.example>`, "<r@shop.example>"},
		{&cognitoidp.EmailConfigurationType{SourceArn: new("arn:aws:iam::123456789012:role/x")}, `=?utf-8?q?=C3=96stiary?= <no-reply@example.org>`, ""},
	} {
		m := sent
		m.Email = test.email
		if err := c.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		mails := s.Mails()
		got := mails[len(mails)-1].Header
		if got.Get("From") != test.from || got.Get("Reply-To") != test.replyTo {
			t.Errorf("%+v: from %s, reply to %s", test.email, got.Get("From"), got.Get("Reply-To"))
		}
	}
}

// TestSMTPRefusals: which errors end a message, and that none tells whose it is.
func TestSMTPRefusals(t *testing.T) {
	refuse := func(code int, enhanced smtp.EnhancedCode) func(string) error {
		return func(address string) error {
			return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: "<" + address + "> no, thank you"}
		}
	}
	tlsServer := messagetest.StartSMTP(t, messagetest.SMTPOptions{Security: "starttls", Username: "u", Password: "p"})
	plain := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
	gone := at(t, messagetest.StartSMTP(t, messagetest.SMTPOptions{}), Plain)
	gone.Port = 1
	stranger := at(t, tlsServer, StartTLS)
	stranger.TLSConfig = nil
	nowhere := at(t, plain, Plain)
	nowhere.Username, nowhere.Password = "u", "hunter2"
	wrong := at(t, tlsServer, StartTLS)
	wrong.Username, wrong.Password = "u", "hunter2"
	for name, test := range map[string]struct {
		client *SMTP
		final  bool
		want   string
	}{
		"refused address":        {at(t, messagetest.StartSMTP(t, messagetest.SMTPOptions{Recipient: refuse(550, smtp.EnhancedCode{5, 1, 1})}), Plain), true, "550 5.1.1"},
		"later":                  {at(t, messagetest.StartSMTP(t, messagetest.SMTPOptions{Recipient: refuse(451, smtp.EnhancedCode{4, 7, 1})}), Plain), false, "451 4.7.1"},
		"refused text":           {at(t, messagetest.StartSMTP(t, messagetest.SMTPOptions{Data: func(m messagetest.Mail) error { return refuse(554, smtp.EnhancedCode{5, 7, 1})(m.To) }}), Plain), true, "554 5.7.1"},
		"nobody listens":         {gone, false, "connect to 127.0.0.1:1"},
		"no STARTTLS":            {at(t, plain, StartTLS), false, "does not support STARTTLS"},
		"unknown certificate":    {stranger, false, "certificate"},
		"no authentication":      {at(t, tlsServer, StartTLS), false, "530 5.7.0"},
		"wrong authentication":   {wrong, false, "535 "},
		"no way to authenticate": {nowhere, false, "offers none of"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.client.Send(t.Context(), sent)
			var refusal *Refusal
			if err == nil || errors.As(err, &refusal) != test.final || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			for _, secret := range []string{"ana@", "123456", "thank you", "hunter2"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("tells %s: %v", secret, err)
				}
			}
		})
	}
	if n := len(plain.Mails()) + len(tlsServer.Mails()); n != 0 {
		t.Errorf("%d arrived", n)
	}
}

// TestSMTPReconnects: a connection that the server has ended meanwhile is no reason for a failure.
func TestSMTPReconnects(t *testing.T) {
	first := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
	c := at(t, first, Plain)
	if err := c.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	first.Close()
	second := messagetest.StartSMTP(t, messagetest.SMTPOptions{Address: first.Addr})
	if err := c.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	if len(second.Mails()) != 1 {
		t.Error("it has not arrived")
	}
}

// TestSMTPCancel: a server that does not answer holds nobody up who stops waiting.
func TestSMTPCancel(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	s := messagetest.StartSMTP(t, messagetest.SMTPOptions{Data: func(messagetest.Mail) error { close(begun); <-end; return nil }})
	defer close(end)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-begun; cancel() }()
	if err := at(t, s, Plain).Send(ctx, sent); err == nil {
		t.Error("delivered")
	}
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel = context.WithCancel(t.Context())
	go func() {
		if c, err := silent.Accept(); err == nil {
			cancel()
			_, _ = io.Copy(io.Discard, c) // until the other side ends it
			c.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(silent.Addr().String())
	n, _ := strconv.Atoi(port)
	if err := (&SMTP{Host: "127.0.0.1", Port: n, Security: Plain, From: mail.Address{Address: "a@example.org"}}).Send(ctx, sent); err == nil {
		t.Error("delivered to silence")
	}
}

func services(t *testing.T, url string) awsapi.Service {
	return awsapi.Service{Endpoint: url, Credentials: awsapi.Keys(messagetest.KeyID, messagetest.Secret), Now: time.Now}
}

func client(t *testing.T) *http.Client {
	c := NewClient()
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// TestSES: SendEmail as the service model of SES v2 has it.
func TestSES(t *testing.T) {
	api := messagetest.StartAWS(t, "ses", nil)
	ses := NewSES(services(t, api.URL), client(t), "us-east-1", mail.Address{Name: "Shop", Address: "no-reply@example.org"})
	if err := ses.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	m := sent
	m.Email = &cognitoidp.EmailConfigurationType{
		SourceArn: new("arn:aws:ses:eu-west-1:123456789012:identity/a@shop.example"), From: new("Shop <b@shop.example>"),
		ReplyToEmailAddress: new("r@shop.example"), ConfigurationSet: new("tracking"), EmailSendingAccount: "DEVELOPER",
	}
	if err := ses.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	content := `"Content":{"Simple":{"Subject":{"Data":"Grüße: Bcc: all@example.com 123456","Charset":"UTF-8"},"Body":{"Text":{"Data":"Your code is 123456 – grüße.","Charset":"UTF-8"},` +
		`"Html":{"Data":"\u003cp\u003eYour \u003cb\u003ecode\u003c/b\u003e is 123456 – grüße.\u003c/p\u003e","Charset":"UTF-8"}},"Headers":[{"Name":"X-Entity-Ref-ID","Value":"the-id"},{"Name":"Auto-Submitted","Value":"auto-generated"}]}}`
	want := []string{
		`us-east-1 {"FromEmailAddress":"\"Shop\" \u003cno-reply@example.org\u003e","Destination":{"ToAddresses":["ana@example.com"]},` + content + `}`,
		`eu-west-1 {"FromEmailAddress":"\"Shop\" \u003cb@shop.example\u003e","FromEmailAddressIdentityArn":"arn:aws:ses:eu-west-1:123456789012:identity/a@shop.example",` +
			`"Destination":{"ToAddresses":["ana@example.com"]},"ReplyToAddresses":["r@shop.example"],"ConfigurationSetName":"tracking",` + content + `}`,
	}
	var got []string
	for _, r := range api.Requests() {
		if r.Path != "/v2/email/outbound-emails" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("POST %s of %s", r.Path, r.Header.Get("Content-Type"))
		}
		got = append(got, r.Region+" "+r.Body)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestSNS: Publish as the service model of SNS has it.
func TestSNS(t *testing.T) {
	api := messagetest.StartAWS(t, "sns", nil)
	sns := NewSNS(services(t, api.URL), client(t), "us-east-1", "Shop")
	m := sent
	m.Medium, m.Destination, m.Body = sms, "+15555550100", "Your code is 123456 & more"
	base := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "PhoneNumber": {"+15555550100"}, "Message": {"Your code is 123456 & more"}}
	for _, test := range []struct {
		sms        *cognitoidp.SmsConfigurationType
		region     string
		attributes map[string]string
	}{
		{nil, "us-east-1", map[string]string{"AWS.SNS.SMS.SenderID": "Shop"}},
		{&cognitoidp.SmsConfigurationType{SnsCallerArn: new("arn:x"), SnsRegion: new("eu-west-1")}, "eu-west-1", map[string]string{"AWS.SNS.SMS.SenderID": "Shop"}},
		{&cognitoidp.SmsConfigurationType{EumsSms: &cognitoidp.EumsSmsConfigurationType{
			Region: new("eu-west-2"), OriginationIdentity: new("+15555550199"), InEntityId: new("e"), InTemplateId: new("t"),
		}}, "eu-west-2", map[string]string{
			"AWS.SNS.SMS.SenderID": "Shop", "AWS.MM.SMS.OriginationNumber": "+15555550199", "AWS.MM.SMS.EntityId": "e", "AWS.MM.SMS.TemplateId": "t",
		}},
		{&cognitoidp.SmsConfigurationType{EumsSms: &cognitoidp.EumsSmsConfigurationType{OriginationIdentity: new("Other")}}, "us-east-1", map[string]string{"AWS.SNS.SMS.SenderID": "Other"}},
	} {
		m.SMS = test.sms
		if err := sns.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		requests := api.Requests()
		r := requests[len(requests)-1]
		got, err := url.ParseQuery(r.Body)
		if err != nil || r.Path != "/" || r.Region != test.region || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded; charset=utf-8" {
			t.Fatalf("%v: POST %s in %s", err, r.Path, r.Region)
		}
		attributes := map[string]string{}
		for i := 1; got.Has("MessageAttributes.entry." + strconv.Itoa(i) + ".Name"); i++ {
			entry := "MessageAttributes.entry." + strconv.Itoa(i) + "."
			if kind := got.Get(entry + "Value.DataType"); kind != "String" {
				t.Errorf("type %s", kind)
			}
			attributes[got.Get(entry+"Name")] = got.Get(entry + "Value.StringValue")
		}
		for name := range got {
			if strings.HasPrefix(name, "MessageAttributes.") {
				got.Del(name)
			}
		}
		test.attributes["AWS.SNS.SMS.SMSType"] = "Transactional"
		if diff := cmp.Diff(base, got) + cmp.Diff(test.attributes, attributes); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}

// TestServiceErrors: which answers end a message, and which let it come again.
func TestServiceErrors(t *testing.T) {
	for _, test := range []struct {
		service string
		status  int
		header  map[string]string
		body    string
		final   bool
		want    string
	}{
		{"ses", 400, map[string]string{"X-Amzn-ErrorType": "MessageRejected:http://x/"}, `{"message":"ana@example.com"}`, true, "ses: status 400 MessageRejected"},
		{"ses", 400, nil, `{"__type":"a#MessageRejected","message":"ana@example.com"}`, true, "ses: status 400 MessageRejected"},
		{"ses", 400, map[string]string{"X-Amzn-ErrorType": "MailFromDomainNotVerifiedException"}, "", false, "MailFromDomainNotVerifiedException"},
		{"ses", 429, map[string]string{"X-Amzn-ErrorType": "TooManyRequestsException"}, "", false, "status 429 TooManyRequestsException"},
		{"ses", 403, map[string]string{"X-Amzn-ErrorType": "ana@example.com"}, "", false, "ses: status 403"},
		{"ses", 500, nil, "<html>", false, "ses: status 500"},
		{"sns", 400, nil, `<ErrorResponse><Error><Code>InvalidParameter</Code><Message>ana@example.com</Message></Error></ErrorResponse>`, true, "sns: status 400 InvalidParameter"},
		{"sns", 400, nil, `<ErrorResponse><Error><Code>OptedOut</Code></Error></ErrorResponse>`, true, "OptedOut"},
		{"sns", 400, nil, `<ErrorResponse><Error><Code>Throttled</Code></Error></ErrorResponse>`, false, "Throttled"},
		{"sns", 503, nil, "", false, "sns: status 503"},
	} {
		api := messagetest.StartAWS(t, test.service, func(int) (int, map[string]string, string) { return test.status, test.header, test.body })
		var s Sender = NewSES(services(t, api.URL), client(t), "us-east-1", mail.Address{Address: "a@example.org"})
		if test.service == "sns" {
			s = NewSNS(services(t, api.URL), client(t), "us-east-1", "")
		}
		err := s.Send(t.Context(), sent)
		var refusal *Refusal
		if err == nil || errors.As(err, &refusal) != test.final || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "ana@") {
			t.Errorf("%s %d %v %s: got %v", test.service, test.status, test.header, test.body, err)
		}
	}
	// A signature that is not right for the service.
	api := messagetest.StartAWS(t, "sns", nil)
	if err := NewSES(services(t, api.URL), client(t), "us-east-1", mail.Address{Address: "a@example.org"}).Send(t.Context(), sent); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("another service has taken it: %v", err)
	}
	m := sent
	m.SMS = &cognitoidp.SmsConfigurationType{SnsRegion: new("evil.example/x")}
	service := services(t, "")
	if err := NewSNS(service, client(t), "us-east-1", "").Send(t.Context(), m); !errors.Is(err, awsapi.ErrRegion) {
		t.Errorf("a region that is none: %v", err)
	}
}

// TestWebhook: the body is signed, and says all there is to say.
func TestWebhook(t *testing.T) {
	const secret = "a secret that both sides know, 32+ characters"
	status := http.StatusNoContent
	var got WebhookMessage
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil || req.Method != http.MethodPost || req.Header.Get("Content-Type") != "application/json" ||
			req.Header.Get("X-Ostiary-Signature") != Sign(secret, body) || req.Header.Get("Idempotency-Key") != "the-id" || req.URL.Path != "/hook-path" {
			t.Errorf("%v %s %s %v", err, req.Method, req.URL, req.Header)
		}
		got = WebhookMessage{}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		w.Header().Set("Location", "http://127.0.0.1:1/")
		w.WriteHeader(status)
	}))
	defer hook.Close()
	w := &Webhook{URL: hook.URL + "/hook-path", Secret: secret, Client: client(t), From: mail.Address{Address: "a@example.org"}}
	if err := w.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	want := WebhookMessage{
		ID: "the-id", Time: sent.Time, UserPoolID: sent.UserPoolID, Username: "ana", Trigger: SignUp, Medium: email, From: "<a@example.org>",
		To: "ana@example.com", Subject: "Grüße: Bcc: all@example.com 123456", HTML: sent.Body, Text: "Your code is 123456 – grüße.", Code: "123456",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("e-mail: -want +got\n%s", diff)
	}
	text := sent
	text.Medium, text.Destination, text.Subject, text.Body = sms, "+15555550100", "", "<123456>"
	if err := w.Send(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	want.From, want.Subject, want.HTML, want.Medium, want.To, want.Text = "", "", "", sms, "+15555550100", "<123456>"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text: -want +got\n%s", diff)
	}
	// The signature as somebody else computes it: printf 'hello' | openssl dgst -sha256 -hmac key.
	if got := Sign("key", []byte("hello")); got != "sha256=9307b3b915efb5171ff14d8cb55fbcc798c6c0ef1456d66ded1a6aa723a58b7b" {
		t.Errorf("signature %s", got)
	}
	for code, final := range map[int]bool{400: true, 410: true, 413: true, 422: true, 302: false, 401: false, 404: false, 409: false, 429: false, 500: false, 503: false} {
		status = code
		err := w.Send(t.Context(), sent)
		var refusal *Refusal
		if err == nil || errors.As(err, &refusal) != final || strings.Contains(err.Error(), "hook-path") {
			t.Errorf("%d: %v", code, err)
		}
	}
	hook.Close()
	if err := w.Send(t.Context(), sent); err == nil || strings.Contains(err.Error(), "hook-path") {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestPlainText(t *testing.T) {
	for body, want := range map[string]string{
		"Your code is 123456.": "Your code is 123456.",
		"":                     "",
		"  a \n\t b  ":         "a b",
		"<html><head><title>no</title><style>p{color:red}</style></head><body><h1>Hi</h1><p>Code: <b>123456</b></p></body></html>": "Hi\n\nCode: 123456",
		"a<br>b<br/>c<br><br>d": "a\nb\nc\n\nd",
		"1 < 2 &amp; 3 > 2":     "1 < 2 & 3 > 2",
		"<a href=\"https://a.example/?x=1&amp;y=2\">Click here</a> now": "Click here (https://a.example/?x=1&y=2) now",
		"<a href='https://a.example'>https://a.example</a>":             "https://a.example",
		"<A HREF=https://a.example class=x>go</A>":                      "go (https://a.example)",
		"<ul><li>one</li><li>two</li></ul>":                             "- one\n- two",
		"<div>a</div><div>b</div>":                                      "a\nb",
		"<!-- hidden --> shown <!-- open":                               "shown",
		"<script>alert(1)":                                              "",
		"<p title=\">\">x</p>":                                          "x",
		"a&lt;b&gt; c":                                                  "a<b> c",
		"<img\n src=x>12<i>34</i>56":                                    "123456",
		"<":                                                             "<",
		"a <b":                                                          "a <b",
		"<a \u212a=1 HREF='x'>y</a>":                                    "y (x)",
		"<STYLE>\u212a\u212a\u0130\u0130\u0130</Style>z":                "z",
		"<a \u0130\u0130\u0130\u0130 href=>":                            "",
		"<a \x84\x84 href=>":                                            "",
		"&#49;2":                                                        "12",
	} {
		if got := plainText(body); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}

// FuzzPlainText: any text is read to its end, without losing what is no markup.
func FuzzPlainText(f *testing.F) {
	f.Add("<a href=\"x\">y</a><br>&amp;<!--")
	f.Add("a<b <c>< /p>")
	f.Fuzz(func(t *testing.T, body string) {
		got := plainText(body)
		if !strings.ContainsAny(body, "<&") && strings.Join(strings.FieldsFunc(body, isBlank), " ") != strings.TrimSpace(got) && strings.TrimSpace(body) == body {
			t.Errorf("%q became %q", body, got)
		}
	})
}
