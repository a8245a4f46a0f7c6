package userpool

import "time"

// RefreshToken is kept under a keyed hash of its text.
type RefreshToken struct {
	ID        []byte // keyed hash
	PoolID    string
	OriginJTI string // the session it belongs to
	ClientID  string
	Issued    time.Time
	Expires   time.Time
	Rotated   time.Time // zero until it was exchanged for a newer one
}

// TokenUse is what a signing key signs.
type TokenUse string

// Each pool signs ID tokens and access tokens with different keys.
const (
	UseID     TokenUse = "id"
	UseAccess TokenUse = "access"
)

// SigningKey is an RSA-2048 key pair of a pool. The store seals PrivateKey.
type SigningKey struct {
	PoolID     string
	ID         string // kid
	Use        TokenUse
	PrivateKey []byte // PKCS #8 DER
	Created    time.Time
	// Retired: no longer signs, but still verifies until tokens it signed have expired.
	Retired time.Time // zero while in use
}
