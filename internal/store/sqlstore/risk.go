package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	riskConfigurationByClient = `SELECT data FROM risk_configurations WHERE pool_id = $1 AND client_id = $2`
	riskConfigurationPut      = `INSERT INTO risk_configurations (pool_id, client_id, data) VALUES ($1, $2, $3)
		ON CONFLICT (pool_id, client_id) DO UPDATE SET data = excluded.data`
	riskConfigurationDelete = `DELETE FROM risk_configurations WHERE pool_id = $1 AND client_id = $2`

	burstByName = `SELECT name, opened, used, before, names, names_before FROM bursts
		WHERE pool_id = $1 AND kind = $2 AND name = $3`
	burstsByKind = `SELECT name, opened, used, before, names, names_before FROM bursts
		WHERE pool_id = $1 AND kind = $2 ORDER BY name`
	burstPut = `INSERT INTO bursts (pool_id, kind, name, opened, used, before, names, names_before, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (pool_id, kind, name) DO UPDATE SET opened = excluded.opened, used = excluded.used,
			before = excluded.before, names = excluded.names, names_before = excluded.names_before, expires = excluded.expires`
)

type riskConfigurationRecord struct {
	CompromisedCredentials *cognitoidp.CompromisedCredentialsRiskConfigurationType `json:"compromisedCredentials"`
	AccountTakeover        *cognitoidp.AccountTakeoverRiskConfigurationType        `json:"accountTakeover"`
	Exceptions             *cognitoidp.RiskExceptionConfigurationType              `json:"exceptions"`
	Modified               int64                                                   `json:"modified"`
}

// RiskConfiguration implements store.RiskReader.
func (r *reader) RiskConfiguration(ctx context.Context, poolID, clientID string) (*userpool.RiskConfiguration, error) {
	var found []*userpool.RiskConfiguration
	err := r.c.rows(ctx, riskConfigurationByClient, []any{key(poolID), key(clientID)}, func(rows *sql.Rows) error {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var rec riskConfigurationRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode the risk configuration of pool %s: %w", poolID, err)
		}
		found = append(found, &userpool.RiskConfiguration{
			PoolID: poolID, ClientID: clientID, CompromisedCredentials: rec.CompromisedCredentials,
			AccountTakeover: rec.AccountTakeover, Exceptions: rec.Exceptions, Modified: instant(rec.Modified),
		})
		return nil
	})
	return only(found, err)
}

// PutRiskConfiguration implements store.RiskWriter.
func (t *tx) PutRiskConfiguration(ctx context.Context, c *userpool.RiskConfiguration) error {
	data, err := json.Marshal(riskConfigurationRecord{
		CompromisedCredentials: c.CompromisedCredentials, AccountTakeover: c.AccountTakeover,
		Exceptions: c.Exceptions, Modified: micros(c.Modified),
	})
	if err != nil {
		return fmt.Errorf("sqlstore: encode the risk configuration of pool %s: %w", c.PoolID, err)
	}
	_, err = t.c.exec(ctx, riskConfigurationPut, key(c.PoolID), key(c.ClientID), string(data))
	return err
}

// DeleteRiskConfiguration implements store.RiskWriter.
func (t *tx) DeleteRiskConfiguration(ctx context.Context, poolID, clientID string) error {
	_, err := t.c.exec(ctx, riskConfigurationDelete, key(poolID), key(clientID))
	return err
}

// Burst implements store.RiskReader.
func (r *reader) Burst(ctx context.Context, poolID string, kind userpool.BurstKind, name string) (*userpool.Burst, error) {
	found, err := r.bursts(ctx, poolID, kind, burstByName, key(poolID), string(kind), key(name))
	if len(found) > 0 {
		found[0].Name = name
	}
	return only(found, err)
}

// Bursts implements store.RiskReader.
func (r *reader) Bursts(ctx context.Context, poolID string, kind userpool.BurstKind) ([]*userpool.Burst, error) {
	return r.bursts(ctx, poolID, kind, burstsByKind, key(poolID), string(kind))
}

func (r *reader) bursts(ctx context.Context, poolID string, kind userpool.BurstKind, stmt string, args ...any) ([]*userpool.Burst, error) {
	var found []*userpool.Burst
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		b := &userpool.Burst{PoolID: poolID, Kind: kind}
		var opened int64
		if err := rows.Scan(&b.Name, &opened, &b.Count, &b.Before, &b.Names, &b.NamesBefore); err != nil {
			return err
		}
		b.Opened = instant(opened)
		found = append(found, b)
		return nil
	})
	return found, err
}

// PutBurst implements store.RiskWriter.
func (t *tx) PutBurst(ctx context.Context, b *userpool.Burst) error {
	_, err := t.c.exec(ctx, burstPut, key(b.PoolID), string(b.Kind), key(b.Name), micros(b.Opened),
		int64(b.Count), int64(b.Before), b.Names, b.NamesBefore, micros(b.Expires()))
	return err
}

// placeOf is a cursor as the statements have it: the start is behind every event.
func placeOf(c store.AuthEventCursor) (created int64, id string) {
	if c == (store.AuthEventCursor{}) {
		return math.MaxInt64, ""
	}
	return c.Created.UnixMicro(), key(c.ID)
}
