package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testDevices(t *testing.T, s store.Store) {
	missing(t, s, "a device that never was", readDevice("r_a", "ana", "none"))
	for i, shape := range []shape{full, hollow, bare} {
		d := filled[userpool.Device](shape)
		d.PoolID, d.Username, d.Key = "r_a", "ana", "key"+string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateDevice(ctx, d) })
		same(t, "device after CreateDevice", d, both(t, s, readDevice("r_a", "ana", d.Key)))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateDevice(ctx, d) })
		missing(t, s, "the device of another user", readDevice("r_a", "ben", d.Key))
		missing(t, s, "the device in another pool", readDevice("r_b", "ana", d.Key))

		next := filled[userpool.Device](full)
		next.PoolID, next.Username, next.Key = d.PoolID, d.Username, d.Key
		next.Remembered, next.LastAuthenticated = false, start.Add(time.Hour)
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveDevice(ctx, next) })
		same(t, "device after SaveDevice", next, both(t, s, readDevice("r_a", "ana", d.Key)))
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SaveDevice(ctx, &userpool.Device{PoolID: "r_a", Username: "ben", Key: "keya"})
	})
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.DeleteDevice(ctx, "r_a", "ben", "keya")
	})
}

func testDeviceListing(t *testing.T, s store.Store) {
	const devices = 7
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range devices {
			for _, user := range []string{"ana", "ben"} {
				d := &userpool.Device{PoolID: "r_a", Username: user, Key: fmt.Sprintf("r_%d", (i*3)%devices), Name: user}
				if err := tx.CreateDevice(ctx, d); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, size := range []int{1, 3, devices, devices + 1} {
		var keys, want []string
		for after := ""; ; {
			page := both(t, s, func(ctx context.Context, r store.Reader) ([]*userpool.Device, error) {
				return r.Devices(ctx, "r_a", "ana", after, size)
			})
			if len(page) == 0 {
				break
			}
			if len(page) > size {
				t.Fatalf("%d devices on a page of %d", len(page), size)
			}
			for _, d := range page {
				same(t, "user of a listed device", "ana", d.Name)
				keys = append(keys, d.Key)
			}
			after = page[len(page)-1].Key
		}
		for i := range devices {
			want = append(want, fmt.Sprintf("r_%d", i))
		}
		same(t, fmt.Sprintf("keys in pages of %d", size), want, keys)
	}
}

// testDeviceDeletion: the refresh tokens of a device go with it, and its sessions forget it.
func testDeviceDeletion(t *testing.T, s store.Store) {
	type session struct{ pool, user, jti, key string }
	sessions := []session{
		{"r_a", "ana", "first", "lost"}, {"r_a", "ana", "second", "lost"}, {"r_a", "ana", "third", "kept"},
		{"r_a", "ana", "fourth", ""}, {"r_a", "ben", "fifth", "lost"}, {"r_b", "ana", "sixth", "lost"},
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for _, d := range []session{{"r_a", "ana", "", "lost"}, {"r_a", "ana", "", "kept"}, {"r_a", "ben", "", "lost"}, {"r_b", "ana", "", "lost"}} {
			if err := tx.CreateDevice(ctx, &userpool.Device{PoolID: d.pool, Username: d.user, Key: d.key}); err != nil {
				return err
			}
		}
		for _, n := range sessions {
			err := tx.CreateTokenSession(ctx, &userpool.TokenSession{
				PoolID: n.pool, OriginJTI: n.jti, Username: n.user, DeviceKey: n.key, EventID: "e",
			})
			if err != nil {
				return err
			}
			for _, id := range []string{n.jti, n.jti + " rotated"} {
				err := tx.CreateRefreshToken(ctx, &userpool.RefreshToken{ID: []byte(id), PoolID: n.pool, OriginJTI: n.jti})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.DeleteDevice(ctx, "r_a", "ana", "lost") })
	missing(t, s, "the deleted device", readDevice("r_a", "ana", "lost"))
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.DeleteDevice(ctx, "r_a", "ana", "lost")
	})
	get(t, s, readDevice("r_a", "ana", "kept"))
	get(t, s, readDevice("r_a", "ben", "lost"))
	get(t, s, readDevice("r_b", "ana", "lost"))
	for i, n := range sessions {
		want := &userpool.TokenSession{PoolID: n.pool, OriginJTI: n.jti, Username: n.user, DeviceKey: n.key, EventID: "e"}
		if i < 2 {
			want.DeviceKey = ""
		}
		same(t, "session "+n.jti, want, both(t, s, readSession(n.pool, n.jti)))
		for _, id := range []string{n.jti, n.jti + " rotated"} {
			if i < 2 {
				missing(t, s, "refresh token "+id, readRefresh([]byte(id)))
			} else {
				get(t, s, readRefresh([]byte(id)))
			}
		}
	}
}
