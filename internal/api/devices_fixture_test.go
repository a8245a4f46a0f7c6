package api

import (
	"crypto/rand"
	"testing"

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
