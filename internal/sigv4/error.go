package sigv4

import (
	"fmt"
	"strings"
	"time"
)

// Error is a refusal in the service's words. Code is the exception's name as the wire has it.
type Error struct {
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func missingToken() *Error {
	return &Error{"MissingAuthenticationTokenException", "Missing Authentication Token"}
}

// incomplete lists what is missing and repeats the header as it came, cut at maxEcho bytes.
func incomplete(missing []string, authorization string) *Error {
	const maxEcho = 4096
	if len(authorization) > maxEcho {
		authorization = authorization[:maxEcho]
	}
	text := strings.Join(missing, " ") + " Authorization=" + authorization
	return &Error{"IncompleteSignatureException", strings.TrimSpace(text)}
}

func malformedCredential(credential string) *Error {
	return &Error{"IncompleteSignatureException", fmt.Sprintf(
		"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%.256s'", credential)}
}

func malformedDate(date string) *Error {
	return &Error{"IncompleteSignatureException", fmt.Sprintf(
		"Date must be in ISO-8601 'basic format'. Got '%.64s'. See http://en.wikipedia.org/wiki/ISO_8601", date)}
}

func unknownClient() *Error {
	return &Error{"UnrecognizedClientException", "The security token included in the request is invalid."}
}

func invalid(format string, args ...any) *Error {
	return &Error{"InvalidSignatureException", fmt.Sprintf(format, args...)}
}

func mismatch() *Error {
	return invalid("The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
}

func unsignedHeader(name string) *Error {
	return invalid("'%s' must be a 'SignedHeader' in the AWS Authorization.", name)
}

func expired(signed, now time.Time) *Error {
	return invalid("Signature expired: %s is now earlier than %s (%s - 5 min.)",
		signed.Format(timeFormat), now.Add(-maxSkew).Format(timeFormat), now.Format(timeFormat))
}

func notYetCurrent(signed, now time.Time) *Error {
	return invalid("Signature not yet current: %s is still later than %s (%s + 5 min.)",
		signed.Format(timeFormat), now.Add(maxSkew).Format(timeFormat), now.Format(timeFormat))
}
