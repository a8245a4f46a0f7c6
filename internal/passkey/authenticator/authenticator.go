// Package authenticator is an authenticator and the browser before it, in software, for tests: it makes
// passkeys and signs in by them, rightly, or wrongly in whatever way a test asks for. It shares no code
// with what it tests.
package authenticator

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// The refusals of an honest authenticator.
var (
	ErrExcluded = errors.New("the user has a passkey of this authenticator already")
	ErrNoKey    = errors.New("no passkey of this authenticator will do")
)

// Flags of authenticator data (Web Authentication Level 3, section 6.1).
const (
	UserPresent    = 1 << 0
	UserVerified   = 1 << 2
	BackupEligible = 1 << 3
	BackedUp       = 1 << 4
	Attested       = 1 << 6
	Extended       = 1 << 7
)

// Authenticator is one device with its browser. The zero value makes ES256 passkeys, tests its user's
// presence, and neither knows who that is, nor counts, nor lets keys leave it. Fields may change between
// ceremonies. It is not safe for concurrent use.
type Authenticator struct {
	Origin string        // of the page, such as https://example.com
	Key    crypto.Signer // of the next passkey: ES256, RS256 or EdDSA; nil makes a new one, of ES256
	Format string        // of attestation: none, packed or fido-u2f; "" is none
	Flags  byte          // beside UserPresent
	Counts bool          // signs with a sign count that grows

	AAGUID     [16]byte
	Attachment string // platform, cross-platform or ""
	Transports []string

	keys []*key
}

type key struct {
	id, user []byte
	rpID     string
	signer   crypto.Signer
	count    uint32
}

// Ceremony is all that an answer is made of, for a test to twist before it is signed.
type Ceremony struct {
	Type        string // webauthn.create or webauthn.get
	Challenge   string
	Origin      string
	TopOrigin   string // "" is left out
	CrossOrigin bool

	RPID         string // whose hash is signed
	Flags        byte
	Count        uint32
	CredentialID []byte
	UserHandle   []byte // of a sign-in
	Signer       crypto.Signer

	PublicKey []byte         // of a registration, COSE_Key
	Format    string         // of a registration
	Statement map[string]any // of a registration; nil is what Format asks for

	// Data changes the authenticator data before it is signed.
	Data func(data []byte) []byte
	// Response changes the members of the answer once it is signed.
	Response func(response map[string]any)
}

// Create answers PublicKeyCredentialCreationOptionsJSON with a RegistrationResponseJSON.
func (a *Authenticator) Create(options []byte, twists ...func(*Ceremony)) ([]byte, error) {
	var in struct {
		RP        struct{ ID string }
		User      struct{ ID string }
		Challenge string
		Exclude   []struct{ ID string } `json:"excludeCredentials"`
	}
	if err := json.Unmarshal(options, &in); err != nil {
		return nil, fmt.Errorf("read creation options: %w", err)
	}
	for _, excluded := range in.Exclude {
		if a.find(in.RP.ID, excluded.ID) != nil {
			return nil, ErrExcluded
		}
	}
	user, err := base64.RawURLEncoding.DecodeString(in.User.ID)
	if err != nil {
		return nil, fmt.Errorf("read the user's id: %w", err)
	}
	k := &key{id: make([]byte, 16), user: user, rpID: in.RP.ID, signer: a.Key}
	rand.Read(k.id)
	if k.signer == nil {
		if k.signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, err
		}
	}
	a.Key = nil
	a.keys = append(a.keys, k)

	c := a.ceremony("webauthn.create", in.Challenge, k)
	c.Flags |= Attested
	c.Format = a.Format
	if c.PublicKey, err = coseKey(k.signer.Public()); err != nil {
		return nil, err
	}
	for _, twist := range twists {
		twist(c)
	}
	data := slices.Concat(c.head(), a.AAGUID[:], []byte{byte(len(c.CredentialID) >> 8), byte(len(c.CredentialID))}, c.CredentialID, c.PublicKey)
	if c.Data != nil {
		data = c.Data(data)
	}
	client := c.clientData()
	statement, err := c.statement(data, client)
	if err != nil {
		return nil, err
	}
	object := Encode(map[string]any{"fmt": c.format(), "attStmt": statement, "authData": data})
	return a.answer(c, map[string]any{
		"clientDataJSON": b64(client), "attestationObject": b64(object), "authenticatorData": b64(data),
		"transports": a.Transports, "publicKeyAlgorithm": -7,
	})
}

// Get answers PublicKeyCredentialRequestOptionsJSON with an AuthenticationResponseJSON, by the first of
// the allowed passkeys that it has.
func (a *Authenticator) Get(options []byte, twists ...func(*Ceremony)) ([]byte, error) {
	var in struct {
		RPID      string
		Challenge string
		Allow     []struct{ ID string } `json:"allowCredentials"`
	}
	if err := json.Unmarshal(options, &in); err != nil {
		return nil, fmt.Errorf("read request options: %w", err)
	}
	var k *key
	for _, allowed := range in.Allow {
		if k = a.find(in.RPID, allowed.ID); k != nil {
			break
		}
	}
	if k == nil {
		return nil, ErrNoKey
	}
	c := a.ceremony("webauthn.get", in.Challenge, k)
	c.UserHandle = k.user
	for _, twist := range twists {
		twist(c)
	}
	data := c.head()
	if c.Data != nil {
		data = c.Data(data)
	}
	client := c.clientData()
	signature, err := sign(c.Signer, slices.Concat(data, hash(client)))
	if err != nil {
		return nil, err
	}
	response := map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
	if c.UserHandle != nil {
		response["userHandle"] = b64(c.UserHandle)
	}
	return a.answer(c, response)
}

func (a *Authenticator) find(rpID, id string) *key {
	for _, k := range a.keys {
		if k.rpID == rpID && b64(k.id) == id {
			return k
		}
	}
	return nil
}

func (a *Authenticator) ceremony(kind, challenge string, k *key) *Ceremony {
	if a.Counts {
		k.count++
	}
	return &Ceremony{
		Type: kind, Challenge: challenge, Origin: a.Origin, RPID: k.rpID,
		Flags: UserPresent | a.Flags, Count: k.count, CredentialID: k.id, Signer: k.signer,
	}
}

// answer is a credential as the browser's toJSON writes it.
func (a *Authenticator) answer(c *Ceremony, response map[string]any) ([]byte, error) {
	credential := map[string]any{
		"id": b64(c.CredentialID), "rawId": b64(c.CredentialID), "type": "public-key",
		"clientExtensionResults": map[string]any{}, "response": response,
	}
	if a.Attachment != "" {
		credential["authenticatorAttachment"] = a.Attachment
	}
	if c.Response != nil {
		c.Response(credential)
	}
	return json.Marshal(credential)
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
