package token

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	"ostiary/internal/userpool"
)

const (
	keyBits = 2048
	// stockSize is how many keys lie ready: two pools are created without waiting.
	stockSize = 4
)

// stocked is an RSA key not yet of any pool.
type stocked struct {
	id  string
	der []byte // PKCS #8
}

// Run makes signing keys ahead of need until ctx is done. While the stock is full it does nothing.
func (s *Service) Run(ctx context.Context) {
	s.ready()
	for ctx.Err() == nil {
		k, err := generateKey()
		if err != nil {
			return // NewKeys meets the same fault and tells it to a caller
		}
		select {
		case s.stock <- k:
		case <-ctx.Done():
		}
	}
}

// NewKeys are the signing keys of a new pool, one for ID tokens and one for access tokens: from the
// stock, or made on the spot where it is empty. The caller stores them.
func (s *Service) NewKeys(ctx context.Context, poolID string) ([]*userpool.SigningKey, error) {
	s.ready()
	now := s.Now()
	keys := make([]*userpool.SigningKey, 0, 2)
	for _, use := range []userpool.TokenUse{userpool.UseID, userpool.UseAccess} {
		k, err := s.take(ctx)
		if err != nil {
			return nil, fmt.Errorf("make a signing key: %w", err)
		}
		keys = append(keys, &userpool.SigningKey{PoolID: poolID, ID: k.id, Use: use, PrivateKey: k.der, Created: now})
	}
	return keys, nil
}

func (s *Service) take(ctx context.Context) (stocked, error) {
	select {
	case k := <-s.stock:
		return k, nil
	default:
	}
	if err := ctx.Err(); err != nil {
		return stocked{}, err
	}
	return generateKey()
}

// generateKey takes some tenths of a second. It does not use Service.Rand: package crypto/rsa takes
// randomness only from the system.
func generateKey() (stocked, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return stocked{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return stocked{}, err
	}
	return stocked{id: thumbprint(&private.PublicKey), der: der}, nil
}

// thumbprint is the key's id: its JWK thumbprint (RFC 7638), in base64 with padding as the service
// writes a kid, 44 characters.
func thumbprint(public *rsa.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"e":"` + exponent(public) + `","kty":"RSA","n":"` + modulus(public) + `"}`))
	return base64.StdEncoding.EncodeToString(sum[:])
}
