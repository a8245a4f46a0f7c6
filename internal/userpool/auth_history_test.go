package userpool

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ostiary/cognitoidp"
)

func ids(h *AuthHistory) []string {
	var list []string
	for _, e := range h.Events {
		list = append(list, e.ID)
	}
	return list
}

// TestAuthHistory: the newest of each kind are kept, in order, each event once and as it was last.
func TestAuthHistory(t *testing.T) {
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	event := func(id string, at int, response cognitoidp.EventResponseType) *AuthEvent {
		return &AuthEvent{ID: id, Type: "SignIn", Created: start.Add(time.Duration(at) * time.Minute), Response: response}
	}
	h := &AuthHistory{PoolID: "p", Username: "ana", Version: 7}
	for i := range 3 * HistoryLength {
		h = h.With(event(fmt.Sprint("pass", i), i, "Pass"), time.Time{})
		h = h.With(event(fmt.Sprint("fail", i), i, "Fail"), time.Time{})
		h = h.With(event(fmt.Sprint("begun", i), i, "InProgress"), time.Time{})
	}
	if len(h.Events) != 2*HistoryLength || h.Version != 7 || h.Username != "ana" || h.PoolID != "p" {
		t.Errorf("%d events of version %d", len(h.Events), h.Version)
	}
	if !slices.IsSortedFunc(h.Events, func(a, b *AuthEvent) int { return b.Created.Compare(a.Created) }) || slices.Contains(ids(h), "pass59") || !slices.Contains(ids(h), "pass60") {
		t.Errorf("not the newest first: %v", ids(h))
	}

	h = &AuthHistory{}
	for i, id := range []string{"a", "b", "c"} {
		h = h.With(event(id, i, "Pass"), time.Time{})
	}
	before := h
	late := event("late", 1, "Fail")
	late.Created = late.Created.Add(time.Second)
	h = h.With(late, time.Time{})
	if got := ids(h); !slices.Equal(got, []string{"c", "late", "b", "a"}) {
		t.Errorf("one that came late: %v", got)
	}
	changed := event("b", 1, "Pass")
	changed.Feedback = &Feedback{Value: cognitoidp.FeedbackValueTypeInvalid}
	h = h.With(changed, time.Time{})
	if got := ids(h); !slices.Equal(got, []string{"c", "late", "b", "a"}) || h.Events[2].Feedback == nil {
		t.Errorf("one that was reported: %v", got)
	}
	h = h.With(event("late", 1, "InProgress"), start.Add(time.Minute))
	if got := ids(h); !slices.Equal(got, []string{"c", "b"}) {
		t.Errorf("one that goes on, and one too old: %v", got)
	}
	if got := ids(before); !slices.Equal(got, []string{"c", "b", "a"}) {
		t.Errorf("the history before: %v", got)
	}
}
