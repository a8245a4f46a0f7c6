package account

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

func TestIsEmail(t *testing.T) {
	for text, wanted := range map[string]bool{
		"ana@example.com": true, "a+b.c@sub.example.com": true, "ana@localhost": true, "ö@example.com": true,
		"": false, "ana": false, "@example.com": false, "ana@": false, "a b@example.com": false, "a@b@c": false,
		"Ana <ana@example.com>": false, `"a b"@example.com`: false, "ana@example.com\n": false, "a,b@example.com": false,
	} {
		if IsEmail(text) != wanted {
			t.Errorf("%q: got %v", text, !wanted)
		}
	}
}

func TestIsPhoneNumber(t *testing.T) {
	for text, wanted := range map[string]bool{
		"+15555550100": true, "+1": true, "+123456789012345": true,
		"": false, "+": false, "15555550100": false, "+1 555": false, "+1234567890123456": false, "+1555a": false, "+1\n": false,
	} {
		if IsPhoneNumber(text) != wanted {
			t.Errorf("%q: got %v", text, !wanted)
		}
	}
}

// Whatever is changed, an address that nobody vouched for is not verified, and one that must be
// verified first is not in force.
func TestApplyVerifiesNothingByItself(t *testing.T) {
	address := rapid.SampledFrom([]string{"a@example.com", "b@example.com", ""})
	flag := rapid.SampledFrom([]string{"true", "false", ""})
	rapid.Check(t, func(t *rapid.T) {
		p := &userpool.Pool{}
		if rapid.Bool().Draw(t, "auto") {
			p.Settings.AutoVerifiedAttributes = []cognitoidp.VerifiedAttributeType{"email"}
		}
		first := rapid.Bool().Draw(t, "verify first")
		if first {
			p.Settings.UserAttributeUpdateSettings = &cognitoidp.UserAttributeUpdateSettingsType{
				AttributesRequireVerificationBeforeUpdate: []cognitoidp.VerifiedAttributeType{"email"},
			}
		}
		u := &userpool.User{Attributes: map[string]string{"email": "a@example.com", "email_verified": "true"}}
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			before := maps.Clone(u.Attributes)
			given := map[string]string{"email": address.Draw(t, "email")}
			if rapid.Bool().Draw(t, "flagged") {
				given["email_verified"] = flag.Draw(t, "email_verified")
			}
			needed, err := apply(p, u, given)
			if err != nil {
				return // the transaction is undone
			}
			vouched := given["email_verified"] == "true"
			changed := u.Attributes["email"] != before["email"]
			if changed && u.Verified("email") && !vouched {
				t.Fatalf("%v makes %v of %v", given, u.Attributes, before)
			}
			if first && changed && given["email"] != "" && !vouched {
				t.Fatalf("%v is in force before it is verified", given)
			}
			if u.Attributes["email"] == "" && u.Attributes["email_verified"] == "true" {
				t.Fatalf("nothing is verified: %v", u.Attributes)
			}
			if vouched && len(needed) > 0 || u.Pending["email"] != "" && len(needed) == 0 {
				t.Fatalf("codes for %v after %v", needed, given)
			}
		}
	})
}
