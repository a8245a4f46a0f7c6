package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"ostiary/internal/trigger"
)

// maxMessage bounds what the caller reads of a thrown error, in bytes.
const maxMessage = 2048

// readPayload tells the answer of a function from an error that it returned in the answer's place, as the
// runtimes of AWS for local use do.
func readPayload(payload []byte) ([]byte, error) {
	var returned struct {
		ErrorMessage  json.RawMessage `json:"errorMessage"`
		TriggerSource json.RawMessage `json:"triggerSource"`
	}
	if json.Unmarshal(payload, &returned) == nil && returned.ErrorMessage != nil && returned.TriggerSource == nil {
		return nil, thrown(payload)
	}
	return payload, nil
}

// thrown reads the payload of an error that a function threw: {"errorMessage": …, "errorType": …}.
func thrown(payload []byte) *trigger.Failure {
	var e struct {
		ErrorMessage any `json:"errorMessage"`
		ErrorType    any `json:"errorType"`
	}
	_ = json.Unmarshal(payload, &e) // what cannot be read stays empty
	kind, _ := e.ErrorType.(string)
	message, ok := e.ErrorMessage.(string)
	if !ok || message == "" {
		message = kind
	}
	if message == "" {
		message = "Unhandled"
	}
	return &trigger.Failure{Message: clip(message, maxMessage), Type: identifier(kind)}
}

// clip shortens text to a number of bytes, and not within a character.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// identifier is the name of an error, without anything that is none: it may come from anybody.
func identifier(name string) string {
	name, _, _ = strings.Cut(name, ":")
	if i := strings.LastIndexByte(name, '#'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) > 100 || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '_'
	}) {
		return ""
	}
	return name
}

// errTooLong is an answer beyond maxAnswer.
var errTooLong = errors.New("answer too long")

// tooLong is what a function that answers too much is taken to have thrown, as the Lambda API has it.
func tooLong() *trigger.Failure {
	return &trigger.Failure{
		Message: fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxAnswer),
		Type:    "Function.ResponseSizeTooLarge",
	}
}

// readAll reads an answer to its end, within the limit.
func readAll(r io.Reader) ([]byte, error) {
	payload, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case len(payload) > maxAnswer:
		return nil, errTooLong
	default:
		return payload, nil
	}
}
