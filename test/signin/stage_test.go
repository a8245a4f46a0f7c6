package signin_test

import (
	"slices"
	"strings"
	"testing"
)

// stage is a challenge and a way to be asked it.
type stage struct {
	challenge string
	how       string // where the challenge is asked in several places
	kind      kind
	start     start
	choices   []choice // for what comes before it
	required  bool     // in a pool that requires a second factor
}

func (st stage) String() string { return strings.TrimSpace(st.challenge + " " + st.how) }

var (
	byPassword = start{publicly, "USER_PASSWORD_AUTH", ""}
	byChoice   = start{publicly, "USER_AUTH", ""}
)

// stages are all challenges that a sign-in can come to.
var stages = []stage{
	{challenge: "SELECT_CHALLENGE", kind: kind{status: confirmed, can: sms | email, passkey: true}, start: byChoice},
	{challenge: "PASSWORD_VERIFIER", kind: kind{status: confirmed}, start: start{publicly, "USER_SRP_AUTH", ""}},
	{challenge: "PASSWORD_VERIFIER", how: "by choice", kind: kind{status: confirmed, can: email}, start: start{publicly, "USER_AUTH", "PASSWORD_SRP"}},
	{challenge: "PASSWORD_VERIFIER", how: "of custom sign-in", kind: kind{status: confirmed}, start: start{publicly, "CUSTOM_AUTH", "SRP_A"}},
	{challenge: "NEW_PASSWORD_REQUIRED", kind: kind{status: forceChange, can: email}, start: byPassword},
	{challenge: "SMS_MFA", kind: kind{status: confirmed, can: allFactors, active: sms}, start: byPassword},
	{challenge: "SOFTWARE_TOKEN_MFA", kind: kind{status: confirmed, can: allFactors, active: totp}, start: byPassword},
	{challenge: "EMAIL_OTP", how: "as second factor", kind: kind{status: confirmed, can: allFactors, active: email}, start: byPassword},
	{challenge: "EMAIL_OTP", how: "as first factor", kind: kind{status: confirmed, can: sms | email, passkey: true}, start: start{publicly, "USER_AUTH", "EMAIL_OTP"}},
	{challenge: "SMS_OTP", kind: kind{status: confirmed, can: sms | email, passkey: true}, start: start{publicly, "USER_AUTH", "SMS_OTP"}},
	{challenge: "SELECT_MFA_TYPE", kind: kind{status: confirmed, can: allFactors, active: allFactors}, start: byPassword},
	{challenge: "MFA_SETUP", kind: kind{status: confirmed}, start: byPassword, required: true},
	{challenge: "WEB_AUTHN", kind: kind{status: confirmed, can: email, passkey: true}, start: start{publicly, "USER_AUTH", "WEB_AUTHN"}},
	{challenge: "CUSTOM_CHALLENGE", kind: kind{status: confirmed}, start: start{publicly, "CUSTOM_AUTH", ""}},
	{challenge: "DEVICE_SRP_AUTH", kind: kind{status: confirmed, can: totp, active: totp, device: true}, start: byPassword},
	{challenge: "DEVICE_PASSWORD_VERIFIER", kind: kind{status: confirmed, can: totp, active: totp, device: true}, start: byPassword, choices: []choice{""}},
}

// rehearsal has devices besides: they take the place of a second factor.
var rehearsal = setting{first: everyFirst, mode: "OPTIONAL", on: allFactors, recovery: "admin", multi: true, devices: "instead"}

// obligatory is a pool that requires a second factor.
var obligatory = setting{first: []string{"PASSWORD"}, mode: "ON", on: allFactors, recovery: "admin"}

type scenes struct{ optional, required *pool }

func newScenes(t *testing.T, database string) scenes {
	t.Helper()
	w := newWorld(t, database)
	return scenes{w.newPool(t, rehearsal), w.newPool(t, obligatory)}
}

// poolOf is where a stage is set.
func (sc scenes) poolOf(st stage) *pool {
	if st.required {
		return sc.required
	}
	return sc.optional
}

// cast is a new user for a stage, who has not begun to sign in.
func (sc scenes) cast(t reporter, st stage) *user {
	t.Helper()
	return sc.poolOf(st).newUser(t, st.kind)
}

// play brings a user to a stage.
func (u *user) play(t reporter, st stage) step { return u.playThrough(t, u.client, st) }

func (u *user) playThrough(t reporter, client string, st stage) step {
	t.Helper()
	s := u.startWith(client, st.start)
	for _, c := range st.choices {
		as, responses := u.responses(t, &s, c)
		next := u.respond(s.door, client, as, s.session, responses)
		next.client = s.client
		s = next
	}
	if s.name != st.challenge {
		t.Fatalf("%s of a user %s: got %s", st, u.kind, s)
	}
	return s
}

// through is the same stage by the operations of administrators.
func (st stage) through(d door) stage {
	st.start.door = d
	if d == asAdmin && st.start.flow == "USER_PASSWORD_AUTH" {
		st.start.flow = "ADMIN_USER_PASSWORD_AUTH"
	}
	return st
}

// carrier is where a stage's state travels: as Session, or in SRP as the secret block.
func (s step) carrier() string {
	if s.session == "" {
		return "PASSWORD_CLAIM_SECRET_BLOCK"
	}
	return "Session"
}

// right answers a stage by the first of the ways that it takes.
func (u *user) right(t reporter, st stage, s *step) (as string, responses map[string]string) {
	t.Helper()
	c := map[string]choice{"SELECT_CHALLENGE": "PASSWORD", "SELECT_MFA_TYPE": "SMS_MFA", "MFA_SETUP": "SOFTWARE_TOKEN_MFA"}[st.challenge]
	return u.responses(t, s, c)
}

// wantOnward checks that a right answer was taken.
func wantOnward(t reporter, what string, next step) {
	t.Helper()
	if next.refused() {
		t.Errorf("%s: the right answer got %s", what, next)
	} else if faults := next.faultsOfForm(); len(faults) > 0 {
		t.Errorf("%s: %s has %v: %s", what, next, faults, next.wire.body)
	}
}

// wantRefused checks the exception of a step; text "" is any, and " | " stands between
// several.
func wantRefused(t reporter, what string, got step, name, text string) {
	t.Helper()
	switch {
	case got.tokens != nil:
		t.Errorf("%s: got TOKENS, want %s", what, name)
	case !slices.Contains(strings.Split(name, " | "), got.name), text != "" && !slices.Contains(strings.Split(text, " | "), got.message):
		t.Errorf("%s: got %s, want %s: %s", what, got, name, text)
	case got.session != "":
		t.Errorf("%s: a session comes with %s", what, got)
	}
}
