package signin

import (
	"context"
	"fmt"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/mfa"
	"ostiary/internal/secret"
	"ostiary/internal/userpool"
)

// The lengths of codes: one that is all of a proof is longer than one beside a password.
const (
	otpDigits = 8
	mfaDigits = 6
)

// codeStep is how a challenge sends its code, and which ChallengeResponse brings it back.
type codeStep struct {
	attribute string
	medium    cognitoidp.DeliveryMediumType
	answer    string
	method    userpool.Method
}

var codeSteps = map[cognitoidp.ChallengeNameType]codeStep{
	cognitoidp.ChallengeNameTypeSmsMfa:   {userpool.AttrPhoneNumber, cognitoidp.DeliveryMediumTypeSms, "SMS_MFA_CODE", userpool.MethodSMS},
	cognitoidp.ChallengeNameTypeSmsOtp:   {userpool.AttrPhoneNumber, cognitoidp.DeliveryMediumTypeSms, "SMS_OTP_CODE", userpool.MethodSMS},
	cognitoidp.ChallengeNameTypeEmailOtp: {userpool.AttrEmail, cognitoidp.DeliveryMediumTypeEmail, "EMAIL_OTP_CODE", userpool.MethodEmail},
}

// sendCode sends a one-time code by SMS or e-mail, as first or as second factor. It lives as long as the
// attempt and is kept as a keyed hash that only this attempt's session matches.
func (s *Service) sendCode(ctx context.Context, t *turn, _ facts) error {
	c := codeSteps[t.attempt.Challenge]
	digits := mfaDigits
	if t.atFirstFactor() {
		digits = otpDigits
	} else {
		t.attempt.SecondFactor = userpool.Factor(t.attempt.Challenge)
		t.params["USER_ID_FOR_SRP"] = t.user.Username
	}
	if t.attempt.CodeValue == "" { // otherwise MFA_SETUP has named a new address
		t.attempt.CodeValue = t.user.Attributes[c.attribute]
	}
	t.attempt.CodeAttribute = c.attribute
	muted, err := s.countMessage(ctx, t)
	if err != nil {
		return err
	}

	code, err := secret.Digits(s.Rand, digits)
	if err != nil {
		return fmt.Errorf("draw a code: %w", err)
	}
	t.attempt.CodeHash = s.hashCode(t.session, code)
	t.message, err = message.Writer{Triggers: s.Triggers, Texts: s.Texts}.Write(ctx, message.Request{
		Pool: t.pool, Client: t.client, User: t.user, Trigger: message.Authentication,
		Medium: c.medium, Destination: t.attempt.CodeValue, Code: code, ClientMetadata: t.metadata,
		Expires: s.Now().Add(t.client.AttemptLifetime()), Nobody: t.attempt.Simulated || muted,
	})
	if err != nil && !t.hides() {
		return err
	}
	t.params["CODE_DELIVERY_DELIVERY_MEDIUM"] = string(c.medium)
	t.params["CODE_DELIVERY_DESTINATION"] = message.Mask(c.medium, t.attempt.CodeValue)
	return nil
}

// checkCode accepts the code that was sent, and takes it as proof that the address is the user's.
func (s *Service) checkCode(_ context.Context, t *turn) error {
	sent := t.previous
	code := t.answers[codeSteps[sent.Challenge].answer]
	matches := secret.EqualBytes(s.hashCode(t.answered, code), sent.CodeHash)
	if !matches || t.attempt.Simulated {
		return wrong(awserr.SignInCodeMismatch())
	}
	// Only at MFA_SETUP does the code bring a new address with it.
	setUp := slices.Contains(mfa.Of(t.pool, t.user, t.attempt.Risk).SetUp, sent.SecondFactor)
	err := t.change(func(u *userpool.User) error {
		switch current := u.Attributes[sent.CodeAttribute]; {
		case setUp && current == "":
			u.Attributes[sent.CodeAttribute] = sent.CodeValue
			u.MFA.SMS = u.MFA.SMS || sent.SecondFactor == userpool.FactorSMS
			u.MFA.Email = u.MFA.Email || sent.SecondFactor == userpool.FactorEmail
		case current != sent.CodeValue:
			return awserr.SessionInvalid() // the address was changed since
		}
		u.Attributes[sent.CodeAttribute+"_verified"] = "true"
		if u.Status == cognitoidp.UserStatusTypeUnconfirmed { // this code does what that of the sign-up would
			u.Status = cognitoidp.UserStatusTypeConfirmed
			t.confirms = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.attempt.CodeAttribute = sent.CodeAttribute
	t.proveCode(sent.Challenge)
	return nil
}

// proveCode records a right code, as first or as second factor.
func (t *turn) proveCode(challenge cognitoidp.ChallengeNameType) {
	if !t.atFirstFactor() {
		t.proveSecond(userpool.Factor(challenge))
		return
	}
	t.attempt.Proved.FirstFactor = true
	t.attempt.CodeValue = "" // a second factor goes to an address of its own
	t.prove(codeSteps[challenge].method)
}

// proveSecond records the proof of a second factor.
func (t *turn) proveSecond(f userpool.Factor) {
	t.attempt.Proved.SecondFactor = true
	t.attempt.SecondFactor, t.attempt.CodeValue = "", ""
	t.prove(mfa.Method(f))
	t.endRound(challengeOf(f), true, "")
}

func (s *Service) hashCode(session, code string) []byte {
	return s.Secrets.Hash("sign-in code", []byte(session), []byte(code))
}
