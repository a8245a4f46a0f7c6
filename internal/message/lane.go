package message

import (
	"context"
	"sync"
)

// lane is the places in which messages of one kind are delivered.
type lane struct {
	name   string
	places int
	wake   chan struct{} // room for one

	mu   sync.Mutex
	work context.Context // of the deliveries; nil while nobody delivers
	busy int
	// waiting: there may be messages in the store that are due. They come before new ones.
	waiting bool
	running sync.WaitGroup // one for each place that is taken
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

// enter takes a place for a new message and answers the context to deliver it in; nil if it has to wait: then
// whoever has put it into the store calls look.
func (l *lane) enter() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.work == nil || l.waiting || l.busy == l.places {
		l.waiting = true
		return nil
	}
	l.busy++
	l.running.Add(1)
	return l.work
}

// enterAll takes all places that are free.
func (l *lane) enterAll() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.work == nil {
		return 0
	}
	free := l.places - l.busy
	l.busy = l.places
	l.running.Add(free)
	return free
}

// leave frees a place, for a message that waits if there is one.
func (l *lane) leave() {
	l.mu.Lock()
	l.busy--
	waiting := l.waiting
	l.mu.Unlock()
	l.running.Done()
	if waiting {
		l.look()
	}
}

// leaveAll frees places that were taken by enterAll and not needed. More: there may be more that is due.
func (l *lane) leaveAll(n int, more bool) {
	l.mu.Lock()
	l.busy -= n
	l.waiting = more
	l.mu.Unlock()
	l.running.Add(-n)
}
