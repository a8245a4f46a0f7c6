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
	resourceServerByID = `SELECT data FROM resource_servers WHERE pool_id = $1 AND identifier = $2`
	resourceServerPage = `SELECT data FROM resource_servers
		WHERE pool_id = $1 AND identifier > $2 ORDER BY identifier LIMIT $3`
	resourceServerCount  = `SELECT count(*) FROM resource_servers WHERE pool_id = $1`
	resourceServerInsert = `INSERT INTO resource_servers (pool_id, identifier, data)
		VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	resourceServerUpdate = `UPDATE resource_servers SET data = $3 WHERE pool_id = $1 AND identifier = $2`
	resourceServerDelete = `DELETE FROM resource_servers WHERE pool_id = $1 AND identifier = $2`
)

type resourceServerRecord struct {
	Identifier string                                 `json:"identifier"`
	Name       string                                 `json:"name"`
	Scopes     []scopeRecord                          `json:"scopes"`
	ManagedBy  cognitoidp.ResourceServerManagedByType `json:"managedBy,omitzero"`
}

type scopeRecord struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// ResourceServer implements store.ResourceServerReader.
func (r *reader) ResourceServer(ctx context.Context, poolID, identifier string) (*userpool.ResourceServer, error) {
	return only(r.resourceServers(ctx, poolID, resourceServerByID, key(poolID), key(identifier)))
}

// ResourceServers implements store.ResourceServerReader.
func (r *reader) ResourceServers(ctx context.Context, poolID, after string, limit int) ([]*userpool.ResourceServer, error) {
	return r.resourceServers(ctx, poolID, resourceServerPage, key(poolID), key(after), limit)
}

func (r *reader) resourceServers(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.ResourceServer, error) {
	var servers []*userpool.ResourceServer
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var rec resourceServerRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode resource server: %w", err)
		}
		servers = append(servers, &userpool.ResourceServer{
			PoolID: poolID, Identifier: rec.Identifier, Name: rec.Name, ManagedBy: rec.ManagedBy,
			Scopes: mapSlice(rec.Scopes, func(s scopeRecord) userpool.Scope { return userpool.Scope(s) }),
		})
		return nil
	})
	return servers, err
}

// CountResourceServers implements store.ResourceServerReader.
func (r *reader) CountResourceServers(ctx context.Context, poolID string) (n int, err error) {
	return n, r.c.row(ctx, resourceServerCount, []any{key(poolID)}, &n)
}

// CreateResourceServer implements store.ResourceServerWriter.
func (t *tx) CreateResourceServer(ctx context.Context, s *userpool.ResourceServer) error {
	args, err := resourceServerArgs(s)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, resourceServerInsert, args...))
}

// SaveResourceServer implements store.ResourceServerWriter.
func (t *tx) SaveResourceServer(ctx context.Context, s *userpool.ResourceServer) error {
	args, err := resourceServerArgs(s)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, resourceServerUpdate, args...))
}

func resourceServerArgs(s *userpool.ResourceServer) ([]any, error) {
	data, err := json.Marshal(resourceServerRecord{
		Identifier: s.Identifier, Name: s.Name, ManagedBy: s.ManagedBy,
		Scopes: mapSlice(s.Scopes, func(s userpool.Scope) scopeRecord { return scopeRecord(s) }),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode resource server %s: %w", s.Identifier, err)
	}
	return []any{key(s.PoolID), key(s.Identifier), string(data)}, nil
}

// DeleteResourceServer implements store.ResourceServerWriter.
func (t *tx) DeleteResourceServer(ctx context.Context, poolID, identifier string) error {
	return saved(t.c.exec(ctx, resourceServerDelete, key(poolID), key(identifier)))
}
