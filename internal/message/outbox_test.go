package message

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/policy"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/userpool"
)

// post office: a provider of a test.
type office struct {
	mu    sync.Mutex
	got   []Message
	times []time.Time
	now   int // deliveries under way
	most  int
	// answer decides about the nth attempt, from 1; nil takes everything.
	answer func(ctx context.Context, n int, m Message) error
	n      int
}

func (o *office) Send(ctx context.Context, m Message) error {
	o.mu.Lock()
	o.n++
	n := o.n
	o.now++
	o.most = max(o.most, o.now)
	o.times = append(o.times, time.Now())
	answer := o.answer
	o.mu.Unlock()
	var err error
	if answer != nil {
		err = answer(ctx, n, m)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now--
	if err == nil {
		o.got = append(o.got, m)
	}
	return err
}

func (o *office) messages() []Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Message(nil), o.got...)
}

// log is what an outbox has logged, and whom it has told.
type log struct {
	mu                sync.Mutex
	text              bytes.Buffer
	failed, delivered []string
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newOutbox(s store.Store, email Sender) (*Outbox, *log) {
	l := &log{}
	return &Outbox{
		Store: s, To: &Router{Email: email}, Log: slog.New(slog.NewTextHandler(l, nil)), Now: time.Now, Rand: rand.Reader,
		Ended: func(m Message, err error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if err == nil {
				l.delivered = append(l.delivered, m.ID)
				return
			}
			l.failed = append(l.failed, m.ID+" "+err.Error())
		},
	}, l
}

// run runs an outbox until the end of the test, or until stop is called, which waits.
func run(t *testing.T, o *Outbox) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); o.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	synctest.Wait()
	return stop
}

func mailTo(name string) Message {
	return Message{
		UserPoolID: "r_a", Username: name, Medium: email, Destination: name + "@example.com",
		Subject: "Your code", Body: "Your code is 987654.", Code: "987654", Trigger: SignUp,
	}
}

func send(t *testing.T, o *Outbox, m Message) {
	t.Helper()
	if err := o.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// waiting are the messages in the store.
func waiting(t *testing.T, s store.Store) (all []*userpool.OutboxMessage) {
	t.Helper()
	view(t, s, func(r store.Reader) error {
		for _, lane := range []string{laneEmail, laneSMS, laneFunction} {
			for pool, err := range poolsAfter(t.Context(), r, lane, "") {
				if err != nil {
					return err
				}
				some, err := r.DueMessages(t.Context(), lane, pool.PoolID, time.Now().Add(1000*time.Hour), 1000)
				if err != nil {
					return err
				}
				all = append(all, some...)
			}
		}
		return nil
	})
	return all
}

func view(t *testing.T, s store.Store, fn func(store.Reader) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestOutboxAtOnce: a message is delivered whole, without any time going by, and is gone then.
func TestOutboxAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail, function := storetest.New(t), &office{}, &office{}
		o, _ := newOutbox(s, mail)
		o.To.Function = function
		run(t, o)
		whole := mailTo("ana")
		whole.Expires = time.Now().Add(time.Hour).UTC()
		whole.Email = &cognitoidp.EmailConfigurationType{
			From: new("Ana <ana@example.com>"), ReplyToEmailAddress: new("reply@example.com"), SourceArn: new("arn:aws:ses:eu-west-1:123456789012:identity/a@example.com"),
			ConfigurationSet: new("set"), EmailSendingAccount: "DEVELOPER",
		}
		whole.SMS = &cognitoidp.SmsConfigurationType{SnsRegion: new("eu-west-1"), EumsSms: &cognitoidp.EumsSmsConfigurationType{OriginationIdentity: new("Shop")}}
		began := time.Now()
		send(t, o, whole)
		synctest.Wait()
		got := mail.messages()
		if len(got) != 1 || !time.Now().Equal(began) {
			t.Fatalf("%d delivered after %s", len(got), time.Since(began))
		}
		whole.ID, whole.Time = got[0].ID, began.UTC()
		if diff := cmp.Diff(whole, got[0]); diff != "" || whole.ID == "" {
			t.Errorf("-sent +delivered\n%s", diff)
		}
		byFunction := mailTo("ben")
		byFunction.Function = &Function{Event: "CustomEmailSender_SignUp", ClientMetadata: map[string]string{"a": "b"}}
		byFunction.Destination = "no address at all" // is the function's business
		send(t, o, byFunction)
		synctest.Wait()
		if got := function.messages(); len(got) != 1 || cmp.Diff(got[0].Function, byFunction.Function) != "" || len(mail.messages()) != 1 {
			t.Errorf("by the function: %+v", got)
		}
		if left := waiting(t, s); len(left) != 0 {
			t.Errorf("left: %d", len(left))
		}
		if got, want := o.Counts(), (Counts{Taken: 2, Delivered: 2}); got != want {
			t.Errorf("counts %+v, want %+v", got, want)
		}
	})
}

// TestOutboxFromStore: the same when the message was written down before somebody ran to deliver it.
func TestOutboxFromStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		o, _ := newOutbox(s, mail)
		m := mailTo("ana")
		m.Email = &cognitoidp.EmailConfigurationType{From: new("x@example.com")}
		m.Expires = time.Now().Add(time.Hour).UTC()
		send(t, o, m)
		if len(waiting(t, s)) != 1 {
			t.Fatal("it is not in the store")
		}
		began := time.Now()
		run(t, o)
		got := mail.messages()
		if len(got) != 1 || !time.Now().Equal(began) {
			t.Fatalf("%d delivered after %s", len(got), time.Since(began))
		}
		m.ID, m.Time = got[0].ID, got[0].Time
		if diff := cmp.Diff(m, got[0]); diff != "" {
			t.Errorf("-sent +delivered\n%s", diff)
		}
	})
}

// TestOutboxRetries: a provider that is down at first gets the message once it is up, after pauses that
// double; the message keeps its id.
func TestOutboxRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		ids := map[string]bool{}
		mail.answer = func(_ context.Context, n int, m Message) error {
			ids[m.ID] = true
			if n <= 10 {
				return errors.New("connection refused")
			}
			return nil
		}
		o, l := newOutbox(s, mail)
		run(t, o)
		send(t, o, mailTo("ana"))
		time.Sleep(2 * time.Hour) // of the bubble's time
		if len(mail.messages()) != 1 || len(ids) != 1 {
			t.Fatalf("%d attempts, %d delivered, %d ids", mail.n, len(mail.messages()), len(ids))
		}
		most := firstRetry
		for i := range mail.times[1:] {
			if pause := mail.times[i+1].Sub(mail.times[i]); pause < most/2 || pause > most+time.Second {
				t.Errorf("pause %d: %s, want between %s and %s", i+1, pause, most/2, most)
			}
			most = min(2*most, lastRetry)
		}
		if got, want := o.Counts(), (Counts{Taken: 1, Delivered: 1, Retried: 10}); got != want {
			t.Errorf("counts %+v, want %+v", got, want)
		}
		text := l.String()
		if strings.Count(text, "to be tried again") != 10 || strings.Contains(text, "987654") || strings.Contains(text, "ana@") {
			t.Errorf("log: %s", text)
		}
		if len(waiting(t, s)) != 0 {
			t.Error("it is still there")
		}
	})
}

// TestOutboxGivesUp: what cannot be delivered in time, or at all, is told of and not kept.
func TestOutboxGivesUp(t *testing.T) {
	down := func(context.Context, int, Message) error { return errors.New("connection refused") }
	for name, test := range map[string]struct {
		expires      time.Duration // of the code
		answer       func(context.Context, int, Message) error
		least, most  time.Duration
		minAttempts  int
		maxAttempts  int
		because      string
		startedLater time.Duration
	}{
		"its code expires":    {3 * time.Minute, down, time.Minute, 3 * time.Minute, 4, 8, "not delivered in time: connection refused", 0},
		"a day is over":       {0, down, 23 * time.Hour, 24 * time.Hour, 140, 400, "not delivered in time: connection refused", 0},
		"code beyond a day":   {7 * 24 * time.Hour, down, 23 * time.Hour, 24 * time.Hour, 140, 400, "not delivered in time", 0},
		"refused":             {0, func(context.Context, int, Message) error { return &Refusal{errors.New("smtp: 550")} }, 0, 0, 1, 1, "smtp: 550", 0},
		"expired before":      {time.Minute, nil, 0, time.Minute, 0, 0, "not delivered in time", time.Minute},
		"refused, if wrapped": {0, func(context.Context, int, Message) error { return fmt.Errorf("x: %w", &Refusal{errors.New("y")}) }, 0, 0, 1, 1, "x: y", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, mail := storetest.New(t), &office{answer: test.answer}
				o, l := newOutbox(s, mail)
				m := mailTo("ana")
				if test.expires > 0 {
					m.Expires = time.Now().Add(test.expires)
				}
				began := time.Now()
				if test.startedLater > 0 {
					send(t, o, m)
					time.Sleep(test.startedLater)
					run(t, o)
				} else {
					run(t, o)
					send(t, o, m)
				}
				synctest.Wait()
				for len(waiting(t, s)) > 0 && time.Since(began) < 48*time.Hour {
					time.Sleep(max(time.Second, test.most/1000))
				}
				synctest.Wait()
				if took := time.Since(began); took < test.least || took > test.most+max(time.Second, test.most/1000) {
					t.Errorf("given up after %s, want between %s and %s", took, test.least, test.most)
				}
				if mail.n < test.minAttempts || mail.n > test.maxAttempts || len(mail.messages()) != 0 {
					t.Errorf("%d attempts", mail.n)
				}
				if len(l.failed) != 1 || !strings.Contains(l.failed[0], test.because) || o.Counts().Failed != 1 {
					t.Errorf("told of %q, counts %+v", l.failed, o.Counts())
				}
				if text := l.String(); strings.Count(text, "level=ERROR") != 1 || strings.Contains(text, "987654") || strings.Contains(text, "ana@") {
					t.Errorf("log: %s", text)
				}
			})
		})
	}
}

// TestOutboxRefusesAtOnce: the operation is told of what can be known beforehand, and of a store that fails.
func TestOutboxRefusesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.Faulty(storetest.New(t))
		mail := &office{}
		o, _ := newOutbox(s, mail)
		o.Concurrency = 1
		bad := mailTo("ana")
		for _, address := range []string{
			"", "ana", "ana@", "@example.com", "a@b.example, c@d.example", "Ana <ana@example.com>", "ana@example.com\r\nBcc: all@example.com",
			strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("b", 260),
		} {
			bad.Destination = address
			var refusal *Refusal
			if err := o.Send(t.Context(), bad); !errors.Is(err, ErrAddress) || !errors.As(err, &refusal) {
				t.Errorf("%q: %v", address, err)
			}
		}
		text := Message{Medium: sms, Destination: "+15555550100"}
		if err := o.Send(t.Context(), text); !errors.Is(err, ErrNoProvider) {
			t.Errorf("without a provider: %v", err)
		}
		o.To.SMS = mail
		for _, number := range []string{"", "15555550100", "+1", "+1555555 0100", "+1555555010055555"} {
			text.Destination = number
			if err := o.Send(t.Context(), text); !errors.Is(err, ErrAddress) {
				t.Errorf("%q: %v", number, err)
			}
		}
		function := mailTo("ana")
		function.Function = &Function{}
		if err := o.Send(t.Context(), function); err != nil {
			t.Errorf("with a function nothing fails: %v", err)
		}
		run(t, o)
		down := errors.New("no space left")
		s.FailUpdate(down)
		if err := o.Send(t.Context(), mailTo("ana")); !errors.Is(err, down) {
			t.Errorf("the store is down: %v", err)
		}
		send(t, o, mailTo("ben")) // the place is free again
		synctest.Wait()
		if got := mail.messages(); len(got) != 1 || got[0].Username != "ben" {
			t.Errorf("delivered %v", got)
		}
	})
}

// TestIdentities: where the operator says as whom pools may send, a pool that says another sends nothing, to nobody
// either; neither does one that has named it before.
func TestIdentities(t *testing.T) {
	const arn = "arn:aws:ses:eu-west-1:123456789012:identity/"
	mail := &office{}
	r := &Router{Email: mail, Identities: policy.Resources{arn + "example.com", arn + "ana@example.org"}}
	for _, tt := range []struct {
		identity, from string
		may            bool
	}{
		{"", "", true},
		{"", "ana@example.net", true}, // is not followed
		{arn + "example.com", "", true},
		{arn + "example.com", "Ana <Ana@Example.com>", true},
		{arn + "example.com", "ana@mail.example.com", true},
		{arn + "example.com", "ana@example.net", false},
		{arn + "example.com", "ana@notexample.com", false},
		{arn + "ana@example.org", "ana@example.org", true},
		{arn + "ana@example.org", "ben@example.org", false},
		{arn + "example.net", "", false},
	} {
		for _, nobody := range []bool{false, true} {
			m := mailTo("ana")
			m.Nobody, m.Email = nobody, &cognitoidp.EmailConfigurationType{}
			if tt.identity != "" {
				m.Email.SourceArn = &tt.identity
			}
			if tt.from != "" {
				m.Email.From = &tt.from
			}
			var refusal *Refusal
			for _, err := range []error{r.Check(m), r.Send(t.Context(), m)} {
				if (err == nil) != tt.may || !tt.may && (!errors.Is(err, ErrIdentity) || !errors.As(err, &refusal)) {
					t.Errorf("%s as %q: %v", tt.identity, tt.from, err)
				}
			}
		}
	}
}

// TestOutboxNobody: a message for nobody costs what others cost, and is not delivered.
func TestOutboxNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		o, l := newOutbox(s, mail)
		m := mailTo("ana")
		m.Nobody, m.Destination = true, "ana"
		send(t, o, m)
		if len(waiting(t, s)) != 1 {
			t.Error("nothing was written")
		}
		run(t, o)
		send(t, o, m)
		synctest.Wait()
		if mail.n != 0 || len(waiting(t, s)) != 0 || len(l.failed) != 0 {
			t.Errorf("%d attempts, %d left, told of %q", mail.n, len(waiting(t, s)), l.failed)
		}
		m.Medium = sms
		if err := o.Send(t.Context(), m); !errors.Is(err, ErrNoProvider) {
			t.Errorf("by SMS: %v", err)
		}
		inbox := NewInbox(time.Now)
		if err := (&Development{Inbox: inbox, Outbox: o}).Send(t.Context(), m); err != nil || len(inbox.Messages()) != 0 {
			t.Errorf("in development: %v, %v", err, inbox.Messages())
		}
	})
}

// TestOutboxBounded: not more of one pool at once than places are left free, whatever is sent; the rest waits in the
// store and follows, also behind a lane that hangs.
func TestOutboxBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s, mail, texts := storetest.New(t), &office{}, &office{}
		mail.answer = func(context.Context, int, Message) error { <-release; return nil }
		o, _ := newOutbox(s, mail)
		o.To.SMS, o.Concurrency = texts, 5
		run(t, o)
		for i := range 20 {
			send(t, o, mailTo(fmt.Sprint("u", i)))
		}
		send(t, o, Message{Medium: sms, Destination: "+15555550100"})
		synctest.Wait()
		if mail.most != 3 || mail.now != 3 || len(texts.messages()) != 1 || len(waiting(t, s)) != 20 {
			t.Errorf("%d e-mails under way, %d texts delivered, %d left", mail.now, len(texts.messages()), len(waiting(t, s)))
		}
		began := time.Now()
		close(release)
		synctest.Wait()
		if got := len(mail.messages()); got != 20 || mail.most != 3 || !time.Now().Equal(began) || len(waiting(t, s)) != 0 {
			t.Errorf("%d delivered, %d at once, after %s", got, mail.most, time.Since(began))
		}
		send(t, o, mailTo("late")) // the way over the store is left again
		synctest.Wait()
		if len(mail.messages()) != 21 {
			t.Error("the last was not delivered")
		}
	})
}

// TestOutboxFull: of one pool only so many messages wait, and none of them is too large. What goes beyond is refused,
// for nobody as for somebody, and another pool's is not.
func TestOutboxFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		o, l := newOutbox(s, mail)
		o.MostWaiting, o.MostBytes = 3, 4096
		o.To.SMS, o.To.Function = mail, mail
		refused := func(want error, m Message) {
			t.Helper()
			var refusal *Refusal
			if err := o.Send(t.Context(), m); !errors.Is(err, want) || !errors.As(err, &refusal) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		long, told := mailTo("ana"), mailTo("ana")
		long.Body = strings.Repeat("987654", 1000)
		told.Function = &Function{ClientMetadata: map[string]string{"note": strings.Repeat("987654", 1000)}}
		refused(ErrTooLarge, long)
		refused(ErrTooLarge, told)

		nobody := mailTo("ben")
		nobody.Nobody = true
		send(t, o, mailTo("ana"))
		send(t, o, nobody)
		send(t, o, Message{UserPoolID: "r_a", Medium: sms, Destination: "+15555550100"})
		refused(ErrFull, mailTo("ana"))
		refused(ErrFull, nobody)
		refused(ErrFull, Message{UserPoolID: "r_a", Medium: sms, Destination: "+15555550100"})
		other := mailTo("ana")
		other.UserPoolID = "r_b"
		send(t, o, other)
		if got := len(waiting(t, s)); got != 4 || strings.Contains(l.String(), "987654") || strings.Count(l.String(), "message not taken") != 5 {
			t.Errorf("%d wait; logged %s", got, l)
		}
		run(t, o)
		send(t, o, mailTo("ana")) // there is room again
		synctest.Wait()
		if got := len(mail.messages()); got != 4 {
			t.Errorf("%d delivered", got)
		}
	})
}

// TestOutboxFair: what hangs in one pool, or in a second, does not hold up a third, however much of it waits.
func TestOutboxFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s, mail := storetest.New(t), &office{}
		hangs := map[string]bool{"r_a": true, "r_c": true}
		mail.answer = func(_ context.Context, _ int, m Message) error {
			if hangs[m.UserPoolID] {
				<-release
			}
			return nil
		}
		o, _ := newOutbox(s, mail)
		o.Concurrency = 9
		run(t, o)
		of := func(pool string, n int) {
			for i := range n {
				m := mailTo(fmt.Sprint("u", i))
				m.UserPoolID = pool
				send(t, o, m)
			}
			synctest.Wait()
		}
		began := time.Now()
		of("r_a", 30)
		if mail.now != 5 {
			t.Errorf("%d of one pool at once", mail.now)
		}
		of("r_c", 30)
		if mail.now != 7 {
			t.Errorf("%d of two pools at once", mail.now)
		}
		of("r_b", 30)
		if got := len(mail.messages()); got != 30 || !time.Now().Equal(began) || mail.now != 7 {
			t.Errorf("%d of the third pool delivered after %s", got, time.Since(began))
		}
		close(release)
		synctest.Wait()
		if got := len(mail.messages()); got != 90 || len(waiting(t, s)) != 0 || mail.most > 9 {
			t.Errorf("%d delivered, %d at once", got, mail.most)
		}
	})
}

// TestOutboxDueWhileFull: what becomes due while all places are taken is delivered once one is free.
func TestOutboxDueWhileFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mail := &office{}
		mail.answer = func(_ context.Context, n int, _ Message) error {
			switch n {
			case 1:
				return errors.New("not now")
			case 2:
				time.Sleep(5 * time.Second)
			}
			return nil
		}
		o, _ := newOutbox(storetest.New(t), mail)
		o.Concurrency = 1
		run(t, o)
		began := time.Now()
		send(t, o, mailTo("first"))
		time.Sleep(time.Second)
		send(t, o, mailTo("second"))
		time.Sleep(30 * time.Second)
		mail.mu.Lock()
		defer mail.mu.Unlock()
		if len(mail.times) != 3 || mail.times[2].Sub(began) != 6*time.Second {
			t.Errorf("began at %s; the third attempts at %v", began, mail.times)
		}
	})
}

// TestOutboxTurns: pools have their turns one after the other, whichever has waited longest.
func TestOutboxTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		o, _ := newOutbox(s, mail)
		o.Concurrency = 1
		for i, pool := range []string{"r_b", "r_b", "r_b", "r_c", "r_a", "r_c", "r_a"} {
			time.Sleep(time.Second)
			m := mailTo(fmt.Sprint("u", i))
			m.UserPoolID = pool
			send(t, o, m)
		}
		run(t, o)
		var order []string
		for _, m := range mail.messages() {
			order = append(order, m.UserPoolID+" "+m.Username)
		}
		want := []string{"r_a u4", "r_b u0", "r_c u3", "r_a u6", "r_b u1", "r_c u5", "r_b u2"}
		if diff := cmp.Diff(want, order); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
}

// TestPoolsAfter: a round passes every pool once, however many there are and wherever it begins.
func TestPoolsAfter(t *testing.T) {
	for _, n := range []int{0, 1, poolsAtOnce - 1, poolsAtOnce, poolsAtOnce + 1, 3 * poolsAtOnce} {
		s, all := storetest.New(t), make([]string, n)
		o, _ := newOutbox(s, &office{})
		for i := range all {
			m := mailTo("ana")
			all[i] = fmt.Sprintf("r_%03d", 2*i)
			m.UserPoolID = all[i]
			send(t, o, m)
		}
		for _, first := range []int{0, 1, n / 2, n - 1, n} {
			if first < 0 || first > n {
				continue
			}
			want := slices.Concat(all[first:], all[:first])
			for _, last := range []string{fmt.Sprintf("r_%03d", 2*first-1), fmt.Sprintf("r_%03d", 2*first-2)} { // gone since, or not
				var got []string
				view(t, s, func(r store.Reader) error {
					for pool, err := range poolsAfter(t.Context(), r, laneEmail, last) {
						if err != nil {
							return err
						}
						got = append(got, pool.PoolID)
					}
					return nil
				})
				if !slices.Equal(got, want) {
					t.Errorf("of %d pools after %s: %s", n, last, got)
				}
			}
		}
	}
}

// TestOutboxCrash: what a process held that is not heard of any more is delivered by another when the lease
// is over, and not before.
func TestOutboxCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.New(t)
		dead, end := &office{}, make(chan struct{})
		dead.answer = func(context.Context, int, Message) error { <-end; return errors.New("dead") }
		first, _ := newOutbox(s, dead)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); first.Run(ctx) }()
		synctest.Wait()
		began := time.Now()
		for i := range 5 {
			send(t, first, mailTo(fmt.Sprint("u", i)))
		}
		synctest.Wait()
		cancel() // it looks for nothing any more, and gives nothing back
		alive := &office{}
		second, l := newOutbox(s, alive)
		run(t, second)
		time.Sleep(leaseTime - time.Second)
		if n := len(alive.messages()); n != 0 {
			t.Errorf("%d were taken from a process that may live", n)
		}
		time.Sleep(lookEvery + time.Second)
		if n := len(alive.messages()); n != 5 || len(waiting(t, s)) != 0 {
			t.Errorf("%d of 5 delivered after %s: %s", n, time.Since(began), l)
		}
		// The first one, back to life, does not undo that.
		close(end)
		<-done
		if len(waiting(t, s)) != 0 {
			t.Error("a message is back")
		}
	})
}

// TestOutboxStops: what is under way when the server stops gets five seconds, and is given back then.
func TestOutboxStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		mail.answer = func(ctx context.Context, _ int, m Message) error {
			if m.Username == "quick" {
				time.Sleep(2 * time.Second)
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}
		o, l := newOutbox(s, mail)
		stop := run(t, o)
		send(t, o, mailTo("quick"))
		send(t, o, mailTo("slow"))
		synctest.Wait()
		began := time.Now()
		stop()
		if took := time.Since(began); took != stopTime {
			t.Errorf("stopped after %s", took)
		}
		if got := mail.messages(); len(got) != 1 || got[0].Username != "quick" {
			t.Errorf("delivered %v", got)
		}
		left := waiting(t, s)
		if len(left) != 1 || left[0].Lease != "" || left[0].Due.After(time.Now()) || left[0].Tries != 0 || len(l.failed) != 0 {
			t.Errorf("left: %+v", left)
		}
		send(t, o, mailTo("after")) // nobody is there to deliver; it waits
		next := &office{}
		another, _ := newOutbox(s, next)
		run(t, another)
		if n := len(next.messages()); n != 2 {
			t.Errorf("the next server delivered %d at once", n)
		}
	})
}

// TestOutboxShared: several servers over one store deliver everything once.
func TestOutboxShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages = 120
		s, mail := storetest.New(t), &office{}
		idle, _ := newOutbox(s, mail) // takes only
		for i := range messages / 2 {
			send(t, idle, mailTo(fmt.Sprint("u", i)))
		}
		var boxes []*Outbox
		for range 3 {
			o, _ := newOutbox(s, mail)
			o.Concurrency = 2
			boxes = append(boxes, o)
			run(t, o)
		}
		var all sync.WaitGroup
		for i := range messages / 2 {
			all.Go(func() { send(t, boxes[i%3], mailTo(fmt.Sprint("v", i))) })
		}
		all.Wait()
		time.Sleep(time.Minute)
		times := map[string]int{}
		for _, m := range mail.messages() {
			times[m.Username]++
		}
		if len(times) != messages || len(mail.messages()) != messages || len(waiting(t, s)) != 0 {
			t.Errorf("%d deliveries to %d users, want %d", len(mail.messages()), len(times), messages)
		}
	})
}

// TestOutboxUnreadable: what cannot be read is told of, and does not hold up others.
func TestOutboxUnreadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		err := s.Update(t.Context(), func(tx store.Tx) error {
			broken := &userpool.OutboxMessage{ID: "x", PoolID: "r_a", Lane: laneEmail, Due: time.Now(), Created: time.Now(), Content: []byte("987654")}
			lost := *broken
			lost.ID, lost.Content = "y", nil // as the store answers one that it cannot open
			return errors.Join(tx.AddMessage(t.Context(), broken), tx.AddMessage(t.Context(), &lost))
		})
		if err != nil {
			t.Fatal(err)
		}
		o, l := newOutbox(s, mail)
		o.Concurrency = 1
		send(t, o, mailTo("ana"))
		run(t, o)
		if len(mail.messages()) != 1 || len(l.failed) != 2 || o.Counts().Failed != 2 || strings.Contains(l.String(), "987654") || len(waiting(t, s)) != 0 {
			t.Errorf("delivered %v, told of %q", mail.messages(), l.failed)
		}
		for i, id := range []string{"x", "y"} {
			if !strings.HasPrefix(l.failed[i], id+" ") || !strings.Contains(l.String(), "id="+id+" pool=r_a") {
				t.Errorf("told of %q:\n%s", l.failed, l)
			}
		}
	})
}

// again is a store whose every change is in conflict with another one at first, and is done again.
type again struct{ store.Store }

func (s again) Update(ctx context.Context, fn func(store.Tx) error) error {
	conflict := errors.New("conflict")
	err := s.Store.Update(ctx, func(tx store.Tx) error { return errors.Join(fn(tx), conflict) })
	if !errors.Is(err, conflict) {
		return err
	}
	return s.Store.Update(ctx, fn)
}

// TestOutboxLeases: of two who have found the same messages one delivers them, each once.
func TestOutboxLeases(t *testing.T) {
	s := again{storetest.New(t)}
	var rounds [2]*round
	var boxes [2]*Outbox
	for i := range boxes {
		boxes[i], _ = newOutbox(s, &office{})
	}
	for range 3 {
		send(t, boxes[0], mailTo("ana")) // nobody delivers yet
	}
	var err error
	for i, o := range boxes {
		if rounds[i], err = o.round(t.Context(), o.lane(laneEmail), 16); err != nil || len(rounds[i].messages) != 3 {
			t.Fatalf("%d finds %+v, %v", i, rounds[i], err)
		}
	}
	for i, o := range boxes {
		if err = o.lease(t.Context(), rounds[i]); err != nil {
			t.Fatal(err)
		}
	}
	if one, other := rounds[0].messages, rounds[1].messages; len(one) != 3 || len(other) != 0 {
		t.Errorf("one has %d, the other %d", len(one), len(other))
	}
}

// TestOutboxStoreFails: while the store cannot be read or written messages wait, and the log says so. That a server
// stops is no fault.
func TestOutboxStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.Faulty(storetest.New(t)), &office{}
		o, l := newOutbox(s, mail)
		ctx, cancel := context.WithCancel(t.Context())
		lane := o.lane(laneEmail)
		lane.open(ctx)
		for _, fail := range []func(error){s.FailView, s.FailUpdate} {
			lane.waiting = true // so that it is not delivered by who sends it
			send(t, o, mailTo("ana"))
			fail(errors.New("the disk is gone"))
			if again := o.take(ctx, ctx, lane); again != lookEvery || len(mail.messages()) != 0 || !strings.Contains(l.String(), "the disk is gone") {
				t.Errorf("again after %s, delivered %v:\n%s", again, mail.messages(), l)
			}
			o.take(ctx, ctx, lane)
			synctest.Wait()
			if got := len(mail.messages()); got != 1 {
				t.Errorf("%d delivered afterwards", got)
			}
			mail.got, l.text = nil, bytes.Buffer{}
		}
		send(t, o, mailTo("ana"))
		cancel()
		if o.take(ctx, ctx, lane); strings.Contains(l.String(), "level=ERROR") {
			t.Errorf("the log of a server that stops:\n%s", l)
		}
	})
}

// TestOutboxOfDeletedUser: messages to a user who is deleted are not delivered, and nobody is told.
func TestOutboxOfDeletedUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{answer: func(context.Context, int, Message) error { return errors.New("down") }}
		err := s.Update(t.Context(), func(tx store.Tx) error {
			return tx.CreateUser(t.Context(), &userpool.User{PoolID: "r_a", Username: "ana", Sub: "s", Names: userpool.Names{Username: "ana"}})
		})
		if err != nil {
			t.Fatal(err)
		}
		o, l := newOutbox(s, mail)
		run(t, o)
		send(t, o, mailTo("ana"))
		synctest.Wait()
		err = s.Update(t.Context(), func(tx store.Tx) error { return tx.DeleteUser(t.Context(), "r_a", "ana") })
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if mail.n != 1 || len(l.failed) != 0 {
			t.Errorf("%d attempts, told of %q", mail.n, l.failed)
		}
	})
}

// TestOutboxSurvivesPanic: a message that no provider can cope with is given up, and the next one delivered.
func TestOutboxSurvivesPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mail := &office{answer: func(_ context.Context, _ int, m Message) error {
			if m.Username == "ana" {
				panic("no such case: 987654")
			}
			return nil
		}}
		o, l := newOutbox(storetest.New(t), mail)
		run(t, o)
		send(t, o, mailTo("ana"))
		send(t, o, mailTo("ben"))
		synctest.Wait()
		if len(l.failed) != 1 || len(l.delivered) != 1 || strings.Contains(l.String(), "987654") {
			t.Errorf("failed %q, delivered %q\n%s", l.failed, l.delivered, l)
		}
	})
}
