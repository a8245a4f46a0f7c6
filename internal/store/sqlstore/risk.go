package sqlstore

import (
	"context"
	"database/sql"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

const (
	burstColumns = `SELECT kind, name, opened, used, before, names, names_before FROM bursts `
	burstByName  = burstColumns + `WHERE pool_id = $1 AND kind = $2 AND name = $3`
	burstsByName = burstByName + ` UNION ALL ` + burstColumns + `WHERE pool_id = $1 AND kind = $4 AND name = $5`
	burstsByKind = burstColumns + `WHERE pool_id = $1 AND kind = $2 ORDER BY name`
	burstPut     = `INSERT INTO bursts (pool_id, kind, name, opened, used, before, names, names_before, expires)
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

func riskConfigurationRecordOf(c *userpool.RiskConfiguration) *riskConfigurationRecord {
	if c == nil {
		return nil
	}
	return &riskConfigurationRecord{
		CompromisedCredentials: c.CompromisedCredentials, AccountTakeover: c.AccountTakeover,
		Exceptions: c.Exceptions, Modified: micros(c.Modified),
	}
}

func (r *riskConfigurationRecord) configuration() *userpool.RiskConfiguration {
	if r == nil {
		return nil
	}
	return &userpool.RiskConfiguration{
		CompromisedCredentials: r.CompromisedCredentials, AccountTakeover: r.AccountTakeover,
		Exceptions: r.Exceptions, Modified: instant(r.Modified),
	}
}

// Burst implements store.RiskReader.
func (r *reader) Burst(ctx context.Context, poolID string, kind userpool.BurstKind, name string) (*userpool.Burst, error) {
	found, err := r.bursts(ctx, poolID, burstByName, key(poolID), string(kind), key(name))
	if len(found) > 0 {
		found[0].Name = name
	}
	return only(found, err)
}

// BurstsOf implements store.RiskReader.
func (r *reader) BurstsOf(ctx context.Context, poolID, username, address string) (user, from *userpool.Burst, err error) {
	found, err := r.bursts(ctx, poolID, burstsByName,
		key(poolID), string(userpool.BurstOfUser), key(username), string(userpool.BurstOfAddress), key(address))
	for _, b := range found {
		if b.Kind == userpool.BurstOfUser {
			user, b.Name = b, username
		} else {
			from, b.Name = b, address
		}
	}
	return user, from, err
}

// Bursts implements store.RiskReader.
func (r *reader) Bursts(ctx context.Context, poolID string, kind userpool.BurstKind) ([]*userpool.Burst, error) {
	return r.bursts(ctx, poolID, burstsByKind, key(poolID), string(kind))
}

func (r *reader) bursts(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.Burst, error) {
	var found []*userpool.Burst
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		b := &userpool.Burst{PoolID: poolID}
		var kind string
		var opened int64
		if err := rows.Scan(&kind, &b.Name, &opened, &b.Count, &b.Before, &b.Names, &b.NamesBefore); err != nil {
			return err
		}
		b.Kind, b.Opened = userpool.BurstKind(kind), instant(opened)
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
