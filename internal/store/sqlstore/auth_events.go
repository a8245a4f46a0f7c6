package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	// Who asks by the id alone means a new event.
	authEventByID = `SELECT id, data FROM user_events
		WHERE pool_id = $1 AND username = $2 AND id = $3 ORDER BY created DESC LIMIT 1`
	authEventsPage = `SELECT id, data FROM user_events
		WHERE pool_id = $1 AND username = $2 AND (created, id) < ($3, $4) ORDER BY created DESC, id DESC LIMIT $5`
	authEventPut = `INSERT INTO user_events (pool_id, username, created, id, data) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (pool_id, username, created, id) DO UPDATE SET data = excluded.data`

	authEventsOld    = `SELECT pool_id, username, created FROM user_events WHERE created < $1 ORDER BY created LIMIT $2`
	authEventsDelete = `DELETE FROM user_events WHERE pool_id = $1 AND username = $2 AND created <= $3`
	authHistoryDrop  = `DELETE FROM auth_histories WHERE pool_id = $1 AND username = $2
		AND NOT EXISTS (SELECT 1 FROM user_events WHERE pool_id = $1 AND username = $2)`
)

// AuthEvent implements store.RiskReader.
func (r *reader) AuthEvent(ctx context.Context, poolID, username, id string) (*userpool.AuthEvent, error) {
	return only(r.authEvents(ctx, poolID, username, authEventByID, key(poolID), key(username), key(id)))
}

// AuthEvents implements store.RiskReader.
func (r *reader) AuthEvents(ctx context.Context, poolID, username string, before store.AuthEventCursor, limit int) ([]*userpool.AuthEvent, error) {
	created, id := int64(math.MaxInt64), ""
	if before != (store.AuthEventCursor{}) {
		created, id = before.Created.UnixMicro(), key(before.ID)
	}
	return r.authEvents(ctx, poolID, username, authEventsPage, key(poolID), key(username), created, id, limit)
}

func (r *reader) authEvents(ctx context.Context, poolID, username, stmt string, args ...any) ([]*userpool.AuthEvent, error) {
	var events []*userpool.AuthEvent
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var id string
		var data sql.RawBytes
		if err := rows.Scan(&id, &data); err != nil {
			return err
		}
		read, err := decodeEvents(data)
		if err != nil || len(read) != 1 {
			return fmt.Errorf("sqlstore: decode event %s: %w", id, errors.Join(errEvents, err))
		}
		read[0].PoolID, read[0].Username = poolID, username
		events = append(events, read[0])
		return nil
	})
	return events, err
}

// PutAuthEvent implements store.RiskWriter.
func (t *tx) PutAuthEvent(ctx context.Context, e *userpool.AuthEvent) error {
	_, err := t.c.exec(ctx, authEventPut,
		key(e.PoolID), key(e.Username), micros(e.Created), key(e.ID), encodeEvents([]*userpool.AuthEvent{e}))
	return err
}

// DeleteAuthEvents implements store.RiskWriter.
func (t *tx) DeleteAuthEvents(ctx context.Context, before time.Time, limit int) (int, error) {
	type owner struct{ pool, username string }
	newest := map[owner]int64{} // of what is to go
	err := t.c.rows(ctx, authEventsOld, []any{micros(before), limit}, func(rows *sql.Rows) error {
		var o owner
		var created int64
		if err := rows.Scan(&o.pool, &o.username, &created); err != nil {
			return err
		}
		newest[o] = max(newest[o], created)
		return nil
	})
	if err != nil {
		return 0, err
	}
	total := 0
	for o, created := range newest {
		n, err := t.c.exec(ctx, authEventsDelete, o.pool, o.username, created)
		if err != nil {
			return 0, err
		}
		total += n
		if _, err := t.c.exec(ctx, authHistoryDrop, o.pool, o.username); err != nil {
			return 0, err
		}
	}
	return total, nil
}
