package store

import (
	"context"

	"ostiary/internal/userpool"
)

// PoolReader reads pools and their signing keys.
type PoolReader interface {
	Pool(ctx context.Context, id string) (*userpool.Pool, error)
	// Pools lists at most limit pools whose id is greater than after, by id.
	Pools(ctx context.Context, after string, limit int) ([]*userpool.Pool, error)
	CountPools(ctx context.Context) (int, error)
	// SigningKeys are all keys of a pool, newest first; retired ones too.
	SigningKeys(ctx context.Context, poolID string) ([]*userpool.SigningKey, error)
}

// PoolWriter writes pools and their signing keys.
type PoolWriter interface {
	// CreatePool adds a pool; ErrExists if its id is taken, or was and is not yet reclaimed.
	CreatePool(ctx context.Context, p *userpool.Pool) error
	// SavePool replaces an existing pool; ErrNotFound if it is gone.
	SavePool(ctx context.Context, p *userpool.Pool) error
	// DeletePool removes a pool with everything in it; ErrNotFound if it is gone. Of a large pool some is
	// left to Reclaim, but nothing that is found without the pool.
	DeletePool(ctx context.Context, id string) error
	// CreateSigningKey adds a key; ErrExists if its id is taken in the pool.
	CreateSigningKey(ctx context.Context, k *userpool.SigningKey) error
	// SaveSigningKey replaces an existing key; ErrNotFound if it is gone.
	SaveSigningKey(ctx context.Context, k *userpool.SigningKey) error
}
