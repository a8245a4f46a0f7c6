package passkey

import (
	"encoding/json"
	"testing"
)

// response reads the response of a credential, or fails the test.
func response(f *testing.F, credential []byte) (r struct{ ClientDataJSON, AttestationObject, AuthenticatorData, Signature base64Text }) {
	f.Helper()
	var c struct {
		Response *struct{ ClientDataJSON, AttestationObject, AuthenticatorData, Signature base64Text }
	}
	c.Response = &r
	if err := json.Unmarshal(credential, &c); err != nil {
		f.Fatal(err)
	}
	return r
}

// base64Text is base64url in JSON.
type base64Text []byte

func (b *base64Text) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	*b, _ = ID(s)
	return nil
}

func (b base64Text) MarshalJSON() ([]byte, error) { return json.Marshal(IDText(b)) }

// checkRegistration: a registration is refused as documented, or yields a passkey within bounds.
func checkRegistration(t *testing.T, s *scene, c *Ceremony, credential []byte) {
	t.Helper()
	k, err := finish(s.pool, s.user, c, credential)
	if err == nil {
		if len(k.ID) == 0 || len(k.ID) > 1023 || len(k.PublicKey) > 1024 || len(k.Transports) > 6 || k.Name == "" {
			t.Errorf("taken: %+v", k)
		}
		return
	}
	switch code(err) {
	case "InvalidParameter", "WebAuthnChallengeNotFound", "WebAuthnOriginNotAllowed", "WebAuthnRelyingPartyMismatch",
		"WebAuthnCredentialNotSupported":
	default:
		t.Errorf("refused with %v", err)
	}
}

func FuzzRegistration(f *testing.F) {
	s := newScene(f)
	options, c := s.begin()
	for _, format := range []string{"none", "packed", "fido-u2f"} {
		s.device.Format = format
		credential, err := s.device.Create(options)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(credential)
	}
	f.Fuzz(func(t *testing.T, credential []byte) { checkRegistration(t, s, c, credential) })
}

func FuzzAttestationObject(f *testing.F) {
	s := newScene(f)
	options, c := s.begin()
	for _, format := range []string{"none", "packed", "fido-u2f"} {
		s.device.Format = format
		credential, err := s.device.Create(options)
		if err != nil {
			f.Fatal(err)
		}
		r := response(f, credential)
		f.Add([]byte(r.ClientDataJSON), []byte(r.AttestationObject))
	}
	f.Fuzz(func(t *testing.T, client, object []byte) {
		credential, err := json.Marshal(map[string]any{
			"id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": map[string]any{},
			"response": map[string]any{"clientDataJSON": base64Text(client), "attestationObject": base64Text(object)},
		})
		if err != nil {
			t.Fatal(err)
		}
		checkRegistration(t, s, c, credential)
	})
}

// checkSignIn: what the authenticator has not signed is no proof.
func checkSignIn(t *testing.T, s *scene, c *Ceremony, credential []byte, real bool) {
	t.Helper()
	_, _, err := FinishSignIn(s.pool, s.user, s.keys, c, string(credential), now)
	if got := code(err); got != "InvalidParameter" && got != "NotAuthorized" && !real {
		t.Errorf("got %q: %v", got, err)
	}
}

func FuzzSignIn(f *testing.F) {
	s := newScene(f)
	s.registered()
	options, c := s.ask(false)
	_, stale := s.ask(false)
	credential, err := s.device.Get([]byte(options))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(credential)
	f.Fuzz(func(t *testing.T, credential []byte) {
		checkSignIn(t, s, stale, credential, false)
		checkSignIn(t, s, c, credential, true)
	})
}

func FuzzAssertion(f *testing.F) {
	s := newScene(f)
	k := s.registered()
	options, c := s.ask(false)
	credential, err := s.device.Get([]byte(options))
	if err != nil {
		f.Fatal(err)
	}
	r := response(f, credential)
	f.Add([]byte(r.ClientDataJSON), []byte(r.AuthenticatorData), []byte(r.Signature))
	f.Fuzz(func(t *testing.T, client, data, signature []byte) {
		credential, err := json.Marshal(map[string]any{
			"id": base64Text(k.ID), "rawId": base64Text(k.ID), "type": "public-key",
			"response": map[string]any{
				"clientDataJSON": base64Text(client), "authenticatorData": base64Text(data), "signature": base64Text(signature),
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		same := string(client) == string(r.ClientDataJSON) && string(data) == string(r.AuthenticatorData)
		checkSignIn(t, s, c, credential, same)
	})
}
