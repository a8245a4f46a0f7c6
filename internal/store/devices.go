package store

import (
	"context"

	"ostiary/internal/userpool"
)

// DeviceReader reads the devices of users, who are named by their stored usernames.
type DeviceReader interface {
	Device(ctx context.Context, poolID, username, key string) (*userpool.Device, error)
	// Devices lists a user's devices by key, those behind after, limit at most.
	Devices(ctx context.Context, poolID, username, after string, limit int) ([]*userpool.Device, error)
}

// DeviceWriter writes the devices of users.
type DeviceWriter interface {
	// CreateDevice adds a device; ErrExists if the user has one of that key.
	CreateDevice(ctx context.Context, d *userpool.Device) error
	// SaveDevice replaces the user's device of that key; ErrNotFound if it is gone.
	SaveDevice(ctx context.Context, d *userpool.Device) error
	// DeleteDevice removes a device, the refresh tokens of the user's sessions that have its key, and
	// the key from those sessions, so that nothing of them can make it known again; ErrNotFound if it
	// is gone. The sessions themselves live on.
	DeleteDevice(ctx context.Context, poolID, username, key string) error
}
