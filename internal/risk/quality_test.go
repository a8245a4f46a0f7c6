package risk_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
	"ostiary/internal/userpool"
)

var update = flag.Bool("update", false, "write the golden files anew")

// tally counts the levels of sign-ins of one kind.
type tally map[cognitoidp.RiskLevelType]int

func (t tally) from(l cognitoidp.RiskLevelType) int {
	n := 0
	for _, level := range slices.Backward([]cognitoidp.RiskLevelType{none, low, medium, high}) {
		n += t[level]
		if level == l {
			break
		}
	}
	return n
}

// quality is how well attacks are told from the rest.
type quality struct {
	kinds           map[string]tally
	honest, attacks tally
}

// measure lets everything happen under ENFORCED with MFA at a medium risk and BLOCK at a high one: users
// answer the challenge, attackers cannot; one of three attacks that were stopped is reported, and one of two
// users who were blocked says so.
func measure(signIns []signIn, blind bool) quality {
	q := quality{kinds: map[string]tally{}, honest: tally{}, attacks: tally{}}
	histories := map[int][]*userpool.AuthEvent{}
	for i, s := range signIns {
		if blind { // no databases: nothing known of places
			o := &s.origin
			block := o.IP[:strings.LastIndexByte(o.IP, '.')]
			o.City, o.Country, o.HasPlace, o.Network = "", "", false, block+".0/24"
			o.Latitude, o.Longitude = 0, 0
		}
		history := histories[s.user]
		for n := range s.failures {
			history = append([]*userpool.AuthEvent{{
				Type: cognitoidp.EventTypeSignIn, Response: cognitoidp.EventResponseTypeFail, Origin: s.origin,
				Created: s.at.Add(-time.Duration(s.failures-n) * 20 * time.Second),
			}}, history...)
		}
		s.bursts.User += s.failures
		v := risk.Assess(risk.Input{
			Type: cognitoidp.EventTypeSignIn, Now: s.at, Origin: s.origin, Lists: s.lists,
			UserCreated: signIns[0].at, History: history, Bursts: s.bursts,
		})
		e := &userpool.AuthEvent{
			Type: cognitoidp.EventTypeSignIn, Response: cognitoidp.EventResponseTypePass,
			Created: s.at, Origin: s.origin, Verdict: v,
		}
		stopped := v.Level == high || v.Level == medium && s.attack
		switch {
		case stopped:
			e.Response = cognitoidp.EventResponseTypeFail
			if s.attack && i%3 == 0 {
				invalid(e)
			} else if !s.attack && i%2 == 0 {
				valid(e)
			}
		case v.Level == medium:
			byMFA(e)
		}
		histories[s.user] = append([]*userpool.AuthEvent{e}, history...)
		if q.kinds[s.kind] == nil {
			q.kinds[s.kind] = tally{}
		}
		q.kinds[s.kind][v.Level]++
		if s.attack {
			q.attacks[v.Level]++
		} else {
			q.honest[v.Level]++
		}
	}
	return q
}

func (q quality) precision(l cognitoidp.RiskLevelType) float64 {
	return float64(q.attacks.from(l)) / float64(q.attacks.from(l)+q.honest.from(l))
}

func (q quality) recall(l cognitoidp.RiskLevelType) float64 {
	return float64(q.attacks.from(l)) / float64(q.attacks.from(none))
}

func (q quality) falseAlarms(l cognitoidp.RiskLevelType) float64 {
	return float64(q.honest.from(l)) / float64(q.honest.from(none))
}

func (q quality) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-32s %9s %9s %9s\n", "level", "precision", "recall", "false")
	for _, l := range []cognitoidp.RiskLevelType{low, medium, high} {
		fmt.Fprintf(&b, "%-32s %9.3f %9.3f %9.4f\n", "from "+string(l), q.precision(l), q.recall(l), q.falseAlarms(l))
	}
	fmt.Fprintf(&b, "\n%-32s %9s %9s %9s %9s\n", "sign-ins", "none", "Low", "Medium", "High")
	row := func(kind string) {
		t := q.kinds[kind]
		fmt.Fprintf(&b, "%-32s %9d %9d %9d %9d\n", kind, t[none], t[low], t[medium], t[high])
	}
	for _, habit := range habits {
		row(habit)
	}
	for _, method := range methods {
		row(method.name)
	}
	return b.String()
}

// bounds are what every world has to keep, whatever its seed.
var bounds = []struct {
	level                          cognitoidp.RiskLevelType
	precision, recall, falseAlarms float64 // at least, at least, at most
}{
	{low, 0.50, 0.74, 0.08},
	{medium, 0.90, 0.55, 0.008},
	{high, 0.98, 0.30, 0.001},
}

func (q quality) check(t *testing.T) {
	t.Helper()
	for _, b := range bounds {
		if q.precision(b.level) < b.precision || q.recall(b.level) < b.recall || q.falseAlarms(b.level) > b.falseAlarms {
			t.Errorf("from %s: precision %.3f, recall %.3f, false alarms %.4f, against bounds of %.3f, %.3f, %.4f",
				b.level, q.precision(b.level), q.recall(b.level), q.falseAlarms(b.level), b.precision, b.recall, b.falseAlarms)
		}
	}
	if sprayed := q.kinds["spraying"]; sprayed.from(medium) < sprayed.from(none) {
		t.Errorf("password spraying came through: %v", sprayed)
	}
}

// Other worlds than the one whose figures are published.
func TestQualityInOtherWorlds(t *testing.T) {
	for seed := range uint64(4) {
		signIns := signInsOf(100+seed, 96, 60, 700)
		for name, blind := range map[string]bool{"with databases": false, "without": true} {
			t.Run(fmt.Sprintf("%d %s", seed, name), func(t *testing.T) {
				measure(signIns, blind).check(t)
			})
		}
	}
}

func TestQuality(t *testing.T) {
	signIns := signInsOf(1, 160, 80, 1400)
	informed, blind := measure(signIns, false), measure(signIns, true)
	informed.check(t)
	blind.check(t)
	got := "With databases of places and networks\n\n" + informed.String() + "\nWithout\n\n" + blind.String()
	const golden = "testdata/quality.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-update writes it anew):\n%s", golden, diff)
	}
	t.Log("\n" + got)
}
