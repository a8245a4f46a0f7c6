package signin_test

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

//go:embed testdata/first_factors.txt
var firstFactorsText string

// firstFactorRow is one line of the table.
type firstFactorRow struct {
	line     int
	patterns [7]string
	answer   []string // sorted
}

func readFirstFactors(t reporter) []firstFactorRow {
	t.Helper()
	var rows []firstFactorRow
	for i, line := range strings.Split(firstFactorsText, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if len(fields) < 8 {
			t.Fatalf("first_factors.txt:%d has %d columns", i+1, len(fields))
		}
		r := firstFactorRow{line: i + 1, answer: slices.Sorted(slices.Values(fields[7:]))}
		copy(r.patterns[:], fields)
		rows = append(rows, r)
	}
	return rows
}

// firstFactorState is a state in the words of the table's columns.
func firstFactorState(s setting, k kind) [7]string {
	is := func(holds bool, yes string) string {
		if holds {
			return yes
		}
		return "-"
	}
	due := s.mode == "ON" || s.mode == "OPTIONAL" && k.active&k.can&s.on != 0
	return [7]string{
		k.status, is(due, "d"), is(s.multi && k.passkeyMFA, "y"),
		is(s.allows("PASSWORD") && !k.noPassword, "y"), is(s.allows("EMAIL_OTP") && k.can.has(email), "y"),
		is(s.allows("SMS_OTP") && k.can.has(sms), "y"), is(s.allows("WEB_AUTHN") && k.passkey, "y"),
	}
}

// expectFirstFactors finds the row of a state.
func expectFirstFactors(t reporter, rows []firstFactorRow, s setting, k kind) firstFactorRow {
	t.Helper()
	state := firstFactorState(s, k)
	for _, r := range rows {
		fits := true
		for i, pattern := range r.patterns {
			fits = fits && (pattern == "*" || pattern == state[i])
		}
		if fits {
			return r
		}
	}
	t.Fatalf("first_factors.txt says nothing of %s, %s: %v", s, k, state)
	return firstFactorRow{}
}

// everyFirstFactorSetting is each pool that can be configured and differs in what is offered.
func everyFirstFactorSetting() []setting {
	var all []setting
	for bits := range 8 {
		first := []string{"PASSWORD"}
		for i, name := range []string{"EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"} {
			if bits>>i&1 == 1 {
				first = append(first, name)
			}
		}
		for _, multi := range []bool{false, true} {
			all = append(all, setting{first: first, mode: "OFF", recovery: "email", multi: multi})
			for _, on := range []factors{allFactors, sms | email} { // on the app or without
				all = append(all, setting{first: first, mode: "OPTIONAL", on: on, recovery: "email", multi: multi})
			}
			// Codes as first factors do not go with MFA that is required, passkeys only if they count as both.
			if bits&3 == 0 && (multi || bits == 0) {
				all = append(all, setting{first: first, mode: "ON", on: allFactors, recovery: "email", multi: multi})
			}
		}
	}
	return all
}

// everyFirstFactorKind is each user, those who cannot come about included.
func everyFirstFactorKind() []kind {
	var all []kind
	for _, status := range []string{confirmed, forceChange, unconfirmed, resetRequired, disabled} {
		for bits := range 32 {
			k := kind{status: status, noPassword: bits&1 == 1, passkey: bits&2 == 2, passkeyMFA: bits&4 == 4}
			if bits&8 == 8 {
				k.can |= email
			}
			if bits&16 == 16 {
				k.can |= sms
			}
			for _, active := range []factors{noFactors, sms, totp} {
				with := k
				with.active = active
				if active == totp {
					with.can |= totp
				}
				all = append(all, with)
			}
		}
	}
	return all
}

// cannotBe is the rule by which states are left out: why there is no such user; "" if there is.
// TestUsersWhoCannotBe holds it against the server.
func cannotBe(k kind) string {
	switch {
	case !k.can.has(k.active) && k.active != 0:
		return "a factor is switched on only by who has what it takes"
	case k.status == unconfirmed && k.active != 0:
		return "preferences are for confirmed users"
	case k.passkeyMFA && k.active == 0:
		return "a passkey counts as second factor only beside another"
	case k.status == forceChange && k.noPassword:
		return "a temporary password is a password"
	case k.status == unconfirmed && (k.passkey || k.can.has(totp)):
		return "passkeys and apps are registered with an access token"
	}
	return ""
}

// TestFirstFactorTable: the table speaks of every state, and no row of it is idle.
func TestFirstFactorTable(t *testing.T) {
	rows := readFirstFactors(t)
	used := map[int]int{}
	for _, s := range everyFirstFactorSetting() {
		for _, k := range everyFirstFactorKind() {
			used[expectFirstFactors(t, rows, s, k).line]++
		}
	}
	for _, r := range rows {
		if used[r.line] == 0 {
			t.Errorf("first_factors.txt:%d never holds", r.line)
		}
	}
}

// TestFirstFactors brings users into every state and their pool into every setting, and holds what is
// offered to them against the table.
func TestFirstFactors(t *testing.T) {
	t.Parallel()
	rows := readFirstFactors(t)
	for _, database := range []string{sqlite, postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			settings, kinds := everyFirstFactorSetting(), slices.DeleteFunc(everyFirstFactorKind(), func(k kind) bool { return cannotBe(k) != "" })
			if database != sqlite || testing.Short() { // the rules are the same: a sample
				kinds = everyNth(kinds, 11)
				settings = everyNth(settings, 5)
			}
			p := newWorld(t, database).newPool(t, open)
			users := make([]*user, len(kinds))
			inParallel(len(kinds), func(i int) { users[i] = p.newUser(t, kinds[i]) })
			if t.Failed() {
				t.FailNow()
			}
			for n, s := range settings {
				p.Advance(time.Hour) // a user is sent a few codes in an hour
				p.configure(t, s)
				inParallel(len(users), func(i int) {
					// Where the status alone decides, a fourth of the users in each setting.
					if status := users[i].kind.status; status == confirmed || status == unconfirmed || (n+i)%4 == 0 {
						checkOffer(t, rows, s, users[i], n+i)
					}
				})
			}
			t.Logf("%d users in %d settings", len(users), len(settings))
		})
	}
}

// everyNth is a sample that begins with the first.
func everyNth[T any](all []T, n int) []T {
	var sample []T
	for i := 0; i < len(all); i += n {
		sample = append(sample, all[i])
	}
	return sample
}

// checkOffer asks for the choice, or for one of the challenges, which is then given if it is offered.
func checkOffer(t *testing.T, rows []firstFactorRow, s setting, u *user, nth int) {
	t.Helper()
	want := expectFirstFactors(t, rows, s, u.kind)
	preferred := []string{"", "EMAIL_OTP", "", "SMS_OTP", "", "WEB_AUTHN", "", "PASSWORD_SRP"}[nth/4%8]
	from := start{door(nth / 32 % 2), "USER_AUTH", preferred}
	got := u.start(from)
	if u.kind.status == unconfirmed && preferred == "PASSWORD_SRP" {
		want.answer = []string{"UserNotConfirmedException"} // passwords say so, without being looked at
	}
	if strings.HasSuffix(want.answer[0], "Exception") {
		if got.name != want.answer[0] {
			t.Errorf("pool %s, user %s, %s: got %s, want %s (first_factors.txt:%d)", s, u.kind, from, got, want.answer[0], want.line)
		}
		return
	}
	name := "SELECT_CHALLENGE"
	if preferred != "" && slices.Contains(want.answer, preferred) {
		name = preferred
		if name == "PASSWORD_SRP" {
			name = "PASSWORD_VERIFIER"
		}
	}
	if got.name != name {
		t.Errorf("pool %s, user %s, %s: got %s, want %s (first_factors.txt:%d)", s, u.kind, from, got, name, want.line)
		return
	}
	// Whether a challenge that was asked for lists the others too is measured for codes alone.
	if len(got.offered) > 0 || name == "SELECT_CHALLENGE" || strings.HasSuffix(name, "_OTP") {
		if !slices.Equal(got.offered, want.answer) {
			t.Errorf("pool %s, user %s, %s: %s offers %v, want %v (first_factors.txt:%d)", s, u.kind, from, name, got.offered, want.answer, want.line)
		}
	}
	if faults := got.faultsOfForm(); len(faults) > 0 {
		t.Errorf("pool %s, user %s, %s: %s has %v: %s", s, u.kind, from, name, faults, got.wire.body)
	}
}

// TestFirstFactorPolicies: which lists of first factors a pool takes, and with which MFA.
func TestFirstFactorPolicies(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, open)
	for bits := 1; bits < 32; bits++ {
		var first []string
		for i, name := range []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"} {
			if bits>>i&1 == 1 {
				first = append(first, name)
			}
		}
		s := setting{first: first, mode: "OFF", recovery: "email"}
		err := p.tryConfigure(s)
		if takes := bits&1 == 1 && bits&16 == 0; takes != (err == nil) {
			t.Errorf("first factors %v: %v, want them taken: %t", first, refusal(err), takes)
		} else if name, text := exception(err); !takes && name != "InvalidParameterException" {
			t.Errorf("first factors %v: %s: %s", first, name, text)
		} else if want := "Password should be configured as one of the allowed first auth factors."; bits&17 == 0 && text != want {
			t.Errorf("first factors %v: %q, want %q", first, text, want)
		}
		if err != nil {
			continue
		}
		for _, multi := range []bool{false, true} {
			s := setting{first: first, mode: "ON", on: totp, recovery: "email", multi: multi}
			err := p.tryConfigure(s)
			if takes := bits&6 == 0 && (multi || bits&8 == 0); takes != (err == nil) {
				t.Errorf("%s: %s, want it taken: %t", s, refusal(err), takes)
			} else if name, text := exception(err); !takes && name != "InvalidParameterException" {
				t.Errorf("%s: %s: %s", s, name, text)
			}
		}
	}
}

// TestUsersWhoCannotBe: the states left out above cannot be brought about.
func TestUsersWhoCannotBe(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, open)
	why := map[string]int{}
	for _, k := range everyFirstFactorKind() {
		reason := cannotBe(k)
		why[reason]++
		if reason == "" || reason == "passkeys and apps are registered with an access token" || why[reason] > 6 {
			continue
		}
		if reason == "a temporary password is a password" {
			u := p.newUser(t, kind{status: confirmed, noPassword: true, can: email})
			if err := u.setPassword(false); err != nil {
				t.Fatal(err)
			}
			out := p.post(t, "AdminGetUserAuthFactors", map[string]any{"UserPoolId": p.id, "Username": u.name})
			if !strings.Contains(string(out.members["ConfiguredUserAuthFactors"]), `"PASSWORD"`) {
				t.Errorf("%s: after AdminSetUserPassword: %s", reason, out.body)
			}
			continue
		}
		if _, err := p.tryUser(t, k); err == nil {
			t.Errorf("%s: but %s was made", reason, k)
		} else if name, _ := exception(err); name != "InvalidParameterException" && name != "UserNotConfirmedException" {
			t.Errorf("%s: %s: %v", reason, k, err)
		}
	}
	if len(why) != 6 {
		t.Errorf("reasons: %v", why)
	}
	u := p.newUser(t, kind{status: unconfirmed, can: email})
	for _, flow := range []string{"USER_PASSWORD_AUTH", "CUSTOM_AUTH"} {
		if got := u.start(start{publicly, flow, ""}); got.name != "UserNotConfirmedException" {
			t.Errorf("%s of an unconfirmed user: %s", flow, got)
		}
	}
	got := u.answer(t, u.start(start{publicly, "USER_AUTH", "EMAIL_OTP"}), "")
	if got.name != tokens {
		t.Errorf("the right code of an unconfirmed user: %s", got)
	}
	u.wantStatus(t, confirmed)
}

func (u *user) wantStatus(t reporter, status string) {
	t.Helper()
	out := must[*idp.AdminGetUserOutput](t, "AdminGetUser")(u.api.AdminGetUser(u.ctx, &idp.AdminGetUserInput{UserPoolId: &u.id, Username: &u.name}))
	if string(out.UserStatus) != status {
		t.Errorf("%s is %s, want %s", u.kind, out.UserStatus, status)
	}
}
