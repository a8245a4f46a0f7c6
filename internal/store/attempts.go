package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// AttemptReader reads sign-in attempts.
type AttemptReader interface {
	// Attempt finds an attempt by the keyed hash of its session string, consumed or expired ones
	// too while they are kept.
	Attempt(ctx context.Context, id []byte) (*userpool.Attempt, error)
}

// AttemptWriter writes sign-in attempts.
type AttemptWriter interface {
	// CreateAttempt adds an attempt; ErrExists if its id is taken.
	CreateAttempt(ctx context.Context, a *userpool.Attempt) error
	// SaveAttempt replaces an existing attempt that is not consumed; ErrNotFound otherwise.
	SaveAttempt(ctx context.Context, a *userpool.Attempt) error
	// ConsumeAttempt marks an attempt as used and tells whether this call did it: of two racing
	// callers one wins.
	ConsumeAttempt(ctx context.Context, id []byte) (won bool, err error)
	// DeleteExpired removes at most limit expired attempts, codes, refresh tokens, token sessions,
	// failures, limits and bursts each, and tells how many rows went. What has no Expires stays.
	DeleteExpired(ctx context.Context, now time.Time, limit int) (int, error)
}
