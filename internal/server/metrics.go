package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"ostiary/internal/api"
	"ostiary/internal/eventlog"
	"ostiary/internal/message"
	"ostiary/internal/metrics"
	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/trigger"
)

// depthTime is how long counting the messages that wait may take.
const depthTime = 5 * time.Second

// measure ties the hooks of all parts to metrics, if the configuration wants any, and opens their listener.
func (s *Server) measure(
	ctx context.Context, db *sqlstore.DB, triggers *trigger.Service, functions trigger.Functions, door *api.Door, sender *watchedSender,
) (err error) {
	if s.cfg.MetricsListen == "" {
		return nil
	}
	sources := metrics.Sources{Triggers: triggers.Counts, StoreRetries: db.Retries, Databases: db.Stats, Logs: func() metrics.Logs { return metrics.Logs(s.logs.Counts()) }}
	if f, ok := functions.(interface{ Retries() uint64 }); ok {
		sources.FunctionRetries = f.Retries
	}
	outbox := s.mailer.outbox
	sources.MessageRetries = func() uint64 { return outbox.Counts().Retried }
	sources.OutboxDepth = s.outboxDepth
	m := metrics.New(sources)
	door.Observe, sender.metrics, s.metrics = m.Request, m, m
	door.Throttled = func(operation string) { m.Refused(metrics.Quota, operation) }
	if s.keys != nil {
		s.keys.Observe, s.keys.Throttled = m.Request, door.Throttled
	}
	s.service.SignIn.Observe, s.tokens.Issued, s.imports.Rows = m.SignIn, m.Tokens, m.ImportRows
	if s.metricsListener, err = new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.MetricsListen); err != nil {
		return fmt.Errorf("listen for metrics: %w", err)
	}
	return nil
}

// MetricsAddr is where metrics are read; nil without metrics.
func (s *Server) MetricsAddr() net.Addr {
	if s.metricsListener == nil {
		return nil
	}
	return s.metricsListener.Addr()
}

// serveMetrics answers monitoring until ctx is done: also while requests that run are let finish.
func (s *Server) serveMetrics(ctx context.Context) {
	if s.metricsListener == nil {
		return
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.Handler())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET "+pathLive, s.health.live)
	mux.HandleFunc("GET "+pathReady, s.health.ready)
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      2 * time.Minute, // a profile takes as long as it is asked to
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // nobody waits for metrics of a server that is gone
	defer stop()
	if err := server.Serve(s.metricsListener); !errors.Is(err, http.ErrServerClosed) {
		s.log.Error("metrics are no longer served", "fault", err.Error())
	}
}

// outboxDepth is how many messages wait, on all nodes; false if the store does not answer in time.
func (s *Server) outboxDepth() (float64, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), depthTime)
	defer cancel()
	var n int
	err := s.store.View(ctx, func(r store.Reader) (err error) {
		n, err = r.CountMessages(ctx)
		return err
	})
	return float64(n), err == nil
}

// watchedSender notes what becomes of messages on their way to another Sender, and after that (ended).
type watchedSender struct {
	message.Sender

	metrics *metrics.Metrics
	logs    *eventlog.Service
}

// Send implements message.Sender.
func (w *watchedSender) Send(ctx context.Context, m message.Message) error {
	err := w.Sender.Send(ctx, m)
	if err == nil && !m.Nobody {
		w.metrics.Message(m.Medium, string(m.Trigger), metrics.Taken)
	}
	if err != nil {
		w.ended(m, err)
	}
	return err
}

// ended hears what has become of a message.
func (w *watchedSender) ended(m message.Message, err error) {
	switch {
	case m.Nobody:
	case err == nil:
		w.metrics.Message(m.Medium, string(m.Trigger), metrics.Delivered)
	default:
		w.metrics.Message(m.Medium, string(m.Trigger), metrics.Failed)
		w.logs.Notification(m, err)
	}
}
