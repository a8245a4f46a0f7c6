// Package device knows what a device is known and proved by: its key, its group key and its secret.
//
// A pool with device tracking hands out a key with the tokens of every native sign-in that came
// without a device. The client draws a secret for it and confirms it:
//
//	sign-in        Issue ─▶ NewDeviceMetadata; the key is the token session's, and the device_key claim's
//	ConfirmDevice  ParseSecret ─▶ (salt, verifier), kept in a userpool.Device
//
// From then on the device signs in with SRP, as a user does with a password (package srp):
//
//	DEVICE_SRP_AUTH           srp.NewExchange(rand, A, d.Verifier) ─▶ SRP_B; SALT is srp.Hex(d.Salt)
//	DEVICE_PASSWORD_VERIFIER  exchange.Proves(d.Verifier, Claim(d, block, timestamp), signature)
//
// Whether a device stands in for a second factor is userpool.Pool.Trusts; keeping devices is left to
// the store, and the order of challenges to package signin.
package device
