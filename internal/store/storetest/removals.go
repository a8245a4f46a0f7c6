package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// many is more than a store may remove in one transaction without making others wait.
const many = 2500

// reclaim removes what is left of what was deleted, in batches of limit. Each may be a little larger, and
// there have to be some.
func reclaim(t testing.TB, s store.Store, limit int) {
	t.Helper()
	total := 0
	for {
		var n int
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
			n, err = tx.Reclaim(ctx, limit)
			return err
		})
		if n > 2*limit {
			t.Fatalf("Reclaim removed %d rows, limit %d", n, limit)
		}
		if n == 0 {
			break
		}
		total += n
	}
	if total < limit {
		t.Errorf("Reclaim removed %d rows only", total)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		n, err := tx.Reclaim(ctx, limit)
		same(t, "rows removed when nothing is left", 0, n)
		return err
	})
}

// testPoolRemoval: a large pool is gone at once, and its rows in the end.
func testPoolRemoval(t *testing.T, s store.Store) {
	for _, pool := range []string{"r_gone", "r_kept"} {
		furnish(t, s, pool)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range many {
			if _, err := tx.Spend(ctx, "r_gone", fmt.Sprintf("user%d", i), "act", time.Hour, start); err != nil {
				return err
			}
		}
		return nil
	})
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeletePool(ctx, "r_gone") })
	missing(t, s, "the deleted pool", readPool("r_gone"))
	missing(t, s, "its domain", readDomain("r_gone-login"))
	missing(t, s, "its client", readClient("r_gone"+furnishedClients[0]))
	same(t, "CountUsers", 0, both(t, s, readUserCount("r_gone")))
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		pools, err := tx.Pools(ctx, "", 9)
		same(t, "pools that are left", 1, len(pools))
		return err
	})
	again := &userpool.Pool{ID: "r_gone", Name: "second"}
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreatePool(ctx, again) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeletePool(ctx, "r_gone") })

	reclaim(t, s, 400)
	expectNothing(t, s, "r_gone")
	expectFurniture(t, s, "r_kept")
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreatePool(ctx, again) })
	expectNothing(t, s, "r_gone")
}

// testGroupRemoval: a large group is gone at once, also where its name comes again.
func testGroupRemoval(t *testing.T, s store.Store) {
	group := &userpool.Group{PoolID: "r_a", Name: "all"}
	join := func(usernames ...string) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			for _, name := range usernames {
				if err := tx.AddMember(ctx, "r_a", "all", name); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var everybody []string
	for i := range many {
		everybody = append(everybody, fmt.Sprintf("user%04d", i))
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		if err := tx.CreateGroup(ctx, &userpool.Group{PoolID: "r_a", Name: "other"}); err != nil {
			return err
		}
		for _, name := range []string{"user0001", "user1999"} {
			if err := tx.CreateUser(ctx, newUser("r_a", name, "", "")); err != nil {
				return err
			}
			if err := tx.AddMember(ctx, "r_a", "other", name); err != nil {
				return err
			}
		}
		return nil
	})
	// Three times: the members of the first are still there when the second goes.
	for round := range 3 {
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateGroup(ctx, group) })
		same(t, "members of a new group", []string{}, both(t, s, readMembers("r_a", "all")))
		same(t, "groups of who was in the one before", []string{"other"}, both(t, s, readGroupsOf("r_a", "user1999")))
		join("user1999")
		same(t, "members after one joined", []string{"user1999"}, both(t, s, readMembers("r_a", "all")))
		same(t, "groups of who joined", []string{"all", "other"}, both(t, s, readGroupsOf("r_a", "user1999")))
		if round == 2 {
			break
		}
		join(everybody...)
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteGroup(ctx, "r_a", "all") })
		missing(t, s, "the deleted group", readGroup("r_a", "all"))
		same(t, "members of a deleted group", []string{}, both(t, s, readMembers("r_a", "all")))
		same(t, "groups of a member", []string{"other"}, both(t, s, readGroupsOf("r_a", "user1999")))
		join("user0001") // nobody joins what is gone
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemoveMember(ctx, "r_a", "all", "user1999") })
	}
	reclaim(t, s, 300)
	same(t, "members after the removal", []string{"user1999"}, both(t, s, readMembers("r_a", "all")))
	same(t, "groups after the removal", []string{"all", "other"}, both(t, s, readGroupsOf("r_a", "user1999")))
	same(t, "groups of another", []string{"other"}, both(t, s, readGroupsOf("r_a", "user0001")))
}

// testClientRemoval: a client whose users are many is gone at once, its sessions in the end.
func testClientRemoval(t *testing.T, s store.Store) {
	furnish(t, s, "r_a")
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range many {
			jti := fmt.Sprintf("jti%d", i)
			err := tx.CreateTokenSession(ctx, &userpool.TokenSession{
				PoolID: "r_a", OriginJTI: jti, ClientID: "r_aweb", Username: furnishedUsers[0], Created: start, LastActive: start,
			})
			if err != nil {
				return err
			}
			err = tx.CreateRefreshToken(ctx, &userpool.RefreshToken{ID: []byte(jti), PoolID: "r_a", OriginJTI: jti, ClientID: "r_aweb", Issued: start})
			if err != nil {
				return err
			}
		}
		return nil
	})
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, "r_a", "r_aweb") })
	missing(t, s, "the deleted client", readClient("r_aweb"))
	refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateClient(ctx, &userpool.Client{PoolID: "r_a", ID: "r_aweb"})
	})
	reclaim(t, s, 400)
	for i := range many {
		jti := fmt.Sprintf("jti%d", i)
		if i%100 == 0 {
			missing(t, s, "a session", readSession("r_a", jti))
			missing(t, s, "a refresh token", readRefresh([]byte(jti)))
		}
	}
	for _, user := range furnishedUsers {
		expectSignIns(t, s, false, "r_a", user, "web")
		expectSignIns(t, s, true, "r_a", user, "app")
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return tx.CreateClient(ctx, &userpool.Client{PoolID: "r_a", ID: "r_aweb"})
	})
}
