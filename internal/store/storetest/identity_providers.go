package storetest

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readProvider(pool, name string) reads[*userpool.IdentityProvider] {
	return func(ctx context.Context, r store.Reader) (*userpool.IdentityProvider, error) {
		return r.IdentityProvider(ctx, pool, name)
	}
}

func readIdentifier(pool, identifier string) reads[*userpool.IdentityProvider] {
	return func(ctx context.Context, r store.Reader) (*userpool.IdentityProvider, error) {
		return r.IdentityProviderByIdentifier(ctx, pool, identifier)
	}
}

func readProviderCount(pool string) reads[int] {
	return func(ctx context.Context, r store.Reader) (int, error) { return r.CountIdentityProviders(ctx, pool) }
}

func readIdentity(pool, provider, attribute, value string) reads[*userpool.User] {
	return func(ctx context.Context, r store.Reader) (*userpool.User, error) {
		return r.UserByIdentity(ctx, pool, provider, attribute, value)
	}
}

func readLinkAttributes(pool, provider string) reads[[]string] {
	return func(ctx context.Context, r store.Reader) ([]string, error) {
		return r.LinkAttributes(ctx, pool, provider)
	}
}

func testIdentityProviders(t *testing.T, s store.Store) {
	same(t, "CountIdentityProviders of an empty pool", 0, both(t, s, readProviderCount("r_a")))
	for i, shape := range []shape{full, hollow, bare} {
		ip := filled[userpool.IdentityProvider](shape)
		ip.PoolID, ip.Name = "r_a", "Provider"+string(rune('a'+i))
		if shape == full {
			ip.Details["client_secret"], ip.Details["private_key"] = "s1", "s2"
		}
		missing(t, s, "a provider who never was", readProvider("r_a", ip.Name))
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveIdentityProvider(ctx, ip) })
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateIdentityProvider(ctx, ip) })
		same(t, "provider", ip, both(t, s, readProvider("r_a", ip.Name)))
		for _, identifier := range ip.Identifiers {
			same(t, "provider by identifier", ip, both(t, s, readIdentifier("r_a", identifier)))
			missing(t, s, "the identifier in another pool", readIdentifier("r_b", identifier))
		}
		missing(t, s, "the provider in another pool", readProvider("r_b", ip.Name))

		next := filled[userpool.IdentityProvider](full)
		next.PoolID, next.Name = ip.PoolID, ip.Name
		next.Identifiers = append(next.Identifiers[:1:1], "new one")
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveIdentityProvider(ctx, next) })
		same(t, "changed provider", next, both(t, s, readProvider("r_a", ip.Name)))
		for _, identifier := range next.Identifiers {
			same(t, "changed provider by identifier", next, both(t, s, readIdentifier("r_a", identifier)))
		}
		for _, identifier := range ip.Identifiers[min(1, len(ip.Identifiers)):] {
			missing(t, s, "an identifier given up", readIdentifier("r_a", identifier))
		}
		bare := &userpool.IdentityProvider{PoolID: ip.PoolID, Name: ip.Name}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveIdentityProvider(ctx, bare) })
		same(t, "provider made bare", bare, both(t, s, readProvider("r_a", ip.Name)))
		missing(t, s, "an identifier given up", readIdentifier("r_a", "new one"))
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteIdentityProvider(ctx, "r_a", "none") })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.DeleteIdentityProvider(ctx, "r_b", "Providera")
	})
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{PoolID: "r_a", Name: "\u00dcber"}),
			tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{PoolID: "r_a", Name: "Zed"}),
			tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{PoolID: "r_b", Name: "Zed"}),
		)
	})
	same(t, "CountIdentityProviders", 5, both(t, s, readProviderCount("r_a")))
	same(t, "providers in pages of two", []string{"Providera", "Providerb", "Providerc", "Zed", "\u00dcber"},
		both(t, s, func(ctx context.Context, r store.Reader) ([]string, error) {
			names := []string{}
			for after := ""; ; after = names[len(names)-1] {
				page, err := r.IdentityProviders(ctx, "r_a", after, 2)
				if err != nil || len(page) == 0 {
					return names, err
				}
				for _, ip := range page {
					names = append(names, ip.Name)
				}
			}
		}))
}

// testProviderNames: names are unique without case, identifiers letter by letter, both in their pool.
func testProviderNames(t *testing.T, s store.Store) {
	okta := &userpool.IdentityProvider{PoolID: "r_a", Name: "Okta", Identifiers: []string{"okta.example", "o"}}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateIdentityProvider(ctx, okta) })
	for what, ip := range map[string]*userpool.IdentityProvider{
		"name":              {PoolID: "r_a", Name: "Okta", Identifiers: []string{"free"}},
		"name in upper":     {PoolID: "r_a", Name: "OKTA", Identifiers: []string{"free"}},
		"identifier":        {PoolID: "r_a", Name: "Other", Identifiers: []string{"o"}},
		"second identifier": {PoolID: "r_a", Name: "Other", Identifiers: []string{"free", "o"}},
	} {
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateIdentityProvider(ctx, ip) })
		// A caller may go on after the refusal: nothing of the refused provider must be kept.
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			if err := tx.CreateIdentityProvider(ctx, ip); err == nil {
				t.Errorf("taken %s: CreateIdentityProvider did not refuse", what)
			}
			return nil
		})
		missing(t, s, "provider with a taken "+what, readProvider("r_a", "Other"))
		missing(t, s, "free identifier of a provider with a taken "+what, readIdentifier("r_a", "free"))
	}
	same(t, "the first one", okta, both(t, s, readProvider("r_a", "Okta")))
	same(t, "the first one by identifier", okta, both(t, s, readIdentifier("r_a", "o")))

	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{PoolID: "r_a", Name: "Other", Identifiers: []string{"O", "own"}}),
			tx.CreateIdentityProvider(ctx, &userpool.IdentityProvider{PoolID: "r_b", Name: "Okta", Identifiers: []string{"o"}}))
	})
	greedy := &userpool.IdentityProvider{PoolID: "r_a", Name: "Other", Identifiers: []string{"free", "o"}}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.SaveIdentityProvider(ctx, greedy); !errors.Is(err, store.ErrExists) {
			t.Errorf("SaveIdentityProvider with a taken identifier: %v", err)
		}
		return nil
	})
	missing(t, s, "free identifier of a refused change", readIdentifier("r_a", "free"))
	same(t, "identifiers after a refused change", []string{"O", "own"}, both(t, s, readIdentifier("r_a", "own")).Identifiers)

	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteIdentityProvider(ctx, "r_a", "Okta") })
	missing(t, s, "a deleted provider", readProvider("r_a", "Okta"))
	missing(t, s, "an identifier of a deleted provider", readIdentifier("r_a", "o"))
	get(t, s, readIdentifier("r_b", "o"))
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateIdentityProvider(ctx, okta) })
	same(t, "a provider that came again", okta, both(t, s, readIdentifier("r_a", "okta.example")))
}

// withIdentities is a user known to a provider by values of an attribute.
func withIdentities(pool, username, provider, attribute string, values ...string) *userpool.User {
	u := newUser(pool, username, "", "")
	for _, value := range values {
		u.Identities = append(u.Identities, userpool.Identity{Provider: provider, Attribute: attribute, Value: value, Created: start})
	}
	return u
}

func testIdentities(t *testing.T, s store.Store) {
	ana := withIdentities("r_a", "ana", "Okta", "sub", "1", "2")
	ben := withIdentities("r_a", "ben", "Okta", "email", "1")
	ben.Identities = append(ben.Identities, userpool.Identity{Provider: "Google", Attribute: "sub", Value: "1"})
	other := withIdentities("r_b", "ana", "Okta", "sub", "1")
	for _, u := range []*userpool.User{ana, ben, other} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, u) })
	}
	expect := func(u *userpool.User) {
		t.Helper()
		for _, id := range u.Identities {
			same(t, "user by identity", u, both(t, s, readIdentity(u.PoolID, id.Provider, id.Attribute, id.Value)))
		}
	}
	expect(ana)
	expect(ben)
	expect(other)
	missing(t, s, "identity of nobody", readIdentity("r_a", "Okta", "sub", "3"))
	missing(t, s, "identity of no provider", readIdentity("r_a", "okta", "sub", "1"))
	same(t, "attributes of Okta", []string{"email", "sub"}, both(t, s, readLinkAttributes("r_a", "Okta")))
	same(t, "attributes of Google", []string{"sub"}, both(t, s, readLinkAttributes("r_a", "Google")))
	same(t, "attributes of nobody", 0, len(both(t, s, readLinkAttributes("r_a", "Other"))))

	// Taken by another, at creation and later; nothing of the refused one is kept.
	greedy := withIdentities("r_a", "cleo", "Okta", "sub", "9", "2")
	greedy.Names.Aliases = []userpool.Alias{{Attribute: "email", Value: "cleo@example.com"}}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.CreateUser(ctx, greedy); !errors.Is(err, store.ErrExists) {
			t.Errorf("CreateUser with a taken identity: %v", err)
		}
		return nil
	})
	missing(t, s, "a refused user", readUser("r_a", "cleo"))
	missing(t, s, "free identity of a refused user", readIdentity("r_a", "Okta", "sub", "9"))
	missing(t, s, "free alias of a refused user", readAlias("r_a", "email", "cleo@example.com"))
	changed := *ben
	changed.Identities = greedy.Identities
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.SaveUser(ctx, &changed); !errors.Is(err, store.ErrExists) {
			t.Errorf("SaveUser with a taken identity: %v", err)
		}
		return nil
	})
	expect(ben)
	missing(t, s, "free identity of a refused change", readIdentity("r_a", "Okta", "sub", "9"))

	// An identity changes hands, and goes with its user.
	taken := ana.Identities[1]
	ana.Identities = ana.Identities[:1]
	ben.Identities = append(ben.Identities, taken)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.SaveUser(ctx, ana), tx.SaveUser(ctx, ben))
	})
	expect(ana)
	expect(ben)
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, "r_a", "ben") })
	missing(t, s, "identity of a deleted user", readIdentity("r_a", "Google", "sub", "1"))
	same(t, "attributes of Google", 0, len(both(t, s, readLinkAttributes("r_a", "Google"))))
	same(t, "attributes of Okta", []string{"sub"}, both(t, s, readLinkAttributes("r_a", "Okta")))
	expect(ana)
	expect(other)
}

// testRaceForIdentity: of users who are linked to one identity at once, one is.
func testRaceForIdentity(t *testing.T, s store.Store) {
	won := race(t, func(racer int) (bool, error) {
		err := s.Update(t.Context(), func(tx store.Tx) error {
			return tx.CreateUser(t.Context(), withIdentities("r_a", strconv.Itoa(racer), "Okta", "sub", "1"))
		})
		if errors.Is(err, store.ErrExists) {
			return false, nil
		}
		return err == nil, err
	})
	same(t, "users linked to one identity", 1, won)
	same(t, "users", 1, both(t, s, readUserCount("r_a")))
}
