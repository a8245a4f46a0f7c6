package passkey

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// requestOptions is PublicKeyCredentialRequestOptionsJSON in the service's form.
type requestOptions struct {
	Hints              []string                             `json:"hints"`
	Attestation        string                               `json:"attestation"`
	AttestationFormats []string                             `json:"attestationFormats"`
	Challenge          base64url                            `json:"challenge"`
	Timeout            int                                  `json:"timeout"` // in milliseconds
	RPID               string                               `json:"rpId"`
	Allow              []reference                          `json:"allowCredentials"`
	UserVerification   protocol.UserVerificationRequirement `json:"userVerification"`
}

// signInState is what FinishSignIn has to know of BeginSignIn.
type signInState struct {
	Challenge    string    `json:"challenge"`
	UserVerified bool      `json:"userVerified"` // must be
	Expires      time.Time `json:"expires"`
}

// BeginSignIn is what navigator.credentials.get is asked for, as JSON, where u signs in by one of keys:
// CREDENTIAL_REQUEST_OPTIONS. The state is for FinishSignIn and nobody else.
func BeginSignIn(
	random io.Reader, p *userpool.Pool, u *userpool.User, keys []*userpool.Passkey, requireUV bool, now time.Time,
) (options string, state []byte, err error) {
	rp, ok := RelyingParty(p)
	if !ok {
		return "", nil, awserr.RelyingPartyMissing()
	}
	challenge, err := newChallenge(random)
	if err != nil {
		return "", nil, err
	}
	uv := verification(p, requireUV)
	text, err := json.Marshal(requestOptions{
		Hints: []string{}, Attestation: "none", AttestationFormats: []string{},
		Challenge: challenge, Timeout: 180_000, RPID: rp,
		Allow: references(Usable(p, u, keys)), UserVerification: uv,
	})
	if err != nil {
		return "", nil, fmt.Errorf("encode credential request options: %w", err)
	}
	state, err = json.Marshal(signInState{
		Challenge: challenge.String(), UserVerified: uv == protocol.VerificationRequired, Expires: now.Add(Lifetime),
	})
	if err != nil {
		return "", nil, fmt.Errorf("encode the state of a passkey sign-in: %w", err)
	}
	return string(text), state, nil
}

// FinishSignIn tells which of keys has proved u, by a credential (AuthenticationResponseJSON) that answers
// BeginSignIn. Used is that key as it is to be saved; verified tells whether the authenticator knew its user (PIN,
// biometrics), so that the passkey is two factors. What is no such credential gets InvalidParameterException; one
// that does not prove u NotAuthorizedException, which does not tell why.
func FinishSignIn(
	p *userpool.Pool, u *userpool.User, keys []*userpool.Passkey, state []byte, credential string, now time.Time,
) (used *userpool.Passkey, verified bool, err error) {
	if len(credential) > maxCredential {
		return nil, false, awserr.InvalidCredential()
	}
	assertion, err := protocol.ParseCredentialRequestResponseBytes([]byte(credential))
	if err != nil {
		return nil, false, awserr.InvalidCredential()
	}
	var s signInState
	if json.Unmarshal(state, &s) != nil || !now.Before(s.Expires) || !answers(assertion, p, u, s) {
		return nil, false, awserr.IncorrectUsernameOrPassword()
	}
	for _, k := range Usable(p, u, keys) {
		if slices.Equal(k.ID, assertion.RawID) && proves(assertion, k) {
			next, flags := *k, assertion.Response.AuthenticatorData.Flags
			next.SignCount = int64(assertion.Response.AuthenticatorData.Counter)
			next.BackedUp, next.LastUsed = flags.HasBackupState(), now
			return &next, flags.UserVerified(), nil
		}
	}
	return nil, false, awserr.IncorrectUsernameOrPassword()
}

// answers tells whether an assertion is what was asked of u in the ceremony of the state, whoever signed it (Web
// Authentication Level 3, section 7.2, steps 6 to 19).
func answers(assertion *protocol.ParsedCredentialAssertionData, p *userpool.Pool, u *userpool.User, s signInState) bool {
	client, data := &assertion.Response.CollectedClientData, &assertion.Response.AuthenticatorData
	rp, ok := RelyingParty(p)
	user := assertion.Response.UserHandle
	return ok &&
		client.Type == protocol.AssertCeremony &&
		subtle.ConstantTimeCompare([]byte(client.Challenge), []byte(s.Challenge)) == 1 &&
		allowed(client, rp) && belongs(data, rp) &&
		(len(user) == 0 || string(user) == string(handle(u))) &&
		data.Flags.UserPresent() && (data.Flags.UserVerified() || !s.UserVerified) && !contradictory(data.Flags)
}

// proves tells whether the key has made an assertion (steps 20 to 22): its signature is right, and
// neither a sign count nor a flag tells of a copy.
func proves(assertion *protocol.ParsedCredentialAssertionData, k *userpool.Passkey) bool {
	data := &assertion.Response.AuthenticatorData
	hash := sha256.Sum256(assertion.Raw.AssertionResponse.ClientDataJSON)
	message := slices.Concat(assertion.Raw.AssertionResponse.AuthenticatorData, hash[:])
	return signed(k.PublicKey, message, assertion.Response.Signature) &&
		data.Flags.HasBackupEligible() == k.BackupEligible && k.Advances(int64(data.Counter))
}
