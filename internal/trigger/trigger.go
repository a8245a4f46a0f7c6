package trigger

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// Functions reaches Lambda functions. Implementations bound the time that one takes.
type Functions interface {
	// Invoke runs the function of that ARN for a user pool, on an event, and answers what it returned.
	// What the function threw is a *Failure; *Unreached means that it could not be run; any other error
	// is a fault.
	Invoke(ctx context.Context, poolID, arn string, event []byte) ([]byte, error)
}

// Failure is what a function threw.
type Failure struct {
	Message string // for the caller of the operation
	Type    string // errorType; for the log
}

func (f *Failure) Error() string { return "function failed: " + f.Message }

// Unreached is why a function could not be run. The caller of the operation reads Cause, such as
// "error AccessDeniedException", and not Err.
type Unreached struct {
	Cause string
	Err   error
}

func (u *Unreached) Error() string { return "function not reached: " + u.Cause + ": " + u.Err.Error() }
func (u *Unreached) Unwrap() error { return u.Err }

// Service runs triggers. With no Functions there are none to be reached: a pool that has configured a
// trigger is told so, for a gate that was skipped would stand open. A nil Service is one without Functions.
type Service struct {
	Functions Functions
	// UserAgent is what the caller of the operation calls itself; nil where nobody knows.
	UserAgent func(context.Context) string
	Now       func() time.Time // nil means time.Now
	Log       *slog.Logger     // of triggers that fail; nil for none

	counts counts
	took   recent
}

// Subject is whom an event is about.
type Subject struct {
	Pool *userpool.Pool
	// Client is nil for an operation that comes of no app client.
	Client *userpool.Client
	// User is nil where there is none: not yet, or nobody has that name and the client hides it
	// (PreventUserExistenceErrors).
	User     *userpool.User
	Username string
}

// event is the envelope of every trigger, in the order in which the service writes it.
type event struct {
	Version       string        `json:"version"`
	Region        string        `json:"region"`
	UserPoolID    string        `json:"userPoolId"`
	UserName      string        `json:"userName"`
	CallerContext callerContext `json:"callerContext"`
	TriggerSource Source        `json:"triggerSource"`
	Request       any           `json:"request"`
	Response      any           `json:"response"`
}

type callerContext struct {
	AWSSDKVersion string `json:"awsSdkVersion"`
	ClientID      string `json:"clientId"`
}

// Source is why a trigger runs (triggerSource).
type Source string

// function is one trigger: its name in messages, and where LambdaConfig names its function.
type function struct {
	name string
	arn  func(*cognitoidp.LambdaConfigType) *string
}

// arnIn is the function that the pool has configured, "" if none.
func (f *function) arnIn(p *userpool.Pool) string {
	if p.Settings.LambdaConfig == nil {
		return ""
	}
	if arn := f.arn(p.Settings.LambdaConfig); arn != nil {
		return *arn
	}
	return ""
}

// invocation is one run of a trigger.
type invocation struct {
	*function
	source  Source
	version string // "" means 1
	of      Subject
	request any
	// response points to what the event has before; what the function answers is read over it.
	response any
}

// call runs a trigger of the subject's pool. Without a function configured it does nothing and says so.
func (s *Service) call(ctx context.Context, in invocation) (called bool, err error) {
	arn := in.arnIn(in.of.Pool)
	switch {
	case arn == "":
		return false, nil
	case s == nil || s.Functions == nil:
		return true, awserr.TriggerNotReached(in.name, "configuration")
	}
	sent, err := json.Marshal(event{
		Version:       cmp.Or(in.version, "1"),
		Region:        in.of.Pool.Region(),
		UserPoolID:    in.of.Pool.ID,
		UserName:      in.of.Username,
		CallerContext: s.callerContext(ctx, in.of),
		TriggerSource: in.source,
		Request:       in.request,
		Response:      in.response,
	})
	if err != nil {
		return true, fmt.Errorf("write the event of %s: %w", in.name, err)
	}
	start, began := s.now(), time.Now()
	answer, err := s.Functions.Invoke(ctx, in.of.Pool.ID, arn, sent)
	outcome := outcomeOf(err)
	if err == nil && !readAnswer(answer, in.response) {
		outcome = Unreadable
	}
	took := s.now().Sub(start)
	s.counts.add(in.name, outcome, took)
	if in.function == customMessage {
		s.took.add(arn, time.Since(began))
	}
	if outcome != Answered {
		s.note(ctx, in, outcome, took, err)
	}
	return true, refusal(in.name, outcome, err)
}

func (s *Service) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

func outcomeOf(err error) Outcome {
	var failure *Failure
	var unreached *Unreached
	switch {
	case err == nil:
		return Answered
	case errors.As(err, &failure):
		return Threw
	case errors.As(err, &unreached):
		return NotReached
	default:
		return Failed
	}
}

// refusal is what the caller of the operation reads.
func refusal(trigger string, outcome Outcome, err error) error {
	var failure *Failure
	var unreached *Unreached
	switch {
	case outcome == Answered:
		return nil
	case outcome == Unreadable:
		return awserr.TriggerAnswerUnreadable()
	case errors.As(err, &failure):
		return awserr.TriggerFailed(trigger, failure.Message)
	case errors.As(err, &unreached):
		return awserr.TriggerNotReached(trigger, unreached.Cause)
	default:
		return fmt.Errorf("run %s: %w", trigger, err)
	}
}

// note writes a line for the operator. It has no part of the event or of the answer, in which there may be
// passwords and codes, nor what the function threw, which may repeat them.
func (s *Service) note(ctx context.Context, in invocation, outcome Outcome, took time.Duration, err error) {
	if s.Log == nil {
		return
	}
	attrs := []slog.Attr{
		slog.String("source", string(in.source)), slog.String("function", in.arnIn(in.of.Pool)),
		slog.String("pool", in.of.Pool.ID), slog.String("outcome", string(outcome)), slog.Duration("duration", took),
	}
	var failure *Failure
	var unreached *Unreached
	switch {
	case errors.As(err, &failure):
		attrs = append(attrs, slog.String("error_type", failure.Type))
	case errors.As(err, &unreached):
		attrs = append(attrs, slog.String("cause", unreached.Error()))
	}
	s.Log.LogAttrs(ctx, slog.LevelWarn, "trigger failed", attrs...)
}

// readAnswer reads the response out of the event that a function returned, if it has returned that.
func readAnswer(answer []byte, response any) bool {
	var returned struct {
		UserPoolID    *string         `json:"userPoolId"`
		TriggerSource *string         `json:"triggerSource"`
		Response      json.RawMessage `json:"response"`
	}
	return json.Unmarshal(answer, &returned) == nil && returned.UserPoolID != nil && returned.TriggerSource != nil &&
		len(returned.Response) > 0 && returned.Response[0] == '{' && json.Unmarshal(returned.Response, response) == nil
}

// attributes are the subject's, as triggers see them: with the sub and the status.
func (of *Subject) attributes() map[string]string {
	if of.User == nil {
		return map[string]string{}
	}
	a := maps.Clone(of.User.Attributes)
	if a == nil {
		a = map[string]string{}
	}
	a[userpool.AttrSub] = of.User.Sub
	if identities := of.User.IdentitiesAttribute(); identities != "" {
		a[userpool.AttrIdentities] = identities
	}
	a["cognito:user_status"] = string(of.User.Status)
	for _, alias := range of.User.Names.Aliases {
		if of.Pool.HasAlias(alias.Attribute) && alias.Attribute != userpool.AttrPreferredUsername {
			a["cognito:"+alias.Attribute+"_alias"] = of.User.Attributes[alias.Attribute]
		}
	}
	return a
}

// notFound is the member userNotFound, which events have where the client hides who exists.
func (of *Subject) notFound() *bool {
	if of.Client == nil || !of.Client.HidesUsers() {
		return nil
	}
	return new(of.User == nil)
}
