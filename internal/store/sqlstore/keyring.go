package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"ostiary/internal/store"
)

// Keyring is the sealed keyring that all nodes share. The first to ask makes it; of several first
// ones, one wins and all get what it made.
func (db *DB) Keyring(ctx context.Context, create func() ([]byte, error)) ([]byte, error) {
	sealed, err := db.keyring(ctx)
	if !errors.Is(err, store.ErrNotFound) {
		return sealed, err
	}
	made, err := create()
	if err != nil {
		return nil, err
	}
	err = db.retry(ctx, func() error {
		return db.dialect.update(ctx, func(c *conn) error {
			_, err := c.exec(ctx, `INSERT INTO server_keys (id, sealed) VALUES ('keyring', $1) ON CONFLICT DO NOTHING`, made)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: keep the keyring: %w", err)
	}
	return db.keyring(ctx)
}

func (db *DB) keyring(ctx context.Context) (sealed []byte, err error) {
	err = db.retry(ctx, func() error {
		return db.dialect.view(ctx, func(c *conn) error {
			return c.row(ctx, `SELECT sealed FROM server_keys WHERE id = 'keyring'`, nil, &sealed)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: read the keyring: %w", err)
	}
	return sealed, nil
}

// ReplaceKeyring puts another sealing of the keyring in place of the one given. It answers
// store.ErrNotFound if that is no longer the one kept: somebody else has replaced it.
func (db *DB) ReplaceKeyring(ctx context.Context, old, sealed []byte) error {
	return db.retry(ctx, func() error {
		return db.dialect.update(ctx, func(c *conn) error {
			n, err := c.exec(ctx, `UPDATE server_keys SET sealed = $1 WHERE id = 'keyring' AND sealed = $2`, sealed, old)
			if err != nil {
				return fmt.Errorf("sqlstore: replace the keyring: %w", err)
			}
			if n == 0 {
				return store.ErrNotFound
			}
			return nil
		})
	})
}
