package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Two workers that want one message meet at its row: PostgreSQL lets one of their transactions run again, on
// SQLite one waits for the other, and then the condition fails. FOR UPDATE SKIP LOCKED would spare the second
// run, but not every engine that speaks like PostgreSQL knows it, and workers seldom meet: who takes a message
// in leases it at once.
const (
	// Neither database skips from value to value of an index by itself.
	outboxPools = `WITH RECURSIVE waiting (id, n) AS (
		SELECT (SELECT MIN(pool_id) FROM outbox WHERE lane = $1 AND pool_id > $2), 1
		UNION ALL
		SELECT (SELECT MIN(pool_id) FROM outbox WHERE lane = $1 AND pool_id > waiting.id), n + 1
			FROM waiting WHERE id IS NOT NULL AND n < $3
		) SELECT id, (SELECT MIN(due) FROM outbox WHERE lane = $1 AND pool_id = waiting.id) FROM waiting WHERE id IS NOT NULL`
	outboxDue = `SELECT id, due, lease, tries, created, data, sealed FROM outbox
		WHERE lane = $1 AND pool_id = $2 AND due <= $3 ORDER BY due LIMIT $4`
	outboxHas    = `SELECT 1 FROM outbox WHERE pool_id = $1 ORDER BY username LIMIT 1 OFFSET $2`
	outboxCount  = `SELECT COUNT(*) FROM outbox`
	outboxInsert = `INSERT INTO outbox (id, pool_id, username, lane, due, lease, tries, created, data, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	outboxLease  = `UPDATE outbox SET lease = $4, due = $5 WHERE id = $1 AND lease = $2 AND due = $3`
	outboxReturn = `UPDATE outbox SET lease = '', due = $3, tries = $4 WHERE id = $1 AND lease = $2`
	outboxRemove = `DELETE FROM outbox WHERE id = $1 AND lease = $2`
)

type outboxRecord struct {
	ID       string `json:"id"`
	PoolID   string `json:"poolId"`
	Username string `json:"username"`
	Lane     string `json:"lane"`
}

// messagePlace is where a sealed message belongs.
func messagePlace(poolID, id string) []byte { return place([]string{"outbox", poolID, id}) }

// PoolsWithMessages implements store.OutboxReader.
func (r *reader) PoolsWithMessages(ctx context.Context, lane, after string, limit int) ([]store.PoolMessages, error) {
	var pools []store.PoolMessages
	err := r.c.rows(ctx, outboxPools, []any{key(lane), key(after), limit}, func(rows *sql.Rows) error {
		var pool store.PoolMessages
		var due int64
		err := rows.Scan(&pool.PoolID, &due)
		pool.Due = instant(due)
		pools = append(pools, pool)
		return err
	})
	return pools, err
}

// DueMessages implements store.OutboxReader.
func (r *reader) DueMessages(ctx context.Context, lane, poolID string, now time.Time, limit int) ([]*userpool.OutboxMessage, error) {
	var due []*userpool.OutboxMessage
	err := r.c.rows(ctx, outboxDue, []any{key(lane), key(poolID), micros(now), limit}, func(rows *sql.Rows) error {
		m := &userpool.OutboxMessage{PoolID: poolID, Lane: lane}
		var dueAt, created int64
		var data, sealed sql.RawBytes
		if err := rows.Scan(&m.ID, &dueAt, &m.Lease, &m.Tries, &created, &data, &sealed); err != nil {
			return err
		}
		m.Due, m.Created = instant(dueAt), instant(created)
		r.openMessage(m, data, sealed)
		due = append(due, m)
		return nil
	})
	return due, err
}

// openMessage fills in what a row has beside its columns. What cannot be read is left out: an error would keep
// the message where it is, before all others, for ever.
func (r *reader) openMessage(m *userpool.OutboxMessage, data, sealed []byte) {
	var rec outboxRecord
	if json.Unmarshal(data, &rec) != nil {
		return
	}
	m.ID, m.Username = rec.ID, rec.Username
	if content, err := r.db.seal.s.Open(sealed, messagePlace(m.PoolID, m.ID)); err == nil {
		m.Content = content
	}
}

// HasMessages implements store.OutboxReader.
func (r *reader) HasMessages(ctx context.Context, poolID string, n int) (bool, error) {
	if n <= 0 {
		return true, nil
	}
	var one int
	err := r.c.row(ctx, outboxHas, []any{key(poolID), n - 1}, &one)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// CountMessages implements store.OutboxReader.
func (r *reader) CountMessages(ctx context.Context) (n int, err error) {
	err = r.c.row(ctx, outboxCount, nil, &n)
	return n, err
}

// AddMessage implements store.OutboxWriter.
func (t *tx) AddMessage(ctx context.Context, m *userpool.OutboxMessage) error {
	data, err := json.Marshal(outboxRecord{ID: m.ID, PoolID: m.PoolID, Username: m.Username, Lane: m.Lane})
	if err != nil {
		return fmt.Errorf("sqlstore: encode message %s of the outbox: %w", m.ID, err)
	}
	sealed, err := t.db.seal.s.Seal(m.Content, messagePlace(m.PoolID, m.ID))
	if err != nil {
		return fmt.Errorf("sqlstore: seal message %s of the outbox: %w", m.ID, err)
	}
	return created(t.c.exec(ctx, outboxInsert, key(m.ID), key(m.PoolID), key(m.Username), key(m.Lane),
		micros(m.Due), key(m.Lease), m.Tries, micros(m.Created), string(data), sealed))
}

// LeaseMessage implements store.OutboxWriter.
func (t *tx) LeaseMessage(ctx context.Context, m *userpool.OutboxMessage, lease string, until time.Time) (won bool, err error) {
	n, err := t.c.exec(ctx, outboxLease, key(m.ID), key(m.Lease), micros(m.Due), key(lease), micros(until))
	return n == 1, err
}

// ReturnMessage implements store.OutboxWriter.
func (t *tx) ReturnMessage(ctx context.Context, id, lease string, due time.Time, tries int) (held bool, err error) {
	n, err := t.c.exec(ctx, outboxReturn, key(id), key(lease), micros(due), tries)
	return n == 1, err
}

// RemoveMessage implements store.OutboxWriter.
func (t *tx) RemoveMessage(ctx context.Context, id, lease string) (held bool, err error) {
	n, err := t.c.exec(ctx, outboxRemove, key(id), key(lease))
	return n == 1, err
}
