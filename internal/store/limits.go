package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// LimitReader reads what guards sign-in against guessing.
type LimitReader interface {
	// Failures are the wrong answers of one kind under one folded username; ErrNotFound if none.
	Failures(ctx context.Context, poolID, name string, kind userpool.FailureKind) (*userpool.Failures, error)
}

// LimitWriter counts what may be done only so often.
type LimitWriter interface {
	// PutFailures adds or replaces the count of its pool, name and kind.
	PutFailures(ctx context.Context, f *userpool.Failures) error
	// ClearFailures forgets a count; nothing happens if there is none.
	ClearFailures(ctx context.Context, poolID, name string, kind userpool.FailureKind) error
	// Spend counts one use of act by the named user (who need not exist) in the window that holds
	// now, and answers how many uses that window has seen, this one included. Windows follow each
	// other without gaps; a use whose now lies before the newest window counts in that.
	Spend(ctx context.Context, poolID, username, act string, window time.Duration, now time.Time) (int, error)
}
