package sqlstore_test

import (
	"path/filepath"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
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
