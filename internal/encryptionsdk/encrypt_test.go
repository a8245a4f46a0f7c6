package encryptionsdk

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// sample is a message of the AWS Encryption SDK for JavaScript; testdata/generate.mjs made them.
type sample struct {
	KeyARN           string `json:"keyArn"`
	DataKey          []byte
	EncryptedDataKey []byte
	Context          map[string]string
	Plaintext        []byte
	Message          []byte
}

func samples(t testing.TB) (list []sample) {
	t.Helper()
	text, err := os.ReadFile("testdata/messages.json")
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil || len(list) == 0 {
		t.Fatalf("%d samples, %v", len(list), err)
	}
	return list
}

// TestKnownAnswers: what this package writes is, byte for byte up to the signature, what the SDK wrote with the
// same keys, and the decoder of the tests reads the SDK's messages.
func TestKnownAnswers(t *testing.T) {
	for _, s := range samples(t) {
		m, err := decrypt(s.Message, func(*message) []byte { return s.DataKey })
		if err != nil {
			t.Fatalf("%d bytes: %v", len(s.Plaintext), err)
		}
		if !bytes.Equal(m.plaintext, s.Plaintext) || m.keyARN != s.KeyARN || !bytes.Equal(m.encryptedKey, s.EncryptedDataKey) {
			t.Errorf("%d bytes were read as %+v", len(s.Plaintext), m)
		}
		whole := maps.Clone(m.context)
		if delete(m.context, PublicKey); !maps.Equal(m.context, s.Context) {
			t.Errorf("context %v, want %v", m.context, s.Context)
		}
		key := &DataKey{Plaintext: s.DataKey, Encrypted: s.EncryptedDataKey, KeyARN: s.KeyARN}
		ours, err := seal([messageIDSize]byte(m.id), whole, key, s.Plaintext)
		if err != nil {
			t.Fatal(err)
		}
		if theirs := s.Message[:m.signed]; !bytes.Equal(ours, theirs) {
			t.Errorf("%d bytes: ours\n%.2000x\ntheirs\n%.2000x", len(s.Plaintext), ours, theirs)
		}
	}
}

// TestReadBack: whatever is encrypted, the decoder of the tests reads it, under the context that Generate was
// told, and no message is like another.
func TestReadBack(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		plaintext := slices.Repeat(rapid.SliceOfN(rapid.Byte(), 0, 400).Draw(t, "plaintext"), rapid.IntRange(1, 40).Draw(t, "times"))
		given := rapid.MapOfN(rapid.StringN(0, 20, 60), rapid.StringN(0, 40, 120), 0, 5).Draw(t, "context")
		maps.DeleteFunc(given, func(name, _ string) bool { return strings.HasPrefix(name, "aws-crypto-") })
		kept := &DataKey{
			Plaintext: rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "data key"), KeyARN: rapid.String().Draw(t, "arn"),
			Encrypted: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "encrypted"),
		}
		handed := bytes.Clone(kept.Plaintext)
		var told map[string]string
		out, err := Encrypt(t.Context(), rand.Reader, func(_ context.Context, c map[string]string) (*DataKey, error) {
			told = c
			return &DataKey{Plaintext: handed, Encrypted: kept.Encrypted, KeyARN: kept.KeyARN}, nil
		}, given, plaintext)
		if err != nil {
			t.Fatal(err)
		}
		m, err := decrypt(out, func(*message) []byte { return kept.Plaintext })
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.plaintext, plaintext) || m.keyARN != kept.KeyARN || !bytes.Equal(m.encryptedKey, kept.Encrypted) || !maps.Equal(m.context, told) {
			t.Fatalf("read as %+v", m)
		}
		if delete(m.context, PublicKey); !maps.Equal(m.context, given) {
			t.Fatalf("context %v, given %v", m.context, given)
		}
		if !bytes.Equal(handed, make([]byte, 32)) {
			t.Error("the data key was left in memory")
		}
		if seen[string(m.id)] {
			t.Error("a message id came twice")
		}
		seen[string(m.id)] = true
	})
}

// FuzzChanged: a message in which anything was changed is not read.
func FuzzChanged(f *testing.F) {
	list := samples(f)
	f.Add(uint16(3), byte(1))
	f.Add(uint16(200), byte(0x80))
	f.Fuzz(func(t *testing.T, at uint16, by byte) {
		for _, s := range list {
			changed := bytes.Clone(s.Message)
			i := int(at) % len(changed)
			changed[i] ^= by
			_, err := decrypt(changed, func(*message) []byte { return s.DataKey })
			if by == 0 && err != nil {
				t.Errorf("unchanged: %v", err)
			}
			if by != 0 && err == nil {
				t.Errorf("byte %d ^ %#x is not noticed", i, by)
			}
		}
	})
}

// TestWillNot: what cannot be encrypted is told, and nothing of it.
func TestWillNot(t *testing.T) {
	const secret = "4711 is secret"
	fine := func(context.Context, map[string]string) (*DataKey, error) {
		return &DataKey{Plaintext: make([]byte, 32)}, nil
	}
	failed := errors.New("no data key today")
	for name, tt := range map[string]struct {
		generate Generate
		context  map[string]string
		random   int // bytes that there are
		want     string
	}{
		"a context of the SDKs' own": {fine, map[string]string{"aws-crypto-x": "y"}, 1 << 20, `"aws-crypto-x"`},
		"no data key":                {func(context.Context, map[string]string) (*DataKey, error) { return nil, failed }, nil, 1 << 20, "no data key today"},
		"a short data key": {func(context.Context, map[string]string) (*DataKey, error) {
			return &DataKey{Plaintext: make([]byte, 16)}, nil
		}, nil, 1 << 20, "another length"},
		"a long context":    {fine, map[string]string{"a": strings.Repeat("b", 1<<16)}, 1 << 20, "no place"},
		"no random numbers": {fine, nil, 0, "EOF"},
		"a long key": {func(context.Context, map[string]string) (*DataKey, error) {
			return &DataKey{Plaintext: make([]byte, 32), KeyARN: strings.Repeat("a", 1<<16)}, nil
		}, nil, 1 << 20, "no place"},
	} {
		random := rand.Reader
		if tt.random == 0 {
			random = iotest.ErrReader(errors.New("EOF"))
		}
		out, err := Encrypt(t.Context(), random, tt.generate, tt.context, []byte(secret))
		if out != nil || err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %d bytes, %v", name, len(out), err)
		}
	}
}
