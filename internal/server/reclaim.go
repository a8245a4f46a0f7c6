package server

import (
	"context"
	"errors"
	"time"

	"ostiary/internal/store"
)

const (
	reclaimEvery = 15 * time.Second
	reclaimBatch = 500
)

// reclaim removes what large pools, app clients and groups leave behind when they are deleted, until ctx
// is done. It is not the work of sweep, which would have to wait for it.
func (s *Server) reclaim(ctx context.Context) {
	every(ctx, reclaimEvery, func(ctx context.Context) {
		if err := s.reclaimOnce(ctx); err != nil && !errors.Is(err, context.Canceled) {
			s.log.Error("removing what was deleted", "fault", err.Error())
		}
	})
}

// reclaimOnce goes on until nothing is left; after a restart, or on another node, it begins where it was.
// It rests after each batch for as long as that took, so that others have at least half of the database's
// time.
func (s *Server) reclaimOnce(ctx context.Context) error {
	for {
		start, removed := time.Now(), 0
		err := s.store.Update(ctx, func(tx store.Tx) (err error) {
			removed, err = tx.Reclaim(ctx, reclaimBatch)
			return err
		})
		if err != nil || removed == 0 {
			return err
		}
		rest := time.NewTimer(time.Since(start))
		select {
		case <-ctx.Done():
			rest.Stop()
			return ctx.Err()
		case <-rest.C:
		}
	}
}
