package signin_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

var update = flag.Bool("update", false, "write the golden files anew")

// walkSettings are the pools that are walked in.
var walkSettings = []setting{
	{first: everyFirst, mode: "OFF", recovery: "admin"},
	{first: everyFirst, mode: "OPTIONAL", on: allFactors, recovery: "admin", multi: true, devices: "instead"},
	{first: everyFirst, mode: "OPTIONAL", on: allFactors, recovery: "email", devices: "beside"},
	{first: []string{"PASSWORD", "WEB_AUTHN"}, mode: "ON", on: allFactors, recovery: "admin", multi: true},
	{first: []string{"PASSWORD"}, mode: "ON", on: sms | totp, recovery: "phone", devices: "instead"},
	{first: []string{"PASSWORD"}, mode: "ON", on: email, recovery: "email"},
}

// openWithDevices is where all users are made.
var openWithDevices = setting{first: everyFirst, mode: "OPTIONAL", on: allFactors, recovery: "email", multi: true, devices: "instead"}

// walkers are the users who walk.
var walkers = []kind{
	{status: confirmed},
	{status: confirmed, can: sms | email},
	{status: confirmed, can: email, noPassword: true},
	{status: confirmed, can: sms, noPassword: true, passkey: true},
	{status: confirmed, can: email, passkey: true},
	{status: confirmed, can: allFactors, active: sms},
	{status: confirmed, can: allFactors, active: totp},
	{status: confirmed, can: email | sms, active: email},
	{status: confirmed, can: allFactors, active: allFactors},
	{status: confirmed, can: allFactors, active: allFactors, preferred: totp},
	{status: confirmed, can: allFactors, active: sms | totp, preferred: sms, passkey: true, passkeyMFA: true},
	{status: confirmed, can: totp, active: totp, noPassword: true, passkey: true, passkeyMFA: true},
	{status: confirmed, can: email, device: true},
	{status: confirmed, can: totp, active: totp, device: true},
	{status: forceChange},
	{status: forceChange, can: sms | email, active: sms},
	{status: forceChange, can: totp, active: totp, device: true},
	{status: unconfirmed, can: email},
	{status: unconfirmed, can: sms, noPassword: true},
	{status: unconfirmed},
	{status: resetRequired, can: email},
	{status: disabled, can: email, passkey: true},
}

var walkStarts = []start{
	{publicly, "USER_PASSWORD_AUTH", ""},
	{asAdmin, "ADMIN_USER_PASSWORD_AUTH", ""},
	{asAdmin, "ADMIN_NO_SRP_AUTH", ""},
	{publicly, "USER_SRP_AUTH", ""},
	{publicly, "USER_AUTH", ""},
	{publicly, "USER_AUTH", "PASSWORD"},
	{publicly, "USER_AUTH", "PASSWORD_SRP"},
	{publicly, "USER_AUTH", "EMAIL_OTP"},
	{publicly, "USER_AUTH", "SMS_OTP"},
	{publicly, "USER_AUTH", "WEB_AUTHN"},
	{publicly, "CUSTOM_AUTH", ""},
	{publicly, "CUSTOM_AUTH", "SRP_A"},
}

// walk is one way through a sign-in.
type walk struct {
	setting int
	kind    kind
	from    start
	legs    []leg
	changes bool
}

func (w walk) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:", strings.TrimPrefix(strings.TrimPrefix(w.from.String(), "public "), "admin "))
	for _, l := range w.legs {
		b.WriteString(" " + l.name)
		if len(l.list) > 0 {
			b.WriteString("[" + strings.Join(l.list, " ") + "]")
		}
		if l.choice != "" {
			b.WriteString(" " + string(l.choice))
		}
		if l.choices != nil && l.name != tokens {
			b.WriteString(" >")
		}
	}
	return b.String()
}

// everyWalk is all ways from all starts, each by up to two users in each pool, the entry points taking
// turns where both take the flow.
func everyWalk(rows []firstFactorRow) []walk {
	var all []walk
	for i, s := range walkSettings {
		times := map[string]int{} // how often each way is walked in this pool
		for j, k := range walkers {
			for n, from := range walkStarts {
				if (i+j+n)/2%2 == 1 && n > 2 {
					from.door = asAdmin
				}
				if from.flow == "ADMIN_NO_SRP_AUTH" && (i+j)%3 != 0 {
					continue // the old name of the flow before
				}
				o := oracle{rows: rows, setting: s, kind: k, from: from}
				first := o.start()
				for _, legs := range o.walks(nil, first) {
					w := walk{setting: i, kind: k, from: from, legs: legs}
					for _, l := range legs {
						w.changes = w.changes || changes(l.name, k)
					}
					if walked(w, i, j) && times[w.String()] < 2 {
						times[w.String()]++
						all = append(all, w)
					}
				}
			}
		}
	}
	return all
}

// walked leaves out what is the same from everywhere: wrong riddles, but for one user; the second style of
// choosing and all choices after a preference that cannot be had, but for some.
func walked(w walk, setting, kind int) bool {
	first := w.legs[0]
	for _, l := range w.legs {
		if l.choice == "wrong" && (kind > 0 || setting > 0) {
			return false
		}
	}
	if first.name == "SELECT_CHALLENGE" {
		direct := strings.HasPrefix(string(first.choice), "=")
		return (!direct || setting%2 == 1) && (w.from.preferred == "" || first.choice == first.choices[kind%len(first.choices)])
	}
	return true
}

// TestWalks goes every way and holds every answer against the oracle: challenges in the right order, and
// tokens when all is proved that has to be, and not before.
func TestWalks(t *testing.T) {
	t.Parallel()
	rows := readFirstFactors(t)
	for _, database := range []string{sqlite, postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			all := everyWalk(rows)
			if database != sqlite || testing.Short() {
				all = everyNth(all, 23)
			}
			h := hike{pool: newWorld(t, database).newPool(t, openWithDevices), seen: map[string]bool{}, reached: map[string]int{}}
			h.walkAll(t, all)
			t.Logf("%d walks, %d of them distinct", len(all), len(h.seen))
			if database != sqlite || testing.Short() || t.Failed() {
				return
			}
			wantGolden(t, "walks.golden", h.seen)
			for _, name := range types.ChallengeNameType("").Values() {
				if name != types.ChallengeNameTypeAdminNoSrpAuth && h.reached[string(name)] == 0 {
					t.Errorf("no walk comes by %s", name)
				}
			}
		})
	}
}

// wantGolden compares a set of lines with a file.
func wantGolden(t *testing.T, name string, lines map[string]bool) {
	t.Helper()
	var b strings.Builder
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		b.WriteString(line + "\n")
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for line := range strings.Lines(string(golden)) {
		want[strings.TrimSuffix(line, "\n")] = true
	}
	for line := range lines {
		if !want[line] {
			t.Errorf("%s lacks the walk %s (-update writes it)", name, line)
		}
	}
	for line := range want {
		if !lines[line] {
			t.Errorf("%s has a walk that nobody went: %s", name, line)
		}
	}
}

// hike is the walks in one pool.
type hike struct {
	*pool
	mu      sync.Mutex
	seen    map[string]bool
	reached map[string]int // challenges, and names that they were answered by
}

// walkAll makes the users while the pool is open to all, one for each kind and one more for each walk that
// changes its user; then it sets the pool for one setting after the other.
func (h *hike) walkAll(t *testing.T, all []walk) {
	t.Helper()
	users := make([]*user, len(all))
	shared := map[kind]*user{}
	for _, w := range all {
		if !w.changes {
			shared[w.kind] = nil
		}
	}
	var made sync.Mutex
	kinds := slices.Collect(maps.Keys(shared))
	inParallel(len(kinds), func(i int) {
		u := h.newUser(t, kinds[i])
		made.Lock()
		defer made.Unlock()
		shared[kinds[i]] = u
	})
	inParallel(len(all), func(i int) {
		if all[i].changes {
			users[i] = h.newUser(t, all[i].kind)
		} else {
			users[i] = shared[all[i].kind]
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	for s, setting := range walkSettings {
		h.configure(t, setting)
		var now []int
		for i, w := range all {
			if w.setting == s {
				now = append(now, i)
			}
		}
		for len(now) > 0 {
			// Nobody walks twice at once, and no code of an app serves twice.
			var round, later []int
			taken := map[*user]bool{}
			for _, i := range now {
				if taken[users[i]] {
					later = append(later, i)
					continue
				}
				taken[users[i]] = true
				round = append(round, i)
			}
			h.Advance(4 * time.Minute) // so that a user is not sent too many codes in an hour
			inParallel(len(round), func(n int) { h.walk(t, all[round[n]], users[round[n]], round[n]) })
			now = later
		}
	}
}

// walk goes one way; it ends at the first answer that is not the oracle's.
func (h *hike) walk(t *testing.T, w walk, u *user, nth int) {
	t.Helper()
	where := func(i int) string {
		return fmt.Sprintf("pool %s, user %s, %s\n\tway %s\n\tstep %d", walkSettings[w.setting], w.kind, w.from, w, i+1)
	}
	s := u.start(w.from)
	var earlier string
	for i, l := range w.legs {
		if faults := wrongWith(s, l.expected, w.from); len(faults) > 0 {
			t.Errorf("%s: %s\n\t%s", where(i), strings.Join(faults, "; "), s.wire.body)
			return
		}
		h.note(l)
		if i == len(w.legs)-1 {
			break
		}
		if nth%3 == 0 && earlier != "" && earlier != s.session && l.name != "MFA_SETUP" {
			u.wantNoShortcut(t, where(i), s, l.choice, earlier)
		}
		if s.session != "" {
			earlier = s.session
		}
		s = u.answer(t, s, l.choice)
	}
	if s.name == tokens && nth%5 == 0 {
		u.wantGoodTokens(t, where(len(w.legs)-1), s)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen[w.String()] = true
}

func (h *hike) note(l leg) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reached[l.name]++
	if name, direct := strings.CutPrefix(string(l.choice), "="); direct {
		h.reached[name]++
	}
}

// wantNoShortcut presents an earlier session with the right answer to a later challenge.
func (u *user) wantNoShortcut(t *testing.T, where string, s step, c choice, earlier string) {
	t.Helper()
	as, responses := u.responses(t, &s, c)
	if got := u.respond(s.door, u.client, as, earlier, responses); !got.refused() {
		t.Errorf("%s: the session before it with the right answer gets %s", where, got)
	}
}

// wrongWith compares a step with the oracle.
func wrongWith(s step, e expected, from start) (faults []string) {
	if s.name != e.name {
		return []string{fmt.Sprintf("got %s, want %s %v", s, e.name, e.list)}
	}
	if s.refused() {
		return s.faultsOfForm()
	}
	list := s.offered
	switch s.name {
	case "SELECT_MFA_TYPE":
		list = listIn(s.params["MFAS_CAN_CHOOSE"])
	case "MFA_SETUP":
		list = listIn(s.params["MFAS_CAN_SETUP"])
	case "SELECT_CHALLENGE":
	default:
		list = nil
	}
	if !slices.Equal(list, e.list) {
		faults = append(faults, fmt.Sprintf("offers %v, want %v", list, e.list))
	}
	if s.name == "PASSWORD_VERIFIER" && (s.session == "") != (from.flow == "USER_SRP_AUTH") {
		faults = append(faults, fmt.Sprintf("a session of %d characters in %s", len(s.session), from))
	}
	return append(faults, s.faultsOfForm()...)
}

// wantGoodTokens checks for whom tokens are, and that they serve.
func (u *user) wantGoodTokens(t *testing.T, where string, s step) {
	t.Helper()
	access, id := parseJWT(t, *s.tokens.AccessToken), parseJWT(t, *s.tokens.IdToken)
	a, i := members(t, access.claims), members(t, id.claims)
	if a["username"] != u.name || a["client_id"] != u.client || a["token_use"] != "access" || a["scope"] != "aws.cognito.signin.user.admin" {
		t.Errorf("%s: the access token has %s", where, access.claims)
	}
	if i["cognito:username"] != u.name || i["aud"] != u.client || i["token_use"] != "id" || i["sub"] != a["sub"] {
		t.Errorf("%s: the ID token has %s", where, id.claims)
	}
	out, err := u.api.GetUser(u.ctx, &idp.GetUserInput{AccessToken: s.tokens.AccessToken})
	if err != nil || aws.ToString(out.Username) != u.name {
		t.Errorf("%s: GetUser: %v", where, err)
	}
}
