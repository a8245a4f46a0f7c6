package risk

import (
	"context"
	"sync"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	// countsStale is after how long the counts of a pool are read again. They are of an hour.
	countsStale = 10 * time.Second
	// mostCounted bounds the pools whose counts are remembered.
	mostCounted = 4096
)

// poolCounts remembers how many sign-ins failed and succeeded in whole pools, which every sign-in asks for. The
// zero value remembers nothing yet; it is safe for concurrent use.
type poolCounts struct {
	mu    sync.Mutex
	pools map[string]poolCount
}

type poolCount struct {
	read                time.Time
	failures, successes int
}

// of answers the counts of the hour before now.
func (c *poolCounts) of(ctx context.Context, r store.RiskReader, poolID string, now time.Time) (failures, successes int, err error) {
	c.mu.Lock()
	known, ok := c.pools[poolID]
	c.mu.Unlock()
	if age := now.Sub(known.read); ok && age >= 0 && age < countsStale {
		return known.failures, known.successes, nil
	}
	if failures, err = sum(ctx, r, poolID, userpool.BurstFailures, now); err != nil {
		return 0, 0, err
	}
	if successes, err = sum(ctx, r, poolID, userpool.BurstSuccesses, now); err != nil {
		return 0, 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pools == nil || len(c.pools) >= mostCounted {
		c.pools = map[string]poolCount{}
	}
	c.pools[poolID] = poolCount{now, failures, successes}
	return failures, successes, nil
}

func sum(ctx context.Context, r store.RiskReader, poolID string, kind userpool.BurstKind, now time.Time) (n int, err error) {
	shards, err := r.Bursts(ctx, poolID, kind)
	for _, shard := range shards {
		n += shard.Within(now)
	}
	return n, err
}
