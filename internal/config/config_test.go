package config

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"ostiary/internal/policy"
)

const goodSecret = "0123456789abcdefghijklmnopqrstuvwxyzABCD"

func noEnv(string) (string, bool) { return "", false }

func envOf(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
}

func write(t testing.TB, path, text string, mode os.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
	return path
}

// folder makes what a production configuration names: secrets and a certificate.
func folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"master.key", "admin.secret", "shop.secret", "lambda.secret"} {
		write(t, filepath.Join(dir, name), goodSecret+"\n", 0o600)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pemOf := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	write(t, filepath.Join(dir, "tls.crt"), pemOf("CERTIFICATE", cert), 0o644)
	write(t, filepath.Join(dir, "tls.key"), pemOf("PRIVATE KEY", der), 0o640)
	return dir
}

// production is the least that starts; %s is the folder.
const production = `
base_url: https://auth.example.com
master_key: {file: %[1]s/master.key}
access_keys:
  - id: AKIDADMINISTRATOR001
    secret_file: %[1]s/admin.secret
    policy: {Statement: {Effect: Allow, Action: "*", Resource: "*"}}
`

// load writes text as a configuration file beside what it names, and loads it.
func load(t testing.TB, text string, env, flags map[string]string) (*Config, error) {
	t.Helper()
	dir := folder(t)
	path := write(t, filepath.Join(dir, "ostiary.yaml"), strings.ReplaceAll(text, "%[1]s", dir), 0o600)
	for _, m := range []map[string]string{env, flags} {
		for k, v := range m {
			m[k] = strings.ReplaceAll(v, "%[1]s", dir)
		}
	}
	return Load(path, envOf(env), flags)
}

func TestDevelopmentDefaults(t *testing.T) {
	c, err := Load("", noEnv, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Listen: "127.0.0.1:4500", BaseURL: "http://localhost:4500", Issuer: "http://localhost:4500/{poolId}",
		ForwardedHeader: "X-Forwarded-For", Data: "./ostiary-data", Region: "us-east-1", Account: "000000000000",
		ShutdownGrace: 30 * time.Second, LambdaConcurrency: 100, QuotaCeiling: 10, AuthEventRetention: 2 * 365 * 24 * time.Hour,
		Email: Email{SMTP: SMTP{Security: "starttls"}}, Messages: Messages{Language: "en", Concurrency: 16, MaxWaiting: 10_000, MaxKB: 256},
		ImportMaxRows: 500_000, ImportMaxMB: 100,
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	for flag, wantURL := range map[string]string{
		"127.0.0.1:0": "", "[::1]:4600": "http://localhost:4600", "localhost:80": "http://localhost:80", "127.9.9.9:1": "http://localhost:1",
	} {
		c, err := Load("", noEnv, map[string]string{"listen": flag})
		if err != nil || c.BaseURL != wantURL {
			t.Errorf("listen %s: base URL %q, %v", flag, c.BaseURL, err)
		}
	}
}

func TestProduction(t *testing.T) {
	c, err := load(t, production, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	key := c.AccessKeys[0]
	switch {
	case !c.Production || !c.Quotas:
		t.Error("not production")
	case c.Issuer != "https://auth.example.com/{poolId}":
		t.Errorf("issuer %s", c.Issuer)
	case c.MasterKey.Value.Reveal() != goodSecret || key.Secret.Reveal() != goodSecret:
		t.Error("secrets not read from their files")
	case key.Principal(c.Account) != "arn:aws:iam::000000000000:user/AKIDADMINISTRATOR001":
		t.Error(key.Principal(c.Account))
	case key.PolicySet().Evaluate("cognito-idp:ListUsers", "*") != policy.Allowed:
		t.Error("policy not read")
	}
}

func TestPrecedence(t *testing.T) {
	file := production + "region: from-file-1\n"
	env := map[string]string{"OSTIARY_REGION": "from-env-1"}
	for _, tt := range []struct {
		file       string
		env, flags map[string]string
		want       string
	}{
		{production, nil, nil, "us-east-1"},
		{file, nil, nil, "from-file-1"},
		{file, env, nil, "from-env-1"},
		{file, map[string]string{"OSTIARY_REGION": ""}, nil, "from-file-1"},
		{file, env, map[string]string{"region": "from-flag-1"}, "from-flag-1"},
	} {
		c, err := load(t, tt.file, tt.env, tt.flags)
		if err != nil {
			t.Fatal(err)
		}
		if c.Region != tt.want {
			t.Errorf("env %v, flags %v: %s", tt.env, tt.flags, c.Region)
		}
	}
}

func TestPathFromEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.yaml")
	if _, err := Load("", envOf(map[string]string{"OSTIARY_CONFIG": path}), nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

// Every single setting can be given as a variable and as a flag, in every kind there is.
func TestOverrides(t *testing.T) {
	given := map[string]string{
		"listen": "0.0.0.0:1", "base_url": "https://a.example/", "issuer": "https://b.example/{poolId}",
		"tls.cert": "%[1]s/tls.crt", "tls.key": "%[1]s/tls.key", "trusted_proxies": "10.0.0.0/8, ::1",
		"forwarded_header": "X-Real-IP", "web_access_list.allow": "10.0.0.0/8", "web_access_list.deny": "10.0.0.1",
		"web_access_list.rate": "1.5", "web_access_list.burst": "7", "data": "/d", "database": "postgres://u:pw@h/d",
		"master_key.file": "%[1]s/master.key", "region": "eu-north-1", "account": "123456789012", "quotas": "off", "quota_ceiling": "3",
		"import_max_rows": "4", "import_max_mb": "5",
		"lambda_endpoint": "http://127.0.0.1:9001", "lambda_access_key.id": "AKID", "lambda_access_key.secret_file": "%[1]s/shop.secret",
		"lambda_concurrency": "7", "pool_resources": "arn:aws:lambda:*, arn:aws:ses:*", "functions": "a=https://a.example/x?y=z, b=/bin/sh -c true", "domain_suffix": "c.example", "log_destinations": "*=aws, a=https://a.example/in", "log_level": "debug", "metrics_listen": "127.0.0.1:2", "shutdown_grace": "5s",
		"address_lockout": "9", "auth_event_retention": "48h", "risk.geoip_city": "/g/city", "risk.geoip_country": "/g/country", "risk.geoip_asn": "/g/asn",
		"risk.anonymizers": "/g/tor, /g/vpn", "risk.bad_reputation": "/g/bad", "risk.breached_passwords": "/g/breach",
	}
	const file = `
access_keys:
  - {id: AKIDADMINISTRATOR001, secret_file: "%[1]s/admin.secret", policies: [{Statement: {Effect: Allow, Action: "*", Resource: "*"}}]}
`
	env, flags := map[string]string{}, map[string]string{}
	for key, value := range given {
		env[variable(key)] = value
		flags[flagName(key)] = value
	}
	for _, s := range new(Config).settings() {
		if _, ok := given[s.key]; !ok && s.key != "master_key.env" && s.key != "dev_allow_remote" && !ofMessages(s.key) {
			t.Errorf("%s is not tried here", s.key)
		}
	}
	fromEnv, err := load(t, file, env, nil)
	if err != nil {
		t.Fatal(err)
	}
	fromFlags, err := load(t, file, nil, flags)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(fromEnv.Listen, fromEnv.BaseURL, fromEnv.DomainSuffix, fromEnv.Issuer, fromEnv.TrustedProxies, fromEnv.ForwardedHeader,
		fromEnv.WebAccessList, fromEnv.Data, fromEnv.Database.Reveal(), fromEnv.Region, fromEnv.Account, fromEnv.Quotas,
		fromEnv.LambdaEndpoint, fromEnv.LambdaAccessKey.ID, fromEnv.LambdaAccessKey.Secret.Reveal(), fromEnv.LambdaConcurrency, fromEnv.PoolResources, fromEnv.Functions, fromEnv.LogDestinations, fromEnv.LogLevel, fromEnv.MetricsListen, fromEnv.ShutdownGrace, fromEnv.QuotaCeiling, fromEnv.AddressLockout, fromEnv.AuthEventRetention, fromEnv.Risk, fromEnv.ImportMaxRows, fromEnv.ImportMaxMB)
	want := fmt.Sprint("0.0.0.0:1", "https://a.example", "c.example", "https://b.example/{poolId}", "[10.0.0.0/8 ::1/128]", "X-Real-IP",
		"{[10.0.0.0/8] [10.0.0.1/32] 1.5 7}", "/d", "postgres://u:pw@h/d", "eu-north-1", "123456789012", false,
		"http://127.0.0.1:9001", "AKID", goodSecret, 7, "[arn:aws:lambda:* arn:aws:ses:*]", "map[a:{https://a.example/x?y=z [] []} b:{ [/bin/sh -c true] []}]", "map[*:aws a:https://a.example/in]", "DEBUG", "127.0.0.1:2", 5*time.Second, 3, 9, 48*time.Hour, "{/g/city /g/country /g/asn [/g/tor /g/vpn] [/g/bad] /g/breach}", 4, 5)
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	fromEnv.TLS, fromEnv.MasterKey.File = fromFlags.TLS, fromFlags.MasterKey.File // in folders of their own
	fromEnv.LambdaAccessKey.SecretFile = fromFlags.LambdaAccessKey.SecretFile
	fromEnv.AccessKeys, fromFlags.AccessKeys = nil, nil
	if !reflect.DeepEqual(fromEnv, fromFlags) {
		t.Errorf("from variables %+v\nfrom flags %+v", fromEnv, fromFlags)
	}
}

func TestBadOverrides(t *testing.T) {
	_, err := Load("", envOf(map[string]string{
		"OSTIARY_QUOTAS": "maybe", "OSTIARY_WEB_ACCESS_LIST_RATE": "fast", "OSTIARY_WEB_ACCESS_LIST_BURST": "1.5",
		"OSTIARY_SHUTDOWN_GRACE": "30", "OSTIARY_LOG_LEVEL": "loud", "OSTIARY_TRUSTED_PROXIES": "10.0.0.0/8,home",
		"OSTIARY_FUNCTIONS": "a=http://a.example,b", "OSTIARY_LOG_DESTINATIONS": "a",
	}), map[string]string{"colour": "red"})
	for _, want := range []string{
		`OSTIARY_QUOTAS: "maybe" is neither`, `OSTIARY_WEB_ACCESS_LIST_RATE: "fast" is not`, `OSTIARY_WEB_ACCESS_LIST_BURST: "1.5" is not`,
		`OSTIARY_SHUTDOWN_GRACE: "30" is not a duration`, `OSTIARY_LOG_LEVEL: `, `OSTIARY_TRUSTED_PROXIES: "home" is neither`,
		"--colour: no such setting", `OSTIARY_FUNCTIONS: "b" is not NAME=URL`, `OSTIARY_LOG_DESTINATIONS: "a" is not NAME=DESTINATION`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	for text, want := range map[string]string{
		"listen: a:1\nlisten_on: b:2\n":                      `line 2: unknown key "listen_on"`,
		"\ntls:\n  cret: x\n":                                `line 3: unknown key "cret"`,
		"access_keys:\n  - id: x\n    polices: []\n":         `line 3: unknown key "polices"`,
		"listen: a:1\nlisten: b:2\n":                         `line 2: mapping key "listen" already defined`,
		"region: [a]\n":                                      "line 1: cannot unmarshal !!seq into string",
		"shutdown_grace: 30\n":                               "line 1: cannot unmarshal !!int `30` into time.Duration",
		"quotas: perhaps\n":                                  "line 1: cannot unmarshal",
		"log_level: loud\n":                                  "unknown name",
		"trusted_proxies: 10.0.0.0/8\n":                      "line 1: cannot unmarshal",
		"trusted_proxies:\n  - 10.0.0.0/8\n  - 10.0.0.1/8\n": `line 3: "10.0.0.1/8" has bits beyond`,
		"region: eu-west-1\n---\nregion: us-east-1\n":        "more than one YAML document",
		"listen: [\n":                                        "line 1",
		"functions:\n  f:\n    - a\n":                        "line 3: cannot unmarshal !!seq",
		"functions:\n  f:\n    urls: x\n":                    `line 3: unknown key "urls"`,
		"risk: {anonymizers: {a: b}}\n":                      "line 1: cannot unmarshal !!map",
		"risk: {bad_reputation: [[a]]}\n":                    "line 1: cannot unmarshal !!seq",
		"risk:\n  geoip: x\n":                                `line 2: unknown key "geoip"`,
		"functions: {f: 7}\n":                                "line 1: cannot unmarshal !!int",
		"access_keys:\n  - policy:\n      Statement: []\n":   "line 3: policy: Statement has to be",
		"access_keys:\n  - policy:\n      Statement: {Effect: Allow, Action: '*', Resource: '*', Condition: {}}\n": "line 3: policy: statement 1: Condition is not supported",
	} {
		if _, err := load(t, text, nil, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	_, err := load(t, "one: 1\nbase_url: [x]\ntwo: 2\n", nil, nil)
	if err == nil || strings.Count(err.Error(), "line ") != 3 {
		t.Errorf("not every problem is told: %v", err)
	}
}

// with is the least production configuration with lines replaced or added.
func with(changes ...string) string {
	text := production
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i] == "" {
			text += changes[i+1] + "\n"
		} else if text = strings.Replace(text, changes[i], changes[i+1], 1); !strings.Contains(production, changes[i]) {
			panic("no " + changes[i])
		}
	}
	return text
}

func TestUnsafeProduction(t *testing.T) {
	const secretFile, masterFile = "secret_file: %[1]s/admin.secret", "{file: %[1]s/master.key}"
	const remote = "listen: 0.0.0.0:4500"
	for _, tt := range []struct{ name, text, want string }{
		{"nothing set", "", "access_keys: needed"},
		{"nothing set", "{}", "base_url: needed"},
		{"nothing set", "# nothing", "master_key: needed"},
		{"no keys", "base_url: https://a.example\nmaster_key: " + masterFile, "access_keys: needed: without one nobody could administer"},
		{"plain listener", with("", remote), "tls: needed: listen is 0.0.0.0:4500"},
		{"plain base URL", with("https:", "http:", "", remote), "base_url: http://auth.example.com has to be https: listen is"},
		{"every address", with("", "listen: ':4500'"), "tls: needed"},
		{"a name", with("", "listen: auth.example.com:4500"), "tls: needed"},
		{"TLS without key", with("", "tls: {cert: '%[1]s/tls.crt'}"), "tls: cert and key belong together"},
		{"TLS of nowhere", with("", "tls: {cert: '%[1]s/tls.crt', key: '%[1]s/none'}"), "tls: open"},
		{"TLS of nonsense", with("", "tls: {cert: '%[1]s/tls.crt', key: '%[1]s/admin.secret'}"), "tls: tls: failed to find"},
		{"TLS and plain base URL", with("https:", "http:", "", "tls: {cert: '%[1]s/tls.crt', key: '%[1]s/tls.key'}"), "as the listener speaks TLS"},
		{"base URL with path", with("auth.example.com", "auth.example.com/x"), "base_url: https://auth.example.com/x has a path"},
		{"base URL with query", with("auth.example.com", "auth.example.com/?x"), "has a query or fragment"},
		{"base URL with password", with("auth.example.com", "ana:pw@auth.example.com"), "base_url: a URL with a user name"},
		{"base URL of no kind", with("https:", "ftp:"), "base_url: not an http or https URL"},
		{"issuer without pool", with("", "issuer: https://a.example"), "issuer: https://a.example has to contain {poolId} once"},
		{"issuer with other braces", with("", "issuer: https://a.example/{poolId}/{user}"), "no other braces"},
		{"plain issuer", with("", "issuer: http://a.example/{poolId}", "", remote), "issuer: http://a.example/{poolId} has to be https"},
		{"plain Lambda", with("", "lambda_endpoint: http://lambda.example"), "lambda_endpoint: http://lambda.example has to be https"},
		{"Lambda of no kind", with("", "lambda_endpoint: lambda"), "lambda_endpoint: not an http"},
		{"Lambda key without endpoint", with("", "lambda_access_key: {id: AKID, secret: x}"), "lambda_access_key: has no effect"},
		{"half a Lambda key", with("", "lambda_endpoint: aws\nlambda_access_key: {id: AKID}"), "lambda_access_key: id and secret"},
		{"Lambda key not there", with("", "lambda_access_key: {id: A, secret_file: '%[1]s/none'}"), "lambda_access_key.secret_file: open"},
		{"a pattern of no ARN", with("", "pool_resources: [pools-*]"), `pool_resources: "pools-*" has to be "*" or an ARN`},
		{"no concurrency", with("", "lambda_concurrency: 0"), "lambda_concurrency: 0 is not a number from 1"},
		{"plain function", with("", "functions: {f: 'http://f.example/'}"), "functions.f: has to be https"},
		{"function with password", with("", "functions: {f: 'https://ana:hunter2@f.example/'}"), "functions.f: not an http or https URL"},
		{"function of no kind", with("", "functions: {f: {}}"), "functions.f: one of url and command is needed"},
		{"function of both kinds", with("", "functions: {f: {url: 'https://a.example', command: [/bin/sh]}}"), "functions.f: one of url and command"},
		{"variables of a URL", with("", "functions: {f: {url: 'https://a.example', environment: [A]}}"), "functions.f: environment has no effect"},
		{"function without name", with("", "functions: {'': https://a.example}"), "the name of the function is missing"},
		{"function not there", with("", "functions: {f: ./no-such-program}"), "functions.f.command: "},
		{"lockout", with("", "address_lockout: -1"), "address_lockout: -1 is not between 0 and 3000"},
		{"retention", with("", "auth_event_retention: 1h"), "auth_event_retention: 1h0m0s is less than 24h"},
		{"list twice", with("", "risk: {anonymizers: [a, b, a]}"), "risk.anonymizers: a is there twice"},
		{"empty list", with("", "risk: {bad_reputation: ''}"), "risk.bad_reputation: a path is empty"},
		{"everybody is a proxy", with("", "trusted_proxies: [0.0.0.0/0]"), "trusted_proxies: 0.0.0.0/0 is everybody"},
		{"everybody is a proxy", with("", "trusted_proxies: ['::/0']"), "trusted_proxies: ::/0 is everybody"},
		{"header without proxies", with("", "forwarded_header: X-Real-IP"), "forwarded_header: has no effect"},
		{"header not supported", with("", "forwarded_header: forwarded\ntrusted_proxies: [10.0.0.1]"), "RFC 7239"},
		{"no header", with("", "forwarded_header: 'a b'"), "is not the name of a header"},
		{"negative rate", with("", "web_access_list: {rate: -1}"), "web_access_list.rate: -1"},
		{"no rate", with("", "web_access_list: {rate: .nan}"), "web_access_list.rate: NaN"},
		{"endless rate", with("", "web_access_list: {rate: .inf}"), "web_access_list.rate: +Inf"},
		{"burst alone", with("", "web_access_list: {burst: 5}"), "has no effect without rate"},
		{"negative burst", with("", "web_access_list: {rate: 1, burst: -5}"), "web_access_list.burst: -5"},
		{"development setting", with("", "dev_allow_remote: true"), "dev_allow_remote: is for development"},
		{"region", with("", "region: EU"), `region: "EU" does not look like`},
		{"account", with("", "account: '1234'"), `account: "1234" is not 12 digits`},
		{"listen", with("", "listen: nowhere"), `listen: "nowhere" is not host:port`},
		{"port", with("", "listen: 127.0.0.1:http"), "has no port"},
		{"suffix", with("", "domain_suffix: .example.com"), `domain_suffix: ".example.com" is not a domain name`},
		{"suffix that is an address", with("", "domain_suffix: 10.0.0.1"), `domain_suffix: "10.0.0.1" is not a domain name`},
		{"logs to a folder", with("", "log_destinations: {a: file:///var/log/}"), `log_destinations.a: "file:///var/log/" is not`},
		{"logs to a relative path", with("", "log_destinations: {a: file://log}"), `log_destinations.a: "file://log" is not`},
		{"logs to a URL with a password", with("", "log_destinations: {a: 'https://u:pw@a.example'}"), `log_destinations.a: neither "aws"`},
		{"logs in plain", with("", "log_destinations: {'*': cloudwatch+http://a.example}"), `log_destinations.*: has to be https`},
		{"logs without a name", with("", "log_destinations: {'': aws}"), `log_destinations.: the name of`},
		{"metrics on the listener", with("", "metrics_listen: 127.0.0.1:4500"), "metrics_listen: has to be another"},
		{"metrics", with("", "metrics_listen: x"), `metrics_listen: "x" is not host:port`},
		{"no ceiling", with("", "quota_ceiling: 0"), "quota_ceiling: 0 is not between"},
		{"high ceiling", with("", "quota_ceiling: 1001"), "quota_ceiling: 1001 is not between"},
		{"no rows", with("", "import_max_rows: 0"), "import_max_rows: 0 is not between"},
		{"many rows", with("", "import_max_rows: 100000001"), "import_max_rows: 100000001 is not between"},
		{"no bytes", with("", "import_max_mb: 0"), "import_max_mb: 0 is not between"},
		{"many bytes", with("", "import_max_mb: 100001"), "import_max_mb: 100001 is not between"},
		{"grace", with("", "shutdown_grace: 2h"), "shutdown_grace: 2h0m0s is not between"},
		{"database", with("", "database: mysql://x"), "database: has to be"},
		{"database without path", with("", "database: 'sqlite:'"), "database: has to be"},
		{"no database", with("", "data: ''"), "data: needed"},
		{"no master key", with(masterFile, "{}"), "master_key: needed"},
		{"two master keys", with(masterFile, "{file: x, env: Y}"), "master_key: give file or env, not both"},
		{"master key not there", with(masterFile, "{file: '%[1]s/none'}"), "master_key.file: open"},
		{"master key no file", with(masterFile, "{file: '%[1]s'}"), "not a file"},
		{"master key not in the environment", with(masterFile, "{env: NO_KEY}"), "master_key.env: the environment variable NO_KEY is not set"},
		{"short master key", with(masterFile, "{env: SHORT}"), "master_key: too short"},
		{"short key id", with("AKIDADMINISTRATOR001", "AKID"), `access_keys[0].id: "AKID" is not`},
		{"example's key id", with("AKIDADMINISTRATOR001", "AKIAIOSFODNN7EXAMPLE"), "access_keys[0].id: AKIAIOSFODNN7EXAMPLE is taken from"},
		{"no secret", with(secretFile, "user: ana"), "access_keys[0].secret: needed"},
		{"two secrets", with(secretFile, secretFile+"\n    secret: "+goodSecret), "access_keys[0].secret_file: give this or secret"},
		{"short secret", with(secretFile, "secret: short"), "access_keys[0].secret: too short: at least 32"},
		{"example's secret", with(secretFile, "secret: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "access_keys[0].secret: taken from an example"},
		{"secret not there", with(secretFile, "secret_file: '%[1]s/none'"), "access_keys[0].secret_file: open"},
		{"user", with(secretFile, secretFile+"\n    user: 'a b'"), `access_keys[0].user: "a b" is not`},
		{"no policy", with("policy: ", "policies: []\n#"), "access_keys[0].policy: one of policy and policies"},
		{"policy is null", with("policy: ", "policy:\n#"), "access_keys[0].policy: one of policy and policies"},
		{"null among policies", with("policy: ", "policies: [null]\n#"), "access_keys[0].policy: one of policy and policies"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text, map[string]string{"SHORT": "short"}, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := load(t, "listen: 0.0.0.0:4500\nregion: EU\naccount: x\n", nil, nil)
	if err == nil || len(strings.Split(err.Error(), "\n")) != 6 {
		t.Errorf("want tls, base_url, region, account, master_key and access_keys:\n%v", err)
	}
}

func TestSafeProduction(t *testing.T) {
	const masterFile = "{file: %[1]s/master.key}"
	for name, text := range map[string]string{
		"own TLS":               with("", "listen: 0.0.0.0:443\ntls: {cert: '%[1]s/tls.crt', key: '%[1]s/tls.key'}"),
		"behind a proxy":        with("", "listen: 0.0.0.0:80\ntrusted_proxies: [10.0.0.1]"),
		"plain, on loopback":    with("https:", "http:", "", "listen: '[::1]:80'"),
		"plain, behind proxy":   with("https:", "http:", "", "listen: ':80'\ntrusted_proxies: [10.0.0.0/8]"),
		"PostgreSQL":            with("", "database: postgresql://u:pw@h/d"),
		"SQLite":                with("", "database: sqlite:/var/lib/x.db\ndata: ''"),
		"master key from env":   with(masterFile, "{env: MASTER}"),
		"secret in the file":    with("secret_file: %[1]s/admin.secret", "secret: "+goodSecret),
		"Lambda itself":         with("", "lambda_endpoint: aws"),
		"functions":             with("", "functions:\n  a: http://127.0.0.1:9001/a\n  arn:aws:lambda:us-east-1:1:function:b: {url: 'https://b.example?key=x'}\n  c: {command: [/bin/sh, -c, 'true'], environment: [TABLE]}\n  d: /bin/sh"),
		"Lambda beside it":      with("", "lambda_endpoint: http://[::1]:9001"),
		"quotas off, as YAML":   with("", "quotas: off"),
		"account as a number":   with("", "account: 000000000001"),
		"real service's issuer": with("", "issuer: https://cognito-idp.{region}.amazonaws.com/{poolId}"),
	} {
		if _, err := load(t, text, map[string]string{"MASTER": goodSecret}, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnsafeDevelopment(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:4500", ":4500", "[::]:4500", "192.0.2.1:4500", "myhost:4500"} {
		_, err := Load("", noEnv, map[string]string{"listen": listen})
		if err == nil || !strings.Contains(err.Error(), "listen: "+listen+" is not a loopback address") {
			t.Errorf("%s: %v", listen, err)
		}
		if _, err := Load("", noEnv, map[string]string{"listen": listen, "dev-allow-remote": "true"}); err != nil {
			t.Errorf("%s allowed: %v", listen, err)
		}
	}
	_, err := Load("", noEnv, map[string]string{"metrics-listen": ":9450"})
	if err == nil || !strings.Contains(err.Error(), "metrics_listen: :9450 is not a loopback address") {
		t.Error(err)
	}
}

func TestReadableByEverybody(t *testing.T) {
	for _, tt := range []struct {
		file, text string
		mode       os.FileMode
		refused    bool
	}{
		{"master.key", production, 0o644, true},
		{"master.key", production, 0o602, true},
		{"master.key", production, 0o640, false},
		{"admin.secret", production, 0o604, true},
		{"admin.secret", production, 0o440, false},
		{"tls.key", with("", "tls: {cert: '%[1]s/tls.crt', key: '%[1]s/tls.key'}"), 0o644, true},
		{"ostiary.yaml", production, 0o644, false},
		{"ostiary.yaml", with("secret_file: %[1]s/admin.secret", "secret: "+goodSecret), 0o644, true},
		{"ostiary.yaml", with("", "lambda_endpoint: aws\nlambda_access_key: {id: AKID, secret: "+goodSecret+"}"), 0o644, true},
		{"ostiary.yaml", with("", "database: postgres://u:pw@h/d"), 0o644, true},
		{"ostiary.yaml", with("", "database: postgres://u@h/d?password=pw"), 0o644, true},
		{"ostiary.yaml", with("", "database: postgres://u@h/d"), 0o644, false},
	} {
		dir := folder(t)
		path := write(t, filepath.Join(dir, "ostiary.yaml"), strings.ReplaceAll(tt.text, "%[1]s", dir), 0o600)
		if err := os.Chmod(filepath.Join(dir, tt.file), tt.mode); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path, noEnv, nil)
		if refused := err != nil && strings.Contains(err.Error(), "everybody on this machine can get at it"); refused != tt.refused {
			t.Errorf("%s with mode %04o: %v", tt.file, tt.mode, err)
		}
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	c, err := load(t, with("secret_file: %[1]s/admin.secret", "secret: "+goodSecret, "", "database: postgres://u:hunter2@h/d"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%10.3s"} {
		fmt.Fprintf(&out, verb+"\n", *c)
		fmt.Fprintf(&out, verb+"\n", c.Database)
	}
	fmt.Fprintln(&out, c, c.AccessKeys[0], c.MasterKey)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "c", c.MasterKey, "s", c.Database)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "c", c.MasterKey, "s", c.Database)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	if err := yaml.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	shown := out.String()
	for _, secret := range []string{goodSecret, "hunter2", fmt.Sprintf("%x", goodSecret), fmt.Sprintf("%x", "hunter2")} {
		if strings.Contains(shown, secret) {
			t.Errorf("%s is shown in\n%s", secret, shown)
		}
	}
	if !strings.Contains(shown, "[redacted]") {
		t.Error("nothing says redacted")
	}
	if fmt.Sprint(Secret("")) != "" {
		t.Error("no secret looks like one")
	}
}

// A message about a setting that may hold a password does not repeat it.
func TestErrorsAreNotShowingSecrets(t *testing.T) {
	for _, env := range []map[string]string{
		{"OSTIARY_DATABASE": "postgres://u:hunter2@h:x/d"},
		{"OSTIARY_DATABASE": "postgre://u:hunter2@h/d"},
		{"OSTIARY_BASE_URL": "https://u:hunter2@h"},
		{"OSTIARY_LAMBDA_ENDPOINT": "https://u:hunter2@h:x"},
		{"OSTIARY_MASTER_KEY_ENV": "M", "M": "hunter2"},
		{"OSTIARY_SMS_WEBHOOK_URL": "ftp://h/hunter2"},
		{"OSTIARY_EMAIL_SES_ENDPOINT": "https://u:hunter2@h"},
	} {
		if _, err := Load("", envOf(env), nil); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v: %v", env, err)
		}
	}
}

// The example loads as it stands, and it shows every key.
func TestExample(t *testing.T) {
	text, err := os.ReadFile("../../docs/ostiary.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := load(t, strings.ReplaceAll(string(text), "/etc/ostiary", "%[1]s"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
	shop := c.AccessKeys[1].PolicySet()
	if shop.Evaluate("cognito-idp:AdminGetUser", arn) != policy.Allowed || shop.Evaluate("cognito-idp:AdminDeleteUser", arn) != policy.Denied {
		t.Error("the second key's policies do not do what they say")
	}
	if got := c.AccessKeys[0].Principal(c.Account); got != "arn:aws:iam::123456789012:user/admin" {
		t.Error(got)
	}
	if rules := c.WebAccessList.Rules(); len(rules.Allow) != 2 || rules.Burst != 100 {
		t.Errorf("%+v", rules)
	}
	for _, key := range keysOf(reflect.TypeFor[Config]()) {
		if !slices.ContainsFunc(strings.Split(string(text), "\n"), func(line string) bool {
			return strings.HasPrefix(strings.TrimLeft(line, " #-"), key+":")
		}) {
			t.Errorf("%s is not in the example", key)
		}
	}
}

func keysOf(t reflect.Type) (keys []string) {
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[Policy]() {
		return nil
	}
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "" && key != "-" {
			keys = append(append(keys, key), keysOf(t.Field(i).Type)...)
		}
	}
	return keys
}
