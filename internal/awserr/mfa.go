package awserr

import "ostiary/cognitoidp"

// NoDeliveryConfig: the user lacks what the factor needs: a verified authenticator app, a phone
// number, an e-mail address. Operation: SetUserMFAPreference.
func NoDeliveryConfig(factor string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"User does not have delivery config set to turn on "+factor)
}

// MFANotOnInPool: the user pool has not switched the factor on, so no sign-in would ask for it.
// Operation: SetUserMFAPreference.
func MFANotOnInPool(factor string) error {
	return refuse(cognitoidp.InvalidParameterException, factor+" is not enabled for the user pool")
}

// SeveralPreferredMFA: at most one factor can be preferred. Operation: SetUserMFAPreference.
func SeveralPreferredMFA() error {
	return refuse(cognitoidp.InvalidParameterException, "Only one MFA method can be set as preferred")
}

// PreferredMFANotActive: only an active factor can be preferred. Operation: SetUserMFAPreference.
func PreferredMFANotActive(factor string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"Cannot set "+factor+" as preferred MFA method: it is not enabled for the user")
}

// WebAuthnMFANeedsAnotherFactor: a passkey counts as MFA only beside another active factor.
// Operation: SetUserMFAPreference.
func WebAuthnMFANeedsAnotherFactor() error {
	return refuse(cognitoidp.InvalidParameterException,
		"WEB_AUTHN cannot be the only MFA method: enable another one first")
}

// MFANotOffered: the chosen factor is not among those that this sign-in offers.
func MFANotOffered(factor string) error {
	return refuse(cognitoidp.InvalidParameterException, "MFA method "+factor+" is not available for the user")
}

// MFAImpossible: the pool requires a second factor, and the user has none and can enrol none.
func MFAImpossible() error {
	return refuse(cognitoidp.MFAMethodNotFoundException, "No MFA method is available for the user")
}

// MFASetupIncomplete: MFA_SETUP was answered before any factor was set up.
func MFASetupIncomplete() error {
	return refuse(cognitoidp.InvalidParameterException,
		"Set up an MFA method first: VerifySoftwareToken with this session, or the EMAIL or PHONE_NUMBER challenge response")
}

// SoftwareTokenNotOnInPool: the pool does not have authenticator apps on.
func SoftwareTokenNotOnInPool() error {
	return refuse(cognitoidp.SoftwareTokenMFANotFoundException,
		"Software Token MFA has not been enabled by the userPool")
}

// SoftwareTokenNotFound: the user has no authenticator app registered.
func SoftwareTokenNotFound() error {
	return refuse(cognitoidp.SoftwareTokenMFANotFoundException, "Software Token MFA does not exist for the user.")
}

// SoftwareTokenNotStarted: VerifySoftwareToken without AssociateSoftwareToken before it.
func SoftwareTokenNotStarted() error {
	return refuse(cognitoidp.EnableSoftwareTokenMFAException,
		"Associate a software token before verifying it")
}

// SoftwareTokenEnrolmentMismatch: the code given to VerifySoftwareToken is wrong.
func SoftwareTokenEnrolmentMismatch() error {
	return refuse(cognitoidp.EnableSoftwareTokenMFAException, "Code mismatch and fail enable Software Token MFA")
}

// TOTPMismatch: the code of SOFTWARE_TOKEN_MFA is wrong.
func TOTPMismatch() error {
	return refuse(cognitoidp.CodeMismatchException, "Invalid code received for user")
}

// TOTPUsed: the code was right, but has been used before.
func TOTPUsed() error {
	return refuse(cognitoidp.ExpiredCodeException, "Your software token has already been used once.")
}

// EitherAccessTokenOrSession: AssociateSoftwareToken and VerifySoftwareToken take exactly one of the
// two.
func EitherAccessTokenOrSession() error {
	return refuse(cognitoidp.InvalidParameterException, "Provide either an AccessToken or a Session")
}

// OnlySMSOption: the legacy settings know SMS to phone_number and nothing else. Operations:
// SetUserSettings, AdminSetUserSettings.
func OnlySMSOption() error {
	return refuse(cognitoidp.InvalidParameterException,
		"MFAOptions can only have DeliveryMedium SMS with AttributeName phone_number")
}

// NoSoftwareTokenToDelete: the user has no authenticator app. Operation: AdminDeleteSoftwareToken.
func NoSoftwareTokenToDelete() error {
	return refuse(cognitoidp.ResourceNotFoundException, "Software Token MFA does not exist for the user.")
}
