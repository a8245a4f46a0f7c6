package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"ostiary/internal/account"
	"ostiary/internal/api"
	"ostiary/internal/config"
	"ostiary/internal/managedlogin"
	"ostiary/internal/message"
	"ostiary/internal/oauth"
	"ostiary/internal/quota"
	"ostiary/internal/signin"
	"ostiary/internal/sigv4"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/trigger"
	"ostiary/internal/upload"
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
	health   *health
	http     *http.Server
	listener net.Listener
	baseURL  string
	// mailer delivers messages.
	mailer *mailer
	// closeFunctions drops the connections to Lambda functions.
	closeFunctions func()
	// keys answers functions that decrypt codes; nil where another KMS does.
	keys    http.Handler
	closing sync.Once
}

// New builds a server from a configuration that config.Load has checked, opens its database and its
// listener. Whoever does not Run it must Close it.
func New(ctx context.Context, cfg *config.Config, o Options) (_ *Server, err error) {
	if err := unavailable(cfg); err != nil {
		return nil, err
	}
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
		s.mailer.router.Function = &message.Functions{Triggers: triggers, Keys: keys, Rand: random}
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
	}
	proxies := webacl.NewProxies(cfg.TrustedProxies, cfg.ForwardedHeader)
	s.service = &api.Service{
		Store:  s.store,
		Tokens: s.tokens,
		SignIn: &signin.Service{
			Store: s.store, Tokens: s.tokens, Triggers: triggers, Messages: sender, Texts: texts,
			Secrets: keyring, Now: s.clock.Now, Rand: random,
		},
		Imports:      s.imports,
		Triggers:     triggers,
		Messages:     sender,
		Texts:        texts,
		Secrets:      keyring,
		Region:       cfg.Region,
		AccountID:    cfg.Account,
		BaseURL:      s.baseURL,
		Host:         host(s.baseURL),
		Now:          s.clock.Now,
		Rand:         random,
		QuotaCeiling: cfg.QuotaCeiling,
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
	s.health = &health{store: s.store}
	s.http = &http.Server{
		Handler:           admit(webacl.New(cfg.WebAccessList.Rules()), proxies, s.clock, door, s.mux(door)),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	return s, nil
}

// unavailable refuses settings that this version knows and would not follow: whoever makes one counts
// on it.
func unavailable(cfg *config.Config) error {
	if cfg.MetricsListen != "" {
		return errors.New("metrics_listen: this version has no metrics")
	}
	return nil
}

// mux is every address of the listener.
func (s *Server) mux(door *api.Door) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/{$}", besideAPI(s.keys, door))
	(&oauth.Door{Tokens: s.tokens, Log: s.log}).Mount(mux)
	(&managedlogin.Door{Store: s.store, Log: s.log}).Mount(mux)
	(&upload.Door{Imports: s.imports, Log: s.log, Rand: s.imports.Rand}).Mount(mux)
	mux.HandleFunc("GET "+pathLive, s.health.live)
	mux.HandleFunc("GET "+pathReady, s.health.ready)
	if !s.cfg.Production {
		d := &development{store: s.store, service: s.service, inbox: s.Inbox, clock: s.clock, advance: s.Advance, baseURL: s.baseURL, remote: s.cfg.DevAllowRemote, log: s.log}
		d.mount(mux)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusNotFound, problem("there is nothing at this address; the API is POST /"))
	})
	return mux
}

// callers is who may call signed operations; nil in development, where everybody may.
func callers(cfg *config.Config) *api.Callers {
	if !cfg.Production {
		return nil
	}
	c := &api.Callers{Verifier: sigv4.New(), Keys: map[string]api.AccessKey{}}
	for _, k := range cfg.AccessKeys {
		c.Keys[k.ID] = api.AccessKey{
			Secret: k.Secret.Reveal(), Principal: k.Principal(cfg.Account), Policies: k.PolicySet(),
		}
	}
	return c
}

// baseURL is where clients find the server. Without a setting it is development on a port that the
// system chose.
func baseURL(cfg *config.Config, addr net.Addr) string {
	if cfg.BaseURL != "" {
		return cfg.BaseURL
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://localhost"
	}
	scheme := "http"
	if cfg.TLS != (config.TLS{}) {
		scheme = "https"
	}
	return scheme + "://localhost:" + port
}

// host is the name in a base URL, which configuration has checked.
func host(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// issuer is the iss claim of a pool's tokens.
func issuer(cfg *config.Config, baseURL string) func(poolID string) string {
	form := cfg.Issuer
	if form == "" {
		form = baseURL + "/{poolId}"
	}
	return func(poolID string) string {
		region, _, _ := strings.Cut(poolID, "_")
		return strings.NewReplacer("{poolId}", poolID, "{region}", region).Replace(form)
	}
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

// Run serves until ctx is done. Then it takes no more requests, lets those that run finish within
// the configured grace, and closes everything. It answers nil unless something went wrong.
func (s *Server) Run(ctx context.Context) error {
	s.announce()
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	for _, work := range []func(context.Context){s.sweep, s.tokens.Run, s.imports.Run, s.mailer.run} {
		running.Go(func() { work(background) })
	}
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(s.listener) }()

	var err error
	select {
	case err = <-served:
		err = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		err = s.drain(ctx)
		if end := <-served; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
	}
	stop()
	running.Wait()
	return errors.Join(err, s.Close())
}

// drain stops the listener and waits for requests that run, within the grace.
func (s *Server) drain(ctx context.Context) error {
	s.health.stopping.Store(true)
	s.log.Info("stopping", "grace", s.cfg.ShutdownGrace.String())
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.ShutdownGrace)
	defer cancel()
	if err := s.http.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("requests were still running when the grace was over: %w", err), s.http.Close())
	}
	return nil
}

// announce writes where the server is, and what it is.
func (s *Server) announce() {
	mode := "production"
	if !s.cfg.Production {
		mode = "development"
	}
	scheme := "http"
	if s.cfg.TLS != (config.TLS{}) {
		scheme = "https"
	}
	s.log.Info("listening", "url", scheme+"://"+s.Addr().String(), "base_url", s.baseURL, "mode", mode)
	if s.cfg.DevAllowRemote {
		s.log.Warn("DEVELOPMENT SERVER OPEN TO THE NETWORK: whoever reaches " + s.Addr().String() +
			" may read every message and change or delete everything, with any access key. Never do this with data of real people.")
	}
}

// Close releases what New opened. Run does it by itself.
func (s *Server) Close() (err error) {
	s.closing.Do(func() {
		if s.listener != nil {
			if closed := s.listener.Close(); !errors.Is(closed, net.ErrClosed) {
				err = closed
			}
		}
		if s.mailer != nil {
			s.mailer.close()
		}
		if s.closeFunctions != nil {
			s.closeFunctions()
		}
		if s.store != nil {
			err = errors.Join(err, s.store.Close())
		}
	})
	return err
}
