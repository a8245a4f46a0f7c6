package storetest

import (
	"context"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testClients(t *testing.T, s store.Store) {
	missing(t, s, "a client that never was", readClient("none"))
	for i, shape := range []shape{full, hollow, bare} {
		c := filled[userpool.Client](shape)
		c.PoolID, c.ID = "r_a", "client"+string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateClient(ctx, c) })
		same(t, "client after CreateClient", c, both(t, s, readClient(c.ID)))

		elsewhere := &userpool.Client{PoolID: "r_b", ID: c.ID}
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateClient(ctx, elsewhere) })
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveClient(ctx, elsewhere) })
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, "r_b", c.ID) })

		c.Name = "renamed"
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveClient(ctx, c) })
		same(t, "client after SaveClient", c, both(t, s, readClient(c.ID)))
		c.Secrets = append(c.Secrets, userpool.ClientSecret{ID: "new", Value: "another secret", Created: start})
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveClient(ctx, c) })
		same(t, "client with another secret", c, both(t, s, readClient(c.ID)))
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateClient(ctx, &userpool.Client{PoolID: "r_b", ID: "clientaa"})
	})
	var got []string
	view(t, s, func(ctx context.Context, r store.Reader) error {
		n, err := r.CountClients(ctx, "r_a")
		if err != nil {
			return err
		}
		same(t, "CountClients", 3, n)
		for after := ""; ; after = got[len(got)-1] {
			page, err := r.Clients(ctx, "r_a", after, 2)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, c := range page {
				got = append(got, c.ID)
			}
		}
	})
	same(t, "ids of Clients in pages of two", []string{"clienta", "clientb", "clientc"}, got)
}

func testClientDeletion(t *testing.T, s store.Store) {
	furnish(t, s, "r_a")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, "r_a", "r_aweb") })
	missing(t, s, "the deleted client", readClient("r_aweb"))
	same(t, "the client that stays", "r_aapp", both(t, s, readClient("r_aapp")).ID)
	missing(t, s, "terms of the deleted client", readTerms("r_a", "terms of web"))
	same(t, "terms of the client that stays", "r_aapp", both(t, s, readTerms("r_a", "terms of app")).ClientID)
	for _, user := range furnishedUsers {
		expectUser(t, s, true, "r_a", user)
		expectSignIns(t, s, false, "r_a", user, "web")
		expectSignIns(t, s, true, "r_a", user, "app")
	}
}
