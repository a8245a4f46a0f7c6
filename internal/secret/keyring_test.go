package secret

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func newMaster(t testing.TB) MasterKey {
	t.Helper()
	m, err := NewMasterKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func newKeyring(t testing.TB) (MasterKey, []byte, *Keyring) {
	t.Helper()
	master := newMaster(t)
	sealed, k, err := NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	return master, sealed, k
}

func mustOpen(t testing.TB, k *Keyring, ciphertext []byte, place AssociatedData, want string) {
	t.Helper()
	got, err := k.Open(ciphertext, place)
	if err != nil || string(got) != want {
		t.Errorf("opened %q, %v; want %q", got, err, want)
	}
}

var place = AD("us-east-1_pool", "user", "ana", "totp")

func TestSealOpen(t *testing.T) {
	_, _, k := newKeyring(t)
	for _, text := range []string{"", "a", strings.Repeat("long ", 10_000)} {
		ciphertext, err := k.Seal([]byte(text), place)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 10 && bytes.Contains(ciphertext, []byte(text[:10])) {
			t.Errorf("the ciphertext shows the secret")
		}
		mustOpen(t, k, ciphertext, place, text)
		again, err := k.Seal([]byte(text), place)
		if err != nil || bytes.Equal(again, ciphertext) {
			t.Errorf("a secret is sealed twice alike: %v", err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	_, _, k := newKeyring(t)
	ciphertext, err := k.Seal([]byte("seed"), place)
	if err != nil {
		t.Fatal(err)
	}
	for what, other := range map[string]AssociatedData{
		"pool":   AD("us-east-1_other", "user", "ana", "totp"),
		"kind":   AD("us-east-1_pool", "device", "ana", "totp"),
		"record": AD("us-east-1_pool", "user", "bob", "totp"),
		"field":  AD("us-east-1_pool", "user", "ana", "password"),
		"cut":    AD("us-east-1_poolu", "ser", "ana", "totp"),
		"no":     {},
	} {
		if _, err := k.Open(ciphertext, other); !errors.Is(err, ErrNotSealed) {
			t.Errorf("moved to %s place: %v", what, err)
		}
	}
	for i := 5; i < len(ciphertext); i++ {
		changed := bytes.Clone(ciphertext)
		changed[i] ^= 1
		if _, err := k.Open(changed, place); !errors.Is(err, ErrNotSealed) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	for n := range ciphertext {
		if _, err := k.Open(ciphertext[:n], place); !errors.Is(err, ErrNotSealed) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	_, _, foreign := newKeyring(t)
	if _, err := foreign.Open(ciphertext, place); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("another keyring: %v", err)
	}
	if _, err := k.Seal([]byte("seed"), AssociatedData{}); err == nil {
		t.Errorf("sealed for no place")
	}
}

// No two places are encoded alike, wherever their parts are cut.
func TestADUnambiguous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[ab\x00]{0,3}`)
		draw := func(name string) [4]string {
			return [4]string{part.Draw(t, name), part.Draw(t, name), part.Draw(t, name), part.Draw(t, name)}
		}
		a, b := draw("a"), draw("b")
		same := bytes.Equal(AD(a[0], a[1], a[2], a[3]).encoded, AD(b[0], b[1], b[2], b[3]).encoded)
		if same != (a == b) {
			t.Errorf("%q and %q: encoded alike %t", a, b, same)
		}
	})
}

func TestRotation(t *testing.T) {
	master, sealed, k := newKeyring(t)
	old, err := k.Seal([]byte("old"), place)
	if err != nil {
		t.Fatal(err)
	}
	hash, key := k.Hash("code", []byte("1")), k.Derive("key", 16)

	rotated, err := Rotate(master, sealed)
	if err != nil {
		t.Fatal(err)
	}
	node, err := OpenKeyring(master, sealed) // a node that does not know yet
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(master, rotated); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, k, old, place, "old")
	fresh, err := k.Seal([]byte("new"), place)
	if err != nil {
		t.Fatal(err)
	}
	if !k.Stale(old) || k.Stale(fresh) || !k.Stale(nil) {
		t.Errorf("stale: old %t, new %t, nothing %t", k.Stale(old), k.Stale(fresh), k.Stale(nil))
	}
	if !bytes.Equal(k.Hash("code", []byte("1")), hash) || !bytes.Equal(k.Derive("key", 16), key) {
		t.Errorf("rotation changed hashes or derived keys")
	}

	if _, err := node.Open(fresh, place); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a node that did not reload: %v", err)
	}
	if err := node.Reload(master, rotated); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, node, fresh, place, "new")

	retired, err := Retire(master, rotated)
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Reload(master, retired); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, node, fresh, place, "new")
	if _, err := node.Open(old, place); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("a retired key still opens: %v", err)
	}
}

func TestIntroduceThenPromote(t *testing.T) {
	master, sealed, k := newKeyring(t)
	introduced, err := Introduce(master, sealed)
	if err != nil {
		t.Fatal(err)
	}
	promoted, err := Promote(master, introduced)
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := OpenKeyring(master, introduced)
	if err != nil {
		t.Fatal(err)
	}
	// The introduced key does not seal yet, so nodes without it keep up ...
	ciphertext, err := waiting.Seal([]byte("x"), place)
	if err != nil {
		t.Fatal(err)
	}
	mustOpen(t, k, ciphertext, place, "x")
	// ... and opens already what nodes seal with it after its promotion.
	if err := k.Reload(master, promoted); err != nil {
		t.Fatal(err)
	}
	if ciphertext, err = k.Seal([]byte("y"), place); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, waiting, ciphertext, place, "y")
	if !waiting.Stale(ciphertext) || k.Stale(ciphertext) {
		t.Errorf("the promoted key is not the primary")
	}
}

func TestMasterKeyOfKeyring(t *testing.T) {
	master, sealed, k := newKeyring(t)
	ciphertext, err := k.Seal([]byte("seed"), place)
	if err != nil {
		t.Fatal(err)
	}
	other := newMaster(t)
	if _, err := OpenKeyring(other, sealed); !errors.Is(err, ErrMasterKey) {
		t.Errorf("another master key: %v", err)
	}
	if _, err := OpenKeyring(MasterKey{}, sealed); err == nil {
		t.Errorf("no master key opens a keyring")
	}
	if _, _, err := NewKeyring(MasterKey{}); err == nil {
		t.Errorf("no master key seals a keyring")
	}
	if _, err := Rotate(other, sealed); !errors.Is(err, ErrMasterKey) {
		t.Errorf("rotation under another master key: %v", err)
	}

	rewrapped, err := Rewrap(master, other, sealed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyring(master, rewrapped); !errors.Is(err, ErrMasterKey) {
		t.Errorf("the old master key after Rewrap: %v", err)
	}
	if err := k.Reload(other, rewrapped); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, k, ciphertext, place, "seed")
	if _, err := Rewrap(master, other, rewrapped); !errors.Is(err, ErrMasterKey) {
		t.Errorf("Rewrap from the wrong master key: %v", err)
	}
}

func TestDamagedKeyring(t *testing.T) {
	master, sealed, k := newKeyring(t)
	for n := range sealed {
		if _, err := OpenKeyring(master, sealed[:n]); err == nil {
			t.Fatalf("a keyring cut to %d bytes opens", n)
		}
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 0x80
		opened, err := OpenKeyring(master, changed)
		if err != nil {
			continue
		}
		// tink keeps the ids of keys beside the ciphertext, too, for people to read.
		if opened.keys.Load().primary != k.keys.Load().primary || !bytes.Equal(opened.Hash("x"), k.Hash("x")) {
			t.Errorf("byte %d changed, and the keyring opens as another", i)
		}
	}
	another, _, err := NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(master, another); err == nil {
		t.Errorf("another keyring is taken for a new state of this one")
	}
}

func TestHash(t *testing.T) {
	_, _, k := newKeyring(t)
	_, _, other := newKeyring(t)
	b := func(s string) []byte { return []byte(s) }
	base := k.Hash("code", b("ab"), b("c"))
	if len(base) != 32 || !bytes.Equal(base, k.Hash("code", b("ab"), b("c"))) {
		t.Errorf("equal data is hashed differently")
	}
	for what, h := range map[string][]byte{
		"purpose":        k.Hash("session", b("ab"), b("c")),
		"data":           k.Hash("code", b("ab"), b("d")),
		"cut":            k.Hash("code", b("a"), b("bc")),
		"joined":         k.Hash("code", b("abc")),
		"empty part":     k.Hash("code", b("ab"), b("c"), nil),
		"purpose's cut":  k.Hash("codea", b("b"), b("c")),
		"keyring":        other.Hash("code", b("ab"), b("c")),
		"key derivation": k.Derive("code", 32),
	} {
		if bytes.Equal(h, base) {
			t.Errorf("another %s is hashed alike", what)
		}
	}
}

func TestDerive(t *testing.T) {
	_, _, k := newKeyring(t)
	key := k.Derive("pool 1", 64)
	if len(key) != 64 || !bytes.Equal(key, k.Derive("pool 1", 64)) || !bytes.Equal(key[:16], k.Derive("pool 1", 16)) {
		t.Errorf("a derived key changes")
	}
	if bytes.Equal(key, k.Derive("pool 2", 64)) {
		t.Errorf("two purposes have one key")
	}
	for n, want := range map[int]int{-1: 0, 0: 0, 8160: 8160, 1 << 20: 8160} {
		if got := len(k.Derive("x", n)); got != want {
			t.Errorf("Derive of %d bytes: %d", n, got)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	master, sealed, k := newKeyring(t)
	rotated, err := Rotate(master, sealed)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 50 {
				if i == 0 {
					if err := k.Reload(master, rotated); err != nil {
						t.Error(err)
					}
				}
				ciphertext, err := k.Seal([]byte("x"), place)
				if err != nil {
					t.Error(err)
				}
				mustOpen(t, k, ciphertext, place, "x")
				k.Hash("x", ciphertext)
			}
		})
	}
	wg.Wait()
}
