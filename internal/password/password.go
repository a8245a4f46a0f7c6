package password

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"time"

	"ostiary/internal/srp"
	"ostiary/internal/userpool"
)

// New makes what is kept of a password. Username is the stored one: clients compute with it after
// USER_ID_FOR_SRP, whatever name they signed in by.
func New(rand io.Reader, p *userpool.Pool, username, plaintext string, now time.Time) (*userpool.Password, error) {
	salt, err := srp.NewSalt(rand)
	if err != nil {
		return nil, fmt.Errorf("make a password: %w", err)
	}
	return &userpool.Password{
		Salt:     salt,
		Verifier: srp.Verifier(p.Suffix(), username, plaintext, salt),
		Set:      now.UTC().Truncate(time.Microsecond),
	}, nil
}

// NewTemporary makes a password that must be replaced at the first sign-in, within the time that the
// pool's policy leaves.
func NewTemporary(rand io.Reader, p *userpool.Pool, username, plaintext string, now time.Time) (*userpool.Password, error) {
	set, err := New(rand, p, username, plaintext, now)
	if err != nil {
		return nil, err
	}
	set.Temporary = true
	set.Expires = set.Set.Add(p.PasswordPolicy().TemporaryLife)
	return set, nil
}

// Matches tells whether plaintext is the password kept. It takes the same time for a right and a
// wrong one. Nothing matches a password that is not there; to hide even that, compare with MadeUp.
func Matches(kept *userpool.Password, p *userpool.Pool, username, plaintext string) bool {
	return kept != nil && srp.CheckPassword(p.Suffix(), username, plaintext, kept.Salt, kept.Verifier)
}

// Hasher is the keyed hash that package secret has.
type Hasher interface {
	Hash(purpose string, data ...[]byte) []byte
}

// MadeUp is the password of somebody who does not exist: always the same for one pool and name, as
// costly to compare with as a real one, and matched by nothing.
func MadeUp(keys Hasher, p *userpool.Pool, username string) *userpool.Password {
	key := keys.Hash("simulated password", []byte(p.ID))
	salt, verifier := srp.Simulated(key, p.Fold(username))
	return &userpool.Password{Salt: salt, Verifier: verifier}
}

// Reused tells whether plaintext is among the user's last passwords, the present one the first of
// them, that the pool does not let come back (PasswordHistorySize).
func Reused(p *userpool.Pool, u *userpool.User, plaintext string) bool {
	reused := false
	for _, kept := range recent(p, u) {
		if Matches(&kept, p, u.Username, plaintext) {
			reused = true // all are compared, so that the time does not tell which
		}
	}
	return reused
}

// Replace gives u a new password and moves the one before to the history.
func Replace(p *userpool.Pool, u *userpool.User, set *userpool.Password) {
	history := recent(p, u)
	if size := p.PasswordPolicy().HistorySize; len(history) > size-1 { // the new one counts too
		history = history[:max(0, size-1)]
	}
	u.PasswordHistory = history
	u.Password = set
}

// recent is the present password and those before it, newest first, as many as the policy counts.
func recent(p *userpool.Pool, u *userpool.User) []userpool.Password {
	size := p.PasswordPolicy().HistorySize
	var list []userpool.Password
	if u.Password != nil {
		list = append(list, *u.Password)
	}
	list = append(list, slices.Clone(u.PasswordHistory)...)
	return list[:min(size, len(list))]
}

// Same tells whether two records are of one password, set once; both may be nil.
func Same(a, b *userpool.Password) bool {
	if a == nil || b == nil {
		return a == b
	}
	return bytes.Equal(a.Salt, b.Salt) && bytes.Equal(a.Verifier, b.Verifier)
}
