package srp

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/big"
)

// Claim is what a client signs with the shared key to prove that it knows a secret.
type Claim struct {
	Prefix      string // pool id after the "_", or DeviceGroupKey
	ID          string // USER_ID_FOR_SRP, or DeviceKey
	SecretBlock []byte // PASSWORD_CLAIM_SECRET_BLOCK, decoded
	Timestamp   string // as sent; ParseTimestamp tells whether it is one
}

// sign is PASSWORD_CLAIM_SIGNATURE, not encoded, under the key that u and S agree on.
func (c Claim) sign(u, s *big.Int) []byte {
	return mac(sessionKey(u, s), []byte(c.Prefix), []byte(c.ID), c.SecretBlock, []byte(c.Timestamp))
}

// sessionKey is HKDF-SHA256 (RFC 5869) of S with salt u: 16 bytes.
func sessionKey(u, s *big.Int) []byte {
	extracted := mac(pad(u), pad(s))
	return mac(extracted, []byte("Caldera Derived Key\x01"))[:16]
}

func mac(key []byte, data ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, d := range data {
		h.Write(d)
	}
	return h.Sum(nil)
}
