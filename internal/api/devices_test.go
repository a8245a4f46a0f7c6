package api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
)

func TestUpdateDeviceStatus(t *testing.T) {
	st := newDeviceStage(t, true, false)
	d, bens := st.confirmedPhone("ana"), st.confirmedPhone("ben")
	created := st.now
	st.now = st.now.Add(time.Hour)
	d.access = st.accessToken("ana")
	update := func(key string, status cognitoidp.DeviceRememberedStatusType) error {
		_, err := st.UpdateDeviceStatus(st.ctx, &cognitoidp.UpdateDeviceStatusRequest{
			AccessToken: d.access, DeviceKey: key, DeviceRememberedStatus: status,
		})
		return err
	}
	admins := func(username, key string, status cognitoidp.DeviceRememberedStatusType) error {
		_, err := st.AdminUpdateDeviceStatus(st.ctx, &cognitoidp.AdminUpdateDeviceStatusRequest{
			UserPoolId: st.poolID, Username: username, DeviceKey: key, DeviceRememberedStatus: status,
		})
		return err
	}
	expect := func(remembered bool) {
		t.Helper()
		if k := st.kept("ana", d.key); k.Remembered != remembered || !k.Modified.Equal(st.now) || !k.Created.Equal(created) || len(k.Verifier) == 0 {
			t.Errorf("remembered %v, modified %v, created %v", k.Remembered, k.Modified, k.Created)
		}
	}
	want(t, update(d.key, "not_remembered"), "")
	expect(false)
	want(t, admins("ana", d.key, "remembered"), "")
	expect(true)
	want(t, update(d.key, ""), "InvalidParameter: Missing required parameter DeviceRememberedStatus")
	want(t, update(bens.key, "not_remembered"), noDevice)
	want(t, admins("ana", bens.key, "not_remembered"), noDevice)
	want(t, admins("nobody", d.key, "not_remembered"), "UserNotFound: User does not exist.")
	expect(true)
	if !st.kept("ben", bens.key).Remembered {
		t.Error("somebody else's device changed")
	}
}

func TestForgetDevice(t *testing.T) {
	for name, forget := range map[string]func(*stage, *phone, string) error{
		"ForgetDevice": func(st *stage, d *phone, key string) error {
			_, err := st.ForgetDevice(st.ctx, &cognitoidp.ForgetDeviceRequest{AccessToken: &d.access, DeviceKey: key})
			return err
		},
		"AdminForgetDevice": func(st *stage, _ *phone, key string) error {
			_, err := st.AdminForgetDevice(st.ctx, &cognitoidp.AdminForgetDeviceRequest{UserPoolId: st.poolID, Username: "ana", DeviceKey: key})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			st := newDeviceStage(t, true, false)
			d, other, bens, unconfirmed := st.confirmedPhone("ana"), st.confirmedPhone("ana"), st.confirmedPhone("ben"), st.newPhone("ana")
			refresh := func(d *phone, key string) error {
				_, err := st.GetTokensFromRefreshToken(st.ctx, &cognitoidp.GetTokensFromRefreshTokenRequest{
					ClientId: st.client.ID, RefreshToken: d.refreshToken, DeviceKey: optional(key),
				})
				return err
			}
			const invalid = "NotAuthorized: Invalid Refresh Token"
			want(t, refresh(d, d.key), "")
			want(t, refresh(d, ""), invalid)
			want(t, refresh(d, other.key), invalid)

			want(t, forget(st, d, bens.key), noDevice)
			want(t, forget(st, d, unconfirmed.key), noDevice)
			want(t, forget(st, d, d.key), "")
			want(t, forget(st, d, d.key), noDevice)
			want(t, refresh(d, d.key), invalid)
			want(t, refresh(d, ""), invalid)
			_, err := st.confirmDevice(d)
			want(t, err, "InvalidParameter: Invalid device key given.") // forgotten is forgotten
			_, err = st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: d.access})
			want(t, err, "") // but the user may go on until the token expires

			want(t, refresh(other, other.key), "")
			want(t, refresh(bens, bens.key), "")
			want(t, refresh(unconfirmed, ""), "")
			if got := st.deviceKeys("ana"); !slices.Equal(got, []string{other.key}) {
				t.Errorf("devices left: %v", got)
			}
		})
	}
}

// TestDevicesOfADeletedUser: whoever takes the name later has none of them.
func TestDevicesOfADeletedUser(t *testing.T) {
	st := newDeviceStage(t, true, false)
	d := st.confirmedPhone("ana")
	_, err := st.AdminDeleteUser(st.ctx, &cognitoidp.AdminDeleteUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, "")
	_, err = st.ListDevices(st.ctx, &cognitoidp.ListDevicesRequest{AccessToken: d.access})
	want(t, err, "UserNotFound: User does not exist.")
	st.confirmed("ana")
	if got := st.deviceKeys("ana"); got != nil {
		t.Errorf("inherited %v", got)
	}
}

func TestDeviceRefusals(t *testing.T) {
	st := newDeviceStage(t, true, false)
	d := st.confirmedPhone("ana")
	all := func(poolID, username, access string) map[string]error {
		results := map[string]error{}
		_, results["ConfirmDevice"] = st.ConfirmDevice(st.ctx, &cognitoidp.ConfirmDeviceRequest{
			AccessToken: access, DeviceKey: d.key, DeviceSecretVerifierConfig: d.secret,
		})
		_, results["GetDevice"] = st.GetDevice(st.ctx, &cognitoidp.GetDeviceRequest{AccessToken: &access, DeviceKey: d.key})
		_, results["ListDevices"] = st.ListDevices(st.ctx, &cognitoidp.ListDevicesRequest{AccessToken: access})
		_, results["UpdateDeviceStatus"] = st.UpdateDeviceStatus(st.ctx, &cognitoidp.UpdateDeviceStatusRequest{
			AccessToken: access, DeviceKey: d.key, DeviceRememberedStatus: "remembered",
		})
		_, results["ForgetDevice"] = st.ForgetDevice(st.ctx, &cognitoidp.ForgetDeviceRequest{AccessToken: &access, DeviceKey: d.key})
		_, results["AdminGetDevice"] = st.AdminGetDevice(st.ctx, &cognitoidp.AdminGetDeviceRequest{
			UserPoolId: poolID, Username: username, DeviceKey: d.key,
		})
		_, results["AdminListDevices"] = st.AdminListDevices(st.ctx, &cognitoidp.AdminListDevicesRequest{UserPoolId: poolID, Username: username})
		_, results["AdminUpdateDeviceStatus"] = st.AdminUpdateDeviceStatus(st.ctx, &cognitoidp.AdminUpdateDeviceStatusRequest{
			UserPoolId: poolID, Username: username, DeviceKey: d.key, DeviceRememberedStatus: "remembered",
		})
		_, results["AdminForgetDevice"] = st.AdminForgetDevice(st.ctx, &cognitoidp.AdminForgetDeviceRequest{
			UserPoolId: poolID, Username: username, DeviceKey: d.key,
		})
		return results
	}
	check := func(what string, results map[string]error, wanted func(operation string) string) {
		t.Run(what, func(t *testing.T) {
			for operation, err := range results {
				t.Run(operation, func(t *testing.T) { want(t, err, wanted(operation)) })
			}
		})
	}
	admins := func(operation string) bool { return strings.HasPrefix(operation, "Admin") }

	check("nobody", all(st.poolID, "nobody", "x"), func(operation string) string {
		switch {
		case !admins(operation):
			return "NotAuthorized: Invalid Access Token"
		case operation == "AdminGetDevice" || operation == "AdminListDevices":
			return "ResourceNotFound: User does not exist."
		default:
			return "UserNotFound: User does not exist."
		}
	})
	check("no pool", all("us-west-2_none", "ana", ""), func(operation string) string {
		if admins(operation) {
			return "ResourceNotFound: User pool us-west-2_none does not exist."
		}
		return "NotAuthorized: Invalid Access Token"
	})
	_, err := st.GetDevice(st.ctx, &cognitoidp.GetDeviceRequest{DeviceKey: d.key})
	want(t, err, "NotAuthorized: Access Token is required")
	_, err = st.ForgetDevice(st.ctx, &cognitoidp.ForgetDeviceRequest{DeviceKey: d.key})
	want(t, err, "NotAuthorized: Access Token is required")

	st.update(func(tx store.Tx) error {
		p, err := tx.Pool(st.ctx, st.poolID)
		if err != nil {
			return err
		}
		p.Settings.DeviceConfiguration = nil
		return tx.SavePool(st.ctx, p)
	})
	check("tracking off", all(st.poolID, "ana", d.access), func(string) string {
		return "InvalidUserPoolConfiguration: Device tracking is not enabled for the user pool."
	})
	st.kept("ana", d.key) // it comes back with the setting
}
