package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// defaultMaxCustomDomains is how many custom domains the account may have, unless the Service says
// otherwise (the service's resource quota).
const defaultMaxCustomDomains = 4

// CreateUserPoolDomain gives a user pool a prefix or a custom domain. It is active at once.
func (s *Service) CreateUserPoolDomain(ctx context.Context, in *cognitoidp.CreateUserPoolDomainRequest) (*cognitoidp.CreateUserPoolDomainResponse, error) {
	now := s.wireTime()
	var d *userpool.Domain
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		if d, err = userpool.NewDomain(p, now, in); err != nil {
			return err
		}
		if err := tx.CreateDomain(ctx, d); errors.Is(err, store.ErrExists) {
			return domainExists(ctx, tx, d)
		} else if err != nil {
			return fmt.Errorf("create domain: %w", err)
		}
		if d.Custom == nil {
			return nil
		}
		count, err := tx.CountCustomDomains(ctx)
		if err != nil {
			return fmt.Errorf("count custom domains: %w", err)
		}
		if limit := orDefault(s.MaxCustomDomains, defaultMaxCustomDomains); count > limit {
			return awserr.TooManyCustomDomains(limit)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateUserPoolDomainResponse{
		ManagedLoginVersion: &d.ManagedLoginVersion, CloudFrontDomain: s.aliasTarget(d), Routing: d.Routing,
	}, nil
}

// domainExists tells why d could not be created: another pool has the name, or this one has a domain
// of the kind.
func domainExists(ctx context.Context, r store.DomainReader, d *userpool.Domain) error {
	other, err := r.Domain(ctx, d.Name)
	switch {
	case err == nil && other.PoolID != d.PoolID:
		return awserr.DomainTaken()
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("read domain: %w", err)
	default:
		return awserr.PoolHasDomainOfKind()
	}
}

// aliasTarget is what the DNS record of a custom domain points to; a prefix needs none.
func (s *Service) aliasTarget(d *userpool.Domain) *string {
	if d.Custom == nil {
		return nil
	}
	return optional(s.Host)
}

// DescribeUserPoolDomain describes a domain; of one that does not exist there is nothing to tell, which
// is no error.
func (s *Service) DescribeUserPoolDomain(ctx context.Context, in *cognitoidp.DescribeUserPoolDomainRequest) (*cognitoidp.DescribeUserPoolDomainResponse, error) {
	out := &cognitoidp.DescribeUserPoolDomainResponse{DomainDescription: &cognitoidp.DomainDescriptionType{}}
	err := s.Store.View(ctx, func(r store.Reader) error {
		d, err := r.Domain(ctx, in.Domain)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read domain: %w", err)
		}
		if d.Custom == nil {
			p, err := pool(ctx, r, d.PoolID)
			if err != nil {
				return err
			}
			if replicaOf(ctx, p) != nil {
				return nil // a prefix belongs to the region where it was made
			}
		}
		out.DomainDescription = &cognitoidp.DomainDescriptionType{
			UserPoolId: &d.PoolID, AWSAccountId: optional(s.AccountID), Domain: &d.Name,
			CloudFrontDistribution: optional(s.Host), Version: new(d.Modified.UTC().Format("20060102150405")),
			Status: cognitoidp.DomainStatusTypeActive, CustomDomainConfig: d.Custom, ManagedLoginVersion: &d.ManagedLoginVersion,
			Routing: d.Routing,
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UpdateUserPoolDomain changes the certificate of a custom domain, or which login pages a domain has.
func (s *Service) UpdateUserPoolDomain(ctx context.Context, in *cognitoidp.UpdateUserPoolDomainRequest) (*cognitoidp.UpdateUserPoolDomainResponse, error) {
	now := s.wireTime()
	var d *userpool.Domain
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := pool(ctx, tx, in.UserPoolId)
		if err != nil {
			return err
		}
		if d, err = domainOf(ctx, tx, p.ID, in.Domain); err != nil {
			return err
		}
		if err := d.Update(p, now, in); err != nil {
			return err
		}
		if err := tx.SaveDomain(ctx, d); err != nil {
			return fmt.Errorf("save domain: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateUserPoolDomainResponse{
		ManagedLoginVersion: &d.ManagedLoginVersion, CloudFrontDomain: s.aliasTarget(d), Routing: d.Routing,
	}, nil
}

// DeleteUserPoolDomain takes a domain from a user pool; its name is free again.
func (s *Service) DeleteUserPoolDomain(ctx context.Context, in *cognitoidp.DeleteUserPoolDomainRequest) (*cognitoidp.DeleteUserPoolDomainResponse, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		d, err := domainOf(ctx, tx, in.UserPoolId, in.Domain)
		if err != nil {
			return err
		}
		if err := tx.DeleteDomain(ctx, d.PoolID, d.Name); err != nil {
			return fmt.Errorf("delete domain: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DeleteUserPoolDomainResponse{}, nil
}

// domainOf finds a domain of a pool by its name.
func domainOf(ctx context.Context, r store.DomainReader, poolID, name string) (*userpool.Domain, error) {
	d, err := r.Domain(ctx, name)
	if errors.Is(err, store.ErrNotFound) || err == nil && d.PoolID != poolID {
		return nil, awserr.NoSuchDomain()
	}
	if err != nil {
		return nil, fmt.Errorf("read domain: %w", err)
	}
	return d, nil
}
