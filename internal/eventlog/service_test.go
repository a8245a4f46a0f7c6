package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// pools is a store with pools and a user, and nothing else.
type pools struct {
	store.Store
	store.Reader
	of    map[string]*userpool.Pool
	fault error
}

func (p *pools) View(_ context.Context, fn func(store.Reader) error) error {
	if p.fault != nil {
		return p.fault
	}
	return fn(p)
}

func (p *pools) Pool(_ context.Context, id string) (*userpool.Pool, error) {
	if pool := p.of[id]; pool != nil {
		return pool, nil
	}
	return nil, store.ErrNotFound
}

func (p *pools) User(_ context.Context, _, username string) (*userpool.User, error) {
	if username == "ana" {
		return &userpool.User{Username: "ana", Sub: "sub-of-ana"}, nil
	}
	return nil, store.ErrNotFound
}

const groupARN = "arn:aws:logs:us-east-1:000000000000:log-group:group"

// exporting has a pool "p" that exports both, notifications to groupARN and activity to a stream; "q" to a
// bucket; "none" exports nothing.
func exporting() *pools {
	notify := cognitoidp.LogConfigurationType{EventSource: cognitoidp.EventSourceNameUserNotification, LogLevel: cognitoidp.LogLevelError,
		CloudWatchLogsConfiguration: &cognitoidp.CloudWatchLogsConfigurationType{LogGroupArn: new(groupARN)}}
	stream := cognitoidp.LogConfigurationType{EventSource: cognitoidp.EventSourceNameUserAuthEvents, LogLevel: cognitoidp.LogLevelInfo,
		FirehoseConfiguration: &cognitoidp.FirehoseConfigurationType{StreamArn: new("arn:aws:firehose:us-east-1:000000000000:deliverystream/stream")}}
	bucket := cognitoidp.LogConfigurationType{EventSource: cognitoidp.EventSourceNameUserAuthEvents, LogLevel: cognitoidp.LogLevelInfo,
		S3Configuration: &cognitoidp.S3ConfigurationType{BucketArn: new("arn:aws:s3:::bucket/prefix")}}
	return &pools{of: map[string]*userpool.Pool{
		"p":    {ID: "p", LogDelivery: []cognitoidp.LogConfigurationType{notify, stream}},
		"q":    {ID: "q", LogDelivery: []cognitoidp.LogConfigurationType{bucket}},
		"none": {ID: "none"},
	}}
}

// taker is a destination that does as it is told.
type taker struct {
	mu    sync.Mutex
	times []time.Duration // of tries, since the first
	start time.Time
	taken [][]Record
	do    func(try int) error
	wait  time.Duration
}

func (d *taker) Deliver(ctx context.Context, batch []Record) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.start.IsZero() {
		d.start = time.Now()
	}
	d.times = append(d.times, time.Since(d.start))
	if d.wait > 0 {
		select {
		case <-time.After(d.wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if d.do != nil {
		if err := d.do(len(d.times)); err != nil {
			return err
		}
	}
	d.taken = append(d.taken, batch)
	return nil
}

func (d *taker) sizes() (sizes []int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, batch := range d.taken {
		sizes = append(sizes, len(batch))
	}
	return sizes
}

// exporter runs a service in a bubble of time; end stops it and waits.
type exporter struct {
	*Service
	log bytes.Buffer
	end func()
}

func run(s store.Store, to map[string]Destination, named ...string) *exporter {
	e := &exporter{}
	e.Service = New(s, to, named, time.Now, slog.New(slog.NewTextHandler(&e.log, nil)))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { e.Run(ctx); close(ended) }()
	e.end = func() { stop(); <-ended }
	return e
}

func undelivered(pool string) message.Message {
	return message.Message{UserPoolID: pool, Username: "ana", Medium: cognitoidp.DeliveryMediumTypeEmail, Trigger: message.SignUp,
		Destination: "ana@example.com", Code: "123456", Subject: "Code 123456", Body: "is 123456"}
}

func event(pool string) *userpool.AuthEvent {
	return &userpool.AuthEvent{PoolID: pool, Username: "ana", ID: "e1", Type: cognitoidp.EventTypeSignIn, Created: time.Unix(0, 0)}
}

// TestBatches: records travel together, each to where its pool says.
func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, stream, rest := &taker{}, &taker{}, &taker{}
		e := run(exporting(), map[string]Destination{groupARN: group, "stream": stream, Any: rest})
		for range 3 {
			e.Notification(undelivered("p"), errors.New("no provider"))
			e.Activity(event("p"))
		}
		e.Activity(event("q"))
		e.Activity(event("none"))
		e.Activity(event("deleted"))
		synctest.Wait()
		if c := e.Counts(); c.Waiting != 7 || c.Delivered != 0 {
			t.Errorf("at once: %+v", c)
		}
		time.Sleep(gather + time.Millisecond)
		synctest.Wait()
		if got := fmt.Sprint(group.sizes(), stream.sizes(), rest.sizes()); got != "[3] [3] [1]" {
			t.Error(got)
		}
		if c := e.Counts(); c != (Counts{Delivered: 7}) {
			t.Errorf("%+v", c)
		}
		for range maxBatch + 1 { // more than one batch takes
			e.Activity(event("q"))
		}
		time.Sleep(3 * gather)
		synctest.Wait()
		if got := fmt.Sprint(rest.sizes()); got != fmt.Sprint([]int{1, maxBatch, 1}) {
			t.Error(got)
		}
		e.end()
		if e.log.Len() > 0 {
			t.Error(e.log.String())
		}
	})
}

// TestReasons: who reads the log of a pool does not learn of the operator's machines.
func TestReasons(t *testing.T) {
	dial := errors.New("smtp: connect to mail.internal:587: dial tcp 10.0.0.5:587: connection refused")
	for _, err := range []error{dial, fmt.Errorf("%w: %w", message.ErrTooLate, dial)} {
		if text := failure(undelivered("p"), err); strings.Contains(text, "10.0.0.5") || strings.Contains(text, "mail.internal") {
			t.Error(text)
		}
	}
}

// TestPartial: of a batch that was taken in part the rest is tried again, what is refused for good is not.
func TestPartial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rest := &taker{}
		e := run(exporting(), map[string]Destination{Any: destination(func(batch []Record) error {
			if len(batch) == 3 {
				return &Partial{Lost: 1, Again: batch[2:], Err: errors.New("of another pool")}
			}
			return rest.Deliver(t.Context(), batch)
		})})
		for range 3 {
			e.Activity(event("q"))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(rest.sizes()); got != "[1]" {
			t.Error(got)
		}
		if c := e.Counts(); c != (Counts{Delivered: 2, Dropped: 1, Failures: 1}) {
			t.Errorf("%+v", c)
		}
		e.end()
	})
}

type destination func([]Record) error

func (d destination) Deliver(_ context.Context, batch []Record) error { return d(batch) }

// TestBackOff: a destination that fails is tried again with pauses that double; what it never takes is
// dropped, and what cannot help is not tried again. Others do not wait for it.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		twice := &taker{do: func(try int) error {
			if try <= 2 {
				return errors.New("busy")
			}
			return nil
		}}
		never := &taker{do: func(int) error { return errors.New("gone") }}
		final := &taker{do: func(int) error { return fmt.Errorf("400: %w", ErrFinal) }}
		e := run(exporting(), map[string]Destination{groupARN: twice, "stream": never, "bucket": final})
		e.Notification(undelivered("p"), errors.New("x"))
		e.Activity(event("p"))
		e.Activity(event("q"))
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(twice.times, len(twice.taken)); got != "[0s 500ms 1.5s] 1" {
			t.Error(got)
		}
		if got := fmt.Sprint(never.times); got != "[0s 500ms 1.5s 3.5s 7.5s 15.5s]" {
			t.Error(got)
		}
		if len(final.times) != 1 {
			t.Errorf("tried %d times", len(final.times))
		}
		if c := e.Counts(); c != (Counts{Delivered: 1, Dropped: 2, Failures: 2 + tries + 1}) {
			t.Errorf("%+v", c)
		}
		e.end()
		if n := strings.Count(e.log.String(), "records are dropped"); n != 2 {
			t.Error(e.log.String())
		}
	})
}

// TestBounds: what a destination that hangs cannot take is dropped, and callers do not wait.
func TestBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := &taker{wait: time.Hour}
		e := run(exporting(), map[string]Destination{Any: hangs})
		const sent = maxRecords + 2*maxBatch
		for i := range sent {
			e.Activity(event("q"))
			if i%100 == 0 {
				synctest.Wait()
			}
		}
		synctest.Wait()
		c := e.Counts()
		if c.Dropped == 0 || c.Waiting+int(c.Dropped) != sent || c.Waiting > maxRecords+maxBatch {
			t.Errorf("%+v of %d", c, sent)
		}
		before := time.Now()
		e.end()
		if took := time.Since(before); took > flushTime+time.Second {
			t.Errorf("stopping took %s", took)
		}
		if c := e.Counts(); c.Waiting != 0 || c.Dropped != sent {
			t.Errorf("%+v", c)
		}
	})
}

// TestFlush: what waits when the server stops is delivered, without the pauses.
func TestFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		again := &taker{do: func(try int) error {
			if try == 1 {
				return errors.New("busy")
			}
			return nil
		}}
		e := run(exporting(), map[string]Destination{Any: again})
		for range 3 {
			e.Activity(event("q"))
		}
		before := time.Now()
		e.end()
		if took := time.Since(before); took != 0 || fmt.Sprint(again.sizes()) != "[3]" {
			t.Errorf("%v, after %s", again.sizes(), took)
		}
		if c := e.Counts(); c != (Counts{Delivered: 3, Failures: 1}) {
			t.Errorf("%+v", c)
		}
	})
}

// TestUnmapped: the log says once where nothing goes.
func TestUnmapped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := run(exporting(), nil)
		for range 5 {
			e.Notification(undelivered("p"), errors.New("x"))
		}
		synctest.Wait()
		e.end()
		if c := e.Counts(); c != (Counts{Dropped: 5}) || strings.Count(e.log.String(), groupARN) != 1 {
			t.Errorf("%+v\n%s", c, e.log.String())
		}
	})
}

// TestFault: a store that fails costs the records, and nothing else.
func TestFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := exporting()
		s.fault = errors.New("disk on fire")
		e := run(s, map[string]Destination{Any: &taker{}})
		e.Activity(event("q"))
		synctest.Wait()
		e.end()
		if c := e.Counts(); c != (Counts{Dropped: 1}) || !strings.Contains(e.log.String(), "disk on fire") {
			t.Errorf("%+v %s", c, e.log.String())
		}
	})
	var none *Service
	none.Activity(event("q"))
	none.Notification(undelivered("p"), errors.New("x"))
}

// TestRecords are the lines as they are written.
func TestRecords(t *testing.T) {
	yes := true
	full := &userpool.AuthEvent{
		PoolID: "p", Username: "ana", ID: "e1", ClientID: "c1", Type: cognitoidp.EventTypeSignIn,
		Created: time.Date(2024, 7, 17, 19, 25, 55, 0, time.FixedZone("", 7200)), Response: cognitoidp.EventResponseTypePass,
		Challenges: []cognitoidp.ChallengeResponseType{
			{ChallengeName: cognitoidp.ChallengeNamePassword, ChallengeResponse: cognitoidp.ChallengeResponseSuccess},
		},
		Origin:   userpool.Origin{IP: "192.0.2.1", DeviceName: "Chrome 131, macOS 10", City: "Oslo", Country: "NO"},
		Verdict:  userpool.RiskVerdict{Level: cognitoidp.RiskLevelTypeLow, Decision: cognitoidp.RiskDecisionTypeAccountTakeover, Compromised: &yes},
		Feedback: &userpool.Feedback{Value: cognitoidp.FeedbackValueTypeValid, Provider: "Admin", Given: time.Date(2024, 7, 18, 0, 0, 0, 0, time.UTC)},
	}
	at := time.UnixMilli(1687297330677)
	for _, test := range []struct {
		e    entry
		want string
	}{
		{entry{source: cognitoidp.EventSourceNameUserAuthEvents, poolID: "p", time: at, event: full},
			`{"eventTimestamp":"1687297330677","eventSource":"USER_ACTIVITY","logLevel":"INFO","message":{"version":"1","eventId":"e1",` +
				`"eventType":"SignIn","userSub":"s1","userName":"ana","userPoolId":"p","clientId":"c1","creationDate":"Wed Jul 17 17:25:55 UTC 2024",` +
				`"eventResponse":"Pass","riskLevel":"Low","riskDecision":"AccountTakeover","challenges":["Password:Success"],` +
				`"deviceName":"Chrome 131, macOS 10","ipAddress":"192.0.2.1","requestId":"","idpName":"","compromisedCredentialDetected":"true",` +
				`"city":"Oslo","country":"Norway","eventFeedbackValue":"Valid","eventFeedbackDate":"Thu Jul 18 00:00:00 UTC 2024",` +
				`"eventFeedbackProvider":"Admin","hasContextData":"true"},"logSourceId":{"userPoolId":"p"}}`},
		{entry{source: cognitoidp.EventSourceNameUserNotification, poolID: "p", time: at, details: failure(undelivered("p"), &message.Refusal{Err: errors.New("no provider")})},
			`{"eventTimestamp":"1687297330677","eventSource":"USER_NOTIFICATION","logLevel":"ERROR","message":{"details":` +
				`"The message CustomMessage_SignUp for user ana could not be delivered by EMAIL: no provider"},"logSourceId":{"userPoolId":"p"}}`},
	} {
		got, err := test.e.json("s1")
		if err != nil || string(got) != test.want {
			t.Errorf("%v\ngot  %s\nwant %s", err, got, test.want)
		}
	}
	bare, err := (&entry{source: cognitoidp.EventSourceNameUserAuthEvents, event: event("p")}).json("")
	if err != nil || !strings.Contains(string(bare), `"challenges":[]`) || !strings.Contains(string(bare), `"hasContextData":"false"`) {
		t.Errorf("%v %s", err, bare)
	}
}

// TestNamed: what pools may not name is not reached, though there is a destination.
func TestNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, stream := &taker{}, &taker{}
		e := run(exporting(), map[string]Destination{groupARN: group, "stream": stream}, groupARN+"*")
		e.Notification(undelivered("p"), errors.New("no provider"))
		e.Activity(event("p"))
		e.end()
		if got := fmt.Sprint(group.sizes(), stream.sizes()); got != "[1] []" {
			t.Error(got)
		}
		if c := e.Counts(); c != (Counts{Delivered: 1, Dropped: 1}) || !strings.Contains(e.log.String(), "pool_resources") {
			t.Errorf("%+v; logged %s", c, e.log.String())
		}
	})
}
