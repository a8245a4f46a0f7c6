package trigger

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Outcome is how a trigger ended.
type Outcome string

// The outcomes.
const (
	Answered   Outcome = "answered"
	Threw      Outcome = "threw"      // the function refused or failed
	Unreadable Outcome = "unreadable" // the function answered something else than its event
	NotReached Outcome = "not_reached"
	Failed     Outcome = "failed" // a fault, or the caller was gone
)

// Count is how often a trigger has ended in one way, and how long that took in all.
type Count struct {
	Trigger string // such as PreSignUp
	Outcome Outcome
	Times   uint64
	Took    time.Duration
}

// counts are the Counts of a Service, by trigger and outcome.
type counts struct {
	mu sync.Mutex
	of map[countKey]*Count
}

type countKey struct {
	trigger string
	outcome Outcome
}

func (c *counts) add(trigger string, outcome Outcome, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := countKey{trigger, outcome}
	n := c.of[key]
	if n == nil {
		if c.of == nil {
			c.of = map[countKey]*Count{}
		}
		n = &Count{Trigger: trigger, Outcome: outcome}
		c.of[key] = n
	}
	n.Times++
	n.Took += took
}

// Counts are what triggers have come to since the start, by trigger and outcome: as many as there are
// triggers and outcomes at most.
func (s *Service) Counts() []Count {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	list := make([]Count, 0, len(s.counts.of))
	for _, n := range s.counts.of {
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Trigger, b.Trigger), cmp.Compare(a.Outcome, b.Outcome))
	})
	return list
}
