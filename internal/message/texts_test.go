package message

import (
	"strings"
	"testing"
	"testing/fstest"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

func files(content map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, text := range content {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

// TestTexts: which language a user is written to in, and what stands in for a text that it lacks.
func TestTexts(t *testing.T) {
	all := map[string]string{
		"de.yaml":    `{verification: {subject: Code, email: "Ihr Code ist {####}.", sms: "Code {####}"}, invitation: {sms: "{username} {####}"}}`,
		"pt-BR.yaml": `{verification: {subject: Código, email: "Seu código: {####}"}}`,
		"README":     "no text",
	}
	inGerman, err := LoadTexts(files(all), "de")
	if err != nil {
		t.Fatal(err)
	}
	inEnglish, err := LoadTexts(files(all), "en")
	if err != nil {
		t.Fatal(err)
	}
	pool := configured()
	bare := &userpool.Pool{}
	for _, test := range []struct {
		name    string
		texts   *Texts
		pool    *userpool.Pool
		locale  string
		trigger Trigger
		byEmail bool
		want    string
	}{
		{"German", inEnglish, bare, "de", SignUp, true, "Code: Ihr Code ist 123."},
		{"Austrian", inEnglish, bare, "de-AT", ResendCode, true, "Code: Ihr Code ist 123."},
		{"as POSIX has it", inEnglish, bare, "de_CH", VerifyUserAttribute, false, ": Code 123"},
		{"Brazilian", inEnglish, bare, "pt-BR", SignUp, true, "Código: Seu código: 123"},
		{"lacks the SMS", inEnglish, bare, "pt-BR", SignUp, false, ": Your verification code is 123."},
		{"lacks the SMS, German for others", inGerman, bare, "pt-BR", SignUp, false, ": Code 123"},
		{"lacks the kind", inGerman, bare, "de", ForgotPassword, true, "Your password reset code: Your password reset code is 123."},
		{"English", inEnglish, bare, "en-GB", SignUp, true, "Your verification code: Your verification code is 123."},
		{"English, German for others", inGerman, bare, "en-GB", SignUp, true, "Your verification code: Your verification code is 123."},
		{"unknown", inEnglish, bare, "fi", SignUp, true, "Your verification code: Your verification code is 123."},
		{"unknown, German for others", inGerman, bare, "fi", SignUp, true, "Code: Ihr Code ist 123."},
		{"none", inGerman, bare, "", SignUp, true, "Code: Ihr Code ist 123."},
		{"none, English", inEnglish, bare, "", SignUp, true, "Your verification code: Your verification code is 123."},
		{"nonsense", inGerman, bare, "(no language)", SignUp, false, ": Code 123"},
		{"the pool has its own", inGerman, pool, "de", SignUp, true, "Verify 123: <b>123</b> {username}"},
		{"invitation", inEnglish, bare, "de", AdminCreateUser, false, ": ana 123"},
		{"without texts", nil, bare, "de", Authentication, true, "Your authentication code: Your authentication code is 123."},
	} {
		medium := sms
		if test.byEmail {
			medium = email
		}
		u := &userpool.User{Username: "ana", Attributes: map[string]string{"locale": test.locale}}
		m, err := Writer{Texts: test.texts}.Write(t.Context(), Request{Pool: test.pool, User: u, Trigger: test.trigger, Medium: medium, Code: "123"})
		if err != nil || m == nil || m.Subject+": "+m.Body != test.want {
			t.Errorf("%s: %v, %+v", test.name, err, m)
			if m != nil {
				t.Errorf("%q: %q, want %q", m.Subject, m.Body, test.want)
			}
		}
	}
}

func TestBadTexts(t *testing.T) {
	for name, test := range map[string]struct{ file, text, language, want string }{
		"no language":         {"deutsch!.yaml", "{}", "en", "is not a language such as"},
		"unknown default":     {"de.yaml", "{}", "fr", "there is no fr.yaml"},
		"odd default":         {"de.yaml", "{}", "?", `"?" is not a language`},
		"unknown kind":        {"de.yaml", "{greeting: {sms: x}}", "en", "greeting is no kind"},
		"unknown member":      {"de.yaml", "{verification: {text: x}}", "en", "field text not found"},
		"no YAML":             {"de.yaml", "{", "en", "de.yaml: "},
		"a notice by SMS":     {"de.yaml", "{new_sign_in: {sms: Hallo}}", "en", "is an e-mail"},
		"no words for a link": {"de.yaml", "{verification_link: {subject: Link, email: '{####}'}}", "en", "words for a link"},
		"a link by SMS":       {"de.yaml", "{verification_link: {sms: '{##Link##}'}}", "en", "words for a link"},
		"no code":             {"de.yaml", "{verification: {sms: Hallo}}", "en", "verification.sms: lacks {####}"},
		"no username":         {"de.yaml", "{invitation: {sms: '{####}'}}", "en", "invitation.sms: lacks {username}"},
		"no password":         {"de.yaml", "{invitation_without_password: {sms: '{username} {####}'}}", "en", "has a place for a password"},
		"subject alone":       {"de.yaml", "{verification: {subject: x}}", "en", "belong together"},
		"e-mail alone":        {"de.yaml", "{verification: {email: '{####}'}}", "en", "belong together"},
		"too long a text":     {"de.yaml", "{verification: {sms: '{####}" + strings.Repeat("ü", 135) + "'}}", "en", "longer than 140 characters"},
		"too long subject":    {"de.yaml", "{verification: {email: '{####}', subject: " + strings.Repeat("x", 141) + "}}", "en", "longer than 140 characters"},
	} {
		if _, err := LoadTexts(files(map[string]string{test.file: test.text}), test.language); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

// TestNoticeTexts: notices are in the reader's language, too.
func TestNoticeTexts(t *testing.T) {
	texts, err := LoadTexts(files(map[string]string{"de.yaml": "{blocked_sign_in: {subject: Gesperrt, email: 'Um {login-time}.'}}"}), "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		texts         *Texts
		did           cognitoidp.AccountTakeoverEventActionType
		locale, want  string
		wantFirstLine string
	}{
		{texts, "BLOCK", "de-AT", "Gesperrt", "Um {login-time}."},
		{texts, "BLOCK", "en", "Blocked sign-in attempt", "<p>We blocked a sign-in to your account because it did not look like you.</p>"},
		{texts, "NO_ACTION", "de", "New sign-in attempt", "<p>Somebody signed in to your account in a way that is new for it.</p>"},
		{nil, "MFA_REQUIRED", "de", "New sign-in attempt", "<p>Somebody signed in to your account in a way that is new for it.</p>"},
		{nil, "BLOCK", "", "Blocked sign-in attempt", "<p>We blocked a sign-in to your account because it did not look like you.</p>"},
	} {
		subject, body := test.texts.Notice(test.did, test.locale)
		if first, _, _ := strings.Cut(body, "\n"); subject != test.want || first != test.wantFirstLine {
			t.Errorf("%s, %s: %q, %q", test.did, test.locale, subject, first)
		}
	}
}
