package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
)

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
