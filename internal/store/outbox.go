package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// OutboxReader reads messages that wait to be delivered. Unless it says otherwise, a call is one index search.
type OutboxReader interface {
	// PoolsWithMessages lists at most limit user pools after one ("" from the first), by id, that have messages in
	// a lane. So those who deliver can go from pool to pool, whatever waits in each. It searches twice for each pool.
	PoolsWithMessages(ctx context.Context, lane, after string, limit int) ([]PoolMessages, error)
	// DueMessages lists at most limit messages of a pool in a lane that are due at now, the longest due first. One
	// that was damaged, or sealed by a key that is lost, has no Content.
	DueMessages(ctx context.Context, lane, poolID string, now time.Time, limit int) ([]*userpool.OutboxMessage, error)
	// HasMessages tells whether a pool has at least n messages, in all lanes together. It reads as many index entries.
	HasMessages(ctx context.Context, poolID string, n int) (bool, error)
	// CountMessages counts the messages of all lanes: one pass over the outbox, for monitoring.
	CountMessages(ctx context.Context) (int, error)
}

// PoolMessages are the messages of a user pool that wait in a lane.
type PoolMessages struct {
	PoolID string
	Due    time.Time // of the first of them
}

// OutboxWriter writes messages that wait to be delivered. What changes a message tells whether this call did:
// it does not if somebody else was faster, or the message is gone with its user.
type OutboxWriter interface {
	// AddMessage adds a message; ErrExists if there is one of its id.
	AddMessage(ctx context.Context, m *userpool.OutboxMessage) error
	// LeaseMessage gives a message that is as it was read to a worker until a time.
	LeaseMessage(ctx context.Context, m *userpool.OutboxMessage, lease string, until time.Time) (won bool, err error)
	// ReturnMessage takes a message from the worker who has the lease: nobody holds it, and it is due again.
	ReturnMessage(ctx context.Context, id, lease string, due time.Time, tries int) (held bool, err error)
	// RemoveMessage removes a message of the worker who has the lease.
	RemoveMessage(ctx context.Context, id, lease string) (held bool, err error)
}
