package userpool

import "time"

// MaxTokenLifetime is the most that an app client can set as the validity of access and ID tokens.
const MaxTokenLifetime = 24 * time.Hour

// RevokeTokens voids every token that u has: GlobalSignOut, and disabling. It always moves
// TokensRevoked beyond what it was, even if the clock has not, so that each sign-out reaches what
// was issued after the one before. The caller saves u.
func (u *User) RevokeTokens(now time.Time) {
	// Tokens that carry no session are told apart by iat, which has whole seconds.
	if next := u.TokensRevoked.Add(time.Second); !u.TokensRevoked.IsZero() && next.After(now) {
		now = next
	}
	u.TokensRevoked = now
}
