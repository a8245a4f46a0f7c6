package message

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"ostiary/cognitoidp"
)

// Trigger is why a message is sent, by the name of its source in the custom message trigger.
type Trigger string

// The triggers of messages.
const (
	SignUp              Trigger = "CustomMessage_SignUp"
	ResendCode          Trigger = "CustomMessage_ResendCode"
	AdminCreateUser     Trigger = "CustomMessage_AdminCreateUser"
	ForgotPassword      Trigger = "CustomMessage_ForgotPassword"
	UpdateUserAttribute Trigger = "CustomMessage_UpdateUserAttribute"
	VerifyUserAttribute Trigger = "CustomMessage_VerifyUserAttribute"
	Authentication      Trigger = "CustomMessage_Authentication"
)

// Message is one e-mail or SMS message.
type Message struct {
	// ID and Time are given by the Sender.
	ID         string                        `json:"id"`
	Time       time.Time                     `json:"time"`
	UserPoolID string                        `json:"userPoolId"`
	Username   string                        `json:"username"` // as stored
	Medium     cognitoidp.DeliveryMediumType `json:"medium"`
	// Destination is the whole address; Mask hides most of it.
	Destination string `json:"destination"`
	Subject     string `json:"subject"` // empty for SMS
	Body        string `json:"body"`    // HTML for e-mail, plain text for SMS
	// Code is the code or temporary password that Body contains.
	Code    string  `json:"code"`
	Trigger Trigger `json:"trigger"`
	// Notice is what an AccountTakeOverNotification tells; nil for others.
	Notice *Notice `json:"notice,omitempty"`

	// Expires is when the message has lost its use, as its code works no more; zero if it never does.
	Expires time.Time `json:"-"`
	// Email and SMS are what the pool says of its sender; nil if it says nothing. Providers follow them as
	// far as they can.
	Email *cognitoidp.EmailConfigurationType `json:"-"`
	SMS   *cognitoidp.SmsConfigurationType   `json:"-"`
	// Nobody marks a message that is made up for a name that nobody has, so that asking for one costs the
	// same. It is never delivered.
	Nobody bool `json:"-"`
	// Function, if there, delivers the message in place of the provider of its medium.
	Function *Function `json:"-"`
	// Tries is how often delivery has failed before; the Outbox counts.
	Tries int `json:"-"`
}

// Function is what the Lambda function of the pool is told that delivers messages (CustomEmailSender,
// CustomSMSSender); which one that is, the pool says when the message is delivered. Subject and Body of such a
// message may be empty; the function is given its Code. FunctionFor makes it.
type Function struct {
	// Event is the triggerSource, such as CustomEmailSender_SignUp.
	Event          string
	ClientID       string            // "" if no app client asked for the message
	ClientMetadata map[string]string // nil if the caller sent none
	UserAttributes map[string]string
	SDKVersion     string // callerContext.awsSdkVersion
}

// String leaves out what the message says and to whom.
func (m Message) String() string {
	return string(m.Trigger) + " by " + string(m.Medium) + " to " + Mask(m.Medium, m.Destination)
}

// GoString is String.
func (m Message) GoString() string { return m.String() }

// LogValue is String, for logs.
func (m Message) LogValue() slog.Value { return slog.StringValue(m.String()) }

// Sender takes messages for delivery.
type Sender interface {
	// Send answers nil once the message is taken. It is safe for concurrent use. Its errors are for
	// the log; they do not contain the message.
	Send(ctx context.Context, m Message) error
}

// Mask is an address as answers show it (CodeDeliveryDetails): t***@e*** for tess@example.com,
// +*******4114 for a phone number.
func Mask(medium cognitoidp.DeliveryMediumType, destination string) string {
	if medium == cognitoidp.DeliveryMediumTypeSms {
		digits := strings.TrimPrefix(destination, "+")
		if len(digits) <= 4 { // no phone number; four digits would be all of it
			return "+*******"
		}
		return "+*******" + digits[len(digits)-4:]
	}
	local, domain, _ := strings.Cut(destination, "@")
	return first(local) + "***@" + first(domain) + "***"
}

func first(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
