package signin_test

import (
	"slices"
	"testing"
	"time"
)

// TestTimeTellsNothing compares the times of refusals, in units of what an answer would save that skips the
// arithmetic of a password: the difference to one that needs none. Requests are taken in turns, so that what
// else the machine does falls on all alike, and samples are added as long as there is a difference
// of half a unit.
func TestTimeTellsNothing(t *testing.T) {
	w := newWorld(t, sqlite)
	s := societies(t, w)[0]
	srp := newSRPClient()
	waiting := person{s.pool, s.client, s.pool.newUser(t, kind{status: unconfirmed, can: email}).name}
	for _, ask := range []struct {
		what   string
		flow   string
		params map[string]string
	}{
		{"a wrong password", "USER_PASSWORD_AUTH", map[string]string{"PASSWORD": "Wr0ng-Horse!"}},
		{"the beginning of SRP", "USER_SRP_AUTH", map[string]string{"SRP_A": srp.A()}},
		{"a wrong password by choice", "USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Wr0ng-Horse!"}},
		{"a code", "USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "EMAIL_OTP"}},
	} {
		t.Run(ask.what, func(t *testing.T) {
			var x times
			for range 8 {
				x.measure(func() (known, unknown person) {
					return person{s.pool, s.client, s.somebody(t)}, person{s.pool, s.client, s.nobody(t)}
				}, waiting, func(q person) { q.begin(publicly, ask.flow, ask.params) })
				if (median(x.known) - median(x.unknown)).Abs() < (median(x.with)-median(x.without))/2 {
					return
				}
			}
			t.Errorf("medians: somebody's name %s, nobody's %s; with arithmetic %s, without %s",
				median(x.known), median(x.unknown), median(x.with), median(x.without))
		})
	}
}

// times are what requests took: about somebody and about nobody, and of what needs the arithmetic and not.
type times struct{ known, unknown, with, without []time.Duration }

// measure asks in turns.
func (x *times) measure(pair func() (known, unknown person), waiting person, ask func(person)) {
	const rounds = 4 // locks begin with the fifth
	took := func(f func(person), q person) time.Duration {
		began := time.Now()
		f(q)
		return time.Since(began)
	}
	password := func(q person) {
		q.begin(publicly, "USER_PASSWORD_AUTH", map[string]string{"PASSWORD": "Wr0ng-Horse!"})
	}
	for range 6 {
		a, b := pair()
		c, _ := pair()
		for range rounds {
			x.known = append(x.known, took(ask, a))
			x.unknown = append(x.unknown, took(ask, b))
			x.with = append(x.with, took(password, c))
			x.without = append(x.without, took(password, waiting))
		}
	}
}

func median(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)/2]
}
