package userpool

import (
	"time"

	"ostiary/cognitoidp"
)

// Attempt is one step of a sign-in under way: what the API calls a Session, or for SRP the
// SECRET_BLOCK. It is kept under a keyed hash of that string and remembers what was proved. Every
// successful step consumes it and leaves a new one.
type Attempt struct {
	ID       []byte // keyed hash of the session string
	PoolID   string
	ClientID string
	Username string // the stored username; for a simulated user the made-up one
	// Simulated: nobody has that name, and the client hides who exists; no answer will be right.
	Simulated bool

	Flow      cognitoidp.AuthFlowType
	Challenge cognitoidp.ChallengeNameType // the challenge it waits for

	// PasswordSet is when the password was set that this attempt began with; a newer one ends it.
	PasswordSet time.Time

	Proved Proofs
	// SecondFactor is the factor asked for or chosen; "" while none is.
	SecondFactor Factor

	// SRP is the server's half of a password proof under way; the store seals it.
	SRP []byte

	// CodeHash is the keyed hash of the code sent; CodeAttribute is where it goes (email or
	// phone_number), CodeValue the address itself.
	CodeHash      []byte
	CodeAttribute string
	CodeValue     string

	// PendingTOTP was handed out by AssociateSoftwareToken for this attempt; the store seals it.
	PendingTOTP []byte
	DeviceKey   string
	EventID     string // UUID; becomes the event_id claim

	Created time.Time
	Expires time.Time
	// Consumed: a step with this session has succeeded; it is kept until Expires so that a second
	// use can be told from a made-up one.
	Consumed bool
}

// Proofs is what an attempt has shown so far.
type Proofs struct {
	FirstFactor  bool
	NewPassword  bool
	SecondFactor bool
	Device       bool
	// EnrolledTOTP: an authenticator app was verified by VerifySoftwareToken with this session, so
	// that MFA_SETUP can be answered.
	EnrolledTOTP bool
}
