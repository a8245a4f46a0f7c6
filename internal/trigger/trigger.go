package trigger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// Functions reaches Lambda functions. Implementations bound the time that one takes.
type Functions interface {
	// Invoke runs the function of that ARN on an event and answers what it returned. What the
	// function threw is a *Failure; *Unreached means that it could not be run; any other error is a
	// fault.
	Invoke(ctx context.Context, arn string, event []byte) ([]byte, error)
}

// Failure is what a function threw.
type Failure struct{ Message string }

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
// trigger is told so, for a gate that was skipped would stand open.
type Service struct {
	Functions Functions
}

// Subject is whom an event is about.
type Subject struct {
	Pool   *userpool.Pool
	Client *userpool.Client
	// User is nil where nobody has that name and the client hides it (PreventUserExistenceErrors).
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
	TriggerSource string        `json:"triggerSource"`
	Request       any           `json:"request"`
	Response      any           `json:"response"`
}

type callerContext struct {
	AWSSDKVersion string `json:"awsSdkVersion"`
	ClientID      string `json:"clientId"`
}

// function is one trigger: its name in messages, where LambdaConfig names its function, its source.
type function struct {
	name   string
	source string
	arn    func(*cognitoidp.LambdaConfigType) *string
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

// call runs a trigger of the subject's pool and fills response with what it answered. Without a
// function configured it does nothing and says so.
func (s *Service) call(ctx context.Context, f *function, of Subject, request, response any) (called bool, err error) {
	arn := f.arnIn(of.Pool)
	if arn == "" {
		return false, nil
	}
	if s.Functions == nil {
		return true, awserr.TriggerNotReached(f.name, "configuration")
	}
	sent, err := json.Marshal(event{
		Version:       "1",
		Region:        of.Pool.Region(),
		UserPoolID:    of.Pool.ID,
		UserName:      of.Username,
		CallerContext: callerContext{AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: of.Client.ID},
		TriggerSource: f.source,
		Request:       request,
		Response:      response,
	})
	if err != nil {
		return true, fmt.Errorf("write the event of %s: %w", f.name, err)
	}
	answer, err := s.Functions.Invoke(ctx, arn, sent)
	var failure *Failure
	var unreached *Unreached
	switch {
	case errors.As(err, &failure):
		return true, awserr.TriggerFailed(f.name, failure.Message)
	case errors.As(err, &unreached):
		return true, awserr.TriggerNotReached(f.name, unreached.Cause)
	case err != nil:
		return true, fmt.Errorf("run %s: %w", f.name, err)
	}
	return true, readAnswer(answer, response)
}

// readAnswer reads the response out of the event that a function returned. A function that returns
// something else than its event is at fault.
func readAnswer(answer []byte, response any) error {
	var returned struct {
		UserPoolID    *string         `json:"userPoolId"`
		TriggerSource *string         `json:"triggerSource"`
		Response      json.RawMessage `json:"response"`
	}
	if json.Unmarshal(answer, &returned) != nil || returned.UserPoolID == nil || returned.TriggerSource == nil ||
		len(returned.Response) == 0 || returned.Response[0] != '{' || json.Unmarshal(returned.Response, response) != nil {
		return awserr.TriggerAnswerUnreadable()
	}
	return nil
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
	if !of.Client.HidesUsers() {
		return nil
	}
	return new(of.User == nil)
}
