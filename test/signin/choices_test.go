package signin_test

import "testing"

// TestDeviceWithoutPassword: a device is asked for after a password, or a custom sign-in, and never after
// another first factor: USER_AUTH goes from EMAIL_OTP, SMS_OTP and WEB_AUTHN to tokens.
func TestDeviceWithoutPassword(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, rehearsal)
	u := p.newUser(t, kind{status: confirmed, can: sms | email, passkey: true, device: true})
	for _, first := range []string{"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"} {
		if got := u.answer(t, u.start(start{publicly, "USER_AUTH", first}), ""); got.name != tokens {
			t.Errorf("%s with DEVICE_KEY: %s, want tokens", first, got)
		}
	}
}

// TestDeviceWithoutSession: the session ties the device to the password that was right; clients that leave
// it out are refused (docs/divergences.md).
func TestDeviceWithoutSession(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, rehearsal)
	u := p.newUser(t, kind{status: confirmed, can: totp, active: totp, device: true})
	s := u.start(byPassword)
	if s.name != "DEVICE_SRP_AUTH" {
		t.Fatalf("got %s", s)
	}
	s.session = ""
	if next := u.answer(t, s, ""); !next.refused() {
		t.Errorf("DEVICE_SRP_AUTH without a session: %s, want it refused", next)
	}
}

// TestSignUpSessionAfterSignIn: the session of ConfirmSignUp is for users who sign in for the first time
// (model, InitiateAuth, Session).
func TestSignUpSessionAfterSignIn(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, setting{first: everyFirst, mode: "OFF", recovery: "email"})
	n := p.newNewcomer(t)
	if got := n.start(byPassword); got.name != tokens {
		t.Fatalf("by password: %s", got)
	}
	if got := n.enter(publicly, p.client, n.session); !got.refused() {
		t.Errorf("with the session of ConfirmSignUp, after a sign-in by password: %s, want it refused", got)
	}
}
