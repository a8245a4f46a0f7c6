package test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/emersion/go-smtp"

	"ostiary/internal/message"
	"ostiary/internal/message/messagetest"
	"ostiary/internal/store/storetest/pgtest"
)

const (
	adminKey    = "AKIDADMINISTRATOR001"
	adminSecret = "the secret of the administrator of tests"
	password    = "Correct-Horse-9"
)

// mailing is a pool that confirms sign-ups by e-mail, at a server that runs.
type mailing struct {
	t      *testing.T
	server *process
	api    *idp.Client
	pool   string
	client string
}

// clientOf is a client of a server, which does not try again by itself.
func clientOf(endpoint string) *idp.Client {
	return idp.New(idp.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(adminKey, adminSecret, ""),
	})
}

func newMailing(t *testing.T, server *process, change func(*idp.CreateUserPoolInput)) *mailing {
	t.Helper()
	m := &mailing{t: t, server: server, api: clientOf(server.endpoint)}
	in := &idp.CreateUserPoolInput{PoolName: aws.String("mail"), AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}}
	if change != nil {
		change(in)
	}
	pool, err := m.api.CreateUserPool(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	m.pool = *pool.UserPool.Id
	client, err := m.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: &m.pool, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
	})
	if err != nil {
		t.Fatal(err)
	}
	m.client = *client.UserPoolClient.ClientId
	return m
}

// signUp registers somebody with attributes, name=value.
func (m *mailing) signUp(name string, attributes ...string) error {
	in := &idp.SignUpInput{ClientId: &m.client, Username: &name, Password: aws.String(password)}
	for _, a := range attributes {
		n, v, _ := strings.Cut(a, "=")
		in.UserAttributes = append(in.UserAttributes, types.AttributeType{Name: &n, Value: &v})
	}
	_, err := m.api.SignUp(m.t.Context(), in)
	return err
}

// confirm confirms somebody by a code, and signs in.
func (m *mailing) confirm(name, code string) {
	m.t.Helper()
	_, err := m.api.ConfirmSignUp(m.t.Context(), &idp.ConfirmSignUpInput{ClientId: &m.client, Username: &name, ConfirmationCode: &code})
	if err != nil {
		m.t.Errorf("confirm %s: %v", name, err)
		return
	}
	out, err := m.api.InitiateAuth(m.t.Context(), &idp.InitiateAuthInput{
		ClientId: &m.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password},
	})
	if err != nil || out.AuthenticationResult == nil || out.AuthenticationResult.AccessToken == nil {
		m.t.Errorf("sign in %s: %v", name, err)
	}
}

// advance moves the time of a development server.
func (m *mailing) advance(by time.Duration) {
	m.t.Helper()
	resp, err := http.Post(m.server.endpoint+"/_ostiary/clock", "application/json", strings.NewReader(`{"advance":"`+by.String()+`"}`))
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		m.t.Fatalf("the clock: %s", resp.Status)
	}
}

// awaitLog waits until the server has logged a text.
func (m *mailing) awaitLog(text string) {
	m.t.Helper()
	tick, timeout := time.NewTicker(5*time.Millisecond), time.After(30*time.Second)
	defer tick.Stop()
	for !strings.Contains(m.server.logged(), text) {
		select {
		case <-tick.C:
		case <-timeout:
			m.t.Fatalf("not logged: %s", text)
		}
	}
}

var codeForm = regexp.MustCompile(`\b[0-9]{6}\b`)

func smtpSettings(s *messagetest.SMTP, security string) []string {
	return []string{"EMAIL_FROM=Shop <no-reply@shop.example>", "EMAIL_SMTP_ADDRESS=" + s.Addr, "EMAIL_SMTP_SECURITY=" + security}
}

// onBoth runs a test on both databases; arguments lead a server to the same one every time.
func onBoth(t *testing.T, test func(t *testing.T, arguments []string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, []string{"--data", t.TempDir()}) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, []string{"--data", t.TempDir(), "--database", pgtest.URL(t)}) })
}

// production writes a configuration file, and answers the argument that names it.
func production(t *testing.T, more string) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"master.key": base64.StdEncoding.EncodeToString([]byte("a master key of thirty-two bytes")) + "\n",
		"ostiary.yaml": fmt.Sprintf(`
base_url: http://localhost:4500
master_key: {file: %s/master.key}
access_keys:
  - {id: %s, secret: %s, policy: {Statement: {Effect: Allow, Action: "*", Resource: "*"}}}
`, dir, adminKey, adminSecret) + more,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"--config", filepath.Join(dir, "ostiary.yaml")}
}

// TestMailByProduction: from sign-up to tokens by a mail that was really received, over TLS from a server
// that wants a password.
func TestMailByProduction(t *testing.T) {
	for _, security := range []string{"starttls", "tls"} {
		t.Run(security, func(t *testing.T) {
			onBoth(t, func(t *testing.T, arguments []string) {
				inbox := messagetest.StartSMTP(t, messagetest.SMTPOptions{Security: security, Username: "ostiary", Password: "hunter2 is long"})
				ca := filepath.Join(t.TempDir(), "ca.pem")
				if err := os.WriteFile(ca, inbox.CA, 0o600); err != nil {
					t.Fatal(err)
				}
				texts := t.TempDir()
				if err := os.WriteFile(filepath.Join(texts, "de.yaml"), []byte(`verification: {subject: Ihr Code, email: "<p>Ihr Code ist <b>{####}</b>.</p>"}`), 0o600); err != nil {
					t.Fatal(err)
				}
				config := production(t, fmt.Sprintf(`
email: {from: "Shop <no-reply@shop.example>", smtp: {address: %q, security: %s, ca: %s, username: ostiary, password: hunter2 is long}}
messages: {directory: %s}
`, inbox.Addr, security, ca, texts))
				m := newMailing(t, serve(t, append(config, arguments...)...), nil)
				if err := m.signUp("ana", "email=ana@example.com", "locale=de-AT"); err != nil {
					t.Fatal(err)
				}
				mail := inbox.Wait(t, 1)[0]
				code := codeForm.FindString(mail.Text)
				if !mail.TLS || mail.Username != "ostiary" || mail.To != "ana@example.com" || mail.Subject != "Ihr Code" ||
					mail.Text != "Ihr Code ist "+code+"." || mail.HTML != "<p>Ihr Code ist <b>"+code+"</b>.</p>" {
					t.Errorf("received %+v", mail)
				}
				m.confirm("ana", code)
				forgotten, err := m.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &m.client, Username: aws.String("ana")})
				if err != nil || *forgotten.CodeDeliveryDetails.Destination != "a***@e***" {
					t.Fatalf("forgotten: %v %+v", err, forgotten)
				}
				mail = inbox.Wait(t, 2)[1]
				if _, err := m.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
					ClientId: &m.client, Username: aws.String("ana"), Password: aws.String("Other-Horse-9"), ConfirmationCode: aws.String(codeForm.FindString(mail.Text)),
				}); err != nil || mail.Subject != "Your password reset code" {
					t.Errorf("%s: %v", mail.Subject, err)
				}
				// By SMS nothing can be sent, and whoever asks is told at once.
				if _, err := m.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
					UserPoolId: &m.pool, Username: aws.String("ben"), UserAttributes: []types.AttributeType{{Name: aws.String("phone_number"), Value: aws.String("+15555550100")}},
				}); !errors.As(err, new(*types.CodeDeliveryFailureException)) {
					t.Errorf("an invitation by SMS: %v", err)
				}
				stop, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				if err := m.server.stop(stop); err != nil {
					t.Errorf("the server has ended with %v", err)
				}
				for _, secret := range []string{code, "ana@example.com", "hunter2"} {
					if strings.Contains(m.server.logged(), secret) {
						t.Errorf("the log has %s", secret)
					}
				}
			})
		})
	}
}

// TestMailWithoutTLS: a server that does not offer STARTTLS gets no mail.
func TestMailWithoutTLS(t *testing.T) {
	inbox := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
	m := newMailing(t, serveWith(t, smtpSettings(inbox, "starttls"), "--data", t.TempDir()), nil)
	if err := m.signUp("ana", "email=ana@example.com"); err != nil {
		t.Fatal(err)
	}
	m.awaitLog("does not support STARTTLS")
	if n := len(inbox.Mails()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// TestMailServerDown: a mail whose server is not there arrives once it is.
func TestMailServerDown(t *testing.T) {
	onBoth(t, func(t *testing.T, arguments []string) {
		down := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
		down.Close()
		m := newMailing(t, serveWith(t, smtpSettings(down, "none"), arguments...), nil)
		if err := m.signUp("ana", "email=ana@example.com"); err != nil {
			t.Fatal(err)
		}
		m.awaitLog("to be tried again")
		m.advance(time.Minute)
		m.awaitLog(`"tries":2`)
		up := messagetest.StartSMTP(t, messagetest.SMTPOptions{Address: down.Addr})
		m.advance(time.Minute)
		mail := up.Wait(t, 1)[0]
		m.confirm("ana", codeForm.FindString(mail.Text))
		if strings.Contains(m.server.logged(), "ana@example.com") {
			t.Error("the log has the address")
		}
	})
}

// TestMailRefused: an address that the mail server refuses is not tried again, and told of in the log.
func TestMailRefused(t *testing.T) {
	inbox := messagetest.StartSMTP(t, messagetest.SMTPOptions{Recipient: func(to string) error {
		if to == "nobody@example.com" {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<" + to + ">: no such user"}
		}
		return nil
	}})
	m := newMailing(t, serveWith(t, smtpSettings(inbox, "none"), "--data", t.TempDir()), nil)
	if err := m.signUp("nobody", "email=nobody@example.com"); err != nil {
		t.Fatal(err)
	}
	m.awaitLog("given up")
	m.advance(time.Hour)
	if err := m.signUp("ana", "email=ana@example.com"); err != nil {
		t.Fatal(err)
	}
	if mails := inbox.Wait(t, 1); len(mails) != 1 || mails[0].To != "ana@example.com" {
		t.Errorf("received %+v", mails)
	}
	if log := m.server.logged(); strings.Count(log, "given up") != 1 || !strings.Contains(log, "550 5.1.1") || strings.Contains(log, "nobody@example.com") {
		t.Errorf("log: %s", log)
	}
}

// TestMailsAtOnce: many who sign up at once get one mail each, with their own code.
func TestMailsAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, arguments []string) {
		const users = 150
		inbox := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
		m := newMailing(t, serveWith(t, smtpSettings(inbox, "none"), arguments...), nil)
		var all sync.WaitGroup
		for i := range users {
			all.Go(func() {
				if err := m.signUp(fmt.Sprint("user", i), fmt.Sprintf("email=user%d@example.com", i)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		seen := map[string]bool{}
		for _, mail := range inbox.Wait(t, users) {
			name, _, _ := strings.Cut(mail.To, "@")
			if seen[name] {
				t.Errorf("a second mail to %s", name)
			}
			seen[name] = true
			if len(seen)%10 == 0 {
				m.confirm(name, codeForm.FindString(mail.Text))
			}
		}
	})
}

// TestMailsSurviveKill: the server is killed while the mail server keeps it waiting, and while users go on to
// sign up. After a restart every mail arrives whose sign-up was answered.
func TestMailsSurviveKill(t *testing.T) {
	onBoth(t, func(t *testing.T, arguments []string) {
		const users, enough = 120, 50
		end := make(chan struct{})
		hold := messagetest.StartSMTP(t, messagetest.SMTPOptions{Data: func(messagetest.Mail) error {
			<-end
			return errors.New("too late")
		}})
		t.Cleanup(func() { close(end) })
		m := newMailing(t, serveWith(t, smtpSettings(hold, "none"), arguments...), nil)

		acknowledged := make(chan string, users)
		var all sync.WaitGroup
		for worker := range 8 {
			all.Go(func() {
				for i := worker; i < users; i += 8 {
					name := fmt.Sprint("user", i)
					if m.signUp(name, "email="+name+"@example.com") != nil {
						return // killed
					}
					acknowledged <- name
				}
			})
		}
		var names []string
		for len(names) < enough {
			names = append(names, <-acknowledged)
		}
		m.server.kill(t)
		all.Wait()
		close(acknowledged)
		for name := range acknowledged {
			names = append(names, name)
		}
		if len(names) == users {
			t.Log("all had signed up before the kill")
		}
		if n := len(hold.Mails()); n != 0 {
			t.Fatalf("%d mails were taken by a server that takes none", n)
		}

		inbox := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
		m.server = serveWith(t, smtpSettings(inbox, "none"), arguments...)
		m.api = clientOf(m.server.endpoint)
		m.advance(time.Minute) // the leases of the dead end
		codes := map[string]string{}
		for n := len(names); ; n++ {
			for _, mail := range inbox.Wait(t, n) {
				name, _, _ := strings.Cut(mail.To, "@")
				codes[name] = codeForm.FindString(mail.Text)
			}
			missing := 0
			for _, name := range names {
				if codes[name] == "" {
					missing++
				}
			}
			if missing == 0 {
				break // otherwise some of those that arrived were not acknowledged: wait for more
			}
		}
		for _, name := range names[:5] {
			m.confirm(name, codes[name])
		}
	})
}

// TestMailBySES and by SNS: real requests, with signatures that are checked, from sign-up to confirmation.
func TestMailBySES(t *testing.T) {
	ses, sns := messagetest.StartAWS(t, "ses", func(n int) (int, map[string]string, string) {
		if n == 1 {
			return http.StatusTooManyRequests, map[string]string{"X-Amzn-ErrorType": "TooManyRequestsException"}, "{}"
		}
		return http.StatusOK, nil, `{"MessageId":"m"}`
	}), messagetest.StartAWS(t, "sns", nil)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(messagetest.Secret), 0o600); err != nil {
		t.Fatal(err)
	}
	m := newMailing(t, serveWith(t, []string{
		"EMAIL_FROM=no-reply@shop.example", "EMAIL_SES_ENDPOINT=" + ses.URL, "EMAIL_SES_ACCESS_KEY_ID=" + messagetest.KeyID, "EMAIL_SES_ACCESS_KEY_SECRET_FILE=" + secret,
		"SMS_SNS_ENDPOINT=" + sns.URL, "SMS_SNS_REGION=eu-west-1", "SMS_SNS_ACCESS_KEY_ID=" + messagetest.KeyID, "SMS_SNS_ACCESS_KEY_SECRET_FILE=" + secret,
	}, "--data", t.TempDir()), func(in *idp.CreateUserPoolInput) {
		in.AutoVerifiedAttributes = append(in.AutoVerifiedAttributes, "phone_number")
		in.SmsConfiguration = &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::000000000000:role/sms"), SnsRegion: aws.String("us-east-1")}
		in.EmailConfiguration = &types.EmailConfigurationType{
			EmailSendingAccount: "DEVELOPER", SourceArn: aws.String("arn:aws:ses:us-east-1:000000000000:identity/hello@shop.example"), ReplyToEmailAddress: aws.String("answers@shop.example"),
		}
	})
	if err := m.signUp("ana", "email=ana@example.com"); err != nil {
		t.Fatal(err)
	}
	m.awaitLog("TooManyRequestsException")
	m.advance(time.Minute)
	var mail struct {
		FromEmailAddress string
		ReplyToAddresses []string
		Content          struct {
			Simple struct {
				Body struct{ Text struct{ Data string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(await(t, ses, 2)[1].Body), &mail); err != nil {
		t.Fatal(err)
	}
	if mail.FromEmailAddress != "<hello@shop.example>" || len(mail.ReplyToAddresses) != 1 {
		t.Errorf("received %+v", mail)
	}
	m.confirm("ana", codeForm.FindString(mail.Content.Simple.Body.Text.Data))

	if err := m.signUp("ben", "phone_number=+15555550100"); err != nil {
		t.Fatal(err)
	}
	request := await(t, sns, 1)[0]
	form, err := url.ParseQuery(request.Body)
	if err != nil || form.Get("PhoneNumber") != "+15555550100" || request.Region != "us-east-1" {
		t.Errorf("%v: %v", err, form)
	}
	m.confirm("ben", codeForm.FindString(form.Get("Message")))
}

// await waits for so many requests.
func await(t *testing.T, api *messagetest.AWS, n int) []messagetest.Request {
	t.Helper()
	tick, timeout := time.NewTicker(5*time.Millisecond), time.After(30*time.Second)
	defer tick.Stop()
	for {
		if got := api.Requests(); len(got) >= n {
			return got
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("%d of %d requests", len(api.Requests()), n)
		}
	}
}

// TestMailByWebhook: e-mail and text messages by webhooks, which come again after an error.
func TestMailByWebhook(t *testing.T) {
	const secret = "a secret that both sides of the webhook know"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	got, keys := make(chan message.WebhookMessage, 10), map[string]int{}
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil || req.Header.Get("X-Ostiary-Signature") != message.Sign(secret, body) {
			t.Errorf("%v, signature %s", err, req.Header.Get("X-Ostiary-Signature"))
		}
		var m message.WebhookMessage
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&m); err != nil || m.ID != req.Header.Get("Idempotency-Key") {
			t.Errorf("%v: %s", err, body)
		}
		if keys[m.ID]++; keys[m.ID] == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		got <- m
	}))
	defer hook.Close()
	m := newMailing(t, serveWith(t, []string{
		"EMAIL_FROM=no-reply@shop.example", "EMAIL_WEBHOOK_URL=" + hook.URL + "/secret-path", "EMAIL_WEBHOOK_SECRET_FILE=" + file,
		"SMS_WEBHOOK_URL=" + hook.URL + "/secret-path", "SMS_WEBHOOK_SECRET_FILE=" + file,
	}, "--data", t.TempDir()), func(in *idp.CreateUserPoolInput) {
		in.AutoVerifiedAttributes = append(in.AutoVerifiedAttributes, "phone_number")
		in.SmsConfiguration = &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::000000000000:role/sms"), SnsRegion: aws.String("us-east-1")}
	})
	for i, attribute := range []string{"email=ana@example.com", "phone_number=+15555550100"} {
		name := fmt.Sprint("user", i)
		if err := m.signUp(name, attribute); err != nil {
			t.Fatal(err)
		}
		m.awaitLog(fmt.Sprintf("status %d", http.StatusServiceUnavailable))
		m.advance(time.Minute)
		select {
		case received := <-got:
			if _, address, _ := strings.Cut(attribute, "="); received.To != address || received.Username != name {
				t.Errorf("received %+v", received)
			}
			m.confirm(name, codeForm.FindString(received.Text))
		case <-time.After(30 * time.Second):
			t.Fatal("nothing was received")
		}
	}
	if strings.Contains(m.server.logged(), "secret-path") {
		t.Error("the log has the URL")
	}
}

// TestMailInboxToo: in development messages can be read there, too.
func TestMailInboxToo(t *testing.T) {
	inbox := messagetest.StartSMTP(t, messagetest.SMTPOptions{})
	m := newMailing(t, serveWith(t, smtpSettings(inbox, "none"), "--data", t.TempDir()), nil)
	if err := m.signUp("ana", "email=ana@example.com"); err != nil {
		t.Fatal(err)
	}
	mail := inbox.Wait(t, 1)[0]
	resp, err := http.Get(m.server.endpoint + "/_ostiary/messages")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var kept []struct{ Code, Destination string }
	if err := json.NewDecoder(resp.Body).Decode(&kept); err != nil || len(kept) != 1 || kept[0].Code != codeForm.FindString(mail.Text) {
		t.Errorf("%v: %+v", err, kept)
	}
}

// TestMailByLink: from sign-up to tokens by the link in a mail that was really received, in the reader's language.
func TestMailByLink(t *testing.T) {
	onBoth(t, func(t *testing.T, arguments []string) {
		inbox, texts := messagetest.StartSMTP(t, messagetest.SMTPOptions{}), t.TempDir()
		if err := os.WriteFile(filepath.Join(texts, "de.yaml"), []byte(`verification_link: {subject: Willkommen, email: "<p>Bitte {##bestätigen##}.</p>"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		settings := append(smtpSettings(inbox, "none"), "MESSAGES_DIRECTORY="+texts)
		m := newMailing(t, serveWith(t, settings, arguments...), func(in *idp.CreateUserPoolInput) {
			in.VerificationMessageTemplate = &types.VerificationMessageTemplateType{DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink}
		})
		if _, err := m.api.CreateUserPoolDomain(t.Context(), &idp.CreateUserPoolDomainInput{UserPoolId: &m.pool, Domain: aws.String("mail")}); err != nil {
			t.Fatal(err)
		}
		if err := m.signUp("ana", "email=ana@example.com", "locale=de"); err != nil {
			t.Fatal(err)
		}
		mail := inbox.Wait(t, 1)[0]
		found := regexp.MustCompile(`^<p>Bitte <a href="(http://[^"]+/confirmUser/[^"]+)">bestätigen</a>\.</p>$`).FindStringSubmatch(mail.HTML)
		if found == nil || mail.Subject != "Willkommen" {
			t.Fatalf("received %+v", mail)
		}
		link := html.UnescapeString(found[1])
		if !strings.Contains(mail.Text, link) {
			t.Errorf("the text lacks the link: %s", mail.Text)
		}
		resp, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		out, err := m.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &m.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password},
		})
		if resp.StatusCode != http.StatusOK || err != nil || out.AuthenticationResult == nil {
			t.Errorf("%s: %v", resp.Status, err)
		}
	})
}
