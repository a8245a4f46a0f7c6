package store

import (
	"context"

	"ostiary/internal/userpool"
)

// IdentityProviderReader reads the external identity providers of pools.
type IdentityProviderReader interface {
	IdentityProvider(ctx context.Context, poolID, name string) (*userpool.IdentityProvider, error)
	// IdentityProviderByIdentifier finds by one of IdpIdentifiers.
	IdentityProviderByIdentifier(ctx context.Context, poolID, identifier string) (*userpool.IdentityProvider, error)
	// IdentityProviders lists at most limit providers of a pool whose name is greater than after, by name.
	IdentityProviders(ctx context.Context, poolID, after string, limit int) ([]*userpool.IdentityProvider, error)
	// CountIdentityProviders counts the providers of a pool, which are few (the quota of
	// CreateIdentityProvider).
	CountIdentityProviders(ctx context.Context, poolID string) (int, error)
}

// IdentityProviderWriter writes the external identity providers of pools.
type IdentityProviderWriter interface {
	// CreateIdentityProvider adds a provider; ErrExists if its name (userpool.FoldProviderName) or one
	// of its identifiers is taken in the pool.
	CreateIdentityProvider(ctx context.Context, ip *userpool.IdentityProvider) error
	// SaveIdentityProvider replaces an existing provider; ErrNotFound if it is gone, ErrExists if one of
	// its identifiers is taken by another.
	SaveIdentityProvider(ctx context.Context, ip *userpool.IdentityProvider) error
	// DeleteIdentityProvider removes a provider; ErrNotFound if it is gone. Users keep the identities that
	// it gave them.
	DeleteIdentityProvider(ctx context.Context, poolID, name string) error
}
