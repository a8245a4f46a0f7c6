package storetest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"testing"

	"ostiary/internal/store"
	"ostiary/internal/store/sqlstore"
)

// New is an empty store in memory, closed with the test.
func New(t testing.TB) store.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite::memory:", sqlstore.Options{Sealer: NewSealer()})
	if err != nil {
		t.Fatalf("open a store in memory: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Sealer is AES-256-GCM under one key: enough for a test, whose data nobody keeps.
type Sealer struct{ aead cipher.AEAD }

// NewSealer has a key of its own.
func NewSealer() Sealer {
	key := make([]byte, 32)
	rand.Read(key)
	return SealerWithKey([32]byte(key))
}

// SealerWithKey opens what another sealer of that key sealed.
func SealerWithKey(key [32]byte) Sealer {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // never with 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return Sealer{aead}
}

// Seal implements sqlstore.Sealer.
func (s Sealer) Seal(plaintext, ad []byte) ([]byte, error) {
	return s.aead.Seal(nil, nil, plaintext, ad), nil
}

// Open implements sqlstore.Sealer.
func (s Sealer) Open(ciphertext, ad []byte) ([]byte, error) {
	return s.aead.Open(nil, nil, ciphertext, ad)
}
