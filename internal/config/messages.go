package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"strconv"

	"golang.org/x/text/language"
)

// Email is how e-mail leaves: by one of SMTP, SES and Webhook.
type Email struct {
	// From is the sender of pools that have none of their own (EmailConfiguration with a SourceArn): an address
	// or Name <address>. Needed with any of the three.
	From string `yaml:"from"`
	// SMTP is a server that takes e-mail. Default: none.
	SMTP SMTP `yaml:"smtp"`
	// SES is Amazon SES, by its SendEmail. Default: none.
	SES SES `yaml:"ses"`
	// Webhook takes e-mail as JSON. Default: none.
	Webhook Webhook `yaml:"webhook"`
}

// SMS is how text messages leave: by one of SNS and Webhook.
type SMS struct {
	// SNS is Amazon SNS, by its Publish. Default: none.
	SNS SNS `yaml:"sns"`
	// Webhook takes text messages as JSON. Default: none.
	Webhook Webhook `yaml:"webhook"`
}

// SMTP is a server that takes e-mail.
type SMTP struct {
	// Address is the server's host:port. Without a port: 587, or 465 for tls, 25 for none.
	Address string `yaml:"address"`
	// Security is starttls (or nothing is sent), tls from the first byte, or none. Default starttls.
	Security string `yaml:"security"`
	// CA is a file of certificates, in PEM, that are trusted to sign the server's, and no others. Default:
	// those of the system.
	CA string `yaml:"ca"`
	// Hello is the name that the server is told in EHLO. Default: the machine's.
	Hello string `yaml:"hello"`
	// Username authenticates, by the best way that the server offers. Default: no authentication.
	Username string `yaml:"username"`
	// Password belongs to Username. Load fills it in from PasswordFile.
	Password Secret `yaml:"password"`
	// PasswordFile holds the password instead. It may not be readable by everybody. A line end at its end is
	// dropped.
	PasswordFile string `yaml:"password_file"`

	// Certificates is what CA holds. Load fills it in.
	Certificates *x509.CertPool `yaml:"-"`
}

// HostPort is the address taken apart, with the default of the port.
func (s SMTP) HostPort() (host string, port int) {
	host, text, err := net.SplitHostPort(s.Address)
	if err != nil {
		switch s.Security {
		case "tls":
			return s.Address, 465
		case "none":
			return s.Address, 25
		default:
			return s.Address, 587
		}
	}
	port, _ = strconv.Atoi(text) // validated
	return host, port
}

// SES is Amazon SES, or what speaks like it.
type SES struct {
	// Endpoint is the URL of the API (version 2), or "aws" for the service itself, in the region of the pool's
	// SourceArn or in Region. In production a URL has to be https unless its host is loopback.
	Endpoint string `yaml:"endpoint"`
	// Region is used for pools whose EmailConfiguration names none. Default: the region of the server.
	Region string `yaml:"region"`
	// AccessKey signs requests. Default: as for lambda_access_key.
	AccessKey ServiceKey `yaml:"access_key"`
}

// SNS is Amazon SNS, or what speaks like it.
type SNS struct {
	// Endpoint is the URL of the API, or "aws" for the service itself, in the region of the pool's
	// SmsConfiguration or in Region. In production a URL has to be https unless its host is loopback.
	Endpoint string `yaml:"endpoint"`
	// Region is used for pools whose SmsConfiguration names none. Default: the region of the server.
	Region string `yaml:"region"`
	// SenderID is shown as the sender where networks allow that: 1 to 11 letters and digits, not digits alone.
	// Default: what the account has set.
	SenderID string `yaml:"sender_id"`
	// AccessKey signs requests. Default: as for lambda_access_key.
	AccessKey ServiceKey `yaml:"access_key"`
}

// Webhook is an address that takes messages by POST.
type Webhook struct {
	// URL may be a secret. In production it has to be https unless its host is loopback.
	URL Secret `yaml:"url"`
	// Secret is what the body is signed with (HMAC-SHA256), at least 32 characters. Load fills it in from
	// SecretFile.
	Secret Secret `yaml:"secret"`
	// SecretFile holds the secret instead. It may not be readable by everybody. A line end at its end is
	// dropped.
	SecretFile string `yaml:"secret_file"`
}

// Messages is what messages say where pools do not say it, and how many leave at once.
type Messages struct {
	// Directory has texts by language: files such as de.yaml or pt-BR.yaml. Default: none, English texts.
	Directory string `yaml:"directory"`
	// Language is that of users whose locale names none that there are texts for. Default en.
	Language string `yaml:"language"`
	// Concurrency is how many messages are delivered at once, by e-mail, by SMS and by functions, each: of one user
	// pool at most half as many, and less while others have theirs delivered. Default 16.
	Concurrency int `yaml:"concurrency"`
	// MaxWaiting is how many messages of one user pool may wait to be delivered, about, 1 to 1 million. Operations
	// that would add to them fail with CodeDeliveryFailureException. Default 10,000.
	MaxWaiting int `yaml:"max_waiting"`
	// MaxKB is how large a message may be while it waits, in units of 1024 bytes, 160 to 2048: with its text, or
	// with all that a function is told which delivers it, of which ClientMetadata may be as long as the caller
	// wants. Longer ones fail in the same way. Default 256.
	MaxKB int `yaml:"max_kb"`
}

func (c *Config) webhooks() map[string]*Webhook {
	return map[string]*Webhook{"email.webhook": &c.Email.Webhook, "sms.webhook": &c.SMS.Webhook}
}

// secretOf reads the file that holds a secret, if one does.
func secretOf(key string, secret *Secret, file string, p *problems) {
	switch {
	case file == "":
	case *secret != "":
		p.add(key+"_file", "give this or %s, not both", key[lastDot(key)+1:])
	default:
		read, err := readSecret(file)
		*secret = read
		p.addErr(key+"_file", err)
	}
}

func lastDot(key string) int {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] == '.' {
			return i
		}
	}
	return -1
}

func (c *Config) resolveMessages(p *problems) {
	smtp := &c.Email.SMTP
	secretOf("email.smtp.password", &smtp.Password, smtp.PasswordFile, p)
	if smtp.CA != "" {
		text, err := os.ReadFile(smtp.CA)
		if err == nil {
			smtp.Certificates = x509.NewCertPool()
			if !smtp.Certificates.AppendCertsFromPEM(text) {
				err = fmt.Errorf("%s: no certificate in PEM", smtp.CA)
			}
		}
		p.addErr("email.smtp.ca", err)
	}
	secretOf("email.ses.access_key.secret", &c.Email.SES.AccessKey.Secret, c.Email.SES.AccessKey.SecretFile, p)
	secretOf("sms.sns.access_key.secret", &c.SMS.SNS.AccessKey.Secret, c.SMS.SNS.AccessKey.SecretFile, p)
	for key, w := range c.webhooks() {
		secretOf(key+".secret", &w.Secret, w.SecretFile, p)
	}
	if d := c.Messages.Directory; d != "" {
		if info, err := os.Stat(d); err != nil {
			p.addErr("messages.directory", err)
		} else if !info.IsDir() {
			p.add("messages.directory", "%s is not a folder", d)
		}
	}
}

// messageSecrets tells whether a secret of a provider stands in the configuration itself.
func (c *Config) messageSecrets() bool {
	for _, w := range c.webhooks() {
		if w.Secret != "" {
			return true
		}
	}
	return c.Email.SMTP.Password != "" || c.Email.SES.AccessKey.Secret != "" || c.SMS.SNS.AccessKey.Secret != ""
}

func (c *Config) validateMessages(p *problems) {
	e := &c.Email
	smtp, ses, hook := e.SMTP != SMTP{Security: e.SMTP.Security}, e.SES != SES{}, e.Webhook != Webhook{}
	switch n := count(smtp, ses, hook); {
	case n > 1:
		p.add("email", "only one of smtp, ses and webhook can be given")
	case n == 1 && e.From == "":
		p.add("email.from", "needed: it sends for pools that have no sender of their own")
	case n == 0 && e.From != "":
		p.add("email.from", "has no effect without smtp, ses or webhook")
	}
	if e.From != "" {
		if _, err := mail.ParseAddress(e.From); err != nil {
			p.add("email.from", "%q is not an address or Name <address>", e.From)
		}
	}
	if smtp {
		e.SMTP.validate(p)
	}
	if ses {
		c.validateService("email.ses", e.SES.Endpoint, e.SES.Region, e.SES.AccessKey, carryCodes, p)
	}
	if c.SMS.SNS != (SNS{}) {
		c.validateService("sms.sns", c.SMS.SNS.Endpoint, c.SMS.SNS.Region, c.SMS.SNS.AccessKey, carryCodes, p)
		if id := c.SMS.SNS.SenderID; id != "" && (!matches(`[A-Za-z0-9]{1,11}`, id) || matches(`[0-9]+`, id)) {
			p.add("sms.sns.sender_id", "%q is not 1 to 11 letters and digits with a letter among them", id)
		}
		if c.SMS.Webhook != (Webhook{}) {
			p.add("sms", "only one of sns and webhook can be given")
		}
	}
	for key, w := range c.webhooks() {
		if *w != (Webhook{}) {
			w.validate(key, c.Production, p)
		}
	}
	if _, err := language.Parse(c.Messages.Language); err != nil {
		p.add("messages.language", "%q is not a language such as de or pt-BR", c.Messages.Language)
	}
	if n := c.Messages.Concurrency; n < 1 || n > 1000 {
		p.add("messages.concurrency", "%d is not a number from 1 to 1000", n)
	}
	if n := c.Messages.MaxWaiting; n < 1 || n > 1_000_000 {
		p.add("messages.max_waiting", "%d is not a number from 1 to 1000000", n)
	}
	if n := c.Messages.MaxKB; n < 160 || n > 2048 { // the longest text of an e-mail, in JSON, fits
		p.add("messages.max_kb", "%d is not a number from 160 to 2048", n)
	}
}

func count(given ...bool) (n int) {
	for _, g := range given {
		if g {
			n++
		}
	}
	return n
}

var smtpHost = regexp.MustCompile(`\A[^\s:\[\]/]+\z`)

func (s SMTP) validate(p *problems) {
	host := s.Address
	if h, port, err := net.SplitHostPort(s.Address); err == nil {
		host = h
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			p.add("email.smtp.address", "%q has no port from 1 to 65535", s.Address)
		}
	} else if !smtpHost.MatchString(s.Address) {
		p.add("email.smtp.address", "%q is not host:port", s.Address)
	}
	if host == "" && s.Address != "" {
		p.add("email.smtp.address", "%q has no host", s.Address)
	}
	switch s.Security {
	case "starttls", "tls":
	case "none":
		if s.Username != "" && !isLoopbackHost(host) {
			p.add("email.smtp.security", "has to be starttls or tls, for the password would be sent in the clear")
		}
		if s.CA != "" {
			p.add("email.smtp.ca", "has no effect with security none")
		}
	default:
		p.add("email.smtp.security", "%q is none of starttls, tls and none", s.Security)
	}
	if (s.Username == "") != (s.Password == "" && s.PasswordFile == "") {
		p.add("email.smtp", "username and password, or password_file, belong together")
	}
}

// carryCodes is why plain HTTP does not do.
const carryCodes = "since messages carry codes"

func (c *Config) validateService(key, endpoint, region string, access ServiceKey, since string, p *problems) {
	if endpoint == "" {
		p.add(key+".endpoint", `needed: a URL, or "aws"`)
	}
	p.addErr(key+".endpoint", checkEndpoint(endpoint, c.Production, since))
	if region != "" && (!matches(`[a-z]{2,}(-[a-z0-9]+)+`, region) || len(region) > 32) {
		p.add(key+".region", "%q does not look like us-east-1", region)
	}
	if (access != ServiceKey{}) && (access.ID == "" || access.Secret == "" && access.SecretFile == "") {
		p.add(key+".access_key", "id and secret, or secret_file, belong together")
	}
}

// checkEndpoint checks where a service of AWS is asked.
func checkEndpoint(endpoint string, production bool, since string) error {
	if endpoint == "" || endpoint == AWS {
		return nil
	}
	u, err := checkURL(endpoint)
	switch {
	case err != nil:
		return err
	case production && u.Scheme == "http" && !isLoopbackHost(u.Hostname()):
		return fmt.Errorf("%s has to be https, %s", endpoint, since)
	}
	return nil
}

func (w Webhook) validate(key string, production bool, p *problems) {
	u, err := url.Parse(w.URL.Reveal())
	switch {
	case w.URL == "":
		p.add(key+".url", "needed")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil:
		p.addErr(key+".url", errors.New("not an http or https URL")) // not repeated, as it may be a secret
	case production && u.Scheme == "http" && !isLoopbackHost(u.Hostname()):
		p.add(key+".url", "has to be https, since messages carry codes")
	}
	switch {
	case w.Secret != "":
		p.addErr(key+".secret", weakSecret(w.Secret))
	case w.SecretFile == "":
		p.add(key+".secret", "needed, here or in secret_file")
	}
}
