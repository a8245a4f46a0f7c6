package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"testing"
)

// The size of what is sealed most: a verifier.
var verifier = make([]byte, 384)

func BenchmarkSeal(b *testing.B) {
	_, _, k := newKeyring(b)
	b.Run("keyring", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Seal(verifier, place); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("crypto/cipher GCM", func(b *testing.B) {
		gcm := stdGCM(b)
		for b.Loop() {
			gcm.Seal(nil, nil, verifier, place.encoded)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	_, _, k := newKeyring(b)
	sealed, err := k.Seal(verifier, place)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("keyring", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Open(sealed, place); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("crypto/cipher GCM", func(b *testing.B) {
		gcm := stdGCM(b)
		sealed := gcm.Seal(nil, nil, verifier, place.encoded)
		for b.Loop() {
			if _, err := gcm.Open(nil, nil, sealed, place.encoded); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func stdGCM(b *testing.B) cipher.AEAD {
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		b.Fatal(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		b.Fatal(err)
	}
	return gcm
}

func BenchmarkHash(b *testing.B) {
	_, _, k := newKeyring(b)
	session := make([]byte, 86)
	b.Run("keyring", func(b *testing.B) {
		for b.Loop() {
			k.Hash("session", session)
		}
	})
	b.Run("crypto/hmac", func(b *testing.B) {
		key := make([]byte, 32)
		for b.Loop() {
			mac := hmac.New(sha256.New, key)
			mac.Write(session)
			mac.Sum(nil)
		}
	})
}

func BenchmarkOpenKeyring(b *testing.B) {
	master, sealed, _ := newKeyring(b)
	for b.Loop() {
		if _, err := OpenKeyring(master, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDigits(b *testing.B) {
	for b.Loop() {
		if _, err := Digits(rand.Reader, 6); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSecretHash(b *testing.B) {
	for b.Loop() {
		SecretHash("myappclientsecret123abcmyappclientsecret123abc", "jane.doe", "1example23456789")
	}
}
