package api

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// SetLogDeliveryConfiguration replaces where a user pool's logs go; an empty list clears it.
func (s *Service) SetLogDeliveryConfiguration(ctx context.Context, in *cognitoidp.SetLogDeliveryConfigurationRequest) (*cognitoidp.SetLogDeliveryConfigurationResponse, error) {
	var out *cognitoidp.LogDeliveryConfigurationType
	err := s.changePool(ctx, in.UserPoolId, func(p *userpool.Pool) error {
		if err := p.SetLogDelivery(s.AccountID, in.LogConfigurations); err != nil {
			return err
		}
		out = logDelivery(p)
		return s.checkResources(p.Resources())
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.SetLogDeliveryConfigurationResponse{LogDeliveryConfiguration: out}, nil
}

// GetLogDeliveryConfiguration answers where a user pool's logs go.
func (s *Service) GetLogDeliveryConfiguration(ctx context.Context, in *cognitoidp.GetLogDeliveryConfigurationRequest) (*cognitoidp.GetLogDeliveryConfigurationResponse, error) {
	var out *cognitoidp.LogDeliveryConfigurationType
	err := s.Store.View(ctx, func(r store.Reader) error {
		p, err := pool(ctx, r, in.UserPoolId)
		if err == nil {
			out = logDelivery(p)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetLogDeliveryConfigurationResponse{LogDeliveryConfiguration: out}, nil
}

// logDelivery is the configuration as the API answers it. What it shares with p must not be changed.
func logDelivery(p *userpool.Pool) *cognitoidp.LogDeliveryConfigurationType {
	out := &cognitoidp.LogDeliveryConfigurationType{UserPoolId: p.ID, LogConfigurations: p.LogDelivery}
	if out.LogConfigurations == nil {
		out.LogConfigurations = []cognitoidp.LogConfigurationType{}
	}
	return out
}
