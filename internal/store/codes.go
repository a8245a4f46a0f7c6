package store

import (
	"context"

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
