package store

import (
	"context"

	"ostiary/internal/userpool"
)

// UserReader finds users. Each lookup is one index search, whatever the size of the pool.
type UserReader interface {
	// User finds by the folded username (userpool.Pool.Fold).
	User(ctx context.Context, poolID, foldedUsername string) (*userpool.User, error)
	UserBySub(ctx context.Context, poolID, sub string) (*userpool.User, error)
	UserByAlias(ctx context.Context, poolID string, alias userpool.Alias) (*userpool.User, error)
	// UserByIdentity finds the user who signs in by an external identity: a provider's name, and the
	// attribute and value by which it recognises the user (userpool.Identity). A profile whose own
	// identity was disabled is not found by it.
	UserByIdentity(ctx context.Context, poolID, provider, attribute, value string) (*userpool.User, error)
	// LinkAttributes are the different attributes by which users of a provider are recognised, in the
	// order of their names; few (userpool.MaxLinkAttributes).
	LinkAttributes(ctx context.Context, poolID, provider string) ([]string, error)
	// Users lists a page of a pool's users.
	Users(ctx context.Context, poolID string, q UserQuery) ([]*userpool.User, error)
	// CountUsers costs the same whatever the size of the pool.
	CountUsers(ctx context.Context, poolID string) (int, error)
}

// UserQuery selects and orders users for ListUsers.
type UserQuery struct {
	// Attribute is one of the searchable attributes: username, email, phone_number, name,
	// given_name, family_name, preferred_username, cognito:user_status, status or sub; "" selects
	// all users, by username. A filtered result is ordered by that attribute, then by username, each
	// by byte; values that agree in their first 250 bytes are in some fixed order. A user without
	// the attribute is not found by it, whatever the Value.
	Attribute string
	// Value is compared letter by letter for username, status and sub, otherwise without case
	// (userpool.FoldSearch).
	// For status it is Enabled or Disabled.
	Value  string
	Prefix bool // ^= instead of =
	After  UserCursor
	Limit  int
}

// UserCursor is the place of the last user of a page: the value it was ordered by, and its
// username. The zero value is the start.
type UserCursor struct {
	Value    string
	Username string
}

// CursorAt is the place of u in the order of q.
func (q UserQuery) CursorAt(u *userpool.User) UserCursor {
	return UserCursor{Value: u.SearchValue(q.Attribute), Username: u.Username}
}

// UserWriter writes users.
type UserWriter interface {
	// CreateUser adds a user; ErrExists if its username, its sub, one of its aliases (userpool.Names) or
	// of its identities is taken.
	CreateUser(ctx context.Context, u *userpool.User) error
	// SaveUser replaces the user of that pool, username and sub, none of which change; ErrExists if
	// one of its aliases or identities is taken by another, ErrNotFound if it is gone, even if another user has
	// come under its name.
	SaveUser(ctx context.Context, u *userpool.User) error
	// DeleteUser removes a user, named by the stored username (not the folded one), with its codes,
	// attempts, tokens, devices, passkeys and memberships; ErrNotFound if it is gone.
	DeleteUser(ctx context.Context, poolID, username string) error
}
