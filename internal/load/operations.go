package load

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"ostiary/cognitoidp"
)

// operation is something that users or administrators do all day.
type operation struct {
	do func(ctx context.Context, w *worker, n int) error
	// floor is the cryptography in it; nil if there is none to speak of.
	floor func(floors) time.Duration
}

// operations are what a mix is made of.
var operations = map[string]operation{
	"sign-in": {signIn, func(f floors) time.Duration { return f.verifier + 2*f.signature }},
	"refresh": {refresh, func(f floors) time.Duration { return 2 * f.signature }},
	"get-user": {func(ctx context.Context, w *worker, n int) error {
		return w.call(ctx, "GetUser", map[string]any{"AccessToken": w.tokens[n%len(w.tokens)].AccessToken}, nil)
	}, func(f floors) time.Duration { return f.check }},
	"admin-get-user": {do: func(ctx context.Context, w *worker, n int) error {
		return w.call(ctx, "AdminGetUser", map[string]any{"UserPoolId": w.Crowd.PoolID, "Username": Email(w.anyUser(n))}, nil)
	}},
	"list-users": {do: func(ctx context.Context, w *worker, n int) error {
		return w.call(ctx, "ListUsers", map[string]any{
			"UserPoolId": w.Crowd.PoolID, "Limit": 10, "Filter": fmt.Sprintf("given_name ^= %q", GivenName(n)),
		}, nil)
	}},
	"create-user": {do: func(ctx context.Context, w *worker, n int) error {
		return w.call(ctx, "AdminCreateUser", map[string]any{
			"UserPoolId": w.Crowd.PoolID, "MessageAction": "SUPPRESS",
			"Username":       fmt.Sprintf("new-%s-%d", w.runID, n),
			"UserAttributes": []map[string]string{{"Name": "email", "Value": fmt.Sprintf("new-%s-%d@example.com", w.runID, n)}},
		}, nil)
	}},
}

// Operations are the names that a mix may have.
func Operations() []string { return slices.Sorted(maps.Keys(operations)) }

// ParseMix reads names separated by commas. One that is there several times is done that often.
func ParseMix(text string) ([]string, error) {
	mix := strings.Split(text, ",")
	for i, name := range mix {
		mix[i] = strings.TrimSpace(name)
		if _, ok := operations[mix[i]]; !ok {
			return nil, fmt.Errorf("load: no operation is called %q; there are %s", mix[i], strings.Join(Operations(), ", "))
		}
	}
	return mix, nil
}

type tokens struct{ AccessToken, RefreshToken string }

// authenticate is InitiateAuth, which has to answer tokens.
func (w *worker) authenticate(ctx context.Context, flow cognitoidp.AuthFlowType, parameters map[string]string) (tokens, error) {
	var out struct {
		ChallengeName        string
		AuthenticationResult tokens
	}
	err := w.call(ctx, "InitiateAuth", map[string]any{
		"ClientId": w.Crowd.ClientID, "AuthFlow": flow, "AuthParameters": parameters,
	}, &out)
	if err == nil && out.AuthenticationResult.AccessToken == "" {
		err = errors.New("a challenge instead of tokens: " + out.ChallengeName)
	}
	return out.AuthenticationResult, err
}

func signInAs(ctx context.Context, w *worker, n int) (tokens, error) {
	return w.authenticate(ctx, cognitoidp.AuthFlowTypeUserPasswordAuth, map[string]string{
		"USERNAME": Username(w.Crowd.AbleUser(n)), "PASSWORD": w.Crowd.Password,
	})
}

func signIn(ctx context.Context, w *worker, n int) error {
	_, err := signInAs(ctx, w, n)
	return err
}

func refresh(ctx context.Context, w *worker, n int) error {
	_, err := w.authenticate(ctx, cognitoidp.AuthFlowTypeRefreshTokenAuth, map[string]string{
		"REFRESH_TOKEN": w.tokens[n%len(w.tokens)].RefreshToken,
	})
	return err
}

// anyUser is another user for each n, in an order that jumps over the pool.
func (w *worker) anyUser(n int) int { return int(uint64(n) * 2654435761 % uint64(w.Crowd.Users)) }

// counter gives each call a number of its own.
type counter struct{ atomic.Int64 }

func (c *counter) next() int { return int(c.Add(1) - 1) }
