package config

import (
	"log/slog"
	"net/netip"
	"time"

	"go.yaml.in/yaml/v3"

	"ostiary/internal/policy"
	"ostiary/internal/webacl"
)

// Config is everything that can be set. A key with a variable behind it can also be given as
// that environment variable, or as a flag: base_url is OSTIARY_BASE_URL and --base-url, tls.cert
// is OSTIARY_TLS_CERT. Paths are relative to the working directory.
type Config struct {
	// Production tells that a configuration file was given. It is no key.
	Production bool `yaml:"-"`

	// Listen is the address of the one listener, host:port. Default 127.0.0.1:4500. In
	// development it has to be a loopback address unless DevAllowRemote is set.
	Listen string `yaml:"listen"`
	// BaseURL is where clients find the server, without a path; pool issuers and domains are made
	// from it. Production needs it, with https unless Listen is loopback or proxies are trusted.
	// Default in development: localhost with the port of Listen, and empty if that is 0.
	BaseURL string `yaml:"base_url"`
	// Issuer is the form of the iss claim, with {poolId} where the pool's id belongs and, if
	// wanted, {region}. Default: the base URL, a slash and {poolId}. The real service has
	// https://cognito-idp.{region}.amazonaws.com/{poolId}.
	Issuer string `yaml:"issuer"`
	// DomainSuffix follows the prefix of a pool's prefix domain, after a dot, in the name of its host: with
	// auth.example.com the domain "shop" is shop.auth.example.com. Default: the host of BaseURL, unless that
	// is an address. In development without it, links in messages lead to BaseURL/<pool id> instead.
	DomainSuffix string `yaml:"domain_suffix"`
	// TLS makes the listener speak TLS. Production needs it unless Listen is loopback or proxies
	// are trusted. Default: none.
	TLS TLS `yaml:"tls"`
	// TrustedProxies is the networks whose word about the client's address counts: a list of
	// networks and addresses, in the environment separated by commas. Default: none.
	TrustedProxies Networks `yaml:"trusted_proxies"`
	// ForwardedHeader is where trusted proxies put the client's address: X-Forwarded-For, to which
	// each adds, or another header that the proxy overwrites. Default X-Forwarded-For.
	ForwardedHeader string `yaml:"forwarded_header"`
	// WebAccessList says who may call at all, and how often. Default: everybody, any number.
	WebAccessList WebAccessList `yaml:"web_access_list"`

	// Data is the folder of the embedded database. Default ./ostiary-data.
	Data string `yaml:"data"`
	// Database is the store's URL: sqlite:PATH, or postgres://… for PostgreSQL and what speaks
	// like it. It may hold a password. Default: SQLite in the folder Data.
	Database Secret `yaml:"database"`
	// MasterKey seals the secrets in the database. Production needs it. Default in development: a
	// file in the folder Data, made at the first start.
	MasterKey MasterKey `yaml:"master_key"`

	// Region is where new pools live, the first part of their ids. Default us-east-1.
	Region string `yaml:"region"`
	// Account is the 12 digits in every ARN. Default 000000000000.
	Account string `yaml:"account"`
	// AccessKeys is who may call signed operations, and which. Production needs at least one.
	AccessKeys []AccessKey `yaml:"access_keys"`
	// Quotas holds callers to the service's request rates. Default: on in production, off in
	// development.
	Quotas bool `yaml:"quotas"`
	// QuotaCeiling is how far UpdateProvisionedLimit may raise a request rate that can be raised: to
	// this multiple of the service's default, 1 to 1000. Default 10.
	QuotaCeiling int `yaml:"quota_ceiling"`
	// ImportMaxRows is how many rows the file of a user import job may have, 1 to 100 million. Default
	// 500,000, as the service has it.
	ImportMaxRows int `yaml:"import_max_rows"`
	// ImportMaxMB is how large the file may be, in units of 2^20 bytes, 1 to 100,000. It is kept in the
	// database until the job ends. Default 100, as the service has it.
	ImportMaxMB int `yaml:"import_max_mb"`
	// LambdaEndpoint is the URL of the Lambda API that runs the functions of triggers, or "aws" for the
	// service itself, in the region of each function. In production a URL has to be https unless its host
	// is loopback, since events may carry passwords. Default: none, and triggers whose functions are not
	// among Functions fail.
	LambdaEndpoint string `yaml:"lambda_endpoint"`
	// LambdaAccessKey signs requests to LambdaEndpoint. Default: for "aws" and https what AWS SDKs find in
	// the environment, in shared files or as the role of container or machine; for http, which is an
	// emulator's, a key that means nothing.
	LambdaAccessKey ServiceKey `yaml:"lambda_access_key"`
	// LambdaConcurrency is how many functions may run at once: of one at most half as many, of one user pool at
	// most three quarters, and less while others run theirs. More wait for up to five seconds, and then fail.
	// Default 100.
	LambdaConcurrency int `yaml:"lambda_concurrency"`
	// KMS is whose keys encrypt the codes for functions that deliver messages (CustomEmailSender,
	// CustomSMSSender). Default: keys of the server's own.
	KMS KMS `yaml:"kms"`
	// PoolResources are patterns of the ARNs that user pools may name of functions, destinations of logs and
	// identities that e-mails come from, with * for any text and ? for one character; versions and aliases follow
	// the name of a function, :* that of a log group. In the environment they are separated by commas. They tell
	// what whoever administers a pool can have the server reach with its own credentials; what pools have named
	// before is not reached any more either. Default: none, and pools may name anything.
	PoolResources policy.Resources `yaml:"pool_resources"`
	// Functions says where functions run that LambdaEndpoint does not, by ARN or name; in the environment
	// NAME=URL or NAME=COMMAND, separated by commas. Default: none.
	Functions Functions `yaml:"functions"`

	// AddressLockout is for how many different names one client address, or /64 of IPv6, may fail to sign in within
	// an hour, in one user pool, before its sign-ins are refused until that hour has passed; 0 for any number. It does not
	// concern the servers that sign their users in: signed operations without ContextData, and app clients with
	// a secret that do not tell their users' addresses. It is estimated, and more than 3,000 are like 3,000.
	// Default: 100 in production, 0 in development.
	AddressLockout int `yaml:"address_lockout"`
	// AuthEventRetention is how long what users did stays listed (AdminListUserAuthEvents), such as 17520h; at
	// least 24h. Default: two years.
	AuthEventRetention time.Duration `yaml:"auth_event_retention"`
	// Risk is what adaptive authentication knows of addresses. Default: nothing.
	Risk Risk `yaml:"risk"`
	// LogDestinations is where logs go that pools export, by the ARN or name that SetLogDeliveryConfiguration
	// has; in the environment NAME=DESTINATION, separated by commas. Default: none, and they are dropped.
	LogDestinations LogDestinations `yaml:"log_destinations"`
	// Email is how e-mail leaves. Default: not at all; what has to send one fails with
	// CodeDeliveryFailureException, but in development it waits in the inbox, where it does in any case.
	Email Email `yaml:"email"`
	// SMS is how text messages leave. Default: as for Email.
	SMS SMS `yaml:"sms"`
	// Messages is what messages say where pools do not say it, and how many leave at once.
	Messages Messages `yaml:"messages"`

	// LogLevel is the least that is logged: debug, info, warn or error. Default info.
	LogLevel slog.Level `yaml:"log_level"`
	// MetricsListen is the address, host:port, for Prometheus and pprof. It has no access control:
	// choose one that only your monitoring reaches. Default: none.
	MetricsListen string `yaml:"metrics_listen"`
	// ShutdownGrace is how long running requests may take to finish when the server stops, such as
	// 30s, at most 1h. Default 30s.
	ShutdownGrace time.Duration `yaml:"shutdown_grace"`
	// DevAllowRemote lets a development server listen on other addresses than loopback, where
	// whoever reaches it may do everything. Default false; refused in production.
	DevAllowRemote bool `yaml:"dev_allow_remote"`
}

// TLS names the files of a certificate chain and its key, in PEM. Both or neither are given.
type TLS struct {
	Cert string `yaml:"cert"`
	// Key may not be readable by everybody.
	Key string `yaml:"key"`
}

// MasterKey says where the master key is: in one of the two.
type MasterKey struct {
	// File may not be readable by everybody. A line end at its end is dropped.
	File string `yaml:"file"`
	// Env is the name of an environment variable that holds the key.
	Env string `yaml:"env"`

	// Value is the key itself, as text of at least 32 characters. Load fills it in.
	Value Secret `yaml:"-"`
}

// AccessKey is a credential for signed operations.
type AccessKey struct {
	// ID is the access key id: 16 to 128 letters, digits and underscores.
	ID string `yaml:"id"`
	// Secret is the secret access key, at least 32 characters. Load fills it in from SecretFile.
	Secret Secret `yaml:"secret"`
	// SecretFile holds the secret instead. It may not be readable by everybody. A line end at its
	// end is dropped.
	SecretFile string `yaml:"secret_file"`
	// User names the key's owner: AccessDeniedException tells arn:aws:iam::<account>:user/<user>.
	// Default: the ID.
	User string `yaml:"user"`
	// Policy is what the key may do, in the IAM policy language; Policies is the same as a list.
	// One of the two is needed.
	Policy   Policy   `yaml:"policy"`
	Policies []Policy `yaml:"policies"`
}

// Principal is the ARN of the key's owner.
func (k AccessKey) Principal(account string) string {
	user := k.User
	if user == "" {
		user = k.ID
	}
	return "arn:aws:iam::" + account + ":user/" + user
}

// PolicySet is all policies of the key.
func (k AccessKey) PolicySet() policy.Set {
	var set policy.Set
	for _, p := range append([]Policy{k.Policy}, k.Policies...) {
		if p.Policy != nil {
			set = append(set, p.Policy)
		}
	}
	return set
}

// WebAccessList is who may call, whatever the call. A refused one gets ForbiddenException.
type WebAccessList struct {
	// Allow is the networks and addresses that may call. Default: all.
	Allow Networks `yaml:"allow"`
	// Deny is those that may not, even where Allow has them. Default: none.
	Deny Networks `yaml:"deny"`
	// Rate is requests per second for one client address, or IPv6 /64. Default 0: any number.
	Rate float64 `yaml:"rate"`
	// Burst is how many requests may come at once. Default: one second's worth.
	Burst int `yaml:"burst"`
}

// Rules is the list as package webacl takes it.
func (l WebAccessList) Rules() webacl.Rules {
	return webacl.Rules{Allow: l.Allow, Deny: l.Deny, Rate: l.Rate, Burst: l.Burst}
}

// Networks is a list of networks, such as 10.0.0.0/8, and single addresses.
type Networks []netip.Prefix

// UnmarshalYAML reads a list.
func (n *Networks) UnmarshalYAML(node *yaml.Node) error {
	var list []yaml.Node
	if err := node.Decode(&list); err != nil {
		return err
	}
	*n = nil
	for i := range list {
		network, err := webacl.ParseNetwork(list[i].Value)
		if err != nil {
			return atLine(&list[i], err)
		}
		*n = append(*n, network)
	}
	return nil
}

// Policy is a policy document, written out in YAML or JSON.
type Policy struct{ *policy.Policy }

// UnmarshalYAML reads a policy document.
func (p *Policy) UnmarshalYAML(node *yaml.Node) error {
	var v any
	if err := node.Decode(&v); err != nil {
		return err
	}
	parsed, err := policy.FromValue(v)
	if err != nil {
		return atLine(node, err)
	}
	p.Policy = parsed
	return nil
}

// defaults is the configuration nobody wrote.
func defaults(production bool) *Config {
	lockout := 0
	if production {
		lockout = 100
	}
	return &Config{
		Production:      production,
		Listen:          "127.0.0.1:4500",
		ForwardedHeader: "X-Forwarded-For",
		Data:            "./ostiary-data",
		Region:          "us-east-1",
		Account:         "000000000000",
		Quotas:          production,
		QuotaCeiling:    10,
		ImportMaxRows:   500_000,
		ImportMaxMB:     100,

		LambdaConcurrency: 100,

		AddressLockout:     lockout,
		AuthEventRetention: 2 * 365 * 24 * time.Hour,
		Email:              Email{SMTP: SMTP{Security: "starttls"}},
		Messages:           Messages{Language: "en", Concurrency: 16, MaxWaiting: 10_000, MaxKB: 256},

		LogLevel:      slog.LevelInfo,
		ShutdownGrace: 30 * time.Second,
	}
}
