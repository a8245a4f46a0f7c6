package store

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

// TokenReader reads token sessions and refresh tokens.
type TokenReader interface {
	TokenSession(ctx context.Context, poolID, originJTI string) (*userpool.TokenSession, error)
	// RefreshToken finds a refresh token by the keyed hash of its text.
	RefreshToken(ctx context.Context, id []byte) (*userpool.RefreshToken, error)
}

// TokenWriter writes token sessions and refresh tokens.
type TokenWriter interface {
	// CreateTokenSession adds a session; ErrExists if its id is taken in the pool.
	CreateTokenSession(ctx context.Context, s *userpool.TokenSession) error
	// SaveTokenSession replaces an existing session; ErrNotFound if it is gone.
	SaveTokenSession(ctx context.Context, s *userpool.TokenSession) error
	// CreateRefreshToken adds a token; ErrExists if its id is taken.
	CreateRefreshToken(ctx context.Context, t *userpool.RefreshToken) error
	// RotateRefreshToken marks a refresh token as exchanged and tells whether this call did it.
	RotateRefreshToken(ctx context.Context, id []byte, now time.Time) (won bool, err error)
}
