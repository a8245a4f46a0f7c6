package awserr

import (
	"fmt"

	"ostiary/cognitoidp"
)

// WebAuthnNotEnabled: WEB_AUTHN is not among the pool's AllowedFirstAuthFactors.
func WebAuthnNotEnabled() error {
	return refuse(cognitoidp.WebAuthnNotEnabledException, "WebAuthn is not enabled for the user pool.")
}

// WebAuthnConfigurationMissing: the pool has no relying party id.
func WebAuthnConfigurationMissing() error {
	return refuse(cognitoidp.WebAuthnConfigurationMissingException, "The user pool has no relying party id for passkeys.")
}

// WebAuthnChallengeNotFound: no StartWebAuthnRegistration of this user waits for the answer, or no longer.
func WebAuthnChallengeNotFound() error {
	return refuse(cognitoidp.WebAuthnChallengeNotFoundException, "The challenge is unknown or has expired. Start the registration again.")
}

// WebAuthnClientMismatch: the registration was started with a token of another app client.
func WebAuthnClientMismatch() error {
	return refuse(cognitoidp.WebAuthnClientMismatchException, "The registration was started by another app client.")
}

// WebAuthnOriginNotAllowed: the page that made the passkey is not of the relying party.
func WebAuthnOriginNotAllowed() error {
	return refuse(cognitoidp.WebAuthnOriginNotAllowedException, "The origin of the credential does not belong to the relying party.")
}

// WebAuthnRelyingPartyMismatch: the passkey was made for another relying party.
func WebAuthnRelyingPartyMismatch() error {
	return refuse(cognitoidp.WebAuthnRelyingPartyMismatchException, "The credential was made for another relying party.")
}

// WebAuthnCredentialNotSupported: a key, or a form of attestation, that is not taken, or an authenticator
// that has not verified its user where it must. Why is a sentence.
func WebAuthnCredentialNotSupported(why string) error {
	return refuse(cognitoidp.WebAuthnCredentialNotSupportedException, "The user pool does not accept the credential. "+why)
}

// InvalidCredential: what should come from an authenticator cannot.
func InvalidCredential() error {
	return refuse(cognitoidp.InvalidParameterException, "Credential data is not valid")
}

// PasskeyExists: the passkey is registered already.
func PasskeyExists() error {
	return refuse(cognitoidp.InvalidParameterException, "The credential is already registered")
}

// TooManyPasskeys: the user has as many as a user can have.
func TooManyPasskeys(most int) error {
	return refuse(cognitoidp.LimitExceededException, fmt.Sprintf("A user can have %d passkeys.", most))
}

// PasskeyNotFound: the user has no passkey of this id. Operation: DeleteWebAuthnCredential.
func PasskeyNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "The credential does not exist.")
}

// PasskeyNotProved: the assertion proves no passkey of the user.
func PasskeyNotProved() error {
	return refuse(cognitoidp.NotAuthorizedException, "The passkey could not be verified.")
}
