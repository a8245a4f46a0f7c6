package passkey

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

// creationOptions is PublicKeyCredentialCreationOptionsJSON with the members that the service sends.
type creationOptions struct {
	RP                     entity                         `json:"rp"`
	User                   userEntity                     `json:"user"`
	Challenge              string                         `json:"challenge"`
	PubKeyCredParams       []protocol.CredentialParameter `json:"pubKeyCredParams"`
	Timeout                int                            `json:"timeout"` // in milliseconds
	ExcludeCredentials     []descriptor                   `json:"excludeCredentials"`
	AuthenticatorSelection selection                      `json:"authenticatorSelection"`
}

type entity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type userEntity struct {
	entity
	DisplayName string `json:"displayName"`
}

type selection struct {
	RequireResidentKey bool   `json:"requireResidentKey"`
	ResidentKey        string `json:"residentKey"`
	UserVerification   string `json:"userVerification"`
}

// BeginRegistration asks for a new passkey of u, beside the keys that there are. The options go to the
// authenticator.
func BeginRegistration(rand io.Reader, p *userpool.Pool, u *userpool.User, keys []*userpool.Passkey) (cognitoidp.Document, *Ceremony, error) {
	rp := RelyingParty(p)
	if rp == "" {
		return nil, nil, awserr.WebAuthnConfigurationMissing()
	}
	c, err := begin(rand, requiresVerification(p) || mfa.PasskeyCounts(p, u))
	if err != nil {
		return nil, nil, err
	}
	options, err := json.Marshal(creationOptions{
		RP:                     entity{ID: rp, Name: rp},
		User:                   userEntity{entity{ID: base64.RawURLEncoding.EncodeToString([]byte(u.Sub)), Name: u.Username}, displayName(u)},
		Challenge:              c.text(),
		PubKeyCredParams:       algorithms,
		Timeout:                60_000,
		ExcludeCredentials:     descriptors(Usable(p, keys)),
		AuthenticatorSelection: selection{true, "required", verification(p, c.Verify)},
	})
	if err != nil {
		return nil, nil, fmt.Errorf("write the options of a passkey: %w", err)
	}
	return options, c, nil
}

func displayName(u *userpool.User) string {
	if name := u.Attributes["name"]; name != "" {
		return name
	}
	return u.Username
}

// Registration is a RegistrationResponseJSON that has been read and not yet been looked at.
type Registration struct {
	parsed *protocol.ParsedCredentialCreationData
	// Challenge is the one that it answers: it names the ceremony.
	Challenge []byte
}

// ReadRegistration reads what an authenticator answers to creation options.
func ReadRegistration(credential cognitoidp.Document) (*Registration, error) {
	if len(credential) > longestCredential {
		return nil, awserr.InvalidCredential()
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return nil, awserr.InvalidCredential()
	}
	challenge, err := base64.RawURLEncoding.DecodeString(parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return nil, awserr.InvalidCredential()
	}
	return &Registration{parsed, challenge}, nil
}

// Finish makes the passkey, if the answer is one to c.
func (r *Registration) Finish(p *userpool.Pool, u *userpool.User, c *Ceremony, now time.Time) (*userpool.Passkey, error) {
	rp, client, object := RelyingParty(p), r.parsed.Response.CollectedClientData, r.parsed.Response.AttestationObject
	hash := sha256.Sum256([]byte(rp))
	switch {
	case rp == "":
		return nil, awserr.WebAuthnConfigurationMissing()
	case !allows(rp, client.Origin):
		return nil, awserr.WebAuthnOriginNotAllowed()
	case !bytes.Equal(object.AuthData.RPIDHash, hash[:]):
		return nil, awserr.WebAuthnRelyingPartyMismatch()
	case c.Verify && !object.AuthData.Flags.HasUserVerified():
		return nil, awserr.WebAuthnCredentialNotSupported()
	}
	web, app := origins(client.Origin)
	_, err := r.parsed.Verify(c.text(), rp, web, app, nil, protocol.TopOriginExplicitVerificationMode, false, c.Verify, true,
		nil, algorithms, protocol.AttestationPolicy{
			AndroidKey: protocol.AndroidKeyPolicy{AuthorizationScope: protocol.AndroidKeyAuthorizationScopeUnion},
		}, protocol.SignaturePolicy{})
	if err != nil {
		return nil, refusal(err)
	}
	flags := object.AuthData.Flags
	if flags.HasBackupState() && !flags.HasBackupEligible() {
		return nil, awserr.InvalidCredential()
	}
	transports := []string{}
	for _, t := range r.parsed.Response.Transports {
		if known := string(t); slices.Contains(knownTransports, known) && !slices.Contains(transports, known) {
			transports = append(transports, known)
		}
	}
	return &userpool.Passkey{
		PoolID: p.ID, Username: u.Username, Sub: u.Sub,
		ID: object.AuthData.AttData.CredentialID, PublicKey: object.AuthData.AttData.CredentialPublicKey, RPID: rp,
		SignCount: int64(object.AuthData.Counter), BackupEligible: flags.HasBackupEligible(), BackedUp: flags.HasBackupState(),
		Name:       friendlyName(object.AuthData.AttData.AAGUID, string(r.parsed.AuthenticatorAttachment)),
		Attachment: string(r.parsed.AuthenticatorAttachment), Transports: transports, Created: now,
	}, nil
}

// knownTransports are those that the specification names (section 5.8.4); a client may send any text.
var knownTransports = []string{"usb", "nfc", "ble", "smart-card", "hybrid", "internal"}

// refusal is why a registration does not count: a key of a kind that the service does not take, or data
// that prove nothing.
func refusal(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) {
		switch e.Type {
		case protocol.ErrUnsupportedKey.Type, protocol.ErrUnsupportedAlgorithm.Type, protocol.ErrAttestationFormat.Type:
			return awserr.WebAuthnCredentialNotSupported()
		}
	}
	return awserr.InvalidCredential()
}
