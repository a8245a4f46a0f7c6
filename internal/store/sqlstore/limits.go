package sqlstore

import (
	"context"
	"time"

	"ostiary/internal/userpool"
)

const (
	failuresByKey = `SELECT failures, last, expires FROM failures WHERE pool_id = $1 AND name = $2 AND kind = $3`
	failuresPut   = `INSERT INTO failures (pool_id, name, kind, failures, last, expires) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (pool_id, name, kind)
		DO UPDATE SET failures = excluded.failures, last = excluded.last, expires = excluded.expires`
	failuresClear = `DELETE FROM failures WHERE pool_id = $1 AND name = $2 AND kind = $3`

	// A use that comes late, by the clock of another node, counts in the newer window.
	limitSpend = `INSERT INTO limits (pool_id, username, act, opened, used, expires) VALUES ($1, $2, $3, $4, 1, $5)
		ON CONFLICT (pool_id, username, act) DO UPDATE SET
			used = CASE WHEN limits.opened >= excluded.opened THEN limits.used + 1 ELSE 1 END,
			opened = CASE WHEN limits.opened >= excluded.opened THEN limits.opened ELSE excluded.opened END,
			expires = CASE WHEN limits.opened >= excluded.opened THEN limits.expires ELSE excluded.expires END
		RETURNING used`
)

// Failures implements store.LimitReader.
func (r *reader) Failures(ctx context.Context, poolID, name string, kind userpool.FailureKind) (*userpool.Failures, error) {
	f := &userpool.Failures{PoolID: poolID, Name: name, Kind: kind}
	var last, expires int64
	err := r.c.row(ctx, failuresByKey, []any{key(poolID), key(name), string(kind)}, &f.Count, &last, &expires)
	if err != nil {
		return nil, err
	}
	f.Last, f.Expires = instant(last), instant(expires)
	return f, nil
}

// PutFailures implements store.LimitWriter.
func (t *tx) PutFailures(ctx context.Context, f *userpool.Failures) error {
	_, err := t.c.exec(ctx, failuresPut,
		key(f.PoolID), key(f.Name), string(f.Kind), int64(f.Count), micros(f.Last), micros(f.Expires))
	return err
}

// ClearFailures implements store.LimitWriter.
func (t *tx) ClearFailures(ctx context.Context, poolID, name string, kind userpool.FailureKind) error {
	_, err := t.c.exec(ctx, failuresClear, key(poolID), key(name), string(kind))
	return err
}

// Spend implements store.LimitWriter.
func (t *tx) Spend(
	ctx context.Context, poolID, username, act string, window time.Duration, now time.Time,
) (used int, err error) {
	opened := now.Truncate(window)
	err = t.c.row(ctx, limitSpend,
		[]any{key(poolID), key(username), key(act), micros(opened), micros(opened.Add(window))}, &used)
	return used, err
}
