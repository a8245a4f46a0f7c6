package test

import (
	"context"
	"encoding/json"
	"testing"

	"ostiary/internal/lambda/lambdatest"
)

// riddleAPI is a Lambda API that runs the functions of riddles.
func riddleAPI(t *testing.T) *lambdatest.API {
	t.Helper()
	functions := map[string]lambdatest.Function{}
	for name, f := range riddles {
		functions[name] = func(ctx context.Context, event json.RawMessage) (any, error) { return f(ctx, event) }
	}
	api := lambdatest.Start(t, functions)
	api.TakeAnyKey() // the program has been given none
	return api
}
