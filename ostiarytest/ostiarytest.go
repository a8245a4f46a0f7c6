// Package ostiarytest runs Ostiary inside a Go test: a whole server in development mode, on a port of
// its own, gone with the test.
//
//	func TestSignUp(t *testing.T) {
//		s := ostiarytest.Start(t)
//		pool, err := s.Client().CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{
//			PoolName: aws.String("test"),
//		})
//		…
//		s.Advance(time.Hour) // nothing waits
//	}
//
// Nothing is shared between servers, so tests run in parallel.
package ostiarytest

import (
	"context"
	"encoding/base64"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"ostiary/internal/config"
	"ostiary/internal/server"
)

// region is where the pools of a test live.
const region = "us-east-1"

// Server is a server that runs until the end of its test.
type Server struct {
	server *server.Server
	tb     testing.TB
}

type options struct {
	server   server.Options
	settings map[string]string
}

// Option changes how Start makes a server.
type Option func(*options)

// WithDatabase keeps the data in the database at url, sqlite:PATH or postgres://…, instead of in
// memory.
func WithDatabase(url string) Option {
	return func(o *options) { o.settings["database"] = url }
}

// WithClock is the time of the server, to which Advance adds. Without it, it is time.Now.
func WithClock(now func() time.Time) Option {
	return func(o *options) { o.server.Now = now }
}

// WithLog is where the server logs to. Without it, to the test's output if the test fails.
func WithLog(log *slog.Logger) Option {
	return func(o *options) { o.server.Log = log }
}

// WithLambdaEndpoint runs the triggers of pools by the Lambda API at url, such as a local emulator's.
func WithLambdaEndpoint(url string) Option {
	return func(o *options) { o.settings["lambda_endpoint"] = url }
}

// Start runs a server until the end of the test, which fails if the server cannot start or stop.
func Start(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	o := &options{settings: map[string]string{"listen": "127.0.0.1:0", "database": "sqlite::memory:", "region": region}}
	o.server.Log = slog.New(slog.NewTextHandler(tb.Output(), nil))
	for _, opt := range opts {
		opt(o)
	}
	noEnvironment := func(string) (string, bool) { return "", false }
	cfg, err := config.Load("", noEnvironment, o.settings)
	if err != nil {
		tb.Fatalf("ostiarytest: %v", err)
	}
	// A database outlives the server of a test, so that the key must be the same at the next start.
	cfg.MasterKey.Value = config.Secret(base64.StdEncoding.EncodeToString([]byte("ostiarytest keeps nothing secret")))
	s, err := server.New(tb.Context(), cfg, o.server)
	if err != nil {
		tb.Fatalf("ostiarytest: %v", err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			tb.Errorf("ostiarytest: %v", err)
		}
	})
	return &Server{server: s, tb: tb}
}

// URL is the server's address, without a slash at its end: the endpoint for SDKs.
func (s *Server) URL() string { return "http://" + s.server.Addr().String() }

// Client is an AWS SDK client of the server, with credentials that it accepts.
func (s *Server) Client() *cognitoidentityprovider.Client {
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region:       region,
		BaseEndpoint: aws.String(s.URL()),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "ostiarytest", SecretAccessKey: "any secret does in development"}, nil
		}),
	})
}

// Now is the server's time.
func (s *Server) Now() time.Time { return s.server.Now() }

// Advance moves the server's time forward, for codes, sessions, tokens and every other rule at once.
func (s *Server) Advance(d time.Duration) {
	s.tb.Helper()
	if d <= 0 {
		s.tb.Fatalf("ostiarytest: time goes forward only, not by %s", d)
	}
	s.server.Advance(d)
}

// Message is an e-mail or SMS message that the server would have sent.
type Message struct {
	Time        time.Time
	UserPoolID  string
	Username    string // as stored
	Medium      string // EMAIL or SMS
	Destination string
	Subject     string // empty for SMS
	Body        string // HTML for EMAIL
	Code        string // the code or temporary password in Body
	Trigger     string // as in the custom message trigger, such as CustomMessage_SignUp
}

// Messages are the messages sent so far, newest first.
func (s *Server) Messages() []Message {
	var messages []Message
	for _, m := range s.server.Inbox.Messages() {
		messages = append(messages, Message{
			Time: m.Time, UserPoolID: m.UserPoolID, Username: m.Username, Medium: string(m.Medium),
			Destination: m.Destination, Subject: m.Subject, Body: m.Body, Code: m.Code, Trigger: string(m.Trigger),
		})
	}
	return messages
}
