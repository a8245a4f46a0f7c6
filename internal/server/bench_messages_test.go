package server

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"ostiary/internal/message"
)

// swallow is a provider that takes everything at once.
type swallow struct{ n atomic.Int64 }

func (s *swallow) Send(context.Context, message.Message) error { s.n.Add(1); return nil }

// BenchmarkMessages is what an operation costs that sends a message: kept in memory (inbox), and through the
// outbox in the store on disk, delivery to a provider that takes no time included; one caller after the other,
// and sixteen at once, who share commits.
func BenchmarkMessages(b *testing.B) {
	for _, through := range []string{"inbox", "outbox"} {
		w := newWorld(b, 20_000)
		w.call(b, "UpdateUserPool", `{"UserPoolId":"`+w.pool.ID+`","AutoVerifiedAttributes":["email"]}`, nil)
		taken := &swallow{}
		if through == "outbox" {
			w.server.mailer.router.Email = taken
			ctx, stop := context.WithCancel(context.Background())
			done := make(chan struct{})
			go func() { defer close(done); w.server.mailer.run(ctx) }()
			b.Cleanup(func() { stop(); <-done })
		}
		var n atomic.Int64
		operations := map[string]func(b *testing.B){
			"SignUp": func(b *testing.B) {
				name := fmt.Sprintf("new-%d", n.Add(1))
				w.call(b, "SignUp", `{"ClientId":"`+w.client+`","Username":"`+name+`","Password":"`+benchPassword+
					`","UserAttributes":[{"Name":"email","Value":"`+name+`@example.com"}]}`, nil)
			},
			"ForgotPassword": func(b *testing.B) {
				w.call(b, "ForgotPassword", fmt.Sprintf(`{"ClientId":"%s","Username":"user-%07d"}`, w.client, n.Add(1)%20_000), nil)
			},
		}
		for _, name := range []string{"SignUp", "ForgotPassword"} {
			b.Run(name+"/"+through, func(b *testing.B) { measure(b, func(*meter) { operations[name](b) }) })
			b.Run(name+"/"+through+"/at-once", func(b *testing.B) {
				b.SetParallelism(8)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						operations[name](b)
					}
				})
			})
		}
	}
}
