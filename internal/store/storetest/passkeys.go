package storetest

import (
	"context"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testPasskeys(t *testing.T, s store.Store) {
	same(t, "passkeys of nobody", 0, len(both(t, s, readPasskeys("r_a", "ana"))))
	var want []*userpool.Passkey
	for i, shape := range []shape{full, hollow, bare} {
		k := filled[userpool.Passkey](shape)
		k.PoolID, k.Username, k.ID = "r_a", "ana", []byte{9 - byte(i), 0, 255}
		k.Created = start.Add(time.Duration(i) * time.Second) // the oldest first, whatever their ids
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreatePasskey(ctx, k) })
		want = append(want, k)
		same(t, "passkeys after CreatePasskey", want, both(t, s, readPasskeys("r_a", "ana")))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreatePasskey(ctx, k) })
		other := *k
		other.Username = "ben"
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreatePasskey(ctx, &other) })
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SavePasskey(ctx, &other) })
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
			return tx.DeletePasskey(ctx, "r_a", "ben", k.ID)
		})
		other = *k
		other.PoolID = "r_b"
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreatePasskey(ctx, &other) })
	}
	want[1].SignCount, want[1].BackedUp, want[1].LastUsed = 1<<32-1, true, start.Add(time.Hour)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SavePasskey(ctx, want[1]) })
	same(t, "passkeys after SavePasskey", want, both(t, s, readPasskeys("r_a", "ana")))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeletePasskey(ctx, "r_a", "ana", want[0].ID) })
	same(t, "passkeys after DeletePasskey", want[1:], both(t, s, readPasskeys("r_a", "ana")))
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.DeletePasskey(ctx, "r_a", "ana", want[0].ID)
	})
}
