package userpool

import (
	"time"

	"ostiary/cognitoidp"
)

// AuthEvent is one act of a user that was weighed: a sign-in, a sign-up, a password change, a recovery or a
// code sent again. AdminListUserAuthEvents lists them, the newest first, and the risk of later ones is
// weighed against them.
type AuthEvent struct {
	PoolID   string
	Username string // as stored
	ID       string // UUID; the event_id claim of the tokens that came of it
	ClientID string
	Type     cognitoidp.EventType
	Created  time.Time
	// Response is how it ended; InProgress until it has.
	Response   cognitoidp.EventResponseType
	Challenges []cognitoidp.ChallengeResponseType

	Origin   Origin
	Verdict  RiskVerdict
	Feedback *Feedback // nil while nobody has given any
	// Answered: the feedback token of the event's notice has been used.
	Answered bool
}

// Proves tells whether the event shows that the user was there: a sign-in, a sign-up or a change of password
// that came to its end, or whatever somebody has vouched for. To ask for a recovery or for another code proves
// nothing, though it passes.
func (e *AuthEvent) Proves() bool {
	if e.Feedback != nil && e.Feedback.Value == cognitoidp.FeedbackValueTypeValid {
		return true
	}
	if e.Response != cognitoidp.EventResponseTypePass {
		return false
	}
	switch e.Type {
	case cognitoidp.EventTypeSignIn, cognitoidp.EventTypeSignUp, cognitoidp.EventTypePasswordChange:
		return true
	default:
		return false
	}
}

// Origin is where an act comes from, as far as is known: zero values are unknown.
type Origin struct {
	IP         string // as text, "" where it is not known
	DeviceName string // "Chrome 131, macOS 10", as people read it
	// Agent is the family of the user agent and its operating system without their versions, which change
	// by themselves.
	Agent string
	// Fingerprint is a hash of what the client's script says about its machine (EncodedData).
	Fingerprint string
	DeviceKey   string
	Timezone    string // "+01:00"
	City        string
	Country     string // ISO 3166-1 alpha-2
	// Latitude and Longitude are in degrees; HasPlace tells whether they are known.
	Latitude, Longitude float64
	HasPlace            bool
	// Network is the autonomous system or, where that is not known, the /24 or /48 of the address.
	Network string
}

// Machine is what a client has said of its machine, and from where.
type Machine struct {
	IP, Agent, Fingerprint, Timezone string // as of an Origin
}

// Machine is nil if the client has said nothing.
func (o *Origin) Machine() *Machine {
	if o.Fingerprint == "" {
		return nil
	}
	return &Machine{IP: o.IP, Agent: o.Agent, Fingerprint: o.Fingerprint, Timezone: o.Timezone}
}

// RiskVerdict is what an assessment came to.
type RiskVerdict struct {
	Level    cognitoidp.RiskLevelType    // "" for no risk
	Decision cognitoidp.RiskDecisionType // "" where nothing was assessed
	// Score is from 0 to 1; Reasons name the signals that it consists of, the weightiest first.
	Score   float64
	Reasons []string
	// Compromised tells that the password is a known one; nil where it was not looked up.
	Compromised *bool
	// Action is what the sign-in was made to do, "" in audit mode.
	Action cognitoidp.AccountTakeoverEventActionType
}

// Feedback is what somebody has said about an event (UpdateAuthEventFeedback).
type Feedback struct {
	Value    cognitoidp.FeedbackValueType
	Provider string // "Admin" or the user's name
	Given    time.Time
}
