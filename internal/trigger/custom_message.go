package trigger

import (
	"context"
	"strings"
	"unicode/utf8"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

var customMessage = &function{"CustomMessage",
	func(l *cognitoidp.LambdaConfigType) *string { return l.CustomMessage }}

// What texts put in the place of the code or temporary password, of the link, and of the username.
const (
	CodePlace     = "{####}"
	UsernamePlace = "{username}"
	linkPlace     = "{##Click Here##}"
)

// The longest that texts of messages may be, in characters.
const (
	longestSMS     = 140
	longestEmail   = 20_000
	longestSubject = 140
)

// Texts are those of one message; "" where the pool's template has to stand in.
type Texts struct{ Subject, Body string }

// Kind is what CustomMessage has to know of a message beside its source.
type Kind struct {
	Medium cognitoidp.DeliveryMediumType
	// Invitation: the text names the user too.
	Invitation bool
	// NoCode: there is nothing to be put in the place of a code.
	NoCode bool
}

// CustomMessage lets a function write a message.
func (s *Service) CustomMessage(ctx context.Context, source Source, of Subject, kind Kind, clientMetadata map[string]string) (Texts, error) {
	request := struct {
		UserAttributes    map[string]string `json:"userAttributes"`
		CodeParameter     string            `json:"codeParameter"`
		LinkParameter     string            `json:"linkParameter"`
		UsernameParameter *string           `json:"usernameParameter"`
		ClientMetadata    map[string]string `json:"clientMetadata,omitempty"`
	}{of.attributes(), CodePlace, linkPlace, nil, clientMetadata}
	if kind.Invitation {
		request.UsernameParameter = new(UsernamePlace)
	}
	response := struct {
		SMSMessage   *string `json:"smsMessage"`
		EmailMessage *string `json:"emailMessage"`
		EmailSubject *string `json:"emailSubject"`
	}{}
	in := invocation{function: customMessage, source: source, of: of, request: request, response: &response}
	called, err := s.call(ctx, in)
	if err != nil || !called {
		return Texts{}, err
	}
	texts, longest := Texts{orZero(response.EmailSubject), orZero(response.EmailMessage)}, longestEmail
	if kind.Medium == cognitoidp.DeliveryMediumTypeSms {
		texts, longest = Texts{Body: orZero(response.SMSMessage)}, longestSMS
	}
	if err := checkTexts(kind, texts, longest); err != nil {
		s.note(ctx, in, Unreadable, 0, nil) // the caller may not be told (PreventUserExistenceErrors)
		return Texts{}, err
	}
	return texts, nil
}

// checkTexts refuses texts that are too long, or would not help their reader.
func checkTexts(kind Kind, t Texts, longest int) error {
	switch {
	case utf8.RuneCountInString(t.Body) > longest, utf8.RuneCountInString(t.Subject) > longestSubject:
		return awserr.CustomMessageTooLong(longest, longestSubject)
	case t.Body == "":
	case !kind.NoCode && !strings.Contains(t.Body, CodePlace) && !hasLink(t.Body):
		return awserr.CustomMessageLacks(CodePlace)
	case kind.Invitation && !strings.Contains(t.Body, UsernamePlace):
		return awserr.CustomMessageLacks(UsernamePlace)
	}
	return nil
}

// hasLink tells whether a text has a place for a link: {##words##}.
func hasLink(text string) bool {
	_, rest, ok := strings.Cut(text, "{##")
	return ok && strings.Contains(rest, "##}")
}
