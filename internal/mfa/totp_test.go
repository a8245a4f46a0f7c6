package mfa

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

// rfcSecret is the secret of both RFCs' vectors.
var rfcSecret = []byte("12345678901234567890")

func TestCodeRFC4226(t *testing.T) { // appendix D
	for counter, want := range []string{
		"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
	} {
		if got := Code(rfcSecret, int64(counter)); got != want {
			t.Errorf("counter %d: %s, want %s", counter, got, want)
		}
	}
}

func TestCodeRFC6238(t *testing.T) { // appendix B, SHA-1; there with 8 digits, of which these are the last
	for seconds, want := range map[int64]string{
		59:          "94287082",
		1111111109:  "07081804",
		1111111111:  "14050471",
		1234567890:  "89005924",
		2000000000:  "69279037",
		20000000000: "65353130",
	} {
		now := time.Unix(seconds, 0)
		if got := Code(rfcSecret, Step(now)); got != want[2:] {
			t.Errorf("at %d: %s, want %s", seconds, got, want[2:])
		}
		if step, result := Verify(rfcSecret, want[2:], now, 0); result != Accepted || step != seconds/30 {
			t.Errorf("at %d: step %d, %v", seconds, step, result)
		}
	}
}

func TestVerify(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	current := Step(now)
	for _, c := range []struct {
		name   string
		code   string
		last   int64
		step   int64
		result Result
	}{
		{"of this step", Code(rfcSecret, current), 0, current, Accepted},
		{"of the step before", Code(rfcSecret, current-1), 0, current - 1, Accepted},
		{"of the step after", Code(rfcSecret, current+1), 0, current + 1, Accepted},
		{"two steps old", Code(rfcSecret, current-2), 0, 0, Mismatch},
		{"two steps early", Code(rfcSecret, current+2), 0, 0, Mismatch},
		{"used", Code(rfcSecret, current), current, 0, AlreadyUsed},
		{"older than the one used", Code(rfcSecret, current-1), current, 0, AlreadyUsed},
		{"newer than the one used", Code(rfcSecret, current), current - 1, current, Accepted},
		{"used, but too old by now", Code(rfcSecret, current-2), current - 2, 0, Mismatch},
		{"empty", "", 0, 0, Mismatch},
		{"too short", Code(rfcSecret, current)[:5], 0, 0, Mismatch},
		{"too long", Code(rfcSecret, current) + "0", 0, 0, Mismatch},
		{"with a space", Code(rfcSecret, current)[:3] + " " + Code(rfcSecret, current)[3:], 0, 0, Mismatch},
	} {
		step, result := Verify(rfcSecret, c.code, now, c.last)
		if step != c.step || result != c.result {
			t.Errorf("%s: step %d, %v; want %d, %v", c.name, step, result, c.step, c.result)
		}
	}
	if _, result := Verify([]byte("another secret"), Code(rfcSecret, current), now, 0); result != Mismatch {
		t.Errorf("a code works for another secret")
	}
	if _, result := Verify(nil, Code(nil, current), now, 0); result != Mismatch {
		t.Errorf("a code works without a secret")
	}
	for _, early := range []time.Time{{}, time.Unix(-1, 0), time.Unix(0, 0)} {
		if _, result := Verify(rfcSecret, Code(rfcSecret, Step(early)), early, 0); result == Accepted {
			t.Errorf("at %v, before any time step, a code is accepted", early)
		}
	}
}

// However often and whenever codes are tried, no time step is accepted twice.
func TestVerifyReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(t, "secret")
		start, last := rapid.Int64Range(0, 1<<36).Draw(t, "start"), int64(0)
		for range rapid.IntRange(1, 20).Draw(t, "tries") {
			now := time.Unix(start+rapid.Int64Range(0, 150).Draw(t, "later"), 0)
			tried := Step(now) + rapid.Int64Range(-2, 2).Draw(t, "off")
			step, result := Verify(secret, Code(secret, tried), now, last)
			if result != Accepted {
				continue
			}
			if step <= last {
				t.Fatalf("step %d is accepted after %d", step, last)
			}
			if off := step - Step(now); off < -1 || off > 1 {
				t.Fatalf("step %d is accepted at %d", step, Step(now))
			}
			last = step
		}
	})
}

func TestSecretCode(t *testing.T) {
	secret, err := NewSecret(strings.NewReader(strings.Repeat("ostiary ", 4)))
	if err != nil || len(secret) != 32 {
		t.Fatalf("%d bytes, %v", len(secret), err)
	}
	code := SecretCode(secret)
	read, err := base32.StdEncoding.DecodeString(code + "====")
	if len(code) != 52 || err != nil || !bytes.Equal(read, secret) {
		t.Errorf("%s: %v", code, err)
	}
	wrong := errors.New("no randomness")
	if _, err := NewSecret(iotest.ErrReader(wrong)); !errors.Is(err, wrong) {
		t.Errorf("a broken source: %v", err)
	}
}

func TestResultString(t *testing.T) {
	if got := fmt.Sprint(Mismatch, AlreadyUsed, Accepted, Result(7)); got != "mismatch already used accepted Result(7)" {
		t.Error(got)
	}
}

func BenchmarkVerifyTOTP(b *testing.B) {
	now := time.Unix(1_800_000_000, 0)
	for b.Loop() {
		Verify(rfcSecret, "000000", now, 0)
	}
}

// Two neighbouring steps may have the same code. It is then good once for each, the earlier first.
func TestVerifySameCodeTwice(t *testing.T) {
	const first, code = 910737, "911617"
	if Code(rfcSecret, first) != code || Code(rfcSecret, first+1) != code {
		t.Fatal("the steps do not share a code")
	}
	now := time.Unix(first*30, 0)
	for _, c := range []struct {
		last, step int64
		result     Result
	}{{0, first, Accepted}, {first, first + 1, Accepted}, {first + 1, 0, AlreadyUsed}} {
		if step, result := Verify(rfcSecret, code, now, c.last); step != c.step || result != c.result {
			t.Errorf("after step %d: step %d, %v; want %d, %v", c.last, step, result, c.step, c.result)
		}
	}
}
