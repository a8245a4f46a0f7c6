package sqlstore_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

func TestOpenRefuses(t *testing.T) {
	for name, url := range map[string]string{
		"no scheme":       "/tmp/x.db",
		"another scheme":  "mysql://localhost/x",
		"no such folder":  "sqlite:" + filepath.Join(t.TempDir(), "none", "x.db"),
		"simple protocol": "postgres://localhost/x?default_query_exec_mode=simple_protocol",
		"not a URL":       "postgres://user:hunter2@localhost:port/x",
	} {
		db, err := sqlstore.Open(t.Context(), url, sqlstore.Options{Sealer: storetest.NewSealer()})
		if err == nil {
			db.Close()
			t.Errorf("%s: opened %q", name, url)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error shows the password: %v", name, err)
		}
	}
	if _, err := sqlstore.Open(t.Context(), "sqlite::memory:", sqlstore.Options{}); err == nil {
		t.Error("opened without a sealer")
	}
}

// TestMemoryIsPrivate: two stores in memory share nothing, and leave nothing behind.
func TestMemoryIsPrivate(t *testing.T) {
	mine := fmt.Sprintf("ostiary-%d-*", os.Getpid()) // other tests make and remove theirs meanwhile
	left := func() int {
		shm, _ := filepath.Glob(filepath.Join("/dev/shm", mine))
		tmp, _ := filepath.Glob(filepath.Join(os.TempDir(), mine))
		return len(shm) + len(tmp)
	}
	before := left()
	a, b := open(t, "sqlite::memory:"), open(t, "sqlite::memory:")
	if err := a.Update(t.Context(), func(tx store.Tx) error { return tx.CreatePool(t.Context(), &userpool.Pool{ID: "r_a"}) }); err != nil {
		t.Fatal(err)
	}
	if got := pools(t, b); len(got) != 0 {
		t.Errorf("the other store has pools %v", got)
	}
	for _, db := range []*sqlstore.DB{a, b} {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	if now := left(); now > before {
		t.Errorf("%d folders are left behind", now-before)
	}
}

// TestMigrateOutOfOrder: a migration of a lower number may come after one of a higher.
func TestMigrateOutOfOrder(t *testing.T) {
	for name, engine := range map[string]struct {
		driver string
		url    func(*testing.T) (address, url string)
	}{
		"SQLite": {"sqlite", func(t *testing.T) (string, string) {
			path := filepath.Join(t.TempDir(), "o.db")
			return path, "sqlite:" + path
		}},
		"Postgres": {"pgx", func(t *testing.T) (string, string) { url := pgtest.URL(t); return url, url }},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			address, url := engine.url(t)
			if err := open(t, url).Close(); err != nil {
				t.Fatal(err)
			}
			raw := sqlDB(t, engine.driver, address)
			for _, stmt := range []string{`DROP TABLE resource_servers`, `DELETE FROM goose_db_version WHERE version_id = 5`} {
				if _, err := raw.ExecContext(ctx, stmt); err != nil {
					t.Fatal(err)
				}
			}
			db := open(t, url)
			err := db.Update(ctx, func(tx store.Tx) error {
				return tx.CreateResourceServer(ctx, &userpool.ResourceServer{PoolID: "r_a", Identifier: "orders"})
			})
			if err := errors.Join(err, db.Close()); err != nil {
				t.Errorf("after the migration that was missing: %v", err)
			}
		})
	}
}

// TestOpenTogether: several processes may open, migrate and write one database at once, and a
// change by one is seen by all, whatever they have cached.
func TestOpenTogether(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{
		"SQLite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "o.db") },
		"Postgres": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			address := url(t)
			sealer := storetest.NewSealer()
			dbs := make([]*sqlstore.DB, 4)
			var wg sync.WaitGroup
			for i := range dbs {
				wg.Go(func() {
					var err error
					if dbs[i], err = sqlstore.Open(t.Context(), address, sqlstore.Options{Sealer: sealer}); err != nil {
						t.Errorf("Open: %v", err)
					}
				})
			}
			wg.Wait()
			if t.Failed() {
				return
			}
			ctx := t.Context()
			if err := dbs[0].Update(ctx, func(tx store.Tx) error { return tx.CreatePool(ctx, &userpool.Pool{ID: "r_a"}) }); err != nil {
				t.Fatal(err)
			}
			const each = 10
			for i, db := range dbs {
				wg.Go(func() {
					for range each {
						err := db.Update(ctx, func(tx store.Tx) error {
							p, err := tx.Pool(ctx, "r_a")
							if err != nil {
								return err
							}
							p.Name += string(rune('a' + i))
							return tx.SavePool(ctx, p)
						})
						if err != nil {
							t.Errorf("Update: %v", err)
						}
						pools(t, db)
					}
				})
			}
			wg.Wait()
			want := pools(t, dbs[0])
			for i, db := range dbs {
				got := pools(t, db)
				if len(got) != 1 || len(got[0].Name) != each*len(dbs) {
					t.Errorf("store %d sees %v", i, got)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("store %d sees another pool than store 0: %s", i, diff)
				}
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// pools reads each pool by itself, through the cache.
func pools(t *testing.T, db store.Store) (all []*userpool.Pool) {
	t.Helper()
	ctx := t.Context()
	err := db.View(ctx, func(r store.Reader) error {
		listed, err := r.Pools(ctx, "", 10)
		for _, p := range listed {
			if p, err = r.Pool(ctx, p.ID); err != nil {
				return err
			}
			all = append(all, p)
		}
		return err
	})
	if err != nil {
		t.Errorf("View: %v", err)
	}
	return all
}

// TestPaths: a path is taken as it is, relative or with signs that mean something in a URL, and what
// was written there is there again.
func TestPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"relative.db", "./dot.db", "a b?mode=memory&x=%41#.db"} {
		sealer := storetest.NewSealer()
		for i := range 2 {
			db, err := sqlstore.Open(t.Context(), "sqlite:"+path, sqlstore.Options{Sealer: sealer})
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if got := len(pools(t, db)); got != i {
				t.Errorf("%s: %d pools after opening it %d times", path, got, i+1)
			}
			err = db.Update(t.Context(), func(tx store.Tx) error {
				return tx.CreatePool(t.Context(), &userpool.Pool{ID: "r_" + string(rune('a'+i))})
			})
			if err != nil {
				t.Error(err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
