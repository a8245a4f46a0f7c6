package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// orderedBytes is how much of a value the order of a listing must heed.
const orderedBytes = 250

// list reads all pages of q and answers the usernames.
func list(t testing.TB, s store.Store, pool string, q store.UserQuery) []string {
	t.Helper()
	names := []string{}
	for range 1000 {
		page := get(t, s, func(ctx context.Context, r store.Reader) ([]*userpool.User, error) { return r.Users(ctx, pool, q) })
		if len(page) > q.Limit {
			t.Fatalf("a page has %d users, limit %d", len(page), q.Limit)
		}
		for _, u := range page {
			names = append(names, u.Username)
		}
		if len(page) < q.Limit {
			return names
		}
		q.After = q.CursorAt(page[len(page)-1])
	}
	t.Fatalf("paging through %+v never ends", q)
	return nil
}

func testUserListing(t *testing.T, s store.Store) {
	// In byte order of the username, not of its folded form or of any language.
	want := []string{"Zoe", "a", "a b", "a!", "aa", "\u00e4", "\uffee", "\U0001F511"}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for _, name := range slices.Backward(want) {
			if err := tx.CreateUser(ctx, newUser("r_a", name, "", "")); err != nil {
				return err
			}
		}
		return tx.CreateUser(ctx, newUser("r_b", "other", "", ""))
	})
	for limit := 1; limit <= len(want)+1; limit++ {
		same(t, fmt.Sprintf("users in pages of %d", limit), want, list(t, s, "r_a", store.UserQuery{Limit: limit}))
	}
	// A user behind the cursor is found even if the one at the cursor is gone.
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, "r_a", "a b") })
	q := store.UserQuery{After: store.UserCursor{Value: "a b", Username: "a b"}, Limit: 9}
	same(t, "users behind a deleted one", want[3:], list(t, s, "r_a", q))
}

func testUserFilters(t *testing.T, s store.Store) {
	long := strings.Repeat("\u6f22", 2000)
	people := []struct {
		username string
		set      func(*userpool.User)
	}{
		{"a", func(u *userpool.User) {
			u.Attributes = map[string]string{"email": "Ana@Example.com", "given_name": "Ana"}
		}},
		{"b", func(u *userpool.User) {
			u.Attributes = map[string]string{"email": "ana@example.com.au", "given_name": "anabel"}
		}},
		{"c", func(u *userpool.User) {
			u.Attributes = map[string]string{"email": "b%@example.com", "given_name": "\u00c4nne"}
		}},
		{"d", func(u *userpool.User) {
			u.Attributes = map[string]string{"email": "b_@example.com", "given_name": "_%"}
		}},
		{"e", func(u *userpool.User) {
			u.Attributes = map[string]string{"phone_number": "+15550100", "given_name": "\U0010FFFF"}
		}},
		{"f", func(u *userpool.User) { u.Attributes = map[string]string{"given_name": "\U0010FFFF\U0010FFFFx"} }},
		{"g", func(u *userpool.User) { u.Attributes = map[string]string{"given_name": "nul\x00one\x01"} }},
		{"h", func(u *userpool.User) { u.Attributes = map[string]string{"name": long, "family_name": "'; --\\"} }},
		{"i", func(u *userpool.User) {
			u.Attributes = map[string]string{"name": long + "x", "preferred_username": "\ud7ff"}
		}},
		{"j", func(u *userpool.User) { u.Enabled, u.Status = false, cognitoidp.UserStatusTypeConfirmed }},
		{"k", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeForceChangePassword }},
		{"Kk", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeConfirmed }},
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for _, p := range people {
			u := newUser("r_a", p.username, "", "")
			p.set(u)
			if err := tx.CreateUser(ctx, u); err != nil {
				return err
			}
			u.PoolID = "r_b"
			if err := tx.CreateUser(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		filter string
		want   string
	}{
		{`email = ana@example.com`, "a"},
		{`email = ANA@EXAMPLE.COM`, "a"},
		{`email ^= aNa@example.com`, "a b"},
		{`email ^= b%`, "c"},
		{`email ^= b_`, "d"},
		{`email ^= %`, ""},
		{`email ^= `, "a b c d"},
		{`email = `, ""},
		{`phone_number ^= +1555`, "e"},
		{`phone_number = +15550100`, "e"},
		{`given_name ^= ANA`, "a b"},
		{`given_name = ana`, "a"},
		{"given_name ^= \u00e4", "c"},
		{"given_name ^= \U0010FFFF", "e f"},
		{"given_name ^= \U0010FFFF\U0010FFFF", "f"},
		{"given_name = \U0010FFFF", "e"},
		{"given_name ^= nul\x00", "g"},
		{"given_name ^= nul\x00one", "g"},
		{"given_name = nul\x00one\x01", "g"},
		{"given_name = nul\x01", ""},
		{"given_name ^= _", "d"},
		{"name = " + long, "h"},
		{"name = " + long + "x", "i"},
		{"name ^= " + long[:300], "h i"},
		{"name ^= " + long, "h i"},
		{"name ^= " + long + "X", "i"},
		{"name ^= " + long + "y", ""},
		{"name ^= \u6f22", "h i"},
		{"family_name = '; --\\", "h"},
		{"family_name ^= ';", "h"},
		{"preferred_username = \ud7ff", "i"},
		{`username = k`, "k"},
		{`username = K`, ""},
		{`username ^= K`, "Kk"},
		{`sub = sub-of-k`, "k"},
		{`sub ^= sub-of-k`, "k"},
		{`sub ^= SUB`, ""},
		{`status = Disabled`, "j"},
		{`status = disabled`, ""},
		{`status = Enabled`, "Kk a b c d e f g h i k"},
		{`cognito:user_status = CONFIRMED`, "Kk j"},
		{`cognito:user_status = confirmed`, "Kk j"},
		{`cognito:user_status ^= Force`, "k"},
		{`locale = de`, ""},
	} {
		attribute, rest, _ := strings.Cut(c.filter, " ")
		op, value, _ := strings.Cut(rest, " ")
		for _, limit := range []int{1, 2, 60} {
			q := store.UserQuery{Attribute: attribute, Value: value, Prefix: op == "^=", Limit: limit}
			names := list(t, s, "r_a", q)
			slices.Sort(names) // testUserFilterOracle looks at the order
			got := strings.Join(names, " ")
			if got != c.want {
				t.Errorf("%.60q, limit %d: got %q, want %q", c.filter, limit, got, c.want)
			}
		}
	}
}

// testUserFilterOracle compares filters, order and paging with what can be worked out by hand, while
// users come, change and go.
func testUserFilterOracle(t *testing.T, s store.Store) {
	attributes := []string{"", "username", "email", "phone_number", "name", "preferred_username", "status", "cognito:user_status", "sub"}
	text := rapid.OneOf(
		rapid.StringMatching(`[abAB%_]{0,3}`),
		rapid.StringOf(rapid.SampledFrom([]rune{'a', 'A', 0, 1, 2, '\ud7ff', '\ue000', '\uffff', 0x10000, 0x10FFFF, '\u0130', 'z'})),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom([]string{"a", "\u00e9", "\U0010FFFF"}).Draw(t, "unit"), rapid.IntRange(60, 260).Draw(t, "length")) +
				rapid.SampledFrom([]string{"", "a", "b", "\x01"}).Draw(t, "end")
		}),
	)
	pools := 0
	rapid.Check(t, func(rt *rapid.T) {
		pools++
		pool := fmt.Sprintf("r_%d", pools)
		users := map[string]*userpool.User{}
		for i := range rapid.IntRange(1, 12).Draw(rt, "changes") {
			u := &userpool.User{PoolID: pool, Username: rapid.StringMatching(`[abAB]{1,2}`).Draw(rt, "username")}
			u.Sub, u.Names.Username = "sub"+u.Username, u.Username
			u.Enabled = rapid.Bool().Draw(rt, "enabled")
			u.Status = rapid.SampledFrom([]cognitoidp.UserStatusType{"", "CONFIRMED", "UNCONFIRMED"}).Draw(rt, "status")
			u.Attributes = rapid.MapOf(rapid.SampledFrom([]string{"email", "phone_number", "name", "preferred_username", "locale"}), text).Draw(rt, "attributes")
			old := users[u.Username]
			update(t, s, func(ctx context.Context, tx store.Tx) error {
				switch {
				case old == nil:
					return tx.CreateUser(ctx, u)
				case i%4 == 3:
					return tx.DeleteUser(ctx, pool, u.Username)
				default:
					return tx.SaveUser(ctx, u)
				}
			})
			if old != nil && i%4 == 3 {
				delete(users, u.Username)
			} else {
				users[u.Username] = u
			}
		}
		for range 8 {
			q := store.UserQuery{
				Attribute: rapid.SampledFrom(attributes).Draw(rt, "attribute"),
				Prefix:    rapid.Bool().Draw(rt, "prefix"),
				Limit:     rapid.IntRange(1, 5).Draw(rt, "limit"),
			}
			q.Value = text.Draw(rt, "value")
			if rapid.Bool().Draw(rt, "of a user") {
				for _, u := range users {
					q.Value = u.SearchValue(q.Attribute)
				}
			}
			got, want := list(t, s, pool, q), matches(users, q)
			if slices.ContainsFunc(want, func(name string) bool { return len(users[name].SearchValue(q.Attribute)) > orderedBytes }) {
				slices.Sort(got)
				slices.Sort(want)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				rt.Fatalf("%+v: got %q, want %q", q, got, want)
			}
		}
	})
}

// matches is what q must answer.
func matches(users map[string]*userpool.User, q store.UserQuery) []string {
	value := userpool.FoldSearch(q.Attribute, q.Value)
	var found []*userpool.User
	for _, u := range users {
		has := u.SearchValue(q.Attribute)
		if q.Attribute == "" || has != "" && (has == value || q.Prefix && strings.HasPrefix(has, value)) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b *userpool.User) int {
		if c := strings.Compare(a.SearchValue(q.Attribute), b.SearchValue(q.Attribute)); c != 0 {
			return c
		}
		return strings.Compare(a.Username, b.Username)
	})
	names := []string{}
	for _, u := range found {
		names = append(names, u.Username)
	}
	return names
}
