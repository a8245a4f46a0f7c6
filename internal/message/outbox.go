package message

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// The times of the outbox.
const (
	// attemptTime is how long one attempt to deliver may take.
	attemptTime = 30 * time.Second
	// leaseTime is how long a message stays with a worker that is not heard of. It is longer than an attempt,
	// so that nobody else takes up what is being delivered.
	leaseTime = 45 * time.Second
	// keepTime is how long delivery is tried, unless the message has lost its use before.
	keepTime = 24 * time.Hour
	// firstRetry doubles with each failed attempt, up to lastRetry.
	firstRetry = 4 * time.Second
	lastRetry  = 10 * time.Minute
	// lookEvery is how often a worker looks for what other nodes have left, beside being woken.
	lookEvery = 10 * time.Second
	// stopTime is for the deliveries under way when the server stops; writeTime for writing what became of one.
	stopTime  = 5 * time.Second
	writeTime = 10 * time.Second

	defaultConcurrency = 16
	defaultMostWaiting = 10_000
	defaultMostBytes   = 256 << 10
)

// ErrTooLate is why a message is given up that was not delivered in time: its code has expired, or delivery
// was tried for a day.
var ErrTooLate = errors.New("message: not delivered in time")

// Messages that the outbox does not take.
var (
	ErrFull     = errors.New("message: too many messages of the user pool wait to be delivered")
	ErrTooLarge = errors.New("message: it is too large, with what the function is told of it")
)

// Outbox takes messages into the store and delivers them in the background: at least once, also when the
// process dies in between. What fails is tried again, with pauses that double from four seconds to ten
// minutes, until the code in it expires, but for no longer than a day. An error of To that is a *Refusal ends
// it at once. Several outboxes, of one process or several, share what is in one store.
//
// Fill in the exported fields; it is then safe for concurrent use. Messages are delivered while Run runs.
type Outbox struct {
	Store store.Store
	// To delivers. It may be called with one message several times, also when it has delivered it: the ID of
	// the message stays the same.
	To  *Router
	Log *slog.Logger
	Now func() time.Time
	// Rand is safe for concurrent use.
	Rand io.Reader
	// Concurrency is how many messages are delivered at once by e-mail, by SMS and by functions, each, and
	// twice as many as of one user pool; 0 means 16.
	Concurrency int
	// MostWaiting is how many messages of one user pool may wait, about; 0 means 10,000. MostBytes is how large
	// one may be as it is kept; 0 means 256 KiB. Others are refused, those for nobody alike.
	MostWaiting, MostBytes int
	// Ended, if there, hears of each message that was delivered, or was given up for an error, which has no
	// part of the message.
	Ended func(Message, error)

	once  sync.Once
	lanes map[string]*lane

	taken, delivered, retried, failed atomic.Uint64
}

// The lanes: what hangs in one does not hold up the others.
const (
	laneEmail    = "EMAIL"
	laneSMS      = "SMS"
	laneFunction = "FUNCTION"
)

func laneOf(m Message) string {
	switch {
	case m.Function != nil:
		return laneFunction
	case m.Medium == cognitoidp.DeliveryMediumTypeSms:
		return laneSMS
	default:
		return laneEmail
	}
}

func (o *Outbox) lane(name string) *lane {
	o.once.Do(func() {
		places := o.Concurrency
		if places <= 0 {
			places = defaultConcurrency
		}
		o.lanes = map[string]*lane{}
		for _, name := range []string{laneEmail, laneSMS, laneFunction} {
			o.lanes[name] = newLane(name, places)
		}
	})
	return o.lanes[name]
}

// Send implements Sender: it answers nil once the message is in the store. A message that nobody could
// deliver, to an address that is none, or beyond the bounds of the outbox, is refused with a *Refusal.
func (o *Outbox) Send(ctx context.Context, m Message) error {
	err := o.send(ctx, m)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		o.Log.WarnContext(ctx, "message not taken", "message", m, "pool", m.UserPoolID, "fault", err.Error())
	}
	return err
}

func (o *Outbox) send(ctx context.Context, m Message) error {
	if err := o.To.Check(m); err != nil {
		return err
	}
	id, err := secret.Token(o.Rand, 16)
	if err != nil {
		return fmt.Errorf("name a message: %w", err)
	}
	now := o.Now()
	m.ID, m.Time = id, now.UTC()
	content, err := pack(m)
	if err != nil {
		return fmt.Errorf("write a message down: %w", err)
	}
	if err := o.bound(ctx, m.UserPoolID, content); err != nil {
		return err
	}
	l := o.lane(laneOf(m))
	row := &userpool.OutboxMessage{
		ID: id, PoolID: m.UserPoolID, Username: m.Username, Lane: l.name, Created: now, Due: now, Content: content,
	}
	// Usually a worker is free: then the message is its from the start, and need not be looked for.
	work := l.enter(m.UserPoolID)
	if work != nil {
		row.Lease, row.Due = id, now.Add(leaseTime)
	}
	err = o.Store.Update(ctx, func(tx store.Tx) error { return tx.AddMessage(ctx, row) })
	if err != nil {
		if work != nil {
			l.leave(m.UserPoolID)
		}
		return fmt.Errorf("keep a message: %w", err)
	}
	o.taken.Add(1)
	if work == nil {
		l.look()
		return nil
	}
	go func() {
		defer l.leave(m.UserPoolID)
		o.deliver(work, l, row, m)
	}()
	return nil
}

// bound refuses what would be too much. It is a read of its own: within the transaction that adds the message, all
// that are added to one pool at the same time would be in conflict.
func (o *Outbox) bound(ctx context.Context, poolID string, content []byte) error {
	if len(content) > cmp.Or(o.MostBytes, defaultMostBytes) {
		return &Refusal{ErrTooLarge}
	}
	full := false
	err := o.Store.View(ctx, func(r store.Reader) (err error) {
		full, err = r.HasMessages(ctx, poolID, cmp.Or(o.MostWaiting, defaultMostWaiting))
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("look how many messages wait: %w", err)
	case full:
		return &Refusal{ErrFull}
	default:
		return nil
	}
}

// Counts are what has become of messages since the start.
type Counts struct {
	Taken     uint64 // into the store, by this outbox
	Delivered uint64
	Retried   uint64 // attempts that failed and were not the last
	Failed    uint64 // messages given up
}

// Counts are those by now.
func (o *Outbox) Counts() Counts {
	return Counts{o.taken.Load(), o.delivered.Load(), o.retried.Load(), o.failed.Load()}
}

// Look makes workers look at once for what is due. It is for whoever moves the time.
func (o *Outbox) Look() {
	for _, name := range []string{laneEmail, laneSMS, laneFunction} {
		o.lane(name).look()
	}
}

// Run delivers until ctx is done. Then it lets the deliveries under way finish within five seconds, and gives
// back the rest.
func (o *Outbox) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var running sync.WaitGroup
	for _, name := range []string{laneEmail, laneSMS, laneFunction} {
		l := o.lane(name)
		running.Go(func() {
			l.open(work)
			o.drive(ctx, work, l)
			l.close()
		})
	}
	defer context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(stopTime, cancel)
		context.AfterFunc(work, func() { timer.Stop() })
	})()
	running.Wait()
}

// deliver makes one attempt with a message that is leased.
func (o *Outbox) deliver(work context.Context, l *lane, row *userpool.OutboxMessage, m Message) {
	deadline := row.Created.Add(keepTime)
	if !m.Expires.IsZero() && m.Expires.Before(deadline) {
		deadline = m.Expires
	}
	now := o.Now()
	switch {
	case m.Nobody:
		o.remove(work, row)
		return
	case !now.Before(deadline):
		o.giveUp(work, row, m, ErrTooLate)
		return
	case now.After(row.Due.Add(-attemptTime)): // taking it took so long that the lease may end meanwhile
		o.giveBack(work, row, now, row.Tries)
		return
	}
	m.Tries = row.Tries
	err := o.attempt(work, m)
	var refusal *Refusal
	switch {
	case err == nil:
		o.delivered.Add(1)
		o.remove(work, row)
		o.ended(m, nil)
	case errors.As(err, &refusal):
		o.giveUp(work, row, m, err)
	case work.Err() != nil: // stopping
		o.giveBack(work, row, o.Now(), row.Tries)
	default:
		due := o.Now().Add(o.pause(row.Tries))
		if !due.Before(deadline) {
			o.giveUp(work, row, m, fmt.Errorf("%w: %w", ErrTooLate, err))
			return
		}
		o.retried.Add(1)
		o.Log.WarnContext(work, "message not delivered, to be tried again", "message", m, "id", m.ID, "pool", m.UserPoolID, "tries", row.Tries+1, "fault", err.Error())
		o.giveBack(work, row, due, row.Tries+1)
		l.look()
	}
}

// attempt hands a message over. One that no provider can cope with is refused: it would bring down every server
// that takes it up.
func (o *Outbox) attempt(work context.Context, m Message) (err error) {
	ctx, cancel := context.WithTimeout(work, attemptTime)
	defer cancel()
	defer func() {
		if fault := recover(); fault != nil {
			o.Log.ErrorContext(work, "panic while a message was delivered", "id", m.ID, "pool", m.UserPoolID, "stack", string(debug.Stack()))
			err = &Refusal{errors.New("message: a panic while it was delivered")}
		}
	}()
	return o.To.Send(ctx, m)
}

// pause is how long to wait after so many failed attempts and one more: between half and all of a time that
// doubles, so that messages that failed together do not come back together.
func (o *Outbox) pause(tries int) time.Duration {
	most := min(firstRetry<<min(tries, 16), lastRetry)
	var b [2]byte
	if _, err := io.ReadFull(o.Rand, b[:]); err != nil {
		return most
	}
	return most/2 + time.Duration(uint64(b[0])<<8|uint64(b[1]))*(most/2)/(1<<16)
}

// giveUp ends a message that will not be delivered.
func (o *Outbox) giveUp(work context.Context, row *userpool.OutboxMessage, m Message, err error) {
	if !o.remove(work, row) {
		return // somebody else has it, or it is gone with its user
	}
	o.failed.Add(1)
	o.Log.ErrorContext(work, "message not delivered, and given up", "message", m, "id", m.ID, "pool", m.UserPoolID, "tries", row.Tries+1, "fault", err.Error())
	o.ended(m, err)
}

func (o *Outbox) ended(m Message, err error) {
	if o.Ended != nil {
		o.Ended(m, err)
	}
}

// remove takes a message out of the store and tells whether it was still there. If that fails it is delivered
// once more when the lease is over.
func (o *Outbox) remove(work context.Context, row *userpool.OutboxMessage) (held bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(work), writeTime)
	defer cancel()
	err := o.Store.Update(ctx, func(tx store.Tx) (err error) {
		held, err = tx.RemoveMessage(ctx, row.ID, row.Lease)
		return err
	})
	if err != nil {
		o.Log.ErrorContext(ctx, "removing a message from the outbox", "id", row.ID, "fault", err.Error())
		return false
	}
	return held
}

// giveBack lets a message be taken up again at due.
func (o *Outbox) giveBack(work context.Context, row *userpool.OutboxMessage, due time.Time, tries int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(work), writeTime)
	defer cancel()
	err := o.Store.Update(ctx, func(tx store.Tx) error {
		_, err := tx.ReturnMessage(ctx, row.ID, row.Lease, due, tries)
		return err
	})
	if err != nil { // the lease ends by itself
		o.Log.ErrorContext(ctx, "giving a message back to the outbox", "id", row.ID, "fault", err.Error())
	}
}
