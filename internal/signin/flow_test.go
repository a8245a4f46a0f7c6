package signin

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/mfa"
	"ostiary/internal/userpool"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// walker goes every way that a sign-in can take in one state of pool and user, giving every proof asked
// for, and records the challenges in their order.
type walker struct {
	t     *testing.T
	world world
	paths map[string]bool
	// reached are the challenges seen, and what next answered.
	reached map[cognitoidp.ChallengeNameType]bool
}

// walk goes on from an attempt along path.
func (w *walker) walk(t turn, path []string) {
	if len(path) > 20 {
		w.t.Fatalf("%s: no end: %s", describe(w.world), strings.Join(path, " > "))
	}
	attempt := *t.attempt
	t.attempt = &attempt
	f := factsOf(&t)
	challenge, err := next(t.attempt, f)
	end := func(what string) { w.paths[strings.Join(append(slices.Clone(path), what), " > ")] = true }
	if err != nil {
		end("refused: " + err.Error())
		return
	}
	w.reached[challenge] = true
	switch challenge {
	case Done:
		w.checkTokens(&t, path)
		end("tokens")
		return
	case askDefine:
		w.define(t, path)
		return
	}
	st, known := steps[challenge]
	if !known || st.check == nil || st.send == nil && len(path) > 0 { // a password comes with the first request
		w.t.Errorf("%s: %s is asked for and has no step", describe(w.world), challenge)
		return
	}
	for answer, record := range proofs(&t, f, challenge) {
		after, user := *t.attempt, *t.user
		after.Challenge = challenge
		branch := t
		branch.attempt, branch.user = &after, &user
		record(&branch)
		w.walk(branch, append(slices.Clone(path), answer))
	}
}

// define goes on by each decision that a DefineAuthChallenge function could make.
func (w *walker) define(t turn, path []string) {
	branch := func(what string, decide func(*userpool.Attempt)) {
		after := *t.attempt
		next := t
		next.attempt = &after
		decide(&after)
		w.walk(next, append(slices.Clone(path), what))
	}
	rounds := t.attempt.Rounds
	if len(rounds) > 0 {
		branch("issue tokens", func(a *userpool.Attempt) { a.Proved.FirstFactor = true })
	}
	if !slices.ContainsFunc(rounds, func(r userpool.Round) bool { return r.Challenge == "CUSTOM_CHALLENGE" }) {
		branch("define", func(a *userpool.Attempt) { a.FirstFactor = cognitoidp.ChallengeNameTypeCustomChallenge })
	}
	if len(rounds) == 1 && rounds[0].Challenge == srpBegun {
		branch("define", func(a *userpool.Attempt) { a.FirstFactor = cognitoidp.ChallengeNameTypePasswordVerifier })
	}
	if len(rounds) == 0 {
		branch("define", func(a *userpool.Attempt) { a.FirstFactor = cognitoidp.ChallengeNameTypeAdminNoSrpAuth })
	}
}

// proofs are the right answers to a challenge, each with what it records.
func proofs(t *turn, f facts, challenge cognitoidp.ChallengeNameType) map[string]func(*turn) {
	answers := map[string]func(*turn){}
	name := string(challenge)
	switch challenge {
	case cognitoidp.ChallengeNameTypeSelectChallenge:
		for _, c := range f.offered {
			if t.user.Password == nil && methodOf(c) == userpool.MethodPassword {
				continue // no answer is right
			}
			answers[name+"="+string(c)] = func(t *turn) {
				if err := choose(t, c); err != nil {
					panic(err)
				}
				if c == cognitoidp.ChallengeNameTypePassword {
					t.provePassword() // came with the choice
				}
			}
		}
	case cognitoidp.ChallengeNameTypePassword, cognitoidp.ChallengeNameTypePasswordVerifier, cognitoidp.ChallengeNameTypeAdminNoSrpAuth:
		if t.user.Password == nil {
			return nil // no answer is right
		}
		answers[name] = func(t *turn) { t.provePassword() }
	case cognitoidp.ChallengeNameTypeCustomChallenge:
		answers[name] = func(t *turn) { t.endRound(challenge, true, "") }
	case cognitoidp.ChallengeNameTypeWebAuthn:
		answers[name] = func(t *turn) { t.provePasskey(userpool.MethodSyncedKey, true) }
		answers[name+" unverified"] = func(t *turn) { t.provePasskey(userpool.MethodSyncedKey, false) }
	case cognitoidp.ChallengeNameTypeDeviceSrpAuth:
		answers[name] = func(*turn) {}
	case cognitoidp.ChallengeNameTypeDevicePasswordVerifier:
		answers[name] = func(t *turn) { t.proveDevice() }
	case cognitoidp.ChallengeNameTypeNewPasswordRequired:
		answers[name] = func(t *turn) {
			t.attempt.Proved.NewPassword = true
			t.user.Status = cognitoidp.UserStatusTypeConfirmed
		}
	case cognitoidp.ChallengeNameTypeSmsMfa, cognitoidp.ChallengeNameTypeEmailOtp, cognitoidp.ChallengeNameTypeSmsOtp:
		answers[name] = func(t *turn) { t.proveCode(challenge) }
	case cognitoidp.ChallengeNameTypeSoftwareTokenMfa:
		answers[name] = func(t *turn) { t.proveSecond(userpool.FactorTOTP) }
	case cognitoidp.ChallengeNameTypeSelectMfaType:
		for _, factor := range f.demand.Ask {
			answers[name+"="+string(factor)] = func(t *turn) { t.attempt.SecondFactor = factor }
		}
	case cognitoidp.ChallengeNameTypeMfaSetup:
		for _, factor := range f.demand.SetUp {
			answers[name+"="+string(factor)] = func(t *turn) {
				if factor == userpool.FactorTOTP {
					t.proveSecond(factor)
				} else {
					t.attempt.SecondFactor = factor
				}
			}
		}
	}
	return answers
}

// checkTokens holds what was proved against what had to be.
func (w *walker) checkTokens(t *turn, path []string) {
	a := t.attempt
	fail := func(what string) {
		w.t.Errorf("%s: tokens without %s: %s", describe(w.world), what, strings.Join(path, " > "))
	}
	walked := func(names ...string) bool {
		return slices.ContainsFunc(path, func(p string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(p, n) })
		})
	}
	if a.Risk == cognitoidp.AccountTakeoverEventActionTypeBlock {
		fail("leave: the risk blocks it")
	}
	if !walked("PASSWORD", "SELECT_CHALLENGE=PASSWORD", "ADMIN_NO_SRP_AUTH", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "issue tokens") {
		fail("a first factor")
	}
	if a.Flow == cognitoidp.AuthFlowTypeCustomAuth && !walked("issue tokens") {
		fail("the leave of DefineAuthChallenge")
	}
	if w.world.user.Status == cognitoidp.UserStatusTypeForceChangePassword && !walked("NEW_PASSWORD_REQUIRED") {
		fail("a new password")
	}
	device := walked("DEVICE_PASSWORD_VERIFIER") && t.device.Remembered && *t.pool.Settings.DeviceConfiguration.ChallengeRequiredOnNewDevice &&
		(a.Risk == "" || !*t.pool.Settings.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt)
	passkey := slices.Contains(path, "WEB_AUTHN") && t.user.MFA.WebAuthn && t.pool.WebAuthn.FactorConfiguration != ""
	// Whoever has proved a mailbox or a phone, and has no other factor, has nothing more to show to a risk.
	spent := a.Risk == cognitoidp.AccountTakeoverEventActionTypeMfaIfConfigured && t.pool.MFA() != "ON" &&
		!slices.ContainsFunc(mfa.Of(t.pool, t.user, a.Risk).Ask, func(f userpool.Factor) bool { return !slices.Contains(a.Methods, mfa.Method(f)) })
	if !spent && !passkey && !device && !mfa.Of(t.pool, t.user, a.Risk).None() && !walked("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "MFA_SETUP=SOFTWARE_TOKEN_MFA") {
		fail("a second factor")
	}
	if got := userpool.Level(a.AllMethods()); got < a.Level {
		fail(fmt.Sprintf("level %d: only %d by %v", a.Level, got, a.AllMethods()))
	}
}

// world is one state of pool, user, device and request.
type world struct {
	pool   *userpool.Pool
	user   *userpool.User
	device *userpool.Device
	begin  userpool.Attempt
}

// worlds yields the whole finite space that sign-in looks at.
func worlds(yield func(world) bool) {
	begins := []userpool.Attempt{
		{Flow: cognitoidp.AuthFlowTypeUserSrpAuth, FirstFactor: cognitoidp.ChallengeNameTypePasswordVerifier},
		{Flow: cognitoidp.AuthFlowTypeUserPasswordAuth, FirstFactor: cognitoidp.ChallengeNameTypePassword},
		{Flow: cognitoidp.AuthFlowTypeCustomAuth},
		{Flow: cognitoidp.AuthFlowTypeCustomAuth, Rounds: []userpool.Round{{Challenge: srpBegun, Passed: true}}},
		{Flow: cognitoidp.AuthFlowTypeUserAuth},
	}
	for level := range 4 {
		begins = append(begins, userpool.Attempt{Flow: cognitoidp.AuthFlowTypeUserAuth, Level: level + 1})
	}
	risks := []cognitoidp.AccountTakeoverEventActionType{
		"", cognitoidp.AccountTakeoverEventActionTypeMfaIfConfigured,
		cognitoidp.AccountTakeoverEventActionTypeMfaRequired, cognitoidp.AccountTakeoverEventActionTypeBlock,
	}
	for p := range pools {
		for u := range users {
			for _, begin := range begins {
				for _, risk := range risks {
					if begin.Level > 0 && risk != "" {
						continue // a level asks for its factors whatever the risk does; the two meet in one place
					}
					begin.Risk = risk
					for d := range devices(p) {
						d.user, d.begin = u, begin
						if !yield(d) {
							return
						}
					}
				}
			}
		}
	}
}

// devices yields a pool without devices, and with one that stands in for nothing: not remembered, or in a
// pool that has devices stand in for nothing; and with one that does, remembered by itself or on demand.
func devices(p *userpool.Pool) func(yield func(world) bool) {
	return func(yield func(world) bool) {
		if !yield(world{pool: p}) {
			return
		}
		for _, d := range []struct{ challenge, prompt, remembered bool }{
			{true, true, false}, {false, false, true}, {true, true, true}, {true, false, true},
		} {
			tracking := *p
			tracking.Settings.DeviceConfiguration = &cognitoidp.DeviceConfigurationType{
				ChallengeRequiredOnNewDevice: &d.challenge, DeviceOnlyRememberedOnUserPrompt: &d.prompt}
			if !yield(world{pool: &tracking, device: &userpool.Device{PoolID: p.ID, Key: "device", Remembered: d.remembered}}) {
				return
			}
		}
	}
}

// pools yields every combination of MfaConfiguration, second factors and first factors that a pool can have.
func pools(yield func(*userpool.Pool) bool) {
	for _, mode := range []cognitoidp.UserPoolMfaType{"OFF", "OPTIONAL", "ON"} {
		for factors := range 8 {
			if (mode == "OFF") != (factors == 0) {
				continue
			}
			for _, more := range [][]cognitoidp.AuthFactorType{nil, {"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}, {"WEB_AUTHN"}} {
				if mode == "ON" && len(more) > 1 {
					continue // the pool settings refuse it
				}
				p := &userpool.Pool{ID: "us-east-1_abcdefghi"}
				if len(more) > 0 {
					p.WebAuthn = &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("example.com")}
				}
				if len(more) == 1 {
					p.WebAuthn.FactorConfiguration = cognitoidp.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
				}
				p.Settings.MfaConfiguration = mode
				p.Settings.Policies = &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
					AllowedFirstAuthFactors: append([]cognitoidp.AuthFactorType{"PASSWORD"}, more...)}}
				if factors&1 != 0 {
					p.SMSMFA = &cognitoidp.SmsMfaConfigType{}
				}
				if factors&2 != 0 {
					p.SoftwareTokenMFA = &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)}
				}
				if factors&4 != 0 {
					p.EmailMFA = &cognitoidp.EmailMfaConfigType{}
				}
				if !yield(p) {
					return
				}
			}
		}
	}
}

// users yields every combination of status, password, what a user has for factors, which of them are
// active, and which is preferred.
func users(yield func(*userpool.User) bool) {
	for _, status := range []cognitoidp.UserStatusType{"CONFIRMED", "FORCE_CHANGE_PASSWORD", "UNCONFIRMED"} {
		for _, password := range []bool{true, false} {
			for has := range 8 {
				for active := range 8 {
					if active&^has != 0 || status != "CONFIRMED" && (active != 0 || !password) {
						continue
					}
					// Who has an active factor lets a passkey count as both; others cannot.
					settings := userpool.MFASettings{SMS: active&1 != 0, TOTP: active&2 != 0, Email: active&4 != 0, WebAuthn: active != 0}
					for _, prefer := range append([]userpool.Factor{""}, settings.Active()...) {
						if prefer != "" && len(settings.Active()) == 1 {
							continue // nothing to choose between
						}
						u := &userpool.User{Username: "ana", Status: status, Enabled: true, Attributes: map[string]string{}, MFA: settings}
						u.MFA.Prefer = prefer
						if password {
							u.Password = &userpool.Password{}
						}
						if has&1 != 0 {
							u.Attributes[userpool.AttrPhoneNumber] = "+15550100"
						}
						if has&2 != 0 {
							u.TOTP = &userpool.TOTP{}
						}
						if has&4 != 0 {
							u.Attributes[userpool.AttrEmail] = "ana@example.com"
						}
						if !yield(u) {
							return
						}
					}
				}
			}
		}
	}
}

// TestEveryWay goes every way in every state: tokens come only after every proof that is due, every
// challenge is reached, and the golden file shows each way and how many states lead along it.
func TestEveryWay(t *testing.T) {
	reached := map[cognitoidp.ChallengeNameType]bool{}
	ways := map[string]int{}
	for world := range worlds {
		if world.user.Status == cognitoidp.UserStatusTypeUnconfirmed && world.begin.Flow != cognitoidp.AuthFlowTypeUserAuth {
			continue // refused before the machine begins
		}
		w := &walker{t: t, world: world, paths: map[string]bool{}, reached: reached}
		attempt, user := world.begin, *world.user
		var passkeys []*userpool.Passkey
		if world.pool.WebAuthn != nil && user.Attributes[userpool.AttrPhoneNumber] == "" { // half of all users have one
			passkeys = []*userpool.Passkey{{RPID: "example.com"}}
		}
		w.walk(turn{admin: true, passkeys: passkeys, pool: world.pool, client: &userpool.Client{}, user: &user, device: world.device, attempt: &attempt}, nil)
		for path := range w.paths {
			ways[string(world.begin.Flow)+": "+path]++
		}
		if t.Failed() {
			return
		}
	}
	for challenge, st := range steps {
		if !reached[challenge] && st.send != nil {
			t.Errorf("no state leads to %s", challenge)
		}
	}
	var got strings.Builder
	for _, way := range slices.Sorted(maps.Keys(ways)) {
		fmt.Fprintf(&got, "%s (%d)\n", way, ways[way])
	}
	golden := filepath.Join("testdata", "ways.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the ways through sign-in changed (-want +got):\n%s", diff)
	}
}

func describe(w world) string {
	a, u := w.begin, w.user
	device := "no device"
	if w.device != nil {
		device = fmt.Sprintf("device remembered %t, trusted %t", w.device.Remembered, w.pool.Trusts(w.device))
	}
	return fmt.Sprintf("%s rounds %d, level %d, risk %q; %s; %s, password %t, attributes %v, app %t, mfa %+v; pool %s %v sms %t totp %t email %t",
		a.Flow, len(a.Rounds), a.Level, a.Risk, device, u.Status, u.Password != nil, u.Attributes, u.TOTP != nil, u.MFA,
		w.pool.MFA(), w.pool.FirstFactors(), w.pool.SMSMFA != nil, w.pool.SoftwareTokenMFA != nil, w.pool.EmailMFA != nil)
}
