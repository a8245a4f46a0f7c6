package signin_test

import (
	"slices"
	"strings"
)

// oracle says what a sign-in asks for, from the documentation: which challenges stand before tokens, in
// which order. It is a value: a branch of a walk is a copy.
type oracle struct {
	rows    []firstFactorRow
	setting setting
	kind    kind // as it becomes on the way
	from    start

	password, secondFactor, device bool // proved
	told, solved                   int  // riddles
	firstFactor                    bool // EMAIL_OTP is asked for as the first factor
}

// expected is what an answer must be.
type expected struct {
	name    string   // tokens, a challenge or an exception
	list    []string // what can be chosen, sorted
	choices []choice // the ways to answer that are walked
}

func refuse(exception string) expected { return expected{name: exception} }

func ask(challenge string) expected { return expected{name: challenge, choices: []choice{""}} }

// due tells whether a second factor has to be proved, where a password was.
func (o oracle) due() bool {
	return o.setting.mode == "ON" || o.setting.mode == "OPTIONAL" && o.active() != 0
}

// active is the factors that the user switched on and that count.
func (o oracle) active() factors { return o.kind.active & o.kind.can & o.setting.on }

// start is the answer to the first request.
func (o *oracle) start() expected {
	switch o.kind.status {
	case disabled:
		return refuse("NotAuthorizedException")
	case resetRequired:
		return refuse("PasswordResetRequiredException")
	case unconfirmed:
		if o.from.flow != "USER_AUTH" || strings.HasPrefix(o.from.preferred, "PASSWORD") {
			return refuse("UserNotConfirmedException")
		}
	}
	switch o.from.flow {
	case "USER_SRP_AUTH":
		return ask("PASSWORD_VERIFIER")
	case "CUSTOM_AUTH":
		if o.from.preferred == "SRP_A" {
			return ask("PASSWORD_VERIFIER")
		}
		return o.onward()
	case "USER_AUTH":
		return o.choose()
	}
	return o.typePassword()
}

// choose is the answer to USER_AUTH.
func (o *oracle) choose() expected {
	state := firstFactorState(o.setting, o.kind)
	var offered []string
	for _, r := range o.rows {
		fits := true
		for i, pattern := range r.patterns {
			fits = fits && (pattern == "*" || pattern == state[i])
		}
		if fits {
			offered = r.answer
			break
		}
	}
	if strings.HasSuffix(offered[0], "Exception") {
		return refuse(offered[0])
	}
	if o.from.preferred != "" && slices.Contains(offered, o.from.preferred) {
		return o.chosen(o.from.preferred)
	}
	e := expected{name: "SELECT_CHALLENGE", list: offered}
	for _, name := range offered {
		e.choices = append(e.choices, choice(name))
		if name == "PASSWORD" || name == "PASSWORD_SRP" {
			e.choices = append(e.choices, choice("="+name))
		}
	}
	return e
}

// chosen is what follows the choice of a first factor.
func (o *oracle) chosen(name string) expected {
	switch name {
	case "PASSWORD":
		return o.typePassword()
	case "PASSWORD_SRP":
		return ask("PASSWORD_VERIFIER")
	}
	o.firstFactor = true
	return ask(name)
}

func (o *oracle) typePassword() expected {
	if o.kind.noPassword {
		return refuse("NotAuthorizedException")
	}
	o.password = true
	return o.onward()
}

// answer is what follows a right answer to a challenge, or one of the others that are walked.
func (o *oracle) answer(challenge string, c choice) expected {
	switch challenge {
	case "SELECT_CHALLENGE":
		return o.chosen(strings.TrimPrefix(string(c), "="))
	case "PASSWORD_VERIFIER":
		return o.typePassword()
	case "NEW_PASSWORD_REQUIRED":
		o.kind.status = confirmed
	case "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN":
		if o.firstFactor {
			// Where a second factor is due, nothing is offered that is not both.
			return ask(tokens)
		}
		o.secondFactor = true
	case "SELECT_MFA_TYPE":
		return ask(string(c))
	case "MFA_SETUP":
		if c == "EMAIL_OTP" {
			return ask("EMAIL_OTP")
		}
		o.secondFactor = true
	case "SMS_MFA", "SOFTWARE_TOKEN_MFA":
		o.secondFactor = true
	case "DEVICE_SRP_AUTH":
		return ask("DEVICE_PASSWORD_VERIFIER")
	case "DEVICE_PASSWORD_VERIFIER":
		o.device = true
		if o.setting.devices == "instead" {
			o.secondFactor = true
		}
	case "CUSTOM_CHALLENGE":
		o.told++
		if c != "wrong" {
			o.solved++
		}
	}
	return o.onward()
}

// onward is what comes once the first factor, or a part of what follows, is proved.
func (o *oracle) onward() expected {
	custom := o.from.flow == "CUSTOM_AUTH"
	device := o.kind.device && o.setting.devices != "" && !o.device
	switch {
	case custom && !o.password && !o.riddlesOver():
		return o.riddle()
	case custom && o.told-o.solved == riddlesToMiss:
		return refuse("NotAuthorizedException")
	case o.kind.status == forceChange:
		return ask("NEW_PASSWORD_REQUIRED")
	case device && o.setting.devices == "instead" && (!custom || o.due() && !o.secondFactor):
		return ask("DEVICE_SRP_AUTH") // in the place of a second factor
	case o.due() && !o.secondFactor:
		return o.demand()
	case custom && !o.riddlesOver():
		return o.riddle()
	case device:
		return ask("DEVICE_SRP_AUTH")
	}
	return ask(tokens)
}

func (o *oracle) riddlesOver() bool {
	return o.solved == riddlesToSolve || o.told-o.solved == riddlesToMiss
}

func (o *oracle) riddle() expected {
	return expected{name: "CUSTOM_CHALLENGE", choices: []choice{"", "wrong"}}
}

// demand is which second factor is asked for: section "what sign-in asks" of the facts on MFA.
func (o *oracle) demand() expected {
	active, on, can := o.active(), o.setting.on, o.kind.can
	if o.kind.preferred&active != 0 {
		return ask(factorNames[o.kind.preferred])
	}
	primary := map[string]factors{"email": email, "phone": sms}[o.setting.recovery]
	candidates := active
	if o.setting.mode == "ON" {
		candidates |= on & can &^ primary
	}
	switch names := candidates.names(); len(names) {
	case 0:
	case 1:
		return ask(names[0])
	default:
		e := expected{name: "SELECT_MFA_TYPE", list: names}
		for _, name := range names {
			e.choices = append(e.choices, choice(name))
		}
		return e
	}
	possible := on &^ primary
	if can&(sms|email) != 0 { // who can be reached may only add an app
		possible = on & totp
	}
	if possible == 0 {
		return refuse("MFAMethodNotFoundException")
	}
	e := expected{name: "MFA_SETUP", list: possible.names()}
	for _, name := range e.list {
		if name != "SMS_MFA" { // a number is entered outside of the sign-in
			e.choices = append(e.choices, choice(name))
		}
	}
	return e
}

// changes tells that a step leaves the user another than before, who then cannot walk again.
func changes(challenge string, k kind) bool {
	return challenge == "NEW_PASSWORD_REQUIRED" || challenge == "MFA_SETUP" || k.status == unconfirmed && strings.HasSuffix(challenge, "_OTP")
}

// leg is one step of a walk: what is expected, and how it is answered.
type leg struct {
	expected
	choice choice
}

// walks are all ways from a start to its end. next goes on from what was expected last.
func (o oracle) walks(before []leg, e expected) [][]leg {
	if e.name == tokens || strings.HasSuffix(e.name, "Exception") {
		return [][]leg{append(slices.Clone(before), leg{expected: e})}
	}
	var all [][]leg
	for _, c := range e.choices {
		branch := o
		next := branch.answer(e.name, c)
		all = append(all, branch.walks(append(slices.Clone(before), leg{e, c}), next)...)
	}
	return all
}
