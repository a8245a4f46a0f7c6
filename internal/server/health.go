package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"ostiary/internal/store"
)

const (
	pathLive  = "/_ostiary/health/live"
	pathReady = "/_ostiary/health/ready"
)

// health tells whoever runs the server whether to restart it (live) and whether to send it
// requests (ready).
type health struct {
	store    store.Store
	stopping atomic.Bool
}

func (h *health) live(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "live"})
}

// ready is 200 if the store answers within two seconds and the server is not about to stop.
func (h *health) ready(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), 2*time.Second)
	defer cancel()
	switch {
	case h.stopping.Load():
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
	case h.ask(ctx) != nil:
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "the store does not answer"})
	default:
		writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
	}
}

// ask reads something that is not there, which takes a whole round to the database.
func (h *health) ask(ctx context.Context) error {
	return h.store.View(ctx, func(r store.Reader) error {
		if _, err := r.Pool(ctx, "_ostiary"); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	})
}

// writeJSON answers at an address of Ostiary's own.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("server: " + err.Error()) // only for a type that has no JSON
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the caller may be gone
}
