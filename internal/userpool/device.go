package userpool

import "time"

// Device is a device that a user has confirmed (ConfirmDevice). A key that was handed out and never
// confirmed is no device: only its token session knows of it.
type Device struct {
	PoolID   string
	Username string // the stored username of its user
	Sub      string // of its user
	Key      string // <region>_<uuid>
	GroupKey string // DeviceGroupKey, the prefix of the device's SRP arithmetic

	// Salt and Verifier are what the client made of the device's secret, as srp.ParseSalt and
	// srp.ParseVerifier answer them. The store seals them.
	Salt     []byte
	Verifier []byte

	Name       string // "" without one
	Remembered bool
	LastIP     string // the address of the last sign-in; "" where it is not known

	Created           time.Time
	Modified          time.Time // by its user or an administrator
	LastAuthenticated time.Time // of the last sign-in with it
}

// Trusts tells whether d, a device of the user who signs in, stands in for a second factor once it
// has proved itself: it is remembered, and the pool has devices stand in. A nil d is no device.
func (p *Pool) Trusts(d *Device) bool {
	return d != nil && d.PoolID == p.ID && d.Remembered && p.TrustsDevices()
}

// SetRemembered changes whether the device is remembered (UpdateDeviceStatus).
func (d *Device) SetRemembered(remembered bool, now time.Time) {
	d.Remembered, d.Modified = remembered, now
}

// SignedIn notes a sign-in with the device, from an address that may be "", not known.
func (d *Device) SignedIn(address string, now time.Time) {
	d.LastAuthenticated = now
	if address != "" {
		d.LastIP = address
	}
}
