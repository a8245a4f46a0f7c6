package signin_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// wrongAnswer is a response that is wrong in one value.
type wrongAnswer struct {
	parameter, value string
	want             string // exception and, unless any will do, text
	ends             bool   // the exchange has to be begun again
}

// wrongAnswers are by challenge; a value "~" stands for the right one changed.
var wrongAnswers = map[string][]wrongAnswer{
	"SELECT_CHALLENGE": {
		{parameter: "ANSWER", value: "SMS_MFA", want: "InvalidParameterException"},
		{parameter: "ANSWER", value: "PASSWORD_VERIFIER", want: "InvalidParameterException"},
		{parameter: "ANSWER", value: "password", want: "InvalidParameterException"},
		{parameter: "PASSWORD", value: "Wr0ng-Horse!", want: "NotAuthorizedException: " + wrongPassword},
	},
	"PASSWORD_VERIFIER": {
		{parameter: "PASSWORD_CLAIM_SIGNATURE", value: "~", want: "NotAuthorizedException: " + wrongPassword, ends: true},
		{parameter: "TIMESTAMP", value: "today", want: "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		{parameter: "TIMESTAMP", value: "Wed Apr 5 22:42:34 UTC 2017", want: "NotAuthorizedException", ends: true},
	},
	"NEW_PASSWORD_REQUIRED": {
		{parameter: "NEW_PASSWORD", value: "short1!", want: "InvalidPasswordException"},
		{parameter: "NEW_PASSWORD", value: "no-upper-case-1", want: "InvalidPasswordException"},
	},
	"SMS_MFA":            {{parameter: "SMS_MFA_CODE", value: "~", want: "CodeMismatchException: Invalid code or auth state for the user."}},
	"SMS_OTP":            {{parameter: "SMS_OTP_CODE", value: "~", want: "CodeMismatchException: Invalid code or auth state for the user."}},
	"EMAIL_OTP":          {{parameter: "EMAIL_OTP_CODE", value: "~", want: "CodeMismatchException: Invalid code or auth state for the user."}},
	"SOFTWARE_TOKEN_MFA": {{parameter: "SOFTWARE_TOKEN_MFA_CODE", value: "~", want: "CodeMismatchException: Invalid code received for user"}},
	"SELECT_MFA_TYPE": {
		{parameter: "ANSWER", value: "SMS_OTP", want: "InvalidParameterException"},
		{parameter: "ANSWER", value: "NO_MFA", want: "InvalidParameterException"},
	},
	"WEB_AUTHN": {
		{parameter: "CREDENTIAL", value: "{}", want: "NotAuthorizedException | InvalidParameterException"},
		{parameter: "CREDENTIAL", value: "not JSON", want: "NotAuthorizedException | InvalidParameterException"},
	},
	"DEVICE_SRP_AUTH": {
		{parameter: "SRP_A", value: "0", want: "InvalidParameterException | NotAuthorizedException"},
		{parameter: "DEVICE_KEY", value: "us-east-1_00000000-0000-0000-0000-000000000000", want: "ResourceNotFoundException: Device does not exist."},
	},
	"DEVICE_PASSWORD_VERIFIER": {
		{parameter: "PASSWORD_CLAIM_SIGNATURE", value: "~", want: "NotAuthorizedException: " + wrongPassword, ends: true},
	},
}

// TestWrongAnswers: every wrong answer is refused as documented, every one that lacks a parameter too, and
// neither spends the session.
func TestWrongAnswers(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	sc := newScenes(t, sqlite)
	for _, st := range stages {
		t.Run(st.String(), func(t *testing.T) {
			u := sc.cast(t, st)
			s := u.play(t, st)
			p := u.present(t, st, &s)
			for name := range p.responses {
				lacking := p
				lacking.responses = maps.Clone(p.responses)
				delete(lacking.responses, name)
				if got := lacking.send(); got.String() != "InvalidParameterException: Missing required parameter "+name {
					t.Errorf("without %s: %s", name, got)
				}
			}
			for _, w := range wrongAnswers[st.challenge] {
				value := w.value
				if value == "~" {
					value = flipped(p.responses[w.parameter])
				}
				wrongly := p
				wrongly.responses = with(p.responses, w.parameter, value)
				got := wrongly.send()
				if !slices.ContainsFunc(strings.Split(w.want, " | "), func(want string) bool { return got.String() == want || got.name == want }) {
					t.Errorf("%s %q: %s, want %s", w.parameter, value, got, w.want)
				}
				if w.ends {
					p = sc.replay(t, st)
				}
			}
			wantOnward(t, "after wrong answers", p.send())
		})
	}
}

// TestSecretHashes: a client with a secret proves it at every challenge.
func TestSecretHashes(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	sc := newScenes(t, sqlite)
	type secretClient struct{ id, secret string }
	clients := map[*pool]secretClient{}
	for _, p := range []*pool{sc.optional, sc.required} {
		out := must[*idp.CreateUserPoolClientOutput](t, "CreateUserPoolClient")(p.api.CreateUserPoolClient(p.ctx, &idp.CreateUserPoolClientInput{
			UserPoolId: &p.id, ClientName: aws.String("confidential"), ExplicitAuthFlows: everyFlow, GenerateSecret: true,
		}))
		clients[p] = secretClient{*out.UserPoolClient.ClientId, *out.UserPoolClient.ClientSecret}
	}
	for _, st := range stages {
		if len(st.choices) > 0 {
			continue // it comes by another stage, without a hash
		}
		t.Run(st.String(), func(t *testing.T) {
			u := sc.cast(t, st)
			c := clients[u.pool]
			hash := func(username string) string {
				h := hmac.New(sha256.New, []byte(c.secret))
				h.Write([]byte(username + c.id))
				return base64.StdEncoding.EncodeToString(h.Sum(nil))
			}
			missing := fmt.Sprintf("NotAuthorizedException: Client %s is configured with secret but SECRET_HASH was not received", c.id)
			wrong := fmt.Sprintf("NotAuthorizedException: Unable to verify secret hash for client %s", c.id)

			if got := u.startWith(c.id, st.start); got.String() != missing {
				t.Errorf("at the start, no hash: %s, want %s", got, missing)
			}
			s := u.startHashed(c.id, st.start, hash("somebody"))
			if s.String() != wrong {
				t.Errorf("at the start, another's hash: %s, want %s", s, wrong)
			}
			s = u.startHashed(c.id, st.start, hash(u.name))
			if s.name != st.challenge {
				t.Fatalf("at the start: %s", s)
			}
			p := u.present(t, st, &s)
			p.client = c.id
			if got := p.send(); got.String() != missing {
				t.Errorf("no hash: %s, want %s", got, missing)
			}
			right := p.responses
			p.responses = with(right, "SECRET_HASH", hash("somebody"))
			if got := p.send(); got.String() != wrong {
				t.Errorf("another's hash: %s, want %s", got, wrong)
			}
			p.responses = with(right, "SECRET_HASH", hash(right["USERNAME"]))
			wantOnward(t, "the right hash", p.send())
		})
	}
}

// startHashed is startWith, with a SECRET_HASH.
func (u *user) startHashed(client string, from start, hash string) step {
	h := *u
	h.hash = hash
	return h.startWith(client, from)
}

// TestAnswersAtOnce: of many right answers at once, one gets further.
func TestAnswersAtOnce(t *testing.T) {
	t.Parallel()
	for _, database := range []string{sqlite, postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			sc := newScenes(t, database)
			for n, st := range stages {
				if database == postgres && n%3 != 0 {
					continue
				}
				u := sc.cast(t, st)
				s := u.play(t, st)
				p := u.present(t, st, &s)
				var running sync.WaitGroup
				got := make([]step, 6)
				for i := range got {
					running.Go(func() { got[i] = p.send() })
				}
				running.Wait()
				won := 0
				for _, one := range got {
					switch {
					case !one.refused():
						won++
					case one.name != "NotAuthorizedException" && one.name != "ExpiredCodeException":
						t.Errorf("%s: one of many answers at once got %s", st, one)
					}
				}
				if won != 1 {
					t.Errorf("%s: %d of %d right answers at once got further", st, won, len(got))
				}
			}
		})
	}
}
