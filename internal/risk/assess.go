package risk

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// Input is all that an assessment looks at.
type Input struct {
	Type    cognitoidp.EventType
	Now     time.Time
	Address netip.Addr // the zero Addr if it is not known
	Origin  userpool.Origin
	// Lists are what the operator's files say about the address.
	Lists Lists
	// UserCreated is when the user was created.
	UserCreated time.Time
	// History is what the user did before, the newest first. The first HistoryLength that prove something
	// (AuthEvent.Proves) are looked at, and as many that failed, that prove nothing, and that were reported:
	// what anybody can cause must not crowd out what is known of a user, so whoever gathers events looks for
	// each kind.
	History []*userpool.AuthEvent
	Bursts  Bursts
}

// HistoryLength is how many of a user's latest events of each kind an assessment looks at.
const HistoryLength = userpool.HistoryLength

// Lists tells which of the operator's lists an address is on.
type Lists struct {
	Anonymizer bool // exit node, public proxy or VPN
	BadRepute  bool
}

// Bursts counts what failed within the window of an hour before.
type Bursts struct {
	User    int // failures of this user
	Address int // failures from this address in this pool
	// AddressUsers is how many different names failed from this address: password spraying.
	AddressUsers int
	Pool         int // failures in the whole pool
	PoolSuccess  int // successes in the whole pool
}

// Assess weighs where an act comes from against what is known of the user, of the address and of what
// goes on in the pool. It fills in Level, Decision, Score and Reasons; Reasons name what speaks against the
// act, whatever speaks for it. The same input gives the same verdict.
func Assess(in Input) userpool.RiskVerdict {
	h := readHistory(&in)
	var e evidence
	h.compare(&in, &e)
	h.failures(&in, &e)
	h.travel(&in, &e)
	in.lists(h, &e)
	in.bursts(&e)
	return e.verdict(h.familiarity(&in))
}

// leastAnonymous keeps a habitual anonymizer among the reasons, where the habit is read from.
const leastAnonymous = 0.1

func (in *Input) lists(h *history, e *evidence) {
	if in.Lists.Anonymizer {
		// Some always come that way; who never did is more suspicious the better the user is known.
		value := anonymity(true)
		e.add(anonymizer, max(leastAnonymous, fade(h.anonymizers.of(value))))
		e.add(anonymizerUnusual, h.anonymizers.surprise(value))
	}
	if in.Lists.BadRepute {
		e.add(badReputation, 1)
	}
}

func (in *Input) bursts(e *evidence) {
	b := in.Bursts
	e.add(userBurst, userBurstRamp.at(float64(b.User)))
	e.add(addressBurst, addressBurstRamp.at(float64(b.Address)))
	e.add(spraying, sprayingRamp.at(float64(b.AddressUsers)))
	// In a busy pool many fail, and more succeed.
	failures, successes := float64(max(b.Pool, 0)), float64(max(b.PoolSuccess, 0))
	if failures > 0 {
		e.add(poolAttack, poolRamp.at(failures)*failures/(failures+successes))
	}
}

// evidence is how strong each signal is, from 0 to 1.
type evidence [signals]float64

func (e *evidence) add(s signal, strength float64) { e[s] = min(1, max(e[s], strength)) }

// only leaves the weightier of two signals that tell the same in different ways.
func (e *evidence) only(a, b signal) {
	if e[a]*weights[a].most < e[b]*weights[b].most {
		e[a] = 0
	} else {
		e[b] = 0
	}
}

// verdict adds up.
func (e *evidence) verdict(f familiarity) userpool.RiskVerdict {
	var sums [hostile + 1]float64
	e.only(userBurst, longRun)
	e.only(newCountry, farAway)
	for s, strength := range e {
		sums[weights[s].class] += strength * weights[s].most
	}
	cancel, relieve := cancelFamiliar, relieveFamiliar*f.device
	if f.confirmed {
		cancel = cancelConfirmed
	}
	against := min(sums[novelty], mostNovelty) + sums[pressure]*(1-relievePressure*f.usual)
	against -= min(f.amount, cancel*against)
	odds := prior + against + sums[hostile]*(1-relieve)
	v := userpool.RiskVerdict{Score: 1 / (1 + math.Exp(-odds)), Reasons: e.reasons()}
	v.Level = levelOf(v.Score)
	v.Decision = cognitoidp.RiskDecisionTypeNoRisk
	if v.Level != "" {
		v.Decision = cognitoidp.RiskDecisionTypeAccountTakeover
	}
	return v
}

func levelOf(score float64) cognitoidp.RiskLevelType {
	switch {
	case score >= highScore:
		return cognitoidp.RiskLevelTypeHigh
	case score >= mediumScore:
		return cognitoidp.RiskLevelTypeMedium
	case score >= lowScore:
		return cognitoidp.RiskLevelTypeLow
	default:
		return ""
	}
}

// leastReason is what a signal adds at least to be named.
const leastReason = 0.1

// reasons names what adds to the score, the weightiest first.
func (e *evidence) reasons() []string {
	type added struct {
		reason string
		amount float64
	}
	var all []added
	for s, strength := range e {
		amount := strength * weights[s].most
		i := slices.IndexFunc(all, func(a added) bool { return a.reason == weights[s].reason })
		if i >= 0 {
			all[i].amount += amount
		} else {
			all = append(all, added{weights[s].reason, amount})
		}
	}
	slices.SortStableFunc(all, func(a, b added) int { return cmp.Compare(b.amount, a.amount) })
	var names []string
	for _, a := range all {
		if a.amount >= leastReason {
			names = append(names, a.reason)
		}
	}
	return names
}
