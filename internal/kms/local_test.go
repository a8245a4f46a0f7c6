package kms

import (
	"bytes"
	"crypto/rand"
	"errors"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"ostiary/internal/secret"
)

const keyARN = "arn:aws:kms:us-east-1:123456789012:key/1a2b3c4d-0000-4444-8888-123456789abc"

var codeContext = map[string]string{"userpool-id": "us-east-1_EXAMPLE", "aws-crypto-public-key": "A+b/"}

func newMaster(t testing.TB) secret.MasterKey {
	t.Helper()
	key, err := secret.NewMasterKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newLocal(t testing.TB) *Local {
	t.Helper()
	_, keyring, err := secret.NewKeyring(newMaster(t))
	if err != nil {
		t.Fatal(err)
	}
	return &Local{Secrets: keyring, Rand: rand.Reader}
}

// TestLocal: what is encrypted under a key and a context opens under these, whatever the order, and under none
// that differ; nor does it open when anything in it was changed.
func TestLocal(t *testing.T) {
	l := newLocal(t)
	other := newLocal(t)
	contexts := rapid.MapOfN(rapid.StringN(0, 4, 8), rapid.StringN(0, 4, 8), 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		arn, size := rapid.StringN(0, 80, 200).Draw(t, "arn"), rapid.IntRange(1, 1024).Draw(t, "size")
		given := contexts.Draw(t, "context")
		key, err := l.generate(arn, given, size)
		if err != nil || key.KeyARN != arn || len(key.Plaintext) != size {
			t.Fatalf("%+v, %v", key, err)
		}
		opened, err := l.decrypt(key.Encrypted, maps.Clone(given))
		if err != nil || !bytes.Equal(opened, key.Plaintext) {
			t.Fatalf("opened %x, %v", opened, err)
		}
		if size >= 16 && bytes.Contains(key.Encrypted, key.Plaintext) {
			t.Fatal("the data key is not encrypted")
		}
		if wrong := contexts.Draw(t, "wrong"); !maps.Equal(wrong, given) {
			if _, err := l.decrypt(key.Encrypted, wrong); !isCode(err, "InvalidCiphertextException") {
				t.Errorf("under %v and not %v: %v", wrong, given, err)
			}
		}
		changed := bytes.Clone(key.Encrypted)
		changed[rapid.IntRange(0, len(changed)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		if _, err := l.decrypt(changed, given); !isCode(err, "InvalidCiphertextException") {
			t.Errorf("changed: %v", err)
		}
		if _, err := other.decrypt(key.Encrypted, given); !isCode(err, "InvalidCiphertextException") {
			t.Errorf("of another installation: %v", err)
		}
	})
}

func isCode(err error, code string) bool {
	var named interface{ Is(error) bool }
	return errors.As(err, &named) && err.Error()[:min(len(code), len(err.Error()))] == code
}

// TestContextsApart: two contexts that are written out alike are not the same.
func TestContextsApart(t *testing.T) {
	l := newLocal(t)
	key, err := l.generate(keyARN, map[string]string{"ab": "c", "d": "e"}, 32)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []map[string]string{{"a": "bc", "d": "e"}, {"abcd": "e"}, {"ab": "cde"}, {"ab": "c"}, {"ab": "c", "d": "e", "": ""}, nil} {
		if _, err := l.decrypt(key.Encrypted, wrong); !isCode(err, "InvalidCiphertextException") {
			t.Errorf("under %v: %v", wrong, err)
		}
	}
}

// TestRotation: keys outlast the master key and the sealing keys, as every node that has the keyring has them.
func TestRotation(t *testing.T) {
	first, second := newMaster(t), newMaster(t)
	sealed, keyring, err := secret.NewKeyring(first)
	if err != nil {
		t.Fatal(err)
	}
	l := &Local{Secrets: keyring, Rand: rand.Reader}
	key, err := l.GenerateDataKey(t.Context(), keyARN, codeContext)
	if err != nil {
		t.Fatal(err)
	}
	opens := func(what string, master secret.MasterKey, sealed []byte) {
		t.Helper()
		k, err := secret.OpenKeyring(master, sealed)
		if err != nil {
			t.Fatal(err)
		}
		if plaintext, err := (&Local{Secrets: k, Rand: rand.Reader}).decrypt(key.Encrypted, codeContext); err != nil || !bytes.Equal(plaintext, key.Plaintext) {
			t.Errorf("%s: %v", what, err)
		}
	}
	opens("another node", first, sealed)
	if sealed, err = secret.Rewrap(first, second, sealed); err != nil {
		t.Fatal(err)
	}
	opens("another master key", second, sealed)
	if sealed, err = secret.Rotate(second, sealed); err != nil {
		t.Fatal(err)
	}
	opens("another sealing key", second, sealed)
	if sealed, err = secret.Retire(second, sealed); err != nil {
		t.Fatal(err)
	}
	opens("the old sealing key gone", second, sealed)
}

// FuzzDecrypt: nothing that anybody sends as a ciphertext opens, or brings the server down.
func FuzzDecrypt(f *testing.F) {
	l := newLocal(f)
	key, err := l.GenerateDataKey(f.Context(), keyARN, codeContext)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{})
	f.Add([]byte{blobVersion, 0xff, 0xff})
	f.Add(key.Encrypted[:len(key.Encrypted)-1])
	f.Fuzz(func(t *testing.T, blob []byte) {
		if plaintext, err := l.decrypt(blob, codeContext); plaintext != nil || !isCode(err, "InvalidCiphertextException") {
			t.Errorf("%x, %v", plaintext, err)
		}
	})
}
