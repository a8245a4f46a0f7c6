package risk_test

import (
	"slices"
	"testing"
	"time"

	"ostiary/internal/risk"
	"ostiary/internal/userpool"
)

// TestComparisons has pairs of which the first is the riskier, where both may be of one level.
func TestComparisons(t *testing.T) {
	settled := daily(30, home)
	abroad := from(home, lima, phone)
	once := func(changes ...func(*userpool.AuthEvent)) []*userpool.AuthEvent {
		return together(daily(1, abroad, changes...), settled)
	}
	old := func(e *userpool.AuthEvent) { e.Created = e.Created.AddDate(-2, 0, 0) }
	mistyped := func(trusted int) []*userpool.AuthEvent {
		return together(daily(8, from(home, bern), failed), daily(trusted, from(home, bern)), settled)
	}
	zone := func(offset string) userpool.Origin {
		return from(home, func(o *userpool.Origin) { o.Timezone = offset })
	}
	later := func(hours int) func(*userpool.AuthEvent) {
		return func(e *userpool.AuthEvent) {
			e.Created = e.Created.Add(time.Duration(hours) * time.Hour).In(time.FixedZone("", 7200))
		}
	}
	nowhere := func(o *userpool.Origin) { o.HasPlace = false } // its country is known, and no more
	for _, c := range []struct {
		name           string
		riskier, safer risk.Input
	}{
		{"passed at high risk, at medium", risk.Input{Origin: abroad, History: once(isHigh)}, risk.Input{Origin: abroad, History: once(isMedium)}},
		{"passed at medium risk, without", risk.Input{Origin: abroad, History: once(isMedium)}, risk.Input{Origin: abroad, History: once()}},
		{"passed at high risk by password, by a second factor", risk.Input{Origin: abroad, History: once(isHigh)},
			risk.Input{Origin: abroad, History: once(isHigh, byMFA)}},
		{"passed, was confirmed", risk.Input{Origin: abroad, History: once()}, risk.Input{Origin: abroad, History: once(valid)}},
		{"never, once", risk.Input{Origin: abroad, History: settled}, risk.Input{Origin: abroad, History: once()}},
		{"never, once at high risk", risk.Input{Origin: abroad, History: settled}, risk.Input{Origin: abroad, History: once(isHigh)}},
		{"habits of now, of long ago", risk.Input{Origin: abroad, History: daily(8, home)}, risk.Input{Origin: abroad, History: daily(8, home, old)}},
		{"habits of a month, of a day", risk.Input{Origin: abroad, History: settled}, risk.Input{Origin: abroad, History: daily(1, home)}},
		{"reported, and then confirmed", risk.Input{Origin: abroad, History: once(invalid)},
			risk.Input{Origin: abroad, History: together(daily(2, abroad, valid), once(invalid))}},
		{"reported here, by another browser in the same network",
			risk.Input{Origin: from(home, bern, plain), History: together(daily(1, from(home, bern, plain), failed, invalid), settled)},
			risk.Input{
				Origin:  from(home, bern, plain),
				History: together(daily(1, from(home, bern, plain, other, func(o *userpool.Origin) { o.IP = "203.0.113.8" }), failed, invalid), settled),
			}},
		{"under pressure where the user was, where that was confirmed",
			risk.Input{Origin: from(home, bern), History: together(daily(1, from(home, bern)), daily(1, from(home, bern)), settled[:20]), Bursts: risk.Bursts{User: 20}},
			risk.Input{Origin: from(home, bern), History: together(daily(1, from(home, bern), valid), settled[:20]), Bursts: risk.Bursts{User: 20}}},
		{"abroad far away, across the border", risk.Input{Origin: from(home, lima), History: settled}, risk.Input{Origin: from(home, como), History: settled}},
		{"teleported from home, from an anonymizer", risk.Input{Origin: abroad, History: hourAgo(settled)},
			risk.Input{Origin: abroad, History: hourAgo(daily(30, home, anonymous))}},
		{"teleported within an hour, a day", risk.Input{Origin: abroad, History: hourAgo(settled)}, risk.Input{Origin: abroad, History: settled}},
		{"teleported to wherever, as far within the country",
			risk.Input{Origin: from(home, lima, func(o *userpool.Origin) { o.Country = "" }), History: hourAgo(settled)},
			risk.Input{Origin: from(home, lima, func(o *userpool.Origin) { o.Country = "CH" }), History: hourAgo(settled)}},
		{"mistyped where nobody was, where the user was before", risk.Input{Origin: from(home, bern), History: mistyped(0)},
			risk.Input{Origin: from(home, bern), History: mistyped(2)}},
		{"failures within an hour and before, within an hour",
			risk.Input{Origin: abroad, History: together(daily(1, home, failed), settled), Bursts: risk.Bursts{User: 9}},
			risk.Input{Origin: abroad, History: settled, Bursts: risk.Bursts{User: 8}}},
		{"an anonymizer for the first time, out of habit",
			risk.Input{Origin: from(home, lima), History: daily(20, from(home, lima)), Lists: risk.Lists{Anonymizer: true}},
			risk.Input{Origin: from(home, lima), History: daily(20, from(home, lima), anonymous), Lists: risk.Lists{Anonymizer: true}}},
		{"attack on a quiet pool, on a busy one", risk.Input{Origin: abroad, History: settled, Bursts: risk.Bursts{Pool: 500}},
			risk.Input{Origin: abroad, History: settled, Bursts: risk.Bursts{Pool: 500, PoolSuccess: 5000}}},
		{"another device, one whose key is known",
			risk.Input{Origin: abroad, History: daily(9, from(home, func(o *userpool.Origin) { o.DeviceKey = "k" }))},
			risk.Input{
				Origin:  from(abroad, func(o *userpool.Origin) { o.DeviceKey = "k" }),
				History: daily(9, from(home, func(o *userpool.Origin) { o.DeviceKey = "k" })),
			}},
		{"an offset never seen, an hour more in summer", risk.Input{Origin: zone("+02:15"), History: settled}, risk.Input{Origin: zone("+02:00"), History: settled}},
		{"an offset never seen, an hour less in winter", risk.Input{Origin: zone("-00:15"), History: settled}, risk.Input{Origin: zone("+00:00"), History: settled}},
		{"five hours from usual, four", risk.Input{Origin: home, History: daily(30, home, later(5))}, risk.Input{Origin: home, History: daily(30, home, later(4))}},
		{"five hours from usual, four, over midnight", risk.Input{Origin: home, History: daily(30, home, later(19))}, risk.Input{Origin: home, History: daily(30, home, later(20))}},
		{"some country, one across the border", risk.Input{Origin: from(home, lima, nowhere), History: settled}, risk.Input{Origin: from(home, como), History: settled}},
	} {
		c.riskier.Now, c.safer.Now = now, now
		riskier, safer := risk.Assess(c.riskier), risk.Assess(c.safer)
		if riskier.Score < safer.Score+rounding {
			t.Errorf("%s: %.4f %q, and %.4f %q", c.name, riskier.Score, riskier.Reasons, safer.Score, safer.Reasons)
		}
	}
}

// Only what is known of places makes a journey.
func TestJourneys(t *testing.T) {
	south := func(o *userpool.Origin) { o.Latitude = -60 }
	east := func(o *userpool.Origin) { o.Longitude = 120 }
	nowhere := func(o *userpool.Origin) { o.HasPlace, o.Latitude, o.Longitude = false, 0, 0 }
	nonsense := func(o *userpool.Origin) { o.Latitude = 91 }
	for _, c := range []struct {
		name     string
		from, to userpool.Origin
		want     bool
	}{
		{"along a meridian", home, from(home, south), true},
		{"along a parallel", home, from(home, east), true},
		{"to nowhere", home, from(home, nowhere), false},
		{"from nowhere", from(home, nowhere), from(home, east), false},
		{"to nonsense", home, from(home, nonsense), false},
		{"from nonsense", from(home, nonsense), from(home, east), false},
	} {
		c.to.Network = "AS64999"
		v := risk.Assess(risk.Input{Now: now, Origin: c.to, History: hourAgo(daily(30, c.from))})
		if got := slices.Contains(v.Reasons, "impossible travel"); got != c.want {
			t.Errorf("%s: %q", c.name, v.Reasons)
		}
	}
}

// One and the same failures of the last hour are counted once, whether as a burst or as a run.
func TestFailuresAreCountedOnce(t *testing.T) {
	in := risk.Input{Now: now, Origin: from(home, lima, phone), History: daily(30, home), Bursts: risk.Bursts{User: 20}}
	before := risk.Assess(in)
	for range 10 {
		in.History = append([]*userpool.AuthEvent{event(from(home, como), 0, failed)}, in.History...)
	}
	if after := risk.Assess(in); after.Score != before.Score {
		t.Errorf("%v became %v", before, after)
	}
}
