package signin

import (
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

// offered are the first factors by which the user of a USER_AUTH sign-in may go on, in the order in
// which they are listed (AvailableChallenges): those that the pool allows (AllowedFirstAuthFactors) and
// the user can answer. Codes and passkeys are out where a second factor will be asked for, but for a
// passkey that counts as both; a temporary password has to be replaced first; an unconfirmed user can
// confirm by a code. With a level asked for, only what can lead to it remains.
func offered(t *turn) []cognitoidp.ChallengeNameType {
	p, u := t.pool, t.user
	allows := func(f cognitoidp.AuthFactorType) bool {
		return slices.Contains(p.FirstFactors(), f) && (p.AtLeastEssentials() || f == cognitoidp.AuthFactorTypePassword)
	}
	secondFactor := !mfa.Of(p, u, "").None()
	temporary := u.Status == cognitoidp.UserStatusTypeForceChangePassword
	unconfirmed := u.Status == cognitoidp.UserStatusTypeUnconfirmed
	code := func(f cognitoidp.AuthFactorType, attribute string) bool {
		return allows(f) && u.Attributes[attribute] != "" && !secondFactor && !temporary
	}
	passkey := allows(cognitoidp.AuthFactorTypeWebAuthn) && len(t.passkeys) > 0 && !temporary && !unconfirmed &&
		(!secondFactor || mfa.PasskeyCounts(p, u))

	var list []cognitoidp.ChallengeNameType
	add := func(possible bool, c ...cognitoidp.ChallengeNameType) {
		if possible {
			list = append(list, c...)
		}
	}
	add(!unconfirmed && u.Password != nil,
		cognitoidp.ChallengeNameTypePasswordSrp, cognitoidp.ChallengeNameTypePassword)
	add(code(cognitoidp.AuthFactorTypeEmailOtp, userpool.AttrEmail), cognitoidp.ChallengeNameTypeEmailOtp)
	add(code(cognitoidp.AuthFactorTypeSmsOtp, userpool.AttrPhoneNumber), cognitoidp.ChallengeNameTypeSmsOtp)
	add(passkey, cognitoidp.ChallengeNameTypeWebAuthn)
	if len(list) == 0 && !unconfirmed {
		// Nothing would do. The password steps tell so, as they do to everybody with a wrong password.
		add(true, cognitoidp.ChallengeNameTypePasswordSrp, cognitoidp.ChallengeNameTypePassword)
	}
	if t.attempt.Level > 0 {
		list = slices.DeleteFunc(list, func(c cognitoidp.ChallengeNameType) bool {
			return reach(t, c) < t.attempt.Level
		})
	}
	return list
}

// methodOf is what a first factor's challenge proves, for the level that it can lead to.
func methodOf(c cognitoidp.ChallengeNameType) userpool.Method {
	switch c {
	case cognitoidp.ChallengeNameTypeEmailOtp:
		return userpool.MethodEmail
	case cognitoidp.ChallengeNameTypeSmsOtp:
		return userpool.MethodSMS
	case cognitoidp.ChallengeNameTypeWebAuthn:
		return userpool.MethodHardwareKey
	default:
		return userpool.MethodPassword
	}
}

// prefer begins with the first factor that the request names (PREFERRED_CHALLENGE), if the user has it;
// otherwise the user will be asked to choose.
func prefer(t *turn) error {
	preferred := cognitoidp.ChallengeNameType(t.answers["PREFERRED_CHALLENGE"])
	if t.attempt.Proved.FirstFactor || preferred == "" {
		return nil
	}
	unconfirmedPassword := t.user.Status == cognitoidp.UserStatusTypeUnconfirmed && methodOf(preferred) == userpool.MethodPassword
	if !unconfirmedPassword && !slices.Contains(offered(t), preferred) {
		return nil
	}
	switch preferred {
	case cognitoidp.ChallengeNameTypePassword:
		if err := required(t.answers, "PASSWORD"); err != nil {
			return err
		}
	case cognitoidp.ChallengeNameTypePasswordSrp:
		if err := required(t.answers, "SRP_A"); err != nil {
			return err
		}
	default: // the others send something first
	}
	return choose(t, preferred)
}
