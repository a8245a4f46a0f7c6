package sqlstore_test

import (
	"strconv"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// TestCostOfPlaces: making room for a session costs one statement, or two where another must go, however
// many sessions the user had.
func TestCostOfPlaces(t *testing.T) {
	const had, limit = 500, 5
	db := open(t, "sqlite::memory:")
	defer db.Close()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	create := func(tx store.Tx, i int) error {
		return tx.CreateTokenSession(t.Context(), &userpool.TokenSession{
			PoolID: "r_a", OriginJTI: strconv.Itoa(i), Username: "ana", Created: now, LastActive: now.Add(time.Duration(i)), Expires: now.Add(time.Hour),
		})
	}
	err := db.Update(t.Context(), func(tx store.Tx) error {
		for i := range had {
			if err := create(tx, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	statements := 0
	db.Explain("EXPLAIN QUERY PLAN", func(string, string) { statements++ })
	q := store.SessionQuery{PoolID: "r_a", Username: "ana", Now: now}
	for i, c := range []struct{ keep, want int }{{had, 1}, {limit - 1, 2}, {limit - 1, 2}, {limit, 1}} {
		statements = 0
		err := db.Update(t.Context(), func(tx store.Tx) error {
			if err := tx.EvictTokenSessions(t.Context(), q, c.keep); err != nil {
				return err
			}
			if statements != c.want {
				t.Errorf("making room %d: %d statements, want %d", i, statements, c.want)
			}
			return create(tx, had+i)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
