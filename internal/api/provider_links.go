package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// maxIdentityValue bounds a subject or attribute by which a user is linked, in characters: attributes are
// no longer.
const maxIdentityValue = 2048

// named is the user or identity that a request names.
type named struct{ provider, attribute, value string }

// readNamed reads who is named by member of a request. The attribute is optional for users named by the
// pool itself.
func readNamed(member string, in *cognitoidp.ProviderUserIdentifierType) (named, error) {
	n := named{value(in.ProviderName), value(in.ProviderAttributeName), value(in.ProviderAttributeValue)}
	switch {
	case n.provider == "":
		return n, awserr.IdentityIncomplete(member, "ProviderName")
	case n.value == "":
		return n, awserr.IdentityIncomplete(member, "ProviderAttributeValue")
	case utf8.RuneCountInString(n.value) > maxIdentityValue:
		return n, awserr.IdentityTooLong(member, maxIdentityValue)
	default:
		return n, nil
	}
}

// local tells whether a user of the pool itself is named.
func (n named) local() bool { return strings.EqualFold(n.provider, userpool.LocalProvider) }

// AdminLinkProviderForUser lets a user sign in by an identity of an external provider, whose owner has
// not signed in before.
func (s *Service) AdminLinkProviderForUser(ctx context.Context, in *cognitoidp.AdminLinkProviderForUserRequest) (*cognitoidp.AdminLinkProviderForUserResponse, error) {
	destination, err := readNamed("DestinationUser", in.DestinationUser)
	if err != nil {
		return nil, err
	}
	source, err := readNamed("SourceUser", in.SourceUser)
	if err != nil {
		return nil, err
	}
	switch {
	case source.local():
		return nil, awserr.SourceNotExternal()
	case source.attribute == "":
		return nil, awserr.IdentityIncomplete("SourceUser", "ProviderAttributeName")
	}
	now := s.wireTime()
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		ip, err := identityProvider(ctx, tx, p, source.provider)
		if err != nil {
			return err
		}
		link, err := ip.NewLink(source.attribute, source.value, now)
		if err != nil {
			return err
		}
		u, err := destinationUser(ctx, tx, p, destination)
		if err != nil {
			return err
		}
		if err := linkable(ctx, tx, u, link); err != nil {
			return err
		}
		if err := u.Link(p, link); err != nil {
			return err
		}
		return s.saveUser(ctx, tx, u)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminLinkProviderForUserResponse{}, nil
}

// identityProvider finds the provider of an identity.
func identityProvider(ctx context.Context, r store.IdentityProviderReader, p *userpool.Pool, name string) (*userpool.IdentityProvider, error) {
	ip, err := r.IdentityProvider(ctx, p.ID, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.IdentityProviderUnknown(name)
	}
	if err != nil {
		return nil, fmt.Errorf("read identity provider: %w", err)
	}
	return ip, nil
}

// destinationUser finds the user to whom an identity is to be linked: by username, or by the subject of
// an identity that signs that user in.
func destinationUser(ctx context.Context, r store.Reader, p *userpool.Pool, n named) (*userpool.User, error) {
	var u *userpool.User
	var err error
	if n.local() {
		u, err = store.FindUserOrSub(ctx, r, p, n.value)
	} else {
		if _, err := identityProvider(ctx, r, p, n.provider); err != nil {
			return nil, err
		}
		u, err = r.UserByIdentity(ctx, p.ID, n.provider, userpool.SubjectAttribute, n.value)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.UserNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("find user: %w", err)
	}
	return u, nil
}

// linkable refuses an identity that signs in somebody already, and one by which too many lookups would
// be needed at a sign-in.
func linkable(ctx context.Context, r store.UserReader, u *userpool.User, link userpool.Identity) error {
	holder, err := r.UserByIdentity(ctx, u.PoolID, link.Provider, link.Attribute, link.Value)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return fmt.Errorf("look for an identity: %w", err)
	case holder.MadeBy(link):
		return awserr.SourceHasProfile()
	case holder.Sub == u.Sub:
		return awserr.SourceLinked()
	default:
		return awserr.SourceLinkedElsewhere()
	}
	used, err := r.LinkAttributes(ctx, u.PoolID, link.Provider)
	if err != nil {
		return fmt.Errorf("read the attributes of links: %w", err)
	}
	if len(used) >= userpool.MaxLinkAttributes && !slices.Contains(used, link.Attribute) {
		return awserr.TooManyLinkAttributes(link.Provider, userpool.MaxLinkAttributes)
	}
	return nil
}

// AdminDisableProviderForUser keeps a user from signing in by one identity: a password, or one of an
// external provider, which is taken from the user who has it.
func (s *Service) AdminDisableProviderForUser(ctx context.Context, in *cognitoidp.AdminDisableProviderForUserRequest) (*cognitoidp.AdminDisableProviderForUserResponse, error) {
	n, err := readNamed("User", in.User)
	if err != nil {
		return nil, err
	}
	switch {
	case n.attribute == "":
		return nil, awserr.IdentityIncomplete("User", "ProviderAttributeName")
	case n.local() && n.attribute != userpool.SubjectAttribute:
		return nil, awserr.SubjectOnly(userpool.LocalProvider)
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		if n.local() {
			u, err := destinationUser(ctx, tx, p, n)
			if err != nil {
				return err
			}
			u.DisableLocal()
			// A code on its way would give the user a password again.
			if _, err := tx.ConsumeCode(ctx, p.ID, u.Username, userpool.CodeForgotPassword); err != nil {
				return fmt.Errorf("remove a code: %w", err)
			}
			return s.saveUser(ctx, tx, u)
		}
		return s.disableIdentity(ctx, tx, p, n)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminDisableProviderForUserResponse{}, nil
}

// disableIdentity takes an external identity from the user who has it, also if its provider is gone.
func (s *Service) disableIdentity(ctx context.Context, tx store.Tx, p *userpool.Pool, n named) error {
	u, err := tx.UserByIdentity(ctx, p.ID, n.provider, n.attribute, n.value)
	if errors.Is(err, store.ErrNotFound) {
		ip, err := identityProvider(ctx, tx, p, n.provider)
		if err != nil {
			return err
		}
		if err := ip.CheckLinkAttribute(n.attribute); err != nil {
			return err
		}
		return awserr.UserNotFound()
	}
	if err != nil {
		return fmt.Errorf("find user: %w", err)
	}
	u.Unlink(n.provider, n.attribute, n.value)
	return s.saveUser(ctx, tx, u)
}
