package mfa

import (
	"time"

	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// Register gives u the authenticator app handed out by AssociateSoftwareToken, once the first code of
// it is right (VerifySoftwareToken).
func Register(u *userpool.User, code, name string, now time.Time) error {
	if u.PendingTOTP == nil {
		return awserr.SoftwareTokenNotStarted()
	}
	app, err := Enrol(u.PendingTOTP.Secret, code, name, now)
	if err != nil {
		return err
	}
	u.TOTP, u.PendingTOTP = app, nil
	return nil
}

// Enrol makes an authenticator app of a secret that was handed out, if code is its first one. That
// code will not work a second time, at a sign-in.
func Enrol(secret []byte, code, name string, now time.Time) (*userpool.TOTP, error) {
	if len(secret) == 0 {
		return nil, awserr.SoftwareTokenNotStarted()
	}
	step, result := Verify(secret, code, now, 0)
	if result != Accepted {
		return nil, awserr.SoftwareTokenEnrolmentMismatch()
	}
	return &userpool.TOTP{Secret: secret, Name: name, LastStep: step}, nil
}

// Redeem accepts a code of u's authenticator app and marks it used, so that no code works twice.
func Redeem(u *userpool.User, code string, now time.Time) error {
	if u.TOTP == nil {
		return awserr.SoftwareTokenNotFound()
	}
	step, result := Verify(u.TOTP.Secret, code, now, u.TOTP.LastStep)
	switch result {
	case Accepted:
		app := *u.TOTP
		app.LastStep = step
		u.TOTP = &app
		return nil
	case AlreadyUsed:
		return awserr.TOTPUsed()
	default:
		return awserr.TOTPMismatch()
	}
}
