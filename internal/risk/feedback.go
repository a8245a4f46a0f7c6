package risk

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// FeedbackLifetime is how long the links of a notice work.
const FeedbackLifetime = 7 * 24 * time.Hour

// FeedbackByAdmin is the Provider of feedback by AdminUpdateAuthEventFeedback; that of a user's is the username.
const FeedbackByAdmin = "Admin"

// Feedback is what a user says about an event with the token of its notice (UpdateAuthEventFeedback).
type Feedback struct {
	PoolID   string
	Username string // username, sub or alias
	EventID  string
	Token    string
	Value    cognitoidp.FeedbackValueType
}

// Give keeps a user's feedback. A token works once; one that is not right is refused before it tells who exists.
func (s *Service) Give(ctx context.Context, f Feedback) error {
	now := s.Now()
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, err := tx.Pool(ctx, f.PoolID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return awserr.PoolNotFound(f.PoolID)
		case err != nil:
			return fmt.Errorf("read user pool: %w", err)
		case !p.HasThreatProtection():
			return awserr.ThreatProtectionOff()
		}
		username := f.Username
		u, err := store.FindUserOrSub(ctx, tx, p, f.Username)
		switch {
		case err == nil:
			username = u.Username
		case !errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("find user: %w", err)
		}
		switch {
		case !s.provesFeedback(f.Token, p.ID, username, f.EventID, now):
			return awserr.FeedbackTokenInvalid()
		case u == nil:
			return awserr.UserNotFound()
		}
		e, err := eventOf(ctx, tx, u, f.EventID)
		if err != nil {
			return err
		}
		if e.Answered {
			return awserr.FeedbackTokenInvalid()
		}
		e.Answered = true
		return s.keepFeedback(ctx, tx, e, f.Value, u.Username, now)
	})
}

// GiveAsAdmin keeps an administrator's feedback, in place of what was given before.
func (s *Service) GiveAsAdmin(ctx context.Context, tx store.Tx, u *userpool.User, eventID string, value cognitoidp.FeedbackValueType) error {
	e, err := eventOf(ctx, tx, u, eventID)
	if err != nil {
		return err
	}
	return s.keepFeedback(ctx, tx, e, value, FeedbackByAdmin, s.Now())
}

func eventOf(ctx context.Context, r store.RiskReader, u *userpool.User, eventID string) (*userpool.AuthEvent, error) {
	e, err := r.AuthEvent(ctx, u.PoolID, u.Username, eventID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, awserr.AuthEventNotFound(eventID)
	case err != nil:
		return nil, fmt.Errorf("read an event: %w", err)
	}
	return e, nil
}

func (s *Service) keepFeedback(ctx context.Context, tx store.Tx, e *userpool.AuthEvent, value cognitoidp.FeedbackValueType, provider string, now time.Time) error {
	e.Feedback = &userpool.Feedback{Value: value, Provider: provider, Given: now}
	if err := tx.PutAuthEvent(ctx, e); err != nil {
		return fmt.Errorf("keep feedback: %w", err)
	}
	return s.learn(ctx, tx, nil, e)
}

// feedbackToken is the time at which it ends, and a keyed hash of that and of what it is for.
func (s *Service) feedbackToken(poolID, username, eventID string, expires time.Time) string {
	end := binary.BigEndian.AppendUint64(nil, uint64(expires.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(end, s.feedbackHash(poolID, username, eventID, end)...))
}

func (s *Service) feedbackHash(poolID, username, eventID string, end []byte) []byte {
	return s.Secrets.Hash("feedback token", []byte(poolID), []byte(username), []byte(eventID), end)
}

// provesFeedback tells whether a token is for that event, and its time not over.
func (s *Service) provesFeedback(token, poolID, username, eventID string, now time.Time) bool {
	const endSize = 8
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < endSize {
		return false
	}
	end, hash := raw[:endSize], raw[endSize:]
	return secret.EqualBytes(hash, s.feedbackHash(poolID, username, eventID, end)) &&
		now.Unix() < int64(binary.BigEndian.Uint64(end))
}
