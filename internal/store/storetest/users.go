package storetest

import (
	"context"
	"strings"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testUsers(t *testing.T, s store.Store) {
	for i, shape := range []shape{full, hollow, bare} {
		u := filled[userpool.User](shape)
		u.PoolID, u.Username, u.Sub = "r_a", "Ana"+string(rune('a'+i)), "sub"+string(rune('a'+i))
		u.Names.Username = strings.ToLower(u.Username)
		missing(t, s, "a user who never was", readUser("r_a", u.Names.Username))

		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, u) })
		expectEverywhere(t, s, u)
		missing(t, s, "the user in another pool", readUser("r_b", u.Names.Username))
		missing(t, s, "the user in another pool by sub", readSub("r_b", u.Sub))

		// Change everything that can change.
		next := filled[userpool.User](full)
		next.PoolID, next.Username, next.Sub, next.Names.Username = u.PoolID, u.Username, u.Sub, u.Names.Username
		next.Enabled = false
		next.Attributes = map[string]string{"email": "New@Example.com"}
		next.Names.Aliases = append(next.Names.Aliases[:1:1], userpool.Alias{Attribute: "email", Value: u.Username})
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveUser(ctx, next) })
		expectEverywhere(t, s, next)
		for _, a := range u.Names.Aliases[min(1, len(u.Names.Aliases)):] {
			missing(t, s, "an alias given up", readAlias("r_a", a.Attribute, a.Value))
		}

		bare := &userpool.User{PoolID: u.PoolID, Username: u.Username, Sub: u.Sub, Names: userpool.Names{Username: u.Names.Username}}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveUser(ctx, bare) })
		expectEverywhere(t, s, bare)
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SaveUser(ctx, newUser("r_a", "nobody", "", ""))
	})
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.DeleteUser(ctx, "r_a", "nobody")
	})
}

// expectEverywhere finds u by each of its names.
func expectEverywhere(t testing.TB, s store.Store, u *userpool.User) {
	t.Helper()
	same(t, "user by name", u, both(t, s, readUser(u.PoolID, u.Names.Username)))
	same(t, "user by sub", u, both(t, s, readSub(u.PoolID, u.Sub)))
	for _, a := range u.Names.Aliases {
		same(t, "user by alias", u, both(t, s, readAlias(u.PoolID, a.Attribute, a.Value)))
	}
}

func testUserNames(t *testing.T, s store.Store) {
	ana := newUser("r_a", "ana", "email", "ana@example.com")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, ana) })
	taken := map[string]*userpool.User{
		"username": newUser("r_a", "ana", "email", "free@example.com"),
		"folded username": func() *userpool.User {
			u := newUser("r_a", "ANA", "", "")
			u.Names.Username = "ana"
			return u
		}(),
		"sub": func() *userpool.User {
			u := newUser("r_a", "ben", "email", "free@example.com")
			u.Sub = ana.Sub
			return u
		}(),
		"alias": newUser("r_a", "ben", "email", "ana@example.com"),
		"second alias": func() *userpool.User {
			u := newUser("r_a", "ben", "phone_number", "+15550100")
			u.Names.Aliases = append(u.Names.Aliases, ana.Names.Aliases...)
			return u
		}(),
	}
	for what, u := range taken {
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, u) })
		// A caller may go on after the refusal: nothing of the refused user must be kept.
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			if err := tx.CreateUser(ctx, u); err == nil {
				t.Errorf("taken %s: CreateUser did not refuse", what)
			}
			return nil
		})
		missing(t, s, "user with a taken "+what, readSub("r_a", "sub-of-ben"))
		missing(t, s, "free alias of a user with a taken "+what, readAlias("r_a", "email", "free@example.com"))
		missing(t, s, "free alias of a user with a taken "+what, readAlias("r_a", "phone_number", "+15550100"))
	}
	same(t, "CountUsers", 1, both(t, s, readUserCount("r_a")))
	expectEverywhere(t, s, ana)

	// The same names are free in another pool, and an alias is of one attribute.
	for _, u := range []*userpool.User{
		newUser("r_b", "ana", "email", "ana@example.com"),
		newUser("r_a", "cleo", "preferred_username", "ana@example.com"),
	} {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, u) })
		expectEverywhere(t, s, u)
	}

	ben := newUser("r_a", "ben", "email", "ben@example.com")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, ben) })
	greedy := newUser("r_a", "ben", "phone_number", "+15550101")
	greedy.Names.Aliases = append(greedy.Names.Aliases, ana.Names.Aliases...)
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.SaveUser(ctx, greedy) })
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.SaveUser(ctx, greedy); err == nil {
			t.Error("SaveUser gave away a taken alias")
		}
		return nil
	})
	expectEverywhere(t, s, ben)
	missing(t, s, "free alias of a refused change", readAlias("r_a", "phone_number", "+15550101"))

	// An alias changes hands within one transaction, and its owner can take it back.
	ana.Names.Aliases, ben.Names.Aliases = nil, append(ben.Names.Aliases, ana.Names.Aliases...)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.SaveUser(ctx, ana); err != nil {
			return err
		}
		return tx.SaveUser(ctx, ben)
	})
	expectEverywhere(t, s, ana)
	expectEverywhere(t, s, ben)

	// A user of that name who came later is another user.
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, "r_a", "ben") })
	second := newUser("r_a", "ben", "email", "second@example.com")
	second.Sub = "second-sub"
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, second) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveUser(ctx, ben) })
	expectEverywhere(t, s, second)
}

func testUserDeletion(t *testing.T, s store.Store) {
	furnish(t, s, "r_a")
	furnish(t, s, "r_b")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, "r_a", "ana") })
	expectUser(t, s, false, "r_a", "ana")
	expectUser(t, s, true, "r_a", "ben")
	for _, client := range furnishedClients {
		expectSignIns(t, s, false, "r_a", "ana", client)
		expectSignIns(t, s, true, "r_a", "ben", client)
	}
	expectFurniture(t, s, "r_b")

	again := newUser("r_a", "ana", "email", "ana@example.com")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateUser(ctx, again) })
	expectEverywhere(t, s, again)
}

func testUserCount(t *testing.T, s store.Store) {
	const users = 100
	same(t, "CountUsers of an empty pool", 0, both(t, s, readUserCount("r_a")))
	name := func(i int) string { return "user" + strings.Repeat("x", i) }
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range users {
			if err := tx.CreateUser(ctx, newUser("r_a", name(i), "", "")); err != nil {
				return err
			}
		}
		return tx.CreateUser(ctx, newUser("r_b", "other", "", ""))
	})
	same(t, "CountUsers", users, both(t, s, readUserCount("r_a")))
	for i := range users / 2 {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, "r_a", name(i)) })
	}
	same(t, "CountUsers after deletions", users/2, both(t, s, readUserCount("r_a")))
	same(t, "CountUsers of the other pool", 1, both(t, s, readUserCount("r_b")))
}
