package userpool

import (
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"
)

// TestBurst: what happened within the hour before counts, and fades as the hour passes.
func TestBurst(t *testing.T) {
	hour := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var b Burst
	for i := range 60 {
		b.Add(hour.Add(time.Duration(i)*time.Minute), "")
	}
	for at, want := range map[time.Duration]int{
		59 * time.Minute: 60, time.Hour: 60, 90 * time.Minute: 30, 119 * time.Minute: 1, 2 * time.Hour: 0, 5 * time.Hour: 0,
		-time.Minute: 60, // the clock of another node
	} {
		if got := b.Within(hour.Add(at)); got != want {
			t.Errorf("%s later: %d, want %d", at, got, want)
		}
	}
	b.Add(hour.Add(61*time.Minute), "")
	if b.Count != 1 || b.Before != 60 || !b.Opened.Equal(hour.Add(time.Hour)) || !b.Expires().Equal(hour.Add(3*time.Hour)) {
		t.Errorf("in the next hour: %+v", b)
	}
	b.Add(hour.Add(30*time.Minute), "") // late
	if b.Count != 2 {
		t.Errorf("one that came late: %+v", b)
	}
	b.Add(hour.Add(4*time.Hour), "")
	if b.Count != 1 || b.Before != 0 {
		t.Errorf("after a pause: %+v", b)
	}
	var none *Burst
	if none.Within(hour) != 0 || none.Different(hour) != 0 {
		t.Error("none is not zero")
	}
}

// TestBurstNames: the estimate of different names is near the truth, whatever is repeated, in bounded space.
func TestBurstNames(t *testing.T) {
	hour := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for _, n := range []int{0, 1, 2, 5, 10, 20, 100, 300} {
		var b Burst
		for range 3 {
			for i := range n {
				b.Add(hour, fmt.Sprintf("user-%d@example.com", i))
			}
		}
		if got := b.Different(hour); math.Abs(float64(got-n)) > 1+0.1*float64(n) || len(b.Names) > 64 {
			t.Errorf("%d names: estimated %d in %d bytes", n, got, len(b.Names))
		}
		// The same names in the next hour are the same.
		for i := range n {
			b.Add(hour.Add(time.Hour), fmt.Sprintf("user-%d@example.com", i))
		}
		if got := b.Different(hour.Add(time.Hour)); math.Abs(float64(got-n)) > 1+0.1*float64(n) {
			t.Errorf("%d names again: estimated %d", n, got)
		}
	}
	var all Burst
	for i := range 100_000 {
		all.Add(hour, strconv.Itoa(i))
	}
	if got := all.Different(hour); got < 3000 || len(all.Names) != 64 {
		t.Errorf("100,000 names: estimated %d", got)
	}
}

func TestBurstShards(t *testing.T) {
	shards := map[string]int{}
	for i := range 16_000 {
		shards[BurstShard(fmt.Sprintf("user-%07d", i))]++
	}
	if len(shards) != BurstShards {
		t.Errorf("%d shards", len(shards))
	}
	for shard, n := range shards {
		if n < 800 || n > 1200 {
			t.Errorf("shard %s has %d of 16,000", shard, n)
		}
	}
}
