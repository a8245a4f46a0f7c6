package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// CreateTerms gives an app client links to its terms of use, or to its privacy policy.
func (s *Service) CreateTerms(ctx context.Context, in *cognitoidp.CreateTermsRequest) (*cognitoidp.CreateTermsResponse, error) {
	id, err := secret.UUID(s.Rand)
	if err != nil {
		return nil, err
	}
	now := s.wireTime()
	var t *userpool.Terms
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, _, err := poolAndClient(ctx, tx, in.UserPoolId, in.ClientId); err != nil {
			return err
		}
		var err error
		if t, err = userpool.NewTerms(id, now, in); err != nil {
			return err
		}
		if err := tx.CreateTerms(ctx, t); errors.Is(err, store.ErrExists) {
			return awserr.TermsExist()
		} else if err != nil {
			return fmt.Errorf("create terms: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.CreateTermsResponse{Terms: termsEntry(t)}, nil
}

// DescribeTerms describes terms documents by their id.
func (s *Service) DescribeTerms(ctx context.Context, in *cognitoidp.DescribeTermsRequest) (*cognitoidp.DescribeTermsResponse, error) {
	var t *userpool.Terms
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		t, err = poolTerms(ctx, r, in.UserPoolId, in.TermsId)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeTermsResponse{Terms: termsEntry(t)}, nil
}

// DescribeTermsByClient describes terms documents by their app client and name.
func (s *Service) DescribeTermsByClient(ctx context.Context, in *cognitoidp.DescribeTermsByClientRequest) (*cognitoidp.DescribeTermsByClientResponse, error) {
	var t *userpool.Terms
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		if _, _, err := poolAndClient(ctx, r, in.UserPoolId, in.ClientId); err != nil {
			return err
		}
		t, err = foundTerms(r.TermsByClient(ctx, in.UserPoolId, in.ClientId, in.TermsName))
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.DescribeTermsByClientResponse{Terms: termsEntry(t)}, nil
}

// UpdateTerms changes what it is given of terms documents.
func (s *Service) UpdateTerms(ctx context.Context, in *cognitoidp.UpdateTermsRequest) (*cognitoidp.UpdateTermsResponse, error) {
	now := s.wireTime()
	var t *userpool.Terms
	err := s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if t, err = poolTerms(ctx, tx, in.UserPoolId, in.TermsId); err != nil {
			return err
		}
		if err := t.Update(now, in); err != nil {
			return err
		}
		other, err := tx.TermsByClient(ctx, t.PoolID, t.ClientID, t.Name)
		switch {
		case err == nil && other.ID != t.ID:
			return awserr.TermsExist()
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("read terms: %w", err)
		}
		if err := tx.SaveTerms(ctx, t); err != nil {
			return fmt.Errorf("save terms: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateTermsResponse{Terms: termsEntry(t)}, nil
}

// DeleteTerms removes terms documents from their app client.
func (s *Service) DeleteTerms(ctx context.Context, in *cognitoidp.DeleteTermsRequest) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		t, err := poolTerms(ctx, tx, in.UserPoolId, in.TermsId)
		if err != nil {
			return err
		}
		if err := tx.DeleteTerms(ctx, t.PoolID, t.ID); err != nil {
			return fmt.Errorf("delete terms: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// maxTermsPage is the size of a page of ListTerms without MaxResults.
const maxTermsPage = 60

// ListTerms lists the terms documents of a user pool's app clients, by id.
func (s *Service) ListTerms(ctx context.Context, in *cognitoidp.ListTermsRequest) (*cognitoidp.ListTermsResponse, error) {
	listing := page.Listing{Operation: "ListTerms", Parameters: []string{in.UserPoolId}}
	limit := maxTermsPage
	if in.MaxResults != nil {
		limit = int(*in.MaxResults)
	}
	list, next, err := poolPage(ctx, s, in.UserPoolId, listing, in.NextToken, limit,
		func(r store.Reader, p *userpool.Pool, after string, limit int) ([]*userpool.Terms, error) {
			return r.ListTerms(ctx, p.ID, after, limit)
		}, func(t *userpool.Terms) string { return t.ID })
	if err != nil {
		return nil, err
	}
	out := &cognitoidp.ListTermsResponse{Terms: []cognitoidp.TermsDescriptionType{}, NextToken: next}
	for _, t := range list {
		out.Terms = append(out.Terms, cognitoidp.TermsDescriptionType{
			TermsId: t.ID, TermsName: t.Name, Enforcement: t.Enforcement, CreationDate: t.Created, LastModifiedDate: t.Modified,
		})
	}
	return out, nil
}

// poolTerms finds terms documents by their pool and id.
func poolTerms(ctx context.Context, r store.Reader, poolID, id string) (*userpool.Terms, error) {
	if _, err := pool(ctx, r, poolID); err != nil {
		return nil, err
	}
	return foundTerms(r.Terms(ctx, poolID, id))
}

// foundTerms turns a missing record into the refusal.
func foundTerms(t *userpool.Terms, err error) (*userpool.Terms, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.TermsNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read terms: %w", err)
	}
	return t, nil
}

// termsEntry is terms documents as the API answers them. What it shares with t must not be changed.
func termsEntry(t *userpool.Terms) *cognitoidp.TermsType {
	return &cognitoidp.TermsType{
		TermsId: t.ID, UserPoolId: t.PoolID, ClientId: t.ClientID, TermsName: t.Name, TermsSource: t.Source,
		Enforcement: t.Enforcement, Links: t.Links, CreationDate: t.Created, LastModifiedDate: t.Modified,
	}
}
