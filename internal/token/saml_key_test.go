package token

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// TestSAMLKey: a pool has one, which has nothing to do with tokens and outlives their keys.
func TestSAMLKey(t *testing.T) {
	w := newWorld(t)
	before := w.published()
	k, err := w.SAMLKey(t.Context(), poolID)
	if err != nil {
		t.Fatal(err)
	}
	private, err := k.RSA()
	if err != nil {
		t.Fatal(err)
	}
	if k.PoolID != poolID || k.Use != userpool.UseSAML || private.N.BitLen() != 2048 || !k.Created.Equal(w.now) {
		t.Errorf("key %v of %s for %s", k.ID, k.PoolID, k.Use)
	}
	if after := w.published(); len(after) != len(before) || after[k.ID] {
		t.Errorf("published with the SAML key: %v", after)
	}
	claims := claimsText(t, *w.signIn().Result.AccessToken)
	for _, use := range []userpool.TokenUse{userpool.UseID, userpool.UseAccess} {
		if w.kid(poolID, use) == k.ID {
			t.Errorf("the SAML key signs %s tokens", use)
		}
	}
	if key, err := w.verifyingKey(t.Context(), poolID, k.ID); key != nil || err != nil {
		t.Errorf("the SAML key verifies tokens: %v", err)
	}
	signer := &key{id: k.ID, header: encodedHeader(k.ID), signer: private, public: &private.PublicKey}
	forged, err := signer.sign([]byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Bearer(t.Context(), forged)
	wantRefusal(t, err, cognitoidp.NotAuthorizedException, "Could not verify signature for Access Token")

	if err := w.RotateKeys(t.Context(), poolID); err != nil {
		t.Fatal(err)
	}
	other := &Service{Store: w.Store, Secrets: w.Secrets, Issuer: w.Issuer, Now: w.Now, Rand: rand.Reader}
	again, err := other.SAMLKey(t.Context(), poolID)
	if err != nil || again.ID != k.ID || !again.Retired.IsZero() {
		t.Errorf("after a rotation, on another node: %v, %v", again, err)
	}
	_, err = w.SAMLKey(t.Context(), "eu-west-1_gone00000")
	wantRefusal(t, err, cognitoidp.ResourceNotFoundException, "User pool eu-west-1_gone00000 does not exist.")
}

// TestRaceForSAMLKey: several first ones get the same key.
func TestRaceForSAMLKey(t *testing.T) {
	w := newWorld(t)
	ids := make([]string, 4)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			k, err := w.SAMLKey(t.Context(), poolID)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = k.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("different keys: %v", ids)
		}
	}
	w.update(func(ctx context.Context, tx store.Tx) error {
		keys, err := tx.SigningKeys(ctx, poolID)
		if len(keys) != 3 {
			t.Errorf("%d keys are kept", len(keys))
		}
		return err
	})
}
