package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// RiskReader reads what adaptive authentication remembers.
type RiskReader interface {
	// RiskConfiguration is that of a client, or for clientID "" of the pool itself; ErrNotFound if nothing is
	// set there.
	RiskConfiguration(ctx context.Context, poolID, clientID string) (*userpool.RiskConfiguration, error)
	// AuthEvent finds an event of a user by its id.
	AuthEvent(ctx context.Context, poolID, username, id string) (*userpool.AuthEvent, error)
	// AuthEvents lists a page of a user's events, the newest first.
	AuthEvents(ctx context.Context, poolID, username string, before AuthEventCursor, limit int) ([]*userpool.AuthEvent, error)
	// AuthEventHistory is what a user has done of late, the newest first: of events that were reported as not
	// the user's, of others that prove something (userpool.AuthEvent.Proves), of others that failed, and of
	// others that passed, at most each.
	AuthEventHistory(ctx context.Context, poolID, username string, each int) ([]*userpool.AuthEvent, error)
	// Burst is a count; ErrNotFound if there is none.
	Burst(ctx context.Context, poolID string, kind userpool.BurstKind, name string) (*userpool.Burst, error)
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
	// PutRiskConfiguration adds or replaces the configuration of its pool and client.
	PutRiskConfiguration(ctx context.Context, c *userpool.RiskConfiguration) error
	// DeleteRiskConfiguration forgets one; nothing happens if there is none.
	DeleteRiskConfiguration(ctx context.Context, poolID, clientID string) error
	// PutAuthEvent adds or replaces the event of its pool, username and id, whose Created does not change.
	PutAuthEvent(ctx context.Context, e *userpool.AuthEvent) error
	// DeleteAuthEvents removes at most limit events created before a time, and tells how many.
	DeleteAuthEvents(ctx context.Context, before time.Time, limit int) (int, error)
	// PutBurst adds or replaces the count of its pool, kind and name. It goes once it has expired
	// (DeleteExpired).
	PutBurst(ctx context.Context, b *userpool.Burst) error
}
