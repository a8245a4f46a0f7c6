package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// OutboxReader reads messages that wait to be delivered. Each call but the last is one index search.
type OutboxReader interface {
	// DueMessages lists at most limit messages of a lane that are due at now, the longest due first.
	DueMessages(ctx context.Context, lane string, now time.Time, limit int) ([]*userpool.OutboxMessage, error)
	// NextMessageDue is when the first message of a lane is due; ErrNotFound if the lane is empty.
	NextMessageDue(ctx context.Context, lane string) (time.Time, error)
	// CountMessages counts the messages of all lanes: one pass over the outbox, for monitoring.
	CountMessages(ctx context.Context) (int, error)
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
