package store

import (
	"context"

	"ostiary/internal/userpool"
)

// TermsReader reads terms documents. Each call is one index search.
type TermsReader interface {
	Terms(ctx context.Context, poolID, id string) (*userpool.Terms, error)
	TermsByClient(ctx context.Context, poolID, clientID, name string) (*userpool.Terms, error)
	// ListTerms lists at most limit terms documents of a pool whose id is greater than after, by id.
	ListTerms(ctx context.Context, poolID, after string, limit int) ([]*userpool.Terms, error)
}

// TermsWriter writes terms documents.
type TermsWriter interface {
	// CreateTerms adds terms documents; ErrExists if their id is taken in the pool, or their name at
	// their client.
	CreateTerms(ctx context.Context, t *userpool.Terms) error
	// SaveTerms replaces existing terms documents; ErrNotFound if they are gone. That no others of the
	// client have their name is the caller's to look at, in the same transaction.
	SaveTerms(ctx context.Context, t *userpool.Terms) error
	// DeleteTerms removes terms documents; ErrNotFound if they are gone.
	DeleteTerms(ctx context.Context, poolID, id string) error
}
