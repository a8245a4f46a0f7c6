package server

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"ostiary/internal/store"
)

const (
	sweepEvery = time.Minute
	sweepBatch = 500
)

// sweep removes expired attempts, codes, tokens, counts and events in small transactions, until ctx is done, and
// reads again what other nodes may have changed about the rates that callers are held to. Nodes need no lease: what one has removed the next
// does not find, and they start at different times.
func (s *Server) sweep(ctx context.Context) {
	timer := time.NewTimer(rand.N(sweepEvery)) //nolint:gosec // only to spread the load
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if err := s.service.ApplyProvisionedLimits(ctx); err != nil && !errors.Is(err, context.Canceled) {
			s.log.Error("reading the rates that the account has", "fault", err.Error())
		}
		removed, err := s.sweepOnce(ctx)
		if ctx.Err() == nil {
			s.metrics.Swept(removed, s.clock.Now(), err)
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			s.log.Error("removing what has expired", "fault", err.Error())
		}
		timer.Reset(sweepEvery)
	}
}

// sweepOnce goes on until nothing is left, and answers how much was removed.
func (s *Server) sweepOnce(ctx context.Context) (all int, err error) {
	for {
		removed := 0
		err := s.store.Update(ctx, func(tx store.Tx) (err error) {
			now := s.clock.Now()
			if removed, err = tx.DeleteExpired(ctx, now, sweepBatch); err != nil {
				return err
			}
			events, err := tx.DeleteAuthEvents(ctx, now.Add(-s.cfg.AuthEventRetention), sweepBatch)
			removed += events
			return err
		})
		if err != nil || removed == 0 {
			return all, err
		}
		all += removed
	}
}
