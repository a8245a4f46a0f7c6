package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

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
	var found []*userpool.AuthHistory
	err := r.c.rows(ctx, authHistoryByUser, []any{key(poolID), key(username)}, func(rows *sql.Rows) error {
		h := &userpool.AuthHistory{PoolID: poolID, Username: username}
		var data sql.RawBytes
		if err := rows.Scan(&h.Version, &data); err != nil {
			return err
		}
		var err error
		if h.Events, err = decodeEvents(poolID, username, data); err != nil {
			return fmt.Errorf("sqlstore: decode the history of a user of pool %s: %w", poolID, err)
		}
		found = append(found, h)
		return nil
	})
	return only(found, err)
}

// SaveAuthHistory implements store.RiskWriter.
func (t *tx) SaveAuthHistory(ctx context.Context, h *userpool.AuthHistory) (won bool, err error) {
	data := encodeEvents(h.Events)
	var n int
	if h.Version == 0 {
		n, err = t.c.exec(ctx, authHistoryInsert, key(h.PoolID), key(h.Username), data)
	} else {
		n, err = t.c.exec(ctx, authHistoryUpdate, key(h.PoolID), key(h.Username), h.Version, data)
	}
	return n == 1, err
}
