package saml

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"time"
)

// KeyPair is an RSA key and the certificate by which an identity provider knows it.
type KeyPair struct {
	PrivateKey  []byte // PKCS #8 DER
	Certificate []byte // X.509 DER
}

// Format prints a key pair without its key, whatever the verb.
func (KeyPair) Format(s fmt.State, _ rune) { io.WriteString(s, "[SAML key pair]") }

// LogValue keeps the key out of logs.
func (KeyPair) LogValue() slog.Value { return slog.StringValue("[SAML key pair]") }

const (
	keyBits  = 2048
	validity = 10 // years
)

// NewKeyPair makes a key with a certificate of its own, which is valid for ten years. Name tells who
// shows it.
func NewKeyPair(random io.Reader, name string, now time.Time) (*KeyPair, error) {
	key, err := rsa.GenerateKey(random, keyBits)
	if err != nil {
		return nil, fmt.Errorf("make an RSA key: %w", err)
	}
	serial, err := rand.Int(random, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("draw a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour).UTC(), // clocks of providers may be behind
		NotAfter:     now.AddDate(validity, 0, 0).UTC(),
		KeyUsage:     x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
	}
	certificate, err := x509.CreateCertificate(random, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode an RSA key: %w", err)
	}
	return &KeyPair{PrivateKey: private, Certificate: certificate}, nil
}
