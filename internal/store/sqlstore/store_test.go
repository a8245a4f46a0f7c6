package sqlstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
)

func open(t testing.TB, url string) *sqlstore.DB {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), url, sqlstore.Options{Sealer: storetest.NewSealer()})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestSQLiteMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, "sqlite::memory:") })
}

func TestSQLiteFile(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, "sqlite:"+filepath.Join(t.TempDir(), "odd name?#%.db")) })
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, pgtest.URL(t)) })
}

func TestMain(m *testing.M) {
	if url := os.Getenv(crashURL); url != "" {
		writeUntilKilled(url) // this process is the child of a crash test
	}
	pgtest.Main(m)
}
