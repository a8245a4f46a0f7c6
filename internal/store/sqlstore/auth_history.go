package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	authHistoryByUser = `SELECT version, data FROM auth_histories WHERE pool_id = $1 AND username = $2`
	authHistoryInsert = `INSERT INTO auth_histories (pool_id, username, version, data) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`
	authHistoryUpdate = `UPDATE auth_histories SET version = version + 1, data = $4
		WHERE pool_id = $1 AND username = $2 AND version = $3`
)

// AuthHistory implements store.RiskReader.
func (r *reader) AuthHistory(ctx context.Context, poolID, username string) (*userpool.AuthHistory, error) {
	h, err := r.historyOf(ctx, key(poolID), key(username))
	if err != nil {
		return nil, err
	}
	if h.Version == 0 {
		return nil, store.ErrNotFound
	}
	h.PoolID, h.Username = poolID, username
	for _, e := range h.Events {
		e.PoolID, e.Username = poolID, username
	}
	return h, nil
}

// historyOf is the history of a user by keys; one of version 0 if there is none.
func (r *reader) historyOf(ctx context.Context, pool, user string) (*userpool.AuthHistory, error) {
	h := &userpool.AuthHistory{}
	err := r.c.rows(ctx, authHistoryByUser, []any{pool, user}, func(rows *sql.Rows) (err error) {
		var data sql.RawBytes
		if err = rows.Scan(&h.Version, &data); err != nil {
			return err
		}
		if h.Events, err = decodeEvents(data); err != nil {
			return fmt.Errorf("sqlstore: decode the history of a user of pool %s: %w", pool, err)
		}
		return nil
	})
	return h, err
}

// SaveAuthHistory implements store.RiskWriter.
func (t *tx) SaveAuthHistory(ctx context.Context, h *userpool.AuthHistory) (won bool, err error) {
	return t.saveHistory(ctx, key(h.PoolID), key(h.Username), h)
}

func (t *tx) saveHistory(ctx context.Context, pool, user string, h *userpool.AuthHistory) (won bool, err error) {
	data := encodeEvents(h.Events)
	var n int
	if h.Version == 0 {
		n, err = t.c.exec(ctx, authHistoryInsert, pool, user, data)
	} else {
		n, err = t.c.exec(ctx, authHistoryUpdate, pool, user, h.Version, data)
	}
	return n == 1, err
}
