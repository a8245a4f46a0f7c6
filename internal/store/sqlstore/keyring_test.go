package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

// TestKeyring: however many nodes start at once, they end with one keyring; and it is replaced only
// by who knows the present one.
func TestKeyring(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "ostiary.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, url(t))
			defer db.Close()
			const nodes = 8
			got := make([]string, nodes)
			var starting sync.WaitGroup
			for i := range nodes {
				starting.Go(func() {
					sealed, err := db.Keyring(t.Context(), func() ([]byte, error) { return fmt.Append(nil, "keyring of node ", i), nil })
					if err != nil {
						t.Error(err)
					}
					got[i] = string(sealed)
				})
			}
			starting.Wait()
			for _, sealed := range got {
				if sealed != got[0] || sealed == "" {
					t.Fatalf("nodes have different keyrings: %q", got)
				}
			}
			if err := db.ReplaceKeyring(t.Context(), []byte("another"), []byte("mine")); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("replacing what is not there: %v, want ErrNotFound", err)
			}
			if err := db.ReplaceKeyring(t.Context(), []byte(got[0]), []byte("new")); err != nil {
				t.Fatal(err)
			}
			sealed, err := db.Keyring(t.Context(), func() ([]byte, error) { return nil, errors.New("made a second one") })
			if err != nil || string(sealed) != "new" {
				t.Errorf("after replacing: %q, %v", sealed, err)
			}
		})
	}
}

// TestBackupSQLite: the copy has what was committed, is private, and never replaces a file.
func TestBackupSQLite(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "ostiary.db"), filepath.Join(dir, "copy.db")
	db := open(t, "sqlite:"+path)
	defer db.Close()
	create := func(id string) {
		t.Helper()
		err := db.Update(t.Context(), func(tx store.Tx) error {
			return tx.CreatePool(t.Context(), &userpool.Pool{ID: id, Name: "test"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	create("us-east-1_before000")
	if err := sqlstore.BackupSQLite(t.Context(), path, to); err != nil {
		t.Fatal(err)
	}
	create("us-east-1_after0000")
	if err := sqlstore.BackupSQLite(t.Context(), path, to); !errors.Is(err, os.ErrExist) {
		t.Errorf("over an existing file: %v, want ErrExist", err)
	}
	if err := sqlstore.BackupSQLite(t.Context(), filepath.Join(dir, "none.db"), to+"2"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of nothing: %v, want ErrNotExist", err)
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the copy: %v, %v", info.Mode(), err)
	}
	copied := open(t, "sqlite:"+to)
	defer copied.Close()
	err := copied.View(t.Context(), func(r store.Reader) error {
		pools, err := r.Pools(t.Context(), "", 10)
		if err == nil && (len(pools) != 1 || pools[0].ID != "us-east-1_before000") {
			t.Errorf("the copy has %d pools, want the one from before", len(pools))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestNewSealerFails: a keyring that does not open leaves nothing open behind.
func TestNewSealerFails(t *testing.T) {
	want := errors.New("wrong master key")
	_, err := sqlstore.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "ostiary.db"), sqlstore.Options{
		NewSealer: func(ctx context.Context, db *sqlstore.DB) (sqlstore.Sealer, error) {
			if _, err := db.Keyring(ctx, func() ([]byte, error) { return []byte("sealed"), nil }); err != nil {
				return nil, err
			}
			return storetest.NewSealer(), want
		},
	})
	if !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}
