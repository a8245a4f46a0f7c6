package mfa

import (
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// Demand is what a sign-in that has passed its first factor still has to show.
// The zero value: nothing.
type Demand struct {
	// Ask lists the factors that will do. One: it is asked for. Several: the user chooses
	// (SELECT_MFA_TYPE).
	Ask []userpool.Factor
	// SetUp lists the factors that the user may enrol now, for none is there to ask for
	// (MFA_SETUP).
	SetUp []userpool.Factor
	// Impossible: a factor is required but the user has none and can enrol none.
	Impossible bool
}

// None tells whether no second factor is needed.
func (d Demand) None() bool { return len(d.Ask) == 0 && len(d.SetUp) == 0 && !d.Impossible }

// Of decides which second factor u is asked for, given the pool's MfaConfiguration, the pool's and
// the user's factors, the user's preference, and what the risk of the sign-in asks for ("" for nothing).
// It does not know of trusted devices, which stand in for whatever it demands.
func Of(p *userpool.Pool, u *userpool.User, risk cognitoidp.AccountTakeoverEventActionType) Demand {
	var d Demand
	switch p.MFA() {
	case cognitoidp.UserPoolMfaTypeOptional:
		d = optional(p, u)
	case cognitoidp.UserPoolMfaTypeOn:
		d = required(p, u)
		if risk == cognitoidp.AccountTakeoverEventActionTypeMfaRequired && len(d.Ask) == 0 {
			return Demand{Impossible: true} // a factor that whoever it is enrols now would prove nothing
		}
		return d
	default: // no factor is on
	}
	risky := risk == cognitoidp.AccountTakeoverEventActionTypeMfaIfConfigured || risk == cognitoidp.AccountTakeoverEventActionTypeMfaRequired
	if risky && d.None() {
		// Whoever wants MFA only when a sign-in looks risky has it switched off.
		d = Demand{Ask: Narrow(u, Usable(p, u))}
		d.Impossible = d.None() && risk == cognitoidp.AccountTakeoverEventActionTypeMfaRequired
	}
	return d
}

// optional: only factors that the user has switched on count.
func optional(p *userpool.Pool, u *userpool.User) Demand {
	var usable []userpool.Factor
	for _, f := range Active(u) {
		if OnInPool(p, f) {
			usable = append(usable, f)
		}
	}
	return Demand{Ask: Narrow(u, usable)}
}

// required: every factor that the pool has on and the user can use counts, switched on or not.
func required(p *userpool.Pool, u *userpool.User) Demand {
	if usable := Usable(p, u); len(usable) > 0 {
		return Demand{Ask: Narrow(u, usable)}
	}
	setUp := canSetUp(p, u)
	return Demand{SetUp: setUp, Impossible: len(setUp) == 0}
}

// Usable are the second factors that the pool has on and u can answer, switched on or not. A channel by
// which the user recovers a password is none unless the user chose it.
func Usable(p *userpool.Pool, u *userpool.User) []userpool.Factor {
	var usable []userpool.Factor
	for _, f := range []userpool.Factor{userpool.FactorSMS, userpool.FactorTOTP, userpool.FactorEmail} {
		if OnInPool(p, f) && Possible(u, f) && (!recovers(p, f) || slices.Contains(Active(u), f)) {
			usable = append(usable, f)
		}
	}
	return usable
}

// Narrow narrows usable factors to the user's preference, where it is among them.
func Narrow(u *userpool.User, usable []userpool.Factor) []userpool.Factor {
	if slices.Contains(usable, u.MFA.Prefer) {
		return []userpool.Factor{u.MFA.Prefer}
	}
	return usable
}

// canSetUp lists what a user without a usable factor may enrol. One who has an e-mail address or a
// phone number is offered an authenticator app only: the address is taken for recovery.
func canSetUp(p *userpool.Pool, u *userpool.User) []userpool.Factor {
	hasAddress := Possible(u, userpool.FactorSMS) || Possible(u, userpool.FactorEmail)
	var offered []userpool.Factor
	for _, f := range []userpool.Factor{userpool.FactorSMS, userpool.FactorTOTP, userpool.FactorEmail} {
		if OnInPool(p, f) && (f == userpool.FactorTOTP || !hasAddress && !recovers(p, f)) {
			offered = append(offered, f)
		}
	}
	return offered
}

// recovers tells whether a factor's channel is the pool's first way to recover a password.
func recovers(p *userpool.Pool, f userpool.Factor) bool {
	if p.Settings.AccountRecoverySetting == nil {
		return false
	}
	var first *cognitoidp.RecoveryOptionType
	for i, m := range p.Settings.AccountRecoverySetting.RecoveryMechanisms {
		if first == nil || m.Priority < first.Priority {
			first = &p.Settings.AccountRecoverySetting.RecoveryMechanisms[i]
		}
	}
	if first == nil {
		return false
	}
	switch f {
	case userpool.FactorSMS:
		return first.Name == cognitoidp.RecoveryOptionNameTypeVerifiedPhoneNumber
	case userpool.FactorEmail:
		return first.Name == cognitoidp.RecoveryOptionNameTypeVerifiedEmail
	default:
		return false
	}
}
