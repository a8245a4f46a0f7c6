package token

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// Presented is a refresh token as a caller presents it.
type Presented struct {
	RefreshToken string
	// DeviceKey must be that of the session once the session's device is confirmed; before, it may be
	// missing, as some clients never confirm, but not be another's.
	DeviceKey string
	Caller    Caller
	// ClientMetadata is what the caller passes on to the pool's PreTokenGeneration function.
	ClientMetadata map[string]string
	// Authenticate, unless nil, is told the username of the token's user and answers whether the client
	// has proved itself; nothing is said about the state of the token before.
	Authenticate func(username string) error
}

// Refresh makes a new ID token and a new access token of the session that a refresh token belongs
// to; the refresh token stays as it is (REFRESH_TOKEN_AUTH). The user's attributes and groups are read
// anew; auth_time, origin_jti and event_id are those of the sign-in.
func (s *Service) Refresh(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in Presented) (*cognitoidp.AuthenticationResultType, error) {
	r, err := s.redeem(ctx, pool, client, in)
	if err != nil {
		return nil, err
	}
	return s.refresh(ctx, r.signIn(pool, client, in), r.session)
}

// refresh makes new tokens of a session, which remembers it if it has to.
func (s *Service) refresh(ctx context.Context, in SignIn, session *userpool.TokenSession) (*cognitoidp.AuthenticationResultType, error) {
	result, err := s.sign(ctx, in, session.OriginJTI)
	if err != nil {
		return nil, err
	}
	if changed := *session; !s.use(in, &changed) {
		s.NoteIssued(GrantRefreshToken)
		return result, nil
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		now, err := sessionGoingOn(ctx, tx, session)
		if err != nil {
			return err
		}
		s.use(in, now)
		return tx.SaveTokenSession(ctx, now)
	})
	if err != nil {
		return nil, fmt.Errorf("keep the use of a session: %w", err)
	}
	s.NoteIssued(GrantRefreshToken)
	return result, nil
}

// use makes a session remember that it was refreshed just now, and tells whether it has changed. It
// need not where nobody tracks sessions, as long as no token outlives it.
func (s *Service) use(in SignIn, session *userpool.TokenSession) (changed bool) {
	if until := s.signedUntil(in); until.After(session.Expires) {
		session.Expires, changed = until, true
	}
	if in.Pool.TracksSessions() {
		in.Caller.mark(session, s.Now())
		changed = true
	}
	return changed
}

// sessionGoingOn reads a session anew, which may have ended since.
func sessionGoingOn(ctx context.Context, tx store.Tx, session *userpool.TokenSession) (*userpool.TokenSession, error) {
	now, err := tx.TokenSession(ctx, session.PoolID, session.OriginJTI)
	if errors.Is(err, store.ErrNotFound) || err == nil && now.Revoked {
		return nil, awserr.RefreshTokenRevoked()
	}
	return now, err
}

// redeemed is what a refresh token that is good stands for.
type redeemed struct {
	token   *userpool.RefreshToken
	session *userpool.TokenSession
	user    *userpool.User
	groups  userpool.Groups
	device  *userpool.Device // of the session; nil if it was never confirmed
}

// comesFrom tells whether deviceKey, "" if none came, may use the session. A device that was forgotten
// has taken the refresh tokens of its sessions with it, so one that is not there was never confirmed.
func (r *redeemed) comesFrom(deviceKey string) bool {
	if r.session.DeviceKey == "" || deviceKey == "" && r.device == nil {
		return true
	}
	return secret.Equal(r.session.DeviceKey, deviceKey)
}

// signIn is the sign-in that the session began with, with the user of today.
func (r *redeemed) signIn(pool *userpool.Pool, client *userpool.Client, in Presented) SignIn {
	return SignIn{
		Pool: pool, Client: client, User: r.user, DeviceKey: r.session.DeviceKey, EventID: r.session.EventID,
		AuthTime: r.session.AuthTime, Methods: r.session.Methods, ACR: r.session.ACR, Scopes: r.session.Scopes,
		Caller: in.Caller, Source: trigger.RefreshTokens, ClientMetadata: in.ClientMetadata, groups: r.groups,
	}
}

// redeem finds what a refresh token stands for, or refuses it.
func (s *Service) redeem(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in Presented) (*redeemed, error) {
	if !isRefreshToken(in.RefreshToken) {
		return nil, awserr.InvalidRefreshToken()
	}
	id := s.refreshTokenID(in.RefreshToken)
	var r redeemed
	err := s.Store.View(ctx, func(tx store.Reader) error { return r.read(ctx, tx, pool, id) })
	if err != nil {
		return nil, fmt.Errorf("read a refresh token: %w", err)
	}
	if r.session == nil || r.token.PoolID != pool.ID || r.token.ClientID != client.ID || !r.comesFrom(in.DeviceKey) {
		return nil, awserr.InvalidRefreshToken()
	}
	if in.Authenticate != nil {
		if err := in.Authenticate(r.session.Username); err != nil {
			return nil, err
		}
	}
	switch now := s.Now(); {
	case !now.Before(r.token.Expires):
		return nil, awserr.RefreshTokenExpired()
	case r.session.Revoked:
		return nil, awserr.RefreshTokenRevoked()
	case r.user == nil && client.HidesUsers():
		return nil, awserr.InvalidRefreshToken()
	case r.user == nil:
		return nil, awserr.UserNotFound()
	case !r.user.Enabled:
		return nil, awserr.UserDisabled()
	case r.user.SignedOutSince(r.session.Created):
		return nil, awserr.RefreshTokenRevoked()
	case reusedAt(client, r.token, now):
		if err := s.endSession(ctx, r.session); err != nil {
			return nil, err
		}
		return nil, awserr.RefreshTokenReused()
	default:
		return &r, nil
	}
}

// read finds a refresh token by its id, with its session, device, user and the user's groups. What is
// gone stays nil.
func (r *redeemed) read(ctx context.Context, tx store.Reader, pool *userpool.Pool, id []byte) (err error) {
	*r = redeemed{}
	if r.token, err = found(tx.RefreshToken(ctx, id)); err != nil || r.token == nil {
		return err
	}
	if r.token.PoolID != pool.ID {
		return nil
	}
	r.session, err = found(tx.TokenSession(ctx, pool.ID, r.token.OriginJTI))
	if err != nil || r.session == nil {
		return err
	}
	if r.session.DeviceKey != "" {
		r.device, err = found(tx.Device(ctx, pool.ID, r.session.Username, r.session.DeviceKey))
		if err != nil {
			return err
		}
	}
	r.user, err = found(tx.User(ctx, pool.ID, pool.Fold(r.session.Username)))
	if err != nil || r.user == nil {
		return err
	}
	r.groups, err = readGroups(ctx, tx, r.user)
	return err
}
