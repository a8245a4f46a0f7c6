package storetest

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readDueMessages(pool, lane string, now time.Time) reads[[]*userpool.OutboxMessage] {
	return func(ctx context.Context, r store.Reader) ([]*userpool.OutboxMessage, error) {
		return r.DueMessages(ctx, lane, pool, now, 1000)
	}
}

func readPoolsWithMessages(lane, after string, limit int) reads[[]store.PoolMessages] {
	return func(ctx context.Context, r store.Reader) ([]store.PoolMessages, error) {
		return r.PoolsWithMessages(ctx, lane, after, limit)
	}
}

func readHasMessages(pool string, n int) reads[bool] {
	return func(ctx context.Context, r store.Reader) (bool, error) { return r.HasMessages(ctx, pool, n) }
}

func countMessages(ctx context.Context, r store.Reader) (int, error) { return r.CountMessages(ctx) }

func testOutbox(t *testing.T, s store.Store) {
	same(t, "pools of an empty lane", 0, len(both(t, s, readPoolsWithMessages("mail", "", 10))))
	same(t, "messages of nobody", false, both(t, s, readHasMessages("r_a", 1)))
	same(t, "due messages of an empty lane", 0, len(both(t, s, readDueMessages("r_a", "mail", start))))
	addTo := func(pool, id, lane string, due time.Time) *userpool.OutboxMessage {
		m := filled[userpool.OutboxMessage](full)
		m.ID, m.PoolID, m.Username, m.Lane, m.Due = id, pool, "ana", lane, due
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddMessage(ctx, m) })
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.AddMessage(ctx, m) })
		return m
	}
	add := func(id, lane string, due time.Time) *userpool.OutboxMessage { return addTo("r_a", id, lane, due) }
	late := add("a", "mail", start.Add(2*time.Second))
	soon := add("b", "mail", start.Add(time.Second))
	same(t, "messages of all lanes", 2, both(t, s, countMessages))
	add("c", "text", start)
	same(t, "messages of all lanes", 3, both(t, s, countMessages))
	same(t, "due too early", 0, len(both(t, s, readDueMessages("r_a", "mail", start))))
	same(t, "the longest due first", []*userpool.OutboxMessage{soon, late}, both(t, s, readDueMessages("r_a", "mail", late.Due)))
	for n, want := range map[int]bool{0: true, 1: true, 3: true, 4: false} {
		same(t, fmt.Sprintf("a pool has %d messages", n), want, both(t, s, readHasMessages("r_a", n)))
	}
	addTo("r_c", "d", "text", start)
	addTo("r_c", "e", "mail", start.Add(4*time.Second))
	addTo("r_b", "f", "mail", start.Add(5*time.Second))
	pools := []store.PoolMessages{{PoolID: "r_a", Due: soon.Due}, {PoolID: "r_b", Due: start.Add(5 * time.Second)}, {PoolID: "r_c", Due: start.Add(4 * time.Second)}}
	for i, after := range []string{"", "r_a", "r_b", "r_c"} {
		for limit := 1; limit < 5; limit++ {
			same(t, fmt.Sprintf("%d pools after %q", limit, after), append([]store.PoolMessages(nil), pools[i:min(i+limit, 3)]...),
				both(t, s, readPoolsWithMessages("mail", after, limit)))
		}
	}
	same(t, "pools of another lane", []store.PoolMessages{{PoolID: "r_a", Due: start}, {PoolID: "r_c", Due: start}},
		both(t, s, readPoolsWithMessages("text", "", 10)))
	view(t, s, func(ctx context.Context, r store.Reader) error {
		one, err := r.DueMessages(ctx, "mail", "r_a", late.Due, 1)
		same(t, "a limit", []*userpool.OutboxMessage{soon}, one)
		return err
	})

	change := func(what string, want bool, fn func(context.Context, store.Tx) (bool, error)) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			got, err := fn(ctx, tx)
			same(t, what, want, got)
			return err
		})
	}
	until := start.Add(time.Minute)
	lease := func(m *userpool.OutboxMessage, lease string) func(context.Context, store.Tx) (bool, error) {
		return func(ctx context.Context, tx store.Tx) (bool, error) { return tx.LeaseMessage(ctx, m, lease, until) }
	}
	read := *soon
	change("LeaseMessage", true, lease(&read, "w1"))
	change("LeaseMessage of what another has leased", false, lease(&read, "w2"))
	soon.Lease, soon.Due = "w1", until
	same(t, "due while one is leased", []*userpool.OutboxMessage{late}, both(t, s, readDueMessages("r_a", "mail", late.Due)))
	same(t, "due when the lease is over", []*userpool.OutboxMessage{late, soon}, both(t, s, readDueMessages("r_a", "mail", until)))
	change("LeaseMessage when the lease is over", true, lease(soon, "w3"))

	back := start.Add(3 * time.Second)
	giveBack := func(lease string) func(context.Context, store.Tx) (bool, error) {
		return func(ctx context.Context, tx store.Tx) (bool, error) {
			return tx.ReturnMessage(ctx, "b", lease, back, 4)
		}
	}
	change("ReturnMessage by who has lost it", false, giveBack("w1"))
	change("ReturnMessage", true, giveBack("w3"))
	soon.Lease, soon.Due, soon.Tries = "", back, 4
	same(t, "after ReturnMessage", []*userpool.OutboxMessage{late, soon}, both(t, s, readDueMessages("r_a", "mail", back)))

	remove := func(id, lease string) func(context.Context, store.Tx) (bool, error) {
		return func(ctx context.Context, tx store.Tx) (bool, error) { return tx.RemoveMessage(ctx, id, lease) }
	}
	change("RemoveMessage without a lease", false, remove("b", "w3"))
	change("RemoveMessage", true, remove("a", late.Lease))
	change("RemoveMessage of what is gone", false, remove("a", late.Lease))
	same(t, "after RemoveMessage", []*userpool.OutboxMessage{soon}, both(t, s, readDueMessages("r_a", "mail", until)))
	same(t, "of the other lane", 1, len(both(t, s, readDueMessages("r_a", "text", start))))
}

// testRaceForMessages: workers that take what is due at the same time never hold the same message, and
// together they hold all.
func testRaceForMessages(t *testing.T, s store.Store) {
	const each = 5
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range racers * each {
			m := &userpool.OutboxMessage{ID: strconv.Itoa(i), PoolID: "r_a", Lane: "mail", Due: start, Content: []byte("m")}
			if err := tx.AddMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	var mu sync.Mutex
	holders := map[string][]string{}
	until := start.Add(time.Minute)
	race(t, func(racer int) (bool, error) {
		for { // a few at a time, until nothing is left
			var held []string
			err := s.Update(t.Context(), func(tx store.Tx) error {
				held = nil
				due, err := tx.DueMessages(t.Context(), "mail", "r_a", start, 3)
				if err != nil {
					return err
				}
				for _, m := range due {
					won, err := tx.LeaseMessage(t.Context(), m, fmt.Sprint("w", racer), until)
					if err != nil {
						return err
					}
					if won {
						held = append(held, m.ID)
					}
				}
				return nil
			})
			if err != nil || len(held) == 0 {
				return false, err
			}
			mu.Lock()
			for _, id := range held {
				holders[id] = append(holders[id], fmt.Sprint("w", racer))
			}
			mu.Unlock()
		}
	})
	same(t, "messages held", racers*each, len(holders))
	for id, by := range holders {
		if len(by) != 1 {
			t.Errorf("message %s is held by %v", id, by)
		}
	}
	for _, m := range both(t, s, readDueMessages("r_a", "mail", until)) {
		same(t, "holder as stored of "+m.ID, holders[m.ID], []string{m.Lease})
	}
	// The same for whoever removes one.
	same(t, "who removed the message", 1, raceUpdate(t, s, func(ctx context.Context, tx store.Tx, _ int) (bool, error) {
		return tx.RemoveMessage(ctx, "0", holders["0"][0])
	}))
}
