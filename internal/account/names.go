package account

import (
	"context"
	"errors"
	"fmt"

	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// name gives a new user the username asked for, as the pool has it: as given, or, where e-mail
// addresses or phone numbers are usernames, the sub, and the name as that attribute.
func name(p *userpool.Pool, u *userpool.User, given string) error {
	byEmail, byPhone := p.UsernameIs(userpool.AttrEmail), p.UsernameIs(userpool.AttrPhoneNumber)
	if !byEmail && !byPhone {
		switch {
		case p.HasAlias(userpool.AttrEmail) && IsEmail(given):
			return awserr.UsernameLikeEmail()
		case p.HasAlias(userpool.AttrPhoneNumber) && IsPhoneNumber(given):
			return awserr.UsernameLikePhone()
		}
		u.Username = given
		return nil
	}
	var attribute string
	switch {
	case byEmail && IsEmail(given):
		attribute = userpool.AttrEmail
	case byPhone && IsPhoneNumber(given):
		attribute = userpool.AttrPhoneNumber
	default:
		return awserr.UsernameNotContact(byEmail, byPhone)
	}
	switch value := u.Attributes[attribute]; {
	case value == "":
		u.Attributes[attribute] = given
	case p.Fold(value) != p.Fold(given):
		return awserr.UsernameAttributeDiffers(attribute)
	}
	u.Username = u.Sub
	return nil
}

// create adds a new user, unless one of the names is taken: then taken or refuse(attribute) says so.
// Force moves a verified alias from whoever has it.
func (s *Service) create(ctx context.Context, tx store.Tx, p *userpool.Pool, u *userpool.User, force bool, taken error) error {
	if err := checkFree(ctx, tx, p, u, taken); err != nil {
		return err
	}
	p.Index(u)
	if err := s.claim(ctx, tx, p, u, force, takenAtCreation(p)); err != nil {
		return err
	}
	err := tx.CreateUser(ctx, u)
	if errors.Is(err, store.ErrExists) {
		return taken
	}
	if err != nil {
		return fmt.Errorf("create user: %w", err)
	}
	return nil
}

// takenAtCreation words that a sign-in name of a new user belongs to another.
func takenAtCreation(p *userpool.Pool) func(attribute string) error {
	return func(attribute string) error {
		if p.UsernameIs(attribute) {
			return awserr.UsernameAttributeExists(attribute)
		}
		return awserr.AliasExists(attribute)
	}
}

// checkFree refuses a username that another user can be called by: as a username, a sub or a
// preferred username. Whoever took it would be found in that user's place.
func checkFree(ctx context.Context, r store.UserReader, p *userpool.Pool, u *userpool.User, taken error) error {
	_, err := r.User(ctx, p.ID, p.Fold(u.Username))
	if errors.Is(err, store.ErrNotFound) {
		_, err = r.UserBySub(ctx, p.ID, u.Username)
	}
	if errors.Is(err, store.ErrNotFound) && p.HasAlias(userpool.AttrPreferredUsername) {
		_, err = r.UserByAlias(ctx, p.ID, userpool.Alias{Attribute: userpool.AttrPreferredUsername, Value: p.Fold(u.Username)})
	}
	switch {
	case err == nil:
		return taken
	case errors.Is(err, store.ErrNotFound):
		return nil
	default:
		return fmt.Errorf("look for the username: %w", err)
	}
}

// claim makes way for the sign-in names of u (p.Index), or refuses one that another user has. With
// force a verified e-mail address or phone number goes from its holder, whose own is no longer
// verified; usernames and preferred usernames never do.
func (s *Service) claim(ctx context.Context, tx store.Tx, p *userpool.Pool, u *userpool.User, force bool, refuse func(attribute string) error) error {
	var losers []*userpool.User
	for _, alias := range u.Names.Aliases {
		holder, err := holderOf(ctx, tx, p, alias)
		if err != nil {
			return err
		}
		if holder == nil || holder.Sub == u.Sub {
			continue
		}
		if !force || p.UsernameIs(alias.Attribute) || alias.Attribute == userpool.AttrPreferredUsername {
			return refuse(alias.Attribute)
		}
		for _, loser := range losers { // one user may lose both
			if loser.Sub == holder.Sub {
				holder = loser
			}
		}
		holder.Attributes[alias.Attribute+"_verified"] = "false"
		losers = append(losers, holder)
	}
	for _, loser := range losers {
		if err := s.save(ctx, tx, p, loser); err != nil {
			return err
		}
	}
	return nil
}

// CheckNamesFree refuses if another user has one of the sign-in names of u (p.Index).
func CheckNamesFree(ctx context.Context, r store.UserReader, p *userpool.Pool, u *userpool.User) error {
	for _, alias := range u.Names.Aliases {
		holder, err := holderOf(ctx, r, p, alias)
		if err != nil {
			return err
		}
		if holder != nil && holder.Sub != u.Sub {
			return awserr.AliasExists(alias.Attribute)
		}
	}
	return nil
}

// holderOf is the user who has a sign-in name, nil if nobody has. A preferred username may not be
// anybody's username either.
func holderOf(ctx context.Context, r store.UserReader, p *userpool.Pool, alias userpool.Alias) (*userpool.User, error) {
	holder, err := r.UserByAlias(ctx, p.ID, alias)
	if errors.Is(err, store.ErrNotFound) && alias.Attribute == userpool.AttrPreferredUsername {
		holder, err = r.User(ctx, p.ID, p.Fold(alias.Value))
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for an alias: %w", err)
	}
	return copyOf(holder), nil
}
