package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// TokenReader reads token sessions and refresh tokens.
type TokenReader interface {
	TokenSession(ctx context.Context, poolID, originJTI string) (*userpool.TokenSession, error)
	// TokenSessions lists sessions of a user that are in force, the most recently active first. It
	// reads no more than it answers, but for what has expired since the last sweep.
	TokenSessions(ctx context.Context, q SessionQuery) ([]*userpool.TokenSession, error)
	// RefreshToken finds a refresh token by the keyed hash of its text.
	RefreshToken(ctx context.Context, id []byte) (*userpool.RefreshToken, error)
}

// SessionQuery selects the sessions of a user that are in force at Now (userpool.TokenSession.InForce).
type SessionQuery struct {
	PoolID    string
	Username  string    // as stored
	SignedOut time.Time // the user's TokensRevoked
	Now       time.Time
	After     SessionCursor // for TokenSessions
	Limit     int           // for TokenSessions
}

// SessionCursor is the place of the last session of a page. The zero value is the start.
type SessionCursor struct {
	LastActive time.Time
	OriginJTI  string
}

// CursorOf is the place of s in the order of TokenSessions.
func CursorOf(s *userpool.TokenSession) SessionCursor {
	return SessionCursor{LastActive: s.LastActive, OriginJTI: s.OriginJTI}
}

// SessionsOf selects the sessions of u that are in force at now, from the start.
func SessionsOf(u *userpool.User, now time.Time) SessionQuery {
	return SessionQuery{PoolID: u.PoolID, Username: u.Username, SignedOut: u.TokensRevoked, Now: now}
}

// TokenWriter writes token sessions and refresh tokens.
type TokenWriter interface {
	// CreateTokenSession adds a session; ErrExists if its id is taken in the pool.
	CreateTokenSession(ctx context.Context, s *userpool.TokenSession) error
	// SaveTokenSession replaces an existing session; ErrNotFound if it is gone.
	SaveTokenSession(ctx context.Context, s *userpool.TokenSession) error
	// EvictTokenSessions revokes all of the sessions that q selects but the keep most recently active.
	EvictTokenSessions(ctx context.Context, q SessionQuery, keep int) error
	// CreateRefreshToken adds a token; ErrExists if its id is taken.
	CreateRefreshToken(ctx context.Context, t *userpool.RefreshToken) error
	// RotateRefreshToken marks a refresh token as exchanged and tells whether this call did it.
	RotateRefreshToken(ctx context.Context, id []byte, now time.Time) (won bool, err error)
}
