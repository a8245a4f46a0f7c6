package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrations only add: nodes of the version before keep serving while they run and afterwards.
//
//go:embed migrations
var migrations embed.FS

func migrateSQLite(ctx context.Context, db *sql.DB) (err error) {
	// goose has no lock for SQLite. The pool has one connection, so a transaction begun here holds
	// the writer's lock around everything that goose does, and makes it all or nothing.
	if err := beginAlone(ctx, db); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := migrateUp(ctx, goose.DialectSQLite3, db, "migrations/sqlite"); err != nil {
		_, undo := db.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, undo)
	}
	if _, err := db.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// beginAlone connects and begins to write. Who switches a new database to WAL while another does the same
// is not made to wait, as for every other lock, but refused at once: so we wait.
func beginAlone(ctx context.Context, db *sql.DB) error {
	const pause, patience = 10 * time.Millisecond, 5 * time.Second
	for waited := time.Duration(0); ; waited += pause {
		_, err := db.ExecContext(ctx, "BEGIN IMMEDIATE")
		if !isLocked(err) || waited > patience {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func migratePostgres(ctx context.Context, db *sql.DB) error {
	// A leased row rather than an advisory lock, which not every engine of this protocol has.
	locker, err := lock.NewPostgresTableLocker()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return migrateUp(ctx, goose.DialectPostgres, db, "migrations/postgres", goose.WithLocker(locker))
}

func migrateUp(ctx context.Context, d goose.Dialect, db *sql.DB, dir string, opts ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	// Each statement on its own: SQLite has our transaction around them, and some engines of the
	// PostgreSQL protocol take one change of the schema per transaction.
	// They add in any order: one that was numbered early may be released late.
	opts = append(opts, goose.WithIsolateDDL(true), goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(d, db, files, opts...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
