package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/saml"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	providerByName       = `SELECT data, sealed FROM identity_providers WHERE pool_id = $1 AND name = $2`
	providerByIdentifier = `SELECT p.data, p.sealed
		FROM provider_identifiers i JOIN identity_providers p ON p.pool_id = i.pool_id AND p.name = i.name
		WHERE i.pool_id = $1 AND i.identifier = $2`
	providerPage   = `SELECT data, sealed FROM identity_providers WHERE pool_id = $1 AND name > $2 ORDER BY name LIMIT $3`
	providerCount  = `SELECT count(*) FROM identity_providers WHERE pool_id = $1`
	providerInsert = `INSERT INTO identity_providers (pool_id, name, folded, data, sealed)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	providerUpdate = `UPDATE identity_providers SET data = $3, sealed = $4 WHERE pool_id = $1 AND name = $2`
	providerDelete = `DELETE FROM identity_providers WHERE pool_id = $1 AND name = $2`

	identifierInsert = `INSERT INTO provider_identifiers (pool_id, identifier, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	identifierDelete = `DELETE FROM provider_identifiers WHERE pool_id = $1 AND identifier = $2`
)

type providerRecord struct {
	Name             string                              `json:"name"`
	Type             cognitoidp.IdentityProviderTypeType `json:"type"`
	Details          map[string]string                   `json:"details,omitzero"`
	EntityID         string                              `json:"entityId,omitzero"`
	Certificate      []byte                              `json:"certificate,omitzero"`
	AttributeMapping map[string]string                   `json:"attributeMapping,omitzero"`
	Identifiers      []string                            `json:"identifiers,omitzero"`
	AcrMapping       map[string]string                   `json:"acrMapping,omitzero"`
	Created          int64                               `json:"created"`
	Modified         int64                               `json:"modified"`
}

type providerSecrets struct {
	Details       map[string]string `json:"details,omitzero"`
	EncryptionKey []byte            `json:"encryptionKey,omitzero"`
	HasEncryption bool              `json:"hasEncryption,omitzero"`
}

// IdentityProvider implements store.IdentityProviderReader.
func (r *reader) IdentityProvider(ctx context.Context, poolID, name string) (*userpool.IdentityProvider, error) {
	return only(r.providers(ctx, poolID, providerByName, key(poolID), key(name)))
}

// IdentityProviderByIdentifier implements store.IdentityProviderReader.
func (r *reader) IdentityProviderByIdentifier(ctx context.Context, poolID, identifier string) (*userpool.IdentityProvider, error) {
	return only(r.providers(ctx, poolID, providerByIdentifier, key(poolID), key(identifier)))
}

// IdentityProviders implements store.IdentityProviderReader.
func (r *reader) IdentityProviders(ctx context.Context, poolID, after string, limit int) ([]*userpool.IdentityProvider, error) {
	return r.providers(ctx, poolID, providerPage, key(poolID), key(after), limit)
}

// CountIdentityProviders implements store.IdentityProviderReader.
func (r *reader) CountIdentityProviders(ctx context.Context, poolID string) (n int, err error) {
	return n, r.c.row(ctx, providerCount, []any{key(poolID)}, &n)
}

func (r *reader) providers(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.IdentityProvider, error) {
	var providers []*userpool.IdentityProvider
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var data, sealed sql.RawBytes
		if err := rows.Scan(&data, &sealed); err != nil {
			return err
		}
		ip, err := r.db.seal.decodeProvider(poolID, data, sealed)
		providers = append(providers, ip)
		return err
	})
	return providers, err
}

func (s sealer) decodeProvider(poolID string, data, sealed []byte) (*userpool.IdentityProvider, error) {
	var rec providerRecord
	if err := json.Unmarshal(data, &rec); err != nil {
		return nil, fmt.Errorf("sqlstore: decode an identity provider of pool %s: %w", poolID, err)
	}
	var secrets providerSecrets
	if err := s.open(sealed, &secrets, "identity provider", poolID, rec.Name); err != nil {
		return nil, fmt.Errorf("sqlstore: identity provider %s: %w", rec.Name, err)
	}
	ip := &userpool.IdentityProvider{
		PoolID: poolID, Name: rec.Name, Type: rec.Type, Details: rec.Details, EntityID: rec.EntityID,
		AttributeMapping: rec.AttributeMapping, Identifiers: rec.Identifiers, AcrMapping: rec.AcrMapping,
		Created: instant(rec.Created), Modified: instant(rec.Modified),
	}
	maps.Copy(ip.Details, secrets.Details)
	if secrets.HasEncryption {
		ip.Encryption = &saml.KeyPair{PrivateKey: secrets.EncryptionKey, Certificate: rec.Certificate}
	}
	return ip, nil
}

func (s sealer) encodeProvider(ip *userpool.IdentityProvider) (data string, sealed []byte, err error) {
	rec := providerRecord{
		Name: ip.Name, Type: ip.Type, EntityID: ip.EntityID,
		AttributeMapping: ip.AttributeMapping, Identifiers: ip.Identifiers, AcrMapping: ip.AcrMapping,
		Created: micros(ip.Created), Modified: micros(ip.Modified),
	}
	var secrets providerSecrets
	if ip.Details != nil {
		rec.Details = map[string]string{}
	}
	for name, value := range ip.Details {
		if !userpool.IsProviderSecret(name) {
			rec.Details[name] = value
			continue
		}
		if secrets.Details == nil {
			secrets.Details = map[string]string{}
		}
		secrets.Details[name] = value
	}
	if ip.Encryption != nil {
		rec.Certificate, secrets.EncryptionKey, secrets.HasEncryption = ip.Encryption.Certificate, ip.Encryption.PrivateKey, true
	}
	doc, err := json.Marshal(rec)
	if err != nil {
		return "", nil, fmt.Errorf("sqlstore: encode identity provider %s: %w", ip.Name, err)
	}
	sealed, err = s.seal(secrets, secrets.Details == nil && !secrets.HasEncryption, "identity provider", ip.PoolID, ip.Name)
	if err != nil {
		return "", nil, fmt.Errorf("sqlstore: identity provider %s: %w", ip.Name, err)
	}
	return string(doc), sealed, nil
}

// CreateIdentityProvider implements store.IdentityProviderWriter.
func (t *tx) CreateIdentityProvider(ctx context.Context, ip *userpool.IdentityProvider) error {
	data, sealed, err := t.db.seal.encodeProvider(ip)
	if err != nil {
		return err
	}
	if err := t.claimIdentifiers(ctx, ip, nil); err != nil {
		return err
	}
	err = created(t.c.exec(ctx, providerInsert,
		key(ip.PoolID), key(ip.Name), key(userpool.FoldProviderName(ip.Name)), data, sealed))
	if errors.Is(err, store.ErrExists) {
		return t.freeIdentifiers(ctx, ip.PoolID, ip.Identifiers, nil, err)
	}
	return err
}

// SaveIdentityProvider implements store.IdentityProviderWriter.
func (t *tx) SaveIdentityProvider(ctx context.Context, ip *userpool.IdentityProvider) error {
	data, sealed, err := t.db.seal.encodeProvider(ip)
	if err != nil {
		return err
	}
	old, err := t.IdentityProvider(ctx, ip.PoolID, ip.Name)
	if err != nil {
		return err
	}
	if err := t.claimIdentifiers(ctx, ip, old.Identifiers); err != nil {
		return err
	}
	if err := t.freeIdentifiers(ctx, ip.PoolID, old.Identifiers, ip.Identifiers, nil); err != nil {
		return err
	}
	return saved(t.c.exec(ctx, providerUpdate, key(ip.PoolID), key(ip.Name), data, sealed))
}

// DeleteIdentityProvider implements store.IdentityProviderWriter.
func (t *tx) DeleteIdentityProvider(ctx context.Context, poolID, name string) error {
	old, err := t.IdentityProvider(ctx, poolID, name)
	if err != nil {
		return err
	}
	if err := t.freeIdentifiers(ctx, poolID, old.Identifiers, nil, nil); err != nil {
		return err
	}
	return saved(t.c.exec(ctx, providerDelete, key(poolID), key(name)))
}

// claimIdentifiers writes those identifiers of ip that it does not have yet. ErrExists: another has one
// of them, and nothing was changed.
func (t *tx) claimIdentifiers(ctx context.Context, ip *userpool.IdentityProvider, old []string) error {
	var added []string
	for _, identifier := range ip.Identifiers {
		if slices.Contains(old, identifier) || slices.Contains(added, identifier) {
			continue
		}
		err := created(t.c.exec(ctx, identifierInsert, key(ip.PoolID), key(identifier), key(ip.Name)))
		if errors.Is(err, store.ErrExists) {
			return t.freeIdentifiers(ctx, ip.PoolID, added, nil, err)
		}
		if err != nil {
			return err
		}
		added = append(added, identifier)
	}
	return nil
}

// freeIdentifiers removes those of a provider's identifiers that are not in keep, and answers outcome.
func (t *tx) freeIdentifiers(ctx context.Context, poolID string, identifiers, keep []string, outcome error) error {
	for _, identifier := range identifiers {
		if slices.Contains(keep, identifier) {
			continue
		}
		if _, err := t.c.exec(ctx, identifierDelete, key(poolID), key(identifier)); err != nil {
			return err
		}
	}
	return outcome
}
