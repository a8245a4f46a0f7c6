package server

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"ostiary/internal/account"
	"ostiary/internal/api"
	"ostiary/internal/config"
	"ostiary/internal/eventlog"
	"ostiary/internal/kms"
	"ostiary/internal/managedlogin"
	"ostiary/internal/message"
	"ostiary/internal/metrics"
	"ostiary/internal/pooldomain"
	"ostiary/internal/quota"
	"ostiary/internal/signin"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/trigger"
	"ostiary/internal/userimport"
	"ostiary/internal/webacl"
)

// How long a client may take, and how much it may say before it is known what it wants. Slow clients
// hold a connection each; these bound for how long.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	operationTimeout  = 30 * time.Second // inside writeTimeout, so that its answer still goes out
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
)

// Options is what a server takes from its surroundings. The zero value is for a program.
type Options struct {
	Log *slog.Logger     // slog.Default() if nil
	Now func() time.Time // time.Now if nil
	// Rand is safe for concurrent use; crypto/rand if nil.
	Rand io.Reader
	// WrapStore, if there, goes between the parts and the store. It is for tests of faults.
	WrapStore func(store.Store) store.Store
	// Functions runs the Lambda functions of pools instead of what the configuration says.
	Functions trigger.Functions
	// FunctionTime is how long one attempt to run a function may take; 0 means five seconds. It is for tests.
	FunctionTime time.Duration
}

// Server is everything, built and listening. Run makes it serve.
type Server struct {
	// Inbox has the messages sent; nil in production.
	Inbox *message.Inbox

	cfg      *config.Config
	log      *slog.Logger
	clock    *clock
	store    store.Store
	tokens   *token.Service
	service  *api.Service
	imports  *userimport.Service
	risk     riskSources
	health   *health
	http     *http.Server
	listener net.Listener
	baseURL  string
	// metrics counts, and is read at its own listener; both nil without one.
	metrics         *metrics.Metrics
	metricsListener net.Listener
	// logs exports the logs of pools.
	logs *eventlog.Service
	// mailer delivers messages.
	mailer *mailer
	// closeFunctions drops the connections to Lambda functions.
	closeFunctions func()
	// keys answers functions that decrypt codes; nil where another KMS does.
	keys    *kms.Door
	closing sync.Once
}

// New builds a server from a configuration that config.Load has checked, opens its database and its
// listener. Whoever does not Run it must Close it.
func New(ctx context.Context, cfg *config.Config, o Options) (_ *Server, err error) {
	s := &Server{cfg: cfg, log: o.Log, clock: &clock{base: o.Now}}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.clock.base == nil {
		s.clock.base = time.Now
	}
	random := o.Rand
	if random == nil {
		random = rand.Reader
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()

	db, keyring, err := OpenStore(ctx, cfg, random)
	if err != nil {
		return nil, err
	}
	s.store = db
	if o.WrapStore != nil {
		s.store = o.WrapStore(db)
	}
	if s.listener, err = listen(ctx, cfg); err != nil {
		return nil, err
	}
	s.baseURL = baseURL(cfg, s.listener.Addr())

	if s.mailer, err = deliverMessages(ctx, cfg, s.store, s.clock, random, s.log); err != nil {
		return nil, err
	}
	texts, err := loadTexts(cfg)
	if err != nil {
		return nil, err
	}
	var sender message.Sender = s.mailer.outbox
	if !cfg.Production {
		s.Inbox = message.NewInbox(s.clock.Now)
		sender = &message.Development{Inbox: s.Inbox, Outbox: s.mailer.outbox}
	}
	functions := o.Functions
	if functions == nil {
		if functions, s.closeFunctions, err = reachFunctions(ctx, cfg, o.FunctionTime, s.clock.base, random); err != nil {
			return nil, err
		}
	}
	if s.logs, err = exportLogs(ctx, cfg, s.store, s.clock, s.log); err != nil {
		return nil, err
	}
	watched := &watchedSender{Sender: sender, logs: s.logs}
	s.mailer.outbox.Ended = watched.ended
	sender = watched
	triggers := &trigger.Service{
		Functions: functions,
		UserAgent: func(ctx context.Context) string { return token.CallerOf(ctx).UserAgent },
		Now:       s.clock.Now,
		Log:       s.log,
	}
	var keys message.DataKeys
	if keys, s.keys, err = encryptCodes(ctx, cfg, keyring, s.clock, s.mailer.client, random, s.log); err != nil {
		return nil, err
	}
	if functions != nil {
		s.mailer.router.Function = &message.Functions{
			Triggers: triggers, Keys: keys, Rand: random, Store: s.store, Otherwise: s.mailer.router, Texts: texts,
		}
	}
	s.tokens = &token.Service{
		Store:    s.store,
		Secrets:  keyring,
		Triggers: triggers,
		Issuer:   issuer(cfg, s.baseURL),
		Base:     func(poolID string) string { return s.baseURL + "/" + poolID },
		Now:      s.clock.Now,
		Rand:     random,
	}
	s.imports = &userimport.Service{
		Store: s.store,
		Accounts: &account.Service{
			Store: s.store, Messages: sender, Texts: texts, Secrets: keyring, Now: s.clock.Now, Rand: random,
		},
		Secrets: keyring,
		BaseURL: s.baseURL,
		Log:     s.log,
		Now:     s.clock.Now,
		Rand:    random,
		Wake:    make(chan struct{}, 1),

		MaxRows:  int64(cfg.ImportMaxRows),
		MaxBytes: int64(cfg.ImportMaxMB) << 20,
	}
	s.risk = readRiskSources(cfg.Risk, s.log)
	risks := s.riskService(triggers, sender, texts, keyring, random)
	proxies := webacl.NewProxies(cfg.TrustedProxies, cfg.ForwardedHeader)
	domains, err := pooldomain.New(pooldomain.Options{
		Store: s.store, BaseURL: s.baseURL, Suffix: cfg.DomainSuffix, Development: !cfg.Production, HostOf: proxies.Host, Log: s.log,
	})
	if err != nil {
		return nil, err
	}
	s.service = &api.Service{
		Store:  s.store,
		Tokens: s.tokens,
		SignIn: &signin.Service{
			Store: s.store, Tokens: s.tokens, Triggers: triggers, Messages: sender, Texts: texts,
			Risk: risks, Secrets: keyring, Now: s.clock.Now, Rand: random,
		},
		Risk:         risks,
		Imports:      s.imports,
		Triggers:     triggers,
		Messages:     sender,
		Texts:        texts,
		Pages:        domains.Base,
		Secrets:      keyring,
		Region:       cfg.Region,
		AccountID:    cfg.Account,
		BaseURL:      s.baseURL,
		Host:         host(s.baseURL),
		Now:          s.clock.Now,
		Rand:         random,
		QuotaCeiling: cfg.QuotaCeiling,

		PoolResources: cfg.PoolResources,
	}
	if cfg.Quotas {
		s.service.Quota = quota.New()
	}
	if err := s.service.ApplyProvisionedLimits(ctx); err != nil {
		return nil, err
	}
	door := &api.Door{
		Service: s.service,
		Callers: callers(cfg),
		Timeout: operationTimeout,
		Log:     s.log,

		ClientAddress: proxies.ClientAddress,
	}
	pages := &managedlogin.Door{
		Store:    s.store,
		Domains:  domains,
		Feedback: risks.Give,
		Accounts: &account.Service{
			Store: s.store, Triggers: triggers, Messages: sender, Pages: domains.Base, Secrets: keyring, Now: s.clock.Now, Rand: random,
		},
		Allow: func(operation, poolID string) bool {
			allowed := s.service.Quota.Allow(operation, poolID, s.clock.Now())
			if !allowed {
				s.metrics.Refused(metrics.Quota, operation)
			}
			return allowed
		},
		ClientAddress: proxies.ClientAddress,
		Log:           s.log,
	}
	if err := s.measure(ctx, db, triggers, functions, door, watched); err != nil {
		return nil, err
	}
	s.health = &health{store: s.store}
	s.http = &http.Server{
		Handler:           admit(webacl.New(cfg.WebAccessList.Rules()), proxies, s.clock, door, s.metrics, domains.Route(s.mux(door, pages))),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	return s, nil
}

// BaseURL is where clients find the server, without a slash at its end.
func (s *Server) BaseURL() string { return s.baseURL }

// Addr is the address it listens on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Advance moves the time of all parts forward; d is positive.
func (s *Server) Advance(d time.Duration) {
	s.clock.Advance(d)
	s.mailer.outbox.Look()
}

// Now is the time of all parts.
func (s *Server) Now() time.Time { return s.clock.Now() }
