package signin

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// state is one point of the machine: what an attempt has shown, and what is asked of its user.
type state struct {
	attempt userpool.Attempt
	facts   facts
}

// states enumerates the whole finite space that next looks at.
func states() []state {
	flows := []cognitoidp.AuthFlowType{
		cognitoidp.AuthFlowTypeUserSrpAuth, cognitoidp.AuthFlowTypeUserPasswordAuth,
		cognitoidp.AuthFlowTypeAdminUserPasswordAuth, cognitoidp.AuthFlowTypeAdminNoSrpAuth,
	}
	factors := []userpool.Factor{userpool.FactorSMS, userpool.FactorTOTP, userpool.FactorEmail}
	demands := []mfa.Demand{{}, {Impossible: true}}
	for subset := 1; subset < 1<<len(factors); subset++ {
		var some []userpool.Factor
		for i, f := range factors {
			if subset&(1<<i) != 0 {
				some = append(some, f)
			}
		}
		demands = append(demands, mfa.Demand{Ask: some}, mfa.Demand{SetUp: some})
	}
	bools := []bool{false, true}
	var all []state
	for _, flow := range flows {
		for _, first := range bools {
			for _, mustChange := range bools {
				for _, changed := range bools {
					for _, second := range bools {
						for _, chosen := range append([]userpool.Factor{""}, factors...) {
							for _, demand := range demands {
								all = append(all, state{
									attempt: userpool.Attempt{
										Flow: flow, SecondFactor: chosen,
										Proved: userpool.Proofs{FirstFactor: first, NewPassword: changed, SecondFactor: second},
									},
									facts: facts{mustChangePassword: mustChange, demand: demand},
								})
							}
						}
					}
				}
			}
		}
	}
	return all
}

// TestTransitions lists every transition of the machine, for readers and as a diff for every change
// of behaviour.
func TestTransitions(t *testing.T) {
	var got strings.Builder
	for _, s := range states() {
		challenge, err := next(&s.attempt, s.facts)
		outcome := string(challenge)
		switch {
		case err != nil:
			outcome = "refused: " + err.Error()
		case challenge == Done:
			outcome = "tokens"
		}
		fmt.Fprintf(&got, "%s -> %s\n", describe(s), outcome)
	}
	golden := filepath.Join("testdata", "transitions.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("transitions changed (-want +got):\n%s", diff)
	}
}

// TestNoTokensWithoutProof: whatever the state, nothing is handed out before everything asked for
// was shown.
func TestNoTokensWithoutProof(t *testing.T) {
	reached := map[cognitoidp.ChallengeNameType]bool{}
	for _, s := range states() {
		challenge, err := next(&s.attempt, s.facts)
		if err != nil {
			continue
		}
		reached[challenge] = true
		proved, demand := s.attempt.Proved, s.facts.demand
		if challenge == Done {
			if !proved.FirstFactor {
				t.Errorf("%s: tokens without a first factor", describe(s))
			}
			if s.facts.mustChangePassword && !proved.NewPassword {
				t.Errorf("%s: tokens with a temporary password", describe(s))
			}
			if !proved.SecondFactor && (len(demand.Ask)+len(demand.SetUp) > 0 || demand.Impossible || s.attempt.SecondFactor != "") {
				t.Errorf("%s: tokens without the second factor", describe(s))
			}
		}
		if _, ok := steps[challenge]; !ok && challenge != Done {
			t.Errorf("%s: challenge %s has no step", describe(s), challenge)
		}
		if !proved.FirstFactor && challenge != firstFactor(s.attempt.Flow) {
			t.Errorf("%s: %s before the first factor", describe(s), challenge)
		}
	}
	for challenge := range steps {
		if !reached[challenge] {
			t.Errorf("no state leads to %s", challenge)
		}
	}
}

func describe(s state) string {
	var b strings.Builder
	b.WriteString(string(s.attempt.Flow))
	flag := func(name string, on bool) {
		if on {
			b.WriteString(" " + name)
		}
	}
	flag("first-factor", s.attempt.Proved.FirstFactor)
	flag("temporary-password", s.facts.mustChangePassword)
	flag("new-password", s.attempt.Proved.NewPassword)
	flag("second-factor", s.attempt.Proved.SecondFactor)
	flag("chose-"+string(s.attempt.SecondFactor), s.attempt.SecondFactor != "")
	list := func(name string, factors []userpool.Factor) {
		if len(factors) > 0 {
			fmt.Fprintf(&b, " %s%v", name, factors)
		}
	}
	list("ask", s.facts.demand.Ask)
	list("set-up", s.facts.demand.SetUp)
	flag("impossible", s.facts.demand.Impossible)
	return b.String()
}
