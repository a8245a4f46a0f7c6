package token

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// EndSession revokes a session of u by its SessionId: every token of a token session; of an SSO
// session what it would still yield. Linked ends what hangs on it too: the SSO session that a token
// session came through, or the token sessions that came through an SSO session. A session that is not
// there, not of u or not in force any more is ResourceNotFoundException.
func (s *Service) EndSession(ctx context.Context, tx store.Tx, u *userpool.User, sessionID string, linked bool) error {
	if userpool.IsSSOSessionID(sessionID) {
		return s.endSSO(ctx, tx, u, sessionID, linked)
	}
	session, err := tx.TokenSession(ctx, u.PoolID, userpool.OriginJTIOf(sessionID))
	if errors.Is(err, store.ErrNotFound) || err == nil && !session.InForce(u, s.Now()) {
		return awserr.SessionNotFound()
	}
	if err != nil {
		return fmt.Errorf("read a token session: %w", err)
	}
	if err := revoke(ctx, tx, session); err != nil {
		return fmt.Errorf("revoke a token session: %w", err)
	}
	if !linked {
		return nil
	}
	return s.endOrigin(ctx, tx, u, session)
}

// endOrigin ends the SSO session that a token session of u came through, if it came through one.
func (s *Service) endOrigin(ctx context.Context, tx store.Tx, u *userpool.User, session *userpool.TokenSession) error {
	if session.OriginSessionID == "" {
		return nil
	}
	err := s.endSSO(ctx, tx, u, session.OriginSessionID, false)
	if errors.Is(err, cognitoidp.ResourceNotFoundException) {
		return nil // it has ended before
	}
	return err
}

// endSSO ends an SSO session of u. It is known by the token sessions that came through it: linked
// revokes them, otherwise they go on by themselves.
func (s *Service) endSSO(ctx context.Context, tx store.Tx, u *userpool.User, sessionID string, linked bool) error {
	ended := false
	q := store.SessionsOf(u, s.Now())
	q.Limit = 100
	for {
		sessions, err := tx.TokenSessions(ctx, q)
		if err != nil {
			return fmt.Errorf("list the sessions of a user: %w", err)
		}
		for _, session := range sessions {
			q.After = store.CursorOf(session)
			if session.OriginSessionID != sessionID {
				continue
			}
			ended = true
			session.OriginSessionID, session.Revoked = "", linked
			if err := tx.SaveTokenSession(ctx, session); err != nil {
				return fmt.Errorf("end an SSO session: %w", err)
			}
		}
		if len(sessions) < q.Limit {
			break
		}
	}
	if !ended {
		return awserr.SessionNotFound()
	}
	return nil
}
