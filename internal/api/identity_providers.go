package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/saml"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// defaultMaxProviders is how many identity providers a pool may have, unless the Service says otherwise
// (the service's resource quota).
const defaultMaxProviders = 300

// CreateIdentityProvider adds an external identity provider to a user pool.
func (s *Service) CreateIdentityProvider(ctx context.Context, in *cognitoidp.CreateIdentityProviderRequest) (*cognitoidp.CreateIdentityProviderResponse, error) {
	now := s.wireTime()
	encryption, err := s.encryptionKey(ctx, in.UserPoolId, in.ProviderName, in.ProviderType, in.ProviderDetails)
	if err != nil {
		return nil, err
	}
	var ip *userpool.IdentityProvider
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		if ip, err = userpool.NewIdentityProvider(p, encryption, now, in); err != nil {
			return err
		}
		if err := identifiersFree(ctx, tx, ip); err != nil {
			return err
		}
		if err := tx.CreateIdentityProvider(ctx, ip); errors.Is(err, store.ErrExists) {
			return awserr.ProviderExists(ip.Name)
		} else if err != nil {
			return fmt.Errorf("create identity provider: %w", err)
		}
		count, err := tx.CountIdentityProviders(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("count identity providers: %w", err)
		}
		if limit := orDefault(s.MaxProviders, defaultMaxProviders); count > limit {
			return awserr.TooManyProviders(limit)
		}
		// The group of an earlier provider of that name stays as it is.
		if err := tx.CreateGroup(ctx, ip.NewUserGroup()); err != nil && !errors.Is(err, store.ErrExists) {
			return fmt.Errorf("create the group of an identity provider: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateIdentityProviderResponse{IdentityProvider: describeProvider(ip)}, nil
}

// encryptionKey makes the key for which a SAML provider is to encrypt, if its details ask for that and it
// has none yet; otherwise nil. Of says whether a provider to be made is a SAML provider; one to be
// changed knows that itself.
func (s *Service) encryptionKey(ctx context.Context, poolID, name string, of cognitoidp.IdentityProviderTypeType, details map[string]string) (*saml.KeyPair, error) {
	if !userpool.EncryptsResponses(details) {
		return nil, nil
	}
	needed := of == cognitoidp.IdentityProviderTypeTypeSaml
	err := s.Store.View(ctx, func(r store.Reader) error {
		if _, err := pool(ctx, r, poolID); err != nil || of != "" {
			return err
		}
		ip, err := provider(ctx, r, poolID, name)
		if err != nil {
			return err
		}
		needed = ip.Type == cognitoidp.IdentityProviderTypeTypeSaml && ip.Encryption == nil
		return nil
	})
	if err != nil || !needed {
		return nil, err
	}
	key, err := saml.NewKeyPair(s.Rand, poolID+" "+name, s.Now())
	if err != nil {
		return nil, fmt.Errorf("make an encryption key: %w", err)
	}
	return key, nil
}

// identifiersFree refuses identifiers that belong to another provider of the pool.
func identifiersFree(ctx context.Context, r store.IdentityProviderReader, ip *userpool.IdentityProvider) error {
	for _, identifier := range ip.Identifiers {
		holder, err := r.IdentityProviderByIdentifier(ctx, ip.PoolID, identifier)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return fmt.Errorf("look for an identifier: %w", err)
		case holder.Name != ip.Name:
			return awserr.ProviderIdentifierTaken(identifier)
		}
	}
	return nil
}

// DescribeIdentityProvider answers the whole configuration of an identity provider.
func (s *Service) DescribeIdentityProvider(ctx context.Context, in *cognitoidp.DescribeIdentityProviderRequest) (*cognitoidp.DescribeIdentityProviderResponse, error) {
	var ip *userpool.IdentityProvider
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		_, ip, err = poolAndProvider(ctx, r, in.UserPoolId, in.ProviderName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeIdentityProviderResponse{IdentityProvider: describeProvider(ip)}, nil
}

// GetIdentityProviderByIdentifier finds an identity provider by one of its identifiers.
func (s *Service) GetIdentityProviderByIdentifier(ctx context.Context, in *cognitoidp.GetIdentityProviderByIdentifierRequest) (*cognitoidp.GetIdentityProviderByIdentifierResponse, error) {
	var ip *userpool.IdentityProvider
	err := s.Store.View(ctx, func(r store.Reader) error {
		if _, err := pool(ctx, r, in.UserPoolId); err != nil {
			return err
		}
		var err error
		ip, err = r.IdentityProviderByIdentifier(ctx, in.UserPoolId, in.IdpIdentifier)
		if errors.Is(err, store.ErrNotFound) {
			return awserr.ProviderIdentifierNotFound(in.IdpIdentifier)
		}
		if err != nil {
			return fmt.Errorf("read identity provider: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetIdentityProviderByIdentifierResponse{IdentityProvider: describeProvider(ip)}, nil
}

// UpdateIdentityProvider changes those properties of an identity provider that it is given. The details
// are replaced as a whole.
func (s *Service) UpdateIdentityProvider(ctx context.Context, in *cognitoidp.UpdateIdentityProviderRequest) (*cognitoidp.UpdateIdentityProviderResponse, error) {
	now := s.wireTime()
	encryption, err := s.encryptionKey(ctx, in.UserPoolId, in.ProviderName, "", in.ProviderDetails)
	if err != nil {
		return nil, err
	}
	var ip *userpool.IdentityProvider
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		p, found, err := poolAndProvider(ctx, tx, in.UserPoolId, in.ProviderName)
		if err != nil {
			return err
		}
		ip = found
		if err := ip.Update(p, encryption, now, in); err != nil {
			return err
		}
		if err := identifiersFree(ctx, tx, ip); err != nil {
			return err
		}
		if err := tx.SaveIdentityProvider(ctx, ip); err != nil {
			return fmt.Errorf("save identity provider: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateIdentityProviderResponse{IdentityProvider: describeProvider(ip)}, nil
}

// DeleteIdentityProvider removes an identity provider. Its users stay, but sign in by it no more.
func (s *Service) DeleteIdentityProvider(ctx context.Context, in *cognitoidp.DeleteIdentityProviderRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		_, ip, err := poolAndProvider(ctx, tx, in.UserPoolId, in.ProviderName)
		if err != nil {
			return err
		}
		if err := tx.DeleteIdentityProvider(ctx, ip.PoolID, ip.Name); err != nil {
			return fmt.Errorf("delete identity provider: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// maxProvidersPage is the largest page of ListIdentityProviders, and its size without MaxResults:
// MaxResults may be 60, but no answer may list more than 50.
const maxProvidersPage = 50

// ListIdentityProviders lists the identity providers of a user pool, by name.
func (s *Service) ListIdentityProviders(ctx context.Context, in *cognitoidp.ListIdentityProvidersRequest) (*cognitoidp.ListIdentityProvidersResponse, error) {
	listing := page.Listing{Operation: "ListIdentityProviders", Parameters: []string{in.UserPoolId}}
	limit := maxProvidersPage
	if in.MaxResults != nil && *in.MaxResults != 0 {
		limit = min(limit, int(*in.MaxResults))
	}
	providers, next, err := poolPage(ctx, s, in.UserPoolId, listing, in.NextToken, limit,
		func(r store.Reader, p *userpool.Pool, after string, limit int) ([]*userpool.IdentityProvider, error) {
			return r.IdentityProviders(ctx, p.ID, after, limit)
		}, func(ip *userpool.IdentityProvider) string { return ip.Name })
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListIdentityProvidersResponse{Providers: []cognitoidp.ProviderDescription{}, NextToken: next}
	for _, ip := range providers {
		out.Providers = append(out.Providers, cognitoidp.ProviderDescription{
			ProviderName: &ip.Name, ProviderType: ip.Type, LastModifiedDate: &ip.Modified, CreationDate: &ip.Created,
		})
	}
	return out, nil
}

// provider finds an identity provider of a pool that is there.
func provider(ctx context.Context, r store.IdentityProviderReader, poolID, name string) (*userpool.IdentityProvider, error) {
	ip, err := r.IdentityProvider(ctx, poolID, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.ProviderNotFound(name)
	}
	if err != nil {
		return nil, fmt.Errorf("read identity provider: %w", err)
	}
	return ip, nil
}

// poolAndProvider finds a pool and one of its identity providers.
func poolAndProvider(ctx context.Context, r store.Reader, poolID, name string) (*userpool.Pool, *userpool.IdentityProvider, error) {
	p, err := pool(ctx, r, poolID)
	if err != nil {
		return nil, nil, err
	}
	ip, err := provider(ctx, r, poolID, name)
	return p, ip, err
}

// describeProvider is an identity provider as the API answers it.
func describeProvider(ip *userpool.IdentityProvider) *cognitoidp.IdentityProviderType {
	identifiers := ip.Identifiers
	if identifiers == nil {
		identifiers = []string{}
	}
	return &cognitoidp.IdentityProviderType{
		UserPoolId: &ip.PoolID, ProviderName: &ip.Name, ProviderType: ip.Type, ProviderDetails: ip.ShownDetails(),
		AttributeMapping: present(ip.AttributeMapping), IdpIdentifiers: identifiers, AcrMapping: ip.AcrMapping,
		LastModifiedDate: &ip.Modified, CreationDate: &ip.Created,
	}
}
