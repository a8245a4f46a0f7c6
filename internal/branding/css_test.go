package branding

import (
	"errors"
	"strings"
	"testing"

	"ostiary/cognitoidp"
)

func TestCSS(t *testing.T) {
	for _, css := range []string{
		"", "  /* nothing */ ",
		`.logo-customizable { max-width: 60%; max-height: 30%; }`,
		".banner-customizable{padding:25px 0px 25px 0px;background-color:lightgray}\n.submitButton-customizable:hover { color: #fff; background-color: #286090 }",
		`.label-customizable, .redirect-customizable /* two */ { font-weight: 400;; text-align: center; }`,
		`.legalText-customizable { font-family: "A /* B", 'C', sans-serif; font: 1px/2px "D" }`,
		`.inputField-customizable:focus { outline: 0; border-color: rgba(1, 2, 3, .5) }`,
		`.passwordCheck-notValid-customizable{color:#DF3312}.passwordCheck-valid-customizable{color:#19BF00}.background-customizable{-webkit-filter:none}`,
		`.logo-customizable { background: u/**/rl(x) }`, // a comment parts words, so this is no address
	} {
		if err := CheckCSS(css); err != nil {
			t.Errorf("%s: %v", css, err)
		}
	}
	const unreadable = "The CSS is not valid: "
	for css, want := range map[string]string{
		`.other-customizable { color: red }`:                                 "The CSS class .other-customizable is not in the list of allowed classes.",
		`.logo { color: red }`:                                               "The CSS class .logo is not in the list of allowed classes.",
		`body { color: red }`:                                                "The CSS class body is not in the list of allowed classes.",
		`.logo-customizable:hover { color: red }`:                            "The CSS class .logo-customizable:hover is not in the list of allowed classes.",
		`.logo-customizable .label-customizable { color: red }`:              "The CSS class .logo-customizable .label-customizable is not in the list of allowed classes.",
		`.logo-customizable, input[value^=a] { color: red }`:                 "The CSS class input[value^=a] is not in the list of allowed classes.",
		`@import url(https://evil.example);`:                                 unreadable + "rules that begin with @ are not allowed.",
		`@media print { .logo-customizable { color: red } }`:                 unreadable + "rules that begin with @ are not allowed.",
		`.logo-customizable { background: url(https://evil.example/x) }`:     unreadable + "the value of background is not allowed.",
		`.logo-customizable { background: URL( "//evil.example" ) }`:         unreadable + "the value of background is not allowed.",
		`.logo-customizable { background: \75rl(x) }`:                        unreadable + "the value of background is not allowed.",
		`.logo-customizable { width: expression(alert(1)) }`:                 unreadable + "the value of width is not allowed.",
		`.logo-customizable { color: red</style><script>alert(1)</script> }`: unreadable + "the value of color is not allowed.",
		`.logo-customizable { color }`:                                       unreadable + "a declaration is not of the form property: value.",
		`.logo-customizable { : red }`:                                       unreadable + "a declaration is not of the form property: value.",
		`.logo-customizable { color: }`:                                      unreadable + "a declaration is not of the form property: value.",
		`.logo-customizable { color: red`:                                    unreadable + "a block has no end.",
		`.logo-customizable`:                                                 unreadable + "a selector has no declarations.",
		`.logo-customizable { color: red } /* `:                              unreadable + "a comment or a string has no end.",
		`.logo-customizable { a { color: red } }`:                            unreadable + "a declaration is not of the form property: value.",
		`.logo-customizable { content: "/*" } body { color: red } /* "*/`:    "The CSS class body is not in the list of allowed classes.",
		".logo-customizable { content: \"\n/* } */ }":                        unreadable + "a comment or a string has no end.",
		`.logo-customizable { content: '\'/*' } body {} /* */`:               unreadable + "a comment or a string has no end.",
		`.logo-customizable { content: "} body { color: red" }`:              "The CSS class body is not in the list of allowed classes.",
	} {
		err := CheckCSS(css)
		var refusal *cognitoidp.Error
		if !errors.As(err, &refusal) || refusal.Message != want {
			t.Errorf("%s\ngot  %v\nwant %s", css, err, want)
		}
	}
}

func FuzzCSS(f *testing.F) {
	f.Add(`.logo-customizable { color: red } /* x */`)
	f.Add(`.label-customizable:hover,.x{a:url(b)}`)
	f.Fuzz(func(t *testing.T, css string) {
		if CheckCSS(css) != nil {
			return
		}
		plain, _ := withoutComments(css)
		if lower := strings.ToLower(plain); strings.Contains(lower, "</") || strings.Contains(lower, "url(") || strings.Contains(lower, "@import") {
			t.Errorf("accepted %q", css)
		}
	})
}
