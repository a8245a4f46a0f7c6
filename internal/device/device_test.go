package device

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"regexp"
	"strings"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/srp"
	"ostiary/internal/userpool"
)

// vector is a device of package srp's vectors, made by independent code.
type vector struct {
	ID     string `json:"id"`
	Inputs struct {
		GroupKey    string `json:"DeviceGroupKey"`
		DeviceKey   string `json:"DeviceKey"`
		Password    string `json:"devicePassword"`
		A           string `json:"a_hex"`
		Salt        string `json:"salt_hex"`
		SecretBlock string `json:"SECRET_BLOCK"`
		Timestamp   string `json:"TIMESTAMP"`
	} `json:"inputs"`
	ConfirmDevice struct {
		Config cognitoidp.DeviceSecretVerifierConfigType `json:"DeviceSecretVerifierConfig"`
	} `json:"confirmDevice"`
	Values struct {
		V string `json:"v_hex"`
	} `json:"values"`
	Challenge struct {
		A    string `json:"SRP_A"`
		Salt string `json:"SALT"`
	} `json:"challenge"`
}

func vectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("../srp/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Devices []vector `json:"device_vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Devices) != 2 {
		t.Fatalf("%d devices", len(file.Devices))
	}
	return file.Devices
}

// TestSignIn goes the way of DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER, from what ConfirmDevice was
// sent.
func TestSignIn(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			salt, verifier, err := ParseSecret(&v.ConfirmDevice.Config)
			if err != nil {
				t.Fatal(err)
			}
			d := &userpool.Device{Key: v.Inputs.DeviceKey, GroupKey: v.Inputs.GroupKey, Salt: salt, Verifier: verifier}
			if got := srp.Hex(d.Salt); got != v.Challenge.Salt {
				t.Errorf("SALT %s, want %s", got, v.Challenge.Salt)
			}
			if got := new(big.Int).SetBytes(d.Verifier).Text(16); got != v.Values.V {
				t.Errorf("verifier %s, want %s", got, v.Values.V)
			}
			a, err := hex.DecodeString(v.Inputs.A)
			if err != nil {
				t.Fatal(err)
			}
			client, err := srp.ClientFromSecret(a)
			if err != nil {
				t.Fatal(err)
			}
			if client.HexA() != v.Challenge.A {
				t.Errorf("SRP_A %s, want %s", client.HexA(), v.Challenge.A)
			}

			publicA, err := srp.ParseA(client.HexA())
			if err != nil {
				t.Fatal(err)
			}
			exchange, err := srp.NewExchange(rand.Reader, publicA, d.Verifier)
			if err != nil {
				t.Fatal(err)
			}
			block, err := base64.StdEncoding.DecodeString(v.Inputs.SecretBlock)
			if err != nil {
				t.Fatal(err)
			}
			claim := Claim(d, block, v.Inputs.Timestamp)
			for password, want := range map[string]bool{v.Inputs.Password: true, v.Inputs.Password + "=": false} {
				text, err := client.Sign(claim, password, srp.Hex(d.Salt), exchange.HexB())
				if err != nil {
					t.Fatal(err)
				}
				signature, err := base64.StdEncoding.DecodeString(text)
				if err != nil {
					t.Fatal(err)
				}
				if got := exchange.Proves(d.Verifier, claim, signature); got != want {
					t.Errorf("proof with the password %q: %v", password, got)
				}
				for what, other := range map[string]*userpool.Device{
					"device": {Key: d.Key + "0", GroupKey: d.GroupKey}, "group": {Key: d.Key, GroupKey: "-00000000"},
				} {
					if exchange.Proves(d.Verifier, Claim(other, block, v.Inputs.Timestamp), signature) {
						t.Errorf("the proof holds for another %s", what)
					}
				}
			}
		})
	}
}

func TestIssue(t *testing.T) {
	p := &userpool.Pool{ID: "ap-southeast-99_aB3dE5fG7"}
	ana, ben := &userpool.User{Sub: "7f0c1e52-3f0a-4a7e-9d5b-0c6a5d1f2e3b"}, &userpool.User{Sub: "8f0c1e52-3f0a-4a7e-9d5b-0c6a5d1f2e3b"}
	key := regexp.MustCompile(`^ap-southeast-99_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	group := regexp.MustCompile(`^-[0-9A-Za-z]{8}$`)
	issue := func(u *userpool.User) *cognitoidp.NewDeviceMetadataType {
		m, err := Issue(rand.Reader, p, u)
		if err != nil {
			t.Fatal(err)
		}
		if !key.MatchString(*m.DeviceKey) || len(*m.DeviceKey) > 55 || !group.MatchString(*m.DeviceGroupKey) {
			t.Errorf("key %q, group key %q", *m.DeviceKey, *m.DeviceGroupKey)
		}
		return m
	}
	first, second, other := issue(ana), issue(ana), issue(ben)
	if *first.DeviceKey == *second.DeviceKey {
		t.Error("two devices have one key")
	}
	if *first.DeviceGroupKey != *second.DeviceGroupKey || *first.DeviceGroupKey != GroupKey(p.ID, ana.Sub) {
		t.Error("the group key of one user changes")
	}
	if *first.DeviceGroupKey == *other.DeviceGroupKey || *first.DeviceGroupKey == GroupKey("r_another", ana.Sub) {
		t.Error("two users, or two pools, share a group key")
	}
	if _, err := Issue(strings.NewReader("short"), p, ana); err == nil {
		t.Error("a broken source of randomness yields a key")
	}
}

// TestGroupKeyStays: a group key that changed between two versions would end sign-ins between them.
func TestGroupKeyStays(t *testing.T) {
	if got := GroupKey("us-east-1_aB3dE5fG7", "7f0c1e52-3f0a-4a7e-9d5b-0c6a5d1f2e3b"); got != "-V5VGt8pg" {
		t.Errorf("got %s", got)
	}
}

func TestParseSecretRefuses(t *testing.T) {
	good := vectors(t)[0].ConfirmDevice.Config
	if _, _, err := ParseSecret(&good); err != nil {
		t.Fatal(err)
	}
	text := base64.StdEncoding.EncodeToString
	const (
		missing     = "Missing DeviceSecretVerifierConfig: Salt and PasswordVerifier are required."
		badSalt     = "Invalid DeviceSecretVerifierConfig: Salt must be Base64 of 1 to 64 bytes."
		badVerifier = "Invalid DeviceSecretVerifierConfig: PasswordVerifier must be Base64 of a number of the 3072-bit SRP group."
	)
	long := make([]byte, 386)
	long[0] = 1
	for name, c := range map[string]struct {
		salt, verifier *string
		want           string
	}{
		"no salt":               {nil, good.PasswordVerifier, missing},
		"no verifier":           {good.Salt, nil, missing},
		"empty salt":            {new(""), good.PasswordVerifier, badSalt},
		"salt of zeros":         {new(text(make([]byte, 16))), good.PasswordVerifier, badSalt},
		"long salt":             {new(text([]byte(strings.Repeat("s", 65)))), good.PasswordVerifier, badSalt},
		"huge salt":             {new(strings.Repeat("AAAA", 30_000)), good.PasswordVerifier, badSalt},
		"salt not Base64":       {new("!!!!"), good.PasswordVerifier, badSalt},
		"salt in hex":           {new("eecb82240b63af8fdf77ba746d2d2b6"), good.PasswordVerifier, badSalt},
		"empty verifier":        {good.Salt, new(""), badVerifier},
		"verifier 0":            {good.Salt, new(text(make([]byte, 384))), badVerifier},
		"verifier 1":            {good.Salt, new(text([]byte{1})), badVerifier},
		"long verifier":         {good.Salt, new(text(long)), badVerifier},
		"verifier above N":      {good.Salt, new(text([]byte(strings.Repeat("\xff", 384)))), badVerifier},
		"huge verifier":         {good.Salt, new(strings.Repeat("AAAA", 30_000)), badVerifier},
		"verifier not Base64":   {good.Salt, new("*"), badVerifier},
		"verifier not padded":   {good.Salt, new(strings.TrimRight(text(make([]byte, 385)), "=")), badVerifier},
		"verifier of base64url": {good.Salt, new("_-_-"), badVerifier},
	} {
		_, _, err := ParseSecret(&cognitoidp.DeviceSecretVerifierConfigType{Salt: c.salt, PasswordVerifier: c.verifier})
		var e *cognitoidp.Error
		if !errors.As(err, &e) || e.Code != cognitoidp.InvalidParameterException || e.Message != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	if _, _, err := ParseSecret(nil); !errors.Is(err, cognitoidp.InvalidParameterException) {
		t.Errorf("nothing: %v", err)
	}
}
