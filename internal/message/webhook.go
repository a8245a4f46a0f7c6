package message

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/mail"
	"time"

	"ostiary/cognitoidp"
)

// Webhook hands messages to an address of the operator's by POST. It is a Sender.
//
// The body is WebhookMessage in JSON. Idempotency-Key is the same for a message that comes again, and
// X-Ostiary-Signature is "sha256=" and the HMAC-SHA256 of the body under the shared secret, in hexadecimal
// digits. A status from 200 to 299 takes the message; 400, 410, 413 and 422 refuse it for good; after any other
// it comes again.
type Webhook struct {
	URL    string
	Secret string
	Client *http.Client
	// From sends e-mail for pools that have no sender of their own.
	From mail.Address
}

// WebhookMessage is what a webhook is told.
type WebhookMessage struct {
	ID         string                        `json:"id"` // the same if it comes again
	Time       time.Time                     `json:"time"`
	UserPoolID string                        `json:"userPoolId"`
	Username   string                        `json:"username"`
	Trigger    Trigger                       `json:"trigger"`
	Medium     cognitoidp.DeliveryMediumType `json:"medium"`
	// From and ReplyTo are of e-mails.
	From    string `json:"from,omitzero"`
	ReplyTo string `json:"replyTo,omitzero"`
	To      string `json:"to"`
	Subject string `json:"subject,omitzero"`
	HTML    string `json:"html,omitzero"` // of e-mails
	Text    string `json:"text"`
	// Code is the code or temporary password in the text, for templates of the receiver's own.
	Code string `json:"code,omitzero"`
}

// The headers of a webhook's requests.
const (
	HeaderSignature   = "X-Ostiary-Signature"
	HeaderIdempotency = "Idempotency-Key"
)

// Send implements Sender.
func (w *Webhook) Send(ctx context.Context, m Message) error {
	out := WebhookMessage{
		ID: m.ID, Time: m.Time, UserPoolID: m.UserPoolID, Username: m.Username, Trigger: m.Trigger,
		Medium: m.Medium, To: m.Destination, Text: m.Body, Code: m.Code,
	}
	if m.Medium == cognitoidp.DeliveryMediumTypeEmail {
		from, replyTo := senderOf(m, w.From)
		out.From, out.ReplyTo, out.Subject = from.String(), replyTo, oneLine(m.Subject)
		out.HTML, out.Text = m.Body, plainText(m.Body)
	}
	body, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("webhook: write the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("webhook: %w", withoutURL(err))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(HeaderIdempotency, m.ID)
	req.Header.Set(HeaderSignature, Sign(w.Secret, body))
	return post(w.Client, "webhook", req, func(resp *http.Response, _ []byte) (string, bool) {
		switch resp.StatusCode {
		case http.StatusBadRequest, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
			return "", true
		default:
			return "", false
		}
	})
}

// Sign is the signature of a webhook's body.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
