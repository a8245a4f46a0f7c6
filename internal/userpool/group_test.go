package userpool

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

const opsRole = "arn:aws:iam::111122223333:role/team/ops"

func TestGroupLifeCycle(t *testing.T) {
	const account = "111122223333"
	created, later := time.Unix(1000, 0), time.Unix(2000, 0)
	g, err := NewGroup(account, created, &cognitoidp.CreateGroupRequest{UserPoolId: "r_a", GroupName: "ops"})
	if err != nil {
		t.Fatal(err)
	}
	bare := &Group{PoolID: "r_a", Name: "ops", Created: created, Modified: created}
	if diff := cmp.Diff(bare, g); diff != "" {
		t.Errorf("of which only the name was given (-want +got):\n%s", diff)
	}
	for _, step := range []struct {
		name string
		in   cognitoidp.UpdateGroupRequest
		want Group
	}{
		{"everything", cognitoidp.UpdateGroupRequest{Description: new("on call"), RoleArn: new(opsRole), Precedence: new(int32(0))},
			Group{Description: "on call", RoleARN: opsRole, Precedence: new(int32(0))}},
		{"nothing", cognitoidp.UpdateGroupRequest{}, Group{Description: "on call", RoleARN: opsRole, Precedence: new(int32(0))}},
		{"the description away", cognitoidp.UpdateGroupRequest{Description: new("")}, Group{RoleARN: opsRole, Precedence: new(int32(0))}},
		{"the precedence", cognitoidp.UpdateGroupRequest{Precedence: new(int32(1<<31 - 1))}, Group{RoleARN: opsRole, Precedence: new(int32(1<<31 - 1))}},
	} {
		if err := g.Update(account, later, &step.in); err != nil {
			t.Fatal(err)
		}
		step.want.PoolID, step.want.Name, step.want.Created, step.want.Modified = "r_a", "ops", created, later
		if diff := cmp.Diff(&step.want, g); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestGroupRole(t *testing.T) {
	for _, c := range []struct{ account, role, refusal string }{
		{"111122223333", opsRole, ""},
		{"111122223333", "arn:aws-us-gov:iam::111122223333:role/x", ""},
		{"444455556666", opsRole, "Cross-account pass role is not allowed."},
		{unclaimedAccount, opsRole, ""},
		{"111122223333", "arn:aws:iam::111122223333:user/ana", "Invalid role ARN: arn:aws:iam::111122223333:user/ana"},
		{"111122223333", "arn:aws:sts::111122223333:role/x", "Invalid role ARN: arn:aws:sts::111122223333:role/x"},
	} {
		_, err := NewGroup(c.account, time.Time{}, &cognitoidp.CreateGroupRequest{GroupName: "ops", RoleArn: &c.role})
		updated := (&Group{}).Update(c.account, time.Time{}, &cognitoidp.UpdateGroupRequest{RoleArn: &c.role})
		for _, err := range []error{err, updated} {
			if c.refusal == "" && err != nil {
				t.Errorf("%s in account %s: %v", c.role, c.account, err)
			} else if c.refusal != "" {
				refused(t, err, cognitoidp.InvalidParameterException, c.refusal)
			}
		}
	}
}

func TestGroupsOfAUser(t *testing.T) {
	at := func(n int32) *int32 { return &n }
	for _, c := range []struct {
		name   string
		groups []*Group
		names  []string
		roles  []string
		prefer string
	}{
		{"none", nil, []string{}, nil, ""},
		{"no roles", []*Group{{Name: "b"}, {Name: "a"}}, []string{"a", "b"}, nil, ""},
		{"one role, no precedence", []*Group{{Name: "a", RoleARN: "R"}, {Name: "b"}}, []string{"a", "b"}, []string{"R"}, "R"},
		{"the lowest wins", []*Group{{Name: "a", RoleARN: "A", Precedence: at(2)}, {Name: "b", RoleARN: "B", Precedence: at(1)}},
			[]string{"b", "a"}, []string{"B", "A"}, "B"},
		{"null is last", []*Group{{Name: "a", RoleARN: "A"}, {Name: "b", RoleARN: "B", Precedence: at(1<<31 - 1)}},
			[]string{"b", "a"}, []string{"B", "A"}, "B"},
		{"equal, other roles", []*Group{{Name: "b", RoleARN: "B", Precedence: at(0)}, {Name: "a", RoleARN: "A", Precedence: at(0)}},
			[]string{"a", "b"}, []string{"A", "B"}, ""},
		{"equal, same role", []*Group{{Name: "a", RoleARN: "R", Precedence: at(0)}, {Name: "b", RoleARN: "R", Precedence: at(0)}, {Name: "c", RoleARN: "C", Precedence: at(1)}},
			[]string{"a", "b", "c"}, []string{"R", "C"}, "R"},
		{"both null, other roles", []*Group{{Name: "a", RoleARN: "A"}, {Name: "b", RoleARN: "B"}}, []string{"a", "b"}, []string{"A", "B"}, ""},
		{"both null, same role", []*Group{{Name: "a", RoleARN: "R"}, {Name: "b", RoleARN: "R"}}, []string{"a", "b"}, []string{"R"}, "R"},
		{"two equal, a third differs", []*Group{{Name: "a", RoleARN: "R", Precedence: at(5)}, {Name: "b", RoleARN: "R", Precedence: at(5)}, {Name: "c", RoleARN: "C", Precedence: at(5)}},
			[]string{"a", "b", "c"}, []string{"R", "C"}, ""},
		{"the lowest has no role", []*Group{{Name: "a", Precedence: at(0)}, {Name: "b", RoleARN: "B", Precedence: at(1)}},
			[]string{"a", "b"}, []string{"B"}, "B"},
	} {
		gs := ByPrecedence(c.groups)
		if diff := cmp.Diff(c.names, gs.Names()); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.roles, gs.Roles()); diff != "" {
			t.Errorf("%s: roles (-want +got):\n%s", c.name, diff)
		}
		if got := gs.PreferredRole(); got != c.prefer {
			t.Errorf("%s: preferred role %q, want %q", c.name, got, c.prefer)
		}
	}
}
