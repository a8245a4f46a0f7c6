package message

import (
	"context"
	"sync"

	"ostiary/internal/userpool"
)

// lane is the places in which messages of one kind are delivered. A user pool takes one only while it has fewer
// than are free: half of them if it is alone, less the more pools there are. So what hangs in one pool leaves room
// for the others.
type lane struct {
	name string
	wake chan struct{} // room for one

	mu   sync.Mutex
	work context.Context // of the deliveries; nil while nobody delivers
	free int
	of   map[string]int // places that are taken, by user pool
	// waiting: there may be messages in the store that are due. They come before new ones.
	waiting bool
	running sync.WaitGroup // one for each place that is taken

	last string // the user pool that was the last to have its turn; the worker's alone
}

func newLane(name string, places int) *lane {
	return &lane{name: name, wake: make(chan struct{}, 1), free: places, of: map[string]int{}}
}

// look makes the lane's worker look for what is due.
func (l *lane) look() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *lane) open(work context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.work = work
}

// close lets nobody enter any more and waits until all places are free.
func (l *lane) close() {
	l.mu.Lock()
	l.work = nil
	l.mu.Unlock()
	l.running.Wait()
}

// enter takes a place for a new message of a pool and answers the context to deliver it in; nil if it has to
// wait: then whoever has put it into the store calls look.
func (l *lane) enter(pool string) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.work == nil || l.waiting || l.of[pool] >= l.free {
		l.waiting = true
		return nil
	}
	l.free--
	l.of[pool]++
	l.running.Add(1)
	return l.work
}

// leave frees a pool's place, for a message that waits if there is one.
func (l *lane) leave(pool string) {
	l.mu.Lock()
	l.free++
	if l.of[pool]--; l.of[pool] == 0 {
		delete(l.of, pool)
	}
	waiting := l.waiting
	l.mu.Unlock()
	l.running.Done()
	if waiting {
		l.look()
	}
}

// reserve takes all places that are free, until they are allotted.
func (l *lane) reserve() (places int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.work == nil {
		return 0
	}
	if l.free == 0 {
		l.waiting = true // something may be due, and nobody else looks when a place is left
	}
	places, l.free = l.free, 0
	l.running.Add(places)
	return places
}

// room is how many of the places that are reserved a pool may take.
func (l *lane) room(pool string, reserved int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, (reserved-l.of[pool]+1)/2) // with each it has one more, and one less is free
}

// allot gives places that were reserved to messages, and frees the rest. More: others may be due.
func (l *lane) allot(places int, to []*userpool.OutboxMessage, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range to {
		l.of[m.PoolID]++
	}
	l.free += places - len(to)
	l.waiting = more
	l.running.Add(len(to) - places)
}
