package server

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

var riskUsers = flag.Int("risk.users", 1_000, "how many users BenchmarkRisk has, with 30 events each")

// BenchmarkRisk is what threat protection costs a password sign-in, in percent of its processor time: rounds with
// and without it take turns, as other work on the machine comes and goes, and the fastest of each count.
//
//	go test ./internal/server -run '^$' -bench Risk -benchtime 10x -risk.users 1000000
func BenchmarkRisk(b *testing.B) {
	w := newWorld(b, *riskUsers)
	w.fillEvents(b, *riskUsers)
	const round = 100
	fastest := map[string]time.Duration{}
	measureMode := func(mode string) {
		w.call(b, "UpdateUserPool", `{"UserPoolId":"`+w.pool.ID+`","UserPoolTier":"PLUS","MfaConfiguration":"OPTIONAL","UserPoolAddOns":{"AdvancedSecurityMode":"`+mode+`"}}`, nil)
		if mode == "ENFORCED" {
			w.call(b, "SetRiskConfiguration", `{"UserPoolId":"`+w.pool.ID+`","AccountTakeoverRiskConfiguration":{"Actions":{"HighAction":{"Notify":false,"EventAction":"BLOCK"}}}}`, nil)
		}
		begun := processorTime(b)
		for range round {
			w.passwordSignIn(b, w.someone())
		}
		if took := (processorTime(b) - begun) / round; fastest[mode] == 0 || took < fastest[mode] {
			fastest[mode] = took
		}
	}
	for b.Loop() {
		measureMode("OFF")
		measureMode("ENFORCED")
	}
	off, on := float64(fastest["OFF"]), float64(fastest["ENFORCED"])
	b.ReportMetric(off, "off-cpu-ns/sign-in")
	b.ReportMetric(on, "on-cpu-ns/sign-in")
	b.ReportMetric(100*(on-off)/off, "%")
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
