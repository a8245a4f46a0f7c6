package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// ClientSecretHashMissing: the app client has a secret, and the request no SecretHash.
func ClientSecretHashMissing(clientID string) error {
	return refuse(cognitoidp.NotAuthorizedException,
		"Client "+clientID+" is configured with secret but SECRET_HASH was not received")
}

// ClientSecretHashWrong: SecretHash is not of this client, its secret and the username sent.
func ClientSecretHashWrong(clientID string) error {
	return refuse(cognitoidp.NotAuthorizedException, "Unable to verify secret hash for client "+clientID)
}

// RefreshSecretHashWrong: the same where a refresh token is exchanged.
func RefreshSecretHashWrong(clientID string) error {
	return refuse(cognitoidp.NotAuthorizedException, "SecretHash does not match for the client: "+clientID)
}

// SignUpNotPermitted: only administrators make users in this pool (AllowAdminCreateUserOnly).
func SignUpNotPermitted() error {
	return refuse(cognitoidp.NotAuthorizedException, "SignUp is not permitted for this user pool")
}

// UsernameNotContact: the pool names users by e-mail address, phone number or both, and the username
// is none of these.
func UsernameNotContact(email, phone bool) error {
	form := "either an email or a phone number"
	switch {
	case !phone:
		form = "an email"
	case !email:
		form = "a phone number"
	}
	return refuse(cognitoidp.InvalidParameterException, "Username should be "+form+".")
}

// UsernameLikeEmail: the username could be taken for an alias.
func UsernameLikeEmail() error {
	return refuse(cognitoidp.InvalidParameterException,
		"Username cannot be of email format, since user pool is configured for email alias.")
}

// UsernameLikePhone: see UsernameLikeEmail.
func UsernameLikePhone() error {
	return refuse(cognitoidp.InvalidParameterException,
		"Username cannot be of phone number format, since user pool is configured for phone number alias.")
}

// PreferredUsernameLikeEmail: as UsernameLikeEmail, of a preferred_username that is an alias.
func PreferredUsernameLikeEmail() error {
	return refuse(cognitoidp.InvalidParameterException,
		"Preferred username cannot be of email format, since user pool is configured for email alias.")
}

// PreferredUsernameLikePhone: see PreferredUsernameLikeEmail.
func PreferredUsernameLikePhone() error {
	return refuse(cognitoidp.InvalidParameterException,
		"Preferred username cannot be of phone number format, since user pool is configured for phone number alias.")
}

// UsernameAttributeDiffers: the username is an e-mail address or phone number, and that attribute was
// given with another value.
func UsernameAttributeDiffers(attribute string) error {
	return refuse(cognitoidp.InvalidParameterException, "The "+attribute+" attribute does not match the username.")
}

// UserExists: the username is taken. Operation: SignUp.
func UserExists() error {
	return refuse(cognitoidp.UsernameExistsException, "User already exists")
}

// UserAccountExists: the username is taken. Operation: AdminCreateUser.
func UserAccountExists() error {
	return refuse(cognitoidp.UsernameExistsException, "User account already exists")
}

// UsernameAttributeExists: the e-mail address or phone number names another user.
func UsernameAttributeExists(attribute string) error {
	return refuse(cognitoidp.UsernameExistsException, "An account with the given "+attribute+" already exists.")
}

// PreferredUsernameAtSignUp: an alias that needs a confirmed user.
func PreferredUsernameAtSignUp() error {
	return refuse(cognitoidp.InvalidParameterException,
		"preferred_username is an alias and can only be set once the user is confirmed.")
}

// UserOfClientNotFound: nobody has that name. Operations without a signature that name an app client.
func UserOfClientNotFound() error {
	return refuse(cognitoidp.UserNotFoundException, "Username/client id combination not found.")
}

// UserNotConfirmable: only a user who waits for it can be confirmed.
func UserNotConfirmable(status cognitoidp.UserStatusType) error {
	return refuse(cognitoidp.NotAuthorizedException, "User cannot be confirmed. Current status is "+string(status))
}

// UserAlreadyConfirmed: no further code is needed. Operation: ResendConfirmationCode.
func UserAlreadyConfirmed() error {
	return refuse(cognitoidp.InvalidParameterException, "User is already confirmed.")
}

// AutoVerificationOff: the pool sends no confirmation codes. Operation: ResendConfirmationCode.
func AutoVerificationOff() error {
	return refuse(cognitoidp.NotAuthorizedException, "Cannot resend codes. Auto verification not turned on.")
}

// NoContactToConfirm: the user has no address that the pool verifies. Operation:
// ResendConfirmationCode.
func NoContactToConfirm() error {
	return refuse(cognitoidp.InvalidParameterException,
		"Cannot resend codes. The user has no attribute that the user pool verifies automatically.")
}

// CodeMismatch: the code is wrong. Outside of sign-in.
func CodeMismatch() error {
	return refuse(cognitoidp.CodeMismatchException, "Invalid verification code provided, please try again.")
}

// CodeExpired: there is no code to compare with: none was asked for, or it was used or has expired.
func CodeExpired() error {
	return refuse(cognitoidp.ExpiredCodeException, "Invalid code provided, please request a code again.")
}

// AttemptLimitExceeded: the user did this too often within the hour.
func AttemptLimitExceeded() error {
	return refuse(cognitoidp.LimitExceededException, "Attempt limit exceeded, please try after some time.")
}

// ResendNotPossible: an invitation is repeated only while its password waits to be changed. User is
// the username or sub as given. Operation: AdminCreateUser.
func ResendNotPossible(user string) error {
	return refuse(cognitoidp.UnsupportedUserStateException,
		"Resend not possible. "+user+" status is not FORCE_CHANGE_PASSWORD")
}

// InvitationNeedsContact: an invitation goes by a medium for which the user has no address.
// Operation: AdminCreateUser.
func InvitationNeedsContact(medium cognitoidp.DeliveryMediumType, attribute string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"The user needs a value for "+attribute+" to get the invitation by "+string(medium)+".")
}

// PasswordlessNeedsContact: a user without a password signs in by a code and needs an address for it.
func PasswordlessNeedsContact() error {
	return refuse(cognitoidp.InvalidParameterException,
		"A user without a password needs an email or phone_number to which sign-in codes can be sent.")
}

// AttributesRefused: attributes of a new user miss the schema. Items are of AttributeItem.
func AttributesRefused(items string) error {
	return refuse(cognitoidp.InvalidParameterException, "Attributes did not conform to the schema: "+items)
}

// AttributeRefused: a changed attribute misses the schema.
func AttributeRefused(item string) error {
	return refuse(cognitoidp.InvalidParameterException, "user."+item)
}

// What can be wrong with an attribute, without its name.
const (
	AttributeIsRequired  = "The attribute is required"
	AttributeIsUnknown   = "Attribute does not exist in the schema."
	AttributeIsImmutable = "Attribute cannot be updated."
	AttributeNoBoolean   = "Boolean must be either true or false"
	AttributeNoNumber    = "Number must be written in digits"
	AttributeNoDate      = "String must be a date of the form YYYY-MM-DD"
)

// AttributeTooLong and its like word the limits of a schema attribute.
func AttributeTooLong(limit string) string {
	return "String must be no longer than " + limit + " characters"
}

// AttributeTooShort: see AttributeTooLong.
func AttributeTooShort(limit string) string {
	return "String must be no shorter than " + limit + " characters"
}

// AttributeTooLarge: see AttributeTooLong.
func AttributeTooLarge(limit string) string { return "Number must be no larger than " + limit }

// AttributeTooSmall: see AttributeTooLong.
func AttributeTooSmall(limit string) string { return "Number must be no smaller than " + limit }

// RequiredAttributeMissing: a required attribute was not given. Challenge: NEW_PASSWORD_REQUIRED.
func RequiredAttributeMissing(name string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"Invalid user attributes: "+name+": "+AttributeIsRequired)
}

// InvalidEmail: the value is no e-mail address.
func InvalidEmail() error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid email address format.")
}

// InvalidPhoneNumber: the value is no phone number in the form of E.164, + and at most 15 digits.
func InvalidPhoneNumber() error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid phone number format.")
}

// AttributeNotWritable: the app client does not let its users write the attribute.
func AttributeNotWritable() error {
	return refuse(cognitoidp.NotAuthorizedException, "A client attempted to write unauthorized attribute")
}

// VerifiedWithoutValue: there is no e-mail address or phone number to call verified.
func VerifiedWithoutValue(attribute string) error {
	return refuse(cognitoidp.InvalidParameterException,
		attribute+" needs a value for "+attribute+"_verified to be set to true.")
}

// LastSignInAttribute: the user would be left without a name to sign in by.
func LastSignInAttribute(attribute string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"Cannot delete "+attribute+": it is the name by which the user signs in.")
}

// AttributeNotVerifiable: only email and phone_number can be verified by a code.
func AttributeNotVerifiable(name string) error {
	return refuse(cognitoidp.InvalidParameterException,
		"Attribute "+strconv.Quote(name)+" cannot be verified. Only email and phone_number can.")
}

// NothingToVerify: the user has no value of the attribute.
func NothingToVerify(attribute string) error {
	return refuse(cognitoidp.InvalidParameterException, "User does not have a value for "+attribute+".")
}

// InvalidSearchAttribute: ListUsers cannot search by this attribute.
func InvalidSearchAttribute(attribute string) error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid search attribute: "+attribute)
}

// InvalidFilter: the Filter of ListUsers is not of the form attribute = "value".
func InvalidFilter() error {
	return refuse(cognitoidp.InvalidParameterException, "Error while parsing filter.")
}

// UnknownAttributeToGet: AttributesToGet names what the schema does not have. Operation: ListUsers.
func UnknownAttributeToGet(name string) error {
	return refuse(cognitoidp.InvalidParameterException, "Attribute does not exist in the schema: "+name)
}
