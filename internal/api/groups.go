package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// defaultMaxGroups is how many groups a pool may have, unless the Service says otherwise (the
// service's resource quota).
const defaultMaxGroups = 10_000

// CreateGroup makes a group in a user pool.
func (s *Service) CreateGroup(ctx context.Context, in *cognitoidp.CreateGroupRequest) (*cognitoidp.CreateGroupResponse, error) {
	now := s.wireTime()
	var g *userpool.Group
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if _, err := pool(ctx, tx, in.UserPoolId); err != nil {
			return err
		}
		if g, err = userpool.NewGroup(s.AccountID, now, in); err != nil {
			return err
		}
		if err := tx.CreateGroup(ctx, g); errors.Is(err, store.ErrExists) {
			return awserr.GroupExists()
		} else if err != nil {
			return fmt.Errorf("create group: %w", err)
		}
		count, err := tx.CountGroups(ctx, in.UserPoolId)
		if err != nil {
			return fmt.Errorf("count groups: %w", err)
		}
		if limit := orDefault(s.MaxGroups, defaultMaxGroups); count > limit {
			return awserr.TooManyGroups(limit)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateGroupResponse{Group: new(groupEntry(g))}, nil
}

// GetGroup describes a group.
func (s *Service) GetGroup(ctx context.Context, in *cognitoidp.GetGroupRequest) (*cognitoidp.GetGroupResponse, error) {
	var g *userpool.Group
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		g, err = poolGroup(ctx, r, in.UserPoolId, in.GroupName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetGroupResponse{Group: new(groupEntry(g))}, nil
}

// UpdateGroup changes those properties of a group that it is given.
func (s *Service) UpdateGroup(ctx context.Context, in *cognitoidp.UpdateGroupRequest) (*cognitoidp.UpdateGroupResponse, error) {
	now := s.wireTime()
	var g *userpool.Group
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if g, err = poolGroup(ctx, tx, in.UserPoolId, in.GroupName); err != nil {
			return err
		}
		if err := g.Update(s.AccountID, now, in); err != nil {
			return err
		}
		if err := tx.SaveGroup(ctx, g); err != nil {
			return fmt.Errorf("save group: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateGroupResponse{Group: new(groupEntry(g))}, nil
}

// DeleteGroup removes a group; its users stay.
func (s *Service) DeleteGroup(ctx context.Context, in *cognitoidp.DeleteGroupRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		g, err := poolGroup(ctx, tx, in.UserPoolId, in.GroupName)
		if err != nil {
			return err
		}
		if err := tx.DeleteGroup(ctx, g.PoolID, g.Name); err != nil {
			return fmt.Errorf("delete group: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// ListGroups lists the groups of a user pool, by name.
func (s *Service) ListGroups(ctx context.Context, in *cognitoidp.ListGroupsRequest) (*cognitoidp.ListGroupsResponse, error) {
	listing := page.Listing{Operation: "ListGroups", Parameters: []string{in.UserPoolId}}
	groups, next, err := poolPage(ctx, s, in.UserPoolId, listing, in.NextToken, queryLimit(in.Limit),
		func(r store.Reader, p *userpool.Pool, after string, limit int) ([]*userpool.Group, error) {
			return r.Groups(ctx, p.ID, after, limit)
		}, func(g *userpool.Group) string { return g.Name })
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ListGroupsResponse{Groups: groupEntries(groups), NextToken: next}, nil
}

// AdminAddUserToGroup puts a user into a group, or finds the user there.
func (s *Service) AdminAddUserToGroup(ctx context.Context, in *cognitoidp.AdminAddUserToGroupRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		u, g, err := userAndGroup(ctx, tx, in.UserPoolId, in.Username, in.GroupName)
		if err != nil {
			return err
		}
		groups, err := tx.GroupsOf(ctx, u.PoolID, u.Username)
		if err != nil {
			return fmt.Errorf("read the groups of a user: %w", err)
		}
		if slices.ContainsFunc(groups, func(other *userpool.Group) bool { return other.Name == g.Name }) {
			return nil
		}
		if len(groups) >= userpool.MaxGroupsOfUser {
			return awserr.TooManyGroupsOfUser(userpool.MaxGroupsOfUser)
		}
		if err := tx.AddMember(ctx, g.PoolID, g.Name, u.Username); err != nil {
			return fmt.Errorf("add a user to a group: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// AdminRemoveUserFromGroup takes a user out of a group, or does not find the user there.
func (s *Service) AdminRemoveUserFromGroup(ctx context.Context, in *cognitoidp.AdminRemoveUserFromGroupRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		u, g, err := userAndGroup(ctx, tx, in.UserPoolId, in.Username, in.GroupName)
		if err != nil {
			return err
		}
		if err := tx.RemoveMember(ctx, g.PoolID, g.Name, u.Username); err != nil {
			return fmt.Errorf("remove a user from a group: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// AdminListGroupsForUser lists the groups of a user, by name.
func (s *Service) AdminListGroupsForUser(ctx context.Context, in *cognitoidp.AdminListGroupsForUserRequest) (*cognitoidp.AdminListGroupsForUserResponse, error) {
	listing := page.Listing{Operation: "AdminListGroupsForUser", Parameters: []string{in.UserPoolId, in.Username}}
	limit := queryLimit(in.Limit)
	var groups []*userpool.Group
	err := s.Store.View(ctx, func(r store.Reader) error {
		_, u, err := poolAndUser(ctx, r, in.UserPoolId, in.Username)
		if err != nil {
			return err
		}
		after, err := s.pageAfter(listing, in.NextToken)
		if err != nil {
			return err
		}
		all, err := r.GroupsOf(ctx, u.PoolID, u.Username)
		if err != nil {
			return fmt.Errorf("read the groups of a user: %w", err)
		}
		groups = nil
		for _, g := range all {
			if g.Name > after {
				groups = append(groups, g)
			}
		}
		slices.SortFunc(groups, func(a, b *userpool.Group) int { return strings.Compare(a.Name, b.Name) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	var next *string
	if len(groups) > limit {
		groups = groups[:limit]
		next = new(s.pages().Next(listing, groups[limit-1].Name))
	}
	return &cognitoidp.AdminListGroupsForUserResponse{Groups: groupEntries(groups), NextToken: next}, nil
}

// ListUsersInGroup lists the users of a group, by username.
func (s *Service) ListUsersInGroup(ctx context.Context, in *cognitoidp.ListUsersInGroupRequest) (*cognitoidp.ListUsersInGroupResponse, error) {
	listing := page.Listing{Operation: "ListUsersInGroup", Parameters: []string{in.UserPoolId, in.GroupName}}
	var p *userpool.Pool
	users, next, err := poolPage(ctx, s, in.UserPoolId, listing, in.NextToken, queryLimit(in.Limit),
		func(r store.Reader, found *userpool.Pool, after string, limit int) ([]*userpool.User, error) {
			p = found
			if _, err := group(ctx, r, p.ID, in.GroupName); err != nil {
				return nil, err
			}
			return r.Members(ctx, p.ID, in.GroupName, after, limit)
		}, func(u *userpool.User) string { return u.Username })
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListUsersInGroupResponse{Users: []cognitoidp.UserType{}, NextToken: next}
	for _, u := range users {
		out.Users = append(out.Users, *userEntry(p, u, nil))
	}
	return out, nil
}

// group finds a group of a pool that is there.
func group(ctx context.Context, r store.GroupReader, poolID, name string) (*userpool.Group, error) {
	g, err := r.Group(ctx, poolID, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.GroupNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read group: %w", err)
	}
	return g, nil
}

// poolGroup finds a group by its pool and its name.
func poolGroup(ctx context.Context, r store.Reader, poolID, name string) (*userpool.Group, error) {
	if _, err := pool(ctx, r, poolID); err != nil {
		return nil, err
	}
	return group(ctx, r, poolID, name)
}

// userAndGroup finds a user whom an administrator names, and a group of the same pool.
func userAndGroup(ctx context.Context, r store.Reader, poolID, username, groupName string) (*userpool.User, *userpool.Group, error) {
	_, u, err := poolAndUser(ctx, r, poolID, username)
	if err != nil {
		return nil, nil, err
	}
	g, err := group(ctx, r, poolID, groupName)
	return u, g, err
}

func groupEntries(groups []*userpool.Group) []cognitoidp.GroupType {
	entries := make([]cognitoidp.GroupType, len(groups))
	for i, g := range groups {
		entries[i] = groupEntry(g)
	}
	return entries
}

// groupEntry is a group as the API answers it.
func groupEntry(g *userpool.Group) cognitoidp.GroupType {
	return cognitoidp.GroupType{
		GroupName: &g.Name, UserPoolId: &g.PoolID, Description: optional(g.Description), RoleArn: optional(g.RoleARN),
		Precedence: g.Precedence, LastModifiedDate: &g.Modified, CreationDate: &g.Created,
	}
}
