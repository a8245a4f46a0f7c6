package sqlstore_test

import (
	"path/filepath"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/internal/userpool"
)

// TestSessionsOfBefore: sessions that were kept before there were columns for their use are listed,
// bounded and revoked like others, and so are those that a node of that version still writes.
func TestSessionsOfBefore(t *testing.T) {
	const document = `{"clientId":"web","username":"ana","eventId":"event","authTime":1770091506000000,"created":`
	insert := func(jti, document string) string {
		return `INSERT INTO token_sessions (pool_id, origin_jti, client_id, username, expires, data)
			VALUES ('r_a', '` + jti + `', 'web', 'ana', 1790000000000000, '` + document + `')`
	}
	for name, at := range map[string]struct{ driver, address, url string }{
		"SQLite":   {"sqlite", filepath.Join(t.TempDir(), "o.db"), ""},
		"Postgres": {"pgx", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			at.url = "sqlite:" + at.address
			if name == "Postgres" {
				at.url = pgtest.URL(t)
				at.address = at.url
			}
			sqlstore.MigrateTo(t, at.driver, at.address, 3) // the version before
			run := func(stmts ...string) {
				t.Helper()
				raw := sqlDB(t, at.driver, at.address)
				for _, stmt := range stmts {
					if _, err := raw.Exec(stmt); err != nil {
						t.Fatalf("%s: %v", stmt, err)
					}
				}
			}
			run(insert("old", document+`1770091506000001}`), insert("new", document+`1770091506000003}`),
				insert("revoked", document+`1770091506000002,"revoked":true}`))

			db := open(t, at.url)
			t.Cleanup(func() { db.Close() })
			run(insert("meanwhile", document+`1770091506000004}`))

			q := store.SessionQuery{PoolID: "r_a", Username: "ana", Now: time.UnixMicro(1770091506000009), Limit: 1}
			list := func() (ids string) {
				t.Helper()
				q.After = store.SessionCursor{}
				for range 9 {
					var page []*userpool.TokenSession
					err := db.View(t.Context(), func(r store.Reader) (err error) {
						page, err = r.TokenSessions(t.Context(), q)
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
					if len(page) == 0 {
						return ids
					}
					ids += page[0].OriginJTI + " "
					q.After = store.CursorOf(page[0])
				}
				t.Fatal("paging never ends")
				return ""
			}
			if got, want := list(), "new old meanwhile "; got != want {
				t.Errorf("sessions %q, want %q", got, want)
			}
			err := db.Update(t.Context(), func(tx store.Tx) error {
				session, err := tx.TokenSession(t.Context(), "r_a", "revoked")
				if err == nil && !session.Revoked {
					t.Error("a revoked session is in force again")
				}
				if err == nil {
					err = tx.EvictTokenSessions(t.Context(), q, 1)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := list(), "new "; got != want {
				t.Errorf("sessions after the eviction %q, want %q", got, want)
			}
		})
	}
}
