package token

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// published is the kids of the pool's key set.
func (w *world) published() map[string]bool {
	w.t.Helper()
	raw, err := w.JWKS(w.t.Context(), poolID)
	if err != nil {
		w.t.Fatal(err)
	}
	var set struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(raw, &set); err != nil {
		w.t.Fatal(err)
	}
	kids := map[string]bool{}
	for _, k := range set.Keys {
		kids[k.Kid] = true
	}
	return kids
}

// TestRotation follows a rotation on two nodes: a key is published before it signs, and published
// and good until all that it signed has expired.
func TestRotation(t *testing.T) {
	w := newWorld(t)
	day := int32(24)
	w.saveClient(func(c *userpool.Client) { c.Settings.AccessTokenValidity = &day })
	other := &Service{Store: w.Store, Secrets: w.Secrets, Issuer: w.Issuer, Now: w.Now, Rand: rand.Reader}
	oldKid := w.kid(poolID, userpool.UseAccess)
	if k, err := other.signingKey(t.Context(), poolID, userpool.UseAccess); err != nil || k.id != oldKid {
		t.Fatalf("the other node signs by %v, %v", k, err)
	}
	if err := w.RotateKeys(t.Context(), poolID); err != nil {
		t.Fatal(err)
	}
	signedBy := func(text string) string {
		s, err := take(text)
		if err != nil {
			t.Fatal(err)
		}
		return s.kid
	}
	if n := len(w.published()); n != 4 {
		t.Errorf("%d keys published", n)
	}
	if kid := signedBy(*w.signIn().Result.AccessToken); kid != oldKid {
		t.Error("the new key signs before verifiers can know it")
	}
	w.now = start.Add(announced - time.Millisecond)
	last := *w.signIn().Result.AccessToken
	if signedBy(last) != oldKid {
		t.Error("the old key has stopped too early")
	}
	w.now = start.Add(announced)
	g := w.signIn()
	first := *g.Result.AccessToken
	if newKid := signedBy(first); newKid == oldKid || !w.published()[newKid] || signedBy(*g.Result.IdToken) == newKid {
		t.Errorf("after the announcement %s signs", newKid)
	}
	for _, text := range []string{last, first} {
		if _, err := other.Bearer(t.Context(), text); err != nil {
			t.Errorf("on the other node: %v", err)
		}
	}
	w.now = start.Add(announced + 24*time.Hour - 2*time.Second)
	if _, err := w.Bearer(t.Context(), last); err != nil {
		t.Errorf("a token of the old key: %v", err)
	}
	if !w.published()[oldKid] {
		t.Error("the old key is no longer published, but its tokens live")
	}
	// Long after, even a token that has not expired does not verify by it: it was forged.
	forged := w.forgeByRetired(oldKid)
	w.now = start.Add(announced + outlived)
	if w.published()[oldKid] || len(w.published()) != 2 {
		t.Errorf("published: %v", w.published())
	}
	_, err := w.Bearer(t.Context(), forged)
	wantRefusal(t, err, errNotAuthorized, "Could not verify signature for Access Token")
}

// forgeByRetired is a token that a stolen old key has signed, good for a year.
func (w *world) forgeByRetired(kid string) string {
	w.t.Helper()
	ks, err := w.readKeys(w.t.Context(), poolID)
	if err != nil {
		w.t.Fatal(err)
	}
	client := *w.client
	client.Settings.AccessTokenValidity = new(int32(24 * 365))
	p := payload{SignIn: w.proven(), issuer: w.Issuer(poolID), originJTI: "o", accessJTI: "j", issued: w.now}
	p.Client = &client
	text, err := ks.verifying(kid, w.now).sign(p.accessClaims())
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// TestRotationTwice within the announcement: the first successor never signs longer than it should.
func TestRotationTwice(t *testing.T) {
	w := newWorld(t)
	kids := []string{w.kid(poolID, userpool.UseID)}
	for range 2 {
		if err := w.RotateKeys(t.Context(), poolID); err != nil {
			t.Fatal(err)
		}
		w.advance(10 * time.Minute)
	}
	for _, at := range []time.Duration{announced, announced + 10*time.Minute} {
		w.now = start.Add(at)
		kids = append(kids, w.kid(poolID, userpool.UseID))
	}
	if kids[0] == kids[1] || kids[1] == kids[2] || kids[0] == kids[2] {
		t.Errorf("signing one after the other: %v", kids)
	}
}

// TestKeysOfAnotherNode: a key made elsewhere a moment ago is found, though the pool's keys are cached.
func TestKeysOfAnotherNode(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	other := &Service{Store: w.Store, Secrets: w.Secrets, Issuer: w.Issuer, Now: w.Now, Rand: rand.Reader}
	keys, err := other.NewKeys(t.Context(), poolID)
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(ctx context.Context, tx store.Tx) error { return tx.CreateSigningKey(ctx, keys[1]) })
	ks, err := other.readKeys(t.Context(), poolID)
	if err != nil {
		t.Fatal(err)
	}
	p := payload{SignIn: w.proven(), issuer: w.Issuer(poolID), accessJTI: "j", issued: w.now}
	client := *w.client
	client.Settings.EnableTokenRevocation = new(false)
	p.Client = &client
	text, err := ks.verifying(keys[1].ID, w.now).sign(p.accessClaims())
	if err != nil {
		t.Fatal(err)
	}
	w.advance(time.Second)
	if _, err := w.Bearer(t.Context(), text); err != nil {
		t.Error(err)
	}
}

func TestDocuments(t *testing.T) {
	w := newWorld(t)
	got, err := w.Discovery(t.Context(), poolID)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"authorization_endpoint":"https://id.example.com/eu-west-1_aB3dE5fG7","id_token_signing_alg_values_supported":["RS256"],` +
		`"issuer":"https://id.example.com/eu-west-1_aB3dE5fG7","jwks_uri":"https://id.example.com/eu-west-1_aB3dE5fG7/.well-known/jwks.json",` +
		`"response_types_supported":["code","id_token","token id_token","none"],"subject_types_supported":["public"]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	w.Base = func(poolID string) string { return "https://here/" + poolID }
	got, err = w.Discovery(t.Context(), poolID)
	if err != nil {
		t.Fatal(err)
	}
	var d discovery
	if err := json.Unmarshal(got, &d); err != nil {
		t.Fatal(err)
	}
	if d.Issuer != w.Issuer(poolID) || d.KeySet != "https://here/"+poolID+"/.well-known/jwks.json" {
		t.Errorf("%+v", d)
	}
	const absent = "eu-west-1_gone00000"
	_, err = w.Discovery(t.Context(), absent)
	wantRefusal(t, err, cognitoidp.ResourceNotFoundException, "User pool "+absent+" does not exist.")
	_, err = w.JWKS(t.Context(), absent)
	wantRefusal(t, err, cognitoidp.ResourceNotFoundException, "User pool "+absent+" does not exist.")
	err = w.RotateKeys(t.Context(), absent)
	wantRefusal(t, err, cognitoidp.ResourceNotFoundException, "User pool "+absent+" does not exist.")
}

// TestStock: Run fills the stock, rests, refills what was taken, and ends.
func TestStock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Service{Now: time.Now, Rand: rand.Reader}
		ctx, stop := context.WithCancel(t.Context())
		ended := false
		go func() { s.Run(ctx); ended = true }()
		synctest.Wait() // until Run rests
		if len(s.stock) != stockSize {
			t.Errorf("%d keys in stock", len(s.stock))
		}
		keys, err := s.NewKeys(ctx, poolID)
		if err != nil {
			t.Fatal(err)
		}
		if len(keys) != 2 || keys[0].Use != userpool.UseID || keys[1].Use != userpool.UseAccess || keys[0].ID == keys[1].ID {
			t.Errorf("keys %+v", keys)
		}
		for _, k := range keys {
			private, err := k.RSA()
			if err != nil || private.N.BitLen() != 2048 || thumbprint(&private.PublicKey) != k.ID || k.PoolID != poolID {
				t.Errorf("key %s: %v", k.ID, err)
			}
		}
		synctest.Wait()
		if len(s.stock) != stockSize {
			t.Errorf("%d keys in stock after refilling", len(s.stock))
		}
		stop()
		synctest.Wait()
		if !ended {
			t.Error("Run goes on")
		}
	})
}

func TestNewKeysCanceled(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := (&Service{Now: time.Now}).NewKeys(ctx, poolID); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
