package token

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// publicKey is a JSON Web Key (RFC 7517; RFC 7518, section 6.3.1).
type publicKey struct {
	Algorithm string `json:"alg"`
	Exponent  string `json:"e"`
	ID        string `json:"kid"`
	Type      string `json:"kty"`
	Modulus   string `json:"n"`
	Use       string `json:"use"`
}

// JWKS is the JSON Web Key Set of a pool: the keys that sign, those about to, and retired ones whose
// tokens have not all expired. ResourceNotFoundException if there is no such pool.
func (s *Service) JWKS(ctx context.Context, poolID string) (json.RawMessage, error) {
	s.ready()
	var rows []*userpool.SigningKey
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		if err := poolExists(ctx, r, poolID); err != nil {
			return err
		}
		rows, err = r.SigningKeys(ctx, poolID)
		return err
	})
	if err != nil {
		return nil, wrapFault("read the key set of a user pool", err)
	}
	ks, err := s.parseKeys(poolID, rows)
	if err != nil {
		return nil, err
	}
	now, published := s.Now(), []publicKey{}
	for _, k := range ks.keys {
		if k.verifies(now) {
			published = append(published, publicKey{
				Algorithm: "RS256", Exponent: exponent(k.public), ID: k.id, Type: "RSA", Modulus: modulus(k.public), Use: "sig",
			})
		}
	}
	return json.Marshal(map[string][]publicKey{"keys": published})
}

// discovery is the OpenID Provider Metadata (OpenID Connect Discovery 1.0, section 3) of a pool that
// has no domain: without one there are no OAuth endpoints, and the service names the issuer itself
// as the authorization endpoint.
type discovery struct {
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	SigningAlgorithms     []string `json:"id_token_signing_alg_values_supported"`
	Issuer                string   `json:"issuer"`
	KeySet                string   `json:"jwks_uri"`
	ResponseTypes         []string `json:"response_types_supported"`
	SubjectTypes          []string `json:"subject_types_supported"`
}

// Discovery is the OpenID Connect discovery document of a pool. ResourceNotFoundException if there
// is no such pool.
func (s *Service) Discovery(ctx context.Context, poolID string) (json.RawMessage, error) {
	err := s.Store.View(ctx, func(r store.Reader) error { return poolExists(ctx, r, poolID) })
	if err != nil {
		return nil, wrapFault("read the discovery document of a user pool", err)
	}
	issuer, base := s.Issuer(poolID), s.Issuer(poolID)
	if s.Base != nil {
		base = s.Base(poolID)
	}
	return json.Marshal(discovery{
		AuthorizationEndpoint: base,
		SigningAlgorithms:     []string{"RS256"},
		Issuer:                issuer,
		KeySet:                base + "/.well-known/jwks.json",
		ResponseTypes:         []string{"code", "id_token", "token id_token", "none"},
		SubjectTypes:          []string{"public"},
	})
}

func poolExists(ctx context.Context, r store.PoolReader, poolID string) error {
	_, err := r.Pool(ctx, poolID)
	if errors.Is(err, store.ErrNotFound) {
		return awserr.PoolNotFound(poolID)
	}
	return err
}

func modulus(public *rsa.PublicKey) string {
	return base64.RawURLEncoding.EncodeToString(public.N.Bytes())
}

func exponent(public *rsa.PublicKey) string {
	return base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes())
}

// wrapFault says what was being done when err is a fault; a refusal is left as it is.
func wrapFault(doing string, err error) error {
	if refusal := (*cognitoidp.Error)(nil); errors.As(err, &refusal) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
