package message

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/encryptionsdk"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// lambdas are functions of a test.
type lambdas struct {
	mu     sync.Mutex
	events []string
	answer func(ctx context.Context, n int) error // to the nth, from 1
}

func (l *lambdas) Invoke(ctx context.Context, _, arn string, event []byte) ([]byte, error) {
	l.mu.Lock()
	l.events = append(l.events, arn+" "+string(event))
	n := len(l.events)
	l.mu.Unlock()
	if l.answer == nil {
		return nil, nil // nothing is no answer of other triggers
	}
	return []byte("{}"), l.answer(ctx, n)
}

func (l *lambdas) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.events...)
}

// keys are data keys of a test, all alike.
type keys struct {
	mu    sync.Mutex
	asked []string
	err   error
}

func (k *keys) GenerateDataKey(_ context.Context, arn string, encryptionContext map[string]string) (*encryptionsdk.DataKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked = append(k.asked, fmt.Sprint(arn, " ", encryptionContext["userpool-id"], " ", len(encryptionContext)))
	if k.err != nil {
		return nil, k.err
	}
	return &encryptionsdk.DataKey{Plaintext: make([]byte, encryptionsdk.DataKeySize), Encrypted: []byte("x"), KeyARN: arn}, nil
}

func (k *keys) all() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Join(k.asked, ", ")
}

const (
	sendARN = "arn:aws:lambda:us-east-1:123456789012:function:send"
	keyARN  = "arn:aws:kms:us-east-1:123456789012:key/1"
)

func toFunction() Message {
	m := mailTo("ana")
	m.Subject, m.Body, m.Code = "", "", "471147"
	m.Function = &Function{Event: "CustomEmailSender_SignUp", UserAttributes: map[string]string{"email": "ana@example.com"}}
	return m
}

// senders is what a pool says whose e-mails and texts functions deliver.
func senders(arn string) *cognitoidp.LambdaConfigType {
	return &cognitoidp.LambdaConfigType{KMSKeyID: new(keyARN),
		CustomEmailSender: &cognitoidp.CustomEmailLambdaVersionConfigType{LambdaArn: arn},
		CustomSMSSender:   &cognitoidp.CustomSMSLambdaVersionConfigType{LambdaArn: arn + "SMS"}}
}

// withPool puts a pool and its user, ana, into a store.
func withPool(t *testing.T, s store.Store, p *userpool.Pool, config *cognitoidp.LambdaConfigType) {
	t.Helper()
	p.Settings.LambdaConfig = config
	err := s.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(tx.CreatePool(t.Context(), p), tx.CreateUser(t.Context(), &userpool.User{
			PoolID: p.ID, Username: "ana", Sub: "s", Names: userpool.Names{Username: "ana"}, Attributes: map[string]string{"email": "ana@example.com"},
		}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFunctionTries: a function that throws or is not ready in time is run three times, one that cannot be
// reached, and a code that cannot be encrypted, as long as the code works. The log tells why, and no code.
func TestFunctionTries(t *testing.T) {
	throws := &trigger.Failure{Message: "471147 is refused", Type: "MailError"}
	late := &trigger.Unreached{Cause: "error Socket timeout while invoking Lambda function", Err: context.DeadlineExceeded}
	away := &trigger.Unreached{Cause: "error TooManyRequestsException", Err: errors.New("throttled")}
	for name, tt := range map[string]struct {
		answer, noKey error
		least, most   int // runs, or data keys asked for
		logged        string
	}{
		"throws":      {throws, nil, 3, 3, "MailError"},
		"late":        {late, nil, 3, 3, "in time"},
		"not reached": {away, nil, 6, 100, "TooManyRequestsException"},
		"no data key": {nil, errors.New("kms: status 400 DisabledException"), 6, 100, "DisabledException"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, l, k := storetest.New(t), &lambdas{answer: func(context.Context, int) error { return tt.answer }}, &keys{err: tt.noKey}
				o, log := newOutbox(s, nil)
				withPool(t, s, &userpool.Pool{ID: "r_a"}, senders(sendARN))
				o.To.Function = &Functions{Triggers: &trigger.Service{Functions: l, Now: time.Now}, Keys: k, Rand: rand.Reader, Store: s}
				run(t, o)
				m := toFunction()
				m.Expires = time.Now().Add(time.Hour)
				send(t, o, m)
				time.Sleep(2 * time.Hour) // of the bubble
				runs := len(l.all())
				if tt.noKey != nil {
					if runs != 0 {
						t.Errorf("the function was run %d times without a code", runs)
					}
					runs = len(k.asked)
				}
				if runs < tt.least || runs > tt.most {
					t.Errorf("tried %d times", runs)
				}
				if text := log.String(); !strings.Contains(text, tt.logged) || strings.Contains(text, "471147") || len(log.failed) != 1 {
					t.Errorf("given up %d times; logged %s", len(log.failed), text)
				}
				if left := waiting(t, s); len(left) != 0 {
					t.Errorf("left: %d", len(left))
				}
			})
		})
	}
}

// TestFunctionAtLast: a function that throws twice has delivered the third time, whatever it answers.
func TestFunctionAtLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, k := storetest.New(t), &keys{}
		l := &lambdas{answer: func(_ context.Context, n int) error {
			if n < 3 {
				return &trigger.Failure{Message: "not yet", Type: "Error"}
			}
			return nil
		}}
		o, log := newOutbox(s, nil)
		triggers := &trigger.Service{Functions: l, Now: time.Now}
		withPool(t, s, &userpool.Pool{ID: "r_a"}, senders(sendARN))
		o.To.Function = &Functions{Triggers: triggers, Keys: k, Rand: rand.Reader, Store: s}
		run(t, o)
		send(t, o, toFunction())
		time.Sleep(time.Hour) // of the bubble
		if got, want := o.Counts(), (Counts{Taken: 1, Delivered: 1, Retried: 2}); got != want || len(log.failed) != 0 {
			t.Errorf("counts %+v, want %+v; %v", got, want, log.failed)
		}
		const asked = keyARN + " r_a 2"
		if got := k.all(); got != strings.Join([]string{asked, asked, asked}, ", ") {
			t.Errorf("data keys %s", got)
		}
		var told []string
		for _, c := range triggers.Counts() {
			told = append(told, fmt.Sprint(c.Trigger, " ", c.Outcome, " ", c.Times))
		}
		if got := strings.Join(told, ", "); got != "CustomEmailSender answered 1, CustomEmailSender threw 2" {
			t.Errorf("counted %s", got)
		}
	})
}

// TestFunctionEvent: what has no code says null, a temporary password has no markup, and a client that there is
// none of has its name; SMS has a type of its own.
func TestFunctionEvent(t *testing.T) {
	s, l := storetest.New(t), &lambdas{}
	f := &Functions{Triggers: &trigger.Service{Functions: l}, Keys: &keys{}, Rand: rand.Reader, Store: s}
	pool := &userpool.Pool{ID: "eu-west-1_aB3dE5fG7"}
	withPool(t, s, pool, senders(sendARN))
	of := trigger.Subject{Pool: pool, Username: "ana", User: &userpool.User{Username: "ana", Sub: "1", Attributes: map[string]string{"email": "a@example.com"}}}
	for _, tt := range []struct {
		medium     cognitoidp.DeliveryMediumType
		why        Trigger
		code       string
		arn, event string
		kind       string
	}{
		{cognitoidp.DeliveryMediumTypeEmail, SignUp, "471147", sendARN, "CustomEmailSender_SignUp", "customEmailSenderRequestV1"},
		{cognitoidp.DeliveryMediumTypeSms, Authentication, "471147", sendARN + "SMS", "CustomSMSSender_Authentication", "customSMSSenderRequestV1"},
		{cognitoidp.DeliveryMediumTypeEmail, "CustomEmailSender_AccountTakeOverNotification", "", sendARN, "CustomEmailSender_AccountTakeOverNotification", "customEmailSenderRequestV1"},
		{cognitoidp.DeliveryMediumTypeEmail, AdminCreateUser, "", sendARN, "CustomEmailSender_AdminCreateUser", "customEmailSenderRequestV1"},
	} {
		m := Message{UserPoolID: pool.ID, Username: "ana", Medium: tt.medium, Trigger: tt.why, Code: tt.code,
			Function: FunctionFor(t.Context(), f.Triggers, of, tt.medium, tt.why, nil)}
		if err := f.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		all := l.all()
		arn, text, _ := strings.Cut(all[len(all)-1], " ")
		var event struct {
			TriggerSource, UserPoolID, UserName, Region string
			CallerContext                               struct{ ClientID string }
			Request                                     map[string]any
		}
		if err := json.Unmarshal([]byte(text), &event); err != nil {
			t.Fatal(err)
		}
		code, sealed := event.Request["code"].(string)
		raw, err := base64.StdEncoding.DecodeString(code)
		if arn != tt.arn || event.TriggerSource != tt.event || event.Request["type"] != tt.kind || sealed != (tt.code != "") || err != nil {
			t.Errorf("%s is %s", arn, text)
		}
		if sealed && (strings.Contains(string(raw), tt.code) || len(raw) < 200) {
			t.Errorf("the code is not encrypted: %x", raw)
		}
		if event.CallerContext.ClientID != "CLIENT_ID_NOT_APPLICABLE" || event.Region != "eu-west-1" || event.UserPoolID != pool.ID || event.UserName != "ana" {
			t.Errorf("event %s", text)
		}
	}
	delete(of.User.Attributes, "email")
	pool.Settings.LambdaConfig.CustomSMSSender = nil
	if f := FunctionFor(t.Context(), nil, of, cognitoidp.DeliveryMediumTypeSms, SignUp, nil); f != nil {
		t.Errorf("a function that is not there: %+v", f)
	}
	m := toFunction()
	m.UserPoolID = pool.ID
	if err := (&Functions{Keys: &keys{}, Rand: rand.Reader, Store: s}).Send(t.Context(), m); err == nil {
		t.Error("delivered without functions")
	}
}

// TestFunctionChanged: a message that waits is delivered by what its pool has when it is delivered: another function,
// or none, and then as the pool's template says.
func TestFunctionChanged(t *testing.T) {
	otherARN := sendARN + "-new"
	notice := func(m *Message) { m.Trigger, m.Notice = AccountTakeOverNotification, &Notice{EventID: "1"} }
	for name, tt := range map[string]struct {
		now    *cognitoidp.LambdaConfigType
		change func(*Message)
		by     string // the function
		mail   string // or its text
		failed string // or neither
	}{
		"another function": {now: senders(otherARN), by: otherARN},
		"no function":      {now: nil, mail: "Welcome: 471147"},
		"one for SMS only": {now: &cognitoidp.LambdaConfigType{CustomSMSSender: &cognitoidp.CustomSMSLambdaVersionConfigType{LambdaArn: otherARN}}, mail: "Welcome: 471147"},
		"a notice":         {now: nil, change: notice, failed: ErrNotice.Error()},
		"no address":       {now: nil, change: func(m *Message) { m.Destination = "ana" }, failed: ErrAddress.Error()},
		"a user who left":  {now: nil, change: func(m *Message) { m.Username = "ben" }, failed: ErrGone.Error()},
		"a pool that left": {now: senders(otherARN), change: func(m *Message) { m.UserPoolID = "r_b" }, failed: ErrGone.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, l, mail := storetest.New(t), &lambdas{}, &office{}
				pool := &userpool.Pool{ID: "r_a"}
				pool.Settings.VerificationMessageTemplate = &cognitoidp.VerificationMessageTemplateType{
					EmailSubject: new("Hello"), EmailMessage: new("Welcome: {####}"),
				}
				withPool(t, s, pool, senders(sendARN))
				o, log := newOutbox(s, mail)
				o.To.Function = &Functions{Triggers: &trigger.Service{Functions: l, Now: time.Now}, Keys: &keys{}, Rand: rand.Reader, Store: s, Otherwise: o.To}
				m := toFunction()
				m.Function.ClientID = "gone"
				if tt.change != nil {
					tt.change(&m)
				}
				send(t, o, m)
				err := s.Update(t.Context(), func(tx store.Tx) error {
					p, err := tx.Pool(t.Context(), "r_a")
					if err != nil {
						return err
					}
					p.Settings.LambdaConfig = tt.now
					return tx.SavePool(t.Context(), p)
				})
				if err != nil {
					t.Fatal(err)
				}
				run(t, o)
				by, text, failed := "", "", strings.Join(log.failed, "")
				for _, event := range l.all() {
					by, _, _ = strings.Cut(event, " ")
				}
				for _, m := range mail.messages() {
					text = m.Body
					if m.ID == "" || m.Subject != "Hello" || m.Function != nil || m.Destination != "ana@example.com" {
						t.Errorf("delivered %+v", m)
					}
				}
				if by != tt.by || text != tt.mail || (failed == "") != (tt.failed == "") || !strings.Contains(failed, tt.failed) {
					t.Errorf("run %q, sent %q, failed %q", by, text, failed)
				}
				if len(waiting(t, s)) != 0 {
					t.Error("it still waits")
				}
			})
		})
	}
}

// TestNoFunctions: where no functions can be reached, a message is given up at once, and the log says why. No
// provider gets it.
func TestNoFunctions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, mail := storetest.New(t), &office{}
		o, log := newOutbox(s, mail)
		run(t, o)
		send(t, o, toFunction())
		synctest.Wait()
		if got := mail.messages(); len(got) != 0 || len(log.failed) != 1 || !strings.Contains(log.String(), ErrNoFunctions.Error()) {
			t.Errorf("%d sent, %v given up: %s", len(got), log.failed, log.String())
		}
	})
}
