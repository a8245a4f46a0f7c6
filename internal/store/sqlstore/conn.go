package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ostiary/internal/store"
)

// dialect runs transactions on one kind of database.
type dialect interface {
	// view runs fn on one snapshot, which it cannot change.
	view(ctx context.Context, fn func(*conn) error) error
	// update runs fn in a serializable transaction and commits durably if it returns nil.
	update(ctx context.Context, fn func(*conn) error) error
	// conflict tells whether the transaction that ended with err should run again.
	conflict(err error) bool
	// stats are the pools of connections, by name.
	stats() map[string]sql.DBStats
	close() error
}

// querier is what a dialect brings to a transaction. Statements have the parameters $1, $2, ….
type querier interface {
	query(ctx context.Context, stmt string, args ...any) (*sql.Rows, error)
	exec(ctx context.Context, stmt string, args ...any) (sql.Result, error)
}

// conn runs statements in one transaction. After a fault it refuses everything: the transaction may
// have ended underneath, and must not be committed by a caller who overlooked the error.
type conn struct {
	q     querier
	fault error
}

// outcome is nil if the transaction may commit after its function returned err, or why it must not.
func (c *conn) outcome(err error) error {
	if err == nil {
		return c.fault
	}
	if c.fault != nil && !errors.Is(err, c.fault) {
		return fmt.Errorf("%w (transaction: %w)", err, c.fault)
	}
	return err
}

func (c *conn) failed(err error) error {
	if c.fault == nil {
		c.fault = err
	}
	return err
}

// exec runs a statement and answers how many rows it changed.
func (c *conn) exec(ctx context.Context, stmt string, args ...any) (int, error) {
	if c.fault != nil {
		return 0, c.fault
	}
	res, err := c.q.exec(ctx, stmt, args...)
	if err != nil {
		return 0, c.failed(err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, c.failed(err)
	}
	return int(n), nil
}

// rows calls scan for each row of a result.
func (c *conn) rows(ctx context.Context, stmt string, args []any, scan func(*sql.Rows) error) error {
	if c.fault != nil {
		return c.fault
	}
	rows, err := c.q.query(ctx, stmt, args...)
	if err != nil {
		return c.failed(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return c.failed(err)
		}
	}
	if err := rows.Err(); err != nil {
		return c.failed(err)
	}
	if err := rows.Close(); err != nil {
		return c.failed(err)
	}
	return nil
}

// row reads the one row of a result into dest, or answers store.ErrNotFound.
func (c *conn) row(ctx context.Context, stmt string, args []any, dest ...any) error {
	found := false
	err := c.rows(ctx, stmt, args, func(r *sql.Rows) error {
		found = true
		return r.Scan(dest...)
	})
	if err == nil && !found {
		return store.ErrNotFound
	}
	return err
}

// only is the noun that a read by its key found, or store.ErrNotFound.
func only[T any](found []*T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, store.ErrNotFound
	}
	return found[0], nil
}

// reader implements store.Reader.
type reader struct {
	c  *conn
	db *DB
	// private nouns belong to the caller; otherwise those of the cache are shared.
	private bool
}

// tx implements store.Tx.
type tx struct{ reader }

var (
	_ store.Reader = (*reader)(nil)
	_ store.Tx     = (*tx)(nil)
)
