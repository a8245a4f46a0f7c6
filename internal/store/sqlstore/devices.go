package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"ostiary/internal/userpool"
)

const (
	deviceByKey = `SELECT data, sealed FROM devices WHERE pool_id = $1 AND username = $2 AND device_key = $3`
	devicePage  = `SELECT data, sealed FROM devices
		WHERE pool_id = $1 AND username = $2 AND device_key > $3 ORDER BY device_key LIMIT $4`
	deviceInsert = `INSERT INTO devices (pool_id, username, device_key, data, sealed)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	deviceUpdate = `UPDATE devices SET data = $4, sealed = $5
		WHERE pool_id = $1 AND username = $2 AND device_key = $3`
	deviceDelete = `DELETE FROM devices WHERE pool_id = $1 AND username = $2 AND device_key = $3`
)

// ofDevice removes what belongs to a device. Its sessions are searched for among those of its user:
// devices are forgotten so rarely that an index of their own would cost each sign-in for nothing.
var ofDevice = []string{
	`DELETE FROM refresh_tokens WHERE (pool_id, origin_jti) IN
		(SELECT pool_id, origin_jti FROM token_sessions WHERE pool_id = $1 AND username = $2 AND device_key = $3)`,
	`UPDATE token_sessions SET device_key = '' WHERE pool_id = $1 AND username = $2 AND device_key = $3`,
}

type deviceRecord struct {
	Username          string `json:"username"`
	Sub               string `json:"sub"`
	Key               string `json:"key"`
	GroupKey          string `json:"groupKey"`
	Name              string `json:"name,omitzero"`
	Remembered        bool   `json:"remembered,omitzero"`
	LastIP            string `json:"lastIp,omitzero"`
	Created           int64  `json:"created"`
	Modified          int64  `json:"modified"`
	LastAuthenticated int64  `json:"lastAuthenticated"`
}

type deviceSecrets struct {
	Salt     []byte `json:"salt,omitzero"`
	Verifier []byte `json:"verifier,omitzero"`
}

// Device implements store.DeviceReader.
func (r *reader) Device(ctx context.Context, poolID, username, deviceKey string) (*userpool.Device, error) {
	return only(r.devices(ctx, poolID, deviceByKey, key(poolID), key(username), key(deviceKey)))
}

// Devices implements store.DeviceReader.
func (r *reader) Devices(ctx context.Context, poolID, username, after string, limit int) ([]*userpool.Device, error) {
	return r.devices(ctx, poolID, devicePage, key(poolID), key(username), key(after), limit)
}

func (r *reader) devices(ctx context.Context, poolID, stmt string, args ...any) ([]*userpool.Device, error) {
	var devices []*userpool.Device
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var data, sealed sql.RawBytes
		if err := rows.Scan(&data, &sealed); err != nil {
			return err
		}
		var rec deviceRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode device: %w", err)
		}
		var secrets deviceSecrets
		if err := r.db.seal.open(sealed, &secrets, "device", poolID, rec.Username, rec.Key); err != nil {
			return fmt.Errorf("sqlstore: device %s: %w", rec.Key, err)
		}
		devices = append(devices, &userpool.Device{
			PoolID: poolID, Username: rec.Username, Sub: rec.Sub, Key: rec.Key, GroupKey: rec.GroupKey,
			Salt: secrets.Salt, Verifier: secrets.Verifier,
			Name: rec.Name, Remembered: rec.Remembered, LastIP: rec.LastIP,
			Created: instant(rec.Created), Modified: instant(rec.Modified), LastAuthenticated: instant(rec.LastAuthenticated),
		})
		return nil
	})
	return devices, err
}

// CreateDevice implements store.DeviceWriter.
func (t *tx) CreateDevice(ctx context.Context, d *userpool.Device) error {
	args, err := t.deviceArgs(d)
	if err != nil {
		return err
	}
	return created(t.c.exec(ctx, deviceInsert, args...))
}

// SaveDevice implements store.DeviceWriter.
func (t *tx) SaveDevice(ctx context.Context, d *userpool.Device) error {
	args, err := t.deviceArgs(d)
	if err != nil {
		return err
	}
	return saved(t.c.exec(ctx, deviceUpdate, args...))
}

func (t *tx) deviceArgs(d *userpool.Device) ([]any, error) {
	data, err := json.Marshal(deviceRecord{
		Username: d.Username, Sub: d.Sub, Key: d.Key, GroupKey: d.GroupKey,
		Name: d.Name, Remembered: d.Remembered, LastIP: d.LastIP,
		Created: micros(d.Created), Modified: micros(d.Modified), LastAuthenticated: micros(d.LastAuthenticated),
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: encode device %s: %w", d.Key, err)
	}
	sealed, err := t.db.seal.seal(deviceSecrets{Salt: d.Salt, Verifier: d.Verifier}, d.Salt == nil && d.Verifier == nil,
		"device", d.PoolID, d.Username, d.Key)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: device %s: %w", d.Key, err)
	}
	return []any{key(d.PoolID), key(d.Username), key(d.Key), string(data), sealed}, nil
}

// DeleteDevice implements store.DeviceWriter.
func (t *tx) DeleteDevice(ctx context.Context, poolID, username, deviceKey string) error {
	if err := saved(t.c.exec(ctx, deviceDelete, key(poolID), key(username), key(deviceKey))); err != nil {
		return err
	}
	for _, stmt := range ofDevice {
		if _, err := t.c.exec(ctx, stmt, key(poolID), key(username), key(deviceKey)); err != nil {
			return err
		}
	}
	return nil
}
