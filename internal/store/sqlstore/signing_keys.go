package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"ostiary/internal/userpool"
)

const (
	keyVersions = `SELECT id, version FROM signing_keys WHERE pool_id = $1 ORDER BY created DESC, id`
	keysOfPool  = `SELECT id, created, version, data, sealed FROM signing_keys
		WHERE pool_id = $1 ORDER BY created DESC, id`
	keyInsert = `INSERT INTO signing_keys (pool_id, id, created, version, data, sealed)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	keyUpdate = `UPDATE signing_keys SET created = $3, version = $4, data = $5, sealed = $6
		WHERE pool_id = $1 AND id = $2`
)

type signingKeyRecord struct {
	Use     userpool.TokenUse `json:"use"`
	Retired int64             `json:"retired,omitzero"`
}

type signingKeySecrets struct {
	PrivateKey []byte `json:"privateKey"`
}

// SigningKeys implements store.PoolReader.
func (r *reader) SigningKeys(ctx context.Context, poolID string) ([]*userpool.SigningKey, error) {
	if !r.private {
		keys, complete, err := r.cachedKeys(ctx, poolID)
		if complete || err != nil {
			return keys, err
		}
	}
	var keys []*userpool.SigningKey
	err := r.c.rows(ctx, keysOfPool, []any{key(poolID)}, func(rows *sql.Rows) error {
		var data, sealed, version sql.RawBytes
		var created int64
		k := &userpool.SigningKey{PoolID: poolID}
		if err := rows.Scan(&k.ID, &created, &version, &data, &sealed); err != nil {
			return err
		}
		var rec signingKeyRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode signing key %s: %w", k.ID, err)
		}
		var secrets signingKeySecrets
		if err := r.db.seal.open(sealed, &secrets, "signing key", poolID, k.ID); err != nil {
			return fmt.Errorf("sqlstore: signing key %s: %w", k.ID, err)
		}
		k.Use, k.PrivateKey = rec.Use, secrets.PrivateKey
		k.Created, k.Retired = instant(created), instant(rec.Retired)
		if !r.private {
			r.db.cache.keys.put(poolID+" "+k.ID, version, k)
		}
		keys = append(keys, k)
		return nil
	})
	return keys, err
}

// cachedKeys answers from the cache if it has every key of the pool.
func (r *reader) cachedKeys(ctx context.Context, poolID string) (keys []*userpool.SigningKey, complete bool, err error) {
	complete = true
	err = r.c.rows(ctx, keyVersions, []any{key(poolID)}, func(rows *sql.Rows) error {
		var id string
		var version sql.RawBytes
		if err := rows.Scan(&id, &version); err != nil {
			return err
		}
		k, ok := r.db.cache.keys.get(poolID+" "+id, version)
		keys, complete = append(keys, k), complete && ok
		return nil
	})
	return keys, complete, err
}

// CreateSigningKey implements store.PoolWriter.
func (t *tx) CreateSigningKey(ctx context.Context, k *userpool.SigningKey) error {
	args, err := t.signingKeyArgs(k)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, keyInsert, args...))
}

// SaveSigningKey implements store.PoolWriter.
func (t *tx) SaveSigningKey(ctx context.Context, k *userpool.SigningKey) error {
	args, err := t.signingKeyArgs(k)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, keyUpdate, args...))
}

func (t *tx) signingKeyArgs(k *userpool.SigningKey) ([]any, error) {
	data, err := json.Marshal(signingKeyRecord{Use: k.Use, Retired: micros(k.Retired)})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode signing key %s: %w", k.ID, err)
	}
	sealed, err := t.db.seal.seal(signingKeySecrets{k.PrivateKey}, k.PrivateKey == nil, "signing key", k.PoolID, k.ID)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: signing key %s: %w", k.ID, err)
	}
	return []any{key(k.PoolID), key(k.ID), micros(k.Created), versionOf(data, sealed), string(data), sealed}, nil
}
