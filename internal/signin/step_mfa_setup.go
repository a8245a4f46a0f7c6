package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

// sendMFASetup asks a user who needs a second factor and has none to enrol one.
func (s *Service) sendMFASetup(_ context.Context, t *turn, f facts) error {
	t.params["MFAS_CAN_SETUP"] = jsonList(f.demand.SetUp)
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkMFASetup ends the enrolment of an authenticator app, which VerifySoftwareToken has proved
// with this session, or begins that of an e-mail address or a phone number, which a code must prove.
func (s *Service) checkMFASetup(_ context.Context, t *turn) error {
	if t.previous.Proved.EnrolledTOTP {
		t.proveSecond(userpool.FactorTOTP)
		return t.change(func(u *userpool.User) error {
			if u.TOTP == nil || !bytes.Equal(u.TOTP.Secret, t.previous.PendingTOTP) {
				return awserr.SoftwareTokenNotFound() // removed or replaced since
			}
			u.MFA.TOTP = true
			return nil
		})
	}
	factor, address := newContact(t.answers)
	if address == "" {
		return awserr.MFASetupIncomplete()
	}
	if !slices.Contains(factsOf(t).demand.SetUp, factor) {
		return awserr.MFANotOffered(string(factor))
	}
	if err := account.CheckValue(t.pool, mfa.Attribute(factor), address); err != nil {
		return err
	}
	t.attempt.SecondFactor = factor
	t.attempt.CodeValue = address
	return nil
}

// newContact is the address that answers MFA_SETUP, and the factor that it is for.
func newContact(answers map[string]string) (userpool.Factor, string) {
	for _, name := range []string{"EMAIL", "email"} {
		if answers[name] != "" {
			return userpool.FactorEmail, answers[name]
		}
	}
	for _, name := range []string{"PHONE_NUMBER", "phone_number"} {
		if answers[name] != "" {
			return userpool.FactorSMS, answers[name]
		}
	}
	return "", ""
}

// jsonList is how the challenge parameters carry lists: as JSON text.
func jsonList(factors []userpool.Factor) string {
	text, err := json.Marshal(factors)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}
