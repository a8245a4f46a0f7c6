package server

import (
	"encoding/json"
	"fmt"
	"testing"

	"ostiary/internal/load"
)

// listed is an answer with users.
type listed struct {
	Users           []struct{ Username string }
	PaginationToken string
	NextToken       string
}

// list asks for a page of at most limit users; filter may be "".
func (w *world) list(b *testing.B, filter, token string, limit int, attributes ...string) listed {
	b.Helper()
	in := map[string]any{"UserPoolId": w.crowd.PoolID, "Limit": limit}
	if filter != "" {
		in["Filter"] = filter
	}
	if token != "" {
		in["PaginationToken"] = token
	}
	if attributes != nil {
		in["AttributesToGet"] = attributes
	}
	body, err := json.Marshal(in)
	if err != nil {
		b.Fatal(err)
	}
	var out listed
	w.call(b, "ListUsers", string(body), &out)
	return out
}

// benchUsers is what finds, lists and makes users.
func (w *world) benchUsers(b *testing.B, run func(name string, op func(b *testing.B, m *meter))) {
	b.Helper()
	const limit = 10
	// Each finds somebody, or as many as there are up to the limit: those of 1 by a value of one's own.
	filters := []struct {
		name  string
		value func(i int) string
		least int
	}{
		{"username =", func(i int) string { return fmt.Sprintf("username = %q", load.Username(i)) }, 1},
		{"username ^=", func(i int) string { return fmt.Sprintf("username ^= %q", load.Username(i)[:12]) }, 1},
		{"email =", func(i int) string { return fmt.Sprintf("email = %q", load.Email(i)) }, 1},
		{"email ^=", func(i int) string { return fmt.Sprintf("email ^= %q", load.Email(i)[:12]) }, 1},
		{"phone_number =", func(i int) string { return fmt.Sprintf("phone_number = %q", load.PhoneNumber(i)) }, 1},
		{"phone_number ^=", func(i int) string { return fmt.Sprintf("phone_number ^= %q", load.PhoneNumber(i)[:12]) }, 1},
		{"preferred_username =", func(i int) string { return fmt.Sprintf("preferred_username = %q", load.PreferredUsername(i)) }, 1},
		{"preferred_username ^=", func(i int) string { return fmt.Sprintf("preferred_username ^= %q", load.PreferredUsername(i)[:12]) }, 1},
		{"sub =", func(i int) string { return fmt.Sprintf("sub = %q", load.Sub(i)) }, 1},
		{"sub ^=", func(i int) string { return fmt.Sprintf("sub ^= %q", load.Sub(i)[:8]) }, 1},
		{"name =", func(i int) string { return fmt.Sprintf("name = %q", load.Name(i)) }, 1},
		{"name ^=", func(i int) string { return fmt.Sprintf("name ^= %q", load.GivenName(i)) }, limit},
		{"given_name =", func(i int) string { return fmt.Sprintf("given_name = %q", load.GivenName(i)) }, limit},
		{"given_name ^= (everybody)", func(int) string { return `given_name ^= "giv"` }, limit},
		{"family_name =", func(i int) string { return fmt.Sprintf("family_name = %q", load.FamilyName(i)) }, limit},
		{"family_name ^=", func(i int) string { return fmt.Sprintf("family_name ^= %q", load.FamilyName(i)[:7]) }, limit},
		{"cognito:user_status =", func(int) string { return `cognito:user_status = "CONFIRMED"` }, limit},
		{"cognito:user_status ^=", func(int) string { return `cognito:user_status ^= "CONF"` }, limit},
		{"status = (nearly everybody)", func(int) string { return `status = "Enabled"` }, limit},
		{"status = (few)", func(int) string { return `status = "Disabled"` }, 1},
		{"email = (nobody)", func(i int) string { return fmt.Sprintf("email = %q", load.Email(i)+".not") }, 0},
		{"email ^= (nobody)", func(int) string { return `email ^= "user-x"` }, 0},
		{"name ^= (nobody)", func(int) string { return `name ^= "zz"` }, 0},
	}
	check := func(b *testing.B, out listed, least int) {
		b.Helper()
		if n := len(out.Users); n < least || least == 0 && n > 0 {
			b.Fatalf("%d users, want %d", n, least)
		}
	}
	run("ListUsers", func(b *testing.B, _ *meter) { check(b, w.list(b, "", "", limit), limit) })
	run("ListUsers, AttributesToGet", func(b *testing.B, _ *meter) { check(b, w.list(b, "", "", limit, "email"), limit) })
	for _, f := range filters {
		run("ListUsers, "+f.name, func(b *testing.B, _ *meter) { check(b, w.list(b, f.value(w.anyone()), "", limit), f.least) })
	}
	for _, filter := range []string{"", `given_name ^= "giv"`, `status = "Enabled"`, `sub ^= ""`} {
		token := "" // of a page in the midst
		for range 10 {
			if token = w.list(b, filter, token, 60).PaginationToken; token == "" {
				b.Fatal("no more pages of " + filter)
			}
		}
		run("ListUsers, later page of "+filter, func(b *testing.B, _ *meter) { check(b, w.list(b, filter, token, limit), limit) })
	}

	names := []func(int) string{load.Username, load.Email, load.PhoneNumber, load.PreferredUsername, load.Sub}
	for n, attribute := range []string{"username", "email", "phone_number", "preferred_username", "sub"} {
		of := names[n]
		run("AdminGetUser by "+attribute, func(b *testing.B, _ *meter) {
			i := w.anyone()
			var out struct{ Username string }
			w.call(b, "AdminGetUser", fmt.Sprintf(`{"UserPoolId":%q,"Username":%q}`, w.crowd.PoolID, of(i)), &out)
			if out.Username != load.Username(i) {
				b.Fatalf("%s is %s", of(i), out.Username)
			}
		})
	}
	run("AdminListGroupsForUser", func(b *testing.B, _ *meter) {
		w.call(b, "AdminListGroupsForUser", fmt.Sprintf(`{"UserPoolId":%q,"Username":%q}`, w.crowd.PoolID, load.Username(w.anyone())), nil)
	})
	var group listed
	w.call(b, "ListUsersInGroup", fmt.Sprintf(`{"UserPoolId":%q,"GroupName":%q}`, w.crowd.PoolID, load.GroupName), &group)
	for n, token := range []string{"", `,"NextToken":"` + group.NextToken + `"`} {
		run([]string{"ListUsersInGroup", "ListUsersInGroup, later page"}[n], func(b *testing.B, _ *meter) {
			var out listed
			w.call(b, "ListUsersInGroup", fmt.Sprintf(`{"UserPoolId":%q,"GroupName":%q,"Limit":%d%s}`, w.crowd.PoolID, load.GroupName, limit, token), &out)
			check(b, out, limit)
		})
	}
	run("DescribeUserPool", func(b *testing.B, _ *meter) {
		w.call(b, "DescribeUserPool", fmt.Sprintf(`{"UserPoolId":%q}`, w.crowd.PoolID), nil)
	})
	made := 0
	run("AdminCreateUser", func(b *testing.B, _ *meter) {
		made++
		w.call(b, "AdminCreateUser", fmt.Sprintf(`{"UserPoolId":%q,"Username":"made-%d","MessageAction":"SUPPRESS",
			"UserAttributes":[{"Name":"email","Value":"made-%d@example.com"},{"Name":"given_name","Value":"Made"}]}`, w.crowd.PoolID, made, made), nil)
	})
	deleted := 0
	run("AdminDeleteUser", func(b *testing.B, m *meter) {
		deleted++
		name := fmt.Sprintf("brief-%d", deleted)
		m.aside(func() {
			w.call(b, "AdminCreateUser", fmt.Sprintf(`{"UserPoolId":%q,"Username":%q,"MessageAction":"SUPPRESS"}`, w.crowd.PoolID, name), nil)
		})
		w.call(b, "AdminDeleteUser", fmt.Sprintf(`{"UserPoolId":%q,"Username":%q}`, w.crowd.PoolID, name), nil)
	})
}
