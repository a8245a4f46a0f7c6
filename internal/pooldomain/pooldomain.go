package pooldomain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Resolver finds pools by the host of a request, and the addresses of their pages. Make it with New; it is
// safe for concurrent use.
type Resolver struct {
	store  store.Store
	scheme string // of the base URL, as of every domain
	port   string // ":4500", or "" for that of the scheme
	host   string // of the base URL
	suffix string // what follows a prefix, after a dot; "" where prefixes have no host
	// paths: links lead to the base URL.
	paths   string
	hostOf  func(*http.Request) string
	log     *slog.Logger
	devMode bool
}

// Options are the parts of a Resolver.
type Options struct {
	Store store.Store
	// BaseURL is where clients find the server. Domains have its scheme and port: there is one listener.
	BaseURL string
	// Suffix follows the prefix of a prefix domain, after a dot; "" means the host of BaseURL, unless that
	// is an address.
	Suffix string
	// Development serves the pages of every pool under BaseURL/<pool id>, too. Without a Suffix links lead
	// there, since nobody has told that the names of domains can be found.
	Development bool
	// HostOf is the host that a client asked for, with or without a port; nil means the header Host.
	HostOf func(*http.Request) string
	Log    *slog.Logger
}

// New makes a Resolver. BaseURL has been checked by the configuration.
func New(o Options) (*Resolver, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	r := &Resolver{
		store: o.Store, scheme: base.Scheme, host: normal(base.Hostname()), suffix: normal(o.Suffix),
		hostOf: o.HostOf, log: o.Log, devMode: o.Development,
	}
	if port := base.Port(); port != "" {
		r.port = ":" + port
	}
	if _, err := netip.ParseAddr(r.host); err != nil && r.suffix == "" {
		r.suffix = r.host
	}
	if o.Development && o.Suffix == "" {
		r.paths = o.BaseURL
	}
	if r.hostOf == nil {
		r.hostOf = func(req *http.Request) string { return req.Host }
	}
	return r, nil
}

// normal is a host as names are compared: without port, dot at the end, brackets and case.
func normal(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// Base is where the pages of a pool begin, without a slash at the end: its custom domain, or else its prefix
// domain. "" if the pool has no domain that leads anywhere.
func (r *Resolver) Base(ctx context.Context, p *userpool.Pool) (string, error) {
	var domains []*userpool.Domain
	err := r.store.View(ctx, func(reader store.Reader) (err error) {
		domains, err = reader.DomainsOf(ctx, p.ID)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the domains of a user pool: %w", err)
	}
	for _, d := range domains { // a custom one comes first
		switch host := r.hostOfDomain(d); {
		case host == "":
		case r.paths != "":
			return r.paths + "/" + p.ID, nil
		default:
			return r.scheme + "://" + host + r.port, nil
		}
	}
	return "", nil
}

func (r *Resolver) hostOfDomain(d *userpool.Domain) string {
	switch {
	case d.Custom != nil:
		return d.Name
	case r.suffix != "":
		return d.Name + "." + r.suffix
	case r.paths != "": // reached by its path
		return d.Name
	default:
		return ""
	}
}

// Resolve finds the domain that a host names, in any case and with any port. ErrNotFound of package store if
// it is none.
func (r *Resolver) Resolve(ctx context.Context, host string) (d *userpool.Domain, err error) {
	host = normal(host)
	name, custom := host, true
	if prefix, ok := strings.CutSuffix(host, "."+r.suffix); ok && r.suffix != "" && !strings.Contains(prefix, ".") {
		name, custom = prefix, false
	}
	if host == r.host || !strings.Contains(host, ".") || isAddress(host) || len(host) > 253 {
		return nil, store.ErrNotFound
	}
	err = r.store.View(ctx, func(reader store.Reader) (err error) {
		// A custom domain may end in the suffix as well. Names of prefixes have no dot, so that they cannot
		// be meant by a whole host.
		if d, err = reader.Domain(ctx, name); custom || !errors.Is(err, store.ErrNotFound) {
			return err
		}
		d, err = reader.Domain(ctx, host)
		return err
	})
	return d, err
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// found is what Route knows of a request.
type found struct{ poolID string }

type key struct{}

// Of is the pool whose pages a request is for; "" if it is for none.
func (r *Resolver) Of(req *http.Request) string {
	if f, ok := req.Context().Value(key{}).(found); ok {
		return f.poolID
	}
	if r.devMode {
		return req.PathValue("poolId")
	}
	return ""
}

// Route tells the handlers behind it which pool's domain a request came to. The API, which is POST /, and
// the server's own addresses are the same under every name, and are not looked up.
func (r *Resolver) Route(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/" && req.Method == http.MethodPost || strings.HasPrefix(req.URL.Path, "/_ostiary/") {
			next.ServeHTTP(w, req)
			return
		}
		d, err := r.Resolve(req.Context(), r.hostOf(req))
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			if req.Context().Err() == nil { // otherwise it failed because the caller has hung up
				r.log.ErrorContext(req.Context(), "find the domain of a request", "fault", err.Error())
			}
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "something went wrong", http.StatusInternalServerError)
			return
		default:
			req = req.WithContext(context.WithValue(req.Context(), key{}, found{d.PoolID}))
		}
		next.ServeHTTP(w, req)
	})
}
