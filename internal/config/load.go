package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"ostiary/internal/webacl"
)

// pathVariable names the configuration file where no flag does.
const pathVariable = "OSTIARY_CONFIG"

// Load puts the configuration together. The path of the file comes from the flag --config; if it
// is empty, the variable OSTIARY_CONFIG may name one, and without that the mode is development.
// env looks up an environment variable, as os.LookupEnv does; one that is empty counts as not
// set. flags holds the flags that were given, by key or by flag name, such as base_url or
// base-url.
//
// The error holds every problem found, each on a line of its own.
func Load(path string, env func(string) (string, bool), flags map[string]string) (*Config, error) {
	if path == "" {
		path, _ = env(pathVariable)
	}
	c := defaults(path != "")
	var p problems
	if path != "" {
		if err := c.readFile(path, &p); err != nil {
			return nil, err
		}
	}
	c.override(env, flags, &p)
	c.resolve(env, &p)
	c.complete()
	p.join(c.Validate())
	if err := p.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// readFile fails where nothing useful can be said about the rest.
func (c *Config) readFile(path string, p *problems) error {
	const maxSize = 1 << 20
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	switch {
	case err != nil:
		return fmt.Errorf("configuration: %w", err)
	case len(text) > maxSize:
		return fmt.Errorf("%s: longer than %d bytes", path, maxSize)
	}
	if err := c.decode(text); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if c.holdsSecrets() {
		if err := checkPrivate(f); err != nil {
			p.add("configuration file", "holds secrets: %v", err)
		}
	}
	return nil
}

func (c *Config) decode(text []byte) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return plainer(err)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		return errors.New("more than one YAML document")
	}
	return nil
}

// plainer says "unknown key" where the decoder speaks of fields and Go types.
func plainer(err error) error {
	var wrong *yaml.TypeError
	if !errors.As(err, &wrong) {
		return err
	}
	field := regexp.MustCompile(`field (\S+) not found in type \S+`)
	lines := make([]error, len(wrong.Errors))
	for i, text := range wrong.Errors {
		lines[i] = errors.New(field.ReplaceAllString(text, `unknown key "$1"`))
	}
	return errors.Join(lines...)
}

// atLine makes an error that the decoder lists with its own.
func atLine(node *yaml.Node, err error) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %v", node.Line, err)}}
}

func (c *Config) holdsSecrets() bool {
	for _, k := range c.AccessKeys {
		if k.Secret != "" {
			return true
		}
	}
	return c.LambdaAccessKey.Secret != "" || c.KMS.AccessKey.Secret != "" || c.messageSecrets() || hasPassword(c.Database.Reveal())
}

// setting is a key that a variable or a flag can give.
type setting struct {
	key string
	set func(string) error
}

func (c *Config) settings() []setting {
	return []setting{
		{"listen", text(&c.Listen)},
		{"base_url", text(&c.BaseURL)},
		{"issuer", text(&c.Issuer)},
		{"domain_suffix", text(&c.DomainSuffix)},
		{"tls.cert", text(&c.TLS.Cert)},
		{"tls.key", text(&c.TLS.Key)},
		{"trusted_proxies", networks(&c.TrustedProxies)},
		{"forwarded_header", text(&c.ForwardedHeader)},
		{"web_access_list.allow", networks(&c.WebAccessList.Allow)},
		{"web_access_list.deny", networks(&c.WebAccessList.Deny)},
		{"web_access_list.rate", number(&c.WebAccessList.Rate)},
		{"web_access_list.burst", integer(&c.WebAccessList.Burst)},
		{"data", text(&c.Data)},
		{"database", text(&c.Database)},
		{"master_key.file", text(&c.MasterKey.File)},
		{"master_key.env", text(&c.MasterKey.Env)},
		{"region", text(&c.Region)},
		{"account", text(&c.Account)},
		{"quotas", flag(&c.Quotas)},
		{"quota_ceiling", integer(&c.QuotaCeiling)},
		{"import_max_rows", integer(&c.ImportMaxRows)},
		{"import_max_mb", integer(&c.ImportMaxMB)},
		{"lambda_endpoint", text(&c.LambdaEndpoint)},
		{"lambda_access_key.id", text(&c.LambdaAccessKey.ID)},
		{"lambda_access_key.secret_file", text(&c.LambdaAccessKey.SecretFile)},
		{"kms.endpoint", text(&c.KMS.Endpoint)},
		{"kms.access_key.id", text(&c.KMS.AccessKey.ID)},
		{"kms.access_key.secret_file", text(&c.KMS.AccessKey.SecretFile)},
		{"lambda_concurrency", integer(&c.LambdaConcurrency)},
		{"pool_resources", patternsOf(&c.PoolResources)},
		{"functions", functions(&c.Functions)},
		{"address_lockout", integer(&c.AddressLockout)},
		{"auth_event_retention", duration(&c.AuthEventRetention)},
		{"risk.geoip_city", text(&c.Risk.GeoIPCity)},
		{"risk.geoip_country", text(&c.Risk.GeoIPCountry)},
		{"risk.geoip_asn", text(&c.Risk.GeoIPASN)},
		{"risk.anonymizers", paths(&c.Risk.Anonymizers)},
		{"risk.bad_reputation", paths(&c.Risk.BadReputation)},
		{"risk.breached_passwords", text(&c.Risk.BreachedPasswords)},
		{"log_destinations", logDestinations(&c.LogDestinations)},
		{"email.from", text(&c.Email.From)},
		{"email.smtp.address", text(&c.Email.SMTP.Address)},
		{"email.smtp.security", text(&c.Email.SMTP.Security)},
		{"email.smtp.ca", text(&c.Email.SMTP.CA)},
		{"email.smtp.hello", text(&c.Email.SMTP.Hello)},
		{"email.smtp.username", text(&c.Email.SMTP.Username)},
		{"email.smtp.password", text(&c.Email.SMTP.Password)},
		{"email.smtp.password_file", text(&c.Email.SMTP.PasswordFile)},
		{"email.ses.endpoint", text(&c.Email.SES.Endpoint)},
		{"email.ses.region", text(&c.Email.SES.Region)},
		{"email.ses.access_key.id", text(&c.Email.SES.AccessKey.ID)},
		{"email.ses.access_key.secret_file", text(&c.Email.SES.AccessKey.SecretFile)},
		{"email.webhook.url", text(&c.Email.Webhook.URL)},
		{"email.webhook.secret_file", text(&c.Email.Webhook.SecretFile)},
		{"sms.sns.endpoint", text(&c.SMS.SNS.Endpoint)},
		{"sms.sns.region", text(&c.SMS.SNS.Region)},
		{"sms.sns.sender_id", text(&c.SMS.SNS.SenderID)},
		{"sms.sns.access_key.id", text(&c.SMS.SNS.AccessKey.ID)},
		{"sms.sns.access_key.secret_file", text(&c.SMS.SNS.AccessKey.SecretFile)},
		{"sms.webhook.url", text(&c.SMS.Webhook.URL)},
		{"sms.webhook.secret_file", text(&c.SMS.Webhook.SecretFile)},
		{"messages.directory", text(&c.Messages.Directory)},
		{"messages.language", text(&c.Messages.Language)},
		{"messages.concurrency", integer(&c.Messages.Concurrency)},
		{"messages.max_waiting", integer(&c.Messages.MaxWaiting)},
		{"messages.max_kb", integer(&c.Messages.MaxKB)},
		{"log_level", func(s string) error { return c.LogLevel.UnmarshalText([]byte(s)) }},
		{"metrics_listen", text(&c.MetricsListen)},
		{"shutdown_grace", duration(&c.ShutdownGrace)},
		{"dev_allow_remote", flag(&c.DevAllowRemote)},
	}
}

func variable(key string) string {
	return "OSTIARY_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

func (c *Config) override(env func(string) (string, bool), flags map[string]string, p *problems) {
	given := map[string]string{}
	for name, value := range flags {
		given[flagName(name)] = value
	}
	for _, s := range c.settings() {
		if value, ok := env(variable(s.key)); ok && value != "" {
			p.addErr(variable(s.key), s.set(value))
		}
		name := flagName(s.key)
		if value, ok := given[name]; ok {
			p.addErr("--"+name, s.set(value))
			delete(given, name)
		}
	}
	for name := range given {
		p.add("--"+name, "no such setting")
	}
}

func flagName(key string) string { return strings.NewReplacer("_", "-", ".", "-").Replace(key) }

func text[T ~string](to *T) func(string) error {
	return func(s string) error { *to = T(s); return nil }
}

func flag(to *bool) func(string) error {
	return func(s string) (err error) {
		switch s {
		case "on":
			*to = true
		case "off":
			*to = false
		default:
			if *to, err = strconv.ParseBool(s); err != nil {
				err = fmt.Errorf("%q is neither true nor false", s)
			}
		}
		return err
	}
}

func number(to *float64) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.ParseFloat(s, 64); err != nil {
			err = fmt.Errorf("%q is not a number", s)
		}
		return err
	}
}

func integer(to *int) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.Atoi(s); err != nil {
			err = fmt.Errorf("%q is not a whole number", s)
		}
		return err
	}
}

func duration(to *time.Duration) func(string) error {
	return func(s string) (err error) {
		if *to, err = time.ParseDuration(s); err != nil {
			err = fmt.Errorf("%q is not a duration such as 30s", s)
		}
		return err
	}
}

func networks(to *Networks) func(string) error {
	return func(s string) error {
		*to = nil
		for part := range strings.SplitSeq(s, ",") {
			network, err := webacl.ParseNetwork(strings.TrimSpace(part))
			if err != nil {
				return err
			}
			*to = append(*to, network)
		}
		return nil
	}
}

// problems collects what is wrong, to be told at once.
type problems struct{ list []error }

func (p *problems) add(key, format string, args ...any) {
	p.addErr(key, fmt.Errorf(format, args...))
}

func (p *problems) addErr(key string, err error) {
	if err != nil {
		p.list = append(p.list, fmt.Errorf("%s: %w", key, err))
	}
}

func (p *problems) join(err error) {
	if err != nil {
		p.list = append(p.list, err)
	}
}

func (p *problems) err() error { return errors.Join(p.list...) }
