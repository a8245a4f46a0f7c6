package cognitoidp

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
)

// ErrorCode names a kind of error, on the wire and for errors.Is.
type ErrorCode string

// Error lets a code stand as a target of errors.Is.
func (c ErrorCode) Error() string { return string(c) }

// HTTPStatus is the status that carries the error: 500 for faults of the service, 501 for what a
// server does not have, 400 for everything else, whatever newer annotations say.
func (c ErrorCode) HTTPStatus() int {
	switch {
	case c == NotImplementedException:
		return http.StatusNotImplemented
	case faults[c]:
		return http.StatusInternalServerError
	default:
		return http.StatusBadRequest
	}
}

// Modeled tells whether the service model has the code. The codes below are of the protocol, which
// every AWS service speaks.
func (c ErrorCode) Modeled() bool {
	s := ShapeByName(string(c))
	return s != nil && s.Error
}

// Codes that any AWS service may answer.
const (
	UnknownOperationException           ErrorCode = "UnknownOperationException"
	SerializationException              ErrorCode = "SerializationException"
	MissingAuthenticationTokenException ErrorCode = "MissingAuthenticationTokenException"
	IncompleteSignatureException        ErrorCode = "IncompleteSignatureException"
	UnrecognizedClientException         ErrorCode = "UnrecognizedClientException"
	ExpiredTokenException               ErrorCode = "ExpiredTokenException"
	InvalidSignatureException           ErrorCode = "InvalidSignatureException"
	RequestEntityTooLargeException      ErrorCode = "RequestEntityTooLargeException"
	// NotImplementedException: the service has the operation, this server has not.
	NotImplementedException ErrorCode = "NotImplementedException"
)

// Error is an error of the service: any of its exception shapes.
type Error struct {
	Code       ErrorCode
	Message    string // empty: none
	ReasonCode string // of InvalidParameterException only; empty: none
}

// Error answers code and text.
func (e *Error) Error() string {
	if e.Message == "" {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Message
}

// Is matches an ErrorCode.
func (e *Error) Is(target error) bool { return target == e.Code }

// JSON is the error's body in AWS JSON 1.1.
func (e *Error) JSON() []byte {
	b := append([]byte(`{"__type":`), appendString(nil, string(e.Code))...)
	b = append(append(b, `,"message":`...), appendString(nil, e.Message)...)
	if e.ReasonCode != "" {
		b = append(append(b, `,"reasonCode":`...), appendString(nil, e.ReasonCode)...)
	}
	return append(b, '}')
}

// XML is the error in the form of AWS XML protocols.
func (e *Error) XML() []byte {
	var b bytes.Buffer
	element := func(name, text string) {
		b.WriteString("<" + name + ">")
		_ = xml.EscapeText(&b, []byte(xmlSafe(text))) // a bytes.Buffer takes everything
		b.WriteString("</" + name + ">")
	}
	b.WriteString("<ErrorResponse><Error>")
	element("Code", string(e.Code))
	element("Message", e.Message)
	if e.ReasonCode != "" {
		element("reasonCode", e.ReasonCode)
	}
	b.WriteString("</Error></ErrorResponse>")
	return b.Bytes()
}

// UnmodeledError is an error whose code the operation does not declare: one of the protocol, of a
// newer model or of something in between.
type UnmodeledError struct {
	Operation string
	Code      string  // "" if the answer named none
	Message   *string // nil if the answer had none
}

// Error answers operation, code and text.
func (e *UnmodeledError) Error() string {
	text := e.Operation + ": unknown error " + e.Code
	if e.Message != nil {
		text += ": " + *e.Message
	}
	return text
}

// Is matches an ErrorCode.
func (e *UnmodeledError) Is(target error) bool { return target == ErrorCode(e.Code) }

// JSON is the error's body in AWS JSON 1.1.
func (e *UnmodeledError) JSON() []byte {
	b := append([]byte(`{"__type":`), appendString(nil, e.Code)...)
	if e.Message != nil {
		b = append(append(b, `,"message":`...), appendString(nil, *e.Message)...)
	}
	return append(b, '}')
}

// ErrorFromJSON reads the error of an operation's answer: an *Error if the operation declares its
// code, otherwise an *UnmodeledError. The code is the body's __type or, without one, the header
// x-amzn-ErrorType; header may be nil.
func (o *Operation) ErrorFromJSON(header http.Header, body []byte) error {
	var wire struct {
		Type       string  `json:"__type"`
		CodeMember string  `json:"code"`
		Message    *string `json:"message"` // also Message: encoding/json ignores case
		ReasonCode string  `json:"reasonCode"`
	}
	_ = json.Unmarshal(body, &wire) // what is not JSON names no code
	code := wire.Type
	if code == "" {
		code = wire.CodeMember
	}
	if code == "" {
		code = header.Get("x-amzn-ErrorType")
	}
	if wire.Message == nil && header.Get("x-amzn-ErrorMessage") != "" {
		wire.Message = new(header.Get("x-amzn-ErrorMessage"))
	}
	return o.typed(bareCode(code), wire.Message, wire.ReasonCode)
}

// ErrorFromXML reads an error in the form of AWS XML protocols, as ErrorFromJSON does.
func (o *Operation) ErrorFromXML(body []byte) error {
	var wire struct {
		Error struct {
			Code       string  `xml:"Code"`
			Message    *string `xml:"Message"`
			ReasonCode string  `xml:"reasonCode"`
		} `xml:"Error"`
	}
	_ = xml.Unmarshal(body, &wire) // what is not XML names no code
	return o.typed(bareCode(wire.Error.Code), wire.Error.Message, wire.Error.ReasonCode)
}

func (o *Operation) typed(code string, message *string, reason string) error {
	for _, declared := range o.Errors {
		if string(declared) == code {
			e := &Error{Code: declared, ReasonCode: reason}
			if message != nil {
				e.Message = *message
			}
			return e
		}
	}
	return &UnmodeledError{Operation: o.Name, Code: code, Message: message}
}

// bareCode cuts the namespace before # and whatever follows a colon.
func bareCode(code string) string {
	if _, after, ok := strings.Cut(code, "#"); ok {
		code = after
	}
	code, _, _ = strings.Cut(code, ":")
	return code
}
