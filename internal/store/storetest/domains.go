package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readDomain(name string) reads[*userpool.Domain] {
	return func(ctx context.Context, r store.Reader) (*userpool.Domain, error) { return r.Domain(ctx, name) }
}

// readDomainsOf reads the names of a pool's domains.
func readDomainsOf(pool string) reads[[]string] {
	return func(ctx context.Context, r store.Reader) ([]string, error) {
		domains, err := r.DomainsOf(ctx, pool)
		names := []string{}
		for _, d := range domains {
			names = append(names, d.Name)
		}
		return names, err
	}
}

func testDomains(t *testing.T, s store.Store) {
	missing(t, s, "a domain that never was", readDomain("none"))
	same(t, "domains of a pool without", []string{}, both(t, s, readDomainsOf("r_a")))
	custom, prefix := filled[userpool.Domain](full), filled[userpool.Domain](bare)
	custom.Name, custom.PoolID = "auth.example.com", "r_a"
	prefix.Name, prefix.PoolID = "auth", "r_a"
	for _, d := range []*userpool.Domain{prefix, custom} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateDomain(ctx, d) })
		same(t, "domain after CreateDomain", d, both(t, s, readDomain(d.Name)))
	}
	same(t, "domains of the pool", []string{"auth.example.com", "auth"}, both(t, s, readDomainsOf("r_a")))
	for what, taken := range map[string]*userpool.Domain{
		"prefix":                         {Name: "auth", PoolID: "r_b"},
		"custom domain":                  {Name: "auth.example.com", PoolID: "r_b", Custom: &cognitoidp.CustomDomainConfigType{}},
		"second prefix of a pool":        {Name: "other", PoolID: "r_a"},
		"second custom domain of a pool": {Name: "other.example.com", PoolID: "r_a", Custom: &cognitoidp.CustomDomainConfigType{}},
	} {
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error {
			if err := tx.CreateDomain(ctx, taken); err != nil {
				return err
			}
			return errors.New("created a " + what + " that is taken")
		})
	}
	for _, d := range []*userpool.Domain{custom, prefix} {
		d.ManagedLoginVersion = 7
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveDomain(ctx, d) })
		same(t, "domain after SaveDomain", d, both(t, s, readDomain(d.Name)))
	}
	elsewhere := &userpool.Domain{Name: "auth", PoolID: "r_b"}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveDomain(ctx, elsewhere) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDomain(ctx, "r_b", "auth") })

	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateDomain(ctx, &userpool.Domain{Name: "b.example.com", PoolID: "r_b", Custom: &cognitoidp.CustomDomainConfigType{}})
	})
	same(t, "CountCustomDomains", 2, both(t, s, func(ctx context.Context, r store.Reader) (int, error) { return r.CountCustomDomains(ctx) }))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDomain(ctx, "r_a", "auth") })
	missing(t, s, "the deleted domain", readDomain("auth"))
	same(t, "the domain that stays", custom, both(t, s, readDomain("auth.example.com")))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateDomain(ctx, elsewhere) })
	same(t, "a name in other hands", elsewhere, both(t, s, readDomain("auth")))
}

// testRaceForDomain: of pools that want one name, and of names that one pool wants, one wins.
func testRaceForDomain(t *testing.T, s store.Store) {
	for what, make := range map[string]func(racer int) *userpool.Domain{
		"name": func(racer int) *userpool.Domain {
			return &userpool.Domain{Name: "wanted", PoolID: fmt.Sprint("r_", racer)}
		},
		"pool": func(racer int) *userpool.Domain {
			return &userpool.Domain{Name: fmt.Sprint("name", racer), PoolID: "r_a"}
		},
	} {
		wins := race(t, func(racer int) (bool, error) {
			err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateDomain(t.Context(), make(racer)) })
			if errors.Is(err, store.ErrExists) {
				return false, nil
			}
			return err == nil, err
		})
		same(t, "domains created for one "+what, 1, wins)
	}
}
