package api

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// SetUserPoolMfaConfig says whether the pool asks for a second factor, and which it has.
func (s *Service) SetUserPoolMfaConfig(ctx context.Context, in *cognitoidp.SetUserPoolMfaConfigRequest) (*cognitoidp.SetUserPoolMfaConfigResponse, error) {
	var changed *userpool.Pool
	err := s.changePool(ctx, in.UserPoolId, func(p *userpool.Pool) error {
		changed = p
		return p.ConfigureMFA(s.AccountID, in)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.SetUserPoolMfaConfigResponse{
		EmailMfaConfiguration:         changed.EmailMFA,
		MfaConfiguration:              changed.MFA(),
		SmsMfaConfiguration:           changed.SMSMFA,
		SoftwareTokenMfaConfiguration: changed.SoftwareTokenMFA,
		WebAuthnConfiguration:         changed.WebAuthn,
	}, nil
}

// GetUserPoolMfaConfig answers what SetUserPoolMfaConfig has set; what is not configured is left out.
func (s *Service) GetUserPoolMfaConfig(ctx context.Context, in *cognitoidp.GetUserPoolMfaConfigRequest) (*cognitoidp.GetUserPoolMfaConfigResponse, error) {
	var out *cognitoidp.GetUserPoolMfaConfigResponse
	err := s.Store.View(ctx, func(r store.Reader) error {
		p, err := pool(ctx, r, in.UserPoolId)
		if err != nil {
			return err
		}
		out = &cognitoidp.GetUserPoolMfaConfigResponse{
			EmailMfaConfiguration:         p.EmailMFA,
			MfaConfiguration:              p.MFA(),
			SmsMfaConfiguration:           p.SMSMFA,
			SoftwareTokenMfaConfiguration: p.SoftwareTokenMFA,
			WebAuthnConfiguration:         p.WebAuthn,
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
