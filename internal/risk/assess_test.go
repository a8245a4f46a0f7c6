package risk_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
	"ostiary/internal/userpool"
)

const (
	none   = cognitoidp.RiskLevelType("")
	low    = cognitoidp.RiskLevelTypeLow
	medium = cognitoidp.RiskLevelTypeMedium
	high   = cognitoidp.RiskLevelTypeHigh
)

var now = time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)

// The user's home, and where else acts come from.
var (
	home = userpool.Origin{
		IP: "198.51.100.7", Agent: "Firefox on Windows", DeviceName: "Firefox 131, Windows 10",
		Fingerprint: "f1", Timezone: "+01:00", City: "Zürich", Country: "CH",
		Latitude: 47.4, Longitude: 8.5, HasPlace: true, Network: "AS64500",
	}
	lima  = func(o *userpool.Origin) { place(o, "192.0.2.1", "AS64510", "Lima", "PE", -12, -77) }
	bern  = func(o *userpool.Origin) { place(o, "203.0.113.9", "AS64520", "Bern", "CH", 46.9, 7.4) }
	como  = func(o *userpool.Origin) { place(o, "192.0.2.77", "AS64530", "Como", "IT", 45.8, 9.1) }
	phone = func(o *userpool.Origin) { o.Agent, o.Fingerprint = "Chrome on Android", "f2" }
	plain = func(o *userpool.Origin) { o.Fingerprint = "" } // a client without the script
	other = func(o *userpool.Origin) { o.Agent = "Chrome on Linux" }

	nameless = func(o *userpool.Origin) { o.Agent = "" }
)

func place(o *userpool.Origin, ip, network, city, country string, latitude, longitude float64) {
	o.IP, o.Network, o.City, o.Country, o.Latitude, o.Longitude = ip, network, city, country, latitude, longitude
}

// address is one of the network that the origin is in.
func address(ip string) func(*userpool.Origin) { return func(o *userpool.Origin) { o.IP = ip } }

func from(o userpool.Origin, changes ...func(*userpool.Origin)) userpool.Origin {
	for _, change := range changes {
		change(&o)
	}
	return o
}

func event(o userpool.Origin, ago time.Duration, changes ...func(*userpool.AuthEvent)) *userpool.AuthEvent {
	e := &userpool.AuthEvent{
		Type: cognitoidp.EventTypeSignIn, Response: cognitoidp.EventResponseTypePass,
		Created: now.Add(-ago), Origin: o,
	}
	for _, change := range changes {
		change(e)
	}
	return e
}

const day = 24 * time.Hour

// daily is n sign-ins from an origin, one each day before.
func daily(n int, o userpool.Origin, changes ...func(*userpool.AuthEvent)) []*userpool.AuthEvent {
	var events []*userpool.AuthEvent
	for i := range n {
		events = append(events, event(o, time.Duration(i+1)*day, changes...))
	}
	return events
}

// hourly is n events within the hours before, since the user was last there.
func hourly(n int, o userpool.Origin, changes ...func(*userpool.AuthEvent)) []*userpool.AuthEvent {
	var events []*userpool.AuthEvent
	for i := range n {
		events = append(events, event(o, time.Duration(i+1)*20*time.Minute, changes...))
	}
	return events
}

func failed(e *userpool.AuthEvent)     { e.Response = cognitoidp.EventResponseTypeFail }
func inProgress(e *userpool.AuthEvent) { e.Response = cognitoidp.EventResponseTypeInProgress }
func recovery(e *userpool.AuthEvent)   { e.Type = cognitoidp.EventTypeForgotPassword }
func isMedium(e *userpool.AuthEvent)   { e.Verdict.Level = medium }
func isHigh(e *userpool.AuthEvent)     { e.Verdict.Level = high }

func byMFA(e *userpool.AuthEvent) {
	e.Challenges = []cognitoidp.ChallengeResponseType{{
		ChallengeName: cognitoidp.ChallengeNameMfa, ChallengeResponse: cognitoidp.ChallengeResponseSuccess,
	}}
}

func anonymous(e *userpool.AuthEvent) { e.Verdict.Reasons = []string{"anonymizer"} }

func feedback(v cognitoidp.FeedbackValueType) func(*userpool.AuthEvent) {
	return func(e *userpool.AuthEvent) { e.Feedback = &userpool.Feedback{Value: v, Provider: "Admin"} }
}

var (
	valid   = feedback(cognitoidp.FeedbackValueTypeValid)
	invalid = feedback(cognitoidp.FeedbackValueTypeInvalid)
)

func together(lists ...[]*userpool.AuthEvent) []*userpool.AuthEvent { return slices.Concat(lists...) }

// hourly puts the first of events an hour ago.
func hourAgo(events []*userpool.AuthEvent) []*userpool.AuthEvent {
	first := *events[0]
	first.Created = now.Add(-time.Hour)
	return append([]*userpool.AuthEvent{&first}, events[1:]...)
}

func TestSituations(t *testing.T) {
	settled := daily(30, home)
	tor := risk.Lists{Anonymizer: true}
	bad := risk.Lists{BadRepute: true}
	spray := risk.Bursts{Address: 40, AddressUsers: 40, Pool: 60, PoolSuccess: 400}
	for _, c := range []struct {
		name    string
		origin  userpool.Origin
		history []*userpool.AuthEvent
		lists   risk.Lists
		bursts  risk.Bursts
		kind    cognitoidp.EventType // SignIn unless given
		want    []cognitoidp.RiskLevelType
		first   string // the weightiest reason
	}{
		// Who is hardly known.
		{name: "first sign-in", origin: home, want: levels(none)},
		{name: "first sign-in of a client that says nothing", origin: userpool.Origin{IP: home.IP}, want: levels(none)},
		{name: "nothing known at all", want: levels(none)},
		{name: "sign-up", origin: home, kind: cognitoidp.EventTypeSignUp, want: levels(none)},
		{name: "first sign-in through an anonymizer", origin: home, lists: tor, want: levels(low), first: "anonymizer"},
		{name: "first sign-in from a bad address", origin: home, lists: bad, want: levels(medium), first: "bad reputation"},
		{name: "sign-up from a spraying source", origin: home, kind: cognitoidp.EventTypeSignUp, bursts: spray,
			want: levels(high), first: "password spraying"},
		{name: "second sign-in, from a phone on the road", origin: from(home, bern, phone), history: daily(1, home),
			want: levels(none, low)},
		{name: "second sign-in, from another continent", origin: from(home, lima, phone), history: daily(1, home),
			want: levels(low)},

		// The usual.
		{name: "as always", origin: home, history: settled, want: levels(none)},
		{name: "as always, without a fingerprint", origin: from(home, plain), history: settled, want: levels(none)},
		{name: "as always, at night", origin: home, history: daily(30, home, func(e *userpool.AuthEvent) {
			e.Created = e.Created.Add(12 * time.Hour)
		}), want: levels(none), first: "unusual time"},
		{name: "as always, while somebody tries his password", origin: home, history: settled,
			bursts: risk.Bursts{User: 30, Pool: 30, PoolSuccess: 100}, want: levels(none), first: "burst of failures"},
		{name: "as always, while the pool is under attack", origin: home, history: settled,
			bursts: risk.Bursts{Pool: 5000, PoolSuccess: 100}, want: levels(none), first: "pool under attack"},
		{name: "as always, after somebody guessed for hours in a pool under attack", origin: home, history: together(hourly(30, from(home, phone, lima), failed), settled),
			bursts: risk.Bursts{User: 30, Pool: 5000, PoolSuccess: 100}, want: levels(none), first: "run of failures"},
		{name: "the same in the second week", origin: home, history: together(hourly(30, from(home, phone, lima), failed), daily(8, home)),
			bursts: risk.Bursts{User: 30, Pool: 5000, PoolSuccess: 100}, want: levels(none)},
		{name: "the same without a fingerprint", origin: from(home, plain), history: together(hourly(30, from(home, phone, lima), failed), daily(8, from(home, plain))),
			bursts: risk.Bursts{User: 30, Pool: 5000, PoolSuccess: 100}, want: levels(none)},
		{name: "as always, after a few wrong passwords", origin: home, history: together(daily(4, home, failed), settled),
			bursts: risk.Bursts{User: 4, Address: 4}, want: levels(none)},
		{name: "as always, after many wrong passwords", origin: home,
			history: together(daily(15, home, failed), settled), want: levels(none)},
		{name: "phone and laptop in turns", origin: from(home, phone),
			history: together(daily(15, home), daily(15, from(home, phone))), want: levels(none)},
		{name: "clocks were changed", origin: from(home, func(o *userpool.Origin) { o.Timezone = "+02:00" }),
			history: settled, want: levels(none)},
		{name: "always by an anonymizer", origin: from(home, lima), lists: tor,
			history: daily(20, from(home, lima), anonymous), want: levels(none), first: "anonymizer"},

		// The user moves.
		{name: "same laptop, new network", origin: from(home, bern), history: settled, want: levels(low), first: "new network"},
		{name: "same laptop across the border", origin: from(home, como), history: settled, want: levels(low)},
		{name: "same laptop abroad", origin: from(home, lima), history: settled, want: levels(low), first: "new country"},
		{name: "same browser abroad, no fingerprint", origin: from(home, lima, plain), history: settled, want: levels(low, medium)},
		{name: "new browser at home, no fingerprint", origin: from(home, plain, other), history: daily(30, from(home, plain)),
			want: levels(low), first: "new device"},
		{name: "new browser that does not say what it is", origin: from(home, plain, nameless), history: daily(30, from(home, plain)),
			want: levels(low), first: "new device"},
		{name: "never says what it is", origin: from(home, plain, nameless), history: daily(30, from(home, plain, nameless)), want: levels(none)},
		{name: "new phone at home", origin: from(home, phone), history: settled, want: levels(low), first: "new device"},
		{name: "new phone on the road", origin: from(home, phone, bern), history: settled, want: levels(low, medium)},
		{name: "new phone abroad", origin: from(home, phone, lima), history: settled, want: levels(medium), first: "new device"},
		{name: "new phone abroad, third time", origin: from(home, phone, lima),
			history: together(daily(2, from(home, phone, lima), isMedium, byMFA), settled), want: levels(none, low)},
		{name: "always elsewhere", origin: from(home, lima), history: roaming(30), want: levels(none)},

		// Attackers.
		{name: "anonymizer and new device", origin: from(home, phone, lima), history: settled, lists: tor,
			want: levels(high), first: "new device"},
		{name: "anonymizer at home and new device", origin: from(home, phone, bern), history: settled, lists: tor,
			want: levels(high)},
		{name: "anonymizer with the usual browser", origin: from(home, lima, plain), history: settled, lists: tor,
			want: levels(medium, high)},
		{name: "teleported, new device", origin: from(home, phone, lima), history: hourAgo(settled), want: levels(high),
			first: "impossible travel"},
		{name: "teleported, nothing known of the device", origin: from(home, lima, plain, func(o *userpool.Origin) { o.Agent = "" }),
			history: hourAgo(settled), want: levels(high), first: "impossible travel"},
		{name: "teleported laptop", origin: from(home, lima), history: hourAgo(settled), want: levels(medium)},
		{name: "to the employer's gateway", origin: from(home, lima),
			history: hourAgo(together(settled[:15], daily(15, from(home, lima)))), want: levels(none)},
		{name: "spraying source", origin: from(home, phone, bern), history: settled, bursts: spray, want: levels(high),
			first: "password spraying"},
		{name: "after guessing", origin: from(home, phone, bern), history: settled,
			bursts: risk.Bursts{User: 15, Address: 15, AddressUsers: 1}, want: levels(high)},
		{name: "guessed with the usual browser", origin: from(home, plain, bern), history: settled,
			bursts: risk.Bursts{User: 20, Address: 20, AddressUsers: 1}, want: levels(medium)},
		{name: "failing does not make an origin usual", origin: from(home, phone, lima),
			history: together(daily(30, from(home, phone, lima), failed), settled), want: levels(high)},
		{name: "nor do half sign-ins", origin: from(home, phone, lima),
			history: together(daily(30, from(home, phone, lima), inProgress), settled), want: levels(medium)},
		{name: "nor do recoveries", origin: from(home, phone, lima),
			history: together(daily(30, from(home, phone, lima), recovery), settled), want: levels(medium, high)},
		{name: "nor do they wash the history away", origin: from(home, phone, lima),
			history: daily(30, home, recovery), want: levels(medium), first: "run of failures"},
		{name: "a password was forgotten", origin: home, history: together(hourAgo(daily(2, home, recovery)), settled),
			want: levels(none)},
		{name: "failures do not wash the history away", origin: from(home, phone, lima),
			history: daily(30, home, failed), want: levels(medium), first: "run of failures"},
		{name: "a risky sign-in that passed by password", origin: from(home, phone, lima),
			history: together(daily(1, from(home, phone, lima), isHigh), settled), want: levels(low, medium)},

		// Feedback.
		{name: "reported", origin: from(home, phone, lima),
			history: together(daily(1, from(home, phone, lima), isMedium, invalid), settled), want: levels(high), first: "reported by user"},
		{name: "reported, with the same machine elsewhere", origin: from(home, phone, bern),
			history: together(daily(1, from(home, phone, lima), invalid), settled), want: levels(high), first: "reported by user"},
		{name: "reported, by another address of the same site and another browser", origin: from(home, plain, address("2001:db8:1:2::77")),
			history: together(daily(1, from(home, plain, other, address("2001:db8:1:2::5")), failed, invalid), settled), want: levels(medium, high), first: "reported by user"},
		{name: "failures from all over a site", origin: from(home, lima, plain, address("2001:db8:1:2::77")),
			history: together(daily(12, from(home, lima, plain, other, address("2001:db8:1:2::5")), failed), settled), want: levels(medium, high), first: "new country"},
		{name: "reported, and twice confirmed since", origin: from(home, phone, lima),
			history: together(daily(2, from(home, phone, lima), valid), daily(3, from(home, phone, lima), invalid)[2:], settled), want: levels(low)},
		{name: "reported elsewhere", origin: home, history: together(daily(1, from(home, phone, lima), invalid), settled),
			want: levels(none)},
		{name: "confirmed", origin: from(home, phone, lima),
			history: together(daily(1, from(home, phone, lima), isMedium, valid), settled), want: levels(none, low)},
		{name: "a failure that was the user's", origin: from(home, phone, lima),
			history: together(daily(1, from(home, phone, lima), failed, valid), settled), want: levels(none, low)},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := risk.Input{
				Type: c.kind, Now: now, Origin: c.origin, Lists: c.lists,
				UserCreated: now.Add(-365 * day), History: c.history, Bursts: c.bursts,
			}
			if in.Type == "" {
				in.Type = cognitoidp.EventTypeSignIn
			}
			in.Address, _ = netip.ParseAddr(c.origin.IP)
			got := risk.Assess(in)
			if !slices.Contains(c.want, got.Level) {
				t.Errorf("level %q, want one of %q (%.3f: %q)", got.Level, c.want, got.Score, got.Reasons)
			}
			if c.first != "" && (len(got.Reasons) == 0 || got.Reasons[0] != c.first) {
				t.Errorf("first reason %q, want %q (%.3f)", got.Reasons, c.first, got.Score)
			}
			decision := cognitoidp.RiskDecisionTypeAccountTakeover
			if got.Level == none {
				decision = cognitoidp.RiskDecisionTypeNoRisk
			}
			if got.Decision != decision || got.Action != "" || got.Compromised != nil {
				t.Errorf("%+v", got)
			}
		})
	}
}

func levels(l ...cognitoidp.RiskLevelType) []cognitoidp.RiskLevelType { return l }

// roaming is sign-ins of somebody who is hardly ever in the same place, by the same machine.
func roaming(n int) []*userpool.AuthEvent {
	var events []*userpool.AuthEvent
	for i := range n {
		o := home
		s := string(rune('A' + i%26))
		place(&o, "198.51.100."+s, "AS"+s, s, s, float64(i*5-70), float64(i*12-170))
		events = append(events, event(o, time.Duration(i+1)*2*day))
	}
	return events
}
