package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// BackupSQLite copies the database file at path to a new file, in one consistent state, while others
// read and write it. The copy is readable by its owner alone.
func BackupSQLite(ctx context.Context, path, to string) (err error) {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("sqlstore: back up: %w", err) // opening it would create it
	}
	copied, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("sqlstore: back up: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("sqlstore: back up: %w", err), os.Remove(to))
		}
	}()
	if err := copied.Close(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", sqliteURL(path, ""))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to) // which takes an empty file for none
	return err
}
