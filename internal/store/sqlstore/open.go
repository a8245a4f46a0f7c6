package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"ostiary/internal/store"
)

// Sealer encrypts secrets at rest. ad is authenticated with the ciphertext but not kept in it:
// opening needs the same ad.
type Sealer interface {
	Seal(plaintext, ad []byte) ([]byte, error)
	Open(ciphertext, ad []byte) ([]byte, error)
}

// Options are the parts that a store needs.
type Options struct {
	// Sealer or NewSealer is required.
	Sealer Sealer
	// NewSealer makes the sealer of what the database itself keeps, its Keyring. Nothing else of
	// the DB works yet.
	NewSealer func(context.Context, *DB) (Sealer, error)
	// MaxConns bounds the connections to PostgreSQL, or the reading ones to SQLite; 0 means four
	// for each CPU, and at least 16 to PostgreSQL.
	MaxConns int
	// CacheSize bounds how many decoded pools, as many app clients and as many lists of signing
	// keys are kept; 0 means 1,000.
	CacheSize int
}

// DB is a store.Store over an SQL database.
type DB struct {
	dialect dialect
	seal    sealer
	cache   caches
	retries atomic.Uint64
}

// Retries is how many transactions were run again after a conflict.
func (db *DB) Retries() uint64 { return db.retries.Load() }

// Stats are the pools of connections to the database, by name.
func (db *DB) Stats() map[string]sql.DBStats { return db.dialect.stats() }

var _ store.Store = (*DB)(nil)

// Open opens the database at url, creating or migrating its tables:
//
//	sqlite:/path/to/file.db   the file is created if it is missing; its folder must exist
//	sqlite::memory:           a private database that is gone after Close
//	postgres://…              a PostgreSQL connection URL, as libpq has it
func Open(ctx context.Context, url string, opts Options) (*DB, error) {
	if opts.Sealer == nil && opts.NewSealer == nil {
		return nil, errors.New("sqlstore: no sealer")
	}
	scheme, rest, _ := strings.Cut(url, ":")
	var d dialect
	var err error
	switch scheme {
	case "sqlite":
		d, err = openSQLite(ctx, rest, opts.MaxConns)
	case "postgres", "postgresql":
		d, err = openPostgres(ctx, url, opts.MaxConns)
	default:
		return nil, errors.New(`sqlstore: the database URL must start with "sqlite:" or "postgres:"`)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlstore: open %s database: %w", scheme, err)
	}
	cache, err := newCaches(opts.CacheSize)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	db := &DB{dialect: d, cache: cache}
	if opts.NewSealer != nil {
		if opts.Sealer, err = opts.NewSealer(ctx, db); err != nil {
			return nil, errors.Join(err, d.close())
		}
	}
	db.seal = sealer{opts.Sealer}
	if err := db.moveAuthEvents(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return db, nil
}

// Close implements store.Store.
func (db *DB) Close() error { return db.dialect.close() }

// View implements store.Store.
func (db *DB) View(ctx context.Context, fn func(store.Reader) error) error {
	return db.retry(ctx, func() error {
		return db.dialect.view(ctx, func(c *conn) error { return fn(&reader{c: c, db: db}) })
	})
}

// Update implements store.Store.
func (db *DB) Update(ctx context.Context, fn func(store.Tx) error) error {
	return db.retry(ctx, func() error {
		return db.dialect.update(ctx, func(c *conn) error { return fn(&tx{reader{c: c, db: db, private: true}}) })
	})
}

// maxTries bounds how often a transaction is run: with the pauses of retry about ten seconds of
// losing every race.
const maxTries = 100

// retry runs a transaction until it neither conflicts with another nor finds the database busy.
func (db *DB) retry(ctx context.Context, run func() error) error {
	for try := 1; ; try++ {
		err := run()
		if err == nil || !db.dialect.conflict(err) {
			return err
		}
		if try == maxTries {
			return fmt.Errorf("sqlstore: gave up after %d conflicts: %w", try, err)
		}
		// Full jitter: callers that met once should not meet again.
		ceiling := min(time.Millisecond<<min(try, 8), 200*time.Millisecond)
		pause := time.NewTimer(rand.N(ceiling)) //nolint:gosec // nobody gains by guessing a pause
		select {
		case <-pause.C:
			db.retries.Add(1)
		case <-ctx.Done():
			pause.Stop()
			return fmt.Errorf("sqlstore: after %d conflicts: %w", try, ctx.Err())
		}
	}
}
