package token

import (
	"io"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// ScopeUserAdmin lets an access token call the operations on its own user. Tokens of the API have
// exactly this scope.
const ScopeUserAdmin = "aws.cognito.signin.user.admin"

// Hasher makes keyed hashes; *secret.Keyring is one.
type Hasher interface {
	Hash(purpose string, data ...[]byte) []byte
}

// Service issues and verifies tokens. Fill in the exported fields; it is then safe for concurrent
// use and must not be copied.
type Service struct {
	Store   store.Store
	Secrets Hasher // of refresh tokens
	// Issuer is the iss claim of a pool's tokens: an absolute URL that contains the pool's id.
	Issuer func(poolID string) string
	// Base is the URL under which a pool's JWKS and discovery document are served, where that is not
	// the issuer; nil means it is.
	Base func(poolID string) string
	// Triggers changes the claims of tokens (PreTokenGeneration).
	Triggers *trigger.Service
	// Issued, if there, hears of tokens that were issued, and what for: one of the Grant constants.
	Issued func(grant string)
	Now    func() time.Time
	Rand   io.Reader // safe for concurrent use

	prepare sync.Once
	pools   *lru.Cache[string, *keySet] // by pool id
	stock   chan stocked
}

// cachedPools bounds how many pools' keys are held ready. A pool takes about 10 kB.
const cachedPools = 1000

func (s *Service) ready() {
	s.prepare.Do(func() {
		var err error
		if s.pools, err = lru.New[string, *keySet](cachedPools); err != nil {
			panic("token: " + err.Error()) // never with a positive size
		}
		s.stock = make(chan stocked, stockSize)
	})
}

// afterSignOut is now, or the first instant that a sign-out of u does not reach, if that is later:
// the clock of the node that signed u out may be ahead. A new sign-in works at once.
func afterSignOut(u *userpool.User, now time.Time, unit time.Duration) time.Time {
	now = now.Truncate(unit)
	if u.TokensRevoked.IsZero() {
		return now
	}
	if first := u.TokensRevoked.Truncate(unit).Add(unit); first.After(now) {
		return first
	}
	return now
}
