package server

import (
	"sync/atomic"
	"time"
)

// clock is the time of all parts at once. In development it can be moved forward, so that a test
// need not wait for a code to expire.
type clock struct {
	base  func() time.Time
	ahead atomic.Int64 // nanoseconds
}

// Now is the base's time plus how far the clock was moved.
func (c *clock) Now() time.Time { return c.base().Add(time.Duration(c.ahead.Load())) }

// Advance moves the clock forward; d is positive.
func (c *clock) Advance(d time.Duration) { c.ahead.Add(int64(d)) }
