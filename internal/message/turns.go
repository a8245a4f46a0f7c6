package message

import (
	"context"
	"fmt"
	"iter"
	"time"

	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// drive gives what is due in a lane to the places that are free, until ctx is done.
func (o *Outbox) drive(ctx, work context.Context, l *lane) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-l.wake:
		}
		timer.Reset(o.take(ctx, work, l))
	}
}

// take leases as much as there are free places for, begins to deliver it, and answers how long there is
// nothing more to do unless somebody wakes the lane.
func (o *Outbox) take(ctx, work context.Context, l *lane) time.Duration {
	free := l.reserve()
	if free == 0 {
		return lookEvery // whoever leaves wakes the lane
	}
	r, err := o.round(ctx, l, free)
	if err == nil {
		err = o.lease(ctx, r)
	}
	if err != nil {
		l.allot(free, nil, true)
		if ctx.Err() == nil {
			o.Log.ErrorContext(ctx, "looking for messages to deliver", "fault", err.Error())
		}
		return lookEvery
	}
	l.last = r.last
	l.allot(free, r.messages, r.more)
	for _, row := range r.messages {
		go func() {
			defer l.leave(row.PoolID)
			m, err := unpack(row.Content)
			if err != nil {
				m = Message{ID: row.ID, UserPoolID: row.PoolID, Username: row.Username}
				o.giveUp(work, row, m, err)
				return
			}
			o.deliver(work, l, row, m)
		}()
	}
	if r.next.IsZero() {
		return lookEvery
	}
	return max(0, min(r.next.Sub(o.Now()), lookEvery))
}

// round is what is delivered next: of each user pool in turn as much as it has room for.
type round struct {
	messages []*userpool.OutboxMessage
	last     string    // the pool whose turn was the last
	more     bool      // there was no room for all that is due
	next     time.Time // when more will be due for which there is room; zero if nothing waits
}

// round goes from the pool that had its turn last to the next and the next, until all have had one or no place
// is free.
func (o *Outbox) round(ctx context.Context, l *lane, free int) (r *round, err error) {
	now := o.Now()
	err = o.Store.View(ctx, func(in store.Reader) error {
		r = &round{last: l.last}
		for pool, err := range poolsAfter(ctx, in, l.name, l.last) {
			if err != nil {
				return err
			}
			if pool.Due.After(now) {
				if r.next.IsZero() || pool.Due.Before(r.next) {
					r.next = pool.Due
				}
				continue
			}
			room := l.room(pool.PoolID, free)
			if room == 0 {
				r.more = true // whoever leaves wakes the lane
				continue
			}
			some, err := in.DueMessages(ctx, l.name, pool.PoolID, now, room)
			if err != nil {
				return err
			}
			r.messages, r.last, r.next = append(r.messages, some...), pool.PoolID, now // there may be more
			if free -= len(some); free == 0 {
				r.more = true
				return nil
			}
		}
		return nil
	})
	return r, err
}

// poolsAtOnce is how many pools are read at once: few calls where many have to wait, little in vain where none does.
const poolsAtOnce = 64

// poolsAfter goes once around the pools that have messages in a lane; last is the last.
func poolsAfter(ctx context.Context, in store.Reader, lane, last string) iter.Seq2[store.PoolMessages, error] {
	return func(yield func(store.PoolMessages, error) bool) {
		for after, around := last, false; ; {
			pools, err := in.PoolsWithMessages(ctx, lane, after, poolsAtOnce)
			if err != nil {
				yield(store.PoolMessages{}, err)
				return
			}
			for _, pool := range pools {
				if around && pool.PoolID > last || !yield(pool, nil) {
					return
				}
				after = pool.PoolID
			}
			switch {
			case len(pools) == poolsAtOnce:
			case around:
				return
			default:
				after, around = "", true
			}
		}
	}
}

// lease takes the messages of a round, as far as nobody else has taken them meanwhile.
func (o *Outbox) lease(ctx context.Context, r *round) error {
	if len(r.messages) == 0 {
		return nil
	}
	name, err := secret.Token(o.Rand, 16)
	if err != nil {
		return fmt.Errorf("name a lease: %w", err)
	}
	until := o.Now().Add(leaseTime)
	var held []*userpool.OutboxMessage
	err = o.Store.Update(ctx, func(tx store.Tx) error {
		held = nil
		for _, m := range r.messages {
			won, err := tx.LeaseMessage(ctx, m, name, until)
			if err != nil {
				return err
			}
			if won {
				held = append(held, m)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range held {
		m.Lease, m.Due = name, until
	}
	r.messages = held
	return nil
}
