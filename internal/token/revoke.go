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
// it (RevokeToken). Linked ends the SSO session too that it came through, if the pool tracks sessions;
// what else came through that stays. A token that is not there any more is revoked already, as is one revoked before
// (RFC 7009, section 2.2).
func (s *Service) Revoke(ctx context.Context, client *userpool.Client, refreshToken string, linked bool) error {
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
		if err := revoke(ctx, tx, session); err != nil || !linked {
			return err
		}
		pool, err := found(tx.Pool(ctx, session.PoolID))
		if err != nil || pool == nil || !pool.TracksSessions() {
			return err
		}
		user, err := found(tx.User(ctx, pool.ID, pool.Fold(session.Username)))
		if err != nil || user == nil {
			return err
		}
		return s.endOrigin(ctx, tx, user, session)
	})
	if err != nil {
		return fmt.Errorf("revoke a refresh token: %w", err)
	}
	return nil
}

// revoke ends a session with all its tokens.
func revoke(ctx context.Context, tx store.Tx, session *userpool.TokenSession) error {
	session.Revoked = true
	return tx.SaveTokenSession(ctx, session)
}
