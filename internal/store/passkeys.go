package store

import (
	"context"

	"ostiary/internal/userpool"
)

// PasskeyReader reads the passkeys of users, who are named by their stored usernames.
type PasskeyReader interface {
	// Passkeys are a user's passkeys, oldest first.
	Passkeys(ctx context.Context, poolID, username string) ([]*userpool.Passkey, error)
}

// PasskeyWriter writes the passkeys of users.
type PasskeyWriter interface {
	// CreatePasskey adds a passkey; ErrExists if its id is taken in the pool.
	CreatePasskey(ctx context.Context, k *userpool.Passkey) error
	// SavePasskey replaces the user's passkey of that id; ErrNotFound if it is gone.
	SavePasskey(ctx context.Context, k *userpool.Passkey) error
	// DeletePasskey removes the user's passkey of that id; ErrNotFound if it is gone.
	DeletePasskey(ctx context.Context, poolID, username string, id []byte) error
}
