package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

const (
	domainByName  = `SELECT name, pool_id, data FROM domains WHERE name = $1`
	domainsOf     = `SELECT name, pool_id, data FROM domains WHERE pool_id = $1 ORDER BY kind`
	customDomains = `SELECT count(*) FROM domains WHERE kind = 'custom'`
	domainInsert  = `INSERT INTO domains (name, pool_id, kind, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	domainUpdate  = `UPDATE domains SET data = $4 WHERE name = $1 AND pool_id = $2 AND kind = $3`
	domainDelete  = `DELETE FROM domains WHERE name = $1 AND pool_id = $2`
)

type domainRecord struct {
	Custom              *cognitoidp.CustomDomainConfigType `json:"custom,omitzero"`
	Routing             *cognitoidp.RoutingType            `json:"routing,omitzero"`
	ManagedLoginVersion int32                              `json:"managedLoginVersion"`
	Created             int64                              `json:"created"`
	Modified            int64                              `json:"modified"`
}

// Domain implements store.DomainReader.
func (r *reader) Domain(ctx context.Context, name string) (*userpool.Domain, error) {
	return only(r.domains(ctx, domainByName, key(name)))
}

// DomainsOf implements store.DomainReader.
func (r *reader) DomainsOf(ctx context.Context, poolID string) ([]*userpool.Domain, error) {
	return r.domains(ctx, domainsOf, key(poolID))
}

func (r *reader) domains(ctx context.Context, stmt string, args ...any) ([]*userpool.Domain, error) {
	var domains []*userpool.Domain
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		d := &userpool.Domain{}
		var data sql.RawBytes
		if err := rows.Scan(&d.Name, &d.PoolID, &data); err != nil {
			return err
		}
		var rec domainRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode domain %s: %w", d.Name, err)
		}
		d.Custom, d.Routing, d.ManagedLoginVersion = rec.Custom, rec.Routing, rec.ManagedLoginVersion
		d.Created, d.Modified = instant(rec.Created), instant(rec.Modified)
		domains = append(domains, d)
		return nil
	})
	return domains, err
}

// CountCustomDomains implements store.DomainReader.
func (r *reader) CountCustomDomains(ctx context.Context) (n int, err error) {
	return n, r.c.row(ctx, customDomains, nil, &n)
}

// CreateDomain implements store.DomainWriter.
func (t *tx) CreateDomain(ctx context.Context, d *userpool.Domain) error {
	args, err := domainArgs(d)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, domainInsert, args...))
}

// SaveDomain implements store.DomainWriter.
func (t *tx) SaveDomain(ctx context.Context, d *userpool.Domain) error {
	args, err := domainArgs(d)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, domainUpdate, args...))
}

func domainArgs(d *userpool.Domain) ([]any, error) {
	data, err := json.Marshal(domainRecord{
		Custom: d.Custom, Routing: d.Routing, ManagedLoginVersion: d.ManagedLoginVersion,
		Created: micros(d.Created), Modified: micros(d.Modified),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode domain %s: %w", d.Name, err)
	}
	kind := "prefix"
	if d.Custom != nil {
		kind = "custom"
	}
	return []any{key(d.Name), key(d.PoolID), kind, string(data)}, nil
}

// DeleteDomain implements store.DomainWriter.
func (t *tx) DeleteDomain(ctx context.Context, poolID, name string) error {
	return saved(t.c.exec(ctx, domainDelete, key(name), key(poolID)))
}
