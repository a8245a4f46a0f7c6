package message

import (
	"html"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// What templates put in the place of the code or temporary password, and of the username.
const (
	codePlace     = "{####}"
	usernamePlace = "{username}"
)

// template is the texts of one kind of message; body is HTML for e-mail.
type template struct{ subject, body string }

// Compose writes the message that a pool sends for a trigger, from the pool's template or else a
// text of our own. Code is the code, or the temporary password of an invitation, "" for a user who
// has none.
//
// A pool that confirms sign-ups by a link (CONFIRM_WITH_LINK) gets a message with the code, too: a
// link needs a page to lead to.
func Compose(p *userpool.Pool, u *userpool.User, trigger Trigger, medium cognitoidp.DeliveryMediumType, destination, code string) Message {
	t := templateOf(p, trigger, medium, code)
	m := Message{
		UserPoolID: p.ID, Username: u.Username, Medium: medium, Destination: destination, Code: code, Trigger: trigger,
	}
	m.Body = fill(t.body, trigger, signInName(p, u), code, medium == cognitoidp.DeliveryMediumTypeEmail)
	if medium == cognitoidp.DeliveryMediumTypeEmail {
		m.Subject = fill(t.subject, trigger, signInName(p, u), code, false)
	}
	return m
}

// Carries tells whether the template of a message has a place for the code. One without is not
// delivered, as it would not help its reader (InviteMessageTemplate need not have the place).
func Carries(p *userpool.Pool, trigger Trigger, medium cognitoidp.DeliveryMediumType) bool {
	return strings.Contains(templateOf(p, trigger, medium, codePlace).body, codePlace)
}

// fill puts code and username in their places, in one pass, so that neither is taken for a place.
func fill(text string, trigger Trigger, username, code string, escape bool) string {
	if escape {
		username, code = html.EscapeString(username), html.EscapeString(code)
	}
	places := []string{codePlace, code}
	if trigger == AdminCreateUser {
		places = append(places, usernamePlace, username)
	}
	return strings.NewReplacer(places...).Replace(text)
}

// signInName is the name by which an invited user signs in first.
func signInName(p *userpool.Pool, u *userpool.User) string {
	for _, a := range p.Settings.UsernameAttributes {
		if value := u.Attributes[string(a)]; value != "" {
			return value
		}
	}
	return u.Username
}

// templateOf is the pool's template for a message, its gaps filled with our own texts.
func templateOf(p *userpool.Pool, trigger Trigger, medium cognitoidp.DeliveryMediumType, code string) template {
	var configured template
	switch trigger {
	case AdminCreateUser:
		configured = invitation(p, medium)
	case Authentication:
		configured = authentication(p, medium)
	default:
		configured = verification(p, medium)
	}
	own := ownText(trigger, code)
	if configured.subject == "" {
		configured.subject = own.subject
	}
	if configured.body == "" {
		configured.body = own.body
	}
	return configured
}

func ownText(trigger Trigger, code string) template {
	switch {
	case trigger == AdminCreateUser && code == "":
		return template{"Your new account", "An account was made for you. Your username is {username}."}
	case trigger == AdminCreateUser:
		return template{"Your temporary password", "Your username is {username} and your temporary password is {####}"}
	case trigger == Authentication:
		return template{"Your sign-in code", "Your sign-in code is {####}"}
	case trigger == ForgotPassword:
		return template{"Your password reset code", "Your password reset code is {####}"}
	default:
		return template{"Your verification code", "Your verification code is {####}"}
	}
}

func invitation(p *userpool.Pool, medium cognitoidp.DeliveryMediumType) template {
	config := p.Settings.AdminCreateUserConfig
	if config == nil || config.InviteMessageTemplate == nil {
		return template{}
	}
	if medium == cognitoidp.DeliveryMediumTypeSms {
		return template{body: value(config.InviteMessageTemplate.SMSMessage)}
	}
	return template{value(config.InviteMessageTemplate.EmailSubject), value(config.InviteMessageTemplate.EmailMessage)}
}

func authentication(p *userpool.Pool, medium cognitoidp.DeliveryMediumType) template {
	switch {
	case medium == cognitoidp.DeliveryMediumTypeEmail && p.EmailMFA != nil:
		return template{value(p.EmailMFA.Subject), value(p.EmailMFA.Message)}
	case medium == cognitoidp.DeliveryMediumTypeEmail:
		return template{}
	case p.SMSMFA != nil && value(p.SMSMFA.SmsAuthenticationMessage) != "":
		return template{body: *p.SMSMFA.SmsAuthenticationMessage}
	default:
		return template{body: value(p.Settings.SmsAuthenticationMessage)}
	}
}

func verification(p *userpool.Pool, medium cognitoidp.DeliveryMediumType) template {
	t := p.Settings.VerificationMessageTemplate
	switch {
	case t == nil:
		return template{}
	case medium == cognitoidp.DeliveryMediumTypeSms:
		return template{body: value(t.SmsMessage)}
	default:
		return template{value(t.EmailSubject), value(t.EmailMessage)}
	}
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
