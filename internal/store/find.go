package store

import (
	"context"
	"errors"

	"ostiary/internal/userpool"
)

// FindUser finds the user whom a caller of the public operations names: by username, then by the
// pool's aliases or username attributes. ErrNotFound if nobody has that name.
func FindUser(ctx context.Context, r UserReader, p *userpool.Pool, name string) (*userpool.User, error) {
	u, err := r.User(ctx, p.ID, p.Fold(name))
	if !errors.Is(err, ErrNotFound) {
		return u, err
	}
	for _, alias := range p.AliasesOf(name) {
		u, err = r.UserByAlias(ctx, p.ID, alias)
		if !errors.Is(err, ErrNotFound) {
			return u, err
		}
	}
	return nil, ErrNotFound
}

// FindUserOrSub finds the user whom an administrator names: by username, then by sub, then by the
// pool's aliases or username attributes. ErrNotFound if nobody has that name.
func FindUserOrSub(ctx context.Context, r UserReader, p *userpool.Pool, name string) (*userpool.User, error) {
	u, err := r.User(ctx, p.ID, p.Fold(name))
	if !errors.Is(err, ErrNotFound) {
		return u, err
	}
	u, err = r.UserBySub(ctx, p.ID, name)
	if !errors.Is(err, ErrNotFound) {
		return u, err
	}
	return FindUser(ctx, r, p, name)
}
