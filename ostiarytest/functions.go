package ostiarytest

import (
	"context"
	"encoding/json"
	"fmt"

	"ostiary/internal/trigger"
)

// Function is a Lambda function of a user pool. It gets the event of a trigger, as JSON, and returns the
// event with the response filled in. The text of its error reaches the caller of the operation, as that
// of a function that throws.
type Function func(ctx context.Context, event json.RawMessage) (json.RawMessage, error)

// WithFunctions runs the triggers of pools inside the test: arn is what a pool's LambdaConfig names. An
// ARN that is not there is a function that does not exist.
func WithFunctions(functions map[string]Function) Option {
	return func(o *options) { o.server.Functions = inProcess(functions) }
}

type inProcess map[string]Function

// Invoke implements trigger.Functions.
func (f inProcess) Invoke(ctx context.Context, _, arn string, event []byte) ([]byte, error) {
	function, ok := f[arn]
	if !ok {
		return nil, &trigger.Unreached{Cause: "error ResourceNotFoundException", Err: fmt.Errorf("no function %s", arn)}
	}
	answer, err := function(ctx, event)
	if err != nil {
		return nil, &trigger.Failure{Message: err.Error()}
	}
	return answer, nil
}
