package awserr

import "ostiary/cognitoidp"

// PoolNotFound: no user pool has this id, or it was deleted.
func PoolNotFound(poolID string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "User pool "+poolID+" does not exist.")
}

// ClientNotFound: no app client has this id, or it belongs to another pool than the one named.
func ClientNotFound(clientID string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "User pool client "+clientID+" does not exist.")
}

// UserNotFound: nobody has the name given by an administrator, or a signed-in user was deleted.
func UserNotFound() error {
	return refuse(cognitoidp.UserNotFoundException, "User does not exist.")
}

// UserDisabled refuses a user whom an administrator has disabled.
func UserDisabled() error {
	return refuse(cognitoidp.NotAuthorizedException, "User is disabled.")
}

// UserNotConfirmed refuses a user who has not confirmed the sign-up.
func UserNotConfirmed() error {
	return refuse(cognitoidp.UserNotConfirmedException, "User is not confirmed.")
}

// PasswordResetRequired refuses a user who must first set a new password (ForgotPassword).
func PasswordResetRequired() error {
	return refuse(cognitoidp.PasswordResetRequiredException, "Password reset required for the user")
}

// IncorrectUsernameOrPassword refuses a proof without telling what was wrong with it.
func IncorrectUsernameOrPassword() error {
	return refuse(cognitoidp.NotAuthorizedException, "Incorrect username or password.")
}

// AliasExists refuses an e-mail address, phone number or preferred username that signs in another
// user. Attribute is its name.
func AliasExists(attribute string) error {
	return refuse(cognitoidp.AliasExistsException, "An account with the "+attribute+" already exists.")
}

// CodeDeliveryFailed: the mail or SMS provider did not take the message. The cause is for the log
// of the sender, not for the caller.
func CodeDeliveryFailed() error {
	return refuse(cognitoidp.CodeDeliveryFailureException, "Unable to deliver code to user")
}
