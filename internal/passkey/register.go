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
	"github.com/google/uuid"

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
		User:                   userEntity{entity{ID: base64.RawURLEncoding.EncodeToString([]byte(u.Sub)), Name: accountName(p, u)}, displayName(p, u)},
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

// accountName is what authenticators show their user to choose by: the address that the user signs in by,
// where the username is a sub, which says nothing to anybody.
func accountName(p *userpool.Pool, u *userpool.User) string {
	for _, attribute := range []string{userpool.AttrEmail, userpool.AttrPhoneNumber} {
		if address := u.Attributes[attribute]; address != "" && p.UsernameIs(attribute) {
			return address
		}
	}
	return u.Username
}

func displayName(p *userpool.Pool, u *userpool.User) string {
	if name := u.Attributes["name"]; name != "" {
		return name
	}
	return accountName(p, u)
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
	if parsed.Response.CollectedClientData.Type != protocol.CreateCeremony {
		return nil, awserr.InvalidCredential()
	}
	challenge, err := base64.RawURLEncoding.DecodeString(parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return nil, awserr.InvalidCredential()
	}
	return &Registration{parsed, challenge}, nil
}

// Finish makes the passkey, if the answer is one to c, by the steps of section 7.1. Errors are those of
// CompleteWebAuthnRegistration.
func (r *Registration) Finish(p *userpool.Pool, u *userpool.User, c *Ceremony, now time.Time) (*userpool.Passkey, error) {
	rp, object := RelyingParty(p), &r.parsed.Response.AttestationObject
	data, flags := &object.AuthData, object.AuthData.Flags
	switch {
	case subtle.ConstantTimeCompare(r.Challenge, c.Challenge) != 1:
		return nil, awserr.WebAuthnChallengeNotFound()
	case rp == "": // it had one when the registration began
		return nil, awserr.WebAuthnRelyingPartyMismatch()
	case !allows(rp, &r.parsed.Response.CollectedClientData):
		return nil, awserr.WebAuthnOriginNotAllowed()
	case !belongs(data, rp):
		return nil, awserr.WebAuthnRelyingPartyMismatch()
	case !flags.HasUserPresent() || contradictory(flags) || !bytes.Equal(r.parsed.RawID, data.AttData.CredentialID):
		return nil, awserr.InvalidCredential()
	case c.Verify && !flags.HasUserVerified():
		return nil, awserr.WebAuthnCredentialNotSupported("The authenticator has not verified its user.")
	}
	key, err := supportedKey(data.AttData.CredentialPublicKey)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(r.parsed.Raw.AttestationResponse.ClientDataJSON)
	if err := checkAttestation(object, hash[:]); err != nil {
		return nil, err
	}
	model, err := uuid.FromBytes(data.AttData.AAGUID)
	if err != nil {
		return nil, awserr.InvalidCredential()
	}
	attachment := string(r.parsed.AuthenticatorAttachment)
	return &userpool.Passkey{
		PoolID: p.ID, Username: u.Username, Sub: u.Sub,
		ID: slices.Clone(data.AttData.CredentialID), PublicKey: key, RPID: rp, SignCount: int64(data.Counter),
		BackupEligible: flags.HasBackupEligible(), BackedUp: flags.HasBackupState(), UserVerified: flags.HasUserVerified(),
		AAGUID: model.String(), Name: friendlyName(model.String(), attachment),
		Attachment: attachment, Transports: transports(r.parsed.Response.Transports), Created: now,
	}, nil
}

// transports are those that the specification names (section 5.8.4), each once; a client may send any text.
func transports(sent []protocol.AuthenticatorTransport) []string {
	var known []string
	for _, t := range []protocol.AuthenticatorTransport{
		protocol.USB, protocol.NFC, protocol.BLE, protocol.SmartCard, protocol.Hybrid, protocol.Internal,
	} {
		if slices.Contains(sent, t) {
			known = append(known, string(t))
		}
	}
	return known
}
