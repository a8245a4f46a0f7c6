package token

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	// announced is how long a new key is published before it signs. Verifiers may keep the key set
	// as long as its Cache-Control says, one hour.
	announced = time.Hour
	// outlived is how long a retired key still verifies: the longest life of an access or ID token,
	// and an hour for nodes that learn late of the retirement.
	outlived = userpool.MaxTokenLifetime + time.Hour
	// freshness bounds how long a node works with keys that another node has replaced.
	freshness = time.Minute
)

// key is a signing key, parsed.
type key struct {
	id      string
	use     userpool.TokenUse
	signer  crypto.Signer
	public  *rsa.PublicKey
	header  string // of the tokens it signs, encoded, with the dot
	created time.Time
	retired time.Time
}

// keySet is the keys of a pool at one time.
type keySet struct {
	read time.Time
	keys []*key // newest first
}

// signing is the key that signs: the one whose retirement comes next, for until then its successor
// is only announced; the oldest, where none is to retire.
func (ks *keySet) signing(use userpool.TokenUse, now time.Time) *key {
	var signs *key
	for _, k := range ks.keys {
		switch {
		case k.use != use || !k.retired.IsZero() && !now.Before(k.retired):
		case signs == nil,
			!k.retired.IsZero() && (signs.retired.IsZero() || k.retired.Before(signs.retired)),
			k.retired.Equal(signs.retired) && k.created.Before(signs.created):
			signs = k
		}
	}
	return signs
}

// verifying is the key of this id if its signatures still count; else nil.
func (ks *keySet) verifying(id string, now time.Time) *key {
	for _, k := range ks.keys {
		if k.id == id && k.verifies(now) {
			return k
		}
	}
	return nil
}

func (k *key) verifies(now time.Time) bool {
	return k.retired.IsZero() || now.Before(k.retired.Add(outlived))
}

// keys are the keys of a pool, from the cache if it has them fresh.
func (s *Service) keys(ctx context.Context, poolID string) (*keySet, error) {
	s.ready()
	if ks, ok := s.pools.Get(poolID); ok {
		if age := s.Now().Sub(ks.read); age >= 0 && age < freshness {
			return ks, nil
		}
	}
	return s.readKeys(ctx, poolID)
}

// readKeys reads the keys of a pool; a pool that does not exist has none.
func (s *Service) readKeys(ctx context.Context, poolID string) (*keySet, error) {
	s.ready()
	now := s.Now()
	var rows []*userpool.SigningKey
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		rows, err = r.SigningKeys(ctx, poolID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	ks, err := s.parseKeys(poolID, rows)
	if err != nil {
		return nil, err
	}
	ks.read = now
	if len(ks.keys) > 0 {
		s.pools.Add(poolID, ks)
	} else {
		s.pools.Remove(poolID)
	}
	return ks, nil
}

// parseKeys parses those keys of tokens that the cache does not have: it takes half a millisecond each.
func (s *Service) parseKeys(poolID string, rows []*userpool.SigningKey) (*keySet, error) {
	parsed := map[string]*key{}
	if old, ok := s.pools.Peek(poolID); ok {
		for _, k := range old.keys {
			parsed[k.id] = k
		}
	}
	ks := &keySet{keys: make([]*key, 0, len(rows))}
	for _, row := range rows {
		if row.Use == userpool.UseSAML {
			continue
		}
		k := &key{id: row.ID, use: row.Use, header: encodedHeader(row.ID), created: row.Created, retired: row.Retired}
		if known, ok := parsed[row.ID]; ok { // an id is the thumbprint of its key
			k.signer, k.public = known.signer, known.public
		} else {
			private, err := row.RSA()
			if err != nil {
				return nil, err
			}
			k.signer, k.public = private, &private.PublicKey
		}
		ks.keys = append(ks.keys, k)
	}
	return ks, nil
}

// signingKey is the key of a pool that signs for a use.
func (s *Service) signingKey(ctx context.Context, poolID string, use userpool.TokenUse) (*key, error) {
	ks, err := s.keys(ctx, poolID)
	if err != nil {
		return nil, err
	}
	k := ks.signing(use, s.Now())
	if k == nil {
		return nil, fmt.Errorf("user pool %s has no key for %s tokens", poolID, use)
	}
	return k, nil
}

// verifyingKey is the key that an access token claims to be signed with; nil if the pool has none of
// that id. A key that another node made a moment ago is looked for in the store.
func (s *Service) verifyingKey(ctx context.Context, poolID, id string) (*key, error) {
	ks, err := s.keys(ctx, poolID)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	if k := ks.verifying(id, now); k != nil || ks.read.Equal(now) {
		return k, nil
	}
	if ks, err = s.readKeys(ctx, poolID); err != nil {
		return nil, err
	}
	return ks.verifying(id, now), nil
}

// RotateKeys gives a pool two new signing keys. They are published at once and sign after an hour;
// until then the old ones do, and are published and verify until all that they signed has expired.
// ResourceNotFoundException if there is no such pool.
func (s *Service) RotateKeys(ctx context.Context, poolID string) error {
	s.ready()
	fresh, err := s.NewKeys(ctx, poolID)
	if err != nil {
		return err
	}
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.Pool(ctx, poolID); errors.Is(err, store.ErrNotFound) {
			return awserr.PoolNotFound(poolID)
		} else if err != nil {
			return fmt.Errorf("read user pool: %w", err)
		}
		old, err := tx.SigningKeys(ctx, poolID)
		if err != nil {
			return fmt.Errorf("read signing keys: %w", err)
		}
		for _, k := range old {
			if !k.Retired.IsZero() || k.Use == userpool.UseSAML { // who verifies SAML learns of no new key
				continue
			}
			k.Retired = fresh[0].Created.Add(announced)
			if err := tx.SaveSigningKey(ctx, k); err != nil {
				return fmt.Errorf("retire a signing key: %w", err)
			}
		}
		for _, k := range fresh {
			if err := tx.CreateSigningKey(ctx, k); err != nil {
				return fmt.Errorf("create a signing key: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.pools.Remove(poolID)
	return nil
}

// encodedHeader is the JOSE header of tokens signed by a key, as the service writes it, encoded and
// with the dot that follows. A key's id is base64, so it needs no escapes.
func encodedHeader(kid string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(headerStart+kid+headerEnd)) + "."
}

const (
	headerStart = `{"kid":"`
	headerEnd   = `","alg":"RS256"}`
)
