package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
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
	mux.Handle("/{poolId}/.well-known/openid-configuration", d.document(discoveryMaxAge, d.Tokens.Discovery))
	mux.Handle("/{poolId}/.well-known/jwks.json", d.document(keysMaxAge, d.Tokens.JWKS))
}

// document answers a public JSON document of a pool, to pages of any origin too.
func (d *Door) document(maxAge string, read func(ctx context.Context, poolID string) (json.RawMessage, error)) http.Handler {
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
			refuse(w, http.StatusMethodNotAllowed, awserr.NotAnAPIRequest())
			return
		}
		document, err := read(req.Context(), req.PathValue("poolId"))
		switch {
		case errors.Is(err, cognitoidp.ResourceNotFoundException):
			refuse(w, http.StatusNotFound, err)
		case err != nil:
			if req.Context().Err() == nil { // otherwise it failed because the caller has hung up
				d.Log.ErrorContext(req.Context(), "well-known document", "path", req.URL.Path, "fault", err.Error())
			}
			refuse(w, http.StatusInternalServerError, awserr.Internal())
		default:
			w.Header().Set("Cache-Control", maxAge)
			answer(w, http.StatusOK, document)
		}
	})
}

// refuse answers an error as the API does; err was made in package awserr.
func refuse(w http.ResponseWriter, status int, err error) {
	var refusal *cognitoidp.Error
	if errors.As(err, &refusal) {
		w.Header().Set("Cache-Control", "no-store")
		answer(w, status, refusal.JSON())
	}
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may be gone
}
