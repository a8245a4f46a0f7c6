package signin

import (
	"bytes"
	"encoding/json"
	"slices"

	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// sendMFASetup asks a user who needs a second factor and has none to enrol one.
func (s *Service) sendMFASetup(t *turn, f facts) error {
	t.params["MFAS_CAN_SETUP"] = jsonList(f.demand.SetUp)
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkMFASetup ends the enrolment of an authenticator app, which VerifySoftwareToken has proved
// with this session, or begins that of an e-mail address, which a code must prove.
func (s *Service) checkMFASetup(t *turn) error {
	if t.previous.Proved.EnrolledTOTP {
		t.attempt.Proved.SecondFactor = true
		return t.change(func(u *userpool.User) error {
			if u.TOTP == nil || !bytes.Equal(u.TOTP.Secret, t.previous.PendingTOTP) {
				return awserr.SoftwareTokenNotFound() // removed or replaced since
			}
			u.MFA.TOTP = true
			return nil
		})
	}
	email := t.answers["EMAIL"]
	if email == "" {
		email = t.answers["email"]
	}
	if email == "" {
		return awserr.MFASetupIncomplete()
	}
	if !slices.Contains(factsOf(t).demand.SetUp, userpool.FactorEmail) {
		return awserr.MFANotOffered(string(userpool.FactorEmail))
	}
	if err := account.CheckValue(t.pool, userpool.AttrEmail, email); err != nil {
		return err
	}
	t.attempt.SecondFactor = userpool.FactorEmail
	t.attempt.CodeValue = email
	return nil
}

// jsonList is how the challenge parameters carry lists: as JSON text.
func jsonList(factors []userpool.Factor) string {
	text, err := json.Marshal(factors)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}
