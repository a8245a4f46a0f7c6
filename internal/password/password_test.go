package password

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func poolWithHistory(size int32) *userpool.Pool {
	p := &userpool.Pool{ID: "us-east-1_aaaaaaaaa"}
	p.Settings.Policies = &cognitoidp.UserPoolPolicyType{PasswordPolicy: &cognitoidp.PasswordPolicyType{
		MinimumLength: new(int32(8)), PasswordHistorySize: &size,
	}}
	return p
}

func TestCheck(t *testing.T) {
	all := userpool.PasswordPolicy{
		MinimumLength: 8, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true,
	}
	const policy = "Password did not conform with policy: "
	for _, test := range []struct {
		policy    userpool.PasswordPolicy
		plaintext string
		want      string // "" if it conforms
	}{
		{all, "Passw0rd!", ""},
		{all, "Pw0!", policy + "Password not long enough"},
		{all, "", policy + "Password not long enough"},
		{all, "PASSW0RD!", policy + "Password must have lowercase characters"},
		{all, "passw0rd!", policy + "Password must have uppercase characters"},
		{all, "Password!", policy + "Password must have numeric characters"},
		{all, "Passw0rds", policy + "Password must have symbol characters"},
		{all, "Passw0rd ", policy + "Password must have symbol characters"},
		{all, "Pass w0rd", ""},
		{all, "Passw0rd`", ""},
		{all, "Passw0rd\\", ""},
		{all, "Passw0rd§", policy + "Password must have symbol characters"},
		{all, "ÄÖÜÄÖÜ0!a", policy + "Password must have uppercase characters"},
		{all, "Passw०rd!", policy + "Password must have numeric characters"},
		{all, "short", policy + "Password not long enough"}, // the first reason only
		{userpool.PasswordPolicy{MinimumLength: 6}, "aaaaaa", ""},
		{userpool.PasswordPolicy{MinimumLength: 6}, "ööööö", policy + "Password not long enough"},
		{userpool.PasswordPolicy{MinimumLength: 6}, "öööööö", ""},
	} {
		err := Check(test.policy, test.plaintext)
		if test.want == "" {
			if err != nil {
				t.Errorf("%q: %v", test.plaintext, err)
			}
			continue
		}
		if !errors.Is(err, cognitoidp.InvalidPasswordException) || !strings.HasSuffix(err.Error(), ": "+test.want) {
			t.Errorf("%q: got %v, want %q", test.plaintext, err, test.want)
		}
	}
}

func TestMatches(t *testing.T) {
	p := poolWithHistory(0)
	kept, err := New(rand.Reader, p, "ana", "Passw0rd!", now)
	if err != nil {
		t.Fatal(err)
	}
	if !kept.Set.Equal(now) || kept.Temporary || !kept.Expires.IsZero() {
		t.Errorf("got %+v", kept)
	}
	other := &userpool.Pool{ID: "us-east-1_bbbbbbbbb"}
	for _, test := range []struct {
		pool                *userpool.Pool
		username, plaintext string
		want                bool
	}{
		{p, "ana", "Passw0rd!", true},
		{p, "ana", "passw0rd!", false},
		{p, "ana", "", false},
		{p, "Ana", "Passw0rd!", false},
		{other, "ana", "Passw0rd!", false},
	} {
		if got := Matches(kept, test.pool, test.username, test.plaintext); got != test.want {
			t.Errorf("%s %s %q: got %v", test.pool.ID, test.username, test.plaintext, got)
		}
	}
	if Matches(nil, p, "ana", "") {
		t.Error("a user without a password let in")
	}
}

func TestNewTemporary(t *testing.T) {
	p := poolWithHistory(0)
	p.Settings.Policies.PasswordPolicy.TemporaryPasswordValidityDays = new(int32(3))
	kept, err := NewTemporary(rand.Reader, p, "ana", "Passw0rd!", now)
	if err != nil {
		t.Fatal(err)
	}
	if !kept.Temporary || !kept.Expires.Equal(now.Add(3*24*time.Hour)) {
		t.Errorf("got %+v", kept)
	}
}

type hasher string

func (h hasher) Hash(purpose string, data ...[]byte) []byte {
	mac := hmac.New(sha256.New, []byte(h))
	mac.Write([]byte(purpose))
	for _, d := range data {
		mac.Write(d)
	}
	return mac.Sum(nil)
}

func TestMadeUp(t *testing.T) {
	p := poolWithHistory(0)
	p.Settings.UsernameConfiguration = &cognitoidp.UsernameConfigurationType{CaseSensitive: false}
	nobody := MadeUp(hasher("key"), p, "nobody")
	if !Same(nobody, MadeUp(hasher("key"), p, "NOBODY")) {
		t.Error("another password at the second call")
	}
	if Same(nobody, MadeUp(hasher("other"), p, "nobody")) || Same(nobody, MadeUp(hasher("key"), p, "somebody")) {
		t.Error("the same password for another key or name")
	}
	for _, guess := range []string{"", "nobody", "Passw0rd!"} {
		if Matches(nobody, p, "nobody", guess) {
			t.Errorf("%q let in", guess)
		}
	}
}

func TestHistory(t *testing.T) {
	for _, size := range []int32{0, 1, 2, 4} {
		p := poolWithHistory(size)
		u := &userpool.User{Username: "ana"}
		passwords := []string{"one-1111", "two-2222", "three-33", "four-444", "five-555"}
		for i, plaintext := range passwords {
			if Reused(p, u, plaintext) {
				t.Errorf("size %d: %q is new", size, plaintext)
			}
			set, err := New(rand.Reader, p, u.Username, plaintext, now.Add(time.Duration(i)))
			if err != nil {
				t.Fatal(err)
			}
			Replace(p, u, set)
			if u.Password != set {
				t.Fatal("password not replaced")
			}
			if want := max(0, min(int(size)-1, i)); len(u.PasswordHistory) != want {
				t.Errorf("size %d: keeps %d earlier passwords after %d, want %d", size, len(u.PasswordHistory), i+1, want)
			}
		}
		for i, plaintext := range passwords {
			if got, want := Reused(p, u, plaintext), len(passwords)-i <= int(size); got != want {
				t.Errorf("size %d: %q reused: got %v", size, plaintext, got)
			}
		}
	}
}

// A policy that was made shorter counts fewer passwords at once.
func TestHistoryShortened(t *testing.T) {
	long, short := poolWithHistory(3), poolWithHistory(1)
	u := &userpool.User{Username: "ana"}
	for _, plaintext := range []string{"one-1111", "two-2222"} {
		set, err := New(rand.Reader, long, u.Username, plaintext, now)
		if err != nil {
			t.Fatal(err)
		}
		Replace(long, u, set)
	}
	if Reused(short, u, "one-1111") || !Reused(short, u, "two-2222") || !Reused(long, u, "one-1111") {
		t.Error("the history does not follow the policy")
	}
}

func TestGenerate(t *testing.T) {
	policy := userpool.PasswordPolicy{
		MinimumLength: 8, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true,
	}
	seen := map[string]bool{}
	for range 200 {
		for _, length := range []int{6, 8, 99} {
			policy.MinimumLength = length
			got, err := Generate(rand.Reader, policy)
			if err != nil {
				t.Fatal(err)
			}
			if err := Check(policy, got); err != nil {
				t.Errorf("%q: %v", got, err)
			}
			if strings.ContainsAny(got, "<>& ") || len(got) < shortestGenerated || seen[got] {
				t.Errorf("got %q", got)
			}
			seen[got] = true
		}
	}
	if _, err := Generate(strings.NewReader("short"), policy); err == nil {
		t.Error("a password without randomness")
	}
}
