package signin_test

import (
	"testing"
	"time"
)

// TestDevicesAlone: nobody gets in by a device alone. The last step of a device's proof does without a
// session, as pycognito answers it.
func TestDevicesAlone(t *testing.T) {
	t.Parallel()
	sc := newScenes(t, sqlite)
	st := stages[len(stages)-2]
	if st.challenge != "DEVICE_SRP_AUTH" {
		t.Fatalf("the stage is %s", st)
	}
	otherClient := sc.optional.newClient(t)
	u := sc.cast(t, st)
	// without answers DEVICE_SRP_AUTH, and what follows, without a session.
	without := func(client string, session string) step {
		s := step{name: "DEVICE_SRP_AUTH"}
		_, responses := u.responses(t, &s, "")
		next := u.respond(publicly, client, "DEVICE_SRP_AUTH", session, responses)
		next.client = s.client
		if next.name != "DEVICE_PASSWORD_VERIFIER" {
			return next
		}
		_, responses = u.responses(t, &next, "")
		return u.respond(publicly, client, "DEVICE_PASSWORD_VERIFIER", "", responses)
	}
	nobodyBegan := func(what string) {
		t.Helper()
		if got := without(u.client, ""); !got.refused() {
			t.Errorf("%s: the device alone gets %s", what, got)
		}
	}

	nobodyBegan("before any sign-in")
	s := u.play(t, st)
	// Nothing but the session ties the device to the password that was right.
	nobodyBegan("after the password, without its session")
	if got := without(otherClient, ""); !got.refused() {
		t.Errorf("by a client where nobody signs in: the device alone gets %s", got)
	}
	if got := without(u.client, s.session); got.name != tokens {
		t.Errorf("the last step without a session: %s", got)
	}
	if got := without(u.client, s.session); !got.refused() {
		t.Errorf("with the session of a sign-in that has ended: %s", got)
	}
	nobodyBegan("after a sign-in has ended")
	u.play(t, st)
	sc.optional.Advance(3*time.Minute + time.Second)
	nobodyBegan("after a sign-in has expired")

	// A sign-in of another user by the same client is none of this user's.
	v := sc.cast(t, st)
	v.play(t, st)
	nobodyBegan("while another user signs in")

	// A wrong password is no beginning.
	if got := u.begin(u.client, opening{publicly, "USER_PASSWORD_AUTH", map[string]string{
		"USERNAME": u.name, "PASSWORD": "Wr0ng-Horse!", "DEVICE_KEY": u.device.key,
	}, ""}); got.name != "NotAuthorizedException" {
		t.Errorf("a wrong password: %s", got)
	}
	nobodyBegan("after a wrong password")

	// A sign-in that waits for something else does not wait for a device.
	w := sc.optional.newUser(t, kind{status: confirmed, can: totp, active: totp, device: true})
	key := w.device
	w.device = nil
	waiting := w.start(byPassword)
	if waiting.name != "SOFTWARE_TOKEN_MFA" {
		t.Fatalf("without the device's key: %s", waiting)
	}
	w.device = key
	u = w
	nobodyBegan("while a sign-in waits for a code")
}
