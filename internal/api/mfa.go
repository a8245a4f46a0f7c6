package api

import (
	"context"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// SetUserMFAPreference lets a signed-in user switch factors on or off and prefer one.
func (s *Service) SetUserMFAPreference(ctx context.Context, in *cognitoidp.SetUserMFAPreferenceRequest) (*cognitoidp.SetUserMFAPreferenceResponse, error) {
	bearer, err := s.Tokens.Bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	change := mfa.Change{
		SMS: in.SMSMfaSettings, TOTP: in.SoftwareTokenMfaSettings,
		Email: in.EmailMfaSettings, WebAuthn: in.WebAuthnMfaSettings,
	}
	if err := s.changeMFA(ctx, bearer.Pool.ID, bearer.User.Username, change); err != nil {
		return nil, err
	}
	return &cognitoidp.SetUserMFAPreferenceResponse{}, nil
}

// AdminSetUserMFAPreference does the same for a user whom an administrator names.
func (s *Service) AdminSetUserMFAPreference(ctx context.Context, in *cognitoidp.AdminSetUserMFAPreferenceRequest) (*cognitoidp.AdminSetUserMFAPreferenceResponse, error) {
	change := mfa.Change{
		SMS: in.SMSMfaSettings, TOTP: in.SoftwareTokenMfaSettings,
		Email: in.EmailMfaSettings, WebAuthn: in.WebAuthnMfaSettings,
	}
	if err := s.changeMFA(ctx, in.UserPoolId, in.Username, change); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminSetUserMFAPreferenceResponse{}, nil
}

func (s *Service) changeMFA(ctx context.Context, poolID, username string, change mfa.Change) error {
	return s.changeUser(ctx, poolID, username, func(p *userpool.Pool, u *userpool.User) error {
		if err := account.CheckStatus(u); err != nil {
			return err
		}
		return change.Apply(p, u)
	})
}

// changeUser changes a user in one transaction, or refuses and leaves it untouched.
func (s *Service) changeUser(ctx context.Context, poolID, username string, change func(*userpool.Pool, *userpool.User) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, u, err := poolAndUser(ctx, tx, poolID, username)
		if err != nil {
			return err
		}
		if err := change(p, u); err != nil {
			return err
		}
		return s.saveUser(ctx, tx, u)
	})
}

// AssociateSoftwareToken hands out the secret of a new authenticator app, to a signed-in user or to
// one who stands at MFA_SETUP. An app registered earlier no longer counts.
func (s *Service) AssociateSoftwareToken(ctx context.Context, in *cognitoidp.AssociateSoftwareTokenRequest) (*cognitoidp.AssociateSoftwareTokenResponse, error) {
	if (in.AccessToken == nil) == (in.Session == nil) {
		return nil, awserr.EitherAccessTokenOrSession()
	}
	if in.Session != nil {
		secretCode, session, err := s.SignIn.AssociateSoftwareToken(ctx, *in.Session)
		if err != nil {
			return nil, err
		}
		return &cognitoidp.AssociateSoftwareTokenResponse{SecretCode: &secretCode, Session: &session}, nil
	}
	bearer, err := s.softwareTokenBearer(ctx, *in.AccessToken)
	if err != nil {
		return nil, err
	}
	secret, err := mfa.NewSecret(s.Rand)
	if err != nil {
		return nil, fmt.Errorf("draw a TOTP secret: %w", err)
	}
	err = s.changeUser(ctx, bearer.Pool.ID, bearer.User.Username, func(_ *userpool.Pool, u *userpool.User) error {
		u.TOTP, u.PendingTOTP = nil, &userpool.TOTP{Secret: secret}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AssociateSoftwareTokenResponse{SecretCode: new(mfa.SecretCode(secret))}, nil
}

// VerifySoftwareToken registers an authenticator app by its first code. It does not switch the
// factor on: SetUserMFAPreference does, or the MFA_SETUP challenge.
func (s *Service) VerifySoftwareToken(ctx context.Context, in *cognitoidp.VerifySoftwareTokenRequest) (*cognitoidp.VerifySoftwareTokenResponse, error) {
	if (in.AccessToken == nil) == (in.Session == nil) {
		return nil, awserr.EitherAccessTokenOrSession()
	}
	if in.Session != nil {
		session, err := s.SignIn.VerifySoftwareToken(ctx, *in.Session, in.UserCode, value(in.FriendlyDeviceName))
		if err != nil {
			return nil, err
		}
		return &cognitoidp.VerifySoftwareTokenResponse{
			Status: cognitoidp.VerifySoftwareTokenResponseTypeSuccess, Session: &session,
		}, nil
	}
	bearer, err := s.softwareTokenBearer(ctx, *in.AccessToken)
	if err != nil {
		return nil, err
	}
	err = s.changeUser(ctx, bearer.Pool.ID, bearer.User.Username, func(_ *userpool.Pool, u *userpool.User) error {
		return mfa.Register(u, in.UserCode, value(in.FriendlyDeviceName), s.Now())
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.VerifySoftwareTokenResponse{Status: cognitoidp.VerifySoftwareTokenResponseTypeSuccess}, nil
}

// softwareTokenBearer finds the signed-in user of a pool that has authenticator apps on. Who has to reset the
// password registers none: the token may be a thief's.
func (s *Service) softwareTokenBearer(ctx context.Context, accessToken string) (*token.Bearer, error) {
	bearer, err := s.activeBearer(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	if !mfa.OnInPool(bearer.Pool, userpool.FactorTOTP) {
		return nil, awserr.SoftwareTokenNotOnInPool()
	}
	return bearer, nil
}

// saveUser keeps a changed user and its date of change.
func (s *Service) saveUser(ctx context.Context, tx store.Tx, u *userpool.User) error {
	u.Modified = s.Now()
	if err := tx.SaveUser(ctx, u); err != nil {
		return fmt.Errorf("save user: %w", err)
	}
	return nil
}
