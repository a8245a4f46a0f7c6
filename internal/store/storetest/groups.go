package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func readGroup(pool, name string) reads[*userpool.Group] {
	return func(ctx context.Context, r store.Reader) (*userpool.Group, error) { return r.Group(ctx, pool, name) }
}

func readGroupCount(pool string) reads[int] {
	return func(ctx context.Context, r store.Reader) (int, error) { return r.CountGroups(ctx, pool) }
}

// readGroupsOf reads the names of a user's groups.
func readGroupsOf(pool, username string) reads[[]string] {
	return func(ctx context.Context, r store.Reader) ([]string, error) {
		groups, err := r.GroupsOf(ctx, pool, username)
		names := groupNames(groups)
		slices.Sort(names) // they come in any order
		return names, err
	}
}

func groupNames(groups []*userpool.Group) []string {
	names := []string{}
	for _, g := range groups {
		names = append(names, g.Name)
	}
	return names
}

// readMembers reads the usernames of a group's users, in pages of two.
func readMembers(pool, group string) reads[[]string] {
	return func(ctx context.Context, r store.Reader) ([]string, error) {
		names := []string{}
		for after := ""; ; after = names[len(names)-1] {
			page, err := r.Members(ctx, pool, group, after, 2)
			if err != nil || len(page) == 0 {
				return names, err
			}
			for _, u := range page {
				names = append(names, u.Username)
			}
		}
	}
}

func testGroups(t *testing.T, s store.Store) {
	missing(t, s, "a group that never was", readGroup("r_a", "none"))
	for i, shape := range []shape{full, hollow, bare} {
		g := filled[userpool.Group](shape)
		g.PoolID, g.Name = "r_a", "group"+string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateGroup(ctx, g) })
		same(t, "group after CreateGroup", g, both(t, s, readGroup("r_a", g.Name)))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateGroup(ctx, g) })
		missing(t, s, "the group in another pool", readGroup("r_b", g.Name))
		missing(t, s, "the group in capital letters", readGroup("r_a", strings.ToUpper(g.Name)))

		next := filled[userpool.Group](full)
		next.PoolID, next.Name, next.Description = g.PoolID, g.Name, "changed"
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveGroup(ctx, next) })
		same(t, "group after SaveGroup", next, both(t, s, readGroup("r_a", g.Name)))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveGroup(ctx, g) })
		same(t, "group after another SaveGroup", g, both(t, s, readGroup("r_a", g.Name)))
	}
	nobody := &userpool.Group{PoolID: "r_a", Name: "none"}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveGroup(ctx, nobody) })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteGroup(ctx, "r_a", "none") })
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.DeleteGroup(ctx, "r_b", "groupa") })

	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.CreateGroup(ctx, &userpool.Group{PoolID: "r_b", Name: "groupaa"}),
			tx.CreateGroup(ctx, &userpool.Group{PoolID: "r_a", Name: "\u00fcber"}),
			tx.CreateGroup(ctx, &userpool.Group{PoolID: "r_a", Name: "Z"}),
		)
	})
	same(t, "CountGroups", 5, both(t, s, readGroupCount("r_a")))
	same(t, "CountGroups of the other pool", 1, both(t, s, readGroupCount("r_b")))
	same(t, "names of Groups in pages of two", []string{"Z", "groupa", "groupb", "groupc", "\u00fcber"},
		both(t, s, func(ctx context.Context, r store.Reader) ([]string, error) {
			names := []string{}
			for after := ""; ; after = names[len(names)-1] {
				page, err := r.Groups(ctx, "r_a", after, 2)
				if err != nil || len(page) == 0 {
					return names, err
				}
				names = append(names, groupNames(page)...)
			}
		}))
}

func testMembers(t *testing.T, s store.Store) {
	groups, users := []string{"ops", "dev", "Dev"}, []string{"ana", "ben", "Cleo", "d\u00e9a"}
	for _, pool := range []string{"r_a", "r_b"} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			for _, name := range groups {
				if err := tx.CreateGroup(ctx, &userpool.Group{PoolID: pool, Name: name, Description: "of " + pool}); err != nil {
					return err
				}
			}
			for _, name := range users {
				if err := tx.CreateUser(ctx, newUser(pool, name, "", "")); err != nil {
					return err
				}
			}
			return nil
		})
	}
	add := func(pool, group, username string) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.AddMember(ctx, pool, group, username) })
	}
	remove := func(pool, group, username string) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.RemoveMember(ctx, pool, group, username) })
	}
	for _, username := range users {
		add("r_a", "ops", username)
	}
	add("r_a", "dev", "ana")
	add("r_a", "Dev", "ana")
	add("r_a", "dev", "ana") // again
	add("r_b", "dev", "ben")

	same(t, "groups of ana", []string{"Dev", "dev", "ops"}, both(t, s, readGroupsOf("r_a", "ana")))
	same(t, "groups of ben", []string{"ops"}, both(t, s, readGroupsOf("r_a", "ben")))
	same(t, "groups of ben elsewhere", []string{"dev"}, both(t, s, readGroupsOf("r_b", "ben")))
	same(t, "groups of nobody", []string{}, both(t, s, readGroupsOf("r_a", "nobody")))
	same(t, "members of ops", []string{"Cleo", "ana", "ben", "d\u00e9a"}, both(t, s, readMembers("r_a", "ops")))
	same(t, "members of dev", []string{"ana"}, both(t, s, readMembers("r_a", "dev")))
	same(t, "members of no group", []string{}, both(t, s, readMembers("r_a", "none")))
	view(t, s, func(ctx context.Context, r store.Reader) error {
		of, err := r.GroupsOf(ctx, "r_b", "ben")
		if err != nil {
			return err
		}
		same(t, "a group of a user", &userpool.Group{PoolID: "r_b", Name: "dev", Description: "of r_b"}, of[0])
		who, err := r.Members(ctx, "r_b", "dev", "", 9)
		if err != nil {
			return err
		}
		same(t, "a user of a group", newUser("r_b", "ben", "", ""), who[0])
		return nil
	})

	remove("r_a", "dev", "ana")
	remove("r_a", "dev", "ana") // again
	same(t, "groups of ana after one less", []string{"Dev", "ops"}, both(t, s, readGroupsOf("r_a", "ana")))

	// What comes again under an old name begins without members and groups.
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(
			tx.DeleteGroup(ctx, "r_a", "Dev"), tx.CreateGroup(ctx, &userpool.Group{PoolID: "r_a", Name: "Dev"}),
			tx.DeleteUser(ctx, "r_a", "ben"), tx.CreateUser(ctx, newUser("r_a", "ben", "", "")),
		)
	})
	same(t, "members of a new group", []string{}, both(t, s, readMembers("r_a", "Dev")))
	same(t, "groups of ana", []string{"ops"}, both(t, s, readGroupsOf("r_a", "ana")))
	same(t, "groups of a new user", []string{}, both(t, s, readGroupsOf("r_a", "ben")))
	same(t, "members of ops", []string{"Cleo", "ana", "d\u00e9a"}, both(t, s, readMembers("r_a", "ops")))
	same(t, "members elsewhere", []string{"ben"}, both(t, s, readMembers("r_b", "dev")))
}

// testRaceToJoin: nobody is left in a group that was deleted meanwhile, and a user joins only so many.
func testRaceToJoin(t *testing.T, s store.Store) {
	const most = 3
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range racers {
			if err := tx.CreateGroup(ctx, &userpool.Group{PoolID: "r_a", Name: strconv.Itoa(i)}); err != nil {
				return err
			}
		}
		return tx.CreateUser(ctx, newUser("r_a", "ana", "", ""))
	})
	full := errors.New("full")
	race(t, func(racer int) (bool, error) {
		err := s.Update(t.Context(), func(tx store.Tx) error {
			if of, err := tx.GroupsOf(t.Context(), "r_a", "ana"); err != nil || len(of) >= most {
				return errors.Join(err, full)
			}
			return tx.AddMember(t.Context(), "r_a", strconv.Itoa(racer), "ana")
		})
		if errors.Is(err, full) {
			err = nil
		}
		return err == nil, err
	})
	same(t, "groups joined at once", most, len(get(t, s, readGroupsOf("r_a", "ana"))))

	for round := range 5 {
		group := &userpool.Group{PoolID: "r_b", Name: strconv.Itoa(round)}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateGroup(ctx, group) })
		race(t, func(racer int) (bool, error) {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				if racer == racers/2 {
					return tx.DeleteGroup(t.Context(), "r_b", group.Name)
				}
				user := newUser("r_b", fmt.Sprintf("%d-%d", round, racer), "", "")
				if err := tx.CreateUser(t.Context(), user); err != nil {
					return err
				}
				if _, err := tx.Group(t.Context(), "r_b", group.Name); err != nil {
					return err
				}
				return tx.AddMember(t.Context(), "r_b", group.Name, user.Username)
			})
			if errors.Is(err, store.ErrNotFound) {
				err = nil
			}
			return err == nil, err
		})
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateGroup(ctx, group) })
		same(t, "members of a group deleted meanwhile", []string{}, get(t, s, readMembers("r_b", group.Name)))
	}
}
