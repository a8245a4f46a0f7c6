package store

import "context"

// ProvisionedLimitReader reads the request rates that the account has set. They belong to no pool.
type ProvisionedLimitReader interface {
	// ProvisionedLimit is the rate set for a category of operations, in requests per second;
	// ErrNotFound if it was never set.
	ProvisionedLimit(ctx context.Context, category string) (int, error)
}

// ProvisionedLimitWriter sets the account's request rates.
type ProvisionedLimitWriter interface {
	// PutProvisionedLimit sets the rate of a category, in requests per second.
	PutProvisionedLimit(ctx context.Context, category string, perSecond int) error
	// ClearProvisionedLimit returns a category to its default; nothing happens if it is there.
	ClearProvisionedLimit(ctx context.Context, category string) error
}
