package userpool

import (
	"slices"
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
	// Name is what a simulated sign-in began with, of which the user was made up; "" otherwise.
	Name string

	Flow      cognitoidp.AuthFlowType
	Challenge cognitoidp.ChallengeNameType // the challenge it waits for

	// PasswordSet is when the password was set that this attempt began with; a newer one ends it.
	PasswordSet time.Time
	// SignedOut is when the user had last been signed out everywhere; a later sign-out ends the attempt.
	SignedOut time.Time

	// Risk is what adaptive authentication asks for of this sign-in; "" for nothing. RiskLevel is what it was
	// weighed as, of which no event may have been kept.
	Risk      cognitoidp.AccountTakeoverEventActionType
	RiskLevel cognitoidp.RiskLevelType
	// Machine is where it began, as far as risks are told apart by it; nil if the client has not said.
	Machine *Machine

	Proved Proofs
	// Methods are the ways in which the user has proved themselves in this sign-in, as the amr claim has them.
	Methods []Method
	// Earlier are those of an earlier sign-in that counts for this one (ACCESS_TOKEN), and Credited is when that
	// ended; zero for none.
	Earlier  []Method
	Credited time.Time
	// Level is the authentication level that the client asked for (TARGET_ACR_VALUES), 1 to 4; 0 if
	// it did not.
	Level int

	// FirstFactor is the challenge by which the user proves themselves first: given by the flow, chosen
	// by the user (USER_AUTH) or named by DefineAuthChallenge (CUSTOM_AUTH); "" while open.
	FirstFactor cognitoidp.ChallengeNameType
	// SecondFactor is the factor asked for or chosen; "" while none is.
	SecondFactor Factor

	// Rounds are what DefineAuthChallenge is told (CUSTOM_AUTH), oldest first.
	Rounds []Round
	// CustomAnswer is what CreateAuthChallenge keeps for VerifyAuthChallengeResponse
	// (privateChallengeParameters); the store seals it. CustomMetadata is its challengeMetadata.
	CustomAnswer   map[string]string
	CustomMetadata string

	// SRP is the server's half of a password proof under way; the store seals it.
	SRP []byte

	// WebAuthn is the state of a passkey ceremony under way; the store seals it.
	WebAuthn []byte

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

// AllMethods are the ways in which the user has proved themselves, in this sign-in or in an earlier one that counts.
func (a *Attempt) AllMethods() []Method {
	all := slices.Clone(a.Earlier)
	for _, m := range a.Methods {
		if !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}

// Proofs is what an attempt has shown so far.
type Proofs struct {
	// FirstFactor is whole; in CUSTOM_AUTH when DefineAuthChallenge has said so.
	FirstFactor bool
	// Password was right. Where it is all of the first factor, FirstFactor says so too.
	Password     bool
	NewPassword  bool
	SecondFactor bool
	Device       bool
	// EnrolledTOTP: an authenticator app was verified by VerifySoftwareToken with this session, so
	// that MFA_SETUP can be answered.
	EnrolledTOTP bool
}

// Round is one challenge of a CUSTOM_AUTH sign-in and how it ended.
type Round struct {
	Challenge string // a challenge name, or SRP_A for a sign-in that begins with a password
	Passed    bool
	Metadata  string // challengeMetadata of CreateAuthChallenge
}
