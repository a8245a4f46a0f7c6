package message

import (
	"context"
	"html"
	"regexp"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// template is the texts of one kind of message; body is HTML for e-mail.
type template struct{ subject, body string }

// Writer writes the messages of a pool: as its CustomMessage function says, or else by its template, or else
// a text of our own.
type Writer struct {
	Triggers *trigger.Service
	Texts    *Texts // our own in other languages; nil for English
}

// Request is what a message is to bring, to whom and why.
type Request struct {
	Pool    *userpool.Pool
	Client  *userpool.Client // nil if no app client has asked for it
	User    *userpool.User
	Trigger Trigger
	Medium  cognitoidp.DeliveryMediumType
	// Destination is the whole address.
	Destination string
	// Code is the code, or the temporary password of an invitation, "" for a user who has none.
	Code           string
	ClientMetadata map[string]string // for the function
	// Link confirms a sign-up when it is followed; "" where there is no page to lead to.
	Link string
	// Expires is when Code works no more; zero if it always will.
	Expires time.Time
	// Nobody: the user is made up for a name that nobody has. The message is written without asking the
	// function, though it takes as long, and not delivered.
	Nobody bool
}

// Write answers the message; nil if the template has no place for the code, as such a message would not help
// its reader (InviteMessageTemplate need not have the place).
//
// A place for a link ({##words##}) gets the Link of an e-mail that has one, and otherwise the code.
func (w Writer) Write(ctx context.Context, in Request) (*Message, error) {
	if m := w.toFunction(ctx, in); m != nil {
		return m, nil
	}
	texts, err := w.ask(ctx, in)
	if err != nil {
		return nil, err
	}
	t := w.templateOf(in)
	if texts.Subject != "" {
		t.subject = texts.Subject
	}
	if texts.Body != "" {
		t.body = texts.Body
	}
	if in.Link == "" || in.Medium != cognitoidp.DeliveryMediumTypeEmail {
		t.body = linkForm.ReplaceAllLiteralString(t.body, trigger.CodePlace)
	}
	if in.Code != "" && !linkForm.MatchString(t.body) {
		return nil, nil
	}
	m := &Message{
		UserPoolID: in.Pool.ID, Username: in.User.Username, Medium: in.Medium, Destination: in.Destination,
		Code: in.Code, Trigger: in.Trigger, Expires: in.Expires, Nobody: in.Nobody,
	}
	if in.Medium == cognitoidp.DeliveryMediumTypeEmail {
		m.Email = in.Pool.Settings.EmailConfiguration
	} else {
		m.SMS = in.Pool.Settings.SmsConfiguration
	}
	name := signInName(in.Pool, in.User)
	m.Body = fill(t.body, in.Trigger, name, in.Code, in.Medium == cognitoidp.DeliveryMediumTypeEmail, links(t.body, in.Link)...)
	if in.Medium == cognitoidp.DeliveryMediumTypeEmail {
		m.Subject = fill(t.subject, in.Trigger, name, in.Code, false)
	}
	return m, nil
}

// ask lets the pool's function write the message.
func (w Writer) ask(ctx context.Context, in Request) (trigger.Texts, error) {
	if in.Nobody {
		w.Triggers.PretendCustomMessage(ctx, in.Pool)
		return trigger.Texts{}, nil
	}
	return w.Triggers.CustomMessage(ctx, trigger.Source(in.Trigger), in.subject(), trigger.Kind{
		Medium: in.Medium, Invitation: in.Trigger == AdminCreateUser, NoCode: in.Code == "",
	}, in.ClientMetadata)
}

// linkForm is where a text has a link, or, without words, the code.
var linkForm = regexp.MustCompile(`(?s)\{##(.*?)##\}`)

// links are the places of an e-mail that have words for a link, each followed by what it becomes. The words
// are HTML of the pool's own, as the rest of its template.
func links(body, link string) (places []string) {
	for _, found := range linkForm.FindAllStringSubmatch(body, -1) {
		if found[0] != trigger.CodePlace {
			places = append(places, found[0], `<a href="`+html.EscapeString(link)+`">`+found[1]+"</a>")
		}
	}
	return places
}

// fill puts code, username and links in their places, in one pass, so that none is taken for a place.
func fill(text string, kind Trigger, username, code string, escape bool, links ...string) string {
	if escape {
		username, code = html.EscapeString(username), html.EscapeString(code)
	}
	places := append([]string{trigger.CodePlace, code}, links...)
	if kind == AdminCreateUser {
		places = append(places, trigger.UsernamePlace, username)
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

// templateOf is the pool's template for a message, its gaps filled with our own texts. A template with a
// place for a password does not do for a user who has none.
func (w Writer) templateOf(in Request) template {
	p := in.Pool
	var configured template
	switch in.Trigger {
	case AdminCreateUser:
		configured = poolInvitation(p, in.Medium)
		if in.Code == "" && strings.Contains(configured.body, trigger.CodePlace) {
			configured = template{}
		}
	case Authentication:
		configured = poolAuthentication(p, in.Medium)
	default:
		configured = poolVerification(p, in.Medium)
	}
	if in.byLink() {
		configured = byLink(p)
	}
	own := w.Texts.of(kindOf(&in), in.Medium, in.User.Attributes[userpool.AttrLocale])
	if configured.subject == "" {
		configured.subject = own.subject
	}
	if configured.body == "" {
		configured.body = own.body
	}
	return configured
}

func poolInvitation(p *userpool.Pool, medium cognitoidp.DeliveryMediumType) template {
	config := p.Settings.AdminCreateUserConfig
	if config == nil || config.InviteMessageTemplate == nil {
		return template{}
	}
	if medium == cognitoidp.DeliveryMediumTypeSms {
		return template{body: value(config.InviteMessageTemplate.SMSMessage)}
	}
	return template{value(config.InviteMessageTemplate.EmailSubject), value(config.InviteMessageTemplate.EmailMessage)}
}

func poolAuthentication(p *userpool.Pool, medium cognitoidp.DeliveryMediumType) template {
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

func poolVerification(p *userpool.Pool, medium cognitoidp.DeliveryMediumType) template {
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

// byLink tells whether the pool's template for a link is what is sent.
func (r *Request) byLink() bool {
	return r.Link != "" && r.Medium == cognitoidp.DeliveryMediumTypeEmail && r.Pool.SendsLink()
}

func byLink(p *userpool.Pool) template {
	t := p.Settings.VerificationMessageTemplate
	return template{value(t.EmailSubjectByLink), value(t.EmailMessageByLink)}
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
