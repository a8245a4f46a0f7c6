package mfa_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"pgregory.net/rapid"
)

// eachBlock is every form of a factor's settings: left out, or with each member absent, true, false.
func eachBlock() []*block {
	values := []*bool{nil, aws.Bool(true), aws.Bool(false)}
	all := []*block{nil}
	for _, enabled := range values {
		for _, preferred := range values {
			all = append(all, &block{enabled, preferred})
		}
	}
	return all
}

// TestPreferenceModel makes random calls of all kinds and compares what users see, and what the next
// sign-in asks, with the model.
func TestPreferenceModel(t *testing.T) {
	rows := readTable(t)
	onEveryStore(t, func(t *testing.T, database string) {
		w := start(t, database)
		p := w.newPool(t, setting{"OPTIONAL", allFactors, "email"})
		checks := 0
		rapid.Check(t, func(t *rapid.T) {
			if checks++; database != sqlite && checks > 20 { // the rules are the same: a sample
				return
			}
			h := &history{rows: rows, setting: setting{"OPTIONAL", allFactors, "email"}}
			p.configure(t, h.setting)
			h.contacts = factors(rapid.IntRange(0, int(allFactors)).Draw(t, "contacts")) &^ totp
			h.user = p.newUser(t, h.contacts)
			h.on = allFactors
			h.open(t)
			t.Repeat(map[string]func(*rapid.T){
				"prefer":       h.preferAnything,
				"activate":     h.preferSomething,
				"associate":    h.beginApp,
				"verify":       h.endApp,
				"contacts":     h.changeContacts,
				"pool":         h.changePool,
				"":             h.check,
				"prefer again": h.preferAnything,
			})
			h.checkSignIn(t)
		})
	})
}

// history is one user's life beside the model of it.
type history struct {
	*user
	model
	setting setting
	rows    []row
	pending string // the secret of an app not verified yet
}

func (h *history) preferAnything(t *rapid.T) {
	call := blocks{}
	for _, f := range eachFactor {
		if b := rapid.SampledFrom(eachBlock()).Draw(t, f.String()); b != nil {
			call[f] = *b
		}
	}
	h.preferBoth(t, call)
}

// preferSomething is a call as applications make it: more of them are accepted.
func (h *history) preferSomething(t *rapid.T) {
	f := rapid.SampledFrom(eachFactor[:]).Draw(t, "factor")
	h.preferBoth(t, blocks{f: *rapid.SampledFrom(eachBlock()[1:]).Draw(t, "block")})
}

func (h *history) preferBoth(t *rapid.T, call blocks) {
	own := rapid.Bool().Draw(t, "by the user")
	before := h.model
	v := h.model.prefer(call)
	got := h.user.prefer(t, own, call)
	checkPreference(t, fmt.Sprintf("%v of %+v", call.body(), before), v, got)
}

func checkPreference(t reporter, what string, v verdict, got wire) {
	t.Helper()
	switch {
	case !v.refused && (got.status != 200 || got.body != "{}"):
		t.Fatalf("%s: got %d %s, want it accepted with {}", what, got.status, got.body)
	case v.refused && (got.status != 400 || got.errType != "InvalidParameterException" || got.message == ""):
		t.Fatalf("%s: got %d %s, want InvalidParameterException", what, got.status, got.body)
	case v.refused && v.lacks != 0 && !v.other:
		for _, name := range v.lacks.names() {
			if got.message == "User does not have delivery config set to turn on "+name {
				return
			}
		}
		t.Fatalf("%s: got %q, want it to say that the user lacks what %v takes", what, got.message, v.lacks.names())
	}
}

func (h *history) beginApp(t *rapid.T) {
	out, err := h.api.AssociateSoftwareToken(h.ctx, &idp.AssociateSoftwareTokenInput{AccessToken: &h.token})
	if !h.on.has(totp) {
		refused(t, "AssociateSoftwareToken where apps are off", err, "SoftwareTokenMFANotFoundException",
			"Software Token MFA has not been enabled by the userPool")
		return
	}
	if err != nil {
		t.Fatalf("AssociateSoftwareToken: %v", err)
	}
	if secret := aws.ToString(out.SecretCode); len(secret) < 16 || secret == h.pending || secret == h.secret {
		t.Fatalf("AssociateSoftwareToken gives no new secret, %d characters", len(secret))
	}
	if out.Session != nil {
		t.Fatalf("AssociateSoftwareToken with an access token gives a session")
	}
	h.pending, h.app = *out.SecretCode, pending
}

func (h *history) endApp(t *rapid.T) {
	if h.app != pending || !h.on.has(totp) {
		t.Skip("no app to verify")
	}
	right := rapid.IntRange(0, 3).Draw(t, "right") > 0
	code := otp(t, h.pending, h.now())
	if !right {
		refused(t, "VerifySoftwareToken with a wrong code", h.verify(h.pending, wrong(code)),
			"EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
		return
	}
	if err := h.verify(h.pending, code); err != nil {
		t.Fatalf("VerifySoftwareToken: %v", err)
	}
	h.app = verified
}

func (h *history) changeContacts(t *rapid.T) {
	f := rapid.SampledFrom([]factors{sms, email}).Draw(t, "contact")
	if h.contacts.has(f) {
		h.lose(t, f)
	} else {
		h.gain(t, f)
	}
	h.contacts ^= f
}

func (h *history) changePool(t *rapid.T) {
	h.setting = rapid.SampledFrom(everySetting("email")).Draw(t, "pool")
	h.configure(t, h.setting)
	h.on = h.setting.on
}

func (h *history) check(t *rapid.T) { h.wantReads(t, h.person()) }

func (h *history) checkSignIn(t *rapid.T) {
	want := expect(t, h.rows, h.setting, h.person())
	if a := h.signIn(publicly); !a.demand.equal(want.demand) {
		t.Errorf("pool %s, user %s: got %s %v, want %s (demands.txt:%d)", h.setting, h.person(), a.demand, a.err, want.demand, want.line)
	}
}

// TestPreferenceForms makes every call there is, by both operations, from the states that matter:
// nothing activated, everything, everything with a preference, and without what it takes.
func TestPreferenceForms(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		if database != sqlite && testing.Short() {
			t.Skip("the same on every store")
		}
		w := start(t, database)
		begin := setting{"OPTIONAL", allFactors, "email"}
		p := w.newPool(t, begin)
		able := p.newUser(t, sms|email)
		able.register(t)
		unable := p.newUser(t, noFactors)
		unable.open(t)
		states := []struct {
			*user
			model
		}{
			{able, model{on: allFactors, contacts: sms | email, app: verified}},
			{able, model{on: allFactors, contacts: sms | email, app: verified, active: allFactors}},
			{able, model{on: allFactors, contacts: sms | email, app: verified, active: allFactors, preferred: totp}},
			{able, model{on: allFactors, contacts: sms | email, app: verified, active: sms, preferred: sms}},
			{unable, model{on: allFactors}},
		}
		for i, s := range states {
			forms := eachBlock()
			now := model{app: pending} // nobody's
			for n := range len(forms) * len(forms) * len(forms) {
				call := blocks{}
				for j, f := range eachFactor {
					if b := forms[[]int{n % 10, n / 10 % 10, n / 100}[j]]; b != nil {
						call[f] = *b
					}
				}
				if database != sqlite && n%7 != i { // the rules are the same: a sample
					continue
				}
				if now != s.model {
					s.user.restore(t, s.model)
				}
				m := s.model
				v := m.prefer(call)
				got := s.user.prefer(t, n%2 == 0, call)
				what := fmt.Sprintf("%v of %s", call.body(), s.person())
				checkPreference(t, what, v, got)
				now = m
				s.user.wantReads(t, m.person())
				if t.Failed() {
					t.Fatal(what)
				}
			}
		}
	})
}

// restore brings a user's settings back to the model's.
func (u *user) restore(t reporter, m model) {
	t.Helper()
	b := blocks{}
	for _, f := range eachFactor {
		b[f] = block{aws.Bool(m.active.has(f)), aws.Bool(m.preferred == f)}
	}
	if got := u.prefer(t, false, b); got.body != "{}" {
		t.Fatalf("AdminSetUserMFAPreference: %d %s", got.status, got.body)
	}
}

// TestPreferenceRace: calls that contradict each other leave one of their results, no mixture.
func TestPreferenceRace(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		w := start(t, database)
		u := w.newPool(t, setting{"OPTIONAL", allFactors, "admin"}).newUser(t, sms|email)
		u.register(t)
		for range 5 {
			var running sync.WaitGroup
			for _, f := range eachFactor {
				for i := range 4 {
					running.Go(func() {
						call := blocks{}
						for _, g := range eachFactor { // exactly f, preferred
							call[g] = block{aws.Bool(f == g), aws.Bool(f == g)}
						}
						if got := u.prefer(t, i%2 == 0, call); got.body != "{}" {
							t.Errorf("preference: %d %s", got.status, got.body)
						}
					})
				}
			}
			running.Wait()
			if got := u.read(t); len(got.list) != 1 || got.preferred != got.list[0] {
				t.Errorf("after a race reads show %v, preferred %q", got.list, got.preferred)
			}
		}
	})
}

// TestPreferenceComesBack: an activated factor that the user cannot use keeps its setting, and
// is back when the user has what it takes.
func TestPreferenceComesBack(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		w := start(t, database)
		p := w.newPool(t, setting{"OPTIONAL", allFactors, "admin"})
		u := p.newUser(t, sms|email)
		u.register(t)
		u.activate(t, allFactors, totp)
		both := person{can: allFactors, active: allFactors, preferred: totp}
		u.wantReads(t, both)

		u.lose(t, sms|email)
		u.wantReads(t, person{can: totp, active: allFactors, preferred: totp})
		secret := u.associate(t)
		u.wantReads(t, person{can: noFactors, active: allFactors, preferred: totp})
		wantChallenge(t, u.signIn(publicly), "tokens")

		u.gain(t, sms)
		wantChallenge(t, u.signIn(publicly), "SMS_MFA")
		w.advance(time.Minute)
		if err := u.verify(secret, otp(t, secret, u.now())); err != nil {
			t.Fatal(err)
		}
		u.gain(t, email)
		u.wantReads(t, both)
		w.advance(time.Minute)
		a := wantChallenge(t, u.signIn(publicly), "SOFTWARE_TOKEN_MFA")
		wantChallenge(t, u.enter(a, otp(t, secret, u.now())), "tokens")
	})
}
