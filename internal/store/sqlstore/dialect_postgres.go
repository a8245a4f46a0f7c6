package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresDB is PostgreSQL or an engine that speaks its protocol. pgx keeps prepared statements
// for each connection.
type postgresDB struct{ db *sql.DB }

func openPostgres(ctx context.Context, url string, maxConns int) (dialect, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		// pgx leaves the password out of this error.
		return nil, err
	}
	if cfg.DefaultQueryExecMode == pgx.QueryExecModeSimpleProtocol {
		return nil, errors.New("default_query_exec_mode=simple_protocol would mix values into the text of statements")
	}
	if maxConns <= 0 {
		maxConns = max(16, 4*runtime.GOMAXPROCS(0))
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(30 * time.Minute) // finds other servers behind a name in time
	if err := migratePostgres(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &postgresDB{db}, nil
}

func (d *postgresDB) stats() map[string]sql.DBStats {
	return map[string]sql.DBStats{"all": d.db.Stats()}
}

func (d *postgresDB) close() error { return d.db.Close() }

// conflict: serialization_failure or deadlock_detected.
func (d *postgresDB) conflict(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

func (d *postgresDB) view(ctx context.Context, fn func(*conn) error) error {
	return d.run(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

func (d *postgresDB) update(ctx context.Context, fn func(*conn) error) error {
	return d.run(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, fn)
}

func (d *postgresDB) run(ctx context.Context, opts *sql.TxOptions, fn func(*conn) error) error {
	t, err := d.db.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("sqlstore: begin: %w", err)
	}
	defer t.Rollback() // after a commit it does nothing
	c := &conn{q: postgresTx{t}}
	if err := c.outcome(fn(c)); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("sqlstore: commit: %w", err)
	}
	return nil
}

type postgresTx struct{ t *sql.Tx }

func (t postgresTx) query(ctx context.Context, stmt string, args ...any) (*sql.Rows, error) {
	return t.t.QueryContext(ctx, stmt, args...)
}

func (t postgresTx) exec(ctx context.Context, stmt string, args ...any) (sql.Result, error) {
	return t.t.ExecContext(ctx, stmt, args...)
}
