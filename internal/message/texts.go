package message

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"ostiary/cognitoidp"
	"ostiary/internal/trigger"
)

// kind is what our own texts are told apart by.
type kind string

const (
	verification              kind = "verification"
	verificationLink          kind = "verification_link"
	forgotPassword            kind = "forgot_password"
	authentication            kind = "authentication"
	invitation                kind = "invitation"
	invitationWithoutPassword kind = "invitation_without_password"
	blockedSignIn             kind = "blocked_sign_in" // notices: NotifyConfiguration has their placeholders
	newSignIn                 kind = "new_sign_in"
)

func kindOf(in *Request) kind {
	switch {
	case in.Trigger == AdminCreateUser && in.Code == "":
		return invitationWithoutPassword
	case in.Trigger == AdminCreateUser:
		return invitation
	case in.Trigger == Authentication:
		return authentication
	case in.Trigger == ForgotPassword:
		return forgotPassword
	case in.byLink():
		return verificationLink
	default:
		return verification
	}
}

// Text is what a message of one kind says, by e-mail (in HTML) and by SMS; "" where another language, or
// English, has to stand in.
type Text struct {
	Subject string `yaml:"subject"`
	Email   string `yaml:"email"`
	SMS     string `yaml:"sms"`
}

// english is what there is for every kind.
var english = map[kind]Text{
	verification: {
		"Your verification code", "Your verification code is {####}.", "Your verification code is {####}.",
	},
	verificationLink: {
		Subject: "Your verification link",
		Email:   "Please click the link below to verify your email address. {##Verify Your Email##}",
	},
	forgotPassword: {
		"Your password reset code", "Your password reset code is {####}.", "Your password reset code is {####}.",
	},
	authentication: {
		"Your authentication code", "Your authentication code is {####}.", "Your authentication code is {####}.",
	},
	invitation: {
		"Your temporary password", "Your username is {username} and temporary password is {####}",
		"Your username is {username} and temporary password is {####}",
	},
	invitationWithoutPassword: {
		"Your new account", "An account was made for you. Your username is {username}.",
		"An account was made for you. Your username is {username}.",
	},
	blockedSignIn: {
		Subject: "Blocked sign-in attempt",
		Email:   notice("We blocked a sign-in to your account because it did not look like you."),
	},
	newSignIn: {
		Subject: "New sign-in attempt",
		Email:   notice("Somebody signed in to your account in a way that is new for it."),
	},
}

func notice(what string) string {
	return "<p>" + what + "</p>\n<ul>\n<li>Account: {username}</li>\n<li>Time: {login-time}</li>\n" +
		"<li>Device: {device-name}</li>\n<li>Place: {city}, {country}</li>\n<li>Address: {ip-address}</li>\n</ul>\n" +
		`<p>Was it you? <a href="{one-click-link-valid}">Yes, it was me</a> or ` +
		`<a href="{one-click-link-invalid}">no, it was not</a>.</p>` +
		"\n<p>If it was not, change your password.</p>"
}

// Texts are our own texts in several languages. A nil Texts is English.
type Texts struct {
	languages language.Matcher
	texts     []map[kind]Text // in the order of the languages, the default first
}

// LoadTexts reads a file for each language, named by its tag (BCP 47) and .yaml. Other is the language of users
// whose locale is none of them; English is there in any case.
func LoadTexts(files fs.FS, other string) (*Texts, error) {
	tag, err := language.Parse(other)
	if err != nil {
		return nil, fmt.Errorf("%q is not a language", other)
	}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	byTag := map[language.Tag]map[kind]Text{language.English: english}
	for _, name := range names {
		t, err := language.Parse(strings.TrimSuffix(path.Base(name), ".yaml"))
		if err != nil {
			return nil, fmt.Errorf("%s: the name is not a language such as de.yaml or pt-BR.yaml", name)
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		texts, err := readTexts(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		byTag[t] = texts
	}
	if byTag[tag] == nil {
		return nil, fmt.Errorf("there is no %s.yaml for the language of those who have no other", other)
	}
	tags := []language.Tag{tag}
	for t := range byTag {
		if t != tag {
			tags = append(tags, t)
		}
	}
	slices.SortFunc(tags[1:], func(a, b language.Tag) int { return strings.Compare(a.String(), b.String()) })
	all := &Texts{languages: language.NewMatcher(tags)}
	for _, t := range tags {
		all.texts = append(all.texts, byTag[t])
	}
	return all, nil
}

func readTexts(data []byte) (map[kind]Text, error) {
	texts := map[kind]Text{}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&texts); err != nil {
		return nil, err
	}
	var faults []error
	for k, t := range texts {
		if _, known := english[k]; !known {
			faults = append(faults, fmt.Errorf("%s is no kind of message", k))
			continue
		}
		if (t.Subject == "") != (t.Email == "") {
			faults = append(faults, fmt.Errorf("%s: subject and email belong together", k))
		}
		for member, text := range map[string]string{"subject": t.Subject, "email": t.Email, "sms": t.SMS} {
			if err := checkText(k, member, text); err != nil {
				faults = append(faults, fmt.Errorf("%s.%s: %w", k, member, err))
			}
		}
	}
	return texts, errors.Join(faults...)
}

// checkText holds our own texts to what is asked of those of pools.
func checkText(k kind, member, text string) error {
	longest := map[string]int{"subject": 140, "email": 20_000, "sms": 140}[member]
	switch {
	case text == "":
		return nil
	case utf8.RuneCountInString(text) > longest:
		return fmt.Errorf("longer than %d characters", longest)
	case member == "subject":
		return nil
	case (k == blockedSignIn || k == newSignIn) && member == "sms":
		return errors.New("is an e-mail")
	case k == blockedSignIn || k == newSignIn:
		return nil
	case k == verificationLink && (member == "sms" || len(links(text, "")) == 0):
		return errors.New("is an e-mail with words for a link, such as {##Confirm##}")
	case k == verificationLink:
		return nil
	case k != invitationWithoutPassword && !strings.Contains(text, trigger.CodePlace):
		return errors.New("lacks " + trigger.CodePlace)
	case k == invitationWithoutPassword && strings.Contains(text, trigger.CodePlace):
		return errors.New("has a place for a password, and there is none")
	case (k == invitation || k == invitationWithoutPassword) && !strings.Contains(text, trigger.UsernamePlace):
		return errors.New("lacks " + trigger.UsernamePlace)
	default:
		return nil
	}
}

// of is the text of a kind in the language of a locale, such as de-AT or de_AT. What that language lacks is
// taken from the one for everybody else, and then from English.
func (t *Texts) of(k kind, medium cognitoidp.DeliveryMediumType, locale string) template {
	candidates := []Text{}
	if t != nil {
		wanted, _ := language.Parse(locale) // one that cannot be read is no language
		_, i, confidence := t.languages.Match(wanted)
		if confidence == language.No {
			i = 0
		}
		candidates = append(candidates, t.texts[i][k], t.texts[0][k])
	}
	for _, c := range append(candidates, english[k]) {
		switch {
		case medium == cognitoidp.DeliveryMediumTypeSms && c.SMS != "":
			return template{body: c.SMS}
		case medium == cognitoidp.DeliveryMediumTypeEmail && c.Email != "":
			return template{c.Subject, c.Email}
		}
	}
	return template{}
}

// Notice is the e-mail that tells of a sign-in at risk, in the language of a locale, with the places of
// NotifyConfiguration.
func (t *Texts) Notice(did cognitoidp.AccountTakeoverEventActionType, locale string) (subject, body string) {
	k := newSignIn
	if did == cognitoidp.AccountTakeoverEventActionTypeBlock {
		k = blockedSignIn
	}
	text := t.of(k, cognitoidp.DeliveryMediumTypeEmail, locale)
	return text.subject, text.body
}

// DefaultNotice is the English one, as DescribeRiskConfiguration shows it.
func DefaultNotice(did cognitoidp.AccountTakeoverEventActionType) *cognitoidp.NotifyEmailType {
	var none *Texts
	subject, body := none.Notice(did, "")
	return &cognitoidp.NotifyEmailType{Subject: subject, HtmlBody: &body, TextBody: new(plainText(body))}
}
