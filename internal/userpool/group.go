package userpool

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// Group is a named set of a pool's users. Its name, which tells apart upper and lower case, and its
// role go into the tokens of its members.
type Group struct {
	PoolID      string
	Name        string
	Description string // "" for none
	RoleARN     string // of an IAM role; "" for none
	Precedence  *int32 // 0 goes before all others; nil goes last
	Created     time.Time
	Modified    time.Time
}

// MaxGroupsOfUser is how many groups one user can be in (the service's quota).
const MaxGroupsOfUser = 100

// NewGroup is the group that CreateGroup asks for. account is whose roles it may name.
func NewGroup(account string, now time.Time, in *cognitoidp.CreateGroupRequest) (*Group, error) {
	g := &Group{
		PoolID: in.UserPoolId, Name: in.GroupName, Description: orElse(in.Description, ""),
		RoleARN: orElse(in.RoleArn, ""), Precedence: in.Precedence, Created: now, Modified: now,
	}
	return g, g.check(account)
}

// Update does what UpdateGroup asks for: what is left out keeps its value, for a caller who sets a
// description must not take a role from the group's members unawares. An empty description removes it.
func (g *Group) Update(account string, now time.Time, in *cognitoidp.UpdateGroupRequest) error {
	g.Description = orElse(in.Description, g.Description)
	g.RoleARN = orElse(in.RoleArn, g.RoleARN)
	if in.Precedence != nil {
		g.Precedence = in.Precedence
	}
	g.Modified = now
	return g.check(account)
}

func (g *Group) check(account string) error {
	if g.RoleARN == "" {
		return nil
	}
	role := parseARN(g.RoleARN)
	if role.service != "iam" || !strings.HasPrefix(role.resource, "role/") {
		return awserr.NotARole(g.RoleARN)
	}
	if role.account != account && account != unclaimedAccount {
		return awserr.CrossAccountRole()
	}
	return nil
}

// Groups are the groups of one user, in the order of ByPrecedence.
type Groups []*Group

// ByPrecedence puts groups in the order in which tokens name them: by precedence, those without last,
// equal ones by name.
func ByPrecedence(groups []*Group) Groups {
	return slices.SortedFunc(slices.Values(groups), func(a, b *Group) int {
		return cmp.Or(comparePrecedence(a, b), strings.Compare(a.Name, b.Name))
	})
}

// comparePrecedence is negative if a goes before b, and 0 if neither does.
func comparePrecedence(a, b *Group) int {
	switch {
	case a.Precedence != nil && b.Precedence != nil:
		return cmp.Compare(*a.Precedence, *b.Precedence)
	case a.Precedence != nil:
		return -1
	case b.Precedence != nil:
		return 1
	default:
		return 0
	}
}

// Names are the names of the groups (claim cognito:groups).
func (gs Groups) Names() []string {
	names := make([]string, len(gs))
	for i, g := range gs {
		names[i] = g.Name
	}
	return names
}

// Roles are the roles of the groups, each once (claim cognito:roles).
func (gs Groups) Roles() []string {
	var roles []string
	for _, g := range gs {
		if g.RoleARN != "" && !slices.Contains(roles, g.RoleARN) {
			roles = append(roles, g.RoleARN)
		}
	}
	return roles
}

// PreferredRole is the role of the group that goes before all others that have one, or "" if several
// go first and differ in it (claim cognito:preferred_role).
func (gs Groups) PreferredRole() string {
	var first *Group
	for _, g := range gs {
		switch {
		case g.RoleARN == "":
		case first == nil:
			first = g
		case comparePrecedence(first, g) != 0:
			return first.RoleARN
		case first.RoleARN != g.RoleARN:
			return ""
		}
	}
	if first == nil {
		return ""
	}
	return first.RoleARN
}
