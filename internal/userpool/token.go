package userpool

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"
)

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

// Each pool signs ID tokens and access tokens with different keys, and what it says to SAML identity
// providers with a third.
const (
	UseID     TokenUse = "id"
	UseAccess TokenUse = "access"
	UseSAML   TokenUse = "saml"
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

// RSA is the key pair itself.
func (k *SigningKey) RSA() (*rsa.PrivateKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(k.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("signing key %s of user pool %s: %w", k.ID, k.PoolID, err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("signing key %s of user pool %s is a %T, not RSA", k.ID, k.PoolID, parsed)
	}
	return private, nil
}
