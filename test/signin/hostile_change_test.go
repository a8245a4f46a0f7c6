package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// change is what happens to a user between a challenge and its answer.
type change struct {
	what string
	do   func(t *testing.T, u *user)
	// refused tells that a sign-in may not go on after it.
	refused func(st stage) bool
}

func always(stage) bool { return true }

// changesMeanwhile are what administrators and the user do elsewhere.
var changesMeanwhile = []change{
	{"disabled", func(t *testing.T, u *user) {
		must[*idp.AdminDisableUserOutput](t, "AdminDisableUser")(u.api.AdminDisableUser(u.ctx, &idp.AdminDisableUserInput{UserPoolId: &u.id, Username: &u.name}))
	}, always},
	{"deleted", func(t *testing.T, u *user) {
		must[*idp.AdminDeleteUserOutput](t, "AdminDeleteUser")(u.api.AdminDeleteUser(u.ctx, &idp.AdminDeleteUserInput{UserPoolId: &u.id, Username: &u.name}))
	}, always},
	{"deleted and made again", func(t *testing.T, u *user) {
		must[*idp.AdminDeleteUserOutput](t, "AdminDeleteUser")(u.api.AdminDeleteUser(u.ctx, &idp.AdminDeleteUserInput{UserPoolId: &u.id, Username: &u.name}))
		if err := u.create(u.kind.can&(sms|email), true, true); err != nil {
			t.Fatal(err)
		}
	}, always},
	{"client deleted", func(t *testing.T, u *user) {
		must[*idp.DeleteUserPoolClientOutput](t, "DeleteUserPoolClient")(u.api.DeleteUserPoolClient(u.ctx, &idp.DeleteUserPoolClientInput{UserPoolId: &u.id, ClientId: &u.client}))
	}, always},
	{"given another password", func(t *testing.T, u *user) {
		u.Advance(time.Millisecond)
		must[*idp.AdminSetUserPasswordOutput](t, "AdminSetUserPassword")(u.api.AdminSetUserPassword(u.ctx, &idp.AdminSetUserPasswordInput{
			UserPoolId: &u.id, Username: &u.name, Password: aws.String("Different-Horse-3!"), Permanent: true,
		}))
	}, func(st stage) bool {
		// Whoever began with the password that was taken away may not end with it.
		return st.start.flow == "USER_PASSWORD_AUTH" || st.challenge == "PASSWORD_VERIFIER" || st.challenge == "SELECT_CHALLENGE"
	}},
}

// TestChangesMeanwhile: a sign-in ends for a user who is disabled or deleted while it is under way, and one
// begun with a password that was replaced.
func TestChangesMeanwhile(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	sc := newScenes(t, sqlite)
	for _, c := range changesMeanwhile {
		for _, st := range stages {
			t.Run(c.what+"/"+st.String(), func(t *testing.T) {
				u := sc.cast(t, st)
				if c.what == "client deleted" {
					p := *u.pool
					p.client = p.newClient(t)
					u.pool = &p
					if u.kind.device { // it was confirmed in a session of the other client, which does not matter
						u.client = p.client
					}
				}
				s := u.play(t, st)
				p := u.present(t, st, &s)
				c.do(t, u)
				got := p.send()
				switch {
				case c.refused(st) && !got.refused():
					t.Errorf("the right answer of a user who was %s meanwhile gets %s", c.what, got)
				case got.refused() && !documented(got):
					t.Errorf("the right answer of a user who was %s meanwhile: %s", c.what, got)
				}
			})
		}
	}
}

// documented tells whether RespondToAuthChallenge declares the exception, for a user or client that is not
// what it was.
func documented(s step) bool {
	switch s.name {
	case "NotAuthorizedException", "UserNotFoundException", "ResourceNotFoundException", "PasswordResetRequiredException", "UserNotConfirmedException":
		return true
	}
	return false
}

// TestFactorsMeanwhile: a factor that is switched on or off while a sign-in is under way.
func TestFactorsMeanwhile(t *testing.T) {
	t.Parallel()
	sc := newScenes(t, sqlite)
	p := sc.optional
	// Who chose a first factor while no second was due, and has one switched on since, does not get in
	// without it.
	for _, first := range []string{"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD_SRP"} {
		u := p.newUser(t, kind{status: confirmed, can: sms | email, passkey: true})
		s := u.start(start{publicly, "USER_AUTH", first})
		u.kind.active = sms
		if err := u.activate(); err != nil {
			t.Fatal(err)
		}
		if got := u.answer(t, s, ""); got.tokens != nil {
			t.Errorf("%s, and a second factor switched on meanwhile: TOKENS", first)
		}
	}
	// The same for a choice that was offered.
	for _, first := range []choice{"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"} {
		u := p.newUser(t, kind{status: confirmed, can: sms | email, passkey: true})
		s := u.start(byChoice)
		u.kind.active = sms
		if err := u.activate(); err != nil {
			t.Fatal(err)
		}
		next := u.answer(t, s, first)
		if next.name == string(first) {
			next = u.answer(t, next, "")
		}
		if next.tokens != nil {
			t.Errorf("%s chosen, and a second factor switched on before: TOKENS", first)
		}
	}
}

// TestPoolMeanwhile: what a pool or a client does not allow any more.
func TestPoolMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	p := w.newPool(t, rehearsal)
	u := p.newUser(t, kind{status: confirmed, can: sms | email, passkey: true})
	begun := map[string]step{}
	for _, first := range []string{"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"} {
		begun[first] = u.start(start{publicly, "USER_AUTH", first})
		_, responses := u.responses(t, ptr(begun[first]), "")
		s := begun[first]
		s.params = responses
		begun[first] = s
	}
	strict := obligatory
	strict.first = []string{"PASSWORD"}
	p.configure(t, strict)
	for first, s := range begun {
		got := p.respond(publicly, p.client, s.name, s.session, s.params)
		if got.tokens != nil {
			t.Errorf("%s, and the pool requires a second factor since: TOKENS", first)
		}
	}

	p.configure(t, rehearsal)
	u = p.newUser(t, kind{status: confirmed})
	srp := u.start(start{publicly, "USER_SRP_AUTH", ""})
	must[*idp.UpdateUserPoolClientOutput](t, "UpdateUserPoolClient")(p.api.UpdateUserPoolClient(p.ctx, &idp.UpdateUserPoolClientInput{
		UserPoolId: &p.id, ClientId: &p.client, ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
	}))
	if got := u.answer(t, srp, ""); got.refused() && !strings.HasPrefix(got.name, "NotAuthorized") && got.name != "InvalidParameterException" {
		t.Errorf("a proof after its flow was switched off: %s", got)
	}
	for flow, text := range map[string]string{
		"USER_PASSWORD_AUTH": "USER_PASSWORD_AUTH flow not enabled for this client", "USER_SRP_AUTH": "USER_SRP_AUTH is not enabled for the client.",
		"USER_AUTH": "USER_AUTH flow not enabled for this client", "CUSTOM_AUTH": "CUSTOM_AUTH is not enabled for the client.",
	} {
		wantRefused(t, flow+" of a client that does not allow it", u.start(start{publicly, flow, ""}), "InvalidParameterException", text)
	}
	wantRefused(t, "the administrator's", u.start(start{asAdmin, "ADMIN_USER_PASSWORD_AUTH", ""}), "InvalidParameterException", "Auth flow not enabled for this client")
	for _, flow := range []string{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"} {
		wantRefused(t, flow+" by the public", u.start(start{publicly, flow, ""}), "InvalidParameterException", "Initiate Auth method not supported.")
	}
}

func ptr[T any](v T) *T { return &v }
