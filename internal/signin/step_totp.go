package signin

import (
	"bytes"
	"context"

	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

// sendTOTP asks for a code of the user's authenticator app.
func (s *Service) sendTOTP(_ context.Context, t *turn, _ facts) error {
	if t.user.TOTP != nil && t.user.TOTP.Name != "" {
		t.params["FRIENDLY_DEVICE_NAME"] = t.user.TOTP.Name
	}
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkTOTP accepts a code of the current time step or a neighbour, and each only once: in the
// transaction it is looked at again, so that one code cannot serve two sign-ins at a time.
func (s *Service) checkTOTP(_ context.Context, t *turn) error {
	if t.user.TOTP == nil {
		return awserr.SoftwareTokenNotFound()
	}
	secret, now := t.user.TOTP.Secret, s.Now()
	err := t.change(func(u *userpool.User) error {
		if u.TOTP == nil || !bytes.Equal(u.TOTP.Secret, secret) {
			return awserr.SessionInvalid() // replaced since
		}
		return mfa.Redeem(u, t.answers["SOFTWARE_TOKEN_MFA_CODE"], now)
	})
	if err != nil {
		return wrong(err)
	}
	t.proveSecond(userpool.FactorTOTP)
	return nil
}
