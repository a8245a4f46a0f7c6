package storetest

import (
	"context"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readTerms(pool, id string) reads[*userpool.Terms] {
	return func(ctx context.Context, r store.Reader) (*userpool.Terms, error) { return r.Terms(ctx, pool, id) }
}

func readTermsByClient(pool, client, name string) reads[*userpool.Terms] {
	return func(ctx context.Context, r store.Reader) (*userpool.Terms, error) {
		return r.TermsByClient(ctx, pool, client, name)
	}
}

func testTerms(t *testing.T, s store.Store) {
	missing(t, s, "terms that never were", readTerms("r_a", "none"))
	for i, shape := range []shape{full, hollow, bare} {
		terms := filled[userpool.Terms](shape)
		terms.PoolID, terms.ID, terms.ClientID, terms.Name = "r_a", "id"+string(rune('a'+i)), "web", "name"+string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateTerms(ctx, terms) })
		same(t, "terms after CreateTerms", terms, both(t, s, readTerms("r_a", terms.ID)))
		same(t, "terms by client", terms, both(t, s, readTermsByClient("r_a", "web", terms.Name)))
		missing(t, s, "the terms in another pool", readTerms("r_b", terms.ID))
		missing(t, s, "the terms of another client", readTermsByClient("r_a", "app", terms.Name))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateTerms(ctx, &userpool.Terms{PoolID: "r_a", ID: terms.ID, ClientID: "app", Name: "other"})
		})
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error {
			return tx.CreateTerms(ctx, &userpool.Terms{PoolID: "r_a", ID: "other", ClientID: "web", Name: terms.Name})
		})

		old := terms.Name
		terms.Name, terms.Links = "renamed"+terms.ID, map[string]string{"a": "b"}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveTerms(ctx, terms) })
		same(t, "terms after SaveTerms", terms, both(t, s, readTerms("r_a", terms.ID)))
		same(t, "terms by their new name", terms, both(t, s, readTermsByClient("r_a", "web", terms.Name)))
		missing(t, s, "terms by their old name", readTermsByClient("r_a", "web", old))
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateTerms(ctx, &userpool.Terms{PoolID: "r_b", ID: "idaa", ClientID: "web", Name: "n"})
	})
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SaveTerms(ctx, &userpool.Terms{PoolID: "r_b", ID: "ida"})
	})
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteTerms(ctx, "r_b", "ida") })
	same(t, "ids of ListTerms in pages of two", []string{"ida", "idb", "idc"}, both(t, s, func(ctx context.Context, r store.Reader) ([]string, error) {
		ids := []string{}
		for after := ""; ; after = ids[len(ids)-1] {
			page, err := r.ListTerms(ctx, "r_a", after, 2)
			if err != nil || len(page) == 0 {
				return ids, err
			}
			for _, terms := range page {
				ids = append(ids, terms.ID)
			}
		}
	}))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteTerms(ctx, "r_a", "ida") })
	missing(t, s, "the deleted terms", readTerms("r_a", "ida"))
}
