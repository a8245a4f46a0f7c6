package srp

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var at = time.Date(2017, 4, 5, 22, 42, 34, 0, time.UTC)

// seeded is a source of bytes that a failing run can repeat.
func seeded(n uint64) io.Reader {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], n)
	return mathrand.NewChaCha8(seed)
}

// constant yields one byte for ever.
type constant byte

func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

func TestClientAndServerAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix, id := rapid.String().Draw(t, "prefix"), rapid.String().Draw(t, "id")
		password, other := rapid.String().Draw(t, "password"), rapid.String().Draw(t, "other")
		random := seeded(rapid.Uint64().Draw(t, "seed"))
		salt, err := NewSalt(random)
		if err != nil {
			t.Fatal(err)
		}
		client, err := ClientFromSecret(rapid.SliceOfN(rapid.ByteRange(1, 255), 1, 32).Draw(t, "a"))
		if err != nil {
			t.Fatal(err)
		}
		verifier := Verifier(prefix, id, password, salt)
		a, err := ParseA(client.HexA())
		if err != nil {
			t.Fatal(err)
		}
		e, err := NewExchange(random, a, verifier)
		if err != nil {
			t.Fatal(err)
		}
		claim := Claim{
			Prefix: prefix, ID: id, Timestamp: FormatTimestamp(at),
			SecretBlock: rapid.SliceOf(rapid.Byte()).Draw(t, "block"),
		}
		read, err := UnmarshalExchange(e.Marshal())
		if err != nil {
			t.Fatal(err)
		}
		proof := func(password string) []byte {
			text, err := client.Sign(claim, password, Hex(salt), e.HexB())
			if err != nil {
				t.Fatal(err)
			}
			signature, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			return signature
		}
		if !read.Proves(verifier, claim, proof(password)) {
			t.Errorf("the right password is refused")
		}
		if other != password && read.Proves(verifier, claim, proof(other)) {
			t.Errorf("%q is accepted for %q", other, password)
		}
	})
}

// B must not show whether a guessed password is right: B - k·v has to be a square no more often
// for the right v than for any other number.
func TestPublicBHidesTheVerifier(t *testing.T) {
	client, err := ClientFromSecret([]byte{5})
	if err != nil {
		t.Fatal(err)
	}
	a, err := ParseA(client.HexA())
	if err != nil {
		t.Fatal(err)
	}
	verifier := Verifier("pool", "ana", "secret", []byte{1})
	p, squares, random := params(), 0, seeded(1)
	kv := new(big.Int).Mul(p.k, new(big.Int).SetBytes(verifier))
	const draws = 200
	for range draws {
		e, err := NewExchange(random, a, verifier)
		if err != nil {
			t.Fatal(err)
		}
		gb := new(big.Int).Sub(e.publicB, kv)
		if big.Jacobi(gb.Mod(gb, p.N), p.N) == 1 {
			squares++
		}
	}
	if squares < draws/4 || squares > draws*3/4 {
		t.Errorf("%d of %d are squares", squares, draws)
	}
}

func TestPowG(t *testing.T) {
	p := params()
	check := func(e [exponentSize]byte) {
		t.Helper()
		want := new(big.Int).Exp(p.g, new(big.Int).SetBytes(e[:]), p.N)
		if powG(&e).Cmp(want) != 0 {
			t.Errorf("g^%x is wrong", e)
		}
	}
	check([exponentSize]byte{})
	check([exponentSize]byte(bytes.Repeat([]byte{0xff}, exponentSize)))
	for bit := range 8 * exponentSize {
		var e [exponentSize]byte
		e[bit/8] = 1 << (bit % 8)
		check(e)
	}
	random := seeded(2)
	for range 50 {
		var e [exponentSize]byte
		io.ReadFull(random, e[:])
		check(e)
	}
	for _, table := range combOfG() {
		for _, n := range table {
			if n.BitLen() < 3000 {
				t.Errorf("a multiplication by %d bits is quick", n.BitLen())
			}
		}
	}
}

func TestParseA(t *testing.T) {
	n := params().N
	plus := func(d int64) string { return new(big.Int).Add(n, big.NewInt(d)).Text(16) }
	refused := map[string]string{
		"absent":          "",
		"zero":            "0",
		"zeros":           strings.Repeat("0", 768),
		"N":               plus(0),
		"N+1":             plus(1),
		"2N":              new(big.Int).Lsh(n, 1).Text(16),
		"too long":        strings.Repeat("0", 770) + "2",
		"absurd":          strings.Repeat("f", 1<<20),
		"not hexadecimal": "12g4",
		"minus":           "-2",
		"plus":            "+2",
		"prefix":          "0x2",
		"underscore":      "1_2",
		"space":           " 2",
		"other digits":    "٢",
	}
	for what, text := range refused {
		if _, err := ParseA(text); err == nil {
			t.Errorf("%s is accepted", what)
		} else if len(err.Error()) > 100 {
			t.Errorf("%s: the error repeats it", what)
		}
	}
	for text, want := range map[string]*big.Int{
		"2":                              big.NewInt(2),
		"ABCdef":                         big.NewInt(0xabcdef),
		strings.Repeat("0", 769) + "2":   big.NewInt(2),
		plus(-1):                         new(big.Int).Sub(n, big.NewInt(1)),
		"00" + strings.ToUpper(plus(-2)): new(big.Int).Sub(n, big.NewInt(2)),
	} {
		if a, err := ParseA(text); err != nil || a.n.Cmp(want) != 0 {
			t.Errorf("%.10s…: %v", text, err)
		}
	}
}

func TestExchangeRefuses(t *testing.T) {
	a, err := ParseA("2")
	if err != nil {
		t.Fatal(err)
	}
	verifier := Verifier("pool", "ana", "secret", []byte{1})
	for what, begin := range map[string]func() (*Exchange, error){
		"a zero verifier":     func() (*Exchange, error) { return NewExchange(rand.Reader, a, make([]byte, 384)) },
		"an absent verifier":  func() (*Exchange, error) { return NewExchange(rand.Reader, a, nil) },
		"N as verifier":       func() (*Exchange, error) { return NewExchange(rand.Reader, a, params().N.Bytes()) },
		"a long verifier":     func() (*Exchange, error) { return NewExchange(rand.Reader, a, make([]byte, 386)) },
		"an absent A":         func() (*Exchange, error) { return NewExchange(rand.Reader, PublicKey{}, verifier) },
		"a broken source":     func() (*Exchange, error) { return NewExchange(broken{}, a, verifier) },
		"zeros as randomness": func() (*Exchange, error) { return NewExchange(constant(0), a, verifier) },
	} {
		if _, err := begin(); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}

	e, err := NewExchange(rand.Reader, a, verifier)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if got := fmt.Sprintf(verb+verb, e, *e); got != "[SRP exchange][SRP exchange]" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	good := e.Marshal()
	blank := func(from, to int) []byte {
		data := bytes.Clone(good)
		clear(data[from:to])
		return data
	}
	tooLarge := bytes.Clone(good)
	params().N.FillBytes(tooLarge[2 : 2+size])
	for what, data := range map[string][]byte{
		"nothing":         nil,
		"too short":       good[:len(good)-1],
		"too long":        append(bytes.Clone(good), 0),
		"another version": blank(0, 1),
		"another sign":    append([]byte{1, 2}, good[2:]...),
		"A = 0":           blank(2, 2+size),
		"A = N":           tooLarge,
		"u = 0":           blank(2+size, 2+size+32),
		"b = 0":           blank(2+size+32, 2+size+64),
	} {
		if _, err := UnmarshalExchange(data); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}

	// With u = 0 the verifier would drop out of S, and anybody could compute the key.
	e.u = new(big.Int)
	claim := Claim{Prefix: "pool", ID: "ana"}
	s := new(big.Int).Exp(e.a, e.b, params().N)
	if e.Proves(verifier, claim, claim.sign(e.u, s)) {
		t.Errorf("u = 0 proves something")
	}
}

// A proof may be off by the sign of S only if g^b was negated.
func TestProvesSign(t *testing.T) {
	p := params()
	verifier := Verifier("pool", "ana", "secret", []byte{1})
	v := new(big.Int).SetBytes(verifier)
	b, gb := big.NewInt(3), big.NewInt(8)
	claim := Claim{Prefix: "pool", ID: "ana"}
	for _, negated := range []bool{false, true} {
		e, err := newExchange(big.NewInt(4), v, b, gb, negated)
		if err != nil {
			t.Fatal(err)
		}
		s := new(big.Int).Exp(v, e.u, p.N)
		s.Mul(s, e.a).Exp(s, b, p.N)
		if !e.Proves(verifier, claim, claim.sign(e.u, s)) {
			t.Errorf("negated %t: S is refused", negated)
		}
		if got := e.Proves(verifier, claim, claim.sign(e.u, s.Sub(p.N, s))); got != negated {
			t.Errorf("negated %t: -S is accepted: %t", negated, got)
		}
		if e.Proves(verifier[1:], claim, claim.sign(e.u, s)) || e.Proves(nil, claim, claim.sign(e.u, s)) {
			t.Errorf("negated %t: another verifier is accepted", negated)
		}
	}
}

func TestSalt(t *testing.T) {
	salt, err := NewSalt(io.MultiReader(io.LimitReader(constant(0), 3*SaltSize), constant(7)))
	if err != nil || salt[0] != 7 || len(salt) != SaltSize {
		t.Errorf("NewSalt: %x, %v", salt, err)
	}
	if _, err := NewSalt(constant(0)); err == nil {
		t.Errorf("zeros are taken for randomness")
	}
	if _, err := NewSalt(broken{}); err == nil {
		t.Errorf("a broken source yields a salt")
	}
	if got, err := ParseSalt([]byte{0, 0, 9, 1}); err != nil || !bytes.Equal(got, []byte{9, 1}) {
		t.Errorf("ParseSalt: %x, %v", got, err)
	}
	for _, bad := range [][]byte{nil, {0, 0}, bytes.Repeat([]byte{1}, 65)} {
		if _, err := ParseSalt(bad); err == nil {
			t.Errorf("salt %x is accepted", bad)
		}
	}
	if got := Hex([]byte{0, 0x0a, 0xbc}); got != "abc" {
		t.Errorf("Hex: %s", got)
	}
	// A salt is a number: leading zeros do not matter.
	if !CheckPassword("p", "i", "x", []byte{0, 5}, Verifier("p", "i", "x", []byte{5})) {
		t.Errorf("a leading zero changes a salt")
	}
	if CheckPassword("p", "i", "x", []byte{5}, nil) {
		t.Errorf("a password fits no verifier at all")
	}
}

func TestSimulated(t *testing.T) {
	key := []byte("a secret of the pool")
	salt, verifier := Simulated(key, "ana")
	again, verifierAgain := Simulated(key, "ana")
	if !bytes.Equal(salt, again) || !bytes.Equal(verifier, verifierAgain) {
		t.Errorf("the same name is simulated differently")
	}
	if len(salt) != SaltSize || len(verifier) != size {
		t.Errorf("%d bytes of salt, %d of verifier", len(salt), len(verifier))
	}
	if parsed, err := ParseVerifier(verifier); err != nil || !bytes.Equal(parsed, verifier) {
		t.Errorf("the verifier is refused: %v", err)
	}
	id := SimulatedID(key, "ana")
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("not a UUID of version 4: %s", id)
	}
	for what, other := range map[string]func() ([]byte, []byte, string){
		"name": func() ([]byte, []byte, string) {
			s, v := Simulated(key, "bob")
			return s, v, SimulatedID(key, "bob")
		},
		"key": func() ([]byte, []byte, string) {
			s, v := Simulated([]byte("another"), "ana")
			return s, v, SimulatedID([]byte("another"), "ana")
		},
	} {
		s, v, i := other()
		if bytes.Equal(s, salt) || bytes.Equal(v, verifier) || i == id {
			t.Errorf("another %s is simulated alike", what)
		}
	}
	for i := range 600 { // one in 256 would begin with zero
		if salt, _ := Simulated(key, string(rune('0'+i))); salt[0] == 0 {
			t.Errorf("the salt of %d begins with zero", i)
		}
	}
}

func TestDeviceSecret(t *testing.T) {
	password, salt, verifier, err := DeviceSecret(seeded(3), "-group", "region_key")
	if err != nil {
		t.Fatal(err)
	}
	decode := func(text string) []byte {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	rawSalt, err := ParseSalt(decode(salt))
	if err != nil {
		t.Fatal(err)
	}
	v, err := ParseVerifier(decode(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if len(decode(password)) != 40 || !CheckPassword("-group", "region_key", password, rawSalt, v) {
		t.Errorf("the device's password is not that of its verifier")
	}
}

func TestParseVerifierRefuses(t *testing.T) {
	n := params().N
	below := func(k int64) []byte { return new(big.Int).Sub(n, big.NewInt(k)).Bytes() }
	for what, verifier := range map[string][]byte{
		"nothing": nil, "0": {0}, "1": {0, 1}, "N-1": below(1), "N": n.Bytes(), "2N": new(big.Int).Lsh(n, 1).Bytes(),
		"longer": append(make([]byte, size), 1, 2),
	} {
		if _, err := ParseVerifier(verifier); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}
	for what, verifier := range map[string][]byte{"2": {2}, "N-2": below(2), "N-2, padded": append([]byte{0}, below(2)...)} {
		if v, err := ParseVerifier(verifier); err != nil || len(v) != size {
			t.Errorf("%s: %d bytes, %v", what, len(v), err)
		}
	}
}

func TestClientRefuses(t *testing.T) {
	client, err := NewClient(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewClient(broken{}); err == nil {
		t.Errorf("a broken source yields a client")
	}
	if _, err := ClientFromSecret([]byte{0, 0}); err == nil {
		t.Errorf("a = 0 is accepted")
	}
	for _, challenge := range [][2]string{{"zz", "2"}, {"1", ""}, {"1", "0"}, {"-1", "2"}, {"1", params().N.Text(16)}} {
		if _, err := client.Sign(Claim{}, "x", challenge[0], challenge[1]); err == nil {
			t.Errorf("SALT %q with SRP_B %.10q is accepted", challenge[0], challenge[1])
		}
	}
}
