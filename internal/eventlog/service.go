package eventlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/policy"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// The bounds of what waits.
const (
	maxEntries = 4096 // that nobody has looked at
	maxRecords = 4096 // for one destination
	maxBatch   = 500
	// gather is how long a record may wait for others to travel with.
	gather = time.Second
	// tries is how often a batch is offered, with pauses from firstPause on that double.
	tries      = 6
	firstPause = 500 * time.Millisecond
	tryTime    = 10 * time.Second
	// flushTime is for what is left when the server stops.
	flushTime = 10 * time.Second
)

// Destination takes records. Implementations are called by one goroutine at a time.
type Destination interface {
	// Deliver takes the whole batch, or answers an error: one that is ErrFinal is not tried again, and a *Partial
	// tells of some records alone. Errors are for the log and have no part of a record, nor credentials.
	Deliver(ctx context.Context, batch []Record) error
}

// ErrFinal is in errors that another try would not mend.
var ErrFinal = errors.New("not tried again")

// Partial is that a batch was taken but for some records: what one pool has configured wrongly must not cost another
// its records.
type Partial struct {
	Lost  int      // refused for good
	Again []Record // to be tried again
	Err   error
}

func (p *Partial) Error() string { return p.Err.Error() }

// Unwrap is why.
func (p *Partial) Unwrap() error { return p.Err }

// Service exports logs. Make it with New and Run it; it is safe for concurrent use. A nil Service exports
// nothing.
type Service struct {
	store store.Store
	// named are the destinations that pools may name, by their ARNs.
	named policy.Resources
	// destinations are by ARN or by the name in it, and any for all others; nil where there is none.
	destinations map[string]*lane
	any          *lane
	now          func() time.Time
	log          *slog.Logger

	entries chan *entry
	// unmapped are the ARNs of which the log has been told.
	unmapped sync.Map

	delivered, dropped, failures atomic.Uint64
	waiting                      atomic.Int64
}

// lane is the way to one destination: a slow one does not hold up the others.
type lane struct {
	name    string // in the configuration
	to      Destination
	records chan Record
}

// Any is the name of the destination for ARNs that have none of their own.
const Any = "*"

// New makes a Service with destinations by the ARN or the name of log group, delivery stream or bucket, of which pools
// may name those that named covers.
func New(s store.Store, destinations map[string]Destination, named policy.Resources, now func() time.Time, log *slog.Logger) *Service {
	e := &Service{store: s, named: named, destinations: map[string]*lane{}, now: now, log: log, entries: make(chan *entry, maxEntries)}
	for name, to := range destinations {
		l := &lane{name: name, to: to, records: make(chan Record, maxRecords)}
		if e.destinations[name] = l; name == Any {
			e.any = l
		}
	}
	return e
}

// Activity exports an event of a user (userAuthEvents), if its pool says so. It does not wait. The event must
// not be changed any more.
func (s *Service) Activity(e *userpool.AuthEvent) {
	if s != nil {
		s.add(&entry{source: cognitoidp.EventSourceNameUserAuthEvents, poolID: e.PoolID, time: s.now(), event: e})
	}
}

// Notification exports that a message could not be delivered (userNotification), if its pool says so. It does
// not wait.
func (s *Service) Notification(m message.Message, err error) {
	if s != nil {
		s.add(&entry{source: cognitoidp.EventSourceNameUserNotification, poolID: m.UserPoolID, time: s.now(), details: failure(m, err)})
	}
}

func (s *Service) add(e *entry) {
	s.waiting.Add(1)
	select {
	case s.entries <- e:
	default:
		s.drop(1)
	}
}

// drop counts records that nobody will have.
func (s *Service) drop(n int) {
	s.waiting.Add(int64(-n))
	s.dropped.Add(uint64(n))
}

// Counts are what has become of records since the start.
type Counts struct {
	Delivered, Dropped uint64
	Failures           uint64 // tries that a destination did not take
	Waiting            int
}

// Counts are those by now.
func (s *Service) Counts() Counts {
	return Counts{s.delivered.Load(), s.dropped.Load(), s.failures.Load(), int(s.waiting.Load())}
}

// Run exports until ctx is done, and then what is left, as far as that goes within ten seconds.
func (s *Service) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(flushTime, cancel)
		context.AfterFunc(work, func() { timer.Stop() })
	})()
	var lanes sync.WaitGroup
	for _, l := range s.destinations {
		lanes.Go(func() { s.drive(ctx, work, l) })
	}
	for open := true; open; {
		select {
		case e := <-s.entries:
			s.sort(work, e)
		case <-ctx.Done():
			open = false
		}
	}
	for len(s.entries) > 0 {
		s.sort(work, <-s.entries)
	}
	for _, l := range s.destinations {
		close(l.records)
	}
	lanes.Wait()
}

// sort finds out whether an entry is exported, and where to.
func (s *Service) sort(ctx context.Context, e *entry) {
	arn, text, err := s.read(ctx, e)
	switch {
	case err != nil:
		s.log.ErrorContext(ctx, "export of logs", "pool", e.poolID, "fault", err.Error())
		s.drop(1)
		return
	case arn == "": // the pool exports none
		s.waiting.Add(-1)
		return
	}
	l := s.laneOf(arn)
	if l == nil {
		if _, told := s.unmapped.LoadOrStore(arn, true); !told {
			s.log.WarnContext(ctx, "export of logs: no entry of log_destinations says where this goes, or pool_resources does not list it; its records are dropped", "pool", e.poolID, "arn", arn)
		}
		s.drop(1)
		return
	}
	select {
	case l.records <- Record{ARN: arn, PoolID: e.poolID, Time: e.time, JSON: text}:
	default:
		s.drop(1)
	}
}

// read finds the ARN that the pool has configured for an entry, "" if none, and writes the line for it.
func (s *Service) read(ctx context.Context, e *entry) (arn string, text []byte, err error) {
	sub := ""
	err = s.store.View(ctx, func(r store.Reader) error {
		p, err := r.Pool(ctx, e.poolID)
		if errors.Is(err, store.ErrNotFound) {
			return nil // deleted since
		}
		if err != nil {
			return fmt.Errorf("read user pool: %w", err)
		}
		if arn = destinationOf(p, e.source); arn == "" || e.event == nil {
			return nil
		}
		u, err := r.User(ctx, p.ID, p.Fold(e.event.Username))
		if err == nil {
			sub = u.Sub
		} else if !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("read user: %w", err)
		}
		return nil
	})
	if err != nil || arn == "" {
		return "", nil, err
	}
	text, err = e.json(sub)
	return arn, text, err
}

// destinationOf is the ARN that a pool has configured for a source; "" if none.
func destinationOf(p *userpool.Pool, source cognitoidp.EventSourceName) string {
	for _, c := range p.LogDelivery {
		switch {
		case c.EventSource != source:
		case c.CloudWatchLogsConfiguration != nil:
			return value(c.CloudWatchLogsConfiguration.LogGroupArn)
		case c.FirehoseConfiguration != nil:
			return value(c.FirehoseConfiguration.StreamArn)
		case c.S3Configuration != nil:
			return value(c.S3Configuration.BucketArn)
		}
	}
	return ""
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (s *Service) laneOf(arn string) *lane {
	if !s.named.Cover(arn) {
		return nil
	}
	return cmp.Or(s.destinations[arn], s.destinations[nameIn(arn)], s.any)
}

// drive brings the records of one lane to their destination, until the lane is closed. Once stopping is done
// there are no pauses any more; once work is, nothing is delivered.
func (s *Service) drive(stopping, work context.Context, l *lane) {
	for open := true; open; {
		first, ok := <-l.records
		if !ok {
			return
		}
		batch := []Record{first}
		timer := time.NewTimer(gather)
		for open && len(batch) < maxBatch {
			select {
			case r, more := <-l.records:
				if open = more; more {
					batch = append(batch, r)
				}
				continue
			case <-timer.C:
			}
			break
		}
		timer.Stop()
		s.deliver(stopping, work, l, batch)
	}
}

func (s *Service) deliver(stopping, work context.Context, l *lane, batch []Record) {
	pause := firstPause
	for n := 1; ; n++ {
		try, cancel := context.WithTimeout(work, tryTime)
		err := l.to.Deliver(try, batch)
		cancel()
		lost, again := left(batch, err)
		taken := len(batch) - lost - len(again)
		s.waiting.Add(int64(-taken))
		s.delivered.Add(uint64(taken))
		if err == nil {
			return
		}
		s.failures.Add(1)
		if n == tries || work.Err() != nil || stopping.Err() != nil && n > 1 {
			lost, again = lost+len(again), nil
		}
		if lost > 0 {
			s.drop(lost)
			s.log.WarnContext(work, "export of logs: records are dropped", "destination", l.name, "records", lost, "tries", n, "fault", err.Error())
		}
		if batch = again; len(batch) == 0 {
			return
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-stopping.Done(): // one more try, at once
			timer.Stop()
		}
		pause *= 2
	}
}

// left is how many records of a batch are lost, and which are to be tried again, after a try.
func left(batch []Record, err error) (lost int, again []Record) {
	var partial *Partial
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &partial):
		return partial.Lost, partial.Again
	case errors.Is(err, ErrFinal):
		return len(batch), nil
	default:
		return 0, batch
	}
}
