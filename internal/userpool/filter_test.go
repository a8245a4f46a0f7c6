package userpool

import (
	"errors"
	"strings"
	"testing"

	"ostiary/cognitoidp"
)

func TestParseFilter(t *testing.T) {
	for _, test := range []struct {
		text string
		want Filter
	}{
		{"", Filter{}},
		{" \t", Filter{}},
		{`username = "ana"`, Filter{"username", "ana", false}},
		{`username="ana"`, Filter{"username", "ana", false}},
		{`  email  ^=  "ana@"  `, Filter{"email", "ana@", true}},
		{`"email"^="testuser"`, Filter{"email", "testuser", true}},
		{`family_name = "O\"Reddy\\"`, Filter{"family_name", `O"Reddy\`, false}},
		{`name = "a\b"`, Filter{"name", `a\b`, false}},
		{`name = ""`, Filter{"name", "", false}},
		{`cognito:user_status="CONFIRMED"`, Filter{"cognito:user_status", "CONFIRMED", false}},
		{`name = "x = \"y\""`, Filter{"name", `x = "y"`, false}},
		{`status = "Enabled"`, Filter{"status", "Enabled", false}},
	} {
		got, err := ParseFilter(test.text)
		if err != nil || got != test.want {
			t.Errorf("%q: got %+v, %v", test.text, got, err)
		}
	}
	for _, text := range []string{
		"username", `username = ana`, `username = "ana`, `username == "ana"`, `= "ana"`, `"ana"`, `username ^ = "a"`,
		`username = "a" and email = "b"`, `username != "a"`, `username "a"`, `"username = "a"`, `name = "a\"`, `"`, `^="a"`,
	} {
		if _, err := ParseFilter(text); err == nil || !strings.HasSuffix(err.Error(), ": Error while parsing filter.") {
			t.Errorf("%q: got %v", text, err)
		}
	}
	_, err := ParseFilter(`custom:department = "a"`)
	if !errors.Is(err, cognitoidp.InvalidParameterException) || !strings.HasSuffix(err.Error(), ": Invalid search attribute: custom:department") {
		t.Errorf("got %v", err)
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		"", `username = "ana"`, `"email"^="x"`, `name="a\"b\\"`, `sub ^= "`, "status\t=\"Enabled\"", `custom:x="1"`, `"\"`,
	} {
		f.Add(seed)
	}
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseFilter(text)
		if err != nil {
			if !errors.Is(err, cognitoidp.InvalidParameterException) || got != (Filter{}) {
				t.Errorf("%q: got %+v, %v", text, got, err)
			}
			return
		}
		if got.Attribute == "" {
			if got != (Filter{}) {
				t.Errorf("%q: got %+v", text, got)
			}
			return
		}
		operator := "="
		if got.Prefix {
			operator = "^="
		}
		again, err := ParseFilter(got.Attribute + operator + `"` + escape.Replace(got.Value) + `"`)
		if err != nil || again != got {
			t.Errorf("%q: written again, %+v becomes %+v, %v", text, got, again, err)
		}
	})
}
