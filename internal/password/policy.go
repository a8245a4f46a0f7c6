package password

import (
	"strings"
	"unicode/utf8"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

const (
	lowercase = "abcdefghijklmnopqrstuvwxyz"
	uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numbers   = "0123456789"
	// symbols are the characters that RequireSymbols counts; a space counts inside of a password.
	symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"
)

// Check refuses a password that misses the policy, with InvalidPasswordException for the first thing
// it misses. Letters and digits are those of Basic Latin.
func Check(policy userpool.PasswordPolicy, plaintext string) error {
	has := func(class string) bool { return strings.ContainsAny(plaintext, class) }
	switch {
	case utf8.RuneCountInString(plaintext) < policy.MinimumLength:
		return awserr.PasswordTooShort()
	case policy.RequireLowercase && !has(lowercase):
		return awserr.PasswordNeedsLowercase()
	case policy.RequireUppercase && !has(uppercase):
		return awserr.PasswordNeedsUppercase()
	case policy.RequireNumbers && !has(numbers):
		return awserr.PasswordNeedsNumber()
	case policy.RequireSymbols && !has(symbols) && !strings.Contains(strings.Trim(plaintext, " "), " "):
		return awserr.PasswordNeedsSymbol()
	default:
		return nil
	}
}
