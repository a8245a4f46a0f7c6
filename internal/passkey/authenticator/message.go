package authenticator

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"
)

// head is the part of authenticator data that every ceremony has.
func (c *Ceremony) head() []byte {
	data := append(hash([]byte(c.RPID)), c.Flags)
	return binary.BigEndian.AppendUint32(data, c.Count)
}

// clientData is what the browser says of the ceremony.
func (c *Ceremony) clientData() []byte {
	members := map[string]any{"type": c.Type, "challenge": c.Challenge, "origin": c.Origin, "crossOrigin": c.CrossOrigin}
	if c.TopOrigin != "" {
		members["topOrigin"] = c.TopOrigin
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err) // never with texts and a bool
	}
	return text
}

func (c *Ceremony) format() string {
	if c.Format == "" {
		return "none"
	}
	return c.Format
}

// statement is the attestation statement (sections 8.2 and 8.6).
func (c *Ceremony) statement(data, client []byte) (map[string]any, error) {
	switch {
	case c.Statement != nil:
		return c.Statement, nil
	case c.Format == "packed": // by the new key itself
		signature, err := sign(c.Signer, slices.Concat(data, hash(client)))
		if err != nil {
			return nil, err
		}
		return map[string]any{"alg": algorithm(c.Signer.Public()), "sig": signature}, nil
	case c.Format == "fido-u2f":
		public, ok := c.Signer.Public().(*ecdsa.PublicKey)
		if !ok {
			return nil, fmt.Errorf("U2F with a key of %T", c.Signer.Public())
		}
		point, err := public.Bytes()
		if err != nil {
			return nil, err
		}
		attester, certificate, err := Attester()
		if err != nil {
			return nil, err
		}
		signature, err := sign(attester, slices.Concat([]byte{0}, hash([]byte(c.RPID)), hash(client), c.CredentialID, point))
		if err != nil {
			return nil, err
		}
		return map[string]any{"sig": signature, "x5c": []any{certificate}}, nil
	default:
		return map[string]any{}, nil
	}
}

// Attester is a key that vouches for others, and its certificate.
func Attester() (_ crypto.Signer, certificate []byte, _ error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
	certificate, err = x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	return k, certificate, err
}

func sign(by crypto.Signer, message []byte) ([]byte, error) {
	if _, whole := by.Public().(ed25519.PublicKey); whole {
		return by.Sign(rand.Reader, message, crypto.Hash(0))
	}
	return by.Sign(rand.Reader, hash(message), crypto.SHA256)
}

func hash(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// algorithm is the COSE number of the algorithm of a key; 0 if none is known.
func algorithm(public crypto.PublicKey) int {
	switch public.(type) {
	case *ecdsa.PublicKey:
		return -7
	case *rsa.PublicKey:
		return -257
	case ed25519.PublicKey:
		return -8
	default:
		return 0
	}
}

// coseKey is a public key as RFC 9052 writes it.
func coseKey(public crypto.PublicKey) ([]byte, error) {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			return nil, err
		}
		return Encode(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}), nil
	case *rsa.PublicKey:
		return Encode(map[int]any{1: 3, 3: -257, -1: k.N.Bytes(), -2: big.NewInt(int64(k.E)).Bytes()}), nil
	case ed25519.PublicKey:
		return Encode(map[int]any{1: 1, 3: -8, -1: 6, -2: []byte(k)}), nil
	default:
		return nil, fmt.Errorf("no COSE_Key of a %T", public)
	}
}

// Encode writes CBOR (RFC 8949) of an int, []byte, string, []any, map[string]any or map[int]any.
func Encode(value any) []byte {
	switch v := value.(type) {
	case int:
		if v < 0 {
			return cborHead(1, -1-v)
		}
		return cborHead(0, v)
	case []byte:
		return append(cborHead(2, len(v)), v...)
	case string:
		return append(cborHead(3, len(v)), v...)
	case []any:
		b := cborHead(4, len(v))
		for _, element := range v {
			b = append(b, Encode(element)...)
		}
		return b
	case map[string]any:
		b := cborHead(5, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b = append(append(b, Encode(name)...), Encode(v[name])...)
		}
		return b
	case map[int]any:
		b := cborHead(5, len(v))
		for _, label := range slices.Sorted(maps.Keys(v)) {
			b = append(append(b, Encode(label)...), Encode(v[label])...)
		}
		return b
	default:
		panic(fmt.Sprintf("authenticator: cannot encode a %T", value))
	}
}

// cborHead is the head of an item of a major type, with its value or length.
func cborHead(major byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 1<<8:
		return []byte{major<<5 | 24, byte(n)}
	case n < 1<<16:
		return binary.BigEndian.AppendUint16([]byte{major<<5 | 25}, uint16(n))
	default:
		return binary.BigEndian.AppendUint32([]byte{major<<5 | 26}, uint32(n))
	}
}
