package userpool_test

import (
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

func TestAuthEventProves(t *testing.T) {
	proving := map[cognitoidp.EventType]bool{
		cognitoidp.EventTypeSignIn: true, cognitoidp.EventTypeSignUp: true, cognitoidp.EventTypePasswordChange: true,
	}
	for _, kind := range cognitoidp.EventType("").Values() {
		for _, response := range cognitoidp.EventResponseType("").Values() {
			e := userpool.AuthEvent{Type: kind, Response: response}
			if got, want := e.Proves(), proving[kind] && response == cognitoidp.EventResponseTypePass; got != want {
				t.Errorf("%s, %s: %v, want %v", kind, response, got, want)
			}
			e.Feedback = &userpool.Feedback{Value: cognitoidp.FeedbackValueTypeInvalid}
			if got, want := e.Proves(), proving[kind] && response == cognitoidp.EventResponseTypePass; got != want {
				t.Errorf("%s, %s, reported: %v, want %v", kind, response, got, want)
			}
			e.Feedback.Value = cognitoidp.FeedbackValueTypeValid
			if !e.Proves() {
				t.Errorf("%s, %s, vouched for: false", kind, response)
			}
		}
	}
}
