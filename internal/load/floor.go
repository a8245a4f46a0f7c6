package load

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"time"

	"ostiary/internal/srp"
)

// floors is what the operations' cryptography takes on this machine, one after the other.
type floors struct {
	verifier  time.Duration // of a password, derived again
	signature time.Duration
	check     time.Duration // of a signature
}

// measureFloors takes about a second.
func measureFloors() (floors, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return floors{}, fmt.Errorf("make a signing key: %w", err)
	}
	salt, err := srp.NewSalt(rand.Reader)
	if err != nil {
		return floors{}, err
	}
	verifier := srp.Verifier("abcdefghi", "ana", "password", salt)
	digest := sha256.Sum256([]byte("header.payload"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		return floors{}, fmt.Errorf("sign: %w", err)
	}
	return floors{
		verifier: fastest(30, func() { srp.CheckPassword("abcdefghi", "ana", "password", salt, verifier) }),
		signature: fastest(100, func() {
			_, _ = rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]) // it did, above
		}),
		check: fastest(300, func() { _ = rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature) }),
	}, nil
}

// fastest is how long f takes when nothing else is in its way.
func fastest(times int, f func()) time.Duration {
	best := time.Duration(0)
	for range times {
		start := time.Now()
		f()
		if took := time.Since(start); best == 0 || took < best {
			best = took
		}
	}
	return best
}
