package threats_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"ostiary/internal/store/storetest/pgtest"
)

// TestManyAtOnce: sign-ins of one user at one time, right and wrong, and of nobody, hinder each other by locks alone.
func TestManyAtOnce(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeEnforced)
		w.user("ana", 3)
		w.server.Advance(24 * time.Hour)
		const many = 40
		signIns := func(name string, wrong bool) map[string]int {
			answers := make(chan string, many)
			for i := range many {
				go func() {
					given := password
					if wrong && i%2 == 0 {
						given = "wrong"
					}
					_, err := w.api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{
						ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": given},
					})
					var e smithy.APIError
					switch {
					case err == nil:
						answers <- "tokens"
					case errors.As(err, &e):
						answers <- e.ErrorCode() + ": " + e.ErrorMessage()
					default:
						answers <- err.Error()
					}
				}()
			}
			seen := map[string]int{}
			for range many {
				seen[<-answers]++
			}
			return seen
		}
		if got := signIns("ana", false); got["tokens"] != many {
			w.Errorf("at once: %v", got)
		}
		if got := len(w.events("ana")); got != many+3 {
			w.Errorf("%d events", got)
		}
		const locked = "NotAuthorizedException: Password attempts exceeded"
		for _, name := range []string{"ana", "nobody"} {
			got := signIns(name, true)
			if got["tokens"]+got[incorrect]+got[locked]+got[blocked] != many {
				w.Errorf("%s, half of them wrong: %v", name, got)
			}
		}
	})
}

// TestTwoServers: what one server has seen, another weighs, and a sign-in goes on where it did not begin.
func TestTwoServers(t *testing.T) {
	url, data := pgtest.URL(t), map[string]string{"data": t.TempDir()}
	a := start(t, url, data)
	a.protect(types.AdvancedSecurityModeTypeEnforced)
	nothing := action("NO_ACTION", false)
	a.configure(nothing, nothing, action("BLOCK", true))
	a.allowChoice()
	a.user("ana", 0)
	b := start(t, url, data)
	b.pool, b.client = a.pool, a.client
	b.server.Advance(a.server.Now().Sub(b.server.Now()) + time.Minute)
	session := a.begin(abroad, "ana")
	for i := range 25 {
		_, err := a.signInWith(abroad, fmt.Sprint("nobody", i), "wrong", a.client)
		if err == nil {
			t.Fatal("signed in")
		}
		_, _ = b.signInWith(abroad, fmt.Sprint("nobody too", i), "wrong", a.client)
	}
	_, err := b.prove(abroad, "ana", password, session)
	b.refused(err, blocked)
	a.event("ana", 0, "Fail", "Block", "High")
	b.tokens(b.signIn(home, "ana"))
	notice := append(a.notices("ana"), b.notices("ana")...) // whichever delivers it
	if len(notice) != 1 {
		t.Fatalf("%d notices", len(notice))
	}
	n := notice[0].Notice
	give := func(w *world) error {
		_, err := w.api.UpdateAuthEventFeedback(t.Context(), &idp.UpdateAuthEventFeedbackInput{
			UserPoolId: &w.pool, Username: aws.String("ana"), EventId: &n.EventID, FeedbackToken: &n.FeedbackToken, FeedbackValue: types.FeedbackValueTypeInvalid,
		})
		return err
	}
	a.must(give(a))
	b.refused(give(b), "NotAuthorizedException: Invalid feedback token.")
}
