package passkey

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// requestOptions is PublicKeyCredentialRequestOptionsJSON with the members that the service sends.
type requestOptions struct {
	Hints              []string     `json:"hints"`
	Attestation        string       `json:"attestation"`
	AttestationFormats []string     `json:"attestationFormats"`
	Challenge          string       `json:"challenge"`
	Timeout            int          `json:"timeout"` // in milliseconds
	RPID               string       `json:"rpId"`
	AllowCredentials   []descriptor `json:"allowCredentials"`
	UserVerification   string       `json:"userVerification"`
}

// BeginSignIn asks for a proof by one of the keys. Options is the JSON text of
// CREDENTIAL_REQUEST_OPTIONS. Verify asks for more than the pool's setting does.
func BeginSignIn(rand io.Reader, p *userpool.Pool, keys []*userpool.Passkey, verify bool) (options string, c *Ceremony, err error) {
	if c, err = begin(rand, verify || requiresVerification(p)); err != nil {
		return "", nil, err
	}
	text, err := json.Marshal(requestOptions{
		Hints: []string{}, Attestation: "none", AttestationFormats: []string{},
		Challenge: c.text(), Timeout: 180_000, RPID: RelyingParty(p),
		AllowCredentials: descriptors(Usable(p, keys)), UserVerification: verification(p, c.Verify),
	})
	if err != nil {
		return "", nil, fmt.Errorf("write the options of a sign-in by passkey: %w", err)
	}
	return string(text), c, nil
}

// FinishSignIn finds the passkey by which credential, an AuthenticationResponseJSON, proves u. Used is a
// copy to be saved, with the counter and flags of this sign-in; verified tells whether the authenticator
// has verified its user. What proves nothing is NotAuthorizedException, always the same.
func FinishSignIn(p *userpool.Pool, u *userpool.User, keys []*userpool.Passkey, c *Ceremony, credential string, now time.Time) (used *userpool.Passkey, verified bool, err error) {
	if len(credential) > longestCredential {
		return nil, false, awserr.InvalidCredential()
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(credential))
	if err != nil {
		return nil, false, awserr.InvalidCredential()
	}
	key := find(Usable(p, keys), answer.RawID)
	if key == nil || !proves(answer, p, u, key, c) {
		return nil, false, awserr.PasskeyNotProved()
	}
	data := answer.Response.AuthenticatorData
	k := *key
	k.SignCount, k.BackedUp, k.LastUsed = int64(data.Counter), data.Flags.HasBackupState(), now
	return &k, data.Flags.HasUserVerified(), nil
}

// proves tells whether an assertion is one by key for the ceremony, by the steps of section 7.2.
func proves(answer *protocol.ParsedCredentialAssertionData, p *userpool.Pool, u *userpool.User, key *userpool.Passkey, c *Ceremony) bool {
	client, data, handle := &answer.Response.CollectedClientData, &answer.Response.AuthenticatorData, answer.Response.UserHandle
	hash := sha256.Sum256(answer.Raw.AssertionResponse.ClientDataJSON)
	message := slices.Concat(answer.Raw.AssertionResponse.AuthenticatorData, hash[:])
	return signed(key.PublicKey, message, answer.Response.Signature) &&
		key.PoolID == p.ID && key.Sub == u.Sub &&
		(len(handle) == 0 || bytes.Equal(handle, []byte(u.Sub))) &&
		client.Type == protocol.AssertCeremony &&
		subtle.ConstantTimeCompare([]byte(client.Challenge), []byte(c.text())) == 1 &&
		allows(key.RPID, client) && belongs(data, key.RPID) &&
		data.Flags.HasUserPresent() && (data.Flags.HasUserVerified() || !c.Verify) &&
		// Whether it can be backed up never changes in the life of a key.
		data.Flags.HasBackupEligible() == key.BackupEligible && !contradictory(data.Flags) &&
		CountsOn(key, int64(data.Counter))
}

// CountsOn tells whether a counter can follow the key's. One that does not grow is that of a copy (section
// 6.1.1); authenticators that do not count say 0.
func CountsOn(key *userpool.Passkey, counter int64) bool {
	return counter == 0 && key.SignCount == 0 || counter > key.SignCount
}

func find(keys []*userpool.Passkey, id []byte) *userpool.Passkey {
	for _, k := range keys {
		if bytes.Equal(k.ID, id) {
			return k
		}
	}
	return nil
}

// ID reads a CredentialId as the operations have it.
func ID(text string) ([]byte, bool) {
	id, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return id, err == nil
}

// IDText is a credential id as the operations have it.
func IDText(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }
