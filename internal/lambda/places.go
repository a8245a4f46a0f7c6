package lambda

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// defaultLimit is how many functions run at once, unless Functions says otherwise.
const defaultLimit = 100

// places are what running functions take: so many in all, and of one function no more than half of them, so
// that one that is slow leaves room for the others.
type places struct {
	prepare sync.Once
	all     chan struct{}

	mu sync.Mutex
	of map[string]*queue // of functions that run or are waited for
}

// queue is who runs one function and who waits to.
type queue struct {
	places chan struct{}
	inside int // running and waiting
}

var errCrowded = errors.New("too many functions run at once")

// enter takes a place to run a function, and waits for it at most one attempt's time. Where as many wait as
// may run, nobody waits any more.
func (f *Functions) enter(ctx context.Context, function string) (leave func(), err error) {
	limit := f.Limit
	if limit < 1 {
		limit = defaultLimit
	}
	p := &f.places
	p.prepare.Do(func() { p.all, p.of = make(chan struct{}, limit), map[string]*queue{} })

	q := p.join(function, (limit+1)/2)
	if q == nil {
		return nil, unreached("TooManyRequestsException", errCrowded)
	}
	timer := time.NewTimer(f.attemptTime())
	defer timer.Stop()
	for i, c := range []chan struct{}{q.places, p.all} {
		select {
		case c <- struct{}{}:
			continue
		case <-timer.C:
			err = unreached("TooManyRequestsException", errCrowded)
		case <-ctx.Done():
			err = fmt.Errorf("wait to run a function: %w", ctx.Err())
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				err = timedOut(ctx.Err())
			}
		}
		if i == 1 {
			<-q.places
		}
		p.part(function, q)
		return nil, err
	}
	return func() {
		<-p.all
		<-q.places
		p.part(function, q)
	}, nil
}

// join enters the queue of a function; nil if it is too long.
func (p *places) join(function string, size int) *queue {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := p.of[function]
	if q == nil {
		q = &queue{places: make(chan struct{}, size)}
		p.of[function] = q
	}
	if q.inside >= 2*size {
		return nil
	}
	q.inside++
	return q
}

// part leaves the queue.
func (p *places) part(function string, q *queue) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if q.inside--; q.inside == 0 {
		delete(p.of, function)
	}
}
