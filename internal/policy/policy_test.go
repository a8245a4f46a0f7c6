package policy

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

const (
	pool  = "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_AbCdEfGhI"
	other = "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_Other0000"
)

func TestEvaluate(t *testing.T) {
	tests := []struct {
		name       string
		statements string
		action     string
		resource   string
		want       Decision
	}{
		{"all", `{"Effect":"Allow","Action":"*","Resource":"*"}`, "cognito-idp:ListUsers", pool, Allowed},
		{"in a list", `[{"Effect":"Allow","Action":["a:b","cognito-idp:*"],"Resource":["*"]}]`, "cognito-idp:ListUsers", pool, Allowed},
		{"other service", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, "cognito-idp:ListUsers", pool, NotAllowed},
		{"exact", `{"Effect":"Allow","Action":"cognito-idp:ListUsers","Resource":"` + pool + `"}`, "cognito-idp:ListUsers", pool, Allowed},
		{"not its beginning", `{"Effect":"Allow","Action":"cognito-idp:ListUsers","Resource":"*"}`, "cognito-idp:ListUsersInGroup", pool, NotAllowed},
		{"not its end", `{"Effect":"Allow","Action":"cognito-idp:GetUser","Resource":"*"}`, "cognito-idp:AdminGetUser", pool, NotAllowed},
		{"action in any case", `{"Effect":"Allow","Action":"Cognito-IDP:listUSERS","Resource":"*"}`, "cognito-idp:ListUsers", pool, Allowed},
		{"resource in its case", `{"Effect":"Allow","Action":"*","Resource":"` + strings.ToLower(pool) + `"}`, "cognito-idp:ListUsers", pool, NotAllowed},
		{"other pool", `{"Effect":"Allow","Action":"*","Resource":"` + pool + `"}`, "cognito-idp:ListUsers", other, NotAllowed},
		{"any account and region", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:cognito-idp:*:*:userpool/eu-west-1_AbCdEfGhI"}`, "cognito-idp:ListUsers", pool, Allowed},
		{"one character", `{"Effect":"Allow","Action":"cognito-idp:ListUser?","Resource":"*"}`, "cognito-idp:ListUsers", pool, Allowed},
		{"one character, not none", `{"Effect":"Allow","Action":"cognito-idp:ListUsers?","Resource":"*"}`, "cognito-idp:ListUsers", pool, NotAllowed},
		{"no pool, any resource", `{"Effect":"Allow","Action":"*","Resource":"*"}`, "cognito-idp:ListUserPools", "*", Allowed},
		{"no pool, some resource", `{"Effect":"Allow","Action":"*","Resource":"arn:*"}`, "cognito-idp:ListUserPools", "*", NotAllowed},
		{"deny wins, first", `[{"Effect":"Deny","Action":"*","Resource":"` + pool + `"},{"Effect":"Allow","Action":"*","Resource":"*"}]`, "cognito-idp:ListUsers", pool, Denied},
		{"deny wins, last", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"cognito-idp:List*","Resource":"*"}]`, "cognito-idp:ListUsers", pool, Denied},
		{"deny elsewhere", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"` + other + `"}]`, "cognito-idp:ListUsers", pool, Allowed},
		{"deny alone", `{"Effect":"Deny","Action":"cognito-idp:Delete*","Resource":"*"}`, "cognito-idp:ListUsers", pool, NotAllowed},
		{"NotAction", `{"Effect":"Allow","NotAction":["cognito-idp:Delete*","cognito-idp:Admin*"],"Resource":"*"}`, "cognito-idp:ListUsers", pool, Allowed},
		{"NotAction, named", `{"Effect":"Allow","NotAction":["cognito-idp:Delete*","cognito-idp:Admin*"],"Resource":"*"}`, "cognito-idp:AdminGetUser", pool, NotAllowed},
		{"NotResource", `{"Effect":"Deny","Action":"*","NotResource":"` + pool + `"}`, "cognito-idp:ListUsers", other, Denied},
		{"NotResource, named", `{"Effect":"Deny","Action":"*","NotResource":"` + pool + `"}`, "cognito-idp:ListUsers", pool, NotAllowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Parse([]byte(`{"Version":"2012-10-17","Statement":` + tt.statements + `}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Evaluate(tt.action, tt.resource); got != tt.want {
				t.Errorf("%s on %s: %v, want %v", tt.action, tt.resource, got, tt.want)
			}
		})
	}
}

func TestSetEvaluate(t *testing.T) {
	allow, err := Parse([]byte(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	deny, err := Parse([]byte(`{"Id":"x","Statement":{"Sid":"y","Effect":"Deny","Action":"cognito-idp:DeleteUserPool","Resource":"*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		set    Set
		action string
		want   Decision
	}{
		{nil, "cognito-idp:ListUsers", NotAllowed},
		{Set{allow, deny}, "cognito-idp:ListUsers", Allowed},
		{Set{allow, deny}, "cognito-idp:DeleteUserPool", Denied},
		{Set{deny, allow}, "cognito-idp:DeleteUserPool", Denied},
	} {
		if got := tt.set.Evaluate(tt.action, "*"); got != tt.want {
			t.Errorf("%s by %d policies: %v, want %v", tt.action, len(tt.set), got, tt.want)
		}
	}
}

func TestRefusal(t *testing.T) {
	const user = "arn:aws:iam::000000000000:user/ana"
	want := "User: " + user + " is not authorized to perform: cognito-idp:ListUsers on resource: " + pool +
		" because no identity-based policy allows the cognito-idp:ListUsers action"
	if got := NotAllowed.Refusal(user, "cognito-idp:ListUsers", pool); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want = "User: " + user + " is not authorized to perform: cognito-idp:ListUserPools on resource: *" +
		" with an explicit deny in an identity-based policy"
	if got := Denied.Refusal(user, "cognito-idp:ListUserPools", "*"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRefusedDocuments(t *testing.T) {
	const rest = `"Action":"*","Resource":"*"`
	for document, text := range map[string]string{
		``:      "unexpected EOF",
		`{`:     "unexpected EOF",
		`[]`:    "has to be an object",
		`"x"`:   "has to be an object",
		`{} {}`: "more follows",
		`{}`:    "Statement has to be",
		`{"Version":"2012-10-17","Statement":[]}`:                                                           "Statement has to be",
		`{"Statement":"x"}`:                                                                                 "Statement has to be",
		`{"Statement":["x"]}`:                                                                               "statement 1 has to be an object",
		`{"Version":"2013-01-01","Statement":[]}`:                                                           "Version has to be 2012-10-17, not 2013-01-01",
		`{"Version":null,"Statement":[]}`:                                                                   "Version has to be",
		`{"Id":1,"Statement":{"Effect":"Allow",` + rest + `}}`:                                              "Id has to be a string",
		`{"statement":{"Effect":"Allow",` + rest + `}}`:                                                     `unknown element "statement"`,
		`{"Statement":{"Effect":"Allow",` + rest + `},"Statement":[]}`:                                      `"Statement" is given twice`,
		`{"Statement":{"Effect":"Allow",` + rest + `,"Condition":{}}}`:                                      "statement 1: Condition is not supported",
		`{"Statement":{"Effect":"Allow",` + rest + `,"Principal":"*"}}`:                                     "Principal has no place",
		`{"Statement":{"Effect":"Allow",` + rest + `,"NotPrincipal":"*"}}`:                                  "NotPrincipal has no place",
		`{"Statement":{"Effect":"Allow",` + rest + `,"Resources":"*"}}`:                                     `unknown element "Resources"`,
		`{"Statement":{"Effect":"allow",` + rest + `}}`:                                                     "Effect has to be",
		`{"Statement":{` + rest + `}}`:                                                                      "Effect has to be",
		`{"Statement":{"Effect":"Allow","Sid":1,` + rest + `}}`:                                             "Sid has to be a string",
		`{"Statement":[{"Effect":"Deny","Sid":"a",` + rest + `},{"Effect":"Deny","Sid":"a",` + rest + `}]}`: `"a" is given twice`,
		`{"Statement":{"Effect":"Allow","Resource":"*"}}`:                                                   "one of Action and NotAction is needed",
		`{"Statement":{"Effect":"Allow","Action":"*"}}`:                                                     "one of Resource and NotResource is needed",
		`{"Statement":{"Effect":"Allow","NotAction":"*",` + rest + `}}`:                                     "one of Action and NotAction",
		`{"Statement":{"Effect":"Allow","NotResource":"*",` + rest + `}}`:                                   "one of Resource and NotResource",
		`{"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}}`:                                       "Action has to be a string or a list",
		`{"Statement":{"Effect":"Allow","Action":{},"Resource":"*"}}`:                                       "Action has to be a string or a list",
		`{"Statement":{"Effect":"Allow","NotAction":[1],"Resource":"*"}}`:                                   "NotAction has to be a string or a list",
		`{"Statement":{"Effect":"Allow","Action":"ListUsers","Resource":"*"}}`:                              "look like cognito-idp:AdminGetUser",
		`{"Statement":{"Effect":"Allow","Action":"c*:ListUsers","Resource":"*"}}`:                           "look like cognito-idp:AdminGetUser",
		`{"Statement":{"Effect":"Allow","Action":"cognito-idp:","Resource":"*"}}`:                           "look like cognito-idp:AdminGetUser",
		`{"Statement":{"Effect":"Allow","Action":"a:b:c","Resource":"*"}}`:                                  "look like cognito-idp:AdminGetUser",
		`{"Statement":{"Effect":"Allow","Action":"a:b ","Resource":"*"}}`:                                   "holds a character",
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"eu-west-1_A"}}`:                            `has to be "*" or an ARN`,
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":""}}`:                                       `has to be "*" or an ARN`,
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:${aws:x}"}}`:                           "policy variables",
		strings.Repeat("[", 100):                                                                            "nested too deeply",
		strings.Repeat(`{"a":`, 100):                                                                        "nested too deeply",
	} {
		if _, err := Parse([]byte(document)); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%.80s: got %v, want %q", document, err, text)
		}
	}
}

func TestFromYAML(t *testing.T) {
	const document = `
Version: 2012-10-17 # a date to YAML
Statement:
  - Effect: Allow
    Action: [cognito-idp:List*, cognito-idp:Describe*]
    Resource: "*"
`
	var v any
	if err := yaml.Unmarshal([]byte(document), &v); err != nil {
		t.Fatal(err)
	}
	if _, ok := v.(map[string]any)["Version"].(time.Time); !ok {
		t.Fatal("YAML no longer takes the version for a date")
	}
	p, err := FromValue(v)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Evaluate("cognito-idp:ListUsers", pool); got != Allowed {
		t.Error(got)
	}
	if got := p.Evaluate("cognito-idp:DeleteUserPool", pool); got != NotAllowed {
		t.Error(got)
	}
}

// The matcher agrees with a regular expression of the same meaning.
func TestMatchProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?.:]{0,12}`).Draw(t, "pattern")
		s := rapid.StringMatching(`[ab.:*]{0,16}`).Draw(t, "s")
		want := asRegexp(pattern).MatchString(s)
		if got := match(pattern, s); got != want {
			t.Fatalf("match(%q, %q) = %v", pattern, s, got)
		}
	})
}

func asRegexp(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted)
	return regexp.MustCompile(`(?s)\A` + quoted + `\z`)
}

// A pattern made to send a backtracking matcher on endless walks. Trying every split would take
// longer than the universe has; the test only has to end.
func TestMatchHostilePattern(t *testing.T) {
	if match(strings.Repeat("*a", 500)+"b", strings.Repeat("a", 20_000)) {
		t.Error("matched")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`), "cognito-idp:ListUsers", pool)
	f.Add([]byte(`{"Statement":[{"Sid":"a","Effect":"Deny","NotAction":["a:b*?"],"NotResource":["arn:*","arn:?"]}]}`), "a:bc", "*")
	f.Add([]byte(`{"Statement":{"Condition":[{}]}}`), "", "")
	f.Fuzz(func(t *testing.T, document []byte, action, resource string) {
		p, err := Parse(document)
		if err != nil {
			return
		}
		if len(p.statements) == 0 {
			t.Fatal("a policy without statements")
		}
		got := p.Evaluate(action, resource)
		if got == Allowed && !strings.Contains(string(document), "llow") && !strings.Contains(string(document), `\u`) {
			t.Fatal("allowed by a policy that allows nothing")
		}
		if again := (Set{p, p}).Evaluate(strings.ToUpper(strings.ToLower(action)), resource); again != got && isASCII(action) {
			t.Fatalf("%v, then %v", got, again)
		}
	})
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) }
