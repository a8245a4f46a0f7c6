package mfa_test

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// inhabitant is a user brought into a state.
type inhabitant struct {
	*user
	person
}

// settle makes a user of each state. The pool has all factors on, optionally: a state is what is left
// when a user has activated factors and may have lost some of what they need afterwards.
func settle(t *testing.T, p *pool, states []person) []inhabitant {
	t.Helper()
	all := make([]inhabitant, len(states))
	inParallel(len(states), func(i int) {
		s := states[i]
		u := p.newUser(t, (s.can|s.active)&(sms|email))
		if (s.can | s.active).has(totp) {
			u.register(t)
		}
		u.activate(t, s.active, s.preferred)
		if lost := s.active &^ s.can; lost != 0 {
			if lost&(sms|email) != 0 {
				u.lose(t, lost)
			}
			if lost.has(totp) {
				u.associate(t) // the verified app is dropped, the new one never verified
			}
		}
		u.wantReads(t, s)
		all[i] = inhabitant{u, s}
	})
	if t.Failed() {
		t.FailNow()
	}
	return all
}

// inParallel runs f for 0 to n-1, a few at once.
func inParallel(n int, f func(i int)) {
	var running sync.WaitGroup
	free := make(chan struct{}, 3)
	for i := range n {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }() // even if f ends its goroutine
			f(i)
		})
	}
	running.Wait()
}

// TestDemands brings users into every state and their pool into every setting, and holds the first
// answer after the password against the table. Every challenge and every choice that is offered then
// has to lead to tokens.
func TestDemands(t *testing.T) {
	rows := readTable(t)
	onEveryStore(t, func(t *testing.T, database string) {
		for _, first := range recoveries {
			t.Run("recovery by "+first, func(t *testing.T) {
				t.Parallel()
				states := everyPerson()
				if database != sqlite || testing.Short() { // the rules are the same: a sample
					states = slices.DeleteFunc(states, func(p person) bool { return (int(p.can)*8+int(p.active))%5 != 0 })
				}
				w := start(t, database)
				p := w.newPool(t, setting{"OPTIONAL", allFactors, first})
				users := settle(t, p, states)
				checked := 0
				for _, s := range everySetting(first) {
					w.advance(time.Minute) // a code for an app is good once
					w.forgetMessages(t)
					p.configure(t, s)
					inParallel(len(users), func(i int) { checkDemand(t, rows, s, users[i], i) })
					checked += len(users)
				}
				if checked != 15*len(states) {
					t.Errorf("checked %d states", checked)
				}
			})
		}
	})
}

func checkDemand(t *testing.T, rows []row, s setting, u inhabitant, i int) {
	t.Helper()
	d := []door{publicly, asAdmin}[i%2]
	want := expect(t, rows, s, u.person)
	a := u.signIn(d)
	if i%16 == 3 {
		a = u.signInBySRP(t, password)
	}
	if !a.demand.equal(want.demand) {
		t.Errorf("pool %s, user %s: got %s %v, want %s (demands.txt:%d)", s, u.person, a.demand, a.err, want.demand, want.line)
		return
	}
	if a.tokens == nil && a.err == nil {
		u.wantParameters(t, a)
		if a.session == "" {
			t.Errorf("pool %s, user %s: %s has no session", s, u.person, a.demand)
		}
	}
	switch a.answer {
	case "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP":
		finish(t, s, u, a)
	case "SELECT_MFA_TYPE":
		for _, choice := range a.list {
			if a.session == "" { // one answer for each session
				a = wantChallenge(t, u.signIn(d), "SELECT_MFA_TYPE")
			}
			chosen := u.choose(a, choice)
			a.session = ""
			if chosen.answer != choice {
				t.Errorf("pool %s, user %s: choosing %s gave %s %v", s, u.person, choice, chosen.demand, chosen.err)
				continue
			}
			u.wantParameters(t, chosen)
			finish(t, s, u, chosen)
		}
	}
}

// finish gives the right code.
func finish(t *testing.T, s setting, u inhabitant, a answer) {
	t.Helper()
	if done := u.enter(a, u.rightCode(t, a.answer)); done.answer != "tokens" {
		t.Errorf("pool %s, user %s: the right code for %s gave %s %v", s, u.person, a.answer, done.demand, done.err)
	}
}

// TestSetup: where the table says MFA_SETUP, every factor it lists can be set up, and gives tokens
// at once or at the sign-in after.
func TestSetup(t *testing.T) {
	rows := readTable(t)
	onEveryStore(t, func(t *testing.T, database string) {
		for _, first := range recoveries {
			t.Run("recovery by "+first, func(t *testing.T) {
				t.Parallel()
				w := start(t, database)
				p := w.newPool(t, setting{"OPTIONAL", allFactors, first})
				for _, s := range everySetting(first) {
					p.configure(t, s)
					for _, can := range []factors{noFactors, sms, email, sms | email} {
						want := expect(t, rows, s, person{can: can})
						if want.demand.answer != "MFA_SETUP" {
							continue
						}
						for _, factor := range want.demand.list {
							setUp(t, s, p.newUser(t, can), can, want, factor)
						}
					}
				}
			})
		}
	})
}

func setUp(t *testing.T, s setting, u *user, can factors, want row, factor string) {
	t.Helper()
	a := u.signIn(publicly)
	if !a.demand.equal(want.demand) {
		t.Errorf("pool %s, user can %s: got %s %v, want %s (demands.txt:%d)", s, can, a.demand, a.err, want.demand, want.line)
		return
	}
	switch factor {
	case "SOFTWARE_TOKEN_MFA":
		done, secret := u.setUpApp(t, a)
		wantChallenge(t, done, "tokens")
		u.token = *done.tokens.AccessToken
		u.wantListed(t, factor)
		u.secret = secret
		u.advance(time.Minute)
		again := wantChallenge(t, u.signIn(publicly), "SOFTWARE_TOKEN_MFA")
		wantChallenge(t, u.enter(again, otp(t, secret, u.now())), "tokens")
	case "EMAIL_OTP": // inside the sign-in
		asked := wantChallenge(t, u.respond(publicly, u.client, "MFA_SETUP", a.session,
			map[string]string{"USERNAME": u.name, "EMAIL": u.name + "@example.com"}), "EMAIL_OTP")
		wantChallenge(t, u.enter(asked, u.code(t, u.id, u.name)), "tokens")
		again := wantChallenge(t, u.signIn(publicly), "EMAIL_OTP")
		wantChallenge(t, u.enter(again, u.code(t, u.id, u.name)), "tokens")
	case "SMS_MFA": // an administrator enters the number, and the user starts again
		u.gain(t, sms)
		again := wantChallenge(t, u.signIn(publicly), "SMS_MFA")
		wantChallenge(t, u.enter(again, u.code(t, u.id, u.name)), "tokens")
	}
}

// setUpApp registers an app in answer to MFA_SETUP.
func (u *user) setUpApp(t reporter, a answer) (done answer, secret string) {
	t.Helper()
	secret, session := u.beginApp(t, a.session)
	session, err := u.verifyIn(session, otp(t, secret, u.now()))
	if err != nil {
		t.Fatalf("VerifySoftwareToken: %v", err)
	}
	return u.respond(a.door, u.client, "MFA_SETUP", session, map[string]string{"USERNAME": u.name}), secret
}

func (u *user) wantListed(t *testing.T, factor string) {
	t.Helper()
	if got := u.read(t); !slices.Contains(got.list, factor) {
		t.Errorf("set up %s at sign-in: UserMFASettingList is %v", factor, got.list)
	}
}
