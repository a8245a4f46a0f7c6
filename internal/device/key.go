package device

import (
	"crypto/sha256"
	"fmt"
	"io"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/userpool"
)

// Issue makes a key for a device that nobody knows yet, for a user who has just signed in to a pool
// that tracks devices. The token session has to remember the key: ConfirmDevice accepts no other.
func Issue(rand io.Reader, p *userpool.Pool, u *userpool.User) (*cognitoidp.NewDeviceMetadataType, error) {
	key, err := NewKey(rand, p.Region())
	if err != nil {
		return nil, err
	}
	return &cognitoidp.NewDeviceMetadataType{DeviceKey: &key, DeviceGroupKey: new(GroupKey(p.ID, u.Sub))}, nil
}

// NewKey draws a device key: the region and a UUID of version 4 (RFC 9562), 55 characters at most.
func NewKey(rand io.Reader, region string) (string, error) {
	id, err := secret.UUID(rand)
	if err != nil {
		return "", fmt.Errorf("draw a device key: %w", err)
	}
	return region + "_" + id, nil
}

// GroupKey is the DeviceGroupKey of a user's devices: a hyphen and eight letters and digits.
//
// It is always the same for one pool and sub, so nothing has to be kept between handing out a key
// and its confirmation. It is no secret: SRP takes it for a name, like the pool's id.
func GroupKey(poolID, sub string) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := sha256.Sum256([]byte("device group\x00" + poolID + "\x00" + sub))
	text := []byte{'-'}
	for _, b := range sum[:8] {
		text = append(text, alphabet[int(b)%len(alphabet)])
	}
	return string(text)
}
