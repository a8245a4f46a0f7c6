package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// inForce is what store.SessionQuery selects. Nothing was active before it was created, so that the
// index keeps out what came before a sign-out.
const inForce = `pool_id = $1 AND username = $2 AND revoked = 0 AND active > $3 AND created > $3
	AND (expires = 0 OR expires > $4)`

const (
	sessionColumns = `origin_jti, device_key, active, revoked, expires, data`
	sessionByID    = `SELECT ` + sessionColumns + ` FROM token_sessions WHERE pool_id = $1 AND origin_jti = $2`
	sessionPage    = `SELECT ` + sessionColumns + ` FROM token_sessions
		WHERE ` + inForce + ` AND (active, origin_jti) < ($5, $6)
		ORDER BY active DESC, origin_jti DESC LIMIT $7`
	sessionInsert = `INSERT INTO token_sessions
			(pool_id, origin_jti, client_id, username, created, active, revoked, expires, data, device_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	sessionUpdate = `UPDATE token_sessions
		SET client_id = $3, username = $4, created = $5, active = $6, revoked = $7, expires = $8, data = $9, device_key = $10
		WHERE pool_id = $1 AND origin_jti = $2`

	sessionSurplus = `SELECT active, origin_jti FROM token_sessions
		WHERE ` + inForce + ` ORDER BY active DESC, origin_jti DESC LIMIT 1 OFFSET $5`
	sessionEvict = `UPDATE token_sessions SET revoked = 1
		WHERE pool_id = $1 AND username = $2 AND revoked = 0 AND (active, origin_jti) <= ($3, $4)`
)

// sessionRecord is the document of a session. Revoked is true of every revoked session but those that
// were evicted, for which the column stands alone; and alone in rows of before there was the column.
type sessionRecord struct {
	ClientID        string            `json:"clientId"`
	Username        string            `json:"username"`
	EventID         string            `json:"eventId"`
	Scopes          []string          `json:"scopes,omitzero"`
	DeviceType      string            `json:"deviceType,omitzero"`
	LastIP          string            `json:"lastIp,omitzero"`
	OriginSessionID string            `json:"originSessionId,omitzero"`
	AuthTime        int64             `json:"authTime"`
	Methods         []userpool.Method `json:"methods,omitzero"`
	ACR             string            `json:"acr,omitzero"`
	Created         int64             `json:"created"`
	Revoked         bool              `json:"revoked,omitzero"`
}

// TokenSession implements store.TokenReader.
func (r *reader) TokenSession(ctx context.Context, poolID, originJTI string) (*userpool.TokenSession, error) {
	return only(r.sessions(ctx, poolID, sessionByID, key(poolID), key(originJTI)))
}

// TokenSessions implements store.TokenReader.
func (r *reader) TokenSessions(ctx context.Context, q store.SessionQuery) ([]*userpool.TokenSession, error) {
	active, id := int64(math.MaxInt64), ""
	if q.After != (store.SessionCursor{}) {
		active, id = micros(q.After.LastActive), key(q.After.OriginJTI)
	}
	return r.sessions(ctx, q.PoolID, sessionPage, append(inForceArgs(q), active, id, int64(q.Limit))...)
}

func inForceArgs(q store.SessionQuery) []any {
	signedOut := int64(-1) // before everything
	if !q.SignedOut.IsZero() {
		signedOut = micros(q.SignedOut)
	}
	return []any{key(q.PoolID), key(q.Username), signedOut, micros(q.Now)}
}

func (r *reader) sessions(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.TokenSession, error) {
	var sessions []*userpool.TokenSession
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		s := &userpool.TokenSession{PoolID: poolID}
		var active, revoked, expires int64
		var data sql.RawBytes
		if err := rows.Scan(&s.OriginJTI, &s.DeviceKey, &active, &revoked, &expires, &data); err != nil {
			return err
		}
		var rec sessionRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode token session %s: %w", s.OriginJTI, err)
		}
		s.ClientID, s.Username, s.EventID, s.Scopes = rec.ClientID, rec.Username, rec.EventID, rec.Scopes
		s.Methods, s.ACR = rec.Methods, rec.ACR
		s.DeviceType, s.LastIP, s.OriginSessionID = rec.DeviceType, rec.LastIP, rec.OriginSessionID
		s.AuthTime, s.Created, s.Expires = instant(rec.AuthTime), instant(rec.Created), instant(expires)
		s.LastActive, s.Revoked = instant(active), rec.Revoked || revoked != 0
		sessions = append(sessions, s)
		return nil
	})
	return sessions, err
}

// CreateTokenSession implements store.TokenWriter.
func (t *tx) CreateTokenSession(ctx context.Context, s *userpool.TokenSession) error {
	args, err := sessionArgs(s)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, sessionInsert, args...))
}

// SaveTokenSession implements store.TokenWriter.
func (t *tx) SaveTokenSession(ctx context.Context, s *userpool.TokenSession) error {
	args, err := sessionArgs(s)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, sessionUpdate, args...))
}

func sessionArgs(s *userpool.TokenSession) ([]any, error) {
	data, err := json.Marshal(sessionRecord{
		ClientID: s.ClientID, Username: s.Username, EventID: s.EventID, Scopes: s.Scopes,
		Methods: s.Methods, ACR: s.ACR,
		DeviceType: s.DeviceType, LastIP: s.LastIP, OriginSessionID: s.OriginSessionID,
		AuthTime: micros(s.AuthTime), Created: micros(s.Created), Revoked: s.Revoked,
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode token session %s: %w", s.OriginJTI, err)
	}
	return []any{
		key(s.PoolID), key(s.OriginJTI), key(s.ClientID), key(s.Username), micros(s.Created), micros(s.LastActive),
		flag(s.Revoked), micros(s.Expires), string(data), key(s.DeviceKey),
	}, nil
}

// EvictTokenSessions implements store.TokenWriter.
func (t *tx) EvictTokenSessions(ctx context.Context, q store.SessionQuery, keep int) error {
	var active int64
	var id string
	err := t.c.row(ctx, sessionSurplus, append(inForceArgs(q), int64(keep)), &active, &id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = t.c.exec(ctx, sessionEvict, key(q.PoolID), key(q.Username), active, id)
	return err
}
