package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"ostiary/internal/api"
	"ostiary/internal/config"
	"ostiary/internal/managedlogin"
	"ostiary/internal/oauth"
	"ostiary/internal/sigv4"
	"ostiary/internal/upload"
)

// mux is every address of the listener.
func (s *Server) mux(door *api.Door, pages *managedlogin.Door) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/{$}", besideAPI(s.keys, door))
	(&oauth.Door{Tokens: s.tokens, Log: s.log}).Mount(mux)
	pages.Mount(mux)
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
