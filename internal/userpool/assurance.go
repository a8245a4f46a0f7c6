package userpool

import (
	"slices"
	"strconv"
)

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

// ACR is the pool's name of an authentication level, 1 to 4 (AcrConfiguration).
func (p *Pool) ACR(level int) string { return p.ACRNames()["Level"+strconv.Itoa(level)] }

// ACRLevels are the levels that names stand for, in their order; unknown names are left out.
func (p *Pool) ACRLevels(names []string) []int {
	var levels []int
	for _, name := range names {
		for level := range 4 {
			if p.ACR(level+1) == name {
				levels = append(levels, level+1)
			}
		}
	}
	return levels
}
