package lambda

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"ostiary/internal/policy"
	"ostiary/internal/trigger"
)

const (
	// attempts is how often a function is tried, and attemptTime how long it may take each time: the
	// service's own, which are not configurable.
	attempts    = 3
	attemptTime = 5 * time.Second
	// maxAnswer bounds what a function may return, in bytes.
	maxAnswer = 1 << 20
)

// Target is a place where functions run.
type Target interface {
	// run does one attempt. Its errors are *trigger.Failure, *trigger.Unreached, and retryable.
	run(ctx context.Context, arn string, event []byte) ([]byte, error)
}

// Functions reaches Lambda functions. Fill in the exported fields; it is then safe for concurrent use.
type Functions struct {
	// Local are functions that run elsewhere than at the API, by their ARN or their name.
	Local map[string]Target
	// Callable are the functions that pools may have run, by their ARNs.
	Callable policy.Resources
	// API runs all others; nil if there is none, and then they cannot be reached.
	API Target
	// Limit is how many functions may run at once, half of that how many times one of them, and three
	// quarters how many of one user pool; more wait for at most one attempt's time. 0 means 100.
	Limit int
	// AttemptTime is how long one attempt may take; 0 means five seconds.
	AttemptTime time.Duration
	// Pause waits between attempts; nil means by the clock.
	Pause func(ctx context.Context, d time.Duration) error
	Rand  io.Reader

	places  places
	retries atomic.Uint64
}

// Retries is how many attempts were made after one that failed.
func (f *Functions) Retries() uint64 { return f.retries.Load() }

// retryable is a failure that another attempt may not have.
type retryable struct{ *trigger.Unreached }

func (r retryable) Unwrap() error { return r.Unreached }

// unreached says that a function could not be run; code is what the caller reads, by the name of an error of
// the Lambda API.
func unreached(code string, err error) *trigger.Unreached {
	return &trigger.Unreached{Cause: "error " + code, Err: err}
}

// timedOut is an attempt whose time was over.
func timedOut(err error) *trigger.Unreached {
	return unreached("Socket timeout while invoking Lambda function", err)
}

var _ trigger.Functions = (*Functions)(nil)

// Invoke implements trigger.Functions.
func (f *Functions) Invoke(ctx context.Context, poolID, arn string, event []byte) ([]byte, error) {
	if !f.Callable.Cover(arn) {
		return nil, unreached("AccessDeniedException", errors.New("pool_resources does not list "+arn))
	}
	target, place := f.target(arn)
	if target == nil {
		return nil, &trigger.Unreached{Cause: "configuration", Err: errors.New("no setting says where " + arn + " runs")}
	}
	leave, err := f.enter(ctx, poolID, place)
	if err != nil {
		return nil, err
	}
	defer leave()
	for n := 1; ; n++ {
		answer, err := f.attempt(ctx, target, arn, event)
		var again retryable
		if !errors.As(err, &again) {
			return answer, err
		}
		if n == attempts {
			return nil, again.Unreached
		}
		if err := f.pause(ctx, n); err != nil {
			return nil, again.Unreached
		}
		f.retries.Add(1)
	}
}

// attempt runs a function once.
func (f *Functions) attempt(ctx context.Context, target Target, arn string, event []byte) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, f.attemptTime())
	defer cancel()
	answer, err := target.run(bounded, arn, event)
	switch {
	case err == nil:
		return readPayload(answer)
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, fmt.Errorf("the caller is gone: %w", ctx.Err())
	case ctx.Err() != nil: // nobody waits for another attempt
		return nil, timedOut(ctx.Err())
	case bounded.Err() != nil:
		return nil, retryable{timedOut(bounded.Err())}
	default:
		return nil, err
	}
}

// target is where a function runs, nil if nothing says so, and the name under which it takes places: whoever configures
// pools must not get more of them by other versions, or ARNs that lead to the same.
func (f *Functions) target(arn string) (t Target, place string) {
	name, unqualified := names(arn)
	for _, key := range []string{arn, unqualified, name} {
		if t, ok := f.Local[key]; ok {
			return t, key
		}
	}
	return f.API, unqualified
}

// names are the name in the ARN of a function, and the ARN without version or alias:
// arn:aws:lambda:us-east-1:123456789012:function:name:alias.
func names(arn string) (name, unqualified string) {
	parts := strings.Split(arn, ":")
	if len(parts) < 7 {
		return arn, arn
	}
	return parts[6], strings.Join(parts[:7], ":")
}

func (f *Functions) attemptTime() time.Duration {
	if f.AttemptTime > 0 {
		return f.AttemptTime
	}
	return attemptTime
}

// pause waits before attempt n+1: between half and all of 100 ms, then of 200 ms, so that callers that were
// throttled together do not come back together.
func (f *Functions) pause(ctx context.Context, n int) error {
	most := 100 * time.Millisecond << (n - 1)
	d := most
	var b [2]byte
	if _, err := io.ReadFull(f.Rand, b[:]); err == nil {
		d = most/2 + time.Duration(binary.BigEndian.Uint16(b[:]))*most/2/(1<<16)
	}
	if f.Pause != nil {
		return f.Pause(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close drops the connections that are kept for later calls.
func (f *Functions) Close() {
	targets := []Target{f.API}
	for _, t := range f.Local {
		targets = append(targets, t)
	}
	for _, t := range targets {
		if c, ok := t.(interface{ closeIdle() }); ok {
			c.closeIdle()
		}
	}
}
