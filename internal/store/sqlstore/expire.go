package sqlstore

import (
	"context"
	"time"
)

// expired removes rows whose time is over; expires = 0 is never.
var expired = []string{
	`DELETE FROM attempts WHERE id IN
		(SELECT id FROM attempts WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT $2)`,
	`DELETE FROM codes WHERE (pool_id, username, purpose) IN
		(SELECT pool_id, username, purpose FROM codes WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT $2)`,
	`DELETE FROM refresh_tokens WHERE id IN
		(SELECT id FROM refresh_tokens WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT $2)`,
	`DELETE FROM token_sessions WHERE (pool_id, origin_jti) IN
		(SELECT pool_id, origin_jti FROM token_sessions WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT $2)`,
	`DELETE FROM failures WHERE (pool_id, name, kind) IN
		(SELECT pool_id, name, kind FROM failures WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT $2)`,
	`DELETE FROM limits WHERE (pool_id, username, act) IN
		(SELECT pool_id, username, act FROM limits WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT $2)`,
	`DELETE FROM bursts WHERE (pool_id, kind, name) IN
		(SELECT pool_id, kind, name FROM bursts WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT $2)`,
}

// DeleteExpired implements store.AttemptWriter.
func (t *tx) DeleteExpired(ctx context.Context, now time.Time, limit int) (int, error) {
	total := 0
	for _, stmt := range expired {
		n, err := t.c.exec(ctx, stmt, micros(now), int64(limit))
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}
