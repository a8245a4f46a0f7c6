package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"ostiary/internal/userpool"
)

const (
	codeByKey = `SELECT expires, data FROM codes WHERE pool_id = $1 AND username = $2 AND purpose = $3`
	codePut   = `INSERT INTO codes (pool_id, username, purpose, expires, data) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (pool_id, username, purpose) DO UPDATE SET expires = excluded.expires, data = excluded.data`
	codeConsume = `DELETE FROM codes WHERE pool_id = $1 AND username = $2 AND purpose = $3`
)

type codeRecord struct {
	Hash      []byte `json:"hash,omitzero"`
	Attribute string `json:"attribute,omitzero"`
	Value     string `json:"value,omitzero"`
	Tries     int    `json:"tries,omitzero"`
	Created   int64  `json:"created"`
}

// Code implements store.CodeReader.
func (r *reader) Code(ctx context.Context, poolID, username string, purpose userpool.CodePurpose) (*userpool.Code, error) {
	var expires int64
	var data []byte
	err := r.c.row(ctx, codeByKey, []any{key(poolID), key(username), string(purpose)}, &expires, &data)
	if err != nil {
		return nil, err
	}
	var rec codeRecord
	if err := json.Unmarshal(data, &rec); err != nil {
		return nil, fmt.Errorf("sqlstore: decode code: %w", err)
	}
	return &userpool.Code{
		PoolID: poolID, Username: username, Purpose: purpose,
		Hash: rec.Hash, Attribute: rec.Attribute, Value: rec.Value, Tries: rec.Tries,
		Created: instant(rec.Created), Expires: instant(expires),
	}, nil
}

// PutCode implements store.CodeWriter.
func (t *tx) PutCode(ctx context.Context, c *userpool.Code) error {
	data, err := json.Marshal(codeRecord{
		Hash: c.Hash, Attribute: c.Attribute, Value: c.Value, Tries: c.Tries, Created: micros(c.Created),
	})
	if err != nil {
		return fmt.Errorf("sqlstore: encode code: %w", err)
	}
	_, err = t.c.exec(ctx, codePut,
		key(c.PoolID), key(c.Username), string(c.Purpose), micros(c.Expires), string(data))
	return err
}

// ConsumeCode implements store.CodeWriter.
func (t *tx) ConsumeCode(ctx context.Context, poolID, username string, purpose userpool.CodePurpose) (won bool, err error) {
	n, err := t.c.exec(ctx, codeConsume, key(poolID), key(username), string(purpose))
	return n == 1, err
}
