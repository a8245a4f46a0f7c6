package storetest

import (
	"context"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testPools(t *testing.T, s store.Store) {
	missing(t, s, "a pool that never was", readPool("r_0"))
	for i, shape := range []shape{full, hollow, bare} {
		p := filled[userpool.Pool](shape)
		p.ID = "r_" + string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreatePool(ctx, p) })
		same(t, "pool after CreatePool", p, both(t, s, readPool(p.ID)))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreatePool(ctx, p) })

		// Read before and after each change: a cache must notice.
		p.Name = "renamed"
		p.Settings.AliasAttributes = nil
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SavePool(ctx, p) })
		same(t, "pool after SavePool", p, both(t, s, readPool(p.ID)))
		p.Name = "renamed again"
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SavePool(ctx, p) })
		same(t, "pool after another SavePool", p, both(t, s, readPool(p.ID)))
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SavePool(ctx, &userpool.Pool{ID: "r_0"})
	})
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeletePool(ctx, "r_0") })

	var got []string
	view(t, s, func(ctx context.Context, r store.Reader) error {
		n, err := r.CountPools(ctx)
		if err != nil {
			return err
		}
		same(t, "CountPools", 3, n)
		for after := ""; ; after = got[len(got)-1] {
			page, err := r.Pools(ctx, after, 2)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, p := range page {
				got = append(got, p.ID)
			}
		}
	})
	same(t, "ids of Pools in pages of two", []string{"r_a", "r_b", "r_c"}, got)
}

func testPoolDeletion(t *testing.T, s store.Store) {
	for _, pool := range []string{"r_gone", "r_kept"} {
		furnish(t, s, pool)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeletePool(ctx, "r_gone") })
	missing(t, s, "the deleted pool", readPool("r_gone"))
	expectNothing(t, s, "r_gone")
	expectFurniture(t, s, "r_kept")

	// Nothing of the old pool comes back with a new one of its id.
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreatePool(ctx, &userpool.Pool{ID: "r_gone", Name: "second"})
	})
	same(t, "name of the second pool", "second", get(t, s, readPool("r_gone")).Name)
	expectNothing(t, s, "r_gone")
}

func testSigningKeys(t *testing.T, s store.Store) {
	keysOf := func(pool string) reads[[]*userpool.SigningKey] {
		return func(ctx context.Context, r store.Reader) ([]*userpool.SigningKey, error) {
			return r.SigningKeys(ctx, pool)
		}
	}
	same(t, "keys of an empty pool", 0, len(both(t, s, keysOf("r_a"))))
	old, young, other := filled[userpool.SigningKey](full), filled[userpool.SigningKey](full), filled[userpool.SigningKey](full)
	old.PoolID, old.ID = "r_a", "z"
	young.PoolID, young.ID, young.Created, young.Retired = "r_a", "a", old.Created.Add(time.Hour), time.Time{}
	other.PoolID, other.ID = "r_b", "z"
	for _, k := range []*userpool.SigningKey{old, young, other} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateSigningKey(ctx, k) })
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateSigningKey(ctx, k) })
	}
	same(t, "keys, newest first", []*userpool.SigningKey{young, old}, both(t, s, keysOf("r_a")))

	young.Retired = start
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveSigningKey(ctx, young) })
	same(t, "keys after SaveSigningKey", []*userpool.SigningKey{young, old}, both(t, s, keysOf("r_a")))
	same(t, "keys of the other pool", []*userpool.SigningKey{other}, both(t, s, keysOf("r_b")))
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SaveSigningKey(ctx, &userpool.SigningKey{PoolID: "r_a", ID: "none"})
	})
}
