package signin_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// person is a name that may or may not be somebody's.
type person struct {
	p      *pool
	client string
	name   string
}

var (
	aUUID     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	aMail     = regexp.MustCompile(`^(.)\*\*\*@(.)\*\*\*$`)
	aPhone    = regexp.MustCompile(`^\+\*+\d{4}$`)
	aHexValue = regexp.MustCompile(`^[1-9a-f][0-9a-f]*$`)
)

// shape is an answer as far as it may be told from another: members, lengths and forms, not values.
func (q person) shape(w *wire) string {
	var body any
	if err := json.Unmarshal(w.body, &body); err != nil {
		return fmt.Sprintf("%d %s", w.status, w.body)
	}
	return fmt.Sprintf("%d %s", w.status, q.form("", body))
}

func (q person) form(member string, v any) string {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+":"+q.form(name, v[name]))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, q.form(member, e))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case string:
		return q.textForm(member, v)
	}
	return fmt.Sprint(v)
}

func (q person) textForm(member, v string) string {
	switch {
	case v == q.name:
		return "the name"
	case aUUID.MatchString(v):
		return "a UUID"
	case aMail.MatchString(v):
		return "a masked address"
	case aPhone.MatchString(v):
		return fmt.Sprintf("a masked number of %d", len(v))
	case member == "SRP_B" && aHexValue.MatchString(v) && len(v) > 750 && len(v) <= 768:
		return "a number of the group"
	case member == "SALT" && aHexValue.MatchString(v) && (len(v) == 31 || len(v) == 32):
		return "sixteen bytes" // the first of which is not nought
	case member == "Session" || member == "SECRET_BLOCK":
		return fmt.Sprintf("%d characters", len(v))
	case member == "CREDENTIAL_REQUEST_OPTIONS":
		var options map[string]any
		if json.Unmarshal([]byte(v), &options) == nil {
			options["challenge"] = len(fmt.Sprint(options["challenge"]))
			list, _ := options["allowCredentials"].([]any)
			for _, one := range list { // how long ids are is up to who makes passkeys
				if c, ok := one.(map[string]any); ok {
					delete(c, "id")
					delete(c, "transports")
				}
			}
			return q.form("", options)
		}
	}
	return fmt.Sprintf("%q", v)
}

// begin sends the first request and answers its shape.
func (q person) begin(d door, flow string, params map[string]string) (step, string) {
	all := maps.Clone(params)
	all["USERNAME"] = q.name
	s := q.p.begin(q.client, opening{d, flow, all, ""})
	return s, q.shape(s.wire)
}

func (q person) respond(s step, as string, responses map[string]string) (step, string) {
	all := maps.Clone(responses)
	all["USERNAME"] = q.name
	next := q.p.respond(s.door, q.client, as, s.session, all)
	return next, q.shape(next.wire)
}

// conversation is everything that somebody who knows a name and nothing else can say to sign in.
func (q person) conversation(t reporter, d door) []string {
	t.Helper()
	var heard []string
	say := func(what, shape string) { heard = append(heard, what+": "+shape) }
	flow := "USER_PASSWORD_AUTH"
	if d == asAdmin {
		flow = "ADMIN_USER_PASSWORD_AUTH"
	}
	srp := newSRPClient()
	badProof := func(s step) map[string]string {
		id := s.params["USER_ID_FOR_SRP"]
		proof, err := srp.claim(s.params, "nopool", id, "Wr0ng-Horse!", q.p.Now())
		if err != nil {
			t.Errorf("%s: %v", q.name, err)
		}
		return proof
	}
	_, shape := q.begin(d, flow, map[string]string{"PASSWORD": "Wr0ng-Horse!"})
	say("a wrong password", shape)
	for _, start := range []struct {
		flow, preferred, parameter string
	}{
		{"USER_SRP_AUTH", "", ""},
		{"CUSTOM_AUTH", "", ""},
		{"CUSTOM_AUTH", "SRP_A", "CHALLENGE_NAME"},
		{"USER_AUTH", "", ""},
		{"USER_AUTH", "PASSWORD", "PREFERRED_CHALLENGE"},
		{"USER_AUTH", "PASSWORD_SRP", "PREFERRED_CHALLENGE"},
		{"USER_AUTH", "EMAIL_OTP", "PREFERRED_CHALLENGE"},
		{"USER_AUTH", "SMS_OTP", "PREFERRED_CHALLENGE"},
		{"USER_AUTH", "WEB_AUTHN", "PREFERRED_CHALLENGE"},
	} {
		what := start.flow + " " + start.preferred
		params := map[string]string{"SRP_A": srp.A(), "PASSWORD": "Wr0ng-Horse!"}
		if start.parameter != "" {
			params[start.parameter] = start.preferred
		}
		if start.flow == "CUSTOM_AUTH" && start.preferred == "" {
			delete(params, "SRP_A")
		}
		s, shape := q.begin(d, start.flow, params)
		say(what, shape)
		q.goOn(t, say, badProof, srp, what, s)
	}
	return heard
}

// goOn answers a challenge without knowing anything, as long as there is one.
func (q person) goOn(t reporter, say func(string, string), badProof func(step) map[string]string, srp srpClient, what string, s step) {
	t.Helper()
	var shape string
	switch s.name {
	case "PASSWORD_VERIFIER":
		_, shape = q.respond(s, s.name, badProof(s))
		say(what+", a wrong proof", shape)
	case "EMAIL_OTP", "SMS_OTP":
		for range 2 {
			_, shape = q.respond(s, s.name, map[string]string{s.name + "_CODE": "00000000"})
			say(what+", a wrong code", shape)
		}
		_, shape = q.respond(s, s.name, map[string]string{})
		say(what+", no code", shape)
	case "CUSTOM_CHALLENGE":
		for range 5 {
			if s.name == "CUSTOM_CHALLENGE" {
				s, shape = q.respond(s, s.name, map[string]string{"ANSWER": "no idea"})
				say(what+", a wrong answer", shape)
			}
		}
	case "WEB_AUTHN":
		_, shape = q.respond(s, s.name, map[string]string{"CREDENTIAL": `{"id":"AAAA"}`})
		say(what+", no credential", shape)
		_, shape = q.respond(s, s.name, map[string]string{"CREDENTIAL": strangersCredential(t, s)})
		say(what+", a stranger's credential", shape)
	case "SELECT_CHALLENGE":
		for _, answer := range []string{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "NONSENSE"} {
			again, _ := q.begin(s.door, "USER_AUTH", map[string]string{})
			next, shape := q.respond(again, "SELECT_CHALLENGE", map[string]string{"ANSWER": answer, "PASSWORD": "Wr0ng-Horse!", "SRP_A": srp.A()})
			say(what+", choosing "+answer, shape)
			if next.name != "SELECT_CHALLENGE" {
				q.goOn(t, say, badProof, srp, what+", choosing "+answer, next)
			}
		}
	}
}

// strangersCredential has the id and form of the one that is asked for, by another key.
func strangersCredential(t reporter, s step) string {
	t.Helper()
	var options struct {
		AllowCredentials []struct{ ID string }
	}
	text := s.params["CREDENTIAL_REQUEST_OPTIONS"]
	if err := json.Unmarshal([]byte(text), &options); err != nil || len(options.AllowCredentials) != 1 {
		t.Fatalf("passkeys are asked for by %s", text)
	}
	stranger := newAuthenticator(t)
	stranger.id = must[[]byte](t, "the id")(base64.RawURLEncoding.DecodeString(options.AllowCredentials[0].ID))
	return must[string](t, "sign")(stranger.get(text))
}

// wantAlike compares what was heard under two names.
func wantAlike(t *testing.T, known, unknown []string) {
	t.Helper()
	for i := range max(len(known), len(unknown)) {
		a, b := "nothing", "nothing"
		if i < len(known) {
			a = known[i]
		}
		if i < len(unknown) {
			b = unknown[i]
		}
		if a != b {
			t.Errorf("known:   %s\nunknown: %s", a, b)
		}
	}
}

// society is a pool that names users in one way, and a client that hides who exists.
type society struct {
	what string
	pool *pool
	// somebody makes a user and answers the name to sign in with; nobody is a name of the same form.
	somebody, nobody func(t reporter) string
	client           string // hides
	legacy           string // does not
}

// named makes a confirmed user with everything that a made-up one is made out to have.
func (p *pool) named(t reporter, name string, attributes ...types.AttributeType) {
	t.Helper()
	must[*idp.AdminCreateUserOutput](t, "AdminCreateUser")(p.api.AdminCreateUser(p.ctx, &idp.AdminCreateUserInput{
		UserPoolId: &p.id, Username: &name, MessageAction: types.MessageActionTypeSuppress, UserAttributes: attributes,
	}))
	must[*idp.AdminSetUserPasswordOutput](t, "AdminSetUserPassword")(p.api.AdminSetUserPassword(p.ctx, &idp.AdminSetUserPasswordInput{
		UserPoolId: &p.id, Username: &name, Password: aws.String(password), Permanent: true,
	}))
}

func attribute(name, value string) types.AttributeType {
	return types.AttributeType{Name: &name, Value: &value}
}

// societies are pools of each kind of name.
func societies(t reporter, w *world) []society {
	t.Helper()
	s := setting{first: everyFirst, mode: "OFF", recovery: "email", multi: false}
	plain := w.newPool(t, s)
	mails := w.newPool(t, s, func(in *idp.CreateUserPoolInput) {
		in.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
	})
	aliases := w.newPool(t, s, func(in *idp.CreateUserPoolInput) {
		in.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
	})
	n := 0
	next := func() int { n++; return n }
	contact := func(email string, n int) []types.AttributeType {
		return []types.AttributeType{
			attribute("email", email), attribute("email_verified", "true"),
			attribute("phone_number", fmt.Sprintf("+1555%07d", n)), attribute("phone_number_verified", "true"),
		}
	}
	all := []society{
		{what: "usernames", pool: plain, somebody: func(t reporter) string {
			n := next()
			name := fmt.Sprintf("some-%03d", n)
			plain.named(t, name, contact(name+"@example.com", n)...)
			return name
		}, nobody: func(reporter) string { return fmt.Sprintf("nobd-%03d", next()) }},
		{what: "addresses as usernames", pool: mails, somebody: func(t reporter) string {
			n := next()
			name := fmt.Sprintf("some-%03d@example.com", n)
			mails.named(t, name, contact(name, n)...)
			return name
		}, nobody: func(reporter) string { return fmt.Sprintf("nobd-%03d@example.com", next()) }},
		{what: "addresses as aliases", pool: aliases, somebody: func(t reporter) string {
			n := next()
			email := fmt.Sprintf("some-%03d@example.com", n)
			// Who hides names behind aliases gives UUIDs for usernames.
			aliases.named(t, fmt.Sprintf("00000000-0000-4000-8000-%012d", n), contact(email, n)...)
			return email
		}, nobody: func(reporter) string { return fmt.Sprintf("nobd-%03d@example.com", next()) }},
	}
	for i := range all {
		all[i].client, all[i].legacy = all[i].pool.newClient(t, hiding), all[i].pool.client
	}
	return all
}

// likeNobody is a name that nobody has and to whom passkeys are offered, or not, and one that somebody has of
// whom the same is true.
func (s society) likeNobody(t reporter, passkey bool) (known, unknown person) {
	t.Helper()
	want := []string{"EMAIL_OTP", "PASSWORD", "PASSWORD_SRP", "SMS_OTP"} // somebody has both addresses
	if passkey {
		want = append(want, "WEB_AUTHN")
	}
	for range 256 {
		unknown = person{s.pool, s.client, s.nobody(t)}
		if choice, _ := unknown.begin(publicly, "USER_AUTH", map[string]string{}); !slices.Equal(slices.Sorted(slices.Values(choice.offered)), want) {
			continue
		}
		known = person{s.pool, s.client, s.somebody(t)}
		if passkey {
			u := &user{pool: s.pool, name: known.name, password: password}
			token := *must[*types.AuthenticationResultType](t, "sign in")(u.signInOnce()).AccessToken
			if err := u.registerPasskey(t, token); err != nil {
				t.Fatalf("%v", err)
			}
		}
		return known, unknown
	}
	t.Fatalf("of 256 names that nobody has, none is offered %v", want)
	return known, unknown
}

// TestExistenceAtSignIn: where a client hides who exists, no flow and no challenge tells a name that
// nobody has from somebody's, at the first time or later.
func TestExistenceAtSignIn(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	w := newWorld(t, sqlite)
	for _, s := range societies(t, w) {
		for _, d := range []door{publicly, asAdmin} {
			for _, passkey := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s passkey %t", s.what, d, passkey), func(t *testing.T) {
					known, unknown := s.likeNobody(t, passkey)
					for range 2 {
						wantAlike(t, known.conversation(t, d), unknown.conversation(t, d))
						w.Advance(time.Hour) // locks and limits are over
					}
				})
			}
		}
	}
}

// TestMadeUpIsStable: what is made up for a name stays the same, and is another for another name.
func TestMadeUpIsStable(t *testing.T) { //nolint:tparallel // beside other tests; its cases share a server and its clock
	t.Parallel()
	w := newWorld(t, sqlite)
	for _, s := range societies(t, w) {
		t.Run(s.what, func(t *testing.T) {
			seen := map[string]string{}
			for _, name := range []string{s.nobody(t), s.nobody(t), s.somebody(t)} {
				q := person{s.pool, s.client, name}
				var first map[string]string
				var list []string
				var passkeys any
				for i := range 3 {
					srp, _ := q.begin(publicly, "USER_SRP_AUTH", map[string]string{"SRP_A": newSRPClient().A()})
					choice, _ := q.begin(publicly, "USER_AUTH", map[string]string{})
					passkey, _ := q.begin(publicly, "USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "WEB_AUTHN"})
					var asked map[string]any
					if passkey.name == "WEB_AUTHN" && json.Unmarshal([]byte(passkey.params["CREDENTIAL_REQUEST_OPTIONS"]), &asked) != nil {
						t.Errorf("%s: passkeys are asked for by %v", name, passkey.params)
					}
					if i == 0 {
						first, list, passkeys = srp.params, choice.offered, asked["allowCredentials"]
					}
					if !reflect.DeepEqual(asked["allowCredentials"], passkeys) || (passkeys != nil) != slices.Contains(list, "WEB_AUTHN") {
						t.Errorf("%s: passkeys %v, before %v", name, asked["allowCredentials"], passkeys)
					}
					if srp.params["SALT"] != first["SALT"] || srp.params["USER_ID_FOR_SRP"] != first["USER_ID_FOR_SRP"] || srp.params["SALT"] == "" {
						t.Errorf("%s: salt and id %q %q, before %q %q", name, srp.params["SALT"], srp.params["USER_ID_FOR_SRP"], first["SALT"], first["USER_ID_FOR_SRP"])
					}
					if !slices.Equal(choice.offered, list) || len(list) == 0 {
						t.Errorf("%s: offered %v, before %v", name, choice.offered, list)
					}
					if i > 0 && (srp.params["SRP_B"] == first["SRP_B"] || srp.params["SECRET_BLOCK"] == first["SECRET_BLOCK"]) {
						t.Errorf("%s: SRP_B or SECRET_BLOCK comes twice", name)
					}
				}
				if other, taken := seen[first["SALT"]]; taken {
					t.Errorf("%s and %s have one salt", name, other)
				}
				seen[first["SALT"]] = name
			}
		})
	}
}
