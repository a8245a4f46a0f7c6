package storetest

import (
	"context"
	"fmt"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testResourceServers(t *testing.T, s store.Store) {
	missing(t, s, "a resource server that never was", readResourceServer("r_a", "none"))
	for i, shape := range []shape{full, hollow, bare} {
		r := filled[userpool.ResourceServer](shape)
		r.PoolID, r.Identifier = "r_a", fmt.Sprintf("https://api.example.com/%d", i)
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateResourceServer(ctx, r) })
		same(t, "server after CreateResourceServer", r, both(t, s, readResourceServer("r_a", r.Identifier)))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateResourceServer(ctx, r) })
		missing(t, s, "the server in another pool", readResourceServer("r_b", r.Identifier))

		next := filled[userpool.ResourceServer](full)
		next.PoolID, next.Identifier, next.Name = r.PoolID, r.Identifier, "renamed"
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveResourceServer(ctx, next) })
		same(t, "server after SaveResourceServer", next, both(t, s, readResourceServer("r_a", r.Identifier)))
	}
	other := &userpool.ResourceServer{PoolID: "r_b", Identifier: "https://api.example.com/0", Name: "other"}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateResourceServer(ctx, other) })

	count := func(pool string) reads[int] {
		return func(ctx context.Context, r store.Reader) (int, error) { return r.CountResourceServers(ctx, pool) }
	}
	same(t, "CountResourceServers", 3, both(t, s, count("r_a")))
	same(t, "CountResourceServers of an empty pool", 0, both(t, s, count("r_c")))
	for size := 1; size <= 4; size++ {
		var got []string
		for after := ""; ; after = got[len(got)-1] {
			page := both(t, s, func(ctx context.Context, r store.Reader) ([]*userpool.ResourceServer, error) {
				return r.ResourceServers(ctx, "r_a", after, size)
			})
			if len(page) == 0 {
				break
			}
			if len(page) > size {
				t.Fatalf("%d servers on a page of %d", len(page), size)
			}
			for _, r := range page {
				got = append(got, r.Identifier)
			}
		}
		want := []string{"https://api.example.com/0", "https://api.example.com/1", "https://api.example.com/2"}
		same(t, fmt.Sprintf("identifiers in pages of %d", size), want, got)
	}

	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.DeleteResourceServer(ctx, "r_a", "https://api.example.com/0")
	})
	missing(t, s, "the deleted server", readResourceServer("r_a", "https://api.example.com/0"))
	same(t, "the server of the other pool", other, both(t, s, readResourceServer("r_b", other.Identifier)))
	for what, fn := range map[string]func(context.Context, store.Tx) error{
		"save": func(ctx context.Context, tx store.Tx) error {
			return tx.SaveResourceServer(ctx, &userpool.ResourceServer{PoolID: "r_a", Identifier: "https://api.example.com/0"})
		},
		"delete": func(ctx context.Context, tx store.Tx) error {
			return tx.DeleteResourceServer(ctx, "r_b", "https://api.example.com/1")
		},
	} {
		t.Run(what, func(t *testing.T) { refused(t, s, store.ErrNotFound, fn) })
	}
}
