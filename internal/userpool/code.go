package userpool

import "time"

// CodePurpose tells what a code confirms. A user has at most one code of each purpose; a new one
// replaces it.
type CodePurpose string

// The purposes of codes outside of sign-in.
const (
	CodeSignUp         CodePurpose = "SignUp"
	CodeForgotPassword CodePurpose = "ForgotPassword"
	CodeVerifyEmail    CodePurpose = "Verify:email"
	CodeVerifyPhone    CodePurpose = "Verify:phone_number"
)

// Code is a confirmation code that was sent to a user. Only a keyed hash of it is kept.
type Code struct {
	PoolID    string
	Username  string
	Purpose   CodePurpose
	Hash      []byte
	Attribute string // email or phone_number: where it went; "" if nowhere
	Value     string // the address it went to
	Tries     int    // wrong answers so far
	Created   time.Time
	Expires   time.Time
}
