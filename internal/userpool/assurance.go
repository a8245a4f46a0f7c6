package userpool

import "slices"

// Method is a way in which a user has proved themselves, as the amr claim names it (RFC 8176, and the
// service's own names for one-time passwords by message).
type Method string

// The methods of local users.
const (
	MethodPassword    Method = "pwd"
	MethodTOTP        Method = "otp"
	MethodSMS         Method = "sms"
	MethodEmail       Method = "email_otp"
	MethodSyncedKey   Method = "swk" // a passkey that can leave its device
	MethodHardwareKey Method = "hwk" // a passkey that cannot
	MethodSeveral     Method = "mfa"
)

// Level is the highest of the four authentication levels that proofs by these methods reach together,
// 0 if none: a password is the first, a one-time password by message the second; a passkey, or a
// password with such a one-time password, the third; a password with an authenticator app the fourth.
func Level(methods []Method) int {
	has := func(m ...Method) bool {
		return slices.ContainsFunc(m, func(m Method) bool { return slices.Contains(methods, m) })
	}
	message := has(MethodSMS, MethodEmail)
	switch {
	case has(MethodPassword) && has(MethodTOTP):
		return 4
	case has(MethodSyncedKey, MethodHardwareKey), has(MethodPassword) && message:
		return 3
	case message:
		return 2
	case has(MethodPassword):
		return 1
	default:
		return 0
	}
}
