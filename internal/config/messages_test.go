package config

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func ofMessages(key string) bool {
	return strings.HasPrefix(key, "email.") || strings.HasPrefix(key, "sms.") || strings.HasPrefix(key, "messages.") || strings.HasPrefix(key, "kms.")
}

// TestMessageSettings: each can be given as a variable and as a flag.
func TestMessageSettings(t *testing.T) {
	dir := folder(t)
	ca, secret := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "admin.secret")
	tried := map[string]bool{}
	for _, given := range []map[string]string{
		{
			"email.from": "A <a@example.com>", "email.smtp.address": "mail.example.com:2525", "email.smtp.security": "tls", "email.smtp.ca": ca,
			"email.smtp.hello": "me.example", "email.smtp.username": "u", "email.smtp.password": "p",
			"sms.sns.endpoint": "aws", "sms.sns.region": "eu-west-1", "sms.sns.sender_id": "Shop", "sms.sns.access_key.id": "AKID", "sms.sns.access_key.secret_file": secret,
			"messages.directory": dir, "messages.language": "de", "messages.concurrency": "3", "messages.max_waiting": "4321", "messages.max_kb": "765",
		},
		{"email.from": "a@example.com", "email.smtp.address": "mail.example.com", "email.smtp.username": "u", "email.smtp.password_file": secret},
		{
			"email.from": "a@example.com", "email.ses.endpoint": "https://ses.example", "email.ses.region": "eu-west-1",
			"email.ses.access_key.id": "AKID", "email.ses.access_key.secret_file": secret,
			"sms.webhook.url": "https://a.example/hook", "sms.webhook.secret_file": secret,
			"kms.endpoint": "https://kms.example", "kms.access_key.id": "AKIDKMS", "kms.access_key.secret_file": secret,
		},
		{"email.from": "a@example.com", "email.webhook.url": "https://a.example/hook", "email.webhook.secret_file": secret},
	} {
		env, flags := map[string]string{}, map[string]string{}
		for key, value := range given {
			env[variable(key)], flags[flagName(key)], tried[key] = value, value, true
		}
		fromEnv, err := Load("", envOf(env), nil)
		if err != nil {
			t.Fatal(err)
		}
		fromFlags, err := Load("", noEnv, flags)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []*Config{fromEnv, fromFlags} {
			if smtp := &c.Email.SMTP; (smtp.CA == "") != (smtp.Certificates == nil) {
				t.Error("the certificates were not read")
			}
			c.Email.SMTP.Certificates = nil
		}
		if !reflect.DeepEqual(fromEnv, fromFlags) {
			t.Errorf("variables and flags differ:\n%+v\n%+v", fromEnv, fromFlags)
		}
		shown := fmt.Sprint(fromEnv.Email, fromEnv.SMS, fromEnv.Messages, fromEnv.KMS)
		for key, value := range given {
			switch {
			case key == "email.smtp.password" || strings.HasSuffix(key, "webhook.url"): // not shown
			case !strings.Contains(shown, value):
				t.Errorf("%s: no %s in %s", key, value, shown)
			}
		}
		if strings.Contains(shown, goodSecret) || strings.Contains(shown, "/hook") {
			t.Errorf("secrets in %s", shown)
		}
		for _, read := range []Secret{fromEnv.KMS.AccessKey.Secret, fromEnv.Email.SES.AccessKey.Secret, fromEnv.SMS.SNS.AccessKey.Secret, fromEnv.SMS.Webhook.Secret, fromEnv.Email.Webhook.Secret} {
			if read != "" && read != goodSecret {
				t.Errorf("read %q", read.Reveal())
			}
		}
	}
	for _, s := range new(Config).settings() {
		if ofMessages(s.key) && !tried[s.key] {
			t.Errorf("%s is not tried here", s.key)
		}
	}
}

func TestSMTPAddress(t *testing.T) {
	for _, tt := range []struct {
		smtp SMTP
		host string
		port int
	}{
		{SMTP{Address: "a.example:2525", Security: "tls"}, "a.example", 2525},
		{SMTP{Address: "[::1]:25", Security: "none"}, "::1", 25},
		{SMTP{Address: "a.example", Security: "tls"}, "a.example", 465},
		{SMTP{Address: "a.example", Security: "none"}, "a.example", 25},
		{SMTP{Address: "a.example", Security: "starttls"}, "a.example", 587},
	} {
		if host, port := tt.smtp.HostPort(); host != tt.host || port != tt.port {
			t.Errorf("%+v: %s %d", tt.smtp, host, port)
		}
	}
}

func TestBadMessageSettings(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`email: {smtp: {address: a.example}}`, "email.from: needed"},
		{`email: {from: a@example.com}`, "email.from: has no effect"},
		{`email: {from: nobody, smtp: {address: a.example}}`, `email.from: "nobody" is not`},
		{`email: {from: a@example.com, smtp: {address: a.example}, ses: {endpoint: aws}}`, "email: only one"},
		{`email: {from: a@example.com, smtp: {username: u, password: p}}`, `email.smtp.address: "" is not host:port`},
		{`email: {from: a@example.com, smtp: {address: "a.example:0"}}`, "has no port"},
		{`email: {from: a@example.com, smtp: {address: ":25"}}`, "has no host"},
		{`email: {from: a@example.com, smtp: {address: "smtp://a.example"}}`, "email.smtp.address: "},
		{`email: {from: a@example.com, smtp: {address: a.example, security: maybe}}`, `"maybe" is none of`},
		{`email: {from: a@example.com, smtp: {address: a.example, security: none, username: u, password: p}}`, "in the clear"},
		{`email: {from: a@example.com, smtp: {address: a.example, username: u}}`, "belong together"},
		{`email: {from: a@example.com, smtp: {address: a.example, username: u, password: p, password_file: "%[1]s/admin.secret"}}`, "email.smtp.password_file: give this or password, not both"},
		{`email: {from: a@example.com, smtp: {address: a.example, ca: "%[1]s/admin.secret"}}`, "no certificate"},
		{`email: {from: a@example.com, smtp: {address: a.example, ca: "%[1]s/none"}}`, "email.smtp.ca: "},
		{`email: {from: a@example.com, ses: {region: eu-west-1}}`, "email.ses.endpoint: needed"},
		{`email: {from: a@example.com, ses: {endpoint: "http://a.example"}}`, "email.ses.endpoint: http://a.example has to be https"},
		{`email: {from: a@example.com, ses: {endpoint: aws, region: ../x}}`, "email.ses.region: "},
		{`sms: {sns: {endpoint: aws, sender_id: "12345"}}`, "sms.sns.sender_id: "},
		{`sms: {sns: {endpoint: aws, access_key: {id: A}}}`, "sms.sns.access_key: id and secret"},
		{`sms: {sns: {endpoint: aws}, webhook: {url: "https://a.example", secret_file: "%[1]s/admin.secret"}}`, "sms: only one"},
		{`sms: {webhook: {url: "http://a.example", secret_file: "%[1]s/admin.secret"}}`, "sms.webhook.url: has to be https"},
		{`sms: {webhook: {url: "https://a.example"}}`, "sms.webhook.secret: needed"},
		{`sms: {webhook: {url: "https://a.example", secret: short}}`, "sms.webhook.secret: too short"},
		{`sms: {webhook: {secret_file: "%[1]s/admin.secret"}}`, "sms.webhook.url: needed"},
		{`messages: {language: "not a language"}`, "messages.language: "},
		{`kms: {access_key: {id: A, secret_file: "%[1]s/admin.secret"}}`, "kms.endpoint: needed"},
		{`kms: {endpoint: aws, access_key: {id: A}}`, "kms.access_key: id and secret"},
		{`kms: {endpoint: "http://kms.example"}`, "kms.endpoint: http://kms.example has to be https, since it answers data keys"},
		{`kms: {endpoint: aws, access_key: {id: A, secret_file: "%[1]s/none"}}`, "kms.access_key.secret_file: open"},
		{`messages: {concurrency: 0}`, "messages.concurrency: "},
		{`messages: {max_waiting: 0}`, "messages.max_waiting: "},
		{`messages: {max_kb: 100}`, "messages.max_kb: "},
		{`messages: {directory: "%[1]s/none"}`, "messages.directory: "},
		{`messages: {directory: "%[1]s/admin.secret"}`, "is not a folder"},
		{`email: {form: x}`, `unknown key "form"`},
	} {
		if _, err := load(t, with("", "", "", tt.text), nil, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.text, err, tt.want)
		}
	}
}
