package store

import (
	"context"

	"ostiary/internal/userpool"
)

// DomainReader reads the domains of pools. Each call is one index search.
type DomainReader interface {
	// Domain finds a domain by its name, which is unique over all pools.
	Domain(ctx context.Context, name string) (*userpool.Domain, error)
	// DomainsOf are the domains of a pool: at most a custom one and a prefix, in this order.
	DomainsOf(ctx context.Context, poolID string) ([]*userpool.Domain, error)
	// CountCustomDomains counts those of all pools, which are few (the quota of CreateUserPoolDomain).
	CountCustomDomains(ctx context.Context) (int, error)
}

// DomainWriter writes the domains of pools.
type DomainWriter interface {
	// CreateDomain adds a domain; ErrExists if its name is taken in any pool, or its pool has one of
	// its kind.
	CreateDomain(ctx context.Context, d *userpool.Domain) error
	// SaveDomain replaces an existing domain of that pool and kind; ErrNotFound if it is gone.
	SaveDomain(ctx context.Context, d *userpool.Domain) error
	// DeleteDomain removes a domain; ErrNotFound if it is gone.
	DeleteDomain(ctx context.Context, poolID, name string) error
}
