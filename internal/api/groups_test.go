package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	opsRole       = "arn:aws:iam::111122223333:role/ops"
	noGroup       = "ResourceNotFound: Group not found."
	noUser        = "UserNotFound: User does not exist."
	poolGone      = "ResourceNotFound: User pool us-west-2_gone does not exist."
	badToken      = "InvalidParameter: Invalid pagination token given"
	foreignRole   = "InvalidParameter: Cross-account pass role is not allowed."
	unknownPoolID = "us-west-2_gone"
)

func (st *stage) createGroup(name string) {
	st.t.Helper()
	if _, err := st.CreateGroup(st.ctx, &cognitoidp.CreateGroupRequest{UserPoolId: st.poolID, GroupName: name}); err != nil {
		st.t.Fatal(err)
	}
}

func (st *stage) join(username, group string) error {
	_, err := st.AdminAddUserToGroup(st.ctx, &cognitoidp.AdminAddUserToGroupRequest{UserPoolId: st.poolID, Username: username, GroupName: group})
	return err
}

func (st *stage) leave(username, group string) error {
	_, err := st.AdminRemoveUserFromGroup(st.ctx, &cognitoidp.AdminRemoveUserFromGroupRequest{UserPoolId: st.poolID, Username: username, GroupName: group})
	return err
}

// groupsOf are the names of a user's groups, in pages of limit.
func (st *stage) groupsOf(username string, limit int32) string {
	st.t.Helper()
	var names []string
	in := &cognitoidp.AdminListGroupsForUserRequest{UserPoolId: st.poolID, Username: username, Limit: &limit}
	for {
		out, err := st.AdminListGroupsForUser(st.ctx, in)
		if err != nil {
			st.t.Fatal(err)
		}
		for _, g := range out.Groups {
			names = append(names, *g.GroupName)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return strings.Join(names, " ")
		}
	}
}

// members are the usernames of a group's users, in pages of limit.
func (st *stage) members(group string, limit int32) string {
	st.t.Helper()
	var names []string
	in := &cognitoidp.ListUsersInGroupRequest{UserPoolId: st.poolID, GroupName: group, Limit: &limit}
	for {
		out, err := st.ListUsersInGroup(st.ctx, in)
		if err != nil {
			st.t.Fatal(err)
		}
		for _, u := range out.Users {
			names = append(names, *u.Username)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return strings.Join(names, " ")
		}
	}
}

// TestGroupWire: what the operations answer, byte for byte.
func TestGroupWire(t *testing.T) {
	st := newStage(t, nil, nil)
	st.now = time.UnixMilli(1726784814598)
	st.confirmed("ana", "email", "ana@example.com")
	_, ana := st.user("ana")
	steps := []struct{ operation, body, want string }{
		{"CreateGroup", `{"UserPoolId":"ID","GroupName":"ops","Description":"on call","RoleArn":"` + opsRole + `","Precedence":0}`,
			`{"Group":{"GroupName":"ops","UserPoolId":"ID","Description":"on call","RoleArn":"` + opsRole + `","Precedence":0,"LastModifiedDate":1726784814.598,"CreationDate":1726784814.598}}`},
		{"CreateGroup", `{"UserPoolId":"ID","GroupName":"Ops"}`,
			`{"Group":{"GroupName":"Ops","UserPoolId":"ID","LastModifiedDate":1726784814.598,"CreationDate":1726784814.598}}`},
		{"GetGroup", `{"UserPoolId":"ID","GroupName":"Ops"}`,
			`{"Group":{"GroupName":"Ops","UserPoolId":"ID","LastModifiedDate":1726784814.598,"CreationDate":1726784814.598}}`},
		{"AdminAddUserToGroup", `{"UserPoolId":"ID","GroupName":"Ops","Username":"ana"}`, ``},
		{"AdminListGroupsForUser", `{"UserPoolId":"ID","Username":"ana"}`,
			`{"Groups":[{"GroupName":"Ops","UserPoolId":"ID","LastModifiedDate":1726784814.598,"CreationDate":1726784814.598}]}`},
		{"ListUsersInGroup", `{"UserPoolId":"ID","GroupName":"Ops"}`,
			`{"Users":[{"Username":"ana","Attributes":[{"Name":"sub","Value":"` + ana.Sub + `"},{"Name":"email","Value":"ana@example.com"}],` +
				`"UserCreateDate":1726784814.598,"UserLastModifiedDate":1726784814.598,"Enabled":true,"UserStatus":"CONFIRMED"}]}`},
		{"ListUsersInGroup", `{"UserPoolId":"ID","GroupName":"ops"}`, `{"Users":[]}`},
		{"AdminRemoveUserFromGroup", `{"UserPoolId":"ID","GroupName":"Ops","Username":"ana"}`, ``},
		{"AdminListGroupsForUser", `{"UserPoolId":"ID","Username":"ana"}`, `{"Groups":[]}`},
		{"DeleteGroup", `{"UserPoolId":"ID","GroupName":"Ops"}`, ``},
		{"ListGroups", `{"UserPoolId":"ID","Limit":0}`,
			`{"Groups":[{"GroupName":"ops","UserPoolId":"ID","Description":"on call","RoleArn":"` + opsRole + `","Precedence":0,"LastModifiedDate":1726784814.598,"CreationDate":1726784814.598}]}`},
	}
	for _, step := range steps {
		got := call(t, st.Service, step.operation, strings.ReplaceAll(step.body, "ID", st.poolID))
		if diff := cmp.Diff(strings.ReplaceAll(step.want, "ID", st.poolID), got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", step.operation, step.body, diff)
		}
	}
	st.now = st.now.Add(time.Second)
	got := call(t, st.Service, "UpdateGroup", `{"UserPoolId":"`+st.poolID+`","GroupName":"ops","Precedence":7}`)
	want := `{"Group":{"GroupName":"ops","UserPoolId":"` + st.poolID + `","Description":"on call","RoleArn":"` + opsRole + `","Precedence":7,"LastModifiedDate":1726784815.598,"CreationDate":1726784814.598}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("UpdateGroup (-want +got):\n%s", diff)
	}
	if got := call(t, st.Service, "GetGroup", `{"UserPoolId":"`+st.poolID+`","GroupName":"ops"}`); got != want {
		t.Errorf("GetGroup after UpdateGroup: %s", got)
	}
}

func TestGroupRefusals(t *testing.T) {
	st := newStage(t, nil, nil)
	st.confirmed("ana")
	st.createGroup("ops")
	foreign := "arn:aws:iam::444455556666:role/ops"
	for _, c := range []struct{ operation, body, want string }{
		{"CreateGroup", `"GroupName":"ops"`, "GroupExists: A group with the name already exists."},
		{"CreateGroup", `"GroupName":"dev","RoleArn":"` + foreign + `"`, foreignRole},
		{"GetGroup", `"GroupName":"OPS"`, noGroup},
		{"UpdateGroup", `"GroupName":"dev"`, noGroup},
		{"UpdateGroup", `"GroupName":"ops","RoleArn":"` + foreign + `"`, foreignRole},
		{"DeleteGroup", `"GroupName":"dev"`, noGroup},
		{"ListGroups", `"NextToken":"made-up"`, badToken},
		{"AdminAddUserToGroup", `"GroupName":"dev","Username":"ana"`, noGroup},
		{"AdminAddUserToGroup", `"GroupName":"ops","Username":"nobody"`, noUser},
		{"AdminRemoveUserFromGroup", `"GroupName":"dev","Username":"ana"`, noGroup},
		{"AdminRemoveUserFromGroup", `"GroupName":"ops","Username":"nobody"`, noUser},
		{"AdminListGroupsForUser", `"Username":"nobody"`, noUser},
		{"AdminListGroupsForUser", `"Username":"ana","NextToken":"made-up"`, badToken},
		{"ListUsersInGroup", `"GroupName":"dev"`, noGroup},
		{"ListUsersInGroup", `"GroupName":"ops","NextToken":"made-up"`, badToken},
	} {
		_, err := cognitoidp.Invoke(t.Context(), st.Service, c.operation, []byte(`{"UserPoolId":"`+st.poolID+`",`+c.body+`}`))
		want(t, err, c.want)
	}
	for _, operation := range []string{
		"CreateGroup", "GetGroup", "UpdateGroup", "DeleteGroup", "ListGroups",
		"AdminAddUserToGroup", "AdminRemoveUserFromGroup", "AdminListGroupsForUser", "ListUsersInGroup",
	} {
		body := `{"UserPoolId":"` + unknownPoolID + `","GroupName":"ops","Username":"ana"}`
		_, err := cognitoidp.Invoke(t.Context(), st.Service, operation, []byte(body))
		want(t, err, poolGone)
	}
	if got := st.groupsOf("ana", 0); got != "" {
		t.Errorf("ana is in %s after refusals", got)
	}
}

// TestMembership: a user is found by every name, joins and leaves as often as an administrator likes, and
// leaves with the group, the user or the pool.
func TestMembership(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{AliasAttributes: []cognitoidp.AliasAttributeType{"email"}}, nil)
	st.confirmed("ana", "email", "ana@example.com", "email_verified", "true")
	st.confirmed("ben")
	_, ana := st.user("ana")
	for _, group := range []string{"a", "b", "c"} {
		st.createGroup(group)
	}
	for i, name := range []string{"ana", "ana@example.com", ana.Sub} {
		want(t, st.join(name, string(rune('a'+i))), "")
	}
	want(t, st.join("ana", "a"), "") // again
	want(t, st.join("ben", "a"), "")
	for limit := range int32(4) {
		if got := st.groupsOf("ana@example.com", limit); got != "a b c" {
			t.Errorf("groups of ana in pages of %d: %s", limit, got)
		}
		if got := st.members("a", limit); got != "ana ben" {
			t.Errorf("members of a in pages of %d: %s", limit, got)
		}
	}
	want(t, st.leave(ana.Sub, "b"), "")
	want(t, st.leave("ana", "b"), "") // again
	if _, err := st.DeleteGroup(st.ctx, &cognitoidp.DeleteGroupRequest{UserPoolId: st.poolID, GroupName: "c"}); err != nil {
		t.Fatal(err)
	}
	if got := st.groupsOf("ana", 0); got != "a" {
		t.Errorf("groups of ana: %s", got)
	}
	if _, after := st.user("ana"); !after.Modified.Equal(ana.Modified) {
		t.Error("membership changed the user's own date")
	}
	if _, err := st.AdminDeleteUser(st.ctx, &cognitoidp.AdminDeleteUserRequest{UserPoolId: st.poolID, Username: "ana"}); err != nil {
		t.Fatal(err)
	}
	st.confirmed("ana")
	if got := st.groupsOf("ana", 0) + st.members("a", 0); got != "ben" {
		t.Errorf("a new user of an old name: %s", got)
	}
}

// TestGroupPages: pages of ListGroups go on where the last one ended, and belong to their pool and operation.
func TestGroupPages(t *testing.T) {
	st := newStage(t, nil, nil)
	for i := range 61 {
		st.createGroup(fmt.Sprintf("g%02d", i))
	}
	first, err := st.ListGroups(st.ctx, &cognitoidp.ListGroupsRequest{UserPoolId: st.poolID})
	if err != nil || len(first.Groups) != 60 || first.NextToken == nil {
		t.Fatalf("first page: %v, %v", first, err)
	}
	second, err := st.ListGroups(st.ctx, &cognitoidp.ListGroupsRequest{UserPoolId: st.poolID, NextToken: first.NextToken, Limit: new(int32(1))})
	if err != nil || len(second.Groups) != 1 || *second.Groups[0].GroupName != "g60" || second.NextToken != nil {
		t.Fatalf("second page: %v, %v", second, err)
	}
	other := barePool(t, st.Service, &cognitoidp.CreateUserPoolRequest{})
	_, err = st.ListGroups(st.ctx, &cognitoidp.ListGroupsRequest{UserPoolId: *other.Id, NextToken: first.NextToken})
	want(t, err, badToken)
	_, err = st.ListUsersInGroup(st.ctx, &cognitoidp.ListUsersInGroupRequest{UserPoolId: st.poolID, GroupName: "g00", NextToken: first.NextToken})
	want(t, err, badToken)
}

func TestGroupQuotas(t *testing.T) {
	st := newStage(t, nil, nil)
	st.confirmed("ana")
	const most = userpool.MaxGroupsOfUser
	st.MaxGroups = most + 1
	for i := range most + 1 {
		st.createGroup(fmt.Sprintf("g%03d", i))
	}
	_, err := st.CreateGroup(st.ctx, &cognitoidp.CreateGroupRequest{UserPoolId: st.poolID, GroupName: "one-more"})
	want(t, err, "LimitExceeded: The user pool already has 101 groups, the most it may have.")
	_, err = st.GetGroup(st.ctx, &cognitoidp.GetGroupRequest{UserPoolId: st.poolID, GroupName: "one-more"})
	want(t, err, noGroup)

	for i := range most {
		want(t, st.join("ana", fmt.Sprintf("g%03d", i)), "")
	}
	want(t, st.join("ana", "g100"), "InvalidParameter: The user is already in 100 groups, the most a user may be in.")
	want(t, st.join("ana", "g000"), "") // in it already
	want(t, st.leave("ana", "g000"), "")
	want(t, st.join("ana", "g100"), "")
}

// TestDefaultGroupQuota: a pool holds 10,000 groups, unless the operator says otherwise.
func TestDefaultGroupQuota(t *testing.T) {
	st := newStage(t, nil, nil)
	st.update(func(tx store.Tx) error {
		for i := range 9_999 {
			if err := tx.CreateGroup(st.ctx, &userpool.Group{PoolID: st.poolID, Name: fmt.Sprintf("g%05d", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	st.createGroup("last")
	_, err := st.CreateGroup(st.ctx, &cognitoidp.CreateGroupRequest{UserPoolId: st.poolID, GroupName: "one-more"})
	want(t, err, "LimitExceeded: The user pool already has 10000 groups, the most it may have.")
}
