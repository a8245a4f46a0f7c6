package server

import (
	"context"
	"flag"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

var riskUsers = flag.Int("risk.users", 1_000, "how many users BenchmarkRisk has, with 30 events each")

// BenchmarkRisk is what threat protection costs a sign-in, in percent of its processor time: the assessment alone
// (what is known of user, address and pool, and what it comes to) of a password sign-in, and all of it, what is
// written included, of one by password and one by SRP, whose risk is weighed twice. Rounds with and without it take
// turns, as other work on the machine comes and goes, and the fastest of each count.
//
//	go test ./internal/server -run '^$' -bench Risk -benchtime 10x -risk.users 1000000
func BenchmarkRisk(b *testing.B) {
	w := newWorld(b, *riskUsers)
	w.fillEvents(b, *riskUsers)
	const round = 100
	fastest := map[string]float64{}
	fast := func(what string, act func(m *meter)) {
		m := &meter{b: b, since: processorTime(b)}
		for range round {
			act(m)
		}
		took := float64(m.spent+processorTime(b)-m.since) / round
		if fastest[what] == 0 || took < fastest[what] {
			fastest[what] = took
		}
	}
	for b.Loop() {
		for _, mode := range []string{"OFF", "ENFORCED"} {
			w.call(b, "UpdateUserPool", `{"UserPoolId":"`+w.pool.ID+`","UserPoolTier":"PLUS","MfaConfiguration":"OPTIONAL","UserPoolAddOns":{"AdvancedSecurityMode":"`+mode+`"}}`, nil)
			if mode == "ENFORCED" {
				w.call(b, "SetRiskConfiguration", `{"UserPoolId":"`+w.pool.ID+`","AccountTakeoverRiskConfiguration":{"Actions":{"HighAction":{"Notify":false,"EventAction":"BLOCK"}}}}`, nil)
			}
			fast("password "+mode, func(*meter) { w.passwordSignIn(b, w.someone()) })
			fast("SRP "+mode, func(m *meter) { w.srpSignIn(b, m, w.someone()) })
		}
		fast("assess", func(*meter) { w.assess(b, w.someone()) })
	}
	percent := func(of, base string) float64 { return 100 * fastest[of] / fastest[base] }
	b.ReportMetric(fastest["password OFF"], "password-cpu-ns")
	b.ReportMetric(fastest["SRP OFF"], "SRP-cpu-ns")
	b.ReportMetric(percent("assess", "password OFF"), "%-assessment")
	b.ReportMetric(percent("password ENFORCED", "password OFF")-100, "%-password")
	b.ReportMetric(percent("SRP ENFORCED", "SRP OFF")-100, "%-SRP")
}

// assess weighs a sign-in of a user.
func (w *world) assess(b *testing.B, name string) {
	ctx := b.Context()
	var pool *userpool.Pool
	var client *userpool.Client
	var user *userpool.User
	if err := w.store.View(ctx, func(r store.Reader) (err error) {
		if pool, err = r.Pool(ctx, w.pool.ID); err != nil {
			return err
		}
		if client, err = r.Client(ctx, w.client); err != nil {
			return err
		}
		user, err = r.User(ctx, w.pool.ID, name)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	guard, err := w.server.service.Risk.Admit(ctx, risk.Act{
		Type: cognitoidp.EventTypeSignIn, Pool: pool, Client: client, Flow: cognitoidp.AuthFlowTypeUserPasswordAuth,
		Caller: token.Caller{Address: netip.MustParseAddr("192.0.2.1"), UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"},
	})
	if err != nil {
		b.Fatal(err)
	}
	e, err := guard.Assess(ctx, risk.Subject{User: user, EventID: "event"})
	if err != nil || e == nil || e.Verdict.Decision == "" {
		b.Fatalf("%v, %+v", err, e)
	}
}

// fillEvents gives every user 30 sign-ins from where the benchmark's come from, below the API.
func (w *world) fillEvents(b *testing.B, users int) {
	b.Helper()
	ctx := context.Background()
	const batch = 200
	for from := 0; from < users; from += batch {
		err := w.store.Update(ctx, func(tx store.Tx) error {
			for i := from; i < min(from+batch, users); i++ {
				h := &userpool.AuthHistory{PoolID: w.pool.ID, Username: fmt.Sprintf("user-%07d", i)}
				for n := range userpool.HistoryLength {
					e := &userpool.AuthEvent{
						PoolID: w.pool.ID, Username: fmt.Sprintf("user-%07d", i), ID: fmt.Sprintf("%08x-%04x-4000-8000-%012x", i*2654435761&0xffffffff, n, i),
						ClientID: w.client, Type: cognitoidp.EventTypeSignIn, Response: cognitoidp.EventResponseTypePass,
						Created: time.Now().Add(-time.Duration(n+1) * 24 * time.Hour),
						Challenges: []cognitoidp.ChallengeResponseType{{
							ChallengeName: cognitoidp.ChallengeNamePassword, ChallengeResponse: cognitoidp.ChallengeResponseSuccess,
						}},
						Origin: userpool.Origin{
							IP: "192.0.2.1", DeviceName: "Chrome 131, Windows 10", Agent: "Chrome on Windows",
							Fingerprint: "0123456789abcdef0123456789abcdef", Timezone: "+01:00", City: "Berlin", Country: "DE",
							Latitude: 52.5, Longitude: 13.4, HasPlace: true, Network: "AS64500",
						},
						Verdict: userpool.RiskVerdict{Decision: cognitoidp.RiskDecisionTypeNoRisk, Score: 0.02, Reasons: []string{"new network"}},
					}
					h.Events = append(h.Events, e)
					if err := tx.PutAuthEvent(ctx, e); err != nil {
						return err
					}
				}
				if _, err := tx.SaveAuthHistory(ctx, h); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
