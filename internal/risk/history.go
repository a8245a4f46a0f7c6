package risk

import (
	"math"
	"slices"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// history is what a user's past events tell.
type history struct {
	trusted  []past // events that the user proved to be his
	failed   []*userpool.AuthEvent
	asked    []*userpool.AuthEvent // for a recovery or a code, as everybody may
	reported []*userpool.AuthEvent // by feedback, as not the user's

	observed float64 // the weight of all that passed, reported as false or not
	placed   float64 // of those, where the place is known

	agents, fingerprints, deviceKeys, networks, countries, timezones, anonymizers values
}

// past is an event with how much it tells.
type past struct {
	*userpool.AuthEvent
	weight float64
}

// readHistory sorts the events.
func readHistory(in *Input) *history {
	h := &history{trusted: make([]past, 0, HistoryLength)}
	passed := 0
	for _, event := range in.History {
		switch {
		case event == nil:
			continue
		case reportedFalse(event) && len(h.reported) < HistoryLength:
			h.reported = append(h.reported, event)
		}
		proves := event.Proves()
		switch {
		case event.Response == cognitoidp.EventResponseTypeFail && len(h.failed) < HistoryLength:
			h.failed = append(h.failed, event)
		case !proves && event.Response == cognitoidp.EventResponseTypePass && len(h.asked) < HistoryLength:
			h.asked = append(h.asked, event)
		}
		if !proves || passed == HistoryLength {
			continue
		}
		passed++
		p := past{event, trust(event) * aged(in.Now.Sub(event.Created))}
		if !reportedFalse(event) {
			h.trusted = append(h.trusted, p)
		}
		h.see(p)
	}
	return h
}

func reportedFalse(event *userpool.AuthEvent) bool {
	return event.Feedback != nil && event.Feedback.Value == cognitoidp.FeedbackValueTypeInvalid
}

func reportedTrue(event *userpool.AuthEvent) bool {
	return event.Feedback != nil && event.Feedback.Value == cognitoidp.FeedbackValueTypeValid
}

// trust is how much an event tells. A sign-in at risk that passed by password alone may have been the
// attacker's, so it takes several to make an origin usual.
func trust(event *userpool.AuthEvent) float64 {
	if reportedTrue(event) {
		return 2
	}
	for _, c := range event.Challenges {
		if c.ChallengeName == cognitoidp.ChallengeNameMfa && c.ChallengeResponse == cognitoidp.ChallengeResponseSuccess {
			return 1
		}
	}
	switch event.Verdict.Level {
	case cognitoidp.RiskLevelTypeHigh:
		return 0.25
	case cognitoidp.RiskLevelTypeMedium:
		return 0.5
	default:
		return 1
	}
}

func aged(age time.Duration) float64 {
	days := max(0, age.Hours()/24)
	return max(leastAged, math.Exp2(-days/halfLife))
}

// see counts the values of an event. One that was reported as false still is a sign-in that was observed,
// but none of its values is the user's.
func (h *history) see(p past) {
	o, mine := &p.Origin, !reportedFalse(p.AuthEvent)
	h.observed += p.weight
	if placed(o) {
		h.placed += p.weight
	}
	h.agents.see(agentOf(o), p.weight, mine)
	h.fingerprints.see(o.Fingerprint, p.weight, mine)
	h.deviceKeys.see(o.DeviceKey, p.weight, mine)
	h.networks.see(o.Network, p.weight, mine)
	h.countries.see(o.Country, p.weight, mine)
	h.timezones.see(o.Timezone, p.weight, mine)
	h.anonymizers.see(anonymity(slices.Contains(p.Verdict.Reasons, weights[anonymizer].reason)), p.weight, mine)
}

// unnamed is the agent of a client that does not say what it is, or says what nobody knows. It is another one than
// those that do: else whoever says nothing would pass for less new than by the truth. It is never familiar.
const unnamed = "unnamed"

// agentOf is the agent of an origin, "" where the origin is not known at all.
func agentOf(o *userpool.Origin) string {
	if o.Agent == "" && o.IP != "" {
		return unnamed
	}
	return o.Agent
}

func anonymity(listed bool) string {
	if listed {
		return "anonymizer"
	}
	return "own address"
}
