package userpool

import (
	"slices"
	"time"

	"ostiary/cognitoidp"
)

// HistoryLength is how many events of each kind an AuthHistory has.
const HistoryLength = 30

// AuthHistory is what an assessment looks at of a user's events, in one place: the newest of those that prove
// something (AuthEvent.Proves), of those that failed, of those that passed without a proof, and of those that
// were reported as not the user's.
type AuthHistory struct {
	PoolID   string
	Username string // as stored
	// Version is that of the record as it was read; 0 if there is none yet.
	Version int64
	// Events are the newest first.
	Events []*AuthEvent
}

// kind is by what an AuthHistory keeps an event; "" for one that has not ended.
func (e *AuthEvent) kind() string {
	switch {
	case e.Feedback != nil && e.Feedback.Value == cognitoidp.FeedbackValueTypeInvalid:
		return "reported"
	case e.Proves():
		return "proves"
	case e.Response == cognitoidp.EventResponseTypeFail:
		return "failed"
	case e.Response == cognitoidp.EventResponseTypePass:
		return "asked"
	default:
		return ""
	}
}

// With is the history with an event added, or in the place of an earlier state of it, and without what is older
// than oldest. h stays as it is.
func (h *AuthHistory) With(e *AuthEvent, oldest time.Time) *AuthHistory {
	events := make([]*AuthEvent, 0, len(h.Events)+1)
	placed := e.kind() == ""
	kept := map[string]int{}
	add := func(e *AuthEvent) {
		if kind := e.kind(); kept[kind] < HistoryLength && !e.Created.Before(oldest) {
			kept[kind]++
			events = append(events, e)
		}
	}
	for _, old := range h.Events {
		if old.ID == e.ID {
			continue
		}
		if !placed && !old.Created.After(e.Created) {
			placed = true
			add(e)
		}
		add(old)
	}
	if !placed {
		add(e)
	}
	return &AuthHistory{PoolID: h.PoolID, Username: h.Username, Version: h.Version, Events: slices.Clip(events)}
}
