package signin_test

import (
	"fmt"

	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// ask calls a public operation about a name and answers the shape of what comes.
func (q person) ask(t reporter, operation string, in map[string]any) string {
	t.Helper()
	body := map[string]any{"ClientId": q.client, "Username": q.name}
	for name, value := range in {
		body[name] = value
	}
	w := q.p.post(t, operation, body)
	return q.shape(&w)
}

var (
	wrongCode = map[string]any{"ConfirmationCode": "000000"}
	wrongNew  = map[string]any{"ConfirmationCode": "000000", "Password": newPassword}
)

const (
	mismatch    = `400 {__type:"CodeMismatchException" message:"Invalid verification code provided, please try again."}`
	expiredCode = `400 {__type:"ExpiredCodeException" message:"Invalid code provided, please request a code again."}`
	notFound    = `400 {__type:"UserNotFoundException" message:"User does not exist."}`
	noSuchName  = `400 {__type:"UserNotFoundException" message:"Username/client id combination not found."}`
	incorrect   = `400 {__type:"NotAuthorizedException" message:"Incorrect username or password."}`
)

// TestExistenceAtRecovery: recovering a password tells nothing of who exists, whatever the order of calls.
func TestExistenceAtRecovery(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	w := newWorld(t, sqlite)
	for _, s := range societies(t, w) {
		t.Run(s.what, func(t *testing.T) {
			recover := func(name string) (heard []string) {
				q := person{s.pool, s.client, name}
				say := func(what, shape string) { heard = append(heard, what+": "+shape) }
				say("a code before one was asked for", q.ask(t, "ConfirmForgotPassword", wrongNew))
				for range 3 {
					say("ForgotPassword", q.ask(t, "ForgotPassword", nil))
					say("a wrong code", q.ask(t, "ConfirmForgotPassword", wrongNew))
					say("a wrong code and a weak password", q.ask(t, "ConfirmForgotPassword", map[string]any{"ConfirmationCode": "000000", "Password": "weak"}))
				}
				for range 25 { // up to the limits, and over
					say("ForgotPassword again", q.ask(t, "ForgotPassword", nil))
					say("a wrong code again", q.ask(t, "ConfirmForgotPassword", wrongNew))
				}
				return heard
			}
			somebody, nobody := s.somebody(t), s.nobody(t)
			known, unknown := recover(somebody), recover(nobody)
			wantAlike(t, known, unknown)
			if want := "a code before one was asked for: " + expiredCode; unknown[0] != want {
				t.Errorf("got %s, want %s", unknown[0], want)
			}
			if want := "a wrong code: " + mismatch; unknown[2] != want {
				t.Errorf("got %s, want %s", unknown[2], want)
			}
			w.Advance(time.Hour)
			delivered := func(name string) string {
				out := must[*idp.ForgotPasswordOutput](t, "ForgotPassword")(s.pool.api.ForgotPassword(s.pool.ctx, &idp.ForgotPasswordInput{ClientId: &s.client, Username: &name}))
				return aws.ToString(out.CodeDeliveryDetails.Destination)
			}
			if first, again := delivered(nobody), delivered(nobody); first != again || first == "" {
				t.Errorf("a code went to %q, then to %q", first, again)
			}
			if code := w.code(s.pool.id, nobody); code != "" {
				t.Errorf("a message went out for nobody: %s", code)
			}
		})
	}
}

// TestExistenceAtSignUp: a name that waits for its confirmation and one that nobody has.
func TestExistenceAtSignUp(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	w := newWorld(t, sqlite)
	for _, s := range societies(t, w) {
		t.Run(s.what, func(t *testing.T) {
			waiting, nobody := s.nobody(t), s.nobody(t)
			name, email := waiting, waiting
			switch s.what {
			case "usernames":
				email = name + "@example.com"
			case "addresses as aliases":
				name = strings.ReplaceAll(strings.Split(name, "@")[0], "-", "")
				waiting = name
				nobody = strings.ReplaceAll(strings.Split(nobody, "@")[0], "-", "")
			}
			must[*idp.SignUpOutput](t, "SignUp")(s.pool.api.SignUp(s.pool.ctx, &idp.SignUpInput{
				ClientId: &s.client, Username: &name, Password: aws.String(password),
				UserAttributes: []types.AttributeType{attribute("email", email)},
			}))
			known, unknown := person{s.pool, s.client, waiting}, person{s.pool, s.client, nobody}
			for i := range 8 {
				wantAlike(t, []string{fmt.Sprintf("ResendConfirmationCode %d: %s", i, known.ask(t, "ResendConfirmationCode", nil))},
					[]string{fmt.Sprintf("ResendConfirmationCode %d: %s", i, unknown.ask(t, "ResendConfirmationCode", nil))})
			}
			if got := unknown.ask(t, "ConfirmSignUp", wrongCode); got != expiredCode && got != mismatch {
				t.Errorf("ConfirmSignUp: %s, want %s", got, expiredCode)
			}
			again := person{s.pool, s.client, waiting}.ask(t, "SignUp", map[string]any{"Password": password})
			if !strings.HasPrefix(again, `400 {__type:"UsernameExistsException"`) {
				t.Errorf("SignUp of a taken name: %s", again)
			}
		})
	}
}

// TestLegacyErrors: clients that do not hide who exists get the errors of old.
func TestLegacyErrors(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	w := newWorld(t, sqlite)
	srp := newSRPClient()
	for _, s := range societies(t, w) {
		t.Run(s.what, func(t *testing.T) {
			q := person{s.pool, s.legacy, s.nobody(t)}
			for operation, in := range map[string]map[string]any{
				"ForgotPassword": nil, "ConfirmForgotPassword": wrongNew, "ResendConfirmationCode": nil, "ConfirmSignUp": wrongCode,
			} {
				if got := q.ask(t, operation, in); got != noSuchName {
					t.Errorf("%s: %s, want %s", operation, got, noSuchName)
				}
			}
			for _, d := range []door{publicly, asAdmin} {
				password := "USER_PASSWORD_AUTH"
				if d == asAdmin {
					password = "ADMIN_USER_PASSWORD_AUTH"
				}
				for _, begin := range []struct {
					flow   string
					params map[string]string
				}{
					{password, map[string]string{"PASSWORD": "Wr0ng-Horse!"}},
					{"USER_SRP_AUTH", map[string]string{"SRP_A": srp.A()}},
					{"CUSTOM_AUTH", nil},
					{"CUSTOM_AUTH", map[string]string{"SRP_A": srp.A(), "CHALLENGE_NAME": "SRP_A"}},
					{"USER_AUTH", nil},
					{"USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "EMAIL_OTP"}},
					{"USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Wr0ng-Horse!"}},
					{"USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp.A()}},
				} {
					params := map[string]string{}
					for name, value := range begin.params {
						params[name] = value
					}
					if _, got := q.begin(d, begin.flow, params); got != notFound {
						t.Errorf("%s %s %v: %s, want %s", d, begin.flow, begin.params, got, notFound)
					}
				}
			}
		})
	}
}

// TestHiddenStates: what a client that hides says of users who may not sign in. One who has not confirmed
// is told so by both kinds of client; one who has to reset the password only by one that hides nothing.
func TestHiddenStates(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, open)
	hides := p.newClient(t, hiding)
	for _, c := range []struct {
		status         string
		legacy, hidden string
	}{
		{resetRequired, `400 {__type:"PasswordResetRequiredException" message:"Password reset required for the user"}`, incorrect},
		{unconfirmed, `400 {__type:"UserNotConfirmedException" message:"User is not confirmed."}`, `400 {__type:"UserNotConfirmedException" message:"User is not confirmed."}`},
		{disabled, `400 {__type:"NotAuthorizedException" message:"User is disabled."}`, incorrect + " | " + `400 {__type:"NotAuthorizedException" message:"User is disabled."}`},
	} {
		u := p.newUser(t, kind{status: c.status, can: email})
		for _, d := range []door{publicly, asAdmin} {
			flow := "USER_PASSWORD_AUTH"
			if d == asAdmin {
				flow = "ADMIN_USER_PASSWORD_AUTH"
			}
			for client, want := range map[string]string{p.client: c.legacy, hides: c.hidden} {
				q := person{p, client, u.name}
				if _, got := q.begin(d, flow, map[string]string{"PASSWORD": password}); !oneOf(want, got) {
					t.Errorf("%s, %s, hides %t: %s, want %s", c.status, d, client == hides, got, want)
				}
			}
		}
	}
}
