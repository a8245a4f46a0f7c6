package managedlogin

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"

	"ostiary/internal/account"
	"ostiary/internal/branding"
	"ostiary/internal/pooldomain"
	"ostiary/internal/risk"
	"ostiary/internal/store"
)

// Door answers browsers.
type Door struct {
	Store store.Store
	// Domains knows which pool a request is for.
	Domains *pooldomain.Resolver
	// Accounts does what forms and links ask for. The requests of browsers bring no ClientMetadata.
	Accounts *account.Service
	// Feedback records what a user says about an event (risk.Service.Give).
	Feedback func(context.Context, risk.Feedback) error
	// Allow counts a request that does the work of an operation on a pool, and tells whether it is within
	// the rates of that.
	Allow func(operation, poolID string) bool
	// ClientAddress is where a request comes from, the zero Addr if that is not known.
	ClientAddress func(*http.Request) netip.Addr
	Log           *slog.Logger
}

// Mount adds the door's addresses to mux. Pages are found on the domains of pools and, where the resolver
// says so, under the pool's id.
func (d *Door) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+branding.LogoPattern, d.logo)
	mux.HandleFunc("GET "+risk.FeedbackPath, d.askFeedback)
	mux.HandleFunc("POST "+risk.FeedbackPath, d.takeFeedback)
	for _, path := range []string{"/confirmUser", "/confirmUser/{$}"} {
		mux.HandleFunc("GET "+path, d.confirmUser)
		mux.HandleFunc("GET /{poolId}"+path, d.confirmUser)
	}
}
