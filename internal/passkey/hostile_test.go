package passkey

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"ostiary/internal/passkey/authenticator"
)

type twist = func(*authenticator.Ceremony)

// member sets a member of the answer, or of its response where the name begins with a dot.
func member(name string, value any) twist {
	return func(c *authenticator.Ceremony) {
		c.Response = func(answer map[string]any) {
			if inner, ok := strings.CutPrefix(name, "."); ok {
				answer, name = answer["response"].(map[string]any), inner
			}
			if value == nil {
				delete(answer, name)
				return
			}
			answer[name] = value
		}
	}
}

func data(change func([]byte) []byte) twist {
	return func(c *authenticator.Ceremony) { c.Data = change }
}

func TestRegistrationRefusals(t *testing.T) {
	const invalid, unsupported = "InvalidParameter", "WebAuthnCredentialNotSupported"
	long := bytes.Repeat([]byte{1}, 1024)
	point := bytes.Repeat([]byte{1}, 32)
	publicKey := func(cose map[int]any) twist {
		return func(c *authenticator.Ceremony) { c.PublicKey = authenticator.Encode(cose) }
	}
	statement := func(format string, members map[string]any) twist {
		return func(c *authenticator.Ceremony) { c.Format, c.Statement = format, members }
	}
	for _, test := range []struct {
		name  string
		want  string
		twist twist
	}{
		{"nothing twisted", "", func(*authenticator.Ceremony) {}},
		{"another site", "WebAuthnOriginNotAllowed", func(c *authenticator.Ceremony) { c.Origin = "https://example.org" }},
		{"a frame in another site", "WebAuthnOriginNotAllowed", func(c *authenticator.Ceremony) { c.CrossOrigin, c.TopOrigin = true, "https://example.org" }},
		{"a frame in who knows what", "WebAuthnOriginNotAllowed", func(c *authenticator.Ceremony) { c.CrossOrigin = true }},
		{"a frame in a page of the relying party", "", func(c *authenticator.Ceremony) { c.CrossOrigin, c.TopOrigin = true, "https://www.example.com" }},
		{"another relying party", "WebAuthnRelyingPartyMismatch", func(c *authenticator.Ceremony) { c.RPID = "app.example.com" }},
		{"another challenge", "WebAuthnChallengeNotFound", func(c *authenticator.Ceremony) { c.Challenge = strings.Repeat("A", 43) }},
		{"a challenge that is none", invalid, func(c *authenticator.Ceremony) { c.Challenge = "?" }},
		{"a sign-in", invalid, func(c *authenticator.Ceremony) { c.Type = "webauthn.get" }},
		{"nobody there", invalid, func(c *authenticator.Ceremony) { c.Flags &^= authenticator.UserPresent }},
		{"backed up though it cannot be", invalid, func(c *authenticator.Ceremony) { c.Flags |= authenticator.BackedUp }},
		{"no credential in it", invalid, func(c *authenticator.Ceremony) { c.Flags &^= authenticator.Attested }},
		{"extensions that are not there", invalid, func(c *authenticator.Ceremony) { c.Flags |= authenticator.Extended }},
		{"extensions", "", func(c *authenticator.Ceremony) {
			c.Flags |= authenticator.Extended
			c.Data = func(b []byte) []byte { return append(b, authenticator.Encode(map[string]any{"credProtect": 2})...) }
		}},
		{"data cut short", invalid, data(func(b []byte) []byte { return b[:len(b)-1] })},
		{"data of a head alone", invalid, data(func(b []byte) []byte { return b[:37] })},
		{"no data", invalid, data(func([]byte) []byte { return nil })},
		{"data and more", invalid, data(func(b []byte) []byte { return append(b, 0) })},
		{"a credential id longer than can be", invalid, func(c *authenticator.Ceremony) { c.CredentialID = long }},
		{"the longest credential id", "", func(c *authenticator.Ceremony) { c.CredentialID = long[:1023] }},
		{"another id than was attested", invalid, func(c *authenticator.Ceremony) {
			c.Response = func(answer map[string]any) { answer["id"], answer["rawId"] = "AAAA", "AAAA" }
		}},
		{"ids that differ", invalid, member("rawId", "AAAA")},
		{"an id that is none", invalid, member("id", "?")},
		{"no id", invalid, member("id", nil)},
		{"another type", invalid, member("type", "password")},
		{"no response", invalid, member("response", nil)},
		{"a response that is none", invalid, member("response", 7)},
		{"no client data", invalid, member(".clientDataJSON", nil)},
		{"client data that are no JSON", invalid, member(".clientDataJSON", "e30K")},
		{"no attestation object", invalid, member(".attestationObject", nil)},
		{"an attestation object that is no CBOR", invalid, member(".attestationObject", "_____w")},
		{"an assertion", invalid, func(c *authenticator.Ceremony) {
			c.Response = func(answer map[string]any) {
				answer["response"] = map[string]any{"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}
			}
		}},

		{"EdDSA", unsupported, func(c *authenticator.Ceremony) {
			c.Signer = nil
			publicKey(map[int]any{1: 1, 3: -8, -1: 6, -2: point})(c)
		}},
		{"ES384", unsupported, publicKey(map[int]any{1: 2, 3: -35, -1: 2, -2: point, -3: point})},
		{"no algorithm", unsupported, publicKey(map[int]any{1: 2})},
		{"a point that is not on the curve", invalid, publicKey(map[int]any{1: 2, 3: -7, -1: 1, -2: point, -3: point})},
		{"half a point", invalid, publicKey(map[int]any{1: 2, 3: -7, -1: 1, -2: point})},
		{"an RSA key that says ES256", invalid, publicKey(map[int]any{1: 3, 3: -7, -1: bytes.Repeat([]byte{0xff}, 256), -2: []byte{1, 0, 1}})},
		{"an elliptic key that says RS256", invalid, publicKey(map[int]any{1: 2, 3: -257, -1: 1, -2: point, -3: point})},
		{"a small RSA key", unsupported, publicKey(map[int]any{1: 3, 3: -257, -1: bytes.Repeat([]byte{0xff}, 128), -2: []byte{1, 0, 1}})},
		{"a huge RSA key", unsupported, publicKey(map[int]any{1: 3, 3: -257, -1: bytes.Repeat([]byte{0xff}, 20_000), -2: []byte{1, 0, 1}})},
		{"an RSA key without an exponent", invalid, publicKey(map[int]any{1: 3, 3: -257, -1: bytes.Repeat([]byte{0xff}, 256)})},
		{"a key that is no map", invalid, func(c *authenticator.Ceremony) { c.PublicKey = authenticator.Encode("key") }},

		{"a form of attestation that nobody knows", unsupported, statement("sealing-wax", map[string]any{})},
		{"none, with a statement", invalid, statement("none", map[string]any{"sig": []byte{1}})},
		{"packed, signed by another key", invalid, func(c *authenticator.Ceremony) {
			c.Format = "packed"
			c.Signer, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		}},
		{"packed, of another algorithm", invalid, statement("packed", map[string]any{"alg": -257, "sig": []byte{1}})},
		{"packed without a signature", invalid, statement("packed", map[string]any{"alg": -7})},
		{"packed with certificates that are none", invalid, statement("packed", map[string]any{"alg": -7, "sig": []byte{1}, "x5c": []any{[]byte{1}}})},
		{"packed with no certificate", invalid, statement("packed", map[string]any{"alg": -7, "sig": []byte{1}, "x5c": []any{}})},
		{"packed with a text for certificates", invalid, statement("packed", map[string]any{"alg": -7, "sig": []byte{1}, "x5c": "me"})},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			_, err := s.register(test.twist)
			want(t, err, test.want)
		})
	}
}

// TestAttestationForms: what browsers and platforms send is taken, if it is well-formed, whoever signed it.
func TestAttestationForms(t *testing.T) {
	_, certificate, err := authenticator.Attester()
	if err != nil {
		t.Fatal(err)
	}
	signature, chain := []byte("signature"), []any{certificate, certificate}
	for format, members := range map[string]map[string]any{
		"packed":            {"alg": -7, "sig": signature, "x5c": chain},
		"tpm":               {"ver": "2.0", "alg": -65535, "sig": signature, "x5c": chain, "certInfo": []byte{1}, "pubArea": []byte{1}},
		"android-key":       {"alg": -7, "sig": signature, "x5c": chain},
		"android-safetynet": {"ver": "14366018", "response": []byte("a.b.c")},
		"apple":             {"x5c": chain},
		"fido-u2f":          {"sig": signature, "x5c": chain[:1]},
	} {
		s := newScene(t)
		twist := func(members map[string]any) twist {
			return func(c *authenticator.Ceremony) { c.Format, c.Statement = format, members }
		}
		if _, err := s.register(twist(members)); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		for name := range members {
			s := newScene(t)
			less := map[string]any{}
			for other, value := range members {
				if other != name {
					less[other] = value
				}
			}
			if format == "packed" && name == "x5c" {
				continue // self attestation, with tests of its own
			}
			_, err := s.register(twist(less))
			want(t, err, "InvalidParameter")
		}
	}
}

func TestUserVerificationRequired(t *testing.T) {
	s := newScene(t)
	s.requireVerification()
	s.registered()
	s.device.Flags = 0
	_, _, err := s.signIn(false)
	want(t, err, "NotAuthorized")
	s.keys = nil
	_, err = s.register()
	want(t, err, "WebAuthnCredentialNotSupported")
}

// TestHostileAssertions: whatever is wrong with an assertion, the refusal is the same.
func TestHostileAssertions(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var refusals []string
	for _, test := range []struct {
		name   string
		change func(*scene) // between registration and sign-in
		twist  twist
		right  bool
	}{
		{name: "nothing twisted", right: true},
		{name: "without a user handle", twist: func(c *authenticator.Ceremony) { c.UserHandle = nil }, right: true},
		{name: "another port", twist: func(c *authenticator.Ceremony) { c.Origin = "https://app.example.com:8443" }, right: true},
		{name: "a flag that is not known", twist: func(c *authenticator.Ceremony) { c.Flags |= 1 << 1 }, right: true},
		{name: "another site", twist: func(c *authenticator.Ceremony) { c.Origin = "https://example.org" }},
		{name: "a site whose name ends alike", twist: func(c *authenticator.Ceremony) { c.Origin = "https://notexample.com" }},
		{name: "without TLS", twist: func(c *authenticator.Ceremony) { c.Origin = "http://app.example.com" }},
		{name: "no origin", twist: func(c *authenticator.Ceremony) { c.Origin = "" }},
		{name: "a frame in another site", twist: func(c *authenticator.Ceremony) { c.CrossOrigin, c.TopOrigin = true, "https://example.org" }},
		{name: "a frame in who knows what", twist: func(c *authenticator.Ceremony) { c.CrossOrigin = true }},
		{name: "another relying party", twist: func(c *authenticator.Ceremony) { c.RPID = "example.org" }},
		{name: "another challenge", twist: func(c *authenticator.Ceremony) { c.Challenge = strings.Repeat("A", 43) }},
		{name: "no challenge", twist: func(c *authenticator.Ceremony) { c.Challenge = "" }},
		{name: "a registration", twist: func(c *authenticator.Ceremony) { c.Type = "webauthn.create" }},
		{name: "another key", twist: func(c *authenticator.Ceremony) { c.Signer = other }},
		{name: "signed, then changed", twist: func(c *authenticator.Ceremony) {
			var signed []byte
			c.Data = func(b []byte) []byte { signed = b; return b }
			c.Response = func(answer map[string]any) {
				signed[32] |= authenticator.BackupEligible
				answer["response"].(map[string]any)["authenticatorData"] = IDText(signed)
			}
		}},
		{name: "no signature", twist: member(".signature", "")},
		{name: "a signature cut short", twist: member(".signature", "MEUCIQ")},
		{name: "another user", twist: func(c *authenticator.Ceremony) { c.UserHandle = []byte("3c2a0c1e-0000-4000-8000-000000000002") }},
		{name: "a credential that nobody has", twist: func(c *authenticator.Ceremony) { c.CredentialID = []byte("unknown") }},
		{name: "nobody there", twist: func(c *authenticator.Ceremony) { c.Flags &^= authenticator.UserPresent }},
		{name: "suddenly a key that can be backed up", twist: func(c *authenticator.Ceremony) { c.Flags |= authenticator.BackupEligible }},
		{name: "backed up though it cannot be", twist: func(c *authenticator.Ceremony) { c.Flags |= authenticator.BackedUp }},
		{name: "a count that stands still", twist: func(c *authenticator.Ceremony) { c.Count = 1 }},
		{name: "a count that falls", change: func(s *scene) { s.keys[0].SignCount = 1 << 31 }},
		{name: "a count that is gone", twist: func(c *authenticator.Ceremony) { c.Count = 0 }},
		{name: "a key that could be backed up and cannot", change: func(s *scene) { s.keys[0].BackupEligible = true }},
		{name: "the relying party has changed", change: func(s *scene) { s.pool.WebAuthn.RelyingPartyId = new("example.org") }},
		{name: "the relying party is gone", change: func(s *scene) { s.pool.WebAuthn = nil }},
		{name: "another user of that name", change: func(s *scene) { s.user.Sub = "3c2a0c1e-0000-4000-8000-000000000002" }},
		{name: "a passkey of another pool", change: func(s *scene) { s.keys[0].PoolID = "us-east-1_other0000" }},
		{name: "a passkey that was deleted", change: func(s *scene) { s.keys = nil }},
		{name: "a public key that is none", change: func(s *scene) { s.keys[0].PublicKey = []byte{1} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			s.registered()
			options, c := s.ask(false)
			if test.change != nil {
				test.change(s)
			}
			var twists []twist
			if test.twist != nil {
				twists = append(twists, test.twist)
			}
			credential, err := s.device.Get([]byte(options), twists...)
			if err != nil {
				t.Fatal(err)
			}
			used, verified, err := FinishSignIn(s.pool, s.user, s.keys, c, string(credential), now)
			if test.right {
				if err != nil || used == nil || !verified {
					t.Errorf("refused: %v", err)
				}
				return
			}
			want(t, err, "NotAuthorized")
			if used != nil || verified {
				t.Error("refused, and yet an answer")
			}
			if err != nil {
				refusals = append(refusals, err.Error())
			}
		})
	}
	if refusals = slices.Compact(refusals); len(refusals) != 1 {
		t.Errorf("refusals tell what is wrong: %q", refusals)
	}
}

// TestReplay: an assertion proves once, even where the authenticator does not count, because its challenge is of one
// sign-in.
func TestReplay(t *testing.T) {
	s := newScene(t)
	s.device.Counts = false
	s.registered()
	options, c := s.ask(false)
	credential, err := s.device.Get([]byte(options))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = FinishSignIn(s.pool, s.user, s.keys, c, string(credential), now)
	want(t, err, "")
	_, next := s.ask(false)
	_, _, err = FinishSignIn(s.pool, s.user, s.keys, next, string(credential), now)
	want(t, err, "NotAuthorized")
}

func TestMalformedAssertions(t *testing.T) {
	for name, twist := range map[string]twist{
		"data cut short":                data(func(b []byte) []byte { return b[:36] }),
		"data and more":                 data(func(b []byte) []byte { return append(b, 0) }),
		"extensions that are not there": func(c *authenticator.Ceremony) { c.Flags |= authenticator.Extended },
		"a key that is not there":       func(c *authenticator.Ceremony) { c.Flags |= authenticator.Attested },
		"no id":                         member("id", nil),
		"ids that differ":               member("rawId", "AAAA"),
		"another type":                  member("type", "password"),
		"no response":                   member("response", nil),
		"a response that is none":       member("response", []any{}),
		"client data that are no JSON":  member(".clientDataJSON", "AAAA"),
		"data that are no base64":       member(".authenticatorData", "?"),
		"an answer too long":            member("more", strings.Repeat("A", longestCredential)),
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.registered()
			_, _, err := s.signIn(false, twist)
			want(t, err, "InvalidParameter")
		})
	}
	s := newScene(t)
	s.registered()
	_, c := s.ask(false)
	for _, text := range []string{"", "null", "{}", "[]", "7", `"credential"`, "{", "\x00", strings.Repeat("[", 1<<16), `{"id":"AAAA"}{}`} {
		_, _, err := FinishSignIn(s.pool, s.user, s.keys, c, text, now)
		want(t, err, "InvalidParameter")
		_, err = ReadRegistration([]byte(text))
		want(t, err, "InvalidParameter")
	}
}

func TestOrigins(t *testing.T) {
	const app = "android:apk-key-hash:"
	sum := strings.Repeat("A", 43) // of 32 bytes
	for _, test := range []struct {
		rp, origin string
		want       bool
	}{
		{"example.com", "https://example.com", true},
		{"example.com", "https://example.com:8443", true},
		{"example.com", "https://a.b.example.com", true},
		{"example.com", "http://example.com", false},
		{"example.com", "https://example.com.", false},
		{"example.com", "https://EXAMPLE.com", false},
		{"example.com", "https://notexample.com", false},
		{"example.com", "https://example.com.evil.org", false},
		{"example.com", "https://evil.org/.example.com", false},
		{"example.com", "https://evil.org?.example.com", false},
		{"example.com", "https://evil.org#.example.com", false},
		{"example.com", "https://example.com@evil.org", false},
		{"example.com", "https://evil.org@example.com", false},
		{"example.com", "https://example.com/", false},
		{"example.com", "https://.example.com/..", false},
		{"example.com", "https://", false},
		{"example.com", "https:example.com", false},
		{"example.com", "//example.com", false},
		{"example.com", "example.com", false},
		{"example.com", "null", false},
		{"example.com", "", false},
		{"example.com", "https://exa mple.com", false},
		{"example.com", "https://example.com:port", false},
		{"example.com", "http://localhost", false},
		{"app.example.com", "https://example.com", false},
		{"com", "https://example.com", true}, // the pool's setting; browsers refuse such a relying party
		{"localhost", "http://localhost", true},
		{"localhost", "http://localhost:3000", true},
		{"localhost", "https://localhost", true},
		{"localhost", "http://app.localhost:3000", true},
		{"localhost", "http://127.0.0.1:3000", true},
		{"localhost", "http://[::1]:3000", true},
		{"localhost", "http://10.0.0.1", false},
		{"localhost", "http://example.com", false},
		{"localhost", "http://notlocalhost", false},
		{"localhost", "ftp://localhost", false},
		{"example.com", app + sum, true},
		{"example.com", "android:apk-key-hash-sha256:" + sum, true},
		{"example.com", app, false},
		{"example.com", app + sum + "A", false},
		{"example.com", app + "?" + sum[1:], false},
		{"example.com", "android:apk-key-hash" + sum, false},
		{"example.com", "ios:bundle-id:com.example", false},
	} {
		if got := allowsOrigin(test.rp, test.origin); got != test.want {
			t.Errorf("%s allows %q: %t", test.rp, test.origin, got)
		}
	}
}
