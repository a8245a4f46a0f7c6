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
	poolVersion = `SELECT version FROM pools WHERE id = $1`
	poolByID    = `SELECT id, version, data FROM pools WHERE id = $1`
	poolPage    = `SELECT id, version, data FROM pools WHERE id > $1 ORDER BY id LIMIT $2`
	poolCount   = `SELECT count(*) FROM pools`
	poolInsert  = `INSERT INTO pools (id, version, data) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	poolUpdate  = `UPDATE pools SET version = $2, data = $3 WHERE id = $1`
	poolDelete  = `DELETE FROM pools WHERE id = $1`
)

// inPool removes what is found without its pool, and what is little. The rest is in removalSteps.
var inPool = []string{
	`DELETE FROM signing_keys WHERE pool_id = $1`,
	`DELETE FROM domains WHERE pool_id = $1`,
	`DELETE FROM clients WHERE pool_id = $1`,
	`DELETE FROM user_counts WHERE pool_id = $1`,
	`DELETE FROM import_jobs WHERE pool_id = $1`,
	`DELETE FROM outbox WHERE pool_id = $1`,
	`DELETE FROM removals WHERE pool_id = $1`,
	// Where nodes of an earlier version write.
	`DELETE FROM risk_configurations WHERE pool_id = $1`,
	`DELETE FROM auth_events WHERE pool_id = $1`,
}

type poolRecord struct {
	Name             string                                 `json:"name"`
	Settings         *cognitoidp.UserPoolType               `json:"settings"`
	SMSMFA           *cognitoidp.SmsMfaConfigType           `json:"smsMfa,omitzero"`
	SoftwareTokenMFA *cognitoidp.SoftwareTokenMfaConfigType `json:"softwareTokenMfa,omitzero"`
	EmailMFA         *cognitoidp.EmailMfaConfigType         `json:"emailMfa,omitzero"`
	WebAuthn         *cognitoidp.WebAuthnConfigurationType  `json:"webAuthn,omitzero"`
	LogDelivery      []cognitoidp.LogConfigurationType      `json:"logDelivery,omitzero"`
	Sessions         *sessionSettingsRecord                 `json:"sessions,omitzero"`
	Replica          *replicaRecord                         `json:"replica,omitzero"`
	Risk             *riskConfigurationRecord               `json:"risk,omitzero"`
	Created          int64                                  `json:"created"`
	Modified         int64                                  `json:"modified"`
}

type replicaRecord struct {
	Region  string            `json:"region"`
	Active  bool              `json:"active,omitzero"`
	Tags    map[string]string `json:"tags,omitzero"`
	Created int64             `json:"created"`
}

func replicaRecordOf(r *userpool.Replica) *replicaRecord {
	if r == nil {
		return nil
	}
	return &replicaRecord{Region: r.Region, Active: r.Active, Tags: r.Tags, Created: micros(r.Created)}
}

func (r *replicaRecord) replica() *userpool.Replica {
	if r == nil {
		return nil
	}
	return &userpool.Replica{Region: r.Region, Active: r.Active, Tags: r.Tags, Created: instant(r.Created)}
}

type sessionSettingsRecord struct {
	Tracked    bool `json:"tracked"`
	MaxPerUser int  `json:"maxPerUser"`
}

func encodePool(p *userpool.Pool) (data []byte, err error) {
	data, err = json.Marshal(poolRecord{
		Name: p.Name, Settings: &p.Settings,
		SMSMFA: p.SMSMFA, SoftwareTokenMFA: p.SoftwareTokenMFA, EmailMFA: p.EmailMFA, WebAuthn: p.WebAuthn,
		LogDelivery: p.LogDelivery, Sessions: (*sessionSettingsRecord)(p.Sessions), Replica: replicaRecordOf(p.Replica),
		Risk:    riskConfigurationRecordOf(p.Risk),
		Created: micros(p.Created), Modified: micros(p.Modified),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode pool %s: %w", p.ID, err)
	}
	return data, nil
}

func decodePool(id string, data []byte) (*userpool.Pool, error) {
	p := &userpool.Pool{ID: id}
	r := poolRecord{Settings: &p.Settings}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("sqlstore: decode pool %s: %w", id, err)
	}
	p.Name = r.Name
	p.SMSMFA, p.SoftwareTokenMFA, p.EmailMFA, p.WebAuthn = r.SMSMFA, r.SoftwareTokenMFA, r.EmailMFA, r.WebAuthn
	p.LogDelivery = r.LogDelivery
	p.Sessions = (*userpool.SessionSettings)(r.Sessions)
	p.Replica = r.Replica.replica()
	p.Risk = r.Risk.configuration()
	p.Created, p.Modified = instant(r.Created), instant(r.Modified)
	return p, nil
}

// Pool implements store.PoolReader.
func (r *reader) Pool(ctx context.Context, id string) (*userpool.Pool, error) {
	p, ok, err := lookUp(ctx, r, r.db.cache.pools, poolVersion, id)
	if ok || err != nil {
		return p, err
	}
	return only(r.pools(ctx, poolByID, key(id)))
}

// Pools implements store.PoolReader.
func (r *reader) Pools(ctx context.Context, after string, limit int) ([]*userpool.Pool, error) {
	return r.pools(ctx, poolPage, key(after), limit)
}

func (r *reader) pools(ctx context.Context, stmt string, args ...any) ([]*userpool.Pool, error) {
	var pools []*userpool.Pool
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var id string
		var version, data sql.RawBytes
		if err := rows.Scan(&id, &version, &data); err != nil {
			return err
		}
		p, err := decodePool(id, data)
		if err != nil {
			return err
		}
		if !r.private {
			r.db.cache.pools.put(id, version, p)
		}
		pools = append(pools, p)
		return nil
	})
	return pools, err
}

// CountPools implements store.PoolReader.
func (r *reader) CountPools(ctx context.Context) (n int, err error) {
	return n, r.c.row(ctx, poolCount, nil, &n)
}

// CreatePool implements store.PoolWriter.
func (t *tx) CreatePool(ctx context.Context, p *userpool.Pool) error {
	data, err := encodePool(p)
	if err != nil {
		return err
	}
	if gone, err := t.beingRemoved(ctx, poolRemoval, key(p.ID), ""); err != nil || gone {
		return errors.Join(err, store.ErrExists)
	}
	return created(t.c.exec(ctx, poolInsert, key(p.ID), versionOf(data), string(data)))
}

// SavePool implements store.PoolWriter.
func (t *tx) SavePool(ctx context.Context, p *userpool.Pool) error {
	data, err := encodePool(p)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, poolUpdate, key(p.ID), versionOf(data), string(data)))
}

// DeletePool implements store.PoolWriter.
func (t *tx) DeletePool(ctx context.Context, id string) error {
	if err := saved(t.c.exec(ctx, poolDelete, key(id))); err != nil {
		return err
	}
	for _, stmt := range inPool {
		if _, err := t.c.exec(ctx, stmt, key(id)); err != nil {
			return err
		}
	}
	return t.removed(ctx, poolRemoval, key(id), "")
}

// created is the outcome of an INSERT … ON CONFLICT DO NOTHING of one row.
func created(rows int, err error) error {
	if err == nil && rows == 0 {
		return store.ErrExists
	}
	return err
}

// saved is the outcome of changing or removing one row that should be there.
func saved(rows int, err error) error {
	if err == nil && rows == 0 {
		return store.ErrNotFound
	}
	return err
}
