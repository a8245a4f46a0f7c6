package srp

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// PublicKey is a client's A, known to lie between 0 and N.
type PublicKey struct{ n *big.Int }

// ParseA reads SRP_A: hexadecimal digits of a number greater than 0 and less than N. Clients send A
// reduced, so whatever is larger is refused, multiples of N (which would fix the key) among it.
func ParseA(hex string) (PublicKey, error) {
	// One byte more than N has: some clients send A padded.
	if hex == "" || len(hex) > 2*(size+1) {
		return PublicKey{}, errors.New("srp: A is absent or too long")
	}
	for _, c := range []byte(hex) { // SetString alone would take signs
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return PublicKey{}, errors.New("srp: A is not hexadecimal")
		}
	}
	n, ok := new(big.Int).SetString(hex, 16)
	if !ok || n.Sign() == 0 || n.Cmp(params().N) >= 0 {
		return PublicKey{}, errors.New("srp: A lies outside of the group")
	}
	return PublicKey{n}, nil
}

// Exchange is the server's side of one proof, from the challenge until its answer. Two steps of one
// exchange may run on two nodes: Marshal and UnmarshalExchange carry it. It may prove one thing only
// and must be thrown away then.
type Exchange struct {
	a, u, b *big.Int
	negated bool // B was made with -g^b; see the package comment

	publicB *big.Int // nil after UnmarshalExchange: only the challenge shows it
}

// NewExchange answers the client's A for a verifier of Verifier, ParseVerifier or Simulated. It
// draws b, 256 bits, anew each time.
func NewExchange(rand io.Reader, a PublicKey, verifier []byte) (*Exchange, error) {
	v, err := parseVerifier(verifier)
	if err != nil {
		return nil, err
	}
	if a.n == nil {
		return nil, errors.New("srp: exchange without A")
	}
	var drawn [exponentSize + 1]byte
	if _, err := io.ReadFull(rand, drawn[:]); err != nil {
		return nil, fmt.Errorf("draw b: %w", err)
	}
	b := [exponentSize]byte(drawn[:exponentSize])
	if b == [exponentSize]byte{} {
		return nil, errors.New("draw b: the source of randomness yields zeros")
	}
	return newExchange(a.n, v, new(big.Int).SetBytes(b[:]), powG(&b), drawn[exponentSize]&1 == 1)
}

func newExchange(a, v, b, gb *big.Int, negated bool) (*Exchange, error) {
	p := params()
	kv := new(big.Int).Mul(p.k, v)
	sum, difference := new(big.Int).Add(kv, gb), new(big.Int).Sub(kv, gb)
	B := sum
	if negated {
		B = difference
	}
	B.Mod(B, p.N)
	e := &Exchange{a: a, b: b, u: scramble(a, B), negated: negated, publicB: B}
	if B.Sign() == 0 || e.u.Sign() == 0 {
		return nil, errors.New("srp: B or u is zero") // once in 2^256 exchanges
	}
	return e, nil
}

// scramble is u = SHA256(pad(A) | pad(B)).
func scramble(a, b *big.Int) *big.Int {
	u := sha256.Sum256(append(pad(a), pad(b)...))
	return new(big.Int).SetBytes(u[:])
}

// Format keeps b out of logs.
func (Exchange) Format(s fmt.State, _ rune) { io.WriteString(s, "[SRP exchange]") }

// HexB is SRP_B. It is known only to the exchange that NewExchange made.
func (e *Exchange) HexB() string { return e.publicB.Text(16) }

// Proves tells whether the signature (PASSWORD_CLAIM_SIGNATURE, decoded) shows that the client knows
// the secret of the verifier. A right and a wrong one take the same time.
func (e *Exchange) Proves(verifier []byte, claim Claim, signature []byte) bool {
	v, err := parseVerifier(verifier)
	if err != nil || e.u.Sign() == 0 {
		return false
	}
	p := params()
	s := v.Exp(v, e.u, p.N) // S = (A·v^u)^b
	s.Mul(s, e.a).Mod(s, p.N)
	s.Exp(s, e.b, p.N)
	// The client raised ±g^b to a power that only the client knows to be even or odd. Both proofs are
	// computed whether or not g^b was negated, because that must not show in the time.
	same := subtle.ConstantTimeCompare(claim.sign(e.u, s), signature)
	opposite := subtle.ConstantTimeCompare(claim.sign(e.u, s.Sub(p.N, s)), signature)
	allowed := 0
	if e.negated {
		allowed = 1
	}
	return same|opposite&allowed == 1
}

// An exchange is written as its version, its sign, A, u and b.
const (
	exchangeVersion = 1
	exchangeSize    = 2 + size + 2*exponentSize
)

// Marshal writes what Proves needs: 450 bytes, secret ones among them.
func (e *Exchange) Marshal() []byte {
	out := make([]byte, exchangeSize)
	out[0] = exchangeVersion
	if e.negated {
		out[1] = 1
	}
	a, u, b := exchangeParts(out)
	e.a.FillBytes(a)
	e.u.FillBytes(u)
	e.b.FillBytes(b)
	return out
}

// UnmarshalExchange reads what Marshal wrote and refuses anything else.
func UnmarshalExchange(data []byte) (*Exchange, error) {
	if len(data) != exchangeSize || data[0] != exchangeVersion || data[1] > 1 {
		return nil, errors.New("srp: not an exchange of a version known here")
	}
	a, u, b := exchangeParts(data)
	e := &Exchange{
		a:       new(big.Int).SetBytes(a),
		u:       new(big.Int).SetBytes(u),
		b:       new(big.Int).SetBytes(b),
		negated: data[1] == 1,
	}
	if e.a.Sign() == 0 || e.a.Cmp(params().N) >= 0 || e.u.Sign() == 0 || e.b.Sign() == 0 {
		return nil, errors.New("srp: exchange with a number outside of its range")
	}
	return e, nil
}

func exchangeParts(data []byte) (a, u, b []byte) {
	numbers := data[2:exchangeSize]
	return numbers[:size], numbers[size : size+exponentSize], numbers[size+exponentSize:]
}
