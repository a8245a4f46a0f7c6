package api

import (
	"fmt"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/srp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func TestConfirmDevice(t *testing.T) {
	for _, c := range []struct{ challenge, prompt, necessary, trusted bool }{
		{true, false, false, true}, {true, true, true, false}, {false, false, false, false}, {false, true, true, false},
	} {
		t.Run(fmt.Sprintf("challenge %v prompt %v", c.challenge, c.prompt), func(t *testing.T) {
			st := newDeviceStage(t, c.challenge, c.prompt)
			d := st.newPhone("ana")
			_, err := st.GetDevice(st.ctx, &cognitoidp.GetDeviceRequest{AccessToken: &d.access, DeviceKey: d.key})
			want(t, err, noDevice) // issued, not confirmed
			signedIn := st.now
			st.now = st.now.Add(time.Minute)
			out, err := st.confirmDevice(d)
			want(t, err, "")
			if out == nil || out.UserConfirmationNecessary == nil || *out.UserConfirmationNecessary != c.necessary {
				t.Fatalf("answer %+v", out)
			}
			_, err = st.confirmDevice(d)
			want(t, err, "DeviceKeyExists: Device key already exists.")

			p, u := st.user("ana")
			kept := st.kept("ana", d.key)
			if p.Trusts(kept) != c.trusted || kept.Remembered == c.necessary {
				t.Errorf("trusted %v, remembered %v", p.Trusts(kept), kept.Remembered)
			}
			if kept.Sub != u.Sub || kept.GroupKey != d.group || !kept.Created.Equal(st.now) || !kept.LastAuthenticated.Equal(signedIn) {
				t.Errorf("kept %#v %+v", kept.GroupKey, []time.Time{kept.Created, kept.LastAuthenticated})
			}
			if !srp.CheckPassword(d.group, d.key, d.password, kept.Salt, kept.Verifier) {
				t.Error("the device's own secret does not fit what is kept")
			}
			_, err = st.UpdateDeviceStatus(st.ctx, &cognitoidp.UpdateDeviceStatusRequest{
				AccessToken: d.access, DeviceKey: d.key, DeviceRememberedStatus: "remembered",
			})
			want(t, err, "")
			if p.Trusts(st.kept("ana", d.key)) != c.challenge {
				t.Errorf("trusted once remembered: %v", !c.challenge)
			}
		})
	}
}

func TestConfirmDeviceRefuses(t *testing.T) {
	st := newDeviceStage(t, true, false)
	d, other, bens := st.newPhone("ana"), st.newPhone("ana"), st.newPhone("ben")
	confirm := func(change func(*cognitoidp.ConfirmDeviceRequest)) error {
		in := &cognitoidp.ConfirmDeviceRequest{AccessToken: d.access, DeviceKey: d.key, DeviceSecretVerifierConfig: d.secret}
		change(in)
		_, err := st.ConfirmDevice(st.ctx, in)
		return err
	}
	const invalidKey = "InvalidParameter: Invalid device key given."
	for name, c := range map[string]struct {
		change func(*cognitoidp.ConfirmDeviceRequest)
		want   string
	}{
		"key of another sign-in": {func(in *cognitoidp.ConfirmDeviceRequest) { in.DeviceKey = other.key }, invalidKey},
		"key of another user":    {func(in *cognitoidp.ConfirmDeviceRequest) { in.DeviceKey = bens.key }, invalidKey},
		"key made up": {func(in *cognitoidp.ConfirmDeviceRequest) {
			in.DeviceKey = "us-west-2_00000000-0000-4000-8000-000000000000"
		}, invalidKey},
		"sign-in without a device": {func(in *cognitoidp.ConfirmDeviceRequest) { in.AccessToken = st.accessToken("ana") }, invalidKey},
		"no token":                 {func(in *cognitoidp.ConfirmDeviceRequest) { in.AccessToken = "x" }, "NotAuthorized: Invalid Access Token"},
		"no secret": {
			func(in *cognitoidp.ConfirmDeviceRequest) { in.DeviceSecretVerifierConfig = nil },
			"InvalidParameter: Missing DeviceSecretVerifierConfig: Salt and PasswordVerifier are required.",
		},
		"verifier 0": {
			func(in *cognitoidp.ConfirmDeviceRequest) {
				in.DeviceSecretVerifierConfig = &cognitoidp.DeviceSecretVerifierConfigType{Salt: d.secret.Salt, PasswordVerifier: new("AAAA")}
			},
			"InvalidParameter: Invalid DeviceSecretVerifierConfig: PasswordVerifier must be Base64 of a number of the 3072-bit SRP group.",
		},
	} {
		t.Run(name, func(t *testing.T) { want(t, confirm(c.change), c.want) })
	}
	st.change("ana", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeResetRequired })
	want(t, confirm(func(*cognitoidp.ConfirmDeviceRequest) {}), "PasswordResetRequired: Password reset required for the user")
	st.change("ana", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeConfirmed })
	want(t, confirm(func(*cognitoidp.ConfirmDeviceRequest) {}), "")
}

// TestConfirmDeviceAfterRefresh: the key stays that of the session.
func TestConfirmDeviceAfterRefresh(t *testing.T) {
	st := newDeviceStage(t, true, false)
	d := st.newPhone("ana")
	out, err := st.GetTokensFromRefreshToken(st.ctx, &cognitoidp.GetTokensFromRefreshTokenRequest{
		ClientId: st.client.ID, RefreshToken: d.refreshToken,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.access = *out.AuthenticationResult.AccessToken
	_, err = st.confirmDevice(d)
	want(t, err, "")
}

// TestConfirmDeviceWithoutRevocation: such tokens name no session, so their device_key claim speaks.
func TestConfirmDeviceWithoutRevocation(t *testing.T) {
	st := newDeviceStage(t, true, false)
	st.client.Settings.EnableTokenRevocation = new(false)
	st.update(func(tx store.Tx) error { return tx.SaveClient(st.ctx, st.client) })
	d, other := st.newPhone("ana"), st.newPhone("ana")
	d.access, other.access = other.access, d.access
	_, err := st.confirmDevice(d)
	want(t, err, "InvalidParameter: Invalid device key given.")
	d.access = other.access
	_, err = st.confirmDevice(d)
	want(t, err, "")
}
