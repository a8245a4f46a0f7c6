package awserr

import (
	"fmt"

	"ostiary/cognitoidp"
)

// PasskeysNotEnabled: the pool does not let sign-ins start with a passkey (AllowedFirstAuthFactors).
// Operations: StartWebAuthnRegistration, CompleteWebAuthnRegistration.
func PasskeysNotEnabled() error {
	return refuse(cognitoidp.WebAuthnNotEnabledException, "WebAuthn is not enabled for the user pool.")
}

// RelyingPartyMissing: nothing says which domain passkeys would belong to. Operation:
// StartWebAuthnRegistration.
func RelyingPartyMissing() error {
	return refuse(cognitoidp.WebAuthnConfigurationMissingException,
		"The user pool has neither a relying party ID nor a domain.")
}

// InvalidCredential: the text is not what a browser's toJSON makes of a public-key credential, or its
// parts do not fit each other. Operation: CompleteWebAuthnRegistration; challenge: WEB_AUTHN.
func InvalidCredential() error {
	return refuse(cognitoidp.InvalidParameterException, "Credential data is not valid")
}

// PasskeyChallengeNotFound: no registration of the user waits for this answer, or no longer. Operation:
// CompleteWebAuthnRegistration.
func PasskeyChallengeNotFound() error {
	return refuse(cognitoidp.WebAuthnChallengeNotFoundException,
		"The registration was not started, has expired or was completed: call StartWebAuthnRegistration again.")
}

// PasskeyClientMismatch: the registration was started with a token of another app client. Operation:
// CompleteWebAuthnRegistration.
func PasskeyClientMismatch() error {
	return refuse(cognitoidp.WebAuthnClientMismatchException,
		"The registration was started by another app client.")
}

// PasskeyOriginNotAllowed: the page or app that made the credential does not belong to the relying
// party. Operation: CompleteWebAuthnRegistration.
func PasskeyOriginNotAllowed() error {
	return refuse(cognitoidp.WebAuthnOriginNotAllowedException,
		"The credential's origin does not belong to the user pool's relying party ID.")
}

// PasskeyRelyingPartyMismatch: the credential was made for another relying party. Operation:
// CompleteWebAuthnRegistration.
func PasskeyRelyingPartyMismatch() error {
	return refuse(cognitoidp.WebAuthnRelyingPartyMismatchException,
		"The credential belongs to another relying party ID than the user pool's.")
}

// PasskeyNotSupported: the authenticator cannot do what the pool asks for: its algorithm, its form of
// attestation, or that it verifies the user. Operation: CompleteWebAuthnRegistration.
func PasskeyNotSupported(why string) error {
	return refuse(cognitoidp.WebAuthnCredentialNotSupportedException, "The credential is not supported: "+why)
}

// PasskeyExists: a credential of this id is registered, by this user or another. Operation:
// CompleteWebAuthnRegistration.
func PasskeyExists() error {
	return refuse(cognitoidp.InvalidParameterException, "The credential is already registered.")
}

// TooManyPasskeys: the user has as many passkeys as one can have. Operations:
// StartWebAuthnRegistration, CompleteWebAuthnRegistration.
func TooManyPasskeys(most int) error {
	return refuse(cognitoidp.LimitExceededException, fmt.Sprintf("A user can have at most %d passkeys.", most))
}

// PasskeyNotFound: the user has no passkey of this id. Operation: DeleteWebAuthnCredential.
func PasskeyNotFound() error {
	return refuse(cognitoidp.ResourceNotFoundException, "Credential does not exist.")
}
