package srp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// clientSecretSize is the length of a, in bytes, as the official clients draw it.
const clientSecretSize = 128

// Client is the client's side of one proof or several, for tests and load generation.
type Client struct{ a, publicA *big.Int }

// NewClient draws a, 1024 bits.
func NewClient(rand io.Reader) (*Client, error) {
	a := make([]byte, clientSecretSize)
	if _, err := io.ReadFull(rand, a); err != nil {
		return nil, fmt.Errorf("draw a: %w", err)
	}
	return ClientFromSecret(a)
}

// ClientFromSecret takes a as given, big-endian. Short ones make for a cheap client.
func ClientFromSecret(a []byte) (*Client, error) {
	p := params()
	c := &Client{a: new(big.Int).SetBytes(a)}
	if c.a.Sign() == 0 {
		return nil, errors.New("srp: a is zero")
	}
	c.publicA = new(big.Int).Exp(p.g, c.a, p.N)
	return c, nil
}

// HexA is SRP_A.
func (c *Client) HexA() string { return c.publicA.Text(16) }

// Sign is PASSWORD_CLAIM_SIGNATURE in answer to a challenge with SALT and SRP_B.
func (c *Client) Sign(claim Claim, password, saltHex, bHex string) (string, error) {
	salt, okSalt := new(big.Int).SetString(saltHex, 16)
	B, okB := new(big.Int).SetString(bHex, 16)
	if !okSalt || !okB || salt.Sign() < 0 || B.Sign() <= 0 || B.Cmp(params().N) >= 0 {
		return "", errors.New("srp: SALT or SRP_B is no such number")
	}
	u := scramble(c.publicA, B)
	if u.Sign() == 0 {
		return "", errors.New("srp: u is zero")
	}
	x := privateKey(claim.Prefix, claim.ID, password, salt.Bytes())
	s := c.secret(B, u, &x)
	return base64.StdEncoding.EncodeToString(claim.sign(u, s)), nil
}

// secret is S = (B - k·g^x)^(a + u·x) mod N.
func (c *Client) secret(B, u *big.Int, x *[exponentSize]byte) *big.Int {
	p := params()
	base := new(big.Int).Mul(p.k, powG(x))
	base.Sub(B, base).Mod(base, p.N)
	exponent := new(big.Int).Mul(u, new(big.Int).SetBytes(x[:]))
	return base.Exp(base, exponent.Add(exponent, c.a), p.N)
}

// DeviceSecret is what a client makes of NewDeviceMetadata: a password to keep, and salt and
// verifier for ConfirmDevice (DeviceSecretVerifierConfig), in Base64.
func DeviceSecret(rand io.Reader, groupKey, deviceKey string) (password, salt, verifier string, err error) {
	secret := make([]byte, 40)
	if _, err := io.ReadFull(rand, secret); err != nil {
		return "", "", "", fmt.Errorf("draw a device password: %w", err)
	}
	rawSalt, err := NewSalt(rand)
	if err != nil {
		return "", "", "", err
	}
	text := base64.StdEncoding
	password = text.EncodeToString(secret)
	salt, verifier = deviceVerifier(groupKey, deviceKey, password, rawSalt)
	return password, salt, verifier, nil
}

func deviceVerifier(groupKey, deviceKey, password string, rawSalt []byte) (salt, verifier string) {
	number := func(b []byte) string {
		return base64.StdEncoding.EncodeToString(pad(new(big.Int).SetBytes(b)))
	}
	return number(rawSalt), number(Verifier(groupKey, deviceKey, password, rawSalt))
}
