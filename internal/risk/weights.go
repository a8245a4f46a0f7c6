package risk

import "math"

// signal is one kind of evidence.
type signal int

// The kinds of evidence, in the order of the table below.
const (
	newDevice signal = iota
	newAgent
	newNetwork
	newCountry
	farAway
	newTimezone
	unusualTime

	userBurst
	longRun
	poolAttack

	impossibleTravel
	anonymizer
	anonymizerUnusual
	badReputation
	spraying
	addressBurst
	failuresHere
	reported

	signals
)

// class is how evidence is weighed against familiarity.
type class int

const (
	// novelty is what merely has not been seen of the user. Travelling with a new phone looks no
	// different, so all of it together stays below a high risk, and a familiar device takes from it.
	novelty class = iota
	// pressure is hostility against the user or the pool by somebody, who need not be who signs in now.
	pressure
	// hostile is what speaks against this very origin. Familiar features take little from it.
	hostile
)

// weight is what a kind of evidence adds at its strongest, in natural logarithms of odds: 0.7 doubles
// them, 2.3 makes them ten times as high.
type weight struct {
	reason string
	class  class
	most   float64
}

// weights is the one table of them; docs/risk.md explains each number.
var weights = [signals]weight{
	newDevice:   {"new device", novelty, 1.3},
	newAgent:    {"new device", novelty, 1.5},
	newNetwork:  {"new network", novelty, 1.3},
	newCountry:  {"new country", novelty, 1.6},
	farAway:     {"far from usual places", novelty, 0.8},
	newTimezone: {"new time zone", novelty, 0.4},
	unusualTime: {"unusual time", novelty, 0.4},

	userBurst:  {"burst of failures", pressure, 2.0},
	longRun:    {"run of failures", pressure, 2.5},
	poolAttack: {"pool under attack", pressure, 1.0},

	impossibleTravel:  {"impossible travel", hostile, 3.0},
	anonymizer:        {"anonymizer", hostile, 1.6},
	anonymizerUnusual: {"anonymizer", hostile, 1.2},
	badReputation:     {"bad reputation", hostile, 2.6},
	spraying:          {"password spraying", hostile, 6.0},
	addressBurst:      {"burst of failures from address", hostile, 1.5},
	failuresHere:      {"failures from this origin", hostile, 1.5},
	reported:          {"reported by user", hostile, 3.5},
}

// What familiarity takes off, in the same unit as weights, at its strongest.
const (
	knownFingerprint = 1.5
	knownDeviceKey   = 1.5
	knownAgent       = 0.6 // millions share it
	knownNetwork     = 1.0
	knownCountry     = 0.4
	confirmedOrigin  = 1.5 // feedback Valid
)

const (
	// prior is the log odds of a takeover before anything is known, 3 in 100.
	prior = -3.5
	// mostNovelty is what novelty comes to at most: it stays below highOdds-prior.
	mostNovelty = 3.8

	// Features that a client may choose take off at most half of what novelty and pressure add, or two
	// thirds where somebody has confirmed the origin.
	cancelFamiliar  = 0.5
	cancelConfirmed = 0.67
	// Of pressure the usual device, or the usual browser in the usual network, takes off this part before:
	// else whoever guesses at a password could lock its owner out.
	relievePressure = 0.9
	// Of hostile evidence a recognized device takes off this part.
	relieveFamiliar = 0.4

	// From these scores on the risk is low, medium, high.
	lowScore    = 0.05
	mediumScore = 0.25
	highScore   = 0.70
)

// A ramp grows from 0 at its first number to 1 at its second, as the logarithm does: that a count
// doubles means the same at any size.
type ramp struct{ from, to float64 }

func (r ramp) at(n float64) float64 {
	if n <= r.from {
		return 0
	}
	return min(1, math.Log(n/r.from)/math.Log(r.to/r.from))
}

var (
	userBurstRamp    = ramp{3, 20}   // failures of the user: three are a forgetful morning
	addressBurstRamp = ramp{10, 100} // failures from the address, which many may share
	sprayingRamp     = ramp{4, 20}   // names that failed from the address
	poolRamp         = ramp{50, 500} // failures in the pool
	failuresHereRamp = ramp{3, 12}   // failures from the origin, beyond two for each success there
	longRunRamp      = ramp{5, 30}   // failures, and recoveries asked for, since the last success
)

const (
	// steadyAt is how many sign-ins without a new value make a new one as surprising as can be.
	steadyAt = 7
	// halfLife is after how many days a past sign-in tells half as much, and leastAged what it tells at least.
	halfLife  = 180
	leastAged = 0.25
	// borderKM is from which distance on a new country is fully new: people live at borders.
	borderKM    = 500
	leastBorder = 0.3
	// A place in a known country is as far as usual up to nearKM, and as far as counts from farKM.
	nearKM = 100
	farKM  = 1000
	// What is faster than an airliner over more than what databases of addresses are wrong by is impossible.
	travelKMH     = 1000
	travelLeastKM = 300
	travelHours   = 24 // longer ago, every place on earth can be reached
	// hours around the usual ones, and after how many sign-ins there are usual ones.
	usualHours   = 4
	usualHoursAt = 10
)
