package saml

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"sync"
	"testing"
	"time"
)

var someKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var created = time.Date(2024, 2, 29, 13, 14, 15, 600_000_000, time.UTC)

func certificateAt(t *testing.T, now time.Time) *x509.Certificate {
	t.Helper()
	der, err := SigningCertificate("eu-west-1_aB3dE5fG7", someKey(), created, now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := SigningCertificate("eu-west-1_aB3dE5fG7", someKey(), created, now)
	if err != nil || !bytes.Equal(der, again) {
		t.Errorf("two nodes answer different certificates: %v", err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSigningCertificate: a new one each year, good for ten, of the same key.
func TestSigningCertificate(t *testing.T) {
	serials := map[string]bool{}
	for _, test := range []struct {
		now   time.Time
		begin string
	}{
		{created, "2024-02-29T13:14:15Z"},
		{created.Add(-time.Minute), "2024-02-29T13:14:15Z"}, // a node whose clock is behind
		{time.Date(2025, 3, 1, 13, 14, 14, 0, time.UTC), "2024-02-29T13:14:15Z"},
		{time.Date(2025, 3, 1, 13, 14, 15, 0, time.UTC), "2025-03-01T13:14:15Z"},
		{time.Date(2025, 12, 24, 0, 0, 0, 0, time.FixedZone("", 3600)), "2025-03-01T13:14:15Z"},
		{time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), "2039-03-01T13:14:15Z"},
	} {
		c := certificateAt(t, test.now)
		begin, err := time.Parse(time.RFC3339, test.begin)
		if err != nil {
			t.Fatal(err)
		}
		if want := begin.Add(-time.Hour); !c.NotBefore.Equal(want) {
			t.Errorf("at %s: valid from %s, want %s", test.now, c.NotBefore, want)
		}
		if want := begin.AddDate(10, 0, 0); !c.NotAfter.Equal(want) {
			t.Errorf("at %s: valid until %s, want %s", test.now, c.NotAfter, want)
		}
		if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
			t.Errorf("at %s: not signed by its own key: %v", test.now, err)
		}
		if !someKey().PublicKey.Equal(c.PublicKey) || c.Subject.CommonName != "eu-west-1_aB3dE5fG7" ||
			c.SerialNumber.Sign() <= 0 || c.SignatureAlgorithm != x509.SHA256WithRSA || c.KeyUsage != x509.KeyUsageDigitalSignature || c.IsCA {
			t.Errorf("at %s: certificate %v, %s", test.now, c.Subject, c.SignatureAlgorithm)
		}
		serials[c.SerialNumber.String()] = true
	}
	if len(serials) != 3 {
		t.Errorf("%d serial numbers of three certificates", len(serials))
	}
}
