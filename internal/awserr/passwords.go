package awserr

import "ostiary/cognitoidp"

// PasswordTooShort, PasswordNeedsLowercase and so on: what the pool's password policy misses first.
func PasswordTooShort() error { return passwordPolicy("Password not long enough") }

// PasswordNeedsLowercase: see PasswordTooShort.
func PasswordNeedsLowercase() error { return passwordPolicy("Password must have lowercase characters") }

// PasswordNeedsUppercase: see PasswordTooShort.
func PasswordNeedsUppercase() error { return passwordPolicy("Password must have uppercase characters") }

// PasswordNeedsNumber: see PasswordTooShort.
func PasswordNeedsNumber() error { return passwordPolicy("Password must have numeric characters") }

// PasswordNeedsSymbol: see PasswordTooShort.
func PasswordNeedsSymbol() error { return passwordPolicy("Password must have symbol characters") }

func passwordPolicy(reason string) error {
	return refuse(cognitoidp.InvalidPasswordException, "Password did not conform with policy: "+reason)
}

// PasswordRequired: no password was given, and the pool has no sign-in without one. Operation: SignUp.
func PasswordRequired() error {
	return refuse(cognitoidp.InvalidParameterException, "Password should not be empty")
}

// PasswordReused refuses one of the last passwords (PasswordHistorySize).
func PasswordReused() error {
	return refuse(cognitoidp.PasswordHistoryPolicyViolationException, "Password has previously been used")
}

// PasswordNotResettable: in this status there is no password to recover: it is temporary, or its
// user has not confirmed the sign-up. Operations: ForgotPassword, AdminResetUserPassword.
func PasswordNotResettable() error {
	return refuse(cognitoidp.NotAuthorizedException, "User password cannot be reset in the current state.")
}

// NoRecoveryContact: no verified address to which a code could go. Operations: ForgotPassword,
// AdminResetUserPassword.
func NoRecoveryContact() error {
	return refuse(cognitoidp.InvalidParameterException,
		"Cannot reset password for the user as there is no registered/verified email or phone_number")
}

// RecoveryByAdminOnly: the pool leaves recovery to administrators (AccountRecoverySetting).
func RecoveryByAdminOnly() error {
	return refuse(cognitoidp.NotAuthorizedException, "Contact administrator to reset password.")
}
