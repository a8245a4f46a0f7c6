package secret

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

func TestDigits(t *testing.T) {
	// 250 to 255 would make 0 to 5 likelier, so they are passed over.
	got, err := Digits(bytes.NewReader(append([]byte{255, 250, 249, 0, 17, 254, 100, 39, 8}, make([]byte, 6)...)), 6)
	if err != nil || got != "907098" {
		t.Errorf("Digits: %s, %v", got, err)
	}
	count := map[rune]int{}
	const n = 100_000
	many, err := Digits(rand.Reader, n)
	if err != nil || len(many) != n {
		t.Fatalf("%d digits, %v", len(many), err)
	}
	for _, c := range many {
		count[c]++
	}
	for _, c := range "0123456789" { // ten standard deviations are 950
		if d := count[c] - n/10; d < -950 || d > 950 {
			t.Errorf("%c: %d of %d", c, count[c], n)
		}
	}
}

func TestAlphanumeric(t *testing.T) {
	got, err := Alphanumeric(rand.Reader, "abc", 500)
	if err != nil || !regexp.MustCompile(`^[abc]{500}$`).MatchString(got) {
		t.Errorf("%s, %v", got, err)
	}
	for _, c := range "abc" {
		if !strings.ContainsRune(got, c) {
			t.Errorf("%c never comes", c)
		}
	}
	if got, err := Alphanumeric(rand.Reader, "x", 3); err != nil || got != "xxx" {
		t.Errorf("one character: %s, %v", got, err)
	}
	if got, err := Alphanumeric(rand.Reader, "x", 0); err != nil || got != "" {
		t.Errorf("no characters: %s, %v", got, err)
	}
	for _, alphabet := range []string{"", strings.Repeat("x", 257)} {
		if _, err := Alphanumeric(rand.Reader, alphabet, 3); err == nil {
			t.Errorf("an alphabet of %d is accepted", len(alphabet))
		}
	}
	wrong := errors.New("no randomness")
	if _, err := Digits(iotest.ErrReader(wrong), 6); !errors.Is(err, wrong) {
		t.Errorf("a broken source: %v", err)
	}
	if _, err := Digits(repeating(255), 6); err == nil {
		t.Errorf("a stuck source yields a code")
	}
}

// repeating yields one byte for ever.
type repeating byte

func (r repeating) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

func TestToken(t *testing.T) {
	a, errA := Token(rand.Reader, 32)
	b, errB := Token(rand.Reader, 32)
	if errA != nil || errB != nil || a == b {
		t.Errorf("%s, %s, %v, %v", a, b, errA, errB)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(a); err != nil || len(raw) != 32 {
		t.Errorf("%s: %v", a, err)
	}
	if _, err := Token(strings.NewReader("short"), 32); err == nil {
		t.Errorf("a short read yields a token")
	}
}

func TestUUID(t *testing.T) {
	if got, err := UUID(repeating(0xff)); err != nil || got != "ffffffff-ffff-4fff-bfff-ffffffffffff" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := UUID(strings.NewReader("short")); err == nil {
		t.Errorf("a short read yields a UUID")
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"", "", true}, {"a", "a", true}, {"a", "b", false}, {"a", "", false}, {"a", "aa", false}} {
		if Equal(c.a, c.b) != c.want || EqualBytes([]byte(c.a), []byte(c.b)) != c.want {
			t.Errorf("%q and %q", c.a, c.b)
		}
	}
}

func TestSecretHash(t *testing.T) {
	for _, c := range []struct{ secret, username, client, want string }{
		{
			"myappclientsecret123abcmyappclientsecret123abc", "jane.doe", "1example23456789",
			"7LFuW8lXxu/RrxtH3iifqdrhKw73kPVTbJEh7oNgNP8=",
		},
		{
			"k0123456789abcdefghijklmnopqrstuvwxyz0123456789abcd", "üser@example.com", "6o7h8i9jexampleclientid",
			"bqP2/vgHA3nHy45gz/8EPT4gA+R4zCNl456E+KUTBfI=",
		},
	} {
		if got := SecretHash(c.secret, c.username, c.client); got != c.want {
			t.Errorf("%s: %s", c.username, got)
		}
		if !CheckSecretHash(c.secret, c.username, c.client, c.want) {
			t.Errorf("%s: refused", c.username)
		}
		for _, wrong := range []string{"", c.want[:43], c.want + "=", strings.ToLower(c.want)} {
			if CheckSecretHash(c.secret, c.username, c.client, wrong) {
				t.Errorf("%s: %q is accepted", c.username, wrong)
			}
		}
		if CheckSecretHash(c.secret+"x", c.username, c.client, c.want) ||
			CheckSecretHash(c.secret, c.username+"x", c.client, c.want) ||
			CheckSecretHash(c.secret, c.username, c.client+"x", c.want) {
			t.Errorf("%s: the hash fits something else", c.username)
		}
	}
}
