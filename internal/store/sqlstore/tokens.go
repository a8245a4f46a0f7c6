package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ostiary/internal/userpool"
)

const (
	sessionByID   = `SELECT device_key, expires, data FROM token_sessions WHERE pool_id = $1 AND origin_jti = $2`
	sessionInsert = `INSERT INTO token_sessions (pool_id, origin_jti, client_id, username, expires, data, device_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	sessionUpdate = `UPDATE token_sessions SET client_id = $3, username = $4, expires = $5, data = $6, device_key = $7
		WHERE pool_id = $1 AND origin_jti = $2`

	refreshByID = `SELECT pool_id, origin_jti, client_id, issued, expires, rotated
		FROM refresh_tokens WHERE id = $1`
	refreshInsert = `INSERT INTO refresh_tokens (id, pool_id, origin_jti, client_id, issued, expires, rotated)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	refreshRotate = `UPDATE refresh_tokens SET rotated = $2 WHERE id = $1 AND rotated = 0`
)

type sessionRecord struct {
	ClientID string            `json:"clientId"`
	Username string            `json:"username"`
	EventID  string            `json:"eventId"`
	Scopes   []string          `json:"scopes,omitzero"`
	AuthTime int64             `json:"authTime"`
	Methods  []userpool.Method `json:"methods,omitzero"`
	ACR      string            `json:"acr,omitzero"`
	Created  int64             `json:"created"`
	Revoked  bool              `json:"revoked,omitzero"`
}

// TokenSession implements store.TokenReader.
func (r *reader) TokenSession(ctx context.Context, poolID, originJTI string) (*userpool.TokenSession, error) {
	var deviceKey string
	var expires int64
	var data []byte
	if err := r.c.row(ctx, sessionByID, []any{key(poolID), key(originJTI)}, &deviceKey, &expires, &data); err != nil {
		return nil, err
	}
	var rec sessionRecord
	if err := json.Unmarshal(data, &rec); err != nil {
		return nil, fmt.Errorf("sqlstore: decode token session %s: %w", originJTI, err)
	}
	return &userpool.TokenSession{
		PoolID: poolID, OriginJTI: originJTI, ClientID: rec.ClientID, Username: rec.Username,
		EventID: rec.EventID, DeviceKey: deviceKey, Scopes: rec.Scopes,
		Methods: rec.Methods, ACR: rec.ACR,
		AuthTime: instant(rec.AuthTime), Created: instant(rec.Created), Expires: instant(expires), Revoked: rec.Revoked,
	}, nil
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
		AuthTime: micros(s.AuthTime), Created: micros(s.Created), Revoked: s.Revoked,
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode token session %s: %w", s.OriginJTI, err)
	}
	return []any{
		key(s.PoolID), key(s.OriginJTI), key(s.ClientID), key(s.Username), micros(s.Expires), string(data), key(s.DeviceKey),
	}, nil
}

// RefreshToken implements store.TokenReader.
func (r *reader) RefreshToken(ctx context.Context, id []byte) (*userpool.RefreshToken, error) {
	k := &userpool.RefreshToken{ID: append([]byte(nil), id...)}
	var issued, expires, rotated int64
	err := r.c.row(ctx, refreshByID, []any{id}, &k.PoolID, &k.OriginJTI, &k.ClientID, &issued, &expires, &rotated)
	if err != nil {
		return nil, err
	}
	k.Issued, k.Expires, k.Rotated = instant(issued), instant(expires), instant(rotated)
	return k, nil
}

// CreateRefreshToken implements store.TokenWriter.
func (t *tx) CreateRefreshToken(ctx context.Context, k *userpool.RefreshToken) error {
	return created(t.c.exec(ctx, refreshInsert,
		k.ID, key(k.PoolID), key(k.OriginJTI), key(k.ClientID), micros(k.Issued), micros(k.Expires), micros(k.Rotated)))
}

// RotateRefreshToken implements store.TokenWriter.
func (t *tx) RotateRefreshToken(ctx context.Context, id []byte, now time.Time) (won bool, err error) {
	n, err := t.c.exec(ctx, refreshRotate, id, micros(now))
	return n == 1, err
}
