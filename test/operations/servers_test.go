package operations

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"ostiary/internal/config"
	"ostiary/internal/lambda/lambdatest"
	"ostiary/internal/server"
	"ostiary/internal/store"
	"ostiary/internal/token"
)

// servers are those that a script meets: one where things work, and one each where no rate is left, nobody
// may call, and the key may do nothing. For a caller named unlucky the store of the first has failed.
type servers struct {
	main   *server.Server
	url    string
	lambda *lambdatest.API

	tight, walled, guarded string
	// wrecks are access tokens that have lost what they speak for, made when somebody asks.
	wrecks func(s *script) wrecks
}

func newServers(tb testing.TB) *servers {
	tb.Helper()
	now := time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC) // it stands still unless a script moves it
	clock := func() time.Time { return now }
	w := &servers{lambda: lambdatest.Start(tb, nil)}
	w.lambda.TakeAnyKey()
	w.main = start(tb, server.Options{Now: clock, WrapStore: func(s store.Store) store.Store { return failing{s} }}, func(c *config.Config) {
		c.LambdaEndpoint = w.lambda.URL
		c.TrustedProxies = config.Networks{netip.MustParsePrefix("127.0.0.0/8")}
	})
	w.url = "http://" + w.main.Addr().String()
	var once sync.Once
	var made wrecks
	w.wrecks = func(s *script) wrecks { once.Do(func() { made = s.wreck() }); return made }
	return w
}

// withRefusing adds the servers that refuse, which keep nothing and are the same for all scripts.
func (w *servers) withRefusing(tb testing.TB) *servers {
	tb.Helper()
	clock := w.main.Now
	w.tight = address(start(tb, server.Options{Now: clock}, func(c *config.Config) { c.Quotas = true }))
	w.walled = address(start(tb, server.Options{Now: clock}, func(c *config.Config) {
		c.WebAccessList.Deny = config.Networks{netip.MustParsePrefix("127.0.0.0/8")}
	}))
	w.guarded = address(start(tb, server.Options{Now: clock}, func(c *config.Config) {
		c.Production, c.BaseURL = true, "https://example.com" // in development every key may do everything
		c.AccessKeys = []config.AccessKey{{ID: keyID, Secret: keySecret}}
	}))
	return w
}

// alone is w with a main server of its own, for a script that moves the time.
func (w *servers) alone(tb testing.TB) *servers {
	tb.Helper()
	own := newServers(tb)
	own.gate("oblige", "obliges")
	own.tight, own.walled, own.guarded = w.tight, w.walled, w.guarded
	return own
}

func address(s *server.Server) string { return "http://" + s.Addr().String() }

func start(tb testing.TB, o server.Options, change func(*config.Config)) *server.Server {
	tb.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	cfg, err := config.Load("", func(string) (string, bool) { return "", false },
		map[string]string{"listen": "127.0.0.1:0", "database": "sqlite::memory:", "region": region, "dev_allow_remote": "true"})
	if err != nil {
		tb.Fatal(err)
	}
	cfg.MasterKey.Value = config.Secret(base64.StdEncoding.EncodeToString([]byte("scripts have no secrets to keep.")))
	change(cfg)
	s, err := server.New(tb.Context(), cfg, o)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	})
	return s
}

func (w *servers) advance(d time.Duration) { w.main.Advance(d) }

// failing is a store that has lost its disk as far as the caller named unlucky can tell.
type failing struct{ store.Store }

const unlucky = "unlucky/1.0"

var errDisk = errors.New("the disk is gone")

func (f failing) View(ctx context.Context, fn func(store.Reader) error) error {
	if token.CallerOf(ctx).UserAgent == unlucky {
		return errDisk
	}
	return f.Store.View(ctx, fn)
}

func (f failing) Update(ctx context.Context, fn func(store.Tx) error) error {
	if token.CallerOf(ctx).UserAgent == unlucky {
		return errDisk
	}
	return f.Store.Update(ctx, fn)
}

// gate sets what a function does.
func (w *servers) gate(name, behaviour string) {
	switch behaviour {
	case "obliges":
		w.lambda.Set(name, oblige)
	case "throws":
		w.lambda.Set(name, func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("not today") })
	case "garbles":
		w.lambda.Set(name, func(context.Context, json.RawMessage) (any, error) { return lambdatest.Raw(`"what?"`), nil })
	case "gone":
		w.lambda.Set(name, nil)
	default:
		panic("no behaviour " + behaviour)
	}
}

// oblige lets everything pass: it asks riddles whose answer is "right" and knows one old user, "moved".
func oblige(_ context.Context, event json.RawMessage) (any, error) {
	var e map[string]any
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	request, _ := e["request"].(map[string]any)
	response := map[string]any{}
	switch e["triggerSource"] {
	case "DefineAuthChallenge_Authentication":
		rounds, _ := request["session"].([]any)
		solved := false
		if len(rounds) > 0 {
			solved, _ = rounds[len(rounds)-1].(map[string]any)["challengeResult"].(bool)
		}
		response["issueTokens"], response["failAuthentication"] = solved, false
		if !solved {
			response["challengeName"] = "CUSTOM_CHALLENGE"
		}
	case "CreateAuthChallenge_Authentication":
		response["publicChallengeParameters"] = map[string]any{"riddle": "which one?"}
		response["privateChallengeParameters"] = map[string]any{"answer": "right"}
	case "VerifyAuthChallengeResponse_Authentication":
		response["answerCorrect"] = request["challengeAnswer"] == "right"
	default:
		return event, nil
	}
	e["response"] = response
	return e, nil
}
