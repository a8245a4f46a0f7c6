package sqlstore

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// TestEventForm: events come back as they were, and damaged ones are told, wherever they end.
func TestEventForm(t *testing.T) {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	events := []*userpool.AuthEvent{
		{},
		{
			ID: "1", Type: "SignIn", Response: "Pass", Created: at, Answered: true,
			Challenges: []cognitoidp.ChallengeResponseType{{ChallengeName: "Password", ChallengeResponse: "Success"}},
			Origin:     userpool.Origin{IP: "192.0.2.1", Agent: "a\x00\x1f\n", Latitude: -52.25, HasPlace: true},
			Verdict:    userpool.RiskVerdict{Score: 0.125, Reasons: []string{"new device", ""}, Compromised: new(false)},
			Feedback:   &userpool.Feedback{Value: "Valid", Provider: "ana", Given: at},
		},
		{ID: "2", Challenges: []cognitoidp.ChallengeResponseType{}, Verdict: userpool.RiskVerdict{Reasons: []string{}, Compromised: new(true)}},
	}
	data := encodeEvents(events)
	got, err := decodeEvents(data)
	if diff := cmp.Diff(events, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for n := range data {
		if _, err := decodeEvents(data[:n]); err == nil {
			t.Errorf("%d of %d bytes are taken for events", n, len(data))
		}
	}
	if _, err := decodeEvents(append(data, 0)); err == nil {
		t.Error("something behind the events is overlooked")
	}
}

// FuzzEventForm: nothing panics.
func FuzzEventForm(f *testing.F) {
	f.Add(encodeEvents([]*userpool.AuthEvent{{ID: "1", Verdict: userpool.RiskVerdict{Reasons: []string{"a"}}}}))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = decodeEvents(data) })
}
