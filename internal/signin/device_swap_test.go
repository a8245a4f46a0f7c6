package signin_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestDeviceSwapped: whoever has one device of a user cannot sign in as another one of them, by its key
// alone, once the one has proved itself.
func TestDeviceSwapped(t *testing.T) {
	var seen []event
	pool := customPool()
	pool.DeviceConfiguration = trackingPool(true, false).DeviceConfiguration
	s := newStage(t, pool, riddles().option(&seen))
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	signIn := func() *types.AuthenticationResultType {
		t.Helper()
		return s.asked(s.right(s.initiate(types.AuthFlowTypeUserPasswordAuth, params{"USERNAME": "ana", "PASSWORD": password})), "").tokens
	}
	stolen, other := s.confirm(signIn()), s.confirm(signIn())
	s.app(signIn().AccessToken, true)

	srpA, prove := s.srp(password)
	a := s.asked(s.right(s.initiate(customAuth, params{
		"USERNAME": "ana", "CHALLENGE_NAME": "SRP_A", "SRP_A": srpA, "DEVICE_KEY": stolen.key,
	})), verifier)
	a = s.asked(s.right(s.respond(a, verifier, prove(a))), deviceSRP)
	a = s.asked(s.right(s.proveDevice(a, "ana", stolen)), custom)
	for a.challenge == custom {
		answer := "answer " + a.params["riddle"][len("number "):]
		a = s.right(s.respond(a, custom, params{"USERNAME": "ana", "ANSWER": answer, "DEVICE_KEY": other.key}))
	}
	if got := claims(t, s.asked(a, "").tokens.AccessToken)["device_key"]; got != stolen.key {
		t.Errorf("signed in as the device %v, not as %s", got, stolen.key)
	}
}
