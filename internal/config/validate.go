package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// resolve reads what the configuration only names: secrets and certificates.
func (c *Config) resolve(env func(string) (string, bool), p *problems) {
	for i := range c.AccessKeys {
		k := &c.AccessKeys[i]
		switch {
		case k.SecretFile == "":
		case k.Secret != "":
			p.add(keyName(i, "secret_file"), "give this or secret, not both")
		default:
			secret, err := readSecret(k.SecretFile)
			k.Secret = secret
			p.addErr(keyName(i, "secret_file"), err)
		}
	}
	switch m := &c.MasterKey; {
	case m.File != "" && m.Env != "":
		p.add("master_key", "give file or env, not both")
	case m.File != "":
		value, err := readSecret(m.File)
		m.Value = value
		p.addErr("master_key.file", err)
	case m.Env != "":
		value, _ := env(m.Env)
		if m.Value = Secret(value); value == "" {
			p.add("master_key.env", "the environment variable %s is not set", m.Env)
		}
	}
	if c.TLS.Cert != "" && c.TLS.Key != "" {
		p.addErr("tls", c.TLS.check())
	}
	c.resolveLambda(p)
}

func (t TLS) check() error {
	f, err := os.Open(t.Key)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := checkPrivate(f); err != nil {
		return err
	}
	_, err = tls.LoadX509KeyPair(t.Cert, t.Key)
	return err
}

// complete derives the defaults that depend on other settings.
func (c *Config) complete() {
	if _, port, err := net.SplitHostPort(c.Listen); err == nil && c.BaseURL == "" && !c.Production && port != "0" {
		// Not 127.0.0.1: a pool's domain is a subdomain, and browsers know those of localhost.
		c.BaseURL = "http://localhost:" + port
		if c.TLS != (TLS{}) {
			c.BaseURL = "https://localhost:" + port
		}
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	if c.Issuer == "" && c.BaseURL != "" {
		c.Issuer = c.BaseURL + "/{poolId}"
	}
}

// Validate tells everything that is wrong with the configuration, one problem on a line, or nil.
// It looks at values only; Load has read the files they name.
func (c *Config) Validate() error {
	var p problems
	c.validateListeners(&p)
	c.validateURLs(&p)
	c.validateClients(&p)
	c.validateStore(&p)
	c.validateAccessKeys(&p)
	c.validateLambda(&p)
	c.validateRisk(&p)
	c.validateLogs(&p)
	if !matches(`[a-z]{2,}(-[a-z0-9]+)+`, c.Region) || len(c.Region) > 32 {
		p.add("region", "%q does not look like us-east-1", c.Region)
	}
	if !matches(`[0-9]{12}`, c.Account) {
		p.add("account", "%q is not 12 digits", c.Account)
	}
	if c.QuotaCeiling < 1 || c.QuotaCeiling > 1000 {
		p.add("quota_ceiling", "%d is not between 1 and 1000", c.QuotaCeiling)
	}
	if c.ShutdownGrace < 0 || c.ShutdownGrace > time.Hour {
		p.add("shutdown_grace", "%s is not between 0s and 1h", c.ShutdownGrace)
	}
	return p.err()
}

func matches(pattern, s string) bool {
	ok, err := regexp.MatchString(`\A(?:`+pattern+`)\z`, s)
	return err == nil && ok
}

func (c *Config) validateListeners(p *problems) {
	p.addErr("listen", checkAddress(c.Listen))
	if c.MetricsListen != "" {
		p.addErr("metrics_listen", checkAddress(c.MetricsListen))
		if _, port, _ := net.SplitHostPort(c.Listen); c.MetricsListen == c.Listen && port != "0" {
			p.add("metrics_listen", "has to be another address than listen")
		}
	}
	if c.Production {
		if c.DevAllowRemote {
			p.add("dev_allow_remote", "is for development, and a configuration file makes this production")
		}
		if c.TLS == (TLS{}) && !c.mayBePlain() {
			p.add("tls", "needed: listen is %s, not a loopback address, and no trusted_proxies stand in front", c.Listen)
		}
	} else if !c.DevAllowRemote {
		const text = "%s is not a loopback address, and in development whoever reaches it may do everything; " +
			"to accept that, give --dev-allow-remote"
		if !isLoopback(c.Listen) {
			p.add("listen", text, c.Listen)
		}
		if c.MetricsListen != "" && !isLoopback(c.MetricsListen) {
			p.add("metrics_listen", text, c.MetricsListen)
		}
	}
	if (c.TLS.Cert == "") != (c.TLS.Key == "") {
		p.add("tls", "cert and key belong together")
	}
}

// mayBePlain tells whether plain HTTP is right: nothing leaves the machine, or a proxy that is
// trusted with the client's address is trusted with TLS too.
func (c *Config) mayBePlain() bool {
	return !c.Production || isLoopback(c.Listen) || len(c.TrustedProxies) > 0
}

func checkAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not host:port", address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q has no port from 0 to 65535", address)
	} else if n == 0 && port != "0" {
		return fmt.Errorf("%q has an odd port", address)
	}
	return nil
}

// isLoopback is false for an empty host, which means every address, and for names other than
// localhost, which anybody may have pointed anywhere.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && isLoopbackHost(host)
}

func isLoopbackHost(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

func (c *Config) validateURLs(p *problems) {
	switch u, err := checkURL(c.BaseURL); {
	case c.BaseURL == "":
		if c.Production {
			p.add("base_url", "needed: it is what tokens name as their issuer")
		}
	case err != nil:
		p.addErr("base_url", err)
	case u.Path != "":
		p.add("base_url", "%s has a path; the server needs a host of its own", c.BaseURL)
	case u.Scheme == "http" && !c.mayBePlain():
		p.add("base_url", "%s has to be https: listen is %s, not a loopback address, and no trusted_proxies stand in front", c.BaseURL, c.Listen)
	case u.Scheme == "http" && c.TLS != (TLS{}):
		p.add("base_url", "%s has to be https, as the listener speaks TLS", c.BaseURL)
	}

	if c.DomainSuffix != "" && (len(c.DomainSuffix) > 253 || !matches(`(?i)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*`, c.DomainSuffix) || isAddress(c.DomainSuffix)) {
		p.add("domain_suffix", "%q is not a domain name such as auth.example.com", c.DomainSuffix)
	}

	filled := strings.NewReplacer("{poolId}", "pool", "{region}", "region").Replace(c.Issuer)
	switch u, err := checkURL(filled); {
	case c.Issuer == "":
	case strings.Count(c.Issuer, "{poolId}") != 1 || strings.ContainsAny(filled, "{}"):
		p.add("issuer", "%s has to contain {poolId} once, may contain {region}, and no other braces", c.Issuer)
	case err != nil:
		p.addErr("issuer", err)
	case u.Scheme == "http" && !c.mayBePlain():
		p.add("issuer", "%s has to be https", c.Issuer)
	}
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func checkURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, errors.New("not an http or https URL") // not repeated, as it may hold a password
	case u.User != nil:
		return nil, errors.New("a URL with a user name or password is not taken")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#"):
		return nil, fmt.Errorf("%s has a query or fragment", s)
	}
	return u, nil
}

func (c *Config) validateClients(p *problems) {
	for _, n := range c.TrustedProxies {
		if n.Bits() == 0 {
			p.add("trusted_proxies", "%s is everybody, so anybody could claim any address", n)
		}
	}
	switch {
	case !matches("[A-Za-z0-9-]+", c.ForwardedHeader):
		p.add("forwarded_header", "%q is not the name of a header", c.ForwardedHeader)
	case strings.EqualFold(c.ForwardedHeader, "Forwarded"):
		p.add("forwarded_header", "the header Forwarded of RFC 7239 is not supported")
	case !strings.EqualFold(c.ForwardedHeader, "X-Forwarded-For") && len(c.TrustedProxies) == 0:
		p.add("forwarded_header", "has no effect without trusted_proxies")
	}
	switch l := c.WebAccessList; {
	case l.Rate < 0 || math.IsNaN(l.Rate) || math.IsInf(l.Rate, 0):
		p.add("web_access_list.rate", "%v is not a number of requests per second", l.Rate)
	case l.Burst < 0:
		p.add("web_access_list.burst", "%d is not a number of requests", l.Burst)
	case l.Burst > 0 && l.Rate == 0:
		p.add("web_access_list.burst", "has no effect without rate")
	}
}

func (c *Config) validateStore(p *problems) {
	database := c.Database.Reveal()
	path, isSQLite := strings.CutPrefix(database, "sqlite:")
	_, err := url.Parse(database)
	switch {
	case database == "":
		if c.Data == "" {
			p.add("data", "needed without database")
		}
	case isSQLite && path != "":
	case !isSQLite && isPostgres(database) && err == nil:
	default: // the error would repeat the password
		p.add("database", "has to be sqlite:PATH or postgres://…")
	}
	m := c.MasterKey
	switch {
	case m.Value != "":
		p.addErr("master_key", weakSecret(m.Value))
	case c.Production && m.File == "" && m.Env == "":
		p.add("master_key", "needed: a file or an environment variable")
	}
}

func isPostgres(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://")
}

func hasPassword(database string) bool {
	if !isPostgres(database) {
		return false
	}
	u, err := url.Parse(database)
	if err != nil {
		return true // for all we know
	}
	_, inUser := u.User.Password()
	return inUser || u.Query().Has("password")
}

func keyName(i int, key string) string { return fmt.Sprintf("access_keys[%d].%s", i, key) }

func (c *Config) validateAccessKeys(p *problems) {
	if c.Production && len(c.AccessKeys) == 0 {
		p.add("access_keys", "needed: without one nobody could administer anything")
	}
	ids := map[string]bool{}
	for i, k := range c.AccessKeys {
		switch {
		case !matches(`\w{16,128}`, k.ID):
			p.add(keyName(i, "id"), "%q is not 16 to 128 letters, digits and underscores", k.ID)
		case ids[k.ID]:
			p.add(keyName(i, "id"), "%s is there twice", k.ID)
		case strings.HasSuffix(k.ID, "EXAMPLE"):
			p.add(keyName(i, "id"), "%s is taken from an example that everybody knows", k.ID)
		}
		ids[k.ID] = true
		switch {
		case k.Secret != "":
			p.addErr(keyName(i, "secret"), weakSecret(k.Secret))
		case k.SecretFile == "":
			p.add(keyName(i, "secret"), "needed, here or in secret_file")
		}
		if k.User != "" && !matches(`[\w+=,.@/-]{1,128}`, k.User) {
			p.add(keyName(i, "user"), "%q is not the name of an IAM user", k.User)
		}
		if (k.Policy.Policy != nil) == (len(k.Policies) > 0) || len(k.PolicySet()) < len(k.Policies) {
			p.add(keyName(i, "policy"), "one of policy and policies is needed, and only one; without it the key could do nothing")
		}
	}
}
