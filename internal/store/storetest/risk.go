package storetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readAuthHistory(pool, user string) reads[*userpool.AuthHistory] {
	return func(ctx context.Context, r store.Reader) (*userpool.AuthHistory, error) {
		return r.AuthHistory(ctx, pool, user)
	}
}

func readAuthEvent(pool, user, id string) reads[*userpool.AuthEvent] {
	return func(ctx context.Context, r store.Reader) (*userpool.AuthEvent, error) {
		return r.AuthEvent(ctx, pool, user, id)
	}
}

func readBurst(pool string, kind userpool.BurstKind, name string) reads[*userpool.Burst] {
	return func(ctx context.Context, r store.Reader) (*userpool.Burst, error) {
		return r.Burst(ctx, pool, kind, name)
	}
}

// readEventIDs lists a user's events in pages of two.
func readEventIDs(pool, user string) reads[[]string] {
	return func(ctx context.Context, r store.Reader) ([]string, error) {
		ids := []string{}
		var at store.AuthEventCursor
		for {
			page, err := r.AuthEvents(ctx, pool, user, at, 2)
			if err != nil || len(page) == 0 {
				return ids, err
			}
			for _, e := range page {
				ids, at = append(ids, e.ID), store.AuthEventCursor{Created: e.Created, ID: e.ID}
			}
		}
	}
}

func testAuthEvents(t *testing.T, s store.Store) {
	missing(t, s, "an event that never was", readAuthEvent("r_a", "ana", "e"))
	same(t, "events of nobody", []string{}, both(t, s, readEventIDs("r_a", "ana")))
	for i, shape := range []shape{full, hollow, bare} {
		e := filled[userpool.AuthEvent](shape)
		e.PoolID, e.Username, e.ID, e.Created = "r_a", "ana", fmt.Sprint("event", i), start.Add(time.Duration(i)*time.Microsecond)
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutAuthEvent(ctx, e) })
		same(t, "event after PutAuthEvent", e, both(t, s, readAuthEvent("r_a", "ana", e.ID)))
		e.Response, e.Answered = "Pass", !e.Answered
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutAuthEvent(ctx, e) })
		same(t, "event after another PutAuthEvent", e, both(t, s, readAuthEvent("r_a", "ana", e.ID)))
	}
	missing(t, s, "the event in another pool", readAuthEvent("r_b", "ana", "event0"))
	missing(t, s, "the event of another user", readAuthEvent("r_a", "ben", "event0"))

	put := func(user, id string, created time.Time) {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.PutAuthEvent(ctx, &userpool.AuthEvent{PoolID: "r_a", Username: user, ID: id, Created: created})
		})
	}
	for _, id := range []string{"same1", "same3", "same2"} { // at one time
		put("ana", id, start.Add(time.Second))
	}
	put("ben", "other", start)
	ids := []string{"same3", "same2", "same1", "event2", "event1", "event0"}
	same(t, "events, the newest first", ids, both(t, s, readEventIDs("r_a", "ana")))

	deleted := []int{}
	for range 3 {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			n, err := tx.DeleteAuthEvents(ctx, start.Add(2*time.Microsecond), 2)
			deleted = append(deleted, n)
			return err
		})
	}
	same(t, "events deleted in batches of two", []int{2, 1, 0}, deleted)
	same(t, "events that are left", ids[:4], both(t, s, readEventIDs("r_a", "ana")))
	same(t, "events of another that are left", []string{}, both(t, s, readEventIDs("r_a", "ben")))
}

func testAuthHistories(t *testing.T, s store.Store) {
	save := func(h *userpool.AuthHistory) (won bool) {
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
			won, err = tx.SaveAuthHistory(ctx, h)
			return err
		})
		return won
	}
	event := func(s shape, id string) *userpool.AuthEvent {
		e := filled[userpool.AuthEvent](s)
		e.PoolID, e.Username, e.ID = "r_a", "ana", id
		return e
	}
	missing(t, s, "a history that never was", readAuthHistory("r_a", "ana"))
	h := &userpool.AuthHistory{PoolID: "r_a", Username: "ana"}
	same(t, "the first is kept", true, save(h))
	same(t, "another first is kept", false, save(h))
	h.Version, h.Events = 1, []*userpool.AuthEvent{event(full, "a"), event(bare, "b"), event(full, "c")}
	h.Events[2].Verdict.Compromised = new(false)
	same(t, "the second is kept", true, save(h))
	same(t, "one of an old version is kept", false, save(h))
	h.Version = 2
	same(t, "the history", h, both(t, s, readAuthHistory("r_a", "ana")))
	missing(t, s, "the history in another pool", readAuthHistory("r_b", "ana"))
	missing(t, s, "the history of another", readAuthHistory("r_a", "ben"))

	// It goes with the last event.
	for i := range time.Duration(2) {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.PutAuthEvent(ctx, &userpool.AuthEvent{PoolID: "r_a", Username: "ana", ID: strconv.Itoa(int(i)), Created: start.Add(i * time.Second)})
		})
	}
	old := func(before time.Time) {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			n, err := tx.DeleteAuthEvents(ctx, before, 9)
			same(t, "events deleted", 1, n)
			return err
		})
	}
	old(start.Add(time.Second))
	same(t, "the history while events are left", h, both(t, s, readAuthHistory("r_a", "ana")))
	old(start.Add(time.Minute))
	missing(t, s, "the history without events", readAuthHistory("r_a", "ana"))
}

// testRaceForHistory: of changes to one version, one is kept.
func testRaceForHistory(t *testing.T, s store.Store) {
	const racers = 8
	var won atomic.Int32
	var wg sync.WaitGroup
	for range racers {
		wg.Go(func() {
			kept := false
			err := s.Update(t.Context(), func(tx store.Tx) (err error) {
				kept, err = tx.SaveAuthHistory(t.Context(), &userpool.AuthHistory{PoolID: "r_a", Username: "ana"})
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if kept {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	same(t, "how many were kept", int32(1), won.Load())
}

func testBursts(t *testing.T, s store.Store) {
	kind := userpool.BurstOfAddress
	missing(t, s, "a burst that never was", readBurst("r_a", kind, "192.0.2.1"))
	for _, name := range []string{"192.0.2.1", "long " + string(slices.Repeat([]byte("x"), 400))} {
		for _, shape := range []shape{full, bare, full} { // each replaces the one before
			b := filled[userpool.Burst](shape)
			b.PoolID, b.Kind, b.Name = "r_a", kind, name
			update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutBurst(ctx, b) })
			same(t, "burst after PutBurst", b, both(t, s, readBurst("r_a", kind, name)))
		}
	}
	missing(t, s, "the burst in another pool", readBurst("r_b", kind, "192.0.2.1"))
	missing(t, s, "the burst of another kind", readBurst("r_a", userpool.BurstOfUser, "192.0.2.1"))
	for _, shard := range []string{"b", "a"} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.PutBurst(ctx, &userpool.Burst{PoolID: "r_a", Kind: userpool.BurstFailures, Name: shard, Count: 1})
		})
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.PutBurst(ctx, &userpool.Burst{PoolID: "r_a", Kind: userpool.BurstOfUser, Name: "ana", Count: 7})
	})
	for user, count := range map[string]int{"ana": 7, "ben": 0} {
		view(t, s, func(ctx context.Context, r store.Reader) error {
			got, from, err := r.BurstsOf(ctx, "r_a", user, "192.0.2.1")
			if count == 0 {
				same(t, "burst of "+user, (*userpool.Burst)(nil), got)
			} else {
				same(t, "burst of "+user, &userpool.Burst{PoolID: "r_a", Kind: userpool.BurstOfUser, Name: user, Count: count}, got)
			}
			same(t, "name of the address's burst", "192.0.2.1", from.Name)
			return err
		})
	}
	same(t, "shards", []string{"a", "b"}, both(t, s, func(ctx context.Context, r store.Reader) ([]string, error) {
		names := []string{}
		list, err := r.Bursts(ctx, "r_a", userpool.BurstFailures)
		for _, b := range list {
			names = append(names, b.Name)
		}
		return names, err
	}))
}
