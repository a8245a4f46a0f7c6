package userpool

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"testing"
)

// TestSigningKeyRSA: what is no RSA key is refused, not used.
func TestSigningKeyRSA(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	for what, raw := range map[string][]byte{"no key": []byte("no key"), "another kind": der} {
		if _, err := (&SigningKey{ID: "key", PrivateKey: raw}).RSA(); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}
}
