package passkey

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/passkey/authenticator"
	"ostiary/internal/userpool"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// scene is a user of a pool whose relying party is example.com, before a page of that domain.
type scene struct {
	t      testing.TB
	pool   *userpool.Pool
	user   *userpool.User
	device *authenticator.Authenticator
	keys   []*userpool.Passkey // registered
}

func newScene(t testing.TB) *scene {
	return &scene{
		t:    t,
		pool: &userpool.Pool{ID: "us-east-1_abcdefghi", WebAuthn: &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("example.com")}},
		user: &userpool.User{PoolID: "us-east-1_abcdefghi", Username: "ana", Sub: "3c2a0c1e-0000-4000-8000-000000000001"},
		device: &authenticator.Authenticator{
			Origin: "https://app.example.com", Flags: authenticator.UserVerified, Counts: true,
			Attachment: "platform", Transports: []string{"internal", "hybrid", "carrier-pigeon", "internal"},
		},
	}
}

func (s *scene) requireVerification() {
	s.pool.WebAuthn.UserVerification = cognitoidp.UserVerificationTypeRequired
}

func (s *scene) begin() (options []byte, c *Ceremony) {
	s.t.Helper()
	options, c, err := BeginRegistration(rand.Reader, s.pool, s.user, s.keys)
	if err != nil {
		s.t.Fatal(err)
	}
	return options, c
}

func finish(p *userpool.Pool, u *userpool.User, c *Ceremony, credential []byte) (*userpool.Passkey, error) {
	r, err := ReadRegistration(credential)
	if err != nil {
		return nil, err
	}
	return r.Finish(p, u, c, now)
}

// register makes a passkey, as the twist has it, and adds it to the user's if it is taken.
func (s *scene) register(twists ...func(*authenticator.Ceremony)) (*userpool.Passkey, error) {
	s.t.Helper()
	options, c := s.begin()
	credential, err := s.device.Create(options, twists...)
	if err != nil {
		s.t.Fatal(err)
	}
	k, err := finish(s.pool, s.user, c, credential)
	if err == nil {
		s.keys = append(s.keys, k)
	}
	return k, err
}

func (s *scene) registered() *userpool.Passkey {
	s.t.Helper()
	k, err := s.register()
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

// ask begins a sign-in.
func (s *scene) ask(verify bool) (options string, c *Ceremony) {
	s.t.Helper()
	options, c, err := BeginSignIn(rand.Reader, s.pool, s.keys, verify)
	if err != nil {
		s.t.Fatal(err)
	}
	return options, c
}

// signIn signs in, as the twist has it.
func (s *scene) signIn(verify bool, twists ...func(*authenticator.Ceremony)) (*userpool.Passkey, bool, error) {
	s.t.Helper()
	options, c := s.ask(verify)
	credential, err := s.device.Get([]byte(options), twists...)
	if err != nil {
		s.t.Fatal(err)
	}
	return FinishSignIn(s.pool, s.user, s.keys, c, string(credential), now.Add(time.Hour))
}

// code is the error's code without Exception; "" for none.
func code(err error) string {
	var e *cognitoidp.Error
	if errors.As(err, &e) {
		return strings.TrimSuffix(string(e.Code), "Exception")
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func want(t testing.TB, err error, wanted string) {
	t.Helper()
	if got := code(err); got != wanted {
		t.Errorf("got %q (%v), want %q", got, err, wanted)
	}
}

func asJSON(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	return members
}

func TestCreationOptions(t *testing.T) {
	s := newScene(t)
	k := s.registered()
	options, c := s.begin()
	wanted := map[string]any{
		"rp":        map[string]any{"id": "example.com", "name": "example.com"},
		"user":      map[string]any{"id": "M2MyYTBjMWUtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx", "name": "ana", "displayName": "ana"},
		"challenge": c.text(),
		"pubKeyCredParams": []any{
			map[string]any{"type": "public-key", "alg": -7.0}, map[string]any{"type": "public-key", "alg": -257.0},
		},
		"timeout": 60000.0,
		"excludeCredentials": []any{
			map[string]any{"type": "public-key", "id": IDText(k.ID), "transports": []any{"hybrid", "internal"}},
		},
		"authenticatorSelection": map[string]any{"requireResidentKey": true, "residentKey": "required", "userVerification": "preferred"},
	}
	if diff := cmp.Diff(wanted, asJSON(t, options)); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	if len(c.Challenge) != 32 {
		t.Errorf("a challenge of %d bytes", len(c.Challenge))
	}
	if _, again := s.begin(); again.text() == c.text() {
		t.Error("two registrations with one challenge")
	}
	// An authenticator that has a passkey of the user makes no second one.
	if _, err := s.device.Create(options); !errors.Is(err, authenticator.ErrExcluded) {
		t.Errorf("a second passkey on one device: %v", err)
	}
}

func TestWhoIsShown(t *testing.T) {
	s := newScene(t)
	shown := func() string {
		options, _ := s.begin()
		user, _ := asJSON(t, options)["user"].(map[string]any)
		return user["name"].(string) + ", " + user["displayName"].(string)
	}
	s.user.Attributes = map[string]string{"email": "ana@example.com", "phone_number": "+15555550100"}
	for _, test := range []struct {
		named []cognitoidp.UsernameAttributeType
		name  string
		want  string
	}{
		{nil, "", "ana, ana"},
		{[]cognitoidp.UsernameAttributeType{"phone_number", "email"}, "", "ana@example.com, ana@example.com"},
		{[]cognitoidp.UsernameAttributeType{"phone_number"}, "Ana Lovelace", "+15555550100, Ana Lovelace"},
	} {
		s.pool.Settings.UsernameAttributes, s.user.Attributes["name"] = test.named, test.name
		if got := shown(); got != test.want {
			t.Errorf("%v: shown as %s, want %s", test.named, got, test.want)
		}
	}
}

func TestVerificationAskedFor(t *testing.T) {
	for _, test := range []struct {
		name     string
		change   func(*scene)
		register bool
		signIn   bool // where sign-in asks for no more than the pool
	}{
		{"preferred", func(*scene) {}, false, false},
		{"required by the pool", (*scene).requireVerification, true, true},
		{"passkey MFA", func(s *scene) {
			s.pool.WebAuthn.FactorConfiguration = cognitoidp.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
			s.user.MFA = userpool.MFASettings{SMS: true, WebAuthn: true}
		}, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			test.change(s)
			asked := map[bool]any{true: "required", false: "preferred"}
			options, c := s.begin()
			selection, _ := asJSON(t, options)["authenticatorSelection"].(map[string]any)
			if selection["userVerification"] != asked[test.register] || c.Verify != test.register {
				t.Errorf("registration asks for %v, %v", selection["userVerification"], c.Verify)
			}
			for more, wanted := range map[bool]bool{false: test.signIn, true: true} {
				text, c := s.ask(more)
				if got := asJSON(t, []byte(text))["userVerification"]; got != asked[wanted] || c.Verify != wanted {
					t.Errorf("sign-in asks for %v, %v", got, c.Verify)
				}
			}
		})
	}
}

func TestNoRelyingParty(t *testing.T) {
	s := newScene(t)
	options, c := s.begin()
	credential, err := s.device.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	k := s.registered()
	s.pool.WebAuthn.RelyingPartyId = nil
	_, err = finish(s.pool, s.user, c, credential)
	want(t, err, "WebAuthnRelyingPartyMismatch")
	s.pool.WebAuthn = nil
	_, _, err = BeginRegistration(rand.Reader, s.pool, s.user, nil)
	want(t, err, "WebAuthnConfigurationMissing")
	if usable := Usable(s.pool, []*userpool.Passkey{k}); usable != nil {
		t.Errorf("usable without a relying party: %v", usable)
	}
}

// TestKeysAndForms: every algorithm asked for and every form that an authenticator in software can make is
// registered, and signs in.
func TestKeysAndForms(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"none", "packed", "fido-u2f"} {
		for _, kind := range []string{"ES256", "RS256"} {
			if format == "fido-u2f" && kind == "RS256" {
				continue // U2F knows ES256 alone
			}
			t.Run(format+" "+kind, func(t *testing.T) {
				s := newScene(t)
				s.device.Format = format
				if kind == "RS256" {
					s.device.Key = key
				}
				k := s.registered()
				used, verified, err := s.signIn(true)
				if err != nil || !verified {
					t.Fatalf("sign-in: %v, verified %t", err, verified)
				}
				wanted := *k
				wanted.SignCount, wanted.LastUsed = 2, now.Add(time.Hour)
				if diff := cmp.Diff(&wanted, used); diff != "" {
					t.Errorf("used (-want +got):\n%s", diff)
				}
				if k.SignCount != 1 || !k.LastUsed.IsZero() {
					t.Error("sign-in changed the passkey that it was given")
				}
			})
		}
	}
}

func TestWhatIsKept(t *testing.T) {
	s := newScene(t)
	s.device.AAGUID = [16]byte{0xfb, 0xfc, 0x30, 0x07, 0x15, 0x4e, 0x4e, 0xcc, 0x8c, 0x0b, 0x6e, 0x02, 0x05, 0x57, 0xd7, 0xbd}
	s.device.Flags |= authenticator.BackupEligible | authenticator.BackedUp
	var id []byte
	k, err := s.register(func(c *authenticator.Ceremony) { id = c.CredentialID })
	if err != nil {
		t.Fatal(err)
	}
	wanted := &userpool.Passkey{
		PoolID: s.pool.ID, Username: "ana", Sub: s.user.Sub, ID: id, PublicKey: k.PublicKey, RPID: "example.com", SignCount: 1,
		BackupEligible: true, BackedUp: true, UserVerified: true, AAGUID: "fbfc3007-154e-4ecc-8c0b-6e020557d7bd",
		Name: "iCloud Keychain", Attachment: "platform", Transports: []string{"hybrid", "internal"}, Created: now,
	}
	if diff := cmp.Diff(wanted, k); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}

	s = newScene(t)
	s.device.Attachment, s.device.Transports, s.device.Flags, s.device.Counts = "cross-platform", nil, 0, false
	k = s.registered()
	if k.Name != "Security key" || k.UserVerified || k.BackupEligible || k.BackedUp || k.SignCount != 0 || k.Transports != nil {
		t.Errorf("kept %+v", k)
	}
	used, verified, err := s.signIn(false)
	if err != nil || verified || used.SignCount != 0 {
		t.Errorf("sign-in by an authenticator that neither verifies nor counts: %v, %t, %+v", err, verified, used)
	}
	s.device.Attachment = "telepathic"
	s.keys = nil
	s.device = &authenticator.Authenticator{Origin: s.device.Origin, Attachment: "telepathic"}
	if k = s.registered(); k.Name != "Passkey" || k.Attachment != "" {
		t.Errorf("kept %+v", k)
	}
}

// TestSynced: a passkey may be backed up after it was made, and taken out of the backup again.
func TestSynced(t *testing.T) {
	s := newScene(t)
	s.device.Flags |= authenticator.BackupEligible
	s.registered()
	for _, backedUp := range []bool{true, false} {
		used, _, err := s.signIn(false, func(c *authenticator.Ceremony) {
			if backedUp {
				c.Flags |= authenticator.BackedUp
			}
		})
		if err != nil || used.BackedUp != backedUp || !used.BackupEligible {
			t.Errorf("sign-in: %v, %+v", err, used)
		}
	}
}

func TestRequestOptions(t *testing.T) {
	s := newScene(t)
	k := s.registered()
	old := *k
	old.RPID, old.ID = "old.example.com", []byte("made for another relying party")
	s.keys = append(s.keys, &old)
	text, c := s.ask(false)
	wanted := map[string]any{
		"hints": []any{}, "attestation": "none", "attestationFormats": []any{},
		"challenge": c.text(), "timeout": 180000.0, "rpId": "example.com", "userVerification": "preferred",
		"allowCredentials": []any{
			map[string]any{"type": "public-key", "id": IDText(k.ID), "transports": []any{"hybrid", "internal"}},
		},
	}
	if diff := cmp.Diff(wanted, asJSON(t, []byte(text))); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}

func TestEdDSAIsNotAskedFor(t *testing.T) {
	s := newScene(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s.device.Key = key
	_, err = s.register()
	want(t, err, "WebAuthnCredentialNotSupported")
}

func TestCredentialIDs(t *testing.T) {
	for _, id := range [][]byte{{}, {0}, []byte("\xff\xfe\xfd\xfc")} {
		if back, ok := ID(IDText(id)); !ok || !bytes.Equal(back, id) {
			t.Errorf("%x came back as %x, %t", id, back, ok)
		}
	}
	for _, text := range []string{"?", "A", "AA==", "AB"} {
		if id, ok := ID(text); ok {
			t.Errorf("%q is the id %x", text, id)
		}
	}
}

func TestState(t *testing.T) {
	c := &Ceremony{Challenge: []byte{1, 2, 3}, Verify: true}
	state, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Unmarshal(state)
	if diff := cmp.Diff(c, back); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := Unmarshal(nil); err == nil || code(err) != err.Error() {
		t.Errorf("no state: %v, want a fault", err)
	}
}
