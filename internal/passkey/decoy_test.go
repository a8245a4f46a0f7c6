package passkey

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/internal/passkey/authenticator"
	"ostiary/internal/userpool"
)

type hasher string

func (h hasher) Hash(purpose string, data ...[]byte) []byte {
	mac := hmac.New(sha256.New, []byte(h))
	fmt.Fprintf(mac, "%q %q", purpose, data)
	return mac.Sum(nil)
}

func TestDecoys(t *testing.T) {
	s := newScene(t)
	decoys := func(h hasher, p *userpool.Pool, name string) []*userpool.Passkey {
		t.Helper()
		keys, err := Decoys(h, p, &userpool.User{PoolID: p.ID, Username: name})
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	other := *s.pool
	other.ID = "us-east-1_other0000"
	ids, have := map[string]string{}, 0
	const names = 200
	for i := range names {
		name := fmt.Sprintf("nobody%d", i)
		keys := decoys("key", s.pool, name)
		if diff := cmp.Diff(keys, decoys("key", s.pool, name)); diff != "" {
			t.Fatalf("%s has other passkeys than before:\n%s", name, diff)
		}
		if len(keys) == 0 {
			continue
		}
		have++
		for where, keys := range map[string][]*userpool.Passkey{
			"here": keys, "in another pool": decoys("key", &other, name), "of another server": decoys("other key", s.pool, name),
		} {
			for _, k := range keys {
				if before, twice := ids[string(k.ID)]; twice {
					t.Errorf("%s %s has the id of %s", name, where, before)
				}
				ids[string(k.ID)] = name + " " + where
			}
		}
		if got := Usable(s.pool, keys); len(got) != 1 {
			t.Fatalf("%d passkeys", len(got))
		}
		if canonical, err := supportedKey(keys[0].PublicKey); err != nil || string(canonical) != string(keys[0].PublicKey) {
			t.Fatalf("the public key is not as that of others: %v", err)
		}
	}
	if have < names/4 || have > names*3/4 {
		t.Errorf("%d of %d names have a passkey, want about half", have, names)
	}
	s.pool.WebAuthn = nil
	for i := range 20 {
		if keys := decoys("key", s.pool, fmt.Sprintf("nobody%d", i)); keys != nil {
			t.Errorf("a decoy without a relying party")
		}
	}
}

// TestDecoyIsNotSignedInBy: neither an authenticator's own key nor anything else proves a decoy, and the
// refusal is that of a wrong proof.
func TestDecoyIsNotSignedInBy(t *testing.T) {
	s := newScene(t)
	s.registered()
	for i := range 20 {
		s.user = &userpool.User{PoolID: s.pool.ID, Username: fmt.Sprintf("nobody%d", i)}
		decoys, err := Decoys(hasher("key"), s.pool, s.user)
		if err != nil {
			t.Fatal(err)
		}
		if len(decoys) == 0 {
			continue
		}
		options, c := s.ask(false) // the authenticator's own passkey
		credential, err := s.device.Get([]byte(options), func(c *authenticator.Ceremony) {
			c.CredentialID, c.UserHandle = decoys[0].ID, nil
			c.Flags |= authenticator.BackupEligible | authenticator.BackedUp
		})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = FinishSignIn(s.pool, s.user, decoys, c, string(credential), now)
		want(t, err, "NotAuthorized")
	}
}
