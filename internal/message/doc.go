// Package message is the e-mails and SMS messages of a user pool: their texts, and who takes them.
//
//	Compose(pool, user, trigger, …) ─▶ Message ─▶ Sender: Inbox in development
//
// A Message carries a code or a temporary password in plain, so it is sent and forgotten; printed or
// logged it shows neither.
package message
