package store

import (
	"context"

	"ostiary/internal/userpool"
)

// ClientReader reads app clients.
type ClientReader interface {
	// Client finds an app client by its id alone, which is unique over all pools.
	Client(ctx context.Context, clientID string) (*userpool.Client, error)
	// Clients lists at most limit clients of a pool whose id is greater than after, by id.
	Clients(ctx context.Context, poolID, after string, limit int) ([]*userpool.Client, error)
	CountClients(ctx context.Context, poolID string) (int, error)
}

// ClientWriter writes app clients.
type ClientWriter interface {
	// CreateClient adds a client; ErrExists if its id is taken in any pool.
	CreateClient(ctx context.Context, c *userpool.Client) error
	// SaveClient replaces an existing client of that pool; ErrNotFound if it is gone.
	SaveClient(ctx context.Context, c *userpool.Client) error
	// DeleteClient removes a client with its attempts, token sessions, refresh tokens, terms documents,
	// login style and customization; ErrNotFound if it is gone. If it has many sessions, some are left to
	// Reclaim.
	DeleteClient(ctx context.Context, poolID, clientID string) error
}
