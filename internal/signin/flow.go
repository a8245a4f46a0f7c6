package signin

import (
	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

// Done is what next answers when nothing stands between an attempt and its tokens.
const Done cognitoidp.ChallengeNameType = ""

// facts is all that next looks at beside the attempt.
type facts struct {
	mustChangePassword bool
	demand             mfa.Demand
}

// factsOf gathers the facts from pool and user.
func factsOf(t *turn) facts {
	return facts{
		mustChangePassword: t.user.Status == cognitoidp.UserStatusTypeForceChangePassword,
		demand:             mfa.Of(t.pool, t.user),
	}
}

// next names what still stands between an attempt and its tokens, or Done. It is pure, and the only
// place that orders challenges: read it top to bottom and you have read sign-in.
func next(a *userpool.Attempt, f facts) (cognitoidp.ChallengeNameType, error) {
	switch {
	case !a.Proved.FirstFactor:
		return firstFactor(a.Flow), nil
	case f.mustChangePassword && !a.Proved.NewPassword:
		return cognitoidp.ChallengeNameTypeNewPasswordRequired, nil
	case a.Proved.SecondFactor:
		return Done, nil
	case a.SecondFactor != "": // chosen by the user, or being set up
		return challengeOf(a.SecondFactor), nil
	case f.demand.None():
		return Done, nil
	case f.demand.Impossible:
		return Done, awserr.MFAImpossible()
	case len(f.demand.SetUp) > 0:
		return cognitoidp.ChallengeNameTypeMfaSetup, nil
	case len(f.demand.Ask) > 1:
		return cognitoidp.ChallengeNameTypeSelectMfaType, nil
	default:
		return challengeOf(f.demand.Ask[0]), nil
	}
}

// firstFactor is the challenge by which a flow proves its user first.
func firstFactor(flow cognitoidp.AuthFlowType) cognitoidp.ChallengeNameType {
	if flow == cognitoidp.AuthFlowTypeUserSrpAuth {
		return cognitoidp.ChallengeNameTypePasswordVerifier
	}
	return cognitoidp.ChallengeNameTypePassword
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
	// send prepares the challenge: the turn's params, the attempt's state, a message.
	send func(*Service, *turn, facts) error
	// check tests the answers and records the proof on the attempt. A wrong answer is wrapped by
	// wrong, so that it is counted.
	check func(*Service, *turn) error
}

// steps is every challenge: what it sends, what it accepts, what it proves.
var steps = map[cognitoidp.ChallengeNameType]step{
	cognitoidp.ChallengeNameTypePassword: {
		answers: []string{"PASSWORD"}, guard: userpool.WrongPassword,
		check: (*Service).checkPassword,
	},
	cognitoidp.ChallengeNameTypePasswordVerifier: {
		answers: []string{"PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE"}, guard: userpool.WrongPassword,
		send: (*Service).sendSRP, check: (*Service).checkSRP,
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
	cognitoidp.ChallengeNameTypeEmailOtp: {
		answers: []string{"EMAIL_OTP_CODE"}, guard: userpool.WrongCode,
		send: (*Service).sendCode, check: (*Service).checkCode,
	},
}
