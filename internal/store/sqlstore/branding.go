package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

const (
	styleByID     = `SELECT data FROM login_styles WHERE pool_id = $1 AND id = $2`
	styleByClient = `SELECT data FROM login_styles WHERE pool_id = $1 AND client_id = $2`
	styleInsert   = `INSERT INTO login_styles (pool_id, id, client_id, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	styleUpdate   = `UPDATE login_styles SET data = $3 WHERE pool_id = $1 AND id = $2`
	styleDelete   = `DELETE FROM login_styles WHERE pool_id = $1 AND id = $2`

	assetsOf      = `SELECT data, image FROM login_style_assets WHERE pool_id = $1 AND style_id = $2 ORDER BY place`
	assetVersions = `SELECT version FROM login_style_assets WHERE pool_id = $1 AND style_id = $2 ORDER BY place`
	assetInsert   = `INSERT INTO login_style_assets (pool_id, style_id, place, version, data, image) VALUES ($1, $2, $3, $4, $5, $6)`
	assetUpdate   = `UPDATE login_style_assets SET version = $4, data = $5, image = $6
		WHERE pool_id = $1 AND style_id = $2 AND place = $3`
	assetsDelete = `DELETE FROM login_style_assets WHERE pool_id = $1 AND style_id = $2 AND place >= $3`

	customizationByClient = `SELECT data, logo FROM ui_customizations WHERE pool_id = $1 AND client_id = $2`
	customizationPut      = `INSERT INTO ui_customizations (pool_id, client_id, data, logo) VALUES ($1, $2, $3, $4)
		ON CONFLICT (pool_id, client_id) DO UPDATE SET data = excluded.data, logo = excluded.logo`
	customizationDelete = `DELETE FROM ui_customizations WHERE pool_id = $1 AND client_id = $2`
)

type styleRecord struct {
	ID          string          `json:"id"`
	ClientID    string          `json:"clientId"`
	UseDefaults bool            `json:"useDefaults,omitzero"`
	Settings    json.RawMessage `json:"settings,omitzero"`
	HasAssets   bool            `json:"hasAssets,omitzero"` // an empty list is not none
	Created     int64           `json:"created"`
	Modified    int64           `json:"modified"`
}

type assetRecord struct {
	Category   cognitoidp.AssetCategoryType   `json:"category"`
	ColorMode  cognitoidp.ColorSchemeModeType `json:"colorMode"`
	Extension  cognitoidp.AssetExtensionType  `json:"extension"`
	ResourceID *string                        `json:"resourceId,omitzero"`
}

type customizationRecord struct {
	ClientID string `json:"clientId"`
	CSS      string `json:"css,omitzero"`
	Version  string `json:"version"`
	LogoType string `json:"logoType,omitzero"`
	Created  int64  `json:"created"`
	Modified int64  `json:"modified"`
}

// LoginStyle implements store.BrandingReader.
func (r *reader) LoginStyle(ctx context.Context, poolID, id string) (*userpool.LoginStyle, error) {
	return r.style(ctx, poolID, styleByID, id)
}

// LoginStyleByClient implements store.BrandingReader.
func (r *reader) LoginStyleByClient(ctx context.Context, poolID, clientID string) (*userpool.LoginStyle, error) {
	return r.style(ctx, poolID, styleByClient, clientID)
}

func (r *reader) style(ctx context.Context, poolID, stmt, id string) (*userpool.LoginStyle, error) {
	var data []byte
	if err := r.c.row(ctx, stmt, []any{key(poolID), key(id)}, &data); err != nil {
		return nil, err
	}
	var rec styleRecord
	if err := json.Unmarshal(data, &rec); err != nil {
		return nil, fmt.Errorf("sqlstore: decode a login style of pool %s: %w", poolID, err)
	}
	s := &userpool.LoginStyle{
		ID: rec.ID, PoolID: poolID, ClientID: rec.ClientID, UseDefaults: rec.UseDefaults,
		Settings: cognitoidp.Document(rec.Settings), Created: instant(rec.Created), Modified: instant(rec.Modified),
	}
	if !rec.HasAssets {
		return s, nil
	}
	s.Assets = []cognitoidp.AssetType{}
	err := r.c.rows(ctx, assetsOf, []any{key(poolID), key(s.ID)}, func(rows *sql.Rows) error {
		var data, image []byte
		if err := rows.Scan(&data, &image); err != nil {
			return err
		}
		var a assetRecord
		if err := json.Unmarshal(data, &a); err != nil {
			return fmt.Errorf("sqlstore: decode an asset of login style %s: %w", rec.ID, err)
		}
		s.Assets = append(s.Assets, cognitoidp.AssetType{
			Category: a.Category, ColorMode: a.ColorMode, Extension: a.Extension, ResourceId: a.ResourceID, Bytes: image,
		})
		return nil
	})
	return s, err
}

// CreateLoginStyle implements store.BrandingWriter.
func (t *tx) CreateLoginStyle(ctx context.Context, s *userpool.LoginStyle) error {
	data, err := encodeStyle(s)
	if err != nil {
		return err
	}
	if err := created(t.c.exec(ctx, styleInsert, key(s.PoolID), key(s.ID), key(s.ClientID), data)); err != nil {
		return err
	}
	return t.saveAssets(ctx, s, nil)
}

// SaveLoginStyle implements store.BrandingWriter.
func (t *tx) SaveLoginStyle(ctx context.Context, s *userpool.LoginStyle) error {
	data, err := encodeStyle(s)
	if err != nil {
		return err
	}
	if err := saved(t.c.exec(ctx, styleUpdate, key(s.PoolID), key(s.ID), data)); err != nil {
		return err
	}
	var old [][]byte
	err = t.c.rows(ctx, assetVersions, []any{key(s.PoolID), key(s.ID)}, func(rows *sql.Rows) error {
		var version []byte
		err := rows.Scan(&version)
		old = append(old, version)
		return err
	})
	if err != nil {
		return err
	}
	return t.saveAssets(ctx, s, old)
}

func encodeStyle(s *userpool.LoginStyle) (string, error) {
	rec := styleRecord{
		ID: s.ID, ClientID: s.ClientID, UseDefaults: s.UseDefaults, HasAssets: s.Assets != nil,
		Created: micros(s.Created), Modified: micros(s.Modified),
	}
	if len(s.Settings) > 0 {
		rec.Settings = json.RawMessage(s.Settings)
	}
	data, err := json.Marshal(rec)
	if err != nil {
		return "", fmt.Errorf("sqlstore: encode login style %s: %w", s.ID, err)
	}
	return string(data), nil
}

// saveAssets writes the images of s that are not in their place yet; old are the versions of those that
// are there.
func (t *tx) saveAssets(ctx context.Context, s *userpool.LoginStyle, old [][]byte) error {
	for place, a := range s.Assets {
		data, err := json.Marshal(assetRecord{
			Category: a.Category, ColorMode: a.ColorMode, Extension: a.Extension, ResourceID: a.ResourceId,
		})
		if err != nil {
			return fmt.Errorf("sqlstore: encode an asset of login style %s: %w", s.ID, err)
		}
		image := a.Bytes
		if image == nil {
			image = []byte{}
		}
		version := versionOf(data, image)
		stmt := assetUpdate
		switch {
		case place >= len(old):
			stmt = assetInsert
		case bytes.Equal(old[place], version):
			continue
		}
		if err := saved(t.c.exec(ctx, stmt, key(s.PoolID), key(s.ID), place, version, string(data), image)); err != nil {
			return err
		}
	}
	if len(old) <= len(s.Assets) {
		return nil
	}
	_, err := t.c.exec(ctx, assetsDelete, key(s.PoolID), key(s.ID), len(s.Assets))
	return err
}

// DeleteLoginStyle implements store.BrandingWriter.
func (t *tx) DeleteLoginStyle(ctx context.Context, poolID, id string) error {
	if err := saved(t.c.exec(ctx, styleDelete, key(poolID), key(id))); err != nil {
		return err
	}
	_, err := t.c.exec(ctx, assetsDelete, key(poolID), key(id), 0)
	return err
}

// UICustomization implements store.BrandingReader.
func (r *reader) UICustomization(ctx context.Context, poolID, clientID string) (*userpool.UICustomization, error) {
	var data, logo []byte
	if err := r.c.row(ctx, customizationByClient, []any{key(poolID), key(clientID)}, &data, &logo); err != nil {
		return nil, err
	}
	var rec customizationRecord
	if err := json.Unmarshal(data, &rec); err != nil {
		return nil, fmt.Errorf("sqlstore: decode a customization of pool %s: %w", poolID, err)
	}
	return &userpool.UICustomization{
		PoolID: poolID, ClientID: rec.ClientID, CSS: rec.CSS, Version: rec.Version, Logo: logo, LogoType: rec.LogoType,
		Created: instant(rec.Created), Modified: instant(rec.Modified),
	}, nil
}

// PutUICustomization implements store.BrandingWriter.
func (t *tx) PutUICustomization(ctx context.Context, c *userpool.UICustomization) error {
	data, err := json.Marshal(customizationRecord{
		ClientID: c.ClientID, CSS: c.CSS, Version: c.Version, LogoType: c.LogoType,
		Created: micros(c.Created), Modified: micros(c.Modified),
	})
	if err != nil {
		return fmt.Errorf("sqlstore: encode a customization of pool %s: %w", c.PoolID, err)
	}
	_, err = t.c.exec(ctx, customizationPut, key(c.PoolID), key(c.ClientID), string(data), c.Logo)
	return err
}

// DeleteUICustomization implements store.BrandingWriter.
func (t *tx) DeleteUICustomization(ctx context.Context, poolID, clientID string) error {
	_, err := t.c.exec(ctx, customizationDelete, key(poolID), key(clientID))
	return err
}
