package passkey

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// longestCredential bounds a credential before it is parsed, in bytes. With every certificate that an
// attestation may carry it has some ten thousand.
const longestCredential = 64 << 10

// Ceremony is one under way: what the authenticator has to answer to.
type Ceremony struct {
	Challenge []byte
	// Verify: the authenticator must verify its user, by a PIN or a finger, not merely notice somebody.
	Verify bool
}

// RelyingParty is the relying party id of a pool's passkeys (WebAuthnConfiguration), "" if it has none.
func RelyingParty(p *userpool.Pool) string {
	if p.WebAuthn == nil || p.WebAuthn.RelyingPartyId == nil {
		return ""
	}
	return *p.WebAuthn.RelyingPartyId
}

// begin draws a challenge: 32 bytes, twice what the specification asks for.
func begin(rand io.Reader, verify bool) (*Ceremony, error) {
	c := &Ceremony{Challenge: make([]byte, 32), Verify: verify}
	if _, err := io.ReadFull(rand, c.Challenge); err != nil {
		return nil, fmt.Errorf("draw a challenge: %w", err)
	}
	return c, nil
}

// text is the challenge as clients return it.
func (c *Ceremony) text() string { return base64.RawURLEncoding.EncodeToString(c.Challenge) }

// verification is the userVerification option: what the pool is set to, unless this ceremony needs more.
func verification(p *userpool.Pool, verify bool) string {
	if verify || requiresVerification(p) {
		return "required"
	}
	return "preferred"
}

func requiresVerification(p *userpool.Pool) bool {
	return p.WebAuthn != nil && p.WebAuthn.UserVerification == cognitoidp.UserVerificationTypeRequired
}

// algorithms are those of the service: ES256 and RS256.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// descriptor is a passkey as options name it.
type descriptor struct {
	Type       string   `json:"type"`
	ID         string   `json:"id"`
	Transports []string `json:"transports,omitempty"`
}

func descriptors(keys []*userpool.Passkey) []descriptor {
	list := make([]descriptor, len(keys))
	for i, k := range keys {
		list[i] = descriptor{Type: "public-key", ID: base64.RawURLEncoding.EncodeToString(k.ID), Transports: k.Transports}
	}
	return list
}

// belongs tells whether an authenticator has signed for the relying party (rpIdHash).
func belongs(data *protocol.AuthenticatorData, rpID string) bool {
	hash := sha256.Sum256([]byte(rpID))
	return bytes.Equal(data.RPIDHash, hash[:])
}

// contradictory: nothing can be backed up that is not eligible for it (section 6.1.3).
func contradictory(f protocol.AuthenticatorFlags) bool {
	return f.HasBackupState() && !f.HasBackupEligible()
}

// Usable are the passkeys that the pool's present relying party can use: a new one makes the old ones
// useless.
func Usable(p *userpool.Pool, keys []*userpool.Passkey) []*userpool.Passkey {
	var usable []*userpool.Passkey
	for _, k := range keys {
		if rp := RelyingParty(p); rp != "" && k.RPID == rp {
			usable = append(usable, k)
		}
	}
	return usable
}

// Marshal is the ceremony as an attempt keeps it.
func (c *Ceremony) Marshal() ([]byte, error) { return json.Marshal(c) }

// Unmarshal reads what Marshal wrote.
func Unmarshal(state []byte) (*Ceremony, error) {
	c := &Ceremony{}
	if err := json.Unmarshal(state, c); err != nil {
		return nil, fmt.Errorf("read the state of a passkey ceremony: %w", err)
	}
	return c, nil
}
