package signin

import (
	"fmt"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/mfa"
	"ostiary/internal/secret"
	"ostiary/internal/userpool"
)

// codeDigits is the length of an MFA code in a message.
const codeDigits = 6

// sendCode sends a one-time code by SMS or e-mail. It lives as long as the attempt and is kept as a
// keyed hash that only this attempt's session matches.
func (s *Service) sendCode(t *turn, _ facts) error {
	factor := userpool.Factor(t.attempt.Challenge)
	attribute := mfa.Attribute(factor)
	if t.attempt.CodeValue == "" { // otherwise MFA_SETUP has named a new address
		t.attempt.CodeValue = t.user.Attributes[attribute]
	}
	t.attempt.CodeAttribute = attribute
	t.attempt.SecondFactor = factor

	code, err := secret.Digits(s.Rand, codeDigits)
	if err != nil {
		return fmt.Errorf("draw a code: %w", err)
	}
	t.attempt.CodeHash = s.hashCode(t.session, code)

	medium := cognitoidp.DeliveryMediumTypeEmail
	if factor == userpool.FactorSMS {
		medium = cognitoidp.DeliveryMediumTypeSms
	}
	t.message = new(message.Compose(t.pool, t.user, message.Authentication, medium, t.attempt.CodeValue, code))
	t.params["CODE_DELIVERY_DELIVERY_MEDIUM"] = string(medium)
	t.params["CODE_DELIVERY_DESTINATION"] = message.Mask(medium, t.attempt.CodeValue)
	t.params["USER_ID_FOR_SRP"] = t.user.Username
	return nil
}

// checkCode accepts the code that was sent, and takes it as proof that the address is the user's.
func (s *Service) checkCode(t *turn) error {
	sent := t.previous
	code := t.answers[codeAnswer[sent.Challenge]]
	if !secret.EqualBytes(s.hashCode(t.answered, code), sent.CodeHash) {
		return wrong(awserr.SignInCodeMismatch())
	}
	// Only at MFA_SETUP does the code bring a new address with it.
	setUp := slices.Contains(mfa.Of(t.pool, t.user).SetUp, sent.SecondFactor)
	err := t.change(func(u *userpool.User) error {
		switch current := u.Attributes[sent.CodeAttribute]; {
		case setUp && current == "":
			u.Attributes[sent.CodeAttribute] = sent.CodeValue
			u.MFA.Email = true // the one message factor that can be set up in a sign-in
		case current != sent.CodeValue:
			return awserr.SessionInvalid() // the address was changed since
		}
		u.Attributes[sent.CodeAttribute+"_verified"] = "true"
		return nil
	})
	if err != nil {
		return err
	}
	t.attempt.CodeAttribute = sent.CodeAttribute
	t.attempt.Proved.SecondFactor = true
	return nil
}

// codeAnswer is the ChallengeResponse that carries the code.
var codeAnswer = map[cognitoidp.ChallengeNameType]string{
	cognitoidp.ChallengeNameTypeSmsMfa:   "SMS_MFA_CODE",
	cognitoidp.ChallengeNameTypeEmailOtp: "EMAIL_OTP_CODE",
}

func (s *Service) hashCode(session, code string) []byte {
	return s.Secrets.Hash("sign-in code", []byte(session), []byte(code))
}
