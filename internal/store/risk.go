package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// RiskReader reads what adaptive authentication remembers.
type RiskReader interface {
	// AuthEvent finds an event of a user by its id.
	AuthEvent(ctx context.Context, poolID, username, id string) (*userpool.AuthEvent, error)
	// AuthEvents lists a page of a user's events, the newest first.
	AuthEvents(ctx context.Context, poolID, username string, before AuthEventCursor, limit int) ([]*userpool.AuthEvent, error)
	// AuthHistory is what an assessment looks at of a user; ErrNotFound if there is nothing.
	AuthHistory(ctx context.Context, poolID, username string) (*userpool.AuthHistory, error)
	// Burst is a count; ErrNotFound if there is none.
	Burst(ctx context.Context, poolID string, kind userpool.BurstKind, name string) (*userpool.Burst, error)
	// BurstsOf are the counts of a user and of an address, by one search; nil where there is none.
	BurstsOf(ctx context.Context, poolID, username, address string) (user, from *userpool.Burst, err error)
	// Bursts are all counts of a kind in a pool. It is for kinds of few names.
	Bursts(ctx context.Context, poolID string, kind userpool.BurstKind) ([]*userpool.Burst, error)
}

// AuthEventCursor is the place of the last event of a page; the zero value is the start.
type AuthEventCursor struct {
	Created time.Time
	ID      string
}

// RiskWriter writes it.
type RiskWriter interface {
	// PutAuthEvent adds an event, or replaces the one of its pool, username, Created and ID.
	PutAuthEvent(ctx context.Context, e *userpool.AuthEvent) error
	// SaveAuthHistory adds or replaces what is known of a user, unless that was changed since it was read
	// (Version), and tells whether it did.
	SaveAuthHistory(ctx context.Context, h *userpool.AuthHistory) (won bool, err error)
	// DeleteAuthEvents removes at most limit events created before a time, and tells how many. The history of a
	// user goes with the last of the user's events.
	DeleteAuthEvents(ctx context.Context, before time.Time, limit int) (int, error)
	// PutBurst adds or replaces the count of its pool, kind and name. It goes once it has expired
	// (DeleteExpired).
	PutBurst(ctx context.Context, b *userpool.Burst) error
}
