package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"ostiary/cognitoidp"
	"ostiary/internal/token"
)

// How long clients and proxies may keep a document, in seconds. The discovery document changes with
// the pool's domain. Keys only come and go with overlap, but a new one must be found soon after it
// began to sign.
const (
	discoveryMaxAge = "public, max-age=300"
	keysMaxAge      = "public, max-age=3600"
)

// Door answers OpenID Connect clients.
type Door struct {
	Tokens *token.Service
	Log    *slog.Logger
}

// Mount adds the door's addresses to mux.
func (d *Door) Mount(mux *http.ServeMux) {
	mux.Handle("/{poolId}/.well-known/openid-configuration", d.document(discoveryMaxAge,
		func(ctx context.Context, poolID string) (any, error) { return d.Tokens.Discovery(ctx, poolID) }))
	mux.Handle("/{poolId}/.well-known/jwks.json", d.document(keysMaxAge,
		func(ctx context.Context, poolID string) (any, error) { return d.Tokens.JWKS(ctx, poolID) }))
}

// document answers a public JSON document of a pool, to pages of any origin too.
func (d *Door) document(maxAge string, read func(ctx context.Context, poolID string) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		switch req.Method {
		case http.MethodGet, http.MethodHead:
		case http.MethodOptions:
			w.Header().Set("Access-Control-Allow-Methods", "GET")
			w.Header().Set("Access-Control-Allow-Headers", req.Header.Get("Access-Control-Request-Headers"))
			w.Header().Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return
		default:
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			d.answer(w, req, http.StatusMethodNotAllowed, map[string]string{"message": "Method Not Allowed"})
			return
		}
		document, err := read(req.Context(), req.PathValue("poolId"))
		switch {
		case errors.Is(err, cognitoidp.ResourceNotFoundException):
			d.answer(w, req, http.StatusNotFound, map[string]string{"message": err.Error()})
		case err != nil:
			d.Log.ErrorContext(req.Context(), "well-known document", "path", req.URL.Path, "fault", err.Error())
			d.answer(w, req, http.StatusInternalServerError, map[string]string{"message": "Internal Server Error"})
		default:
			w.Header().Set("Cache-Control", maxAge)
			d.answer(w, req, http.StatusOK, document)
		}
	})
}

func (d *Door) answer(w http.ResponseWriter, req *http.Request, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		d.Log.ErrorContext(req.Context(), "well-known document", "path", req.URL.Path, "fault", err.Error())
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	if status != http.StatusOK {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may be gone
}
