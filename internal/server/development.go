package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"ostiary/internal/api"
	"ostiary/internal/message"
	"ostiary/internal/store"
)

// development is the addresses under /_ostiary/ for developers and their tests: the inbox of sent
// messages, the clock and the reset. They ask for no credential, so they exist in development only.
type development struct {
	store   store.Store
	service *api.Service
	inbox   *message.Inbox
	clock   *clock
	advance func(time.Duration)
	baseURL string
	remote  bool // --dev-allow-remote: any Host header will do
	log     *slog.Logger
}

// mount adds the addresses to mux.
func (d *development) mount(mux *http.ServeMux) {
	own := http.NewServeMux()
	own.HandleFunc("GET /_ostiary/messages", d.listMessages)
	own.HandleFunc("DELETE /_ostiary/messages", d.emptyInbox)
	own.HandleFunc("GET /_ostiary/clock", d.readClock)
	own.HandleFunc("POST /_ostiary/clock", d.moveClock)
	own.HandleFunc("POST /_ostiary/reset", d.reset)
	guarded := d.guard(own)
	for _, path := range []string{"/_ostiary/messages", "/_ostiary/clock", "/_ostiary/reset"} {
		mux.Handle(path, guarded)
	}
}

// guard keeps web pages out: a page that the developer happens to visit may neither empty the store
// (a request from another origin) nor read the inbox under a name that it makes point to this
// machine (another Host).
func (d *development) guard(next http.Handler) http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !d.remote && !d.isOwnHost(req.Host) {
			writeJSON(w, http.StatusMisdirectedRequest, problem("this server is not called "+req.Host))
			return
		}
		guarded.ServeHTTP(w, req)
	})
}

func (d *development) isOwnHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	host = strings.ToLower(host)
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	base, err := url.Parse(d.baseURL)
	return err == nil && host == strings.ToLower(base.Hostname())
}

func problem(text string) map[string]string { return map[string]string{"message": text} }

// readClock answers {"time": "…"} in RFC 3339.
func (d *development) readClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]time.Time{"time": d.clock.Now().UTC()})
}

// moveClock takes {"advance": "1h"}, a positive duration as package time writes it, at most ten
// years, and answers the new time.
func (d *development) moveClock(w http.ResponseWriter, req *http.Request) {
	const most = 10 * 365 * 24 * time.Hour
	var in struct {
		Advance string `json:"advance"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, req.Body, 1024))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		writeJSON(w, http.StatusBadRequest, problem(`send {"advance": "1h"}`))
		return
	}
	by, err := time.ParseDuration(in.Advance)
	if err != nil || by <= 0 || by > most {
		writeJSON(w, http.StatusBadRequest, problem("advance has to be a duration such as 30s, 15m or 1h, forward and at most ten years"))
		return
	}
	d.advance(by)
	d.readClock(w, req)
}

// listMessages answers the messages sent, newest first; the parameters userPoolId, username and
// destination select those that have exactly these.
func (d *development) listMessages(w http.ResponseWriter, req *http.Request) {
	query := req.URL.Query()
	writeJSON(w, http.StatusOK, d.inbox.List(message.Filter{
		UserPoolID: query.Get("userPoolId"), Username: query.Get("username"), Destination: query.Get("destination"),
	}))
}

// emptyInbox forgets the messages.
func (d *development) emptyInbox(w http.ResponseWriter, _ *http.Request) {
	d.inbox.Clear()
	w.WriteHeader(http.StatusNoContent)
}

// reset deletes every user pool with all that is in it, the messages, and the rates that were set.
func (d *development) reset(w http.ResponseWriter, req *http.Request) {
	if err := errors.Join(deleteAllPools(req.Context(), d.store), d.service.ClearProvisionedLimits(req.Context())); err != nil {
		d.log.Error("reset", "fault", err.Error())
		writeJSON(w, http.StatusInternalServerError, problem("the store could not be emptied"))
		return
	}
	d.inbox.Clear()
	w.WriteHeader(http.StatusNoContent)
}

// deleteAllPools goes in short transactions, so that it does not hold up what else goes on.
func deleteAllPools(ctx context.Context, s store.Store) error {
	for {
		left := false
		err := s.Update(ctx, func(tx store.Tx) error {
			pools, err := tx.Pools(ctx, "", 10)
			if err != nil {
				return fmt.Errorf("list user pools: %w", err)
			}
			left = len(pools) > 0
			for _, p := range pools {
				if err := tx.DeletePool(ctx, p.ID); err != nil {
					return fmt.Errorf("delete user pool: %w", err)
				}
			}
			return nil
		})
		if err != nil || !left {
			return err
		}
	}
}
