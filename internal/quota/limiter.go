package quota

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// rememberedPools bounds the pairs of pool and operation whose rate is known.
const rememberedPools = 16384

// challengeFactor is how many answers to challenges go with each sign-in that may be begun.
const challengeFactor = 3

// Limiter counts requests. Make it with New; it is safe for concurrent use. A nil Limiter lets
// everything pass.
type Limiter struct {
	categories map[Category]*rate.Limiter // never changed after New, only what it points to
	challenges *rate.Limiter
	pools      *lru.Cache[poolOperation, *rate.Limiter]
}

type poolOperation struct{ poolID, operation string }

// New returns a Limiter at the service's default rates.
func New() *Limiter {
	pools, err := lru.New[poolOperation, *rate.Limiter](rememberedPools)
	if err != nil {
		panic("quota: " + err.Error()) // only for a size below one
	}
	l := &Limiter{categories: map[Category]*rate.Limiter{}, pools: pools}
	for c, limit := range Limits() {
		l.categories[c] = perSecond(limit.Rate)
	}
	l.challenges = perSecond(challengeFactor * Limits()[UserAuthentication].Rate)
	return l
}

// perSecond allows n requests a second, all of them at once if need be.
func perSecond(n int) *rate.Limiter { return rate.NewLimiter(rate.Limit(n), n) }

// SetRate changes the rate of a category, in requests per second, from this time on. It is what
// UpdateProvisionedLimit does; whether it may is the caller's question.
func (l *Limiter) SetRate(c Category, perSecond int, now time.Time) {
	if l == nil || l.categories[c] == nil {
		return
	}
	set := func(limiter *rate.Limiter, n int) {
		limiter.SetLimitAt(now, rate.Limit(n))
		limiter.SetBurstAt(now, n)
	}
	set(l.categories[c], perSecond)
	if c == UserAuthentication {
		set(l.challenges, challengeFactor*perSecond)
	}
}

// Allow counts a request for operation on the pool, which is empty for an operation on none, and
// tells whether it is within its rates. An operation without a category is allowed: the API
// refuses it by itself.
func (l *Limiter) Allow(operation, poolID string, now time.Time) bool {
	if l == nil {
		return true
	}
	category, ok := CategoryOf(operation)
	if !ok {
		return true
	}
	switch operation {
	case "RespondToAuthChallenge", "AdminRespondToAuthChallenge":
		if l.challenges.AllowN(now, 1) {
			return true // what exceeds their own budget counts in the category
		}
	}
	if poolID != "" && narrowed(category) && !l.pool(poolOperation{poolID, operation}).AllowN(now, 1) {
		return false
	}
	return l.AllowCategory(category, now)
}

// AllowCategory counts a request that is no operation, at an endpoint of a pool's domain.
func (l *Limiter) AllowCategory(c Category, now time.Time) bool {
	return l == nil || l.categories[c] == nil || l.categories[c].AllowN(now, 1)
}

func (l *Limiter) pool(key poolOperation) *rate.Limiter {
	if limiter, ok := l.pools.Get(key); ok {
		return limiter
	}
	limiter := perSecond(perPoolRate)
	if other, ok, _ := l.pools.PeekOrAdd(key, limiter); ok {
		return other
	}
	return limiter
}
