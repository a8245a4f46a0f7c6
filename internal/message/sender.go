package message

import (
	"net/mail"
	"strings"
)

// senderOf is who an e-mail comes from, and where answers go, "" for the same: the pool's own sender if it has
// an identity to send as (EmailConfiguration's SourceArn), otherwise the one of the configuration.
func senderOf(m Message, other mail.Address) (from mail.Address, replyTo string) {
	if m.Email == nil {
		return other, ""
	}
	replyTo = value(m.Email.ReplyToEmailAddress)
	_, _, identity := identityOf(value(m.Email.SourceArn))
	if identity == "" {
		return other, replyTo
	}
	if parsed, err := mail.ParseAddress(value(m.Email.From)); err == nil {
		return *parsed, replyTo
	}
	if !strings.Contains(identity, "@") { // a domain sends as any of its addresses
		identity = "no-reply@" + identity
	}
	return mail.Address{Address: identity}, replyTo
}

// identityOf takes the ARN of an identity of SES apart: arn:aws:ses:eu-west-1:123456789012:identity/ana@example.com.
// All is "" if it is none.
func identityOf(arn string) (partition, region, identity string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "", "", ""
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	if kind != "identity" {
		return "", "", ""
	}
	return parts[1], parts[3], name
}

// sendsAs tells whether an address is that of an identity: the address itself, or one of the domain or below it.
func sendsAs(identity, address string) bool {
	identity, address = strings.ToLower(identity), strings.ToLower(address)
	domain := address[strings.LastIndexByte(address, '@')+1:]
	return address == identity || domain == identity || strings.HasSuffix(domain, "."+identity)
}

// oneLine makes a line of text: a username in a subject may be anything.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
