package signin

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

// What next answers beside the challenges of the service model.
const (
	// Done: nothing stands between an attempt and its tokens.
	Done cognitoidp.ChallengeNameType = ""
	// askDefine: the pool's DefineAuthChallenge function says what comes next (CUSTOM_AUTH).
	askDefine cognitoidp.ChallengeNameType = "DefineAuthChallenge"
)

// facts is all that next looks at beside the attempt.
type facts struct {
	// offered are the first factors that the user may choose from (USER_AUTH).
	offered            []cognitoidp.ChallengeNameType
	mustChangePassword bool
	// demand is what is still due of a second factor.
	demand mfa.Demand
	// device: a device of the user's came with the sign-in and has yet to prove itself; deviceFirst: before
	// anything is asked for that it will stand in for.
	device, deviceFirst bool
}

// factsOf gathers the facts from pool, user and attempt.
func factsOf(t *turn) facts {
	f := facts{
		mustChangePassword: t.user.Status == cognitoidp.UserStatusTypeForceChangePassword,
		device:             t.device != nil && t.takesDevice() && !t.attempt.Proved.Device,
	}
	f.demand, f.deviceFirst = demandOf(t)
	if t.attempt.Flow == cognitoidp.AuthFlowTypeUserAuth && !t.attempt.Proved.FirstFactor {
		f.offered = offered(t)
	}
	return f
}

// next names what still stands between an attempt and its tokens, or Done. It is pure, and the only
// place that orders challenges: read it top to bottom and you have read sign-in.
func next(a *userpool.Attempt, f facts) (cognitoidp.ChallengeNameType, error) {
	switch {
	case a.Risk == cognitoidp.AccountTakeoverEventActionTypeBlock:
		return Done, awserr.SignInBlocked()
	case !a.Proved.FirstFactor && !a.Proved.Password:
		return firstFactor(a), nil
	case f.mustChangePassword && !a.Proved.NewPassword:
		return cognitoidp.ChallengeNameTypeNewPasswordRequired, nil
	case f.deviceFirst:
		return deviceChallenge(a), nil
	case a.SecondFactor != "" || !f.demand.None():
		return secondFactor(a, f.demand)
	case userpool.Level(a.AllMethods()) < a.Level: // what leads there has been taken away
		return Done, awserr.ACROutOfReach()
	case !a.Proved.FirstFactor: // CUSTOM_AUTH goes on after a password
		return firstFactor(a), nil
	case f.device:
		return deviceChallenge(a), nil
	default:
		return Done, nil
	}
}

// endedByRisk tells whether next refuses because of the risk.
func endedByRisk(a *userpool.Attempt, f facts) bool {
	return a.Risk == cognitoidp.AccountTakeoverEventActionTypeBlock ||
		a.Risk == cognitoidp.AccountTakeoverEventActionTypeMfaRequired && f.demand.Impossible
}

// firstFactor is the challenge by which the user proves themselves first, or what leads to it.
func firstFactor(a *userpool.Attempt) cognitoidp.ChallengeNameType {
	switch {
	case a.FirstFactor != "":
		return a.FirstFactor
	case a.Flow == cognitoidp.AuthFlowTypeCustomAuth:
		return askDefine
	default:
		return cognitoidp.ChallengeNameTypeSelectChallenge
	}
}

// secondFactor is the challenge of the factor that was chosen, or how one is found.
func secondFactor(a *userpool.Attempt, d mfa.Demand) (cognitoidp.ChallengeNameType, error) {
	switch {
	case a.SecondFactor != "": // chosen by the user, or being set up
		return challengeOf(a.SecondFactor), nil
	case d.Impossible && a.Risk == cognitoidp.AccountTakeoverEventActionTypeMfaRequired:
		return Done, awserr.SignInBlocked()
	case d.Impossible:
		return Done, awserr.MFAImpossible()
	case len(d.SetUp) > 0:
		return cognitoidp.ChallengeNameTypeMfaSetup, nil
	case len(d.Ask) > 1:
		return cognitoidp.ChallengeNameTypeSelectMfaType, nil
	default:
		return challengeOf(d.Ask[0]), nil
	}
}

// challengeOf: a factor and its challenge have the same name on the wire.
func challengeOf(f userpool.Factor) cognitoidp.ChallengeNameType {
	return cognitoidp.ChallengeNameType(f)
}

// step is one challenge.
type step struct {
	// answers are the ChallengeResponses it cannot do without, beside USERNAME.
	answers []string
	// guard is the count of wrong answers that locks it; "" where guessing wins nothing.
	guard userpool.FailureKind
	// send prepares the challenge: the turn's params, the attempt's state, a message. It is absent
	// where an answer comes unasked.
	send func(*Service, context.Context, *turn, facts) error
	// check tests the answers and records the proof on the attempt. A wrong answer is wrapped by
	// wrong, so that it is counted.
	check func(*Service, context.Context, *turn) error
}

// steps is every challenge: what it sends, what it accepts, what it proves.
var steps = map[cognitoidp.ChallengeNameType]step{
	cognitoidp.ChallengeNameTypeSelectChallenge: {
		answers: []string{"ANSWER"},
		send:    (*Service).sendSelectChallenge, check: (*Service).checkSelectChallenge,
	},
	cognitoidp.ChallengeNameTypePassword: {
		answers: []string{"PASSWORD"}, guard: userpool.WrongPassword,
		check: (*Service).checkPassword,
	},
	cognitoidp.ChallengeNameTypePasswordSrp: {
		answers: []string{"SRP_A"},
		check:   (*Service).checkPasswordSRP,
	},
	cognitoidp.ChallengeNameTypePasswordVerifier: {
		answers: []string{"PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE"}, guard: userpool.WrongPassword,
		send: (*Service).sendSRP, check: (*Service).checkSRP,
	},
	cognitoidp.ChallengeNameTypeWebAuthn: {
		answers: []string{"CREDENTIAL"},
		send:    (*Service).sendWebAuthn, check: (*Service).checkWebAuthn,
	},
	cognitoidp.ChallengeNameTypeAdminNoSrpAuth: {
		answers: []string{"PASSWORD"}, guard: userpool.WrongPassword,
		send: (*Service).sendPassword, check: (*Service).checkPassword,
	},
	cognitoidp.ChallengeNameTypeCustomChallenge: {
		answers: []string{"ANSWER"},
		send:    (*Service).sendCustom, check: (*Service).checkCustom,
	},
	cognitoidp.ChallengeNameTypeDeviceSrpAuth: {
		answers: []string{"DEVICE_KEY", "SRP_A"},
		send:    (*Service).sendDeviceSRPAuth, check: (*Service).checkDeviceSRPAuth,
	},
	cognitoidp.ChallengeNameTypeDevicePasswordVerifier: { // a secret of 40 random bytes needs no lock
		answers: []string{"DEVICE_KEY", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE"},
		send:    (*Service).sendDeviceVerifier, check: (*Service).checkDeviceVerifier,
	},
	cognitoidp.ChallengeNameTypeNewPasswordRequired: {
		answers: []string{"NEW_PASSWORD"},
		send:    (*Service).sendNewPassword, check: (*Service).checkNewPassword,
	},
	cognitoidp.ChallengeNameTypeSelectMfaType: {
		answers: []string{"ANSWER"},
		send:    (*Service).sendSelectMFA, check: (*Service).checkSelectMFA,
	},
	cognitoidp.ChallengeNameTypeMfaSetup: {
		send: (*Service).sendMFASetup, check: (*Service).checkMFASetup,
	},
	cognitoidp.ChallengeNameTypeSoftwareTokenMfa: {
		answers: []string{"SOFTWARE_TOKEN_MFA_CODE"}, guard: userpool.WrongCode,
		send: (*Service).sendTOTP, check: (*Service).checkTOTP,
	},
	cognitoidp.ChallengeNameTypeSmsMfa: {
		answers: []string{"SMS_MFA_CODE"}, guard: userpool.WrongCode,
		send: (*Service).sendCode, check: (*Service).checkCode,
	},
	cognitoidp.ChallengeNameTypeSmsOtp: {
		answers: []string{"SMS_OTP_CODE"}, guard: userpool.WrongCode,
		send: (*Service).sendCode, check: (*Service).checkCode,
	},
	cognitoidp.ChallengeNameTypeEmailOtp: { // as first factor and as second
		answers: []string{"EMAIL_OTP_CODE"}, guard: userpool.WrongCode,
		send: (*Service).sendCode, check: (*Service).checkCode,
	},
}
