package mfa_test

import "slices"

// model is what the documentation of SetUserMFAPreference, AssociateSoftwareToken and
// VerifySoftwareToken says of one user, and nothing else.
type model struct {
	on        factors // in the pool; none while its MFA is off
	contacts  factors // the phone number and the address that the user has
	app       appState
	active    factors
	preferred factors
}

type appState int

const (
	noApp    appState = iota
	pending           // associated, not verified
	verified          // and nothing associated since
)

func (m model) can() factors {
	if m.app == verified {
		return m.contacts | totp
	}
	return m.contacts
}

func (m model) person() person { return person{m.can(), m.active, m.preferred} }

// verdict is why a preference call is refused.
type verdict struct {
	refused bool
	// lacks has the factors that the user has not what it takes to activate. That is told before
	// anything is said of the pool; in which order other faults are found is not documented.
	lacks factors
	other bool
}

// prefer is a preference call. A refused one changes nothing.
func (m *model) prefer(call blocks) verdict {
	var v verdict
	active, preferred := m.active, m.preferred
	var wanted []factors
	for _, f := range eachFactor {
		b, spoken := call[f]
		if !spoken {
			continue
		}
		if is(b.enabled, true) {
			active |= f
			switch {
			case !m.can().has(f):
				v.lacks |= f
			case !m.on.has(f):
				v.other = true
			}
			v.refused = v.refused || !m.can().has(f) || !m.on.has(f)
		}
		if is(b.enabled, false) {
			active &^= f
		}
		if is(b.preferred, true) {
			wanted = append(wanted, f)
		}
		if is(b.preferred, false) && preferred == f {
			preferred = noFactors
		}
	}
	switch {
	case len(wanted) > 1:
		v.other = true
	case len(wanted) == 1:
		preferred = wanted[0]
	}
	if slices.ContainsFunc(wanted, func(f factors) bool { return !active.has(f) }) {
		v.other = true
	}
	if !active.has(preferred) { // deactivated: the preference goes with it
		preferred = noFactors
	}
	if v.other {
		v.refused = true
	}
	if !v.refused {
		m.active, m.preferred = active, preferred
	}
	return v
}

func is(b *bool, value bool) bool { return b != nil && *b == value }
