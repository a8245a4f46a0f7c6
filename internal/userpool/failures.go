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

// Passwords and codes lock separately.
const (
	WrongPassword FailureKind = "password"
	WrongCode     FailureKind = "code"
)
