package api

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/device"
	"ostiary/internal/srp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// phone is a device as its client holds it.
type phone struct {
	key, group   string
	password     string
	secret       *cognitoidp.DeviceSecretVerifierConfigType
	access       string
	refreshToken string
}

const noDevice = "ResourceNotFound: Device does not exist."

// newDeviceStage has users ana and ben in a pool that tracks devices.
func newDeviceStage(t *testing.T, challenge, prompt bool) *stage {
	t.Helper()
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{DeviceConfiguration: &cognitoidp.DeviceConfigurationType{
		ChallengeRequiredOnNewDevice: &challenge, DeviceOnlyRememberedOnUserPrompt: &prompt,
	}}, nil)
	st.confirmed("ana", "email", "ana@example.com")
	st.confirmed("ben")
	return st
}

// newPhone is handed out by a sign-in, and not confirmed.
func (st *stage) newPhone(username string) *phone {
	st.t.Helper()
	p, u := st.user(username)
	m, err := device.Issue(st.Rand, p, u)
	if err != nil {
		st.t.Fatal(err)
	}
	d := &phone{key: *m.DeviceKey, group: *m.DeviceGroupKey}
	var salt, verifier string
	if d.password, salt, verifier, err = srp.DeviceSecret(rand.Reader, d.group, d.key); err != nil {
		st.t.Fatal(err)
	}
	d.secret = &cognitoidp.DeviceSecretVerifierConfigType{Salt: &salt, PasswordVerifier: &verifier}
	result := st.tokens(username, d.key)
	d.access, d.refreshToken = *result.AccessToken, *result.RefreshToken
	return d
}

func (st *stage) confirmDevice(d *phone) (*cognitoidp.ConfirmDeviceResponse, error) {
	return st.ConfirmDevice(st.ctx, &cognitoidp.ConfirmDeviceRequest{
		AccessToken: d.access, DeviceKey: d.key, DeviceSecretVerifierConfig: d.secret, DeviceName: new("phone of " + d.key[len(d.key)-4:]),
	})
}

// confirmedPhone is a phone that its user has confirmed.
func (st *stage) confirmedPhone(username string) *phone {
	st.t.Helper()
	d := st.newPhone(username)
	if _, err := st.confirmDevice(d); err != nil {
		st.t.Fatal(err)
	}
	return d
}

func (st *stage) kept(username, key string) *userpool.Device {
	st.t.Helper()
	var d *userpool.Device
	err := st.Store.View(st.ctx, func(r store.Reader) (err error) {
		d, err = r.Device(st.ctx, st.poolID, username, key)
		return err
	})
	if err != nil {
		st.t.Fatal(err)
	}
	return d
}

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

func TestDevicesOnTheWire(t *testing.T) {
	st := newDeviceStage(t, true, true)
	d := st.confirmedPhone("ana")
	st.update(func(tx store.Tx) error {
		kept, err := tx.Device(st.ctx, st.poolID, "ana", d.key)
		if err != nil {
			return err
		}
		kept.SignedIn("192.0.2.1", st.now.Add(1500*time.Millisecond))
		return tx.SaveDevice(st.ctx, kept)
	})
	attributes := `{"Name":"device_status","Value":"valid"},{"Name":"device_name","Value":"phone of ` + d.key[len(d.key)-4:] + `"},` +
		`{"Name":"last_ip_used","Value":"192.0.2.1"}`
	own := `{"DeviceKey":"` + d.key + `","DeviceAttributes":[` + attributes +
		`],"DeviceCreateDate":1793534400.0,"DeviceLastModifiedDate":1793534400.0,"DeviceLastAuthenticatedDate":1793534401.5}`
	admins := strings.Replace(own, `"192.0.2.1"}`, `"192.0.2.1"},{"Name":"dev:device_remembered_status","Value":"not_remembered"}`, 1)
	byToken := fmt.Sprintf(`"AccessToken":%q`, d.access)
	byName := fmt.Sprintf(`"UserPoolId":%q,"Username":"ana"`, st.poolID)
	key := fmt.Sprintf(`"DeviceKey":%q`, d.key)
	for _, c := range []struct{ operation, body, want string }{
		{"GetDevice", byToken + "," + key, `{"Device":` + own + `}`},
		{"AdminGetDevice", byName + "," + key, `{"Device":` + admins + `}`},
		{"ListDevices", byToken, `{"Devices":[` + own + `]}`},
		{"AdminListDevices", byName + `,"Limit":1`, `{"Devices":[` + admins + `]}`},
		{"AdminListDevices", strings.Replace(byName, "ana", "ben", 1), `{"Devices":[]}`},
		{"UpdateDeviceStatus", byToken + "," + key + `,"DeviceRememberedStatus":"remembered"`, `{}`},
		{"AdminUpdateDeviceStatus", byName + "," + key + `,"DeviceRememberedStatus":"not_remembered"`, `{}`},
		{"ForgetDevice", byToken + "," + key, ``},
	} {
		got := call(t, st.Service, c.operation, "{"+c.body+"}")
		if !sameJSON(t, got, c.want) {
			t.Errorf("%s\ngot  %s\nwant %s", c.operation, got, c.want)
		}
	}
	d = st.confirmedPhone("ana")
	if got := call(t, st.Service, "AdminForgetDevice", fmt.Sprintf(`{%s,"DeviceKey":%q}`, byName, d.key)); got != "" {
		t.Errorf("AdminForgetDevice answers %q", got)
	}
}

// sameJSON compares two bodies; the order of members is not looked at.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	if a == "" || b == "" {
		return a == b
	}
	parse := func(text string) string {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	return parse(a) == parse(b)
}

func TestListDevicesPages(t *testing.T) {
	st := newDeviceStage(t, false, false)
	var keys []string
	d := st.confirmedPhone("ana")
	for range 6 {
		keys = append(keys, st.confirmedPhone("ana").key)
	}
	keys = append(keys, d.key)
	slices.Sort(keys)
	st.confirmedPhone("ben")
	st.newPhone("ana") // handed out, not confirmed

	type list func(limit *int32, next *string) ([]cognitoidp.DeviceType, *string, error)
	own := func(limit *int32, next *string) ([]cognitoidp.DeviceType, *string, error) {
		out, err := st.ListDevices(st.ctx, &cognitoidp.ListDevicesRequest{AccessToken: d.access, Limit: limit, PaginationToken: next})
		if err != nil {
			return nil, nil, err
		}
		return out.Devices, out.PaginationToken, nil
	}
	admins := func(limit *int32, next *string) ([]cognitoidp.DeviceType, *string, error) {
		out, err := st.AdminListDevices(st.ctx, &cognitoidp.AdminListDevicesRequest{
			UserPoolId: st.poolID, Username: "ana", Limit: limit, PaginationToken: next,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Devices, out.PaginationToken, nil
	}
	for name, list := range map[string]list{"ListDevices": own, "AdminListDevices": admins} {
		for _, limit := range []*int32{nil, new(int32(0)), new(int32(1)), new(int32(3)), new(int32(7)), new(int32(60))} {
			var got []string
			var next *string
			for pages := 0; ; pages++ {
				page, token, err := list(limit, next)
				if err != nil {
					t.Fatal(err)
				}
				if limit != nil && *limit > 0 && len(page) > int(*limit) {
					t.Errorf("%s: %d devices on a page of %d", name, len(page), *limit)
				}
				for _, e := range page {
					got = append(got, *e.DeviceKey)
				}
				if next = token; next == nil {
					break
				}
			}
			if !slices.Equal(got, keys) {
				t.Errorf("%s: got %v, want %v", name, got, keys)
			}
		}
	}
	_, next, err := own(new(int32(2)), nil)
	if err != nil || next == nil {
		t.Fatalf("no second page: %v", err)
	}
	_, _, err = admins(nil, next)
	want(t, err, "InvalidParameter: Invalid pagination token given")
	_, err = st.ListDevices(st.ctx, &cognitoidp.ListDevicesRequest{AccessToken: st.accessToken("ben"), PaginationToken: next})
	want(t, err, "InvalidParameter: Invalid pagination token given")
}

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

func (st *stage) deviceKeys(username string) []string {
	st.t.Helper()
	out, err := st.AdminListDevices(st.ctx, &cognitoidp.AdminListDevicesRequest{UserPoolId: st.poolID, Username: username})
	if err != nil {
		st.t.Fatal(err)
	}
	var keys []string
	for _, d := range out.Devices {
		keys = append(keys, *d.DeviceKey)
	}
	return keys
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
