// Package message is the e-mails and SMS messages of a user pool: their texts, and who takes them.
//
//	Request ─▶ Writer: the CustomMessage function, the template, our own text ─▶ Message ─▶ Sender: Inbox in development
//
// A Message carries a code or a temporary password in plain, so it is sent and forgotten; printed or
// logged it shows neither.
package message
