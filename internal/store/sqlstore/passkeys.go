package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"ostiary/internal/userpool"
)

const (
	webAuthnKeys = `SELECT id, created, data FROM passkeys
		WHERE pool_id = $1 AND username = $2 ORDER BY created, id`
	passkeyInsert = `INSERT INTO passkeys (pool_id, id, username, created, data)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	passkeyUpdate = `UPDATE passkeys SET created = $4, data = $5 WHERE pool_id = $1 AND id = $2 AND username = $3`
	passkeyDelete = `DELETE FROM passkeys WHERE pool_id = $1 AND id = $2 AND username = $3`
)

// passkeyRecord holds nothing that opens a door: the private key never leaves the authenticator.
type passkeyRecord struct {
	Username       string   `json:"username"`
	Sub            string   `json:"sub"`
	PublicKey      []byte   `json:"publicKey"`
	RPID           string   `json:"rpId"`
	SignCount      int64    `json:"signCount,omitzero"`
	BackupEligible bool     `json:"backupEligible,omitzero"`
	BackedUp       bool     `json:"backedUp,omitzero"`
	UserVerified   bool     `json:"userVerified,omitzero"`
	AAGUID         string   `json:"aaguid,omitzero"`
	Name           string   `json:"name"`
	Attachment     string   `json:"attachment,omitzero"`
	Transports     []string `json:"transports,omitzero"`
	LastUsed       int64    `json:"lastUsed,omitzero"`
}

// Passkeys implements store.PasskeyReader.
func (r *reader) Passkeys(ctx context.Context, poolID, username string) ([]*userpool.Passkey, error) {
	var keys []*userpool.Passkey
	err := r.c.rows(ctx, webAuthnKeys, []any{key(poolID), key(username)}, func(rows *sql.Rows) error {
		var id, data sql.RawBytes
		var created int64
		if err := rows.Scan(&id, &created, &data); err != nil {
			return err
		}
		var rec passkeyRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode passkey: %w", err)
		}
		keys = append(keys, &userpool.Passkey{
			PoolID: poolID, Username: rec.Username, Sub: rec.Sub, ID: append([]byte(nil), id...), PublicKey: rec.PublicKey,
			RPID: rec.RPID, SignCount: rec.SignCount, BackupEligible: rec.BackupEligible, BackedUp: rec.BackedUp,
			UserVerified: rec.UserVerified, AAGUID: rec.AAGUID,
			Name: rec.Name, Attachment: rec.Attachment, Transports: rec.Transports,
			Created: instant(created), LastUsed: instant(rec.LastUsed),
		})
		return nil
	})
	return keys, err
}

// CreatePasskey implements store.PasskeyWriter.
func (t *tx) CreatePasskey(ctx context.Context, k *userpool.Passkey) error {
	args, err := passkeyArgs(k)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, passkeyInsert, args...))
}

// SavePasskey implements store.PasskeyWriter.
func (t *tx) SavePasskey(ctx context.Context, k *userpool.Passkey) error {
	args, err := passkeyArgs(k)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, passkeyUpdate, args...))
}

func passkeyArgs(k *userpool.Passkey) ([]any, error) {
	data, err := json.Marshal(passkeyRecord{
		Username: k.Username, Sub: k.Sub, PublicKey: k.PublicKey, RPID: k.RPID, SignCount: k.SignCount,
		BackupEligible: k.BackupEligible, BackedUp: k.BackedUp,
		UserVerified: k.UserVerified, AAGUID: k.AAGUID, Name: k.Name,
		Attachment: k.Attachment, Transports: k.Transports, LastUsed: micros(k.LastUsed),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode passkey: %w", err)
	}
	return []any{key(k.PoolID), k.ID, key(k.Username), micros(k.Created), string(data)}, nil
}

// DeletePasskey implements store.PasskeyWriter.
func (t *tx) DeletePasskey(ctx context.Context, poolID, username string, id []byte) error {
	return saved(t.c.exec(ctx, passkeyDelete, key(poolID), id, key(username)))
}
