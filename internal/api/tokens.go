package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// GetTokensFromRefreshToken exchanges a refresh token for new tokens, and for a new refresh token where
// the client rotates them.
func (s *Service) GetTokensFromRefreshToken(ctx context.Context, in *cognitoidp.GetTokensFromRefreshTokenRequest) (*cognitoidp.GetTokensFromRefreshTokenResponse, error) {
	var p *userpool.Pool
	var client *userpool.Client
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		p, client, err = clientAndPool(ctx, r, in.ClientId)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !account.ProvesSecret(client, value(in.ClientSecret)) {
		return nil, awserr.ClientSecretWrong(client.ID)
	}
	result, err := s.Tokens.Exchange(ctx, p, client, token.Presented{
		RefreshToken: in.RefreshToken, DeviceKey: value(in.DeviceKey), Caller: token.CallerOf(ctx), ClientMetadata: in.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetTokensFromRefreshTokenResponse{AuthenticationResult: result}, nil
}

// clientAndPool finds an app client by its id alone, as an operation that names no pool does, and its pool.
func clientAndPool(ctx context.Context, r store.Reader, clientID string) (*userpool.Pool, *userpool.Client, error) {
	client, err := r.Client(ctx, clientID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, awserr.ClientNotFound(clientID)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read app client: %w", err)
	}
	p, err := pool(ctx, r, client.PoolID)
	return p, client, err
}

// GetClientToken gives an app client that proves its secret an access token of its own, for resource
// servers. It signs in nobody.
func (s *Service) GetClientToken(ctx context.Context, in *cognitoidp.GetClientTokenRequest) (*cognitoidp.GetClientTokenResponse, error) {
	var p *userpool.Pool
	var client *userpool.Client
	var scopes []string
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		if p, client, err = clientAndPool(ctx, r, in.ClientId); err != nil {
			return err
		}
		// Who has not proved the secret learns nothing of the client but that it exists.
		if !account.ProvesSecret(client, in.Secret) {
			return awserr.ClientSecretWrong(client.ID)
		}
		if !client.AllowsClientToken() {
			return awserr.ClientTokenFlowNotEnabled()
		}
		exists, err := store.FindScopes(ctx, r, p, client.Settings.AllowedOAuthScopes)
		if err != nil {
			return fmt.Errorf("read resource servers: %w", err)
		}
		scopes, err = client.GrantOwnScopes(in.Scopes, exists)
		return err
	})
	if err != nil {
		return nil, err
	}
	result, err := s.Tokens.MintForClient(ctx, p, client, scopes, in.ClientMetadata)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetClientTokenResponse{ClientAuthenticationResult: result}, nil
}

// RevokeToken ends the session of a refresh token, with every token that came of it, and if asked the
// SSO session that it came through.
func (s *Service) RevokeToken(ctx context.Context, in *cognitoidp.RevokeTokenRequest) (*cognitoidp.RevokeTokenResponse, error) {
	var client *userpool.Client
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		client, err = r.Client(ctx, in.ClientId)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.ClientNotProved()
	}
	if err != nil {
		return nil, fmt.Errorf("read app client: %w", err)
	}
	if !account.ProvesSecret(client, value(in.ClientSecret)) {
		return nil, awserr.ClientNotProved()
	}
	linked := in.RevokeAssociatedSessions == cognitoidp.RevokeAssociatedSessionsTypeLinked
	if err := s.Tokens.Revoke(ctx, client, in.Token, linked); err != nil {
		return nil, err
	}
	return &cognitoidp.RevokeTokenResponse{}, nil
}

// GlobalSignOut ends every token that the signed-in user has been given so far.
func (s *Service) GlobalSignOut(ctx context.Context, in *cognitoidp.GlobalSignOutRequest) (*cognitoidp.GlobalSignOutResponse, error) {
	bearer, err := s.activeBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := s.revokeTokens(ctx, bearer.Pool.ID, bearer.User.Username); err != nil {
		return nil, err
	}
	return &cognitoidp.GlobalSignOutResponse{}, nil
}

// AdminUserGlobalSignOut does the same for a user whom an administrator names.
func (s *Service) AdminUserGlobalSignOut(ctx context.Context, in *cognitoidp.AdminUserGlobalSignOutRequest) (*cognitoidp.AdminUserGlobalSignOutResponse, error) {
	if err := s.revokeTokens(ctx, in.UserPoolId, in.Username); err != nil {
		return nil, err
	}
	return &cognitoidp.AdminUserGlobalSignOutResponse{}, nil
}

func (s *Service) revokeTokens(ctx context.Context, poolID, username string) error {
	return s.changeUser(ctx, poolID, username, func(_ *userpool.Pool, u *userpool.User) error {
		u.RevokeTokens(s.Now())
		return nil
	})
}
