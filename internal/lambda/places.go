package lambda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// defaultLimit is how many functions run at once, unless Functions says otherwise.
const defaultLimit = 100

// places are what running functions take: so many in all. A function takes another only while it has fewer than are
// free, and the functions of a user pool while they have fewer than three times as many: half and three quarters if
// nobody else runs any, less the more others there are. So what is slow leaves room for the others.
type places struct {
	mu        sync.Mutex
	taken     int
	functions map[string]share
	pools     map[string]share
	waiting   []*turn // the longest first
}

// share is what a function or a user pool has; it is kept while it is not empty.
type share struct{ places, waiting int }

// turn is somebody who has a place, or waits for one.
type turn struct {
	function, pool string
	come           chan struct{} // closed when there is a place
}

const (
	timesFree   = 3  // for a user pool
	mostWaiting = 10 // in all, times the places: who leaves looks at all who wait
)

var errCrowded = errors.New("too many functions run at once")

// enter takes a place to run a function of a user pool, and waits for it at most one attempt's time. Where half as
// many wait for the function, or as many in the pool, as may run in all, nobody waits any more; nor where as many of the
// pool wait as others still may.
func (f *Functions) enter(ctx context.Context, pool, function string) (leave func(), err error) {
	limit := f.Limit
	if limit < 1 {
		limit = defaultLimit
	}
	p, t := &f.places, &turn{function, pool, make(chan struct{})}
	if !p.join(t, limit) {
		return nil, unreached("TooManyRequestsException", errCrowded)
	}
	leave = func() { p.leave(t, limit) }
	timer := time.NewTimer(f.attemptTime())
	defer timer.Stop()
	select {
	case <-t.come:
		return leave, nil
	case <-timer.C:
		err = unreached("TooManyRequestsException", errCrowded)
	case <-ctx.Done():
		err = fmt.Errorf("wait to run a function: %w", ctx.Err())
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			err = timedOut(ctx.Err())
		}
	}
	if !p.giveUp(t) {
		leave() // it has come at the last moment
	}
	return nil, err
}

// join gives a place, or lets wait for one; false if too many wait.
func (p *places) join(t *turn, limit int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.admit(t, limit) {
		return true
	}
	room := mostWaiting*limit - len(p.waiting)
	if p.functions[t.function].waiting >= (limit+1)/2 || p.pools[t.pool].waiting >= min(limit, room) {
		return false
	}
	p.change(t, 0, 1)
	p.waiting = append(p.waiting, t)
	return true
}

// admit gives a place to who may have one.
func (p *places) admit(t *turn, limit int) bool {
	free := limit - p.taken
	if p.functions[t.function].places >= free || p.pools[t.pool].places >= timesFree*free {
		return false
	}
	p.taken++
	p.change(t, 1, 0)
	close(t.come)
	return true
}

// leave frees a place, for the first of those who wait that may have it. Then the next may have one that was free
// before: who leaves has one less.
func (p *places) leave(t *turn, limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
	p.change(t, -1, 0)
	p.waiting = slices.DeleteFunc(p.waiting, func(next *turn) bool {
		if !p.admit(next, limit) {
			return false
		}
		p.change(next, 0, -1)
		return true
	})
}

// giveUp ends waiting; false if the place has come.
func (p *places) giveUp(t *turn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.waiting, t)
	if i < 0 {
		return false
	}
	p.change(t, 0, -1)
	p.waiting = slices.Delete(p.waiting, i, i+1)
	return true
}

// change adds to what function and pool have.
func (p *places) change(t *turn, places, waiting int) {
	if p.functions == nil {
		p.functions, p.pools = map[string]share{}, map[string]share{}
	}
	add(p.functions, t.function, places, waiting)
	add(p.pools, t.pool, places, waiting)
}

func add(shares map[string]share, name string, places, waiting int) {
	s := shares[name]
	s.places, s.waiting = s.places+places, s.waiting+waiting
	if shares[name] = s; s == (share{}) {
		delete(shares, name)
	}
}
