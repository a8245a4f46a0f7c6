package userpool

import "time"

// Failures counts consecutive wrong answers of one kind for one sign-in name, whether or not a user
// of that name exists, so that a lock does not tell who does.
type Failures struct {
	PoolID string
	Name   string // folded username
	Kind   FailureKind
	Count  int
	Last   time.Time
	// Expires is when the count is forgotten.
	Expires time.Time
}

// FailureKind tells what was answered wrongly.
type FailureKind string

// Passwords, codes of a second factor and codes that are a first factor lock separately: who knows
// neither password nor mailbox must not be able to lock the second factor.
const (
	WrongPassword FailureKind = "password"
	WrongCode     FailureKind = "code"
	WrongOTP      FailureKind = "otp"
)

// The lock after wrong answers: the fifth in a row locks for a second, each further one for twice as
// long, up to a quarter of an hour. Codes of a first factor have more digits, and the service lets at
// least six be wrong in a row; the tenth locks. A pause forgets them all: after as long for passwords,
// after a day for codes, which have so few digits that fourteen guesses every quarter of an hour would
// find one within months.
const (
	failuresBeforeLock = 5
	otpsBeforeLock     = 10
	longestLock        = 15 * time.Minute
	codesForgotten     = 24 * time.Hour
)

func (k FailureKind) beforeLock() int {
	if k == WrongOTP {
		return otpsBeforeLock
	}
	return failuresBeforeLock
}

// LockedAt tells whether answers are refused at now.
func (f *Failures) LockedAt(now time.Time) bool {
	if f.Count < f.Kind.beforeLock() || !now.Before(f.Expires) {
		return false
	}
	pause := longestLock
	if doublings := f.Count - f.Kind.beforeLock(); doublings < 10 { // 2^10 s is past the longest
		pause = time.Second << doublings
	}
	return now.Before(f.Last.Add(pause))
}

// Add counts one more wrong answer at now.
func (f *Failures) Add(now time.Time) {
	if !now.Before(f.Expires) {
		f.Count = 0
	}
	f.Count++
	f.Last, f.Expires = now, now.Add(longestLock)
	if f.Kind != WrongPassword {
		f.Expires = now.Add(codesForgotten)
	}
}
