package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Exchange is Refresh for GetTokensFromRefreshToken: where the client rotates its refresh tokens, it
// yields a new one too, which lives for what is left of the old one's life. The old one stays good for
// the grace that the client sets; after that, whoever presents it may be a thief or a victim, and the
// whole session ends (RFC 9700, section 4.14.2).
func (s *Service) Exchange(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in Presented) (*cognitoidp.AuthenticationResultType, error) {
	r, err := s.redeem(ctx, pool, client, in)
	if err != nil {
		return nil, err
	}
	renewed := r.signIn(pool, client, in)
	if !client.Rotates() {
		return s.refresh(ctx, renewed, r.session)
	}
	result, err := s.sign(ctx, renewed, r.session.OriginJTI)
	if err != nil {
		return nil, err
	}
	text, err := s.newRefreshToken()
	if err != nil {
		return nil, err
	}
	reused := false
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		now := s.Now()
		session, err := sessionGoingOn(ctx, tx, r.session)
		if err != nil {
			return err
		}
		won, err := tx.RotateRefreshToken(ctx, r.token.ID, now)
		if err != nil {
			return err
		}
		if reused = false; !won { // exchanged before, or by somebody else just now
			old, err := tx.RefreshToken(ctx, r.token.ID)
			if errors.Is(err, store.ErrNotFound) {
				return awserr.InvalidRefreshToken() // its device was forgotten just now
			}
			if err != nil {
				return err
			}
			if reused = reusedAt(client, old, now); reused {
				return revoke(ctx, tx, session)
			}
		}
		if s.use(renewed, session) {
			if err := tx.SaveTokenSession(ctx, session); err != nil {
				return err
			}
		}
		return tx.CreateRefreshToken(ctx, &userpool.RefreshToken{
			ID:        s.refreshTokenID(text),
			PoolID:    pool.ID,
			OriginJTI: r.session.OriginJTI,
			ClientID:  client.ID,
			Issued:    now,
			Expires:   r.token.Expires,
		})
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("exchange a refresh token: %w", err)
	case reused:
		return nil, awserr.RefreshTokenReused()
	}
	result.RefreshToken = &text
	s.NoteIssued(GrantRefreshToken)
	return result, nil
}

// reusedAt tells whether a refresh token that comes at now was exchanged longer ago than the client's
// grace.
func reusedAt(client *userpool.Client, t *userpool.RefreshToken, now time.Time) bool {
	return !t.Rotated.IsZero() && !now.Before(t.Rotated.Add(client.RotationGrace()))
}

// endSession revokes the session of a refresh token that came back.
func (s *Service) endSession(ctx context.Context, session *userpool.TokenSession) error {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		now, err := tx.TokenSession(ctx, session.PoolID, session.OriginJTI)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil || now.Revoked {
			return err
		}
		return revoke(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("end the session of a refresh token that came back: %w", err)
	}
	return nil
}
