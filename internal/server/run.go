package server

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"ostiary/internal/config"
)

// Run serves until ctx is done. Then it takes no more requests, lets those that run finish within
// the configured grace, and closes everything. It answers nil unless something went wrong.
func (s *Server) Run(ctx context.Context) error {
	s.announce()
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	for _, work := range []func(context.Context){s.sweep, s.reclaim, s.tokens.Run, s.imports.Run, s.risk.watch, s.mailer.run, s.logs.Run, s.serveMetrics} {
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

// every does work again and again, with pauses, until ctx is done. Nodes that started together begin at different
// times.
func every(ctx context.Context, pause time.Duration, work func(context.Context)) {
	timer := time.NewTimer(rand.N(pause)) //nolint:gosec // only to spread the load
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		work(ctx)
		timer.Reset(pause)
	}
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
		if s.metricsListener != nil {
			if closed := s.metricsListener.Close(); !errors.Is(closed, net.ErrClosed) {
				err = errors.Join(err, closed)
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
