package sqlstore

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

const (
	refreshByID = `SELECT pool_id, origin_jti, client_id, issued, expires, rotated
		FROM refresh_tokens WHERE id = $1`
	refreshInsert = `INSERT INTO refresh_tokens (id, pool_id, origin_jti, client_id, issued, expires, rotated)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	refreshRotate = `UPDATE refresh_tokens SET rotated = $2 WHERE id = $1 AND rotated = 0`
)

// RefreshToken implements store.TokenReader.
func (r *reader) RefreshToken(ctx context.Context, id []byte) (*userpool.RefreshToken, error) {
	k := &userpool.RefreshToken{ID: append([]byte(nil), id...)}
	var issued, expires, rotated int64
	err := r.c.row(ctx, refreshByID, []any{id}, &k.PoolID, &k.OriginJTI, &k.ClientID, &issued, &expires, &rotated)
	if err != nil {
		return nil, err
	}
	k.Issued, k.Expires, k.Rotated = instant(issued), instant(expires), instant(rotated)
	return k, nil
}

// CreateRefreshToken implements store.TokenWriter.
func (t *tx) CreateRefreshToken(ctx context.Context, k *userpool.RefreshToken) error {
	return created(t.c.exec(ctx, refreshInsert,
		k.ID, key(k.PoolID), key(k.OriginJTI), key(k.ClientID), micros(k.Issued), micros(k.Expires), micros(k.Rotated)))
}

// RotateRefreshToken implements store.TokenWriter.
func (t *tx) RotateRefreshToken(ctx context.Context, id []byte, now time.Time) (won bool, err error) {
	n, err := t.c.exec(ctx, refreshRotate, id, micros(now))
	return n == 1, err
}
