package server

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"ostiary/internal/config"
	"ostiary/internal/load"
	"ostiary/internal/store"
)

// TestReclaimOverRestart: a large pool is deleted, and the server ends before all of it is gone. The next
// one goes on, and so does a worker that was told to stop.
func TestReclaimOverRestart(t *testing.T) {
	cfg, err := config.Load("", func(string) (string, bool) { return "", false }, map[string]string{
		"listen": "127.0.0.1:0", "data": t.TempDir(), "database": "sqlite:" + filepath.Join(t.TempDir(), "o.db"),
	})
	if err != nil {
		t.Fatal(err)
	}
	db, keyring, err := OpenStore(t.Context(), cfg, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	filling := load.Filling{Store: db, Keyring: keyring, Region: cfg.Region, Account: cfg.Account, Now: time.Now, Rand: rand.Reader}
	const users = 3000
	crowd, err := filling.Fill(t.Context(), users)
	if err != nil {
		t.Fatal(err)
	}
	left := func(s store.Store) (n int) {
		t.Helper()
		err := s.View(t.Context(), func(r store.Reader) error {
			found, err := r.Users(t.Context(), crowd.PoolID, store.UserQuery{Limit: users})
			n = len(found)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := db.Update(t.Context(), func(tx store.Tx) error { return tx.DeletePool(t.Context(), crowd.PoolID) }); err != nil {
		t.Fatal(err)
	}
	if n := left(db); n == 0 {
		t.Fatal("the pool was removed in one transaction")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	s, err := New(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := s.reclaimOnce(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("a worker that has to stop: %v", err)
	}
	if err := s.reclaimOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := left(s.store); n != 0 {
		t.Errorf("%d users are left", n)
	}
	err = s.store.Update(t.Context(), func(tx store.Tx) error {
		n, err := tx.Reclaim(t.Context(), 1)
		if n != 0 {
			t.Errorf("%d rows are left", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestImportLimits: the configuration bounds the files of user imports.
func TestImportLimits(t *testing.T) {
	cfg, err := config.Load("", func(string) (string, bool) { return "", false }, map[string]string{
		"listen": "127.0.0.1:0", "database": "sqlite::memory:", "import-max-rows": "1000000", "import-max-mb": "250",
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.imports.MaxRows != 1_000_000 || s.imports.MaxBytes != 250<<20 {
		t.Errorf("%d rows, %d bytes", s.imports.MaxRows, s.imports.MaxBytes)
	}
}
