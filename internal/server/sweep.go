package server

import (
	"context"
	"errors"
	"time"

	"ostiary/internal/store"
)

const (
	sweepEvery = time.Minute
	sweepBatch = 500
)

// sweep removes expired attempts, codes, tokens, counts and events in small transactions, until ctx is done, and
// reads again what other nodes may have changed about the rates that callers are held to. Nodes need no lease: what
// one has removed the next does not find.
func (s *Server) sweep(ctx context.Context) {
	every(ctx, sweepEvery, func(ctx context.Context) {
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
	})
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
