package token

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Revoke ends the session of a refresh token: that token and every access and ID token that came of
// it (RevokeToken). A token that is not there any more is revoked already, as is one revoked before
// (RFC 7009, section 2.2).
func (s *Service) Revoke(ctx context.Context, client *userpool.Client, refreshToken string) error {
	if !client.Revokes() {
		return awserr.RevocationOff()
	}
	if !isRefreshToken(refreshToken) {
		if strings.Count(refreshToken, ".") == 2 { // an access or ID token, or looks like one
			return awserr.OnlyRefreshTokensRevoke()
		}
		return awserr.NoRefreshToken()
	}
	id := s.refreshTokenID(refreshToken)
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		t, err := tx.RefreshToken(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if t.ClientID != client.ID {
			return awserr.TokenOfAnotherClient()
		}
		session, err := tx.TokenSession(ctx, t.PoolID, t.OriginJTI)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil || session.Revoked {
			return err
		}
		session.Revoked = true
		return tx.SaveTokenSession(ctx, session)
	})
	if err != nil {
		return fmt.Errorf("revoke a refresh token: %w", err)
	}
	return nil
}
