package userpool

import (
	"hash/fnv"
	"math"
	"math/bits"
	"time"
)

// BurstWindow is how far back a Burst looks.
const BurstWindow = time.Hour

// Burst counts what happened of one kind under one name within the hour before: an estimate that weighs the
// count of the clock hour before by how much of it is still within the window, so that a burst is two numbers
// whatever its size.
//
// It also estimates how many different names were given, by linear counting (Whang et al., "A Linear-Time
// Probabilistic Counting Algorithm", 1990): a bit for each, at a place that its hash chooses, of which there are
// 512 an hour. Up to some hundred the estimate is off by a few percent, and more than about 3,000 look like
// 3,000.
type Burst struct {
	PoolID string
	Kind   BurstKind
	Name   string // whose: see BurstKind
	Opened time.Time
	Count  int
	Before int // the count of the window before
	// Names and NamesBefore are the bits; nil where none was given.
	Names, NamesBefore []byte
}

// BurstKind tells what is counted.
type BurstKind string

// What is counted: failures of a user, by folded username, whether or not anybody has it; failures from an
// address, as text (of IPv6 its /64), with hashes of the names that were tried; failures and successes in the
// whole pool, which are spread over BurstShards names, as many write them at a time.
const (
	BurstOfUser    BurstKind = "user"
	BurstOfAddress BurstKind = "address"
	BurstFailures  BurstKind = "failures"
	BurstSuccesses BurstKind = "successes"
)

// BurstShards is over how many names the counts of a whole pool are spread.
const BurstShards = 16

// BurstShard is the shard in which an act of the named user counts.
func BurstShard(name string) string { return string('a' + rune(hashName(name)%BurstShards)) }

// Draw is a number below n, always the same for one name, and any as likely.
func Draw(name string, n uint64) uint64 { return hashName(name) >> 32 % n }

const nameBits = 512

// Add counts one more at now; of is the name it concerns, "" if names are not counted.
func (b *Burst) Add(now time.Time, of string) {
	b.turn(now)
	b.Count++
	if of == "" {
		return
	}
	if len(b.Names) != nameBits/8 {
		b.Names = make([]byte, nameBits/8)
	}
	at := hashName(of) >> 8 % nameBits
	b.Names[at/8] |= 1 << (at % 8)
}

// turn moves the windows on to the one that holds now. A clock that is behind counts in the newest.
func (b *Burst) turn(now time.Time) {
	opened := now.Truncate(BurstWindow)
	switch {
	case !opened.After(b.Opened):
	case opened.Sub(b.Opened) == BurstWindow:
		b.Opened, b.Before, b.NamesBefore, b.Count, b.Names = opened, b.Count, b.Names, 0, nil
	default:
		b.Opened, b.Before, b.NamesBefore, b.Count, b.Names = opened, 0, nil, 0, nil
	}
}

// Expires is when nothing of it counts any longer.
func (b *Burst) Expires() time.Time { return b.Opened.Add(2 * BurstWindow) }

// Within is how many there were in the hour before now; nil is none.
func (b *Burst) Within(now time.Time) int {
	if b == nil {
		return 0
	}
	current := *b
	current.turn(now)
	return current.Count + int(math.Round(float64(current.Before)*current.left(now)))
}

// Different is how many different names there were in the hour before now; nil is none.
func (b *Burst) Different(now time.Time) int {
	if b == nil {
		return 0
	}
	current := *b
	current.turn(now)
	return estimate(current.Names) + int(math.Round(float64(estimate(current.NamesBefore)-shared(current.Names, current.NamesBefore))*current.left(now)))
}

// left is how much of the window before is still within the hour before now.
func (b *Burst) left(now time.Time) float64 {
	into := min(max(now.Sub(b.Opened), 0), BurstWindow)
	return 1 - float64(into)/float64(BurstWindow)
}

// estimate is how many names left these bits.
func estimate(names []byte) int {
	set := 0
	for _, b := range names {
		set += bits.OnesCount8(b)
	}
	clear := max(float64(nameBits-set), 1)
	return int(math.Round(nameBits * math.Log(nameBits/clear)))
}

// shared is how many of the names of both were the same.
func shared(a, b []byte) int {
	if len(a) != len(b) {
		return 0
	}
	union := make([]byte, len(a))
	for i := range a {
		union[i] = a[i] | b[i]
	}
	return max(estimate(a)+estimate(b)-estimate(union), 0)
}

// hashName spreads names. Anybody can compute it: what others choose, and must not collide at will, is given as a
// keyed hash.
func hashName(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	// The low bits of FNV-1a are weak; this is the finalizer of MurmurHash3.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}
