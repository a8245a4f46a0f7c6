package passkey

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/google/uuid"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// creationOptions is PublicKeyCredentialCreationOptionsJSON in the service's form.
type creationOptions struct {
	RP        rpEntity    `json:"rp"`
	User      userEntity  `json:"user"`
	Challenge base64url   `json:"challenge"`
	Keys      []keyKind   `json:"pubKeyCredParams"`
	Timeout   int         `json:"timeout"` // in milliseconds
	Exclude   []reference `json:"excludeCredentials"`
	Selection selection   `json:"authenticatorSelection"`
}

type rpEntity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type userEntity struct {
	ID          base64url `json:"id"`
	Name        string    `json:"name"`
	DisplayName string    `json:"displayName"`
}

type keyKind struct {
	Type      string                               `json:"type"`
	Algorithm webauthncose.COSEAlgorithmIdentifier `json:"alg"`
}

type selection struct {
	RequireResidentKey bool                                 `json:"requireResidentKey"`
	ResidentKey        string                               `json:"residentKey"`
	UserVerification   protocol.UserVerificationRequirement `json:"userVerification"`
}

// reference names a credential (PublicKeyCredentialDescriptorJSON).
type reference struct {
	ID         base64url `json:"id"`
	Type       string    `json:"type"`
	Transports []string  `json:"transports,omitempty"`
}

type base64url = protocol.URLEncodedBase64

const publicKey = "public-key" // the type of every credential

// BeginRegistration is what navigator.credentials.create is asked for a new passkey of u, as JSON, and
// the challenge in it, as Registration.Challenge will answer it. Keys are those that u has. Errors are
// those of StartWebAuthnRegistration.
func BeginRegistration(
	random io.Reader, p *userpool.Pool, u *userpool.User, keys []*userpool.Passkey, requireUV bool,
) (options []byte, challenge string, err error) {
	rp, ok := RelyingParty(p)
	if !ok {
		return nil, "", awserr.RelyingPartyMissing()
	}
	if len(keys) >= userpool.MostPasskeys {
		return nil, "", awserr.TooManyPasskeys(userpool.MostPasskeys)
	}
	drawn, err := newChallenge(random)
	if err != nil {
		return nil, "", err
	}
	options, err = json.Marshal(creationOptions{
		RP:        rpEntity{ID: rp, Name: rp},
		User:      userEntity{ID: handle(u), Name: accountName(p, u)},
		Challenge: drawn,
		Keys:      []keyKind{{publicKey, webauthncose.AlgES256}, {publicKey, webauthncose.AlgRS256}},
		Timeout:   60_000,
		Exclude:   references(Usable(p, u, keys)),
		Selection: selection{RequireResidentKey: true, ResidentKey: "required", UserVerification: verification(p, requireUV)},
	})
	if err != nil {
		return nil, "", fmt.Errorf("encode credential creation options: %w", err)
	}
	return options, drawn.String(), nil
}

// newChallenge is twice as long as it must be (section 13.4.3).
func newChallenge(random io.Reader) (base64url, error) {
	challenge := make([]byte, 32)
	if _, err := io.ReadFull(random, challenge); err != nil {
		return nil, fmt.Errorf("draw a passkey challenge: %w", err)
	}
	return challenge, nil
}

// handle names the user to authenticators, which show it to nobody: the sub, which outlives every
// change of name.
func handle(u *userpool.User) base64url { return base64url(u.Sub) }

// accountName is what authenticators show their user. Where the username is a sub it says nothing, so
// it is the address that the user signs in by.
func accountName(p *userpool.Pool, u *userpool.User) string {
	for _, attribute := range []string{userpool.AttrEmail, userpool.AttrPhoneNumber} {
		if address := u.Attributes[attribute]; address != "" && p.UsernameIs(attribute) {
			return address
		}
	}
	return u.Username
}

func references(keys []*userpool.Passkey) []reference {
	list := make([]reference, len(keys))
	for i, k := range keys {
		list[i] = reference{ID: k.ID, Type: publicKey, Transports: k.Transports}
	}
	return list
}

// Registration is a browser's answer to BeginRegistration. Nothing in it is proved but by Verify.
type Registration struct {
	Challenge string // of the BeginRegistration that it claims to answer
	parsed    *protocol.ParsedCredentialCreationData
}

// maxCredential is how long a credential may be, in bytes. Those with the certificates of a TPM have
// some 10 kB.
const maxCredential = 64 << 10

// ParseRegistration reads a RegistrationResponseJSON, or answers InvalidParameterException.
func ParseRegistration(credential []byte) (*Registration, error) {
	if len(credential) > maxCredential {
		return nil, awserr.InvalidCredential()
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil || parsed.Response.CollectedClientData.Type != protocol.CreateCeremony {
		return nil, awserr.InvalidCredential()
	}
	return &Registration{Challenge: parsed.Response.CollectedClientData.Challenge, parsed: parsed}, nil
}

// Verify makes a passkey of u of the answer, whose challenge the caller has found to be one that u was
// given. Errors are those of CompleteWebAuthnRegistration.
//
// The steps are those of section 7.1.
func (r *Registration) Verify(p *userpool.Pool, u *userpool.User, requireUV bool, now time.Time) (*userpool.Passkey, error) {
	object := &r.parsed.Response.AttestationObject
	data, flags := &object.AuthData, object.AuthData.Flags
	rp, ok := RelyingParty(p)
	switch {
	case !ok:
		return nil, awserr.PasskeyRelyingPartyMismatch()
	case !allowed(&r.parsed.Response.CollectedClientData, rp):
		return nil, awserr.PasskeyOriginNotAllowed()
	case !belongs(data, rp):
		return nil, awserr.PasskeyRelyingPartyMismatch()
	case !flags.UserPresent(), contradictory(flags), string(r.parsed.RawID) != string(data.AttData.CredentialID):
		return nil, awserr.InvalidCredential()
	case verification(p, requireUV) == protocol.VerificationRequired && !flags.UserVerified():
		return nil, awserr.PasskeyNotSupported("the user pool requires user verification.")
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
	return &userpool.Passkey{
		PoolID: p.ID, Username: u.Username, Sub: u.Sub,
		ID: slices.Clone(data.AttData.CredentialID), PublicKey: key, RPID: rp, SignCount: int64(data.Counter),
		BackupEligible: flags.HasBackupEligible(), BackedUp: flags.HasBackupState(), UserVerified: flags.UserVerified(),
		AAGUID: model.String(), Name: friendlyName(model.String()),
		Attachment: string(r.parsed.AuthenticatorAttachment), Transports: transports(r.parsed.Response.Transports),
		Created: now,
	}, nil
}

// transports are those known to the specification, each once: what else a client sends would only be
// carried along.
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
