package token

import (
	"context"
	"fmt"
	"slices"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// SAMLKey is the key with which a pool signs what it says to SAML identity providers. Most pools never
// need one, so that the first to ask makes it, and then it stays: the providers have been told of it.
// ResourceNotFoundException if there is no such pool.
func (s *Service) SAMLKey(ctx context.Context, poolID string) (k *userpool.SigningKey, err error) {
	s.ready()
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		k, err = samlKey(ctx, r, poolID)
		return err
	})
	if err != nil {
		return nil, wrapFault("read the SAML key of a user pool", err)
	}
	if k != nil {
		return k, nil
	}
	made, err := s.take(ctx)
	if err != nil {
		return nil, fmt.Errorf("make a SAML key: %w", err)
	}
	fresh := &userpool.SigningKey{PoolID: poolID, ID: made.id, Use: userpool.UseSAML, PrivateKey: made.der, Created: s.Now()}
	err = s.Store.Update(ctx, func(tx store.Tx) (err error) {
		if k, err = samlKey(ctx, tx, poolID); k != nil || err != nil {
			return err // somebody was faster
		}
		k = fresh
		return tx.CreateSigningKey(ctx, k)
	})
	if err != nil {
		return nil, wrapFault("keep the SAML key of a user pool", err)
	}
	return k, nil
}

// samlKey is the pool's SAML key; nil if it has none yet.
func samlKey(ctx context.Context, r store.Reader, poolID string) (*userpool.SigningKey, error) {
	if err := poolExists(ctx, r, poolID); err != nil {
		return nil, err
	}
	keys, err := r.SigningKeys(ctx, poolID)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(keys, func(k *userpool.SigningKey) bool { return k.Use == userpool.UseSAML }); i >= 0 {
		return keys[i], nil
	}
	return nil, nil
}
