package signin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/device"
	"ostiary/internal/srp"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// readDevice finds the device whose key came with the request, or with an earlier one of the attempt. A
// key that is nobody's, or another user's, is as none: the sign-in goes on without a device. Once a device
// has proved itself, the attempt is its own.
func (s *Service) readDevice(ctx context.Context, t *turn) error {
	if key := t.answers["DEVICE_KEY"]; key != "" && bounded(t.answers) == nil && !t.attempt.Proved.Device {
		t.attempt.DeviceKey = key
	}
	if t.attempt.DeviceKey == "" || t.attempt.Simulated || !t.pool.TracksDevices() {
		return nil
	}
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		t.device, err = ownDevice(ctx, r, t)
		return err
	})
	if err != nil {
		return fmt.Errorf("find the device of a sign-in: %w", err)
	}
	return nil
}

// ownDevice is the attempt's device as stored by now, nil if the user has none of that key.
func ownDevice(ctx context.Context, r store.DeviceReader, t *turn) (*userpool.Device, error) {
	d, err := r.Device(ctx, t.pool.ID, t.user.Username, t.attempt.DeviceKey)
	if errors.Is(err, store.ErrNotFound) || err == nil && d.Sub != t.user.Sub {
		return nil, nil
	}
	return d, err
}

// checkDeviceKnown refuses a DEVICE_KEY of no device, once the password beside it was right. Clients drop
// the key at this refusal and send the same proof again, so nothing must have been consumed.
func (t *turn) checkDeviceKnown() error {
	if t.answers["DEVICE_KEY"] != "" && t.device == nil && t.pool.TracksDevices() {
		return awserr.DeviceNotFound()
	}
	return nil
}

// takesDevice tells whether the sign-in is one in which a device proves itself: by a password, or a custom
// one. A code or a passkey is followed by tokens.
func (t *turn) takesDevice() bool {
	return t.attempt.Proved.Password || t.attempt.Flow == cognitoidp.AuthFlowTypeCustomAuth
}

// standsIn tells whether the attempt's device, once it has proved itself, takes the place of a second
// factor. Where the risk asks for one, only a device that the pool remembers by itself does.
func (t *turn) standsIn() bool {
	return t.takesDevice() && t.pool.Trusts(t.device) && (!isRisky(t.attempt.Risk) || t.pool.RemembersDevicesItself())
}

func isRisky(action cognitoidp.AccountTakeoverEventActionType) bool {
	return action == cognitoidp.AccountTakeoverEventActionTypeMfaIfConfigured ||
		action == cognitoidp.AccountTakeoverEventActionTypeMfaRequired
}

// deviceChallenge is the next of the two challenges by which a device proves itself.
func deviceChallenge(a *userpool.Attempt) cognitoidp.ChallengeNameType {
	if a.Challenge == cognitoidp.ChallengeNameTypeDeviceSrpAuth { // SRP_A has just come
		return cognitoidp.ChallengeNameTypeDevicePasswordVerifier
	}
	return cognitoidp.ChallengeNameTypeDeviceSrpAuth
}

// sendDeviceSRPAuth asks for the device's half of the exchange.
func (s *Service) sendDeviceSRPAuth(_ context.Context, t *turn, _ facts) error {
	t.params["USERNAME"] = t.user.Username
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkDeviceSRPAuth takes SRP_A, which sendDeviceVerifier answers; it proves nothing.
func (s *Service) checkDeviceSRPAuth(_ context.Context, t *turn) error {
	if t.device == nil {
		return awserr.DeviceNotFound() // another key than the attempt's, or forgotten since
	}
	if _, err := srp.ParseA(t.answers["SRP_A"]); err != nil {
		return awserr.InvalidSRPA()
	}
	return nil
}

// sendDeviceVerifier answers SRP_A of a device. SECRET_BLOCK is the session of this step.
func (s *Service) sendDeviceVerifier(_ context.Context, t *turn, _ facts) error {
	if err := s.beginExchange(t, t.device.Salt, t.device.Verifier); err != nil {
		return err
	}
	t.params["USERNAME"] = t.user.Username
	t.params["DEVICE_KEY"] = t.device.Key
	return nil
}

// checkDeviceVerifier tests the proof that the device has its secret.
func (s *Service) checkDeviceVerifier(_ context.Context, t *turn) error {
	if t.device == nil {
		return awserr.DeviceNotFound()
	}
	block, err := base64.StdEncoding.DecodeString(t.answered)
	if err != nil {
		return awserr.IncorrectUsernameOrPassword()
	}
	proved, err := s.endExchange(t, t.device.Verifier, device.Claim(t.device, block, t.answers["TIMESTAMP"]))
	if err != nil {
		return err
	}
	if !proved {
		return awserr.IncorrectUsernameOrPassword()
	}
	t.proveDevice()
	return nil
}

// proveDevice records that the device has proved itself.
func (t *turn) proveDevice() {
	t.attempt.Proved.Device = true
	t.endRound(cognitoidp.ChallengeNameTypeDeviceSrpAuth, true, "")
	t.endRound(cognitoidp.ChallengeNameTypeDevicePasswordVerifier, true, "")
}

// noteDevice keeps when, and from where, the device has signed in.
func (s *Service) noteDevice(ctx context.Context, tx store.Tx, t *turn, now time.Time) error {
	if !t.attempt.Proved.Device {
		return nil
	}
	d, err := ownDevice(ctx, tx, t)
	if err != nil {
		return fmt.Errorf("read the device of a sign-in: %w", err)
	}
	if d == nil {
		return awserr.DeviceNotFound() // forgotten since
	}
	d.SignedIn(token.CallerOf(ctx).IP(), now)
	if err := tx.SaveDevice(ctx, d); err != nil {
		return fmt.Errorf("save the device of a sign-in: %w", err)
	}
	return nil
}

// newDevice hands out a device key with the tokens, where the pool tracks devices and none that it knows
// came with the sign-in. Custom sign-ins carry none.
func (s *Service) newDevice(t *turn) (*cognitoidp.NewDeviceMetadataType, error) {
	if !t.pool.TracksDevices() || t.device != nil || t.attempt.Flow == cognitoidp.AuthFlowTypeCustomAuth {
		return nil, nil
	}
	return device.Issue(s.Rand, t.pool, t.user)
}
