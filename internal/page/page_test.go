package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"testing"
	"time"

	"ostiary/cognitoidp"
)

type hasher string

func (h hasher) Hash(purpose string, data ...[]byte) []byte {
	mac := hmac.New(sha256.New, []byte(h))
	mac.Write([]byte(purpose))
	for _, d := range data {
		mac.Write(d)
	}
	return mac.Sum(nil)
}

func at(seconds int64) func() time.Time {
	return func() time.Time { return time.Unix(seconds, 0) }
}

var listing = Listing{Operation: "ListUsers", Parameters: []string{"us-east-1_aaaaaaaaa", `email ^= "a"`}}

func TestCursor(t *testing.T) {
	tokens := Tokens{Keys: hasher("key"), Now: at(1000)}
	token := tokens.Next(listing, "ana@example.com", "", "ana")

	tests := []struct {
		name    string
		tokens  Tokens
		listing Listing
		token   string
		ok      bool
	}{
		{"as given", tokens, listing, token, true},
		{"just before it expires", Tokens{tokens.Keys, at(1000 + 3599)}, listing, token, true},
		{"expired", Tokens{tokens.Keys, at(1000 + 3600)}, listing, token, false},
		{"other key", Tokens{hasher("another"), tokens.Now}, listing, token, false},
		{"other operation", tokens, Listing{"ListGroups", listing.Parameters}, token, false},
		{"other filter", tokens, Listing{"ListUsers", []string{"us-east-1_aaaaaaaaa", ""}}, token, false},
		{"parameters moved", tokens, Listing{"ListUsers", []string{"us-east-1_aaaaaaaaae", `mail ^= "a"`}}, token, false},
		{"fewer parameters", tokens, Listing{"ListUsers", []string{"us-east-1_aaaaaaaaa"}}, token, false},
		{"empty", tokens, listing, "", false},
		{"no base64", tokens, listing, "%%%", false},
		{"short", tokens, listing, base64.RawURLEncoding.EncodeToString(make([]byte, 23)), false},
		{"made up", tokens, listing, base64.RawURLEncoding.EncodeToString(make([]byte, 40)), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cursor, err := test.tokens.Cursor(test.listing, &test.token, 3)
			if test.ok {
				if err != nil || !slices.Equal(cursor, []string{"ana@example.com", "", "ana"}) {
					t.Errorf("got %q, %v", cursor, err)
				}
				return
			}
			if !errors.Is(err, cognitoidp.InvalidParameterException) || cursor != nil {
				t.Errorf("got %q, %v; want InvalidParameterException", cursor, err)
			}
		})
	}
}

func TestCursorAbsent(t *testing.T) {
	cursor, err := Tokens{Keys: hasher("key"), Now: at(0)}.Cursor(listing, nil, 1)
	if cursor != nil || err != nil {
		t.Errorf("got %q, %v", cursor, err)
	}
}

func TestCursorOtherShape(t *testing.T) {
	tokens := Tokens{Keys: hasher("key"), Now: at(1000)}
	token := tokens.Next(listing, "one")
	if _, err := tokens.Cursor(listing, &token, 2); !errors.Is(err, cognitoidp.InvalidParameterException) {
		t.Errorf("got %v", err)
	}
}

// Every bit of a token counts.
func TestCursorTampered(t *testing.T) {
	tokens := Tokens{Keys: hasher("key"), Now: at(1000)}
	raw, err := base64.RawURLEncoding.DecodeString(tokens.Next(listing, "ana"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		changed := slices.Clone(raw)
		changed[i/8] ^= 1 << (i % 8)
		token := base64.RawURLEncoding.EncodeToString(changed)
		if _, err := tokens.Cursor(listing, &token, 1); err == nil {
			t.Fatalf("bit %d changed: accepted", i)
		}
	}
}

func FuzzCursor(f *testing.F) {
	tokens := Tokens{Keys: hasher("key"), Now: at(1000)}
	f.Add("")
	f.Add("AAAA")
	f.Add(tokens.Next(listing, "ana"))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := tokens.Cursor(listing, &token, 1); err == nil && token != tokens.Next(listing, "ana") {
			t.Errorf("%q: accepted", token)
		}
	})
}
