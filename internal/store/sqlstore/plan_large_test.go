package sqlstore_test

import (
	"context"
	"database/sql"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
	"ostiary/internal/store/storetest"
	"ostiary/internal/store/storetest/pgtest"
)

// largePool is a pool of thousands beside many small ones, as statistics see it: with values that nearly
// all users share, values that few have, and one group that everybody is in.
const largePool = `
	INSERT INTO pools SELECT 'r_' || p, '', '' FROM generate_series(1, 300) p;
	CREATE TABLE people AS
		SELECT 'r_1' AS pool_id, lpad(i::TEXT, 8, '0') AS u, i FROM generate_series(1, 40000) i
		UNION ALL SELECT 'r_' || p, lpad(i::TEXT, 8, '0'), i FROM generate_series(2, 300) p, generate_series(1, 5) i;
	INSERT INTO users SELECT pool_id, u, u, md5(u), repeat('x', 600), decode(repeat('00', 450), 'hex') FROM people;
	INSERT INTO user_aliases SELECT pool_id, 'email', u || '@example.com', u FROM people;
	INSERT INTO user_search SELECT pool_id, a, v, u FROM people,
		LATERAL (VALUES ('status', CASE WHEN i % 1000 = 1 THEN 'Disabled' ELSE 'Enabled' END),
			('cognito:user_status', 'CONFIRMED'), ('email', u || '@example.com'), ('given_name', 'ana'),
			('family_name', (i % 100)::TEXT)) AS s (a, v);
	INSERT INTO user_groups (pool_id, name, data) SELECT 'r_' || p, 'all', '' FROM generate_series(1, 300) p;
	INSERT INTO group_members SELECT pool_id, 'all', u FROM people;
	INSERT INTO token_sessions (pool_id, origin_jti, client_id, username, expires, data, created, active)
		SELECT pool_id, md5(u), 'client', u, i, '', i, i FROM people;
	INSERT INTO refresh_tokens SELECT decode(md5(pool_id || u), 'hex'), pool_id, md5(u), 'client', i, i, 0 FROM people;
	INSERT INTO attempts SELECT decode(md5(pool_id || u), 'hex'), pool_id, u, 'client', 0, i, '', NULL FROM people;
	INSERT INTO limits SELECT pool_id, u, 'act', i, 1, i FROM people;
	DROP TABLE people;`

// TestPostgresPlansOfLargePool: whether statistics know the large pool or not, every statement that the
// server has looks for what it needs by an index, in the order it is wanted in: as it is planned without its
// values, and with them.
func TestPostgresPlansOfLargePool(t *testing.T) {
	var p plans
	storetest.Run(t, func(t *testing.T) store.Store {
		db := open(t, "sqlite::memory:") // where it is quicker; statements are the same
		db.Explain("EXPLAIN QUERY PLAN", p.told)
		return db
	})
	url := pgtest.URL(t)
	if err := open(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	run := func(stmt string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), stmt); err != nil {
			t.Fatalf("%v: %s", err, stmt)
		}
	}
	run(sqlstore.PlanByIndex)
	run(largePool)
	for _, statistics := range []string{"", "ANALYZE"} {
		run(statistics)
		t.Run("statistics="+statistics, func(t *testing.T) { planLarge(t, db, url, slices.Sorted(maps.Keys(p.seen))) })
	}
}

func planLarge(t *testing.T, db *sql.DB, url string, stmts []string) {
	run := func(stmt string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), stmt); err != nil {
			t.Fatalf("%v: %s", err, stmt)
		}
	}
	for _, stmt := range stmts {
		run("PREPARE s AS " + stmt)
		execute := "EXPLAIN (COSTS OFF) EXECUTE s"
		if n := parameters(stmt); n > 0 {
			execute += "(" + strings.Repeat("NULL, ", n-1) + "NULL)"
		}
		checkLarge(t, stmt, explained(t, db, execute))
		run("DEALLOCATE s")
	}

	known, err := sqlstore.Open(t.Context(), url, sqlstore.Options{Sealer: storetest.NewSealer()})
	if err != nil {
		t.Fatal(err)
	}
	defer known.Close()
	known.Explain("EXPLAIN (COSTS OFF)", func(stmt, plan string) { checkLarge(t, stmt, plan) })
	// The rows have no content, which is found out when the statement has been planned.
	look := func(read func(context.Context, store.Reader) error) {
		t.Helper()
		_ = known.View(t.Context(), func(r store.Reader) error { return read(t.Context(), r) })
	}
	for _, pool := range []string{"r_1", "r_7", "r_none"} {
		for _, q := range []store.UserQuery{
			{}, {Attribute: "username", Value: "0000", Prefix: true}, {Attribute: "sub", Prefix: true},
			{Attribute: "status", Value: "Enabled"}, {Attribute: "status", Value: "Disabled"}, {Attribute: "status", Prefix: true},
			{Attribute: "cognito:user_status", Value: "CONFIRMED"}, {Attribute: "email", Value: "00000001@example.com"},
			{Attribute: "email", Value: "0000", Prefix: true}, {Attribute: "given_name", Value: "ana"},
			{Attribute: "family_name", Value: "7"}, {Attribute: "family_name", Prefix: true}, {Attribute: "name", Value: "nobody", Prefix: true},
		} {
			for _, after := range []store.UserCursor{{}, {Value: "00020000@example.com", Username: "00020000"}, {Value: "Enabled", Username: "00020000"}} {
				q.After = after
				for _, limit := range []int{1, 60} {
					q.Limit = limit
					look(func(ctx context.Context, r store.Reader) error { _, err := r.Users(ctx, pool, q); return err })
				}
			}
		}
		look(func(ctx context.Context, r store.Reader) error {
			_, err := r.Members(ctx, pool, "all", "0002", 60)
			return err
		})
		look(func(ctx context.Context, r store.Reader) error {
			_, err := r.GroupsOf(ctx, pool, "00000002")
			return err
		})
		look(func(ctx context.Context, r store.Reader) error { _, err := r.CountUsers(ctx, pool); return err })
		look(func(ctx context.Context, r store.Reader) error { _, err := r.Groups(ctx, pool, "", 60); return err })
	}
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// parameters is how many a statement has.
func parameters(stmt string) (n int) {
	for _, found := range placeholder.FindAllStringSubmatch(stmt, -1) {
		number, _ := strconv.Atoi(found[1]) // which has digits alone
		n = max(n, number)
	}
	return n
}

func explained(t *testing.T, db *sql.DB, stmt string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), stmt)
	if err != nil {
		t.Fatalf("%v: %s", err, stmt)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// largeTables are those that have rows enough for a plan to matter.
var largeTables = []string{"users", "user_aliases", "user_search", "group_members", "token_sessions", "refresh_tokens", "attempts", "limits"}

// checkLarge fails the test if a plan reads a large table from end to end, or sorts what it could have
// read in order.
func checkLarge(t *testing.T, stmt, plan string) {
	t.Helper()
	var bad []string
	large := false
	for _, table := range largeTables {
		large = large || strings.Contains(plan, " on "+table)
		if strings.Contains(plan, "Seq Scan on "+table) {
			bad = append(bad, "reads all of "+table)
		}
	}
	for _, node := range []string{"Sort", "Bitmap", "Hash Join", "Merge Join", "Semi Join", "Join Filter", "Gather"} {
		if large && strings.Contains(plan, node) {
			bad = append(bad, node)
		}
	}
	if bad != nil {
		t.Errorf("%s: %s\n%s", strings.Join(bad, ", "), stmt, plan)
	}
}
