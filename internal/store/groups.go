package store

import (
	"context"

	"ostiary/internal/userpool"
)

// GroupReader reads groups and who is in them. Each call is one index search, whatever the number of
// groups and members.
type GroupReader interface {
	Group(ctx context.Context, poolID, name string) (*userpool.Group, error)
	// Groups lists at most limit groups of a pool whose name is greater than after, by name.
	Groups(ctx context.Context, poolID, after string, limit int) ([]*userpool.Group, error)
	// CountGroups counts the groups of a pool, which are few (the quota of CreateGroup).
	CountGroups(ctx context.Context, poolID string) (int, error)
	// GroupsOf are all groups of a user, in any order; username is the stored one. They are few
	// (userpool.MaxGroupsOfUser).
	GroupsOf(ctx context.Context, poolID, username string) ([]*userpool.Group, error)
	// Members lists at most limit users of a group whose stored username is greater than after, by
	// username.
	Members(ctx context.Context, poolID, group, after string, limit int) ([]*userpool.User, error)
}

// GroupWriter writes groups and who is in them.
type GroupWriter interface {
	// CreateGroup adds a group; ErrExists if its name is taken in the pool.
	CreateGroup(ctx context.Context, g *userpool.Group) error
	// SaveGroup replaces an existing group; ErrNotFound if it is gone.
	SaveGroup(ctx context.Context, g *userpool.Group) error
	// DeleteGroup removes a group with its memberships; ErrNotFound if it is gone. What is left of many to
	// Reclaim is not seen any more, not in a new group of that name either.
	DeleteGroup(ctx context.Context, poolID, name string) error
	// AddMember puts a user, by the stored username, into a group; nothing happens if it is there.
	// That the user exists is the caller's to look at, in the same transaction; in a group that does not
	// exist nobody is put.
	AddMember(ctx context.Context, poolID, group, username string) error
	// RemoveMember takes a user out of a group; nothing happens if it is not there.
	RemoveMember(ctx context.Context, poolID, group, username string) error
}
