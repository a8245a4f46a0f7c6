// Package message is the e-mails and SMS messages of a user pool: their texts, and who delivers them.
//
//	Request ─▶ Writer: the CustomMessage function, the pool's template, our own text ─▶ Message ─▶ Sender
//
//	Outbox.Send: into the store ─▶ answered          in development also, or only: Inbox
//	      Run:   in turns, a lease ─▶ Router ─▶ SMTP, SES, SNS, Webhook, a function ─▶ out of the store
//	                                    └─ failed: due again later, until it is too late
//
// A Message carries a code or a temporary password in plain: it is sealed in the store and gone once it is
// delivered; printed or logged it shows neither, and no error made here has a part of one.
package message
