package srp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"testing"
	"time"
)

// vectors is testdata/vectors.json. Its numbers were computed apart from this package and reproduced
// by three clients, which it names.
type vectors struct {
	Group struct {
		N   string `json:"N_hex"`
		G   int64  `json:"g"`
		KIn string `json:"k_input_hex"`
		K   string `json:"k_hex"`
	} `json:"group"`
	Pad []struct {
		Int    int64  `json:"int"`
		Padded string `json:"padded_hex"`
	} `json:"pad_examples"`
	Users   []vector `json:"user_vectors"`
	Devices []vector `json:"device_vectors"`
}

type vector struct {
	ID     string `json:"id"`
	Inputs struct {
		PoolName       string `json:"poolName"`
		UserID         string `json:"userId"`
		Password       string `json:"password"`
		GroupKey       string `json:"DeviceGroupKey"`
		DeviceKey      string `json:"DeviceKey"`
		DevicePassword string `json:"devicePassword"`
		A              string `json:"a_hex"`
		B              string `json:"b_hex"`
		Salt           string `json:"salt_hex"`
		SecretBlock    string `json:"SECRET_BLOCK"`
		Timestamp      string `json:"TIMESTAMP"`
	} `json:"inputs"`
	ConfirmDevice struct {
		Config struct{ Salt, PasswordVerifier string } `json:"DeviceSecretVerifierConfig"`
	} `json:"confirmDevice"`
	Values struct {
		SaltPadded string `json:"salt_padded_hex"`
		X          string `json:"x_hex"`
		V          string `json:"v_hex"`
		VPadded    string `json:"v_padded_hex"`
		APadded    string `json:"A_padded_hex"`
		GB         string `json:"g_pow_b_hex"`
		BPadded    string `json:"B_padded_hex"`
		U          string `json:"u_hex"`
		UPadded    string `json:"u_padded_hex"`
		S          string `json:"S_hex"`
		SPadded    string `json:"S_padded_hex"`
		Key        string `json:"hkdf_key_hex"`
		Signature  string `json:"PASSWORD_CLAIM_SIGNATURE"`
	} `json:"values"`
	Challenge struct {
		A    string `json:"SRP_A"`
		B    string `json:"SRP_B"`
		Salt string `json:"SALT"`
	} `json:"challenge"`
}

// who is the prefix, id and password of a user or a device.
func (v vector) who() (prefix, id, password string) {
	if in := v.Inputs; in.DeviceKey != "" {
		return in.GroupKey, in.DeviceKey, in.DevicePassword
	}
	return v.Inputs.PoolName, v.Inputs.UserID, v.Inputs.Password
}

func loadVectors(t testing.TB) vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Users) != 4 || len(v.Devices) != 2 || len(v.Pad) != 10 {
		t.Fatalf("vectors.json holds %d users, %d devices, %d pad examples", len(v.Users), len(v.Devices), len(v.Pad))
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func number(t testing.TB, s string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		t.Fatalf("not a number: %q", s)
	}
	return n
}

func TestGroup(t *testing.T) {
	v, p := loadVectors(t).Group, params()
	if p.N.Text(16) != v.N || p.g.Int64() != v.G || p.k.Text(16) != v.K {
		t.Errorf("the group is not that of the vectors")
	}
	in := append(pad(p.N), pad(p.g)...)
	k := sha256.Sum256(in)
	if hex.EncodeToString(in) != v.KIn || hex.EncodeToString(k[:]) != v.K {
		t.Errorf("k is not SHA256(pad(N) | pad(g))")
	}
	// What the package comment says of squares: g is one, -1 is none.
	if big.Jacobi(p.g, p.N) != 1 || big.Jacobi(new(big.Int).Sub(p.N, big.NewInt(1)), p.N) != -1 {
		t.Errorf("g or -1 is not what the sign of g^b relies on")
	}
}

func TestPad(t *testing.T) {
	for _, e := range loadVectors(t).Pad {
		if got := hex.EncodeToString(pad(big.NewInt(e.Int))); got != e.Padded {
			t.Errorf("pad(%d) = %s, want %s", e.Int, got, e.Padded)
		}
	}
	for in, want := range map[string]string{"f1234": "0f1234", "ffff": "00ffff", "0": "00"} {
		if got := hex.EncodeToString(pad(number(t, in))); got != want {
			t.Errorf("pad(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestVectors(t *testing.T) {
	all := loadVectors(t)
	for _, v := range append(all.Users, all.Devices...) {
		t.Run(v.ID, func(t *testing.T) { testVector(t, v) })
	}
}

func testVector(t *testing.T, v vector) {
	same := func(what, got, want string) {
		t.Helper()
		if got != want || want == "" {
			t.Errorf("%s:\n got %s\nwant %s", what, got, want)
		}
	}
	prefix, id, password := v.who()
	salt := unhex(t, v.Inputs.Salt)

	same("SALT", Hex(salt), v.Challenge.Salt)
	same("pad(salt)", hex.EncodeToString(pad(new(big.Int).SetBytes(salt))), v.Values.SaltPadded)
	x := privateKey(prefix, id, password, salt)
	same("x", hex.EncodeToString(x[:]), v.Values.X)
	verifier := Verifier(prefix, id, password, salt)
	same("v", Hex(verifier), v.Values.V)
	same("pad(v)", hex.EncodeToString(pad(new(big.Int).SetBytes(verifier))), v.Values.VPadded)
	if !CheckPassword(prefix, id, password, salt, verifier) {
		t.Errorf("the right password is refused")
	}
	if CheckPassword(prefix, id, password+"x", salt, verifier) {
		t.Errorf("a wrong password is accepted")
	}

	client, err := ClientFromSecret(unhex(t, v.Inputs.A))
	if err != nil {
		t.Fatal(err)
	}
	same("SRP_A", client.HexA(), v.Challenge.A)
	a, err := ParseA(v.Challenge.A)
	if err != nil {
		t.Fatal(err)
	}
	same("pad(A)", hex.EncodeToString(pad(a.n)), v.Values.APadded)

	b := number(t, v.Inputs.B) // far more than the 256 bits drawn here, which is as good
	gb := new(big.Int).Exp(params().g, b, params().N)
	same("g^b", gb.Text(16), v.Values.GB)
	e, err := newExchange(a.n, new(big.Int).SetBytes(verifier), b, gb, false)
	if err != nil {
		t.Fatal(err)
	}
	same("SRP_B", e.HexB(), v.Challenge.B)
	same("pad(B)", hex.EncodeToString(pad(e.publicB)), v.Values.BPadded)
	same("u", e.u.Text(16), v.Values.U)
	same("pad(u)", hex.EncodeToString(pad(e.u)), v.Values.UPadded)

	s := client.secret(e.publicB, e.u, &x)
	same("S", s.Text(16), v.Values.S)
	same("pad(S)", hex.EncodeToString(pad(s)), v.Values.SPadded)
	same("key", hex.EncodeToString(sessionKey(e.u, s)), v.Values.Key)

	block, err := base64.StdEncoding.DecodeString(v.Inputs.SecretBlock)
	if err != nil {
		t.Fatal(err)
	}
	claim := Claim{Prefix: prefix, ID: id, SecretBlock: block, Timestamp: v.Inputs.Timestamp}
	signature, err := client.Sign(claim, password, v.Challenge.Salt, v.Challenge.B)
	if err != nil {
		t.Fatal(err)
	}
	same("PASSWORD_CLAIM_SIGNATURE", signature, v.Values.Signature)
	raw, err := base64.StdEncoding.DecodeString(v.Values.Signature)
	if err != nil {
		t.Fatal(err)
	}
	if !e.Proves(verifier, claim, raw) {
		t.Errorf("the vector's signature is refused")
	}
	for what, change := range map[string]func(*Claim){
		"prefix":       func(c *Claim) { c.Prefix += "x" },
		"id":           func(c *Claim) { c.ID += "x" },
		"secret block": func(c *Claim) { c.SecretBlock = append(bytes.Clone(block), 0) },
		"timestamp":    func(c *Claim) { c.Timestamp = FormatTimestamp(at.Add(time.Second)) },
	} {
		other := claim
		change(&other)
		if e.Proves(verifier, other, raw) {
			t.Errorf("the signature is accepted for another %s", what)
		}
	}
	for _, wrong := range [][]byte{nil, {}, raw[:31], append(bytes.Clone(raw), 0), make([]byte, 32)} {
		if e.Proves(verifier, claim, wrong) {
			t.Errorf("signature %x is accepted", wrong)
		}
	}

	if config := v.ConfirmDevice.Config; v.Inputs.DeviceKey != "" {
		saltText, verifierText := deviceVerifier(prefix, id, password, salt)
		same("Salt", saltText, config.Salt)
		same("PasswordVerifier", verifierText, config.PasswordVerifier)
		sent, err := base64.StdEncoding.DecodeString(config.PasswordVerifier)
		if err != nil {
			t.Fatal(err)
		}
		if parsed, err := ParseVerifier(sent); err != nil || !bytes.Equal(parsed, verifier) {
			t.Errorf("ParseVerifier: %x, %v", parsed, err)
		}
		sentSalt, err := base64.StdEncoding.DecodeString(config.Salt)
		if err != nil {
			t.Fatal(err)
		}
		if parsed, err := ParseSalt(sentSalt); err != nil || !bytes.Equal(parsed, salt) {
			t.Errorf("ParseSalt: %x, %v", parsed, err)
		}
	}
}
