package srp

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// SaltSize is the length of the salts made here, in bytes.
const SaltSize = 16

// maxSaltSize bounds salts that come from elsewhere, in bytes.
const maxSaltSize = 64

// NewSalt draws a salt. Its first byte is not zero, so its number has as many digits as its text.
func NewSalt(rand io.Reader) ([]byte, error) {
	salt := make([]byte, SaltSize)
	for range 100 {
		if _, err := io.ReadFull(rand, salt); err != nil {
			return nil, fmt.Errorf("draw a salt: %w", err)
		}
		if salt[0] != 0 {
			return salt, nil
		}
	}
	return nil, errors.New("draw a salt: the source of randomness yields zeros")
}

// Verifier is v = g^x mod N, which is kept in place of a password: 384 bytes, big-endian.
func Verifier(prefix, id, password string, salt []byte) []byte {
	x := privateKey(prefix, id, password, salt)
	return powG(&x).FillBytes(make([]byte, size))
}

// CheckPassword tells whether a password that arrived in plain is the one of the verifier. It takes
// the same time for a right and a wrong one.
func CheckPassword(prefix, id, password string, salt, verifier []byte) bool {
	v := Verifier(prefix, id, password, salt)
	kept, err := parseVerifier(verifier)
	if err != nil {
		return false
	}
	return subtle.ConstantTimeCompare(v, kept.FillBytes(make([]byte, size))) == 1
}

// privateKey is x = SHA256(pad(salt) | SHA256(prefix | id | ":" | password)).
func privateKey(prefix, id, password string, salt []byte) [exponentSize]byte {
	inner := sha256.Sum256([]byte(prefix + id + ":" + password))
	outer := append(pad(new(big.Int).SetBytes(salt)), inner[:]...)
	return sha256.Sum256(outer)
}

// ParseVerifier reads a verifier that a client computed (DeviceSecretVerifierConfig,
// PasswordVerifier, decoded) and brings it to 384 bytes. It must lie between 1 and N-1, both of which
// anybody could prove without a secret.
func ParseVerifier(verifier []byte) ([]byte, error) {
	v, err := parseVerifier(verifier)
	if err != nil {
		return nil, err
	}
	one := big.NewInt(1)
	if v.Cmp(one) == 0 || new(big.Int).Add(v, one).Cmp(params().N) == 0 {
		return nil, errors.New("srp: verifier that has no secret")
	}
	return v.FillBytes(make([]byte, size)), nil
}

func parseVerifier(verifier []byte) (*big.Int, error) {
	if len(verifier) > size+1 {
		return nil, errors.New("srp: verifier longer than the group's numbers")
	}
	v := new(big.Int).SetBytes(verifier)
	if v.Sign() == 0 || v.Cmp(params().N) >= 0 {
		return nil, errors.New("srp: verifier outside of the group")
	}
	return v, nil
}

// ParseSalt reads a salt that a client chose (DeviceSecretVerifierConfig, Salt, decoded): 1 to 64
// bytes, of which leading zeros go, for salts are numbers.
func ParseSalt(salt []byte) ([]byte, error) {
	if len(salt) > maxSaltSize {
		return nil, errors.New("srp: salt longer than 64 bytes")
	}
	s := new(big.Int).SetBytes(salt).Bytes()
	if len(s) == 0 {
		return nil, errors.New("srp: empty salt")
	}
	return s, nil
}

// Simulated is the salt and verifier of somebody who does not exist: always the same for one key and
// name, of the form of real ones, and as costly to work with. No password fits.
//
// The key is a secret of the pool. The name must be folded as real usernames are.
func Simulated(key []byte, name string) (salt, verifier []byte) {
	salt = expand(key, "salt", name, SaltSize)
	if salt[0] == 0 {
		salt[0] = 1
	}
	v := new(big.Int).SetBytes(expand(key, "verifier", name, size))
	v.Mod(v, params().N)
	if v.Sign() == 0 {
		v.SetInt64(1)
	}
	return salt, v.FillBytes(make([]byte, size))
}

// SimulatedID is the USER_ID_FOR_SRP of somebody who does not exist, where usernames are UUIDs: a
// UUID of version 4, always the same for one key and name.
func SimulatedID(key []byte, name string) string {
	id := expand(key, "id", name, 16)
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// expand makes n bytes out of key, purpose and name, in blocks of HMAC-SHA256 over a counter.
func expand(key []byte, purpose, name string, n int) []byte {
	var out []byte
	mac := hmac.New(sha256.New, key)
	for block := byte(0); len(out) < n; block++ {
		mac.Reset()
		mac.Write([]byte{block})
		io.WriteString(mac, purpose+"\x00"+name)
		out = mac.Sum(out)
	}
	return out[:n]
}
