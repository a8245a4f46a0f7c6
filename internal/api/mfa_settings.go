package api

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/mfa"
	"ostiary/internal/passkey"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// SetUserSettings switches SMS codes on or off for a signed-in user. It came before
// SetUserMFAPreference, and the two agree.
func (s *Service) SetUserSettings(ctx context.Context, in *cognitoidp.SetUserSettingsRequest) (*cognitoidp.SetUserSettingsResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	err = s.changeUser(ctx, bearer.Pool.ID, bearer.User.Username, func(p *userpool.Pool, u *userpool.User) error {
		if err := account.CheckStatus(u); err != nil {
			return err
		}
		return mfa.ApplyOptions(p, u, in.MFAOptions)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.SetUserSettingsResponse{}, nil
}

// AdminSetUserSettings does the same for a user whom an administrator names.
func (s *Service) AdminSetUserSettings(ctx context.Context, in *cognitoidp.AdminSetUserSettingsRequest) (*cognitoidp.AdminSetUserSettingsResponse, error) {
	err := s.changeUser(ctx, in.UserPoolId, in.Username, func(p *userpool.Pool, u *userpool.User) error {
		return mfa.ApplyOptions(p, u, in.MFAOptions)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminSetUserSettingsResponse{}, nil
}

// AdminDeleteSoftwareToken takes a user's authenticator app away, so that another can be registered.
func (s *Service) AdminDeleteSoftwareToken(ctx context.Context, in *cognitoidp.AdminDeleteSoftwareTokenRequest) (*cognitoidp.AdminDeleteSoftwareTokenResponse, error) {
	err := s.changeUser(ctx, in.UserPoolId, in.Username, func(_ *userpool.Pool, u *userpool.User) error {
		if u.Status == cognitoidp.UserStatusTypeUnconfirmed {
			return account.CheckStatus(u)
		}
		return mfa.DeleteApp(u)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminDeleteSoftwareTokenResponse{}, nil
}

// GetUserAuthFactors lists what a signed-in user can prove themselves by.
func (s *Service) GetUserAuthFactors(ctx context.Context, in *cognitoidp.GetUserAuthFactorsRequest) (*cognitoidp.GetUserAuthFactorsResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u := bearer.User
	if err := account.CheckStatus(u); err != nil {
		return nil, err
	}
	keys, err := s.passkeysOf(ctx, u)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetUserAuthFactorsResponse{
		Username:                  u.Username,
		PreferredMfaSetting:       optional(string(mfa.Preferred(u))),
		UserMFASettingList:        mfaSettings(u),
		ConfiguredUserAuthFactors: authFactors(u, passkey.Usable(bearer.Pool, keys)),
	}, nil
}

// AdminGetUserAuthFactors does the same for a user whom an administrator names.
func (s *Service) AdminGetUserAuthFactors(ctx context.Context, in *cognitoidp.AdminGetUserAuthFactorsRequest) (*cognitoidp.AdminGetUserAuthFactorsResponse, error) {
	var p *userpool.Pool
	var u *userpool.User
	var keys []*userpool.Passkey
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		if p, u, err = poolAndUser(ctx, r, in.UserPoolId, in.Username); err == nil {
			keys, err = r.Passkeys(ctx, u.PoolID, u.Username)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminGetUserAuthFactorsResponse{
		Username:                  u.Username,
		PreferredMfaSetting:       optional(string(mfa.Preferred(u))),
		UserMFASettingList:        mfaSettings(u),
		ConfiguredUserAuthFactors: authFactors(u, passkey.Usable(p, keys)),
	}, nil
}

// authFactors are the proofs that the user has set up, as first or second factor.
func authFactors(u *userpool.User, keys []*userpool.Passkey) []cognitoidp.AuthFactorType {
	var factors []cognitoidp.AuthFactorType
	add := func(has bool, f cognitoidp.AuthFactorType) {
		if has {
			factors = append(factors, f)
		}
	}
	add(u.Password != nil, cognitoidp.AuthFactorTypePassword)
	add(u.Attributes[userpool.AttrEmail] != "", cognitoidp.AuthFactorTypeEmailOtp)
	add(u.Attributes[userpool.AttrPhoneNumber] != "", cognitoidp.AuthFactorTypeSmsOtp)
	add(len(keys) > 0, cognitoidp.AuthFactorTypeWebAuthn)
	add(u.TOTP != nil, cognitoidp.AuthFactorTypeSoftwareToken)
	return factors
}
