package sqlstore_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
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

// TestRiskOfBefore: what version 16 has of threat protection is there afterwards: configurations with their pool
// and client, and events, of which assessments know.
func TestRiskOfBefore(t *testing.T) {
	at := time.UnixMicro(1770091506000000).UTC()
	// As that version wrote them: all that an event can have, and as little as it has.
	text := func(fields ...string) string {
		all := make([]string, 24)
		for i := 0; i < len(fields); i += 2 {
			n, err := strconv.Atoi(fields[i])
			if err != nil {
				t.Fatal(err)
			}
			all[n] = fields[i+1]
		}
		return strings.Join(all, "\x1f")
	}
	full := text("0", "web", "1", "SignIn", "2", "Pass", "3", "+Password=Success,Mfa=Success", "4", "192.0.2.1", "5", "Firefox, Linux", "6", "Firefox Linux",
		"7", "fp", "8", "key", "9", "Europe/Rome", "10", "Rome", "11", "IT", "12", "41.9", "13", "12.5", "14", "1", "15", "192.0.2.0/24",
		"16", "High", "17", "AccountTakeover", "18", "0.75", "19", "+new device\nnew country", "20", "0", "21", "MFA_REQUIRED",
		"22", "+Valid\nana\n1770091506000005", "23", "1")
	want := &userpool.AuthEvent{
		PoolID: "r_a", Username: "ana", ID: "full", Created: at, ClientID: "web", Type: "SignIn", Response: "Pass", Answered: true,
		Challenges: []cognitoidp.ChallengeResponseType{{ChallengeName: "Password", ChallengeResponse: "Success"}, {ChallengeName: "Mfa", ChallengeResponse: "Success"}},
		Origin: userpool.Origin{IP: "192.0.2.1", DeviceName: "Firefox, Linux", Agent: "Firefox Linux", Fingerprint: "fp", DeviceKey: "key", Timezone: "Europe/Rome",
			City: "Rome", Country: "IT", Latitude: 41.9, Longitude: 12.5, HasPlace: true, Network: "192.0.2.0/24"},
		Verdict: userpool.RiskVerdict{Level: "High", Decision: "AccountTakeover", Score: 0.75, Reasons: []string{"new device", "new country"},
			Compromised: new(false), Action: "MFA_REQUIRED"},
		Feedback: &userpool.Feedback{Value: "Valid", Provider: "ana", Given: time.UnixMicro(1770091506000005).UTC()},
	}
	for name, where := range map[string]struct{ driver, address, url string }{
		"SQLite":   {"sqlite", filepath.Join(t.TempDir(), "o.db"), ""},
		"Postgres": {"pgx", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			where.url = "sqlite:" + where.address
			if name == "Postgres" {
				where.url = pgtest.URL(t)
				where.address = where.url
			}
			sqlstore.MigrateTo(t, where.driver, where.address, 16)
			raw := sqlDB(t, where.driver, where.address)
			run := func(stmt string, args ...any) {
				t.Helper()
				if _, err := raw.Exec(stmt, args...); err != nil {
					t.Fatalf("%s: %v", stmt, err)
				}
			}
			run(`INSERT INTO pools (id, version, data) VALUES ('r_a', $1, '{"name":"a","settings":{"Name":"a"},"created":7}')`, make([]byte, 16))
			run(`INSERT INTO pools (id, version, data) VALUES ('r_b', $1, '{"name":"b","settings":{},"created":7}')`, make([]byte, 16))
			run(`INSERT INTO clients (id, pool_id, version, data) VALUES ('web', 'r_a', $1, '{"name":"web","settings":{},"created":7}')`, make([]byte, 16))
			const configuration = `{"accountTakeover":{"Actions":{"HighAction":{"Notify":true,"EventAction":"BLOCK"}}},"modified":9}`
			run(`INSERT INTO risk_configurations (pool_id, client_id, data) VALUES ('r_a', '', $1), ('r_a', 'web', '{"exceptions":{"SkippedIPRangeList":["192.0.2.0/24"]}}')`, configuration)
			const event = `INSERT INTO auth_events (pool_id, username, id, created, class, data) VALUES ($1, $2, $3, $4, 0, $5)`
			run(event, "r_a", "ana", "full", at.UnixMicro(), full)
			for i := range 1100 { // more than one transaction's
				run(event, "r_a", "ben", fmt.Sprintf("event %04d", i), at.UnixMicro()+int64(i), text("1", "SignIn", "2", "Pass", "3", "+Password=Success"))
			}

			db := open(t, where.url)
			t.Cleanup(func() { db.Close() })
			err := db.View(t.Context(), func(r store.Reader) error {
				pool, err := r.Pool(t.Context(), "r_a")
				if err != nil {
					return err
				}
				if high := pool.Risk.AccountTakeover.Actions.HighAction; high.EventAction != "BLOCK" || !high.Notify || pool.Risk.Modified != time.UnixMicro(9).UTC() || pool.Name != "a" {
					t.Errorf("pool %+v", pool)
				}
				other, err := r.Pool(t.Context(), "r_b")
				if err != nil {
					return err
				}
				client, err := r.Client(t.Context(), "web")
				if err != nil {
					return err
				}
				if other.Risk != nil || client.Risk.Exceptions.SkippedIPRangeList[0] != "192.0.2.0/24" || client.Name != "web" {
					t.Errorf("pool %+v, client %+v", other, client)
				}
				got, err := r.AuthEvent(t.Context(), "r_a", "ana", "full")
				if err != nil {
					return err
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("event (-want +got):\n%s", diff)
				}
				history, err := r.AuthHistory(t.Context(), "r_a", "ana")
				if err != nil {
					return err
				}
				if diff := cmp.Diff([]*userpool.AuthEvent{want}, history.Events); diff != "" {
					t.Errorf("history (-want +got):\n%s", diff)
				}
				all, err := r.AuthEvents(t.Context(), "r_a", "ben", store.AuthEventCursor{}, 2000)
				if err != nil {
					return err
				}
				if history, err = r.AuthHistory(t.Context(), "r_a", "ben"); err != nil {
					return err
				}
				if len(all) != 1100 || all[0].ID != "event 1099" || len(history.Events) != userpool.HistoryLength || history.Events[0].ID != "event 1099" {
					t.Errorf("%d events, %d in the history", len(all), len(history.Events))
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			if err := raw.QueryRow("SELECT count(*) FROM auth_events").Scan(&left); err != nil || left != 0 {
				t.Errorf("%d events left: %v", left, err)
			}
		})
	}
}
