package mfa_test

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/demands.txt
var demandsText string

// factors is a set of MFA factors.
type factors uint8

const (
	sms factors = 1 << iota
	totp
	email

	noFactors  factors = 0
	allFactors         = sms | totp | email
)

func (f factors) has(g factors) bool { return f&g == g && g != 0 }

// String spells the set as the column on of the table does.
func (f factors) String() string {
	spelled := []byte("---")
	for i, g := range eachFactor {
		if f.has(g) {
			spelled[i] = "STE"[i]
		}
	}
	return string(spelled)
}

var eachFactor = [...]factors{sms, totp, email}

// factorNames is how the API calls them.
var factorNames = map[factors]string{sms: "SMS_MFA", totp: "SOFTWARE_TOKEN_MFA", email: "EMAIL_OTP"}

func (f factors) names() []string {
	var names []string
	for _, g := range eachFactor {
		if f.has(g) {
			names = append(names, factorNames[g])
		}
	}
	return names
}

// setting is what of a pool matters to MFA.
type setting struct {
	mode     string // OFF, OPTIONAL, ON
	on       factors
	recovery string // phone, email, admin
}

func (s setting) String() string { return fmt.Sprintf("%s/%s/%s", s.mode, s.on, s.recovery) }

// person is what of a user matters to MFA.
type person struct {
	can       factors // has the phone number, the verified app, the e-mail address
	active    factors
	preferred factors // one of active, or none
}

func (p person) String() string {
	return fmt.Sprintf("can %s active %s prefers %s", p.can, p.active, p.preferred)
}

// demand is the answer to a right password.
type demand struct {
	answer string   // tokens, a challenge's name or an exception's
	list   []string // sorted, of SELECT_MFA_TYPE and MFA_SETUP
}

func (d demand) String() string { return strings.Join(append([]string{d.answer}, d.list...), " ") }

func (d demand) equal(e demand) bool { return d.answer == e.answer && slices.Equal(d.list, e.list) }

// row is one line of the table.
type row struct {
	line     int
	patterns [8]string
	demand   demand
}

// reading is a state in the words of the table's columns.
func reading(s setting, p person) [8]string {
	letter := func(f factors, recovery string) string {
		switch {
		case !s.on.has(f) || !p.can.has(f):
			return "-"
		case p.active.has(f):
			return "a"
		case s.recovery == recovery:
			return "p"
		}
		return "u"
	}
	preferred, contact := ".", "none"
	for i, f := range eachFactor {
		if p.preferred == f {
			preferred = "ste"[i : i+1]
		}
	}
	if p.can&(sms|email) != 0 {
		contact = "some"
	}
	return [8]string{
		s.mode, letter(sms, "phone"), letter(totp, "none"), letter(email, "email"),
		preferred, contact, s.recovery, s.on.String(),
	}
}

func (r row) fits(state [8]string) bool {
	for i, pattern := range r.patterns {
		if pattern != "*" && !columnFits(i, pattern, state[i]) {
			return false
		}
	}
	return true
}

func columnFits(column int, pattern, value string) bool {
	switch column {
	case 1, 2, 3, 4: // letters
		return strings.Contains(pattern, value)
	case 7:
		for i := range value {
			if pattern[i] != '?' && pattern[i] != value[i] {
				return false
			}
		}
		return true
	}
	return pattern == value
}

func readTable(t reporter) []row {
	t.Helper()
	var rows []row
	for i, line := range strings.Split(demandsText, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if len(fields) < 9 {
			t.Fatalf("demands.txt:%d has %d columns", i+1, len(fields))
		}
		r := row{line: i + 1, demand: demand{answer: fields[8], list: slices.Sorted(slices.Values(fields[9:]))}}
		copy(r.patterns[:], fields)
		rows = append(rows, r)
	}
	return rows
}

// expect finds the row of a state.
func expect(t reporter, rows []row, s setting, p person) row {
	t.Helper()
	state := reading(s, p)
	for _, r := range rows {
		if r.fits(state) {
			return r
		}
	}
	t.Fatalf("demands.txt says nothing of %s, %s: %v", s, p, state)
	return row{}
}

// everySetting is each pool that can be configured: OFF goes with no factor, the others with some.
func everySetting(recovery string) []setting {
	all := []setting{{"OFF", noFactors, recovery}}
	for _, mode := range []string{"OPTIONAL", "ON"} {
		for on := sms; on <= allFactors; on++ {
			all = append(all, setting{mode, on, recovery})
		}
	}
	return all
}

// everyPerson is each user that can come about. A factor stays activated when the phone number, the
// address or the app behind it goes.
func everyPerson() []person {
	var all []person
	for can := noFactors; can <= allFactors; can++ {
		for active := noFactors; active <= allFactors; active++ {
			all = append(all, person{can, active, noFactors})
			for _, f := range eachFactor {
				if active.has(f) {
					all = append(all, person{can, active, f})
				}
			}
		}
	}
	return all
}

var recoveries = []string{"email", "phone", "admin"}

// TestTable: the table speaks of every state, and no row of it is idle.
func TestTable(t *testing.T) {
	rows := readTable(t)
	used, states := map[int]int{}, 0
	for _, recovery := range recoveries {
		for _, s := range everySetting(recovery) {
			for _, p := range everyPerson() {
				used[expect(t, rows, s, p).line]++
				states++
			}
		}
	}
	if states != 3*15*160 {
		t.Errorf("%d states, want every pool with every user: %d", states, 3*15*160)
	}
	for _, r := range rows {
		if used[r.line] == 0 {
			t.Errorf("demands.txt:%d never holds", r.line)
		}
	}
}
