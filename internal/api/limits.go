package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/quota"
	"ostiary/internal/store"
)

// defaultQuotaCeiling is how many times the default a rate may be, unless the Service says otherwise.
const defaultQuotaCeiling = 10

// categoryAttribute names the category in the attributes of a limit of class API_CATEGORY.
const categoryAttribute = "Category"

// GetProvisionedLimit tells the request rate that the account has in a category of operations.
func (s *Service) GetProvisionedLimit(ctx context.Context, in *cognitoidp.GetProvisionedLimitRequest) (*cognitoidp.GetProvisionedLimitResponse, error) {
	category, limit, err := definedLimit(in.LimitDefinition)
	if err != nil {
		return nil, err
	}
	var rate int
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		rate, err = s.provisioned(ctx, r, category)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetProvisionedLimitResponse{Limit: limitEntry(in.LimitDefinition, limit, rate)}, nil
}

// UpdateProvisionedLimit sets the request rate that the account has in a category of operations, on
// this node at once and on the others when they read it again.
func (s *Service) UpdateProvisionedLimit(ctx context.Context, in *cognitoidp.UpdateProvisionedLimitRequest) (*cognitoidp.UpdateProvisionedLimitResponse, error) {
	category, limit, err := definedLimit(in.LimitDefinition)
	if err != nil {
		return nil, err
	}
	rate, most := int(in.RequestedLimitValue), limit.Max(s.quotaCeiling())
	switch {
	case !limit.Adjustable:
		return nil, awserr.LimitNotAdjustable(string(category))
	case rate < limit.Rate:
		return nil, awserr.LimitBelowDefault(limit.Rate)
	case rate > most:
		return nil, awserr.LimitAboveMaximum(most)
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if rate == limit.Rate {
			return tx.ClearProvisionedLimit(ctx, string(category))
		}
		return tx.PutProvisionedLimit(ctx, string(category), rate)
	})
	if err != nil {
		return nil, fmt.Errorf("set the rate of %s: %w", category, err)
	}
	s.Quota.SetRate(category, rate, s.Now())
	return &cognitoidp.UpdateProvisionedLimitResponse{Limit: limitEntry(in.LimitDefinition, limit, rate)}, nil
}

// ApplyProvisionedLimits makes this node hold callers to the rates that the account has now, whichever
// node they were set on.
func (s *Service) ApplyProvisionedLimits(ctx context.Context) error {
	if s.Quota == nil {
		return nil
	}
	rates := map[quota.Category]int{}
	err := s.Store.View(ctx, func(r store.Reader) error {
		clear(rates)
		for category, limit := range quota.Limits() {
			if !limit.Adjustable {
				continue
			}
			rate, err := s.provisioned(ctx, r, category)
			if err != nil {
				return err
			}
			rates[category] = rate
		}
		return nil
	})
	if err != nil {
		return err
	}
	for category, rate := range rates {
		s.Quota.SetRate(category, rate, s.Now())
	}
	return nil
}

// ClearProvisionedLimits returns every category to its default rate.
func (s *Service) ClearProvisionedLimits(ctx context.Context) error {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		for category := range quota.Limits() {
			if err := tx.ClearProvisionedLimit(ctx, string(category)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("clear the rates that the account has: %w", err)
	}
	return s.ApplyProvisionedLimits(ctx)
}

// provisioned is the rate of a category: what was set, as far as the account may have it by now.
func (s *Service) provisioned(ctx context.Context, r store.Reader, category quota.Category) (int, error) {
	set, err := r.ProvisionedLimit(ctx, string(category))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, fmt.Errorf("read the rate of %s: %w", category, err)
	}
	return quota.Limits()[category].Provisioned(set, s.quotaCeiling()), nil
}

func (s *Service) quotaCeiling() int { return orDefault(s.QuotaCeiling, defaultQuotaCeiling) }

// definedLimit finds the limit that a definition names. The model has one class of limits.
func definedLimit(d *cognitoidp.LimitDefinitionType) (quota.Category, quota.Limit, error) {
	name, ok := d.Attributes[categoryAttribute]
	if !ok || len(d.Attributes) > 1 {
		return "", quota.Limit{}, awserr.InvalidLimitDefinition()
	}
	limit, ok := quota.Limits()[quota.Category(name)]
	if !ok {
		return "", quota.Limit{}, awserr.LimitNotFound(name)
	}
	return quota.Category(name), limit, nil
}

func limitEntry(d *cognitoidp.LimitDefinitionType, limit quota.Limit, rate int) *cognitoidp.LimitType {
	return &cognitoidp.LimitType{
		LimitDefinition: d, ProvisionedLimitValue: int32(rate), FreeLimitValue: int32(limit.Rate),
	}
}
