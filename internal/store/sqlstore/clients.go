package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	clientVersion = `SELECT version FROM clients WHERE id = $1`
	clientByID    = `SELECT id, pool_id, version, data, sealed FROM clients WHERE id = $1`
	clientPage    = `SELECT id, pool_id, version, data, sealed FROM clients
		WHERE pool_id = $1 AND id > $2 ORDER BY id LIMIT $3`
	clientCount  = `SELECT count(*) FROM clients WHERE pool_id = $1`
	clientInsert = `INSERT INTO clients (id, pool_id, version, data, sealed)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	clientUpdate = `UPDATE clients SET version = $3, data = $4, sealed = $5 WHERE id = $1 AND pool_id = $2`
	clientDelete = `DELETE FROM clients WHERE id = $1 AND pool_id = $2`
)

// ofClient removes what belongs to a client, but for its sessions, of which there may be many
// (removalSteps). Attempts have no index of their own for this: they live for minutes.
var ofClient = []string{
	`DELETE FROM login_style_assets WHERE (pool_id, style_id) IN
		(SELECT pool_id, id FROM login_styles WHERE pool_id = $1 AND client_id = $2)`,
	`DELETE FROM login_styles WHERE pool_id = $1 AND client_id = $2`,
	customizationDelete,
	`DELETE FROM attempts WHERE pool_id = $1 AND client_id = $2`,
	`DELETE FROM terms WHERE pool_id = $1 AND client_id = $2`,
}

type clientRecord struct {
	Name       string                                 `json:"name"`
	Settings   *cognitoidp.UserPoolClientType         `json:"settings"`
	SSOSession *cognitoidp.ClientSSOSessionConfigType `json:"ssoSession,omitzero"`
	Risk       *riskConfigurationRecord               `json:"risk,omitzero"`
	Created    int64                                  `json:"created"`
	Modified   int64                                  `json:"modified"`
}

type clientSecretRecord struct {
	ID      string `json:"id"`
	Value   string `json:"value"`
	Created int64  `json:"created"`
}

// Client implements store.ClientReader.
func (r *reader) Client(ctx context.Context, clientID string) (*userpool.Client, error) {
	c, ok, err := lookUp(ctx, r, r.db.cache.clients, clientVersion, clientID)
	if ok || err != nil {
		return c, err
	}
	return only(r.clients(ctx, clientByID, key(clientID)))
}

// Clients implements store.ClientReader.
func (r *reader) Clients(ctx context.Context, poolID, after string, limit int) ([]*userpool.Client, error) {
	return r.clients(ctx, clientPage, key(poolID), key(after), limit)
}

func (r *reader) clients(ctx context.Context, stmt string, args ...any) ([]*userpool.Client, error) {
	var clients []*userpool.Client
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var version, data, sealed sql.RawBytes
		c := &userpool.Client{}
		if err := rows.Scan(&c.ID, &c.PoolID, &version, &data, &sealed); err != nil {
			return err
		}
		rec := clientRecord{Settings: &c.Settings}
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode client %s: %w", c.ID, err)
		}
		var secrets []clientSecretRecord
		if err := r.db.seal.open(sealed, &secrets, "client", c.PoolID, c.ID); err != nil {
			return fmt.Errorf("sqlstore: client %s: %w", c.ID, err)
		}
		c.Name, c.SSOSession, c.Risk = rec.Name, rec.SSOSession, rec.Risk.configuration()
		c.Created, c.Modified = instant(rec.Created), instant(rec.Modified)
		c.Secrets = mapSlice(secrets, func(s clientSecretRecord) userpool.ClientSecret {
			return userpool.ClientSecret{ID: s.ID, Value: s.Value, Created: instant(s.Created)}
		})
		if !r.private {
			r.db.cache.clients.put(c.ID, version, c)
		}
		clients = append(clients, c)
		return nil
	})
	return clients, err
}

// CountClients implements store.ClientReader.
func (r *reader) CountClients(ctx context.Context, poolID string) (n int, err error) {
	return n, r.c.row(ctx, clientCount, []any{key(poolID)}, &n)
}

// CreateClient implements store.ClientWriter.
func (t *tx) CreateClient(ctx context.Context, c *userpool.Client) error {
	args, err := t.clientArgs(c)
	if err != nil {
		return err
	}
	if gone, err := t.beingRemoved(ctx, clientRemoval, key(c.PoolID), key(c.ID)); err != nil || gone {
		return errors.Join(err, store.ErrExists)
	}
	return created(t.c.exec(ctx, clientInsert, args...))
}

// SaveClient implements store.ClientWriter.
func (t *tx) SaveClient(ctx context.Context, c *userpool.Client) error {
	args, err := t.clientArgs(c)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, clientUpdate, args...))
}

func (t *tx) clientArgs(c *userpool.Client) ([]any, error) {
	data, err := json.Marshal(clientRecord{
		Name: c.Name, Settings: &c.Settings, SSOSession: c.SSOSession, Risk: riskConfigurationRecordOf(c.Risk),
		Created: micros(c.Created), Modified: micros(c.Modified),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode client %s: %w", c.ID, err)
	}
	secrets := mapSlice(c.Secrets, func(s userpool.ClientSecret) clientSecretRecord {
		return clientSecretRecord{ID: s.ID, Value: s.Value, Created: micros(s.Created)}
	})
	sealed, err := t.db.seal.seal(secrets, secrets == nil, "client", c.PoolID, c.ID)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: client %s: %w", c.ID, err)
	}
	return []any{key(c.ID), key(c.PoolID), versionOf(data, sealed), string(data), sealed}, nil
}

// DeleteClient implements store.ClientWriter.
func (t *tx) DeleteClient(ctx context.Context, poolID, clientID string) error {
	if err := saved(t.c.exec(ctx, clientDelete, key(clientID), key(poolID))); err != nil {
		return err
	}
	for _, stmt := range ofClient {
		if _, err := t.c.exec(ctx, stmt, key(poolID), key(clientID)); err != nil {
			return err
		}
	}
	return t.removed(ctx, clientRemoval, key(poolID), key(clientID))
}
