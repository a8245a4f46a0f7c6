package risk_test

import (
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
	"ostiary/internal/userpool"
)

// origins are few, so that they meet again, and what belongs together goes together: an address lies in
// one network, a network in one place.
var origins = rapid.Custom(func(t *rapid.T) userpool.Origin {
	var o userpool.Origin
	if rapid.IntRange(0, 9).Draw(t, "address") > 0 {
		network := rapid.IntRange(0, 3).Draw(t, "network")
		o.IP = "192.0." + strconv.Itoa(network) + "." + strconv.Itoa(rapid.IntRange(1, 2).Draw(t, "host"))
		o.Network = "AS" + strconv.Itoa(network)
		if network != 3 {
			o.Country = []string{"CH", "CH", "PE"}[network]
			o.HasPlace, o.Latitude, o.Longitude = true, []float64{47, 46, -12}[network], []float64{8, 7, -77}[network]
		}
	}
	o.Agent = rapid.SampledFrom([]string{"", "Firefox on Linux", "Chrome on Android"}).Draw(t, "agent")
	o.Fingerprint = rapid.SampledFrom([]string{"", "f1", "f2", "f3"}).Draw(t, "fingerprint")
	o.DeviceKey = rapid.SampledFrom([]string{"", "", "k1", "k2"}).Draw(t, "key")
	o.Timezone = rapid.SampledFrom([]string{"", "+01:00", "+02:00", "-05:00"}).Draw(t, "timezone")
	return o
})

var events = rapid.Custom(func(t *rapid.T) *userpool.AuthEvent {
	e := &userpool.AuthEvent{
		Type:     rapid.SampledFrom(cognitoidp.EventType("").Values()).Draw(t, "type"),
		Response: rapid.SampledFrom(cognitoidp.EventResponseType("").Values()).Draw(t, "response"),
		Created:  now.Add(-time.Duration(rapid.IntRange(-1, 24*400).Draw(t, "hours ago")) * time.Hour),
		Origin:   origins.Draw(t, "origin"),
	}
	e.Verdict.Level = rapid.SampledFrom(levels(none, none, low, medium, high)).Draw(t, "level")
	for _, change := range []func(*userpool.AuthEvent){byMFA, anonymous} {
		if rapid.IntRange(0, 4).Draw(t, "changed") == 0 {
			change(e)
		}
	}
	switch rapid.IntRange(0, 9).Draw(t, "feedback") {
	case 0:
		valid(e)
	case 1:
		invalid(e)
	}
	return e
})

// signIns are most of what a user does, so that histories are not thin.
var signIns = rapid.Custom(func(t *rapid.T) *userpool.AuthEvent {
	e := events.Draw(t, "event")
	if rapid.IntRange(0, 3).Draw(t, "kind") > 0 {
		e.Type, e.Response = cognitoidp.EventTypeSignIn, cognitoidp.EventResponseTypePass
	}
	return e
})

var inputs = rapid.Custom(func(t *rapid.T) risk.Input {
	count := rapid.IntRange(0, 40)
	return risk.Input{
		Type: cognitoidp.EventTypeSignIn, Now: now, UserCreated: now.Add(-500 * day),
		Origin: origins.Draw(t, "origin"),
		Lists: risk.Lists{
			Anonymizer: rapid.IntRange(0, 3).Draw(t, "anonymizer") == 0,
			BadRepute:  rapid.IntRange(0, 3).Draw(t, "bad") == 0,
		},
		History: rapid.SliceOfN(signIns, 0, 40).Draw(t, "history"),
		Bursts: risk.Bursts{
			User: count.Draw(t, "user"), Address: count.Draw(t, "address"), AddressUsers: count.Draw(t, "users"),
			Pool: 20 * count.Draw(t, "pool"), PoolSuccess: 20 * count.Draw(t, "successes"),
		},
	}
})

const rounding = 1e-9

// worse changes an input by evidence that speaks against it.
var worse = map[string]func(*rapid.T, *risk.Input){
	"failures of the user":      func(t *rapid.T, in *risk.Input) { in.Bursts.User += more(t) },
	"failures from the address": func(t *rapid.T, in *risk.Input) { in.Bursts.Address += more(t) },
	"names from the address":    func(t *rapid.T, in *risk.Input) { in.Bursts.AddressUsers += more(t) },
	"failures in the pool":      func(t *rapid.T, in *risk.Input) { in.Bursts.Pool += 10 * more(t) },
	"an anonymizer":             func(_ *rapid.T, in *risk.Input) { in.Lists.Anonymizer = true },
	"a bad address":             func(_ *rapid.T, in *risk.Input) { in.Lists.BadRepute = true },
	"an event that failed": func(t *rapid.T, in *risk.Input) {
		e := events.Draw(t, "added")
		e.Response, e.Feedback = cognitoidp.EventResponseTypeFail, nil
		in.History = append([]*userpool.AuthEvent{e}, in.History...)
	},
	"a flood of recoveries": func(t *rapid.T, in *risk.Input) {
		e := events.Draw(t, "added")
		e.Response, e.Feedback, e.Created = cognitoidp.EventResponseTypePass, nil, now.Add(-time.Minute)
		recovery(e)
		in.History = append(slices.Repeat([]*userpool.AuthEvent{e}, 100), in.History...)
	},
	"a flood of failures": func(t *rapid.T, in *risk.Input) {
		e := events.Draw(t, "added")
		e.Response, e.Feedback, e.Created = cognitoidp.EventResponseTypeFail, nil, now.Add(-time.Minute)
		in.History = append(slices.Repeat([]*userpool.AuthEvent{e}, 100), in.History...)
	},
	"a report": func(t *rapid.T, in *risk.Input) {
		for i, e := range in.History {
			sameMachine := e.Origin == in.Origin && e.Origin.IP != ""
			if sameMachine && e.Response == cognitoidp.EventResponseTypePass && e.Feedback == nil {
				reported := *e
				invalid(&reported)
				in.History = slices.Clone(in.History)
				in.History[i] = &reported
				return
			}
		}
		e := events.Draw(t, "added")
		e.Origin, e.Response = in.Origin, cognitoidp.EventResponseTypeFail
		invalid(e)
		in.History = append([]*userpool.AuthEvent{e}, in.History...)
	},
}

func more(t *rapid.T) int { return rapid.IntRange(1, 50).Draw(t, "more") }

func TestBadEvidenceNeverLowersTheScore(t *testing.T) {
	for name, change := range worse {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				in := inputs.Draw(t, "input")
				before := risk.Assess(in)
				change(t, &in)
				if after := risk.Assess(in); after.Score < before.Score-rounding {
					t.Fatalf("%v became %v", before, after)
				}
			})
		})
	}
}

// What a client says of itself is worth nothing unless it is what the user's devices have said.
func TestClaimsLowerNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs.Draw(t, "input")
		in.Origin.Agent, in.Origin.Fingerprint, in.Origin.DeviceKey, in.Origin.Timezone = "", "", "", ""
		before := risk.Assess(in)
		for _, claim := range []*string{&in.Origin.Agent, &in.Origin.Fingerprint, &in.Origin.DeviceKey} {
			if rapid.Bool().Draw(t, "claimed") {
				*claim = "never seen before"
			}
		}
		if rapid.Bool().Draw(t, "timezone") {
			in.Origin.Timezone = "+09:00"
		}
		if after := risk.Assess(in); after.Score < before.Score-rounding {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

// Whoever does not say what client he has is not less new by that than by a client never seen, unless the user's own
// say as little.
func TestSilenceLowersNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs.Draw(t, "input")
		in.Origin.IP = "192.0.2.200"
		for _, e := range in.History {
			if e.Origin.Agent == "" {
				e.Origin.Agent = "Safari on iOS"
			}
		}
		in.Origin.Agent = "never seen before"
		before := risk.Assess(in)
		in.Origin.Agent = ""
		if after := risk.Assess(in); after.Score < before.Score-rounding {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

func TestVerdictsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs.Draw(t, "input")
		if rapid.IntRange(0, 3).Draw(t, "odd") == 0 {
			number := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), -1e300, 91, 0})
			in.Origin.HasPlace, in.Origin.Latitude, in.Origin.Longitude = true, number.Draw(t, "lat"), number.Draw(t, "lon")
			in.Origin.Timezone = rapid.String().Draw(t, "timezone")
			in.Bursts = risk.Bursts{User: -5, Address: math.MinInt, AddressUsers: math.MaxInt, Pool: -1, PoolSuccess: math.MinInt}
			in.History = append(in.History, nil, &userpool.AuthEvent{}, &userpool.AuthEvent{
				Response: cognitoidp.EventResponseTypePass, Type: cognitoidp.EventTypeSignIn, Origin: in.Origin,
			})
			in.Now = rapid.SampledFrom([]time.Time{{}, now, now.Add(math.MinInt64), now.Add(math.MaxInt64)}).Draw(t, "now")
		}
		before := slices.Clone(in.History)
		v := risk.Assess(in)
		if !(v.Score > 0 && v.Score < 1) {
			t.Fatalf("score %v", v.Score)
		}
		if v.Level != none && len(v.Reasons) == 0 {
			t.Fatalf("%q for no reason", v.Level)
		}
		if sorted := slices.Compact(slices.Sorted(slices.Values(v.Reasons))); len(sorted) != len(v.Reasons) {
			t.Fatalf("a reason twice: %q", v.Reasons)
		}
		if !slices.Equal(before, in.History) {
			t.Fatal("the history was changed")
		}
		if again := risk.Assess(in); !reflect.DeepEqual(v, again) {
			t.Fatalf("%+v, and then %+v", v, again)
		}
	})
}

// Only times tell what came before what.
func TestOrderOfHistoryDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs.Draw(t, "input")
		in.History = in.History[:min(len(in.History), risk.HistoryLength)]
		before := risk.Assess(in)
		in.History = rapid.Permutation(in.History).Draw(t, "other order")
		if after := risk.Assess(in); math.Abs(after.Score-before.Score) > rounding {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

func TestHistoryIsLimited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs.Draw(t, "input")
		in.History = together(daily(risk.HistoryLength, home), daily(risk.HistoryLength, home, failed),
			daily(risk.HistoryLength, home, recovery), daily(risk.HistoryLength, home, failed, invalid))
		before := risk.Assess(in)
		in.History = append(in.History, rapid.SliceOfN(events, 1, 10).Draw(t, "older")...)
		if after := risk.Assess(in); !reflect.DeepEqual(before, after) {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

// A user of whom nothing is known is no high risk, whatever his client.
func TestStrangersAreNoHighRisk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := risk.Input{Now: now, Origin: origins.Draw(t, "origin"), UserCreated: now}
		if v := risk.Assess(in); v.Level != none {
			t.Fatalf("%+v", v)
		}
		in.Lists.Anonymizer = true
		if v := risk.Assess(in); v.Level != low {
			t.Fatalf("by an anonymizer: %+v", v)
		}
	})
}

// BenchmarkAssess weighs what there is at most: thirty sign-ins, as many failures.
func BenchmarkAssess(b *testing.B) {
	in := risk.Input{
		Type: cognitoidp.EventTypeSignIn, Now: now, Address: netip.MustParseAddr("192.0.2.1"),
		Origin: from(home, lima, phone), Lists: risk.Lists{Anonymizer: true}, Bursts: risk.Bursts{User: 5, AddressUsers: 10},
	}
	for name, history := range map[string][]*userpool.AuthEvent{
		"settled":  daily(30, home),
		"roaming":  roaming(30),
		"attacked": together(roaming(30), daily(30, from(home, lima), failed)),
	} {
		in.History = history
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				risk.Assess(in)
			}
		})
	}
}
