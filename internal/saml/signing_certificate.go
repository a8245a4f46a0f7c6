package saml

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"fmt"
	"math/big"
	"time"
)

// SigningCertificate is the X.509 certificate, DER, by which identity providers know a pool's SAML key, which
// was made at a time, now. Each year of the key begins a new one, valid for ten years; those before stay valid, for the key
// is the same (GetSigningCertificate). It depends on nothing but the key and the year, so that all nodes
// answer the same and none has to keep it.
func SigningCertificate(poolID string, private *rsa.PrivateKey, made, now time.Time) ([]byte, error) {
	issued := made.UTC().Truncate(time.Second)
	year := 0
	for !now.Before(issued.AddDate(year+1, 0, 0)) {
		year++
	}
	begin := issued.AddDate(year, 0, 0)
	template := &x509.Certificate{
		SerialNumber: serialNumber(&private.PublicKey, year),
		Subject:      pkix.Name{CommonName: poolID},
		NotBefore:    begin.Add(-time.Hour), // clocks of providers may be behind
		NotAfter:     begin.AddDate(10, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	certificate, err := x509.CreateCertificate(nil, template, template, &private.PublicKey, private) // PKCS #1 v1.5 draws no randomness
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return certificate, nil
}

// serialNumber is different for each certificate of each key (RFC 5280, section 4.1.2.2): positive, 127 bits.
func serialNumber(key *rsa.PublicKey, year int) *big.Int {
	sum := sha256.Sum256(binary.BigEndian.AppendUint32(key.N.Bytes(), uint32(year)))
	number := sum[:16]
	number[0] = number[0]&0x7f | 0x40
	return new(big.Int).SetBytes(number)
}
