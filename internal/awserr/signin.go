package awserr

import (
	"fmt"

	"ostiary/cognitoidp"
)

// FlowNotSupported: this entry point does not have the flow.
func FlowNotSupported() error {
	return refuse(cognitoidp.InvalidParameterException, "Initiate Auth method not supported.")
}

// FlowNotEnabled: the app client does not allow the flow (ExplicitAuthFlows).
func FlowNotEnabled(flow cognitoidp.AuthFlowType) error {
	message := "Auth flow not enabled for this client"
	switch flow {
	case cognitoidp.AuthFlowTypeUserPasswordAuth, cognitoidp.AuthFlowTypeUserAuth:
		message = string(flow) + " flow not enabled for this client"
	case cognitoidp.AuthFlowTypeUserSrpAuth, cognitoidp.AuthFlowTypeCustomAuth:
		message = string(flow) + " is not enabled for the client."
	default: // the others share a sentence
	}
	return refuse(cognitoidp.InvalidParameterException, message)
}

// CustomAuthNotConfigured: the pool has no challenge triggers.
func CustomAuthNotConfigured() error {
	return refuse(cognitoidp.InvalidParameterException, "Custom auth lambda trigger is not configured for the user pool.")
}

// ChallengeNotSupported: no sign-in waits for such a challenge.
func ChallengeNotSupported(challenge cognitoidp.ChallengeNameType) error {
	return refuse(cognitoidp.InvalidParameterException, "Challenge "+string(challenge)+" is not supported.")
}

// MissingParameter: an AuthParameter, a ChallengeResponse or the Session is missing or empty.
func MissingParameter(name string) error {
	return refuse(cognitoidp.InvalidParameterException, "Missing required parameter "+name)
}

// ParameterTooLong: a value of AuthParameters has more characters than what it names can have.
func ParameterTooLong(name string, most int) error {
	return refuse(cognitoidp.InvalidParameterException,
		fmt.Sprintf("The parameter %s must have length less than or equal to %d", name, most))
}

// InvalidSRPA: SRP_A is no hexadecimal number, or a multiple of the group's modulus, with which no
// password would be needed (RFC 5054, section 2.5.4).
func InvalidSRPA() error {
	return refuse(cognitoidp.InvalidParameterException, "SRP_A is not a valid value.")
}

// InvalidTimestamp: TIMESTAMP cannot be read.
func InvalidTimestamp() error {
	return refuse(cognitoidp.InvalidParameterException,
		"TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
}

// PasswordAttemptsExceeded: too many wrong passwords; for a while none is looked at.
func PasswordAttemptsExceeded() error {
	return refuse(cognitoidp.NotAuthorizedException, "Password attempts exceeded")
}

// CodeAttemptsExceeded: too many wrong codes; for a while none is looked at.
func CodeAttemptsExceeded() error {
	return refuse(cognitoidp.NotAuthorizedException,
		"Too many invalid credentials attempts. User temporarily locked. Please try again after few seconds.")
}

// TemporaryPasswordExpired: the temporary password was right, but its time is over.
func TemporaryPasswordExpired() error {
	return refuse(cognitoidp.NotAuthorizedException,
		"Temporary password has expired and must be reset by an administrator.")
}

// SessionInvalid: the session is made up, or of another client, user or challenge.
func SessionInvalid() error {
	return refuse(cognitoidp.NotAuthorizedException, "Invalid session for the user.")
}

// SessionExpired: AuthSessionValidity has passed.
func SessionExpired() error {
	return refuse(cognitoidp.NotAuthorizedException, "Invalid session for the user, session is expired.")
}

// SessionUsed: the session has already led to the next step.
func SessionUsed() error {
	return refuse(cognitoidp.NotAuthorizedException, "Invalid session for the user, session can only be used once.")
}

// SignInCodeMismatch: the code of SMS_MFA or EMAIL_OTP is wrong.
func SignInCodeMismatch() error {
	return refuse(cognitoidp.CodeMismatchException, "Invalid code or auth state for the user.")
}

// AttributeAlreadyProvided: NEW_PASSWORD_REQUIRED fills in attributes, it does not change them.
func AttributeAlreadyProvided(name string) error {
	return refuse(cognitoidp.NotAuthorizedException, "Cannot modify an already provided "+name)
}

// ChallengeNotOffered: the chosen first factor is not among those that this sign-in offers.
func ChallengeNotOffered(challenge string) error {
	return refuse(cognitoidp.InvalidParameterException, "Challenge "+challenge+" is not available for the user")
}

// SignInBlocked: the sign-in looks too risky (adaptive authentication).
func SignInBlocked() error {
	return refuse(cognitoidp.NotAuthorizedException, "Unable to login because of security reasons.")
}

// NoKnownACR: none of TARGET_ACR_VALUES names an authentication level of the pool.
func NoKnownACR() error {
	return refuse(cognitoidp.InvalidParameterException, "TARGET_ACR_VALUES has no authentication level of the user pool")
}

// ACRReached: the sign-in that ACCESS_TOKEN comes from has reached the level that is asked for.
func ACRReached(acr string) error {
	return refuse(cognitoidp.InvalidParameterException, "The user has already reached the authentication level "+acr)
}

// ACROutOfReach: the user has no factors that reach any level of TARGET_ACR_VALUES.
func ACROutOfReach() error {
	return refuse(cognitoidp.InvalidParameterException, "The user has no factors to reach an authentication level of TARGET_ACR_VALUES")
}

// AccessTokenOfAnother: ACCESS_TOKEN belongs to another user than USERNAME, or to another app client.
func AccessTokenOfAnother() error {
	return refuse(cognitoidp.NotAuthorizedException, "ACCESS_TOKEN was not issued for the user by this app client")
}

// InvalidMaxAge: MAX_AGE is no number of seconds.
func InvalidMaxAge() error {
	return refuse(cognitoidp.InvalidParameterException, "MAX_AGE must be a whole number of seconds, 0 or more")
}
