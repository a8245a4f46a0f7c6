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
	termsByID     = `SELECT data FROM terms WHERE pool_id = $1 AND id = $2`
	termsByClient = `SELECT data FROM terms WHERE pool_id = $1 AND client_id = $2 AND name = $3`
	termsPage     = `SELECT data FROM terms WHERE pool_id = $1 AND id > $2 ORDER BY id LIMIT $3`
	termsInsert   = `INSERT INTO terms (pool_id, id, client_id, name, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	termsUpdate   = `UPDATE terms SET client_id = $3, name = $4, data = $5 WHERE pool_id = $1 AND id = $2`
	termsDelete   = `DELETE FROM terms WHERE pool_id = $1 AND id = $2`
)

type termsRecord struct {
	ID          string                          `json:"id"`
	ClientID    string                          `json:"clientId"`
	Name        string                          `json:"name"`
	Source      cognitoidp.TermsSourceType      `json:"source"`
	Enforcement cognitoidp.TermsEnforcementType `json:"enforcement"`
	Links       map[string]string               `json:"links,omitzero"`
	Created     int64                           `json:"created"`
	Modified    int64                           `json:"modified"`
}

// Terms implements store.TermsReader.
func (r *reader) Terms(ctx context.Context, poolID, id string) (*userpool.Terms, error) {
	return only(r.terms(ctx, poolID, termsByID, key(poolID), key(id)))
}

// TermsByClient implements store.TermsReader.
func (r *reader) TermsByClient(ctx context.Context, poolID, clientID, name string) (*userpool.Terms, error) {
	return only(r.terms(ctx, poolID, termsByClient, key(poolID), key(clientID), key(name)))
}

// ListTerms implements store.TermsReader.
func (r *reader) ListTerms(ctx context.Context, poolID, after string, limit int) ([]*userpool.Terms, error) {
	return r.terms(ctx, poolID, termsPage, key(poolID), key(after), limit)
}

func (r *reader) terms(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.Terms, error) {
	var list []*userpool.Terms
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var rec termsRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode terms of pool %s: %w", poolID, err)
		}
		list = append(list, &userpool.Terms{
			ID: rec.ID, PoolID: poolID, ClientID: rec.ClientID, Name: rec.Name, Source: rec.Source,
			Enforcement: rec.Enforcement, Links: rec.Links, Created: instant(rec.Created), Modified: instant(rec.Modified),
		})
		return nil
	})
	return list, err
}

// CreateTerms implements store.TermsWriter.
func (t *tx) CreateTerms(ctx context.Context, terms *userpool.Terms) error {
	args, err := termsArgs(terms)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, termsInsert, args...))
}

// SaveTerms implements store.TermsWriter.
func (t *tx) SaveTerms(ctx context.Context, terms *userpool.Terms) error {
	args, err := termsArgs(terms)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, termsUpdate, args...))
}

func termsArgs(t *userpool.Terms) ([]any, error) {
	data, err := json.Marshal(termsRecord{
		ID: t.ID, ClientID: t.ClientID, Name: t.Name, Source: t.Source, Enforcement: t.Enforcement, Links: t.Links,
		Created: micros(t.Created), Modified: micros(t.Modified),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode terms %s: %w", t.ID, err)
	}
	return []any{key(t.PoolID), key(t.ID), key(t.ClientID), key(t.Name), string(data)}, nil
}

// DeleteTerms implements store.TermsWriter.
func (t *tx) DeleteTerms(ctx context.Context, poolID, id string) error {
	return saved(t.c.exec(ctx, termsDelete, key(poolID), key(id)))
}
