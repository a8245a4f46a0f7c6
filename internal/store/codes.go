package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// CodeReader reads confirmation codes.
type CodeReader interface {
	Code(ctx context.Context, poolID, username string, purpose userpool.CodePurpose) (*userpool.Code, error)
}

// CodeWriter writes confirmation codes.
type CodeWriter interface {
	// PutCode adds a code or replaces the user's code of the same purpose.
	PutCode(ctx context.Context, c *userpool.Code) error
	// ConsumeCode removes a code and tells whether this call did it.
	ConsumeCode(ctx context.Context, poolID, username string, purpose userpool.CodePurpose) (won bool, err error)
}

// LimitWriter counts what a user may do only so often.
type LimitWriter interface {
	// Spend counts one use of act by the named user (who need not exist) in the window that holds
	// now, and answers how many uses that window has seen, this one included.
	Spend(ctx context.Context, poolID, username, act string, window time.Duration, now time.Time) (int, error)
}
