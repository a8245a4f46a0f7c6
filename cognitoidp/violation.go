package cognitoidp

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// violations collects the broken constraints of a request, in the service's words: each an item
// "Value '…' at '…' failed to satisfy constraint: …".
type violations []string

// err is the InvalidParameterException that lists them all; nil if there are none.
func (v violations) err() error {
	if len(v) == 0 {
		return nil
	}
	noun := "errors"
	if len(v) == 1 {
		noun = "error"
	}
	return &Error{
		Code:    InvalidParameterException,
		Message: fmt.Sprintf("%d validation %s detected: %s", len(v), noun, strings.Join(v, "; ")),
	}
}

// violation words one broken constraint. Sensitive values are left out.
func violation(s *Shape, value, path, constraint string) string {
	if s.Sensitive {
		value = ""
	}
	if value != "" {
		value += " "
	}
	return "Value " + value + "at '" + path + "' failed to satisfy constraint: " + constraint
}

const notNull = "Member must not be null"

// constraintsOn lists what a scalar's text, a number or a size breaks.
func (s *Shape) constraintsOn(text string, number int64) []string {
	var broken []string
	unit := "value"
	switch s.Kind {
	case KindString:
		unit, number = "length", int64(utf16Length(text))
	case KindBlob, KindList, KindMap:
		unit = "length"
	default: // numbers have a value
	}
	if s.Max != nil && number > *s.Max {
		broken = append(broken, "Member must have "+unit+" less than or equal to "+strconv.FormatInt(*s.Max, 10))
	}
	if s.Min != nil && number < *s.Min {
		broken = append(broken, "Member must have "+unit+" greater than or equal to "+strconv.FormatInt(*s.Min, 10))
	}
	if s.Kind != KindString {
		return broken
	}
	if s.match != nil && !s.match.matches(text) {
		broken = append(broken, "Member must satisfy regular expression pattern: "+s.Pattern)
	}
	if len(s.Enum) > 0 && !s.allows(text) {
		broken = append(broken, "Member must satisfy enum value set: ["+strings.Join(s.Enum, ", ")+"]")
	}
	return broken
}

func (s *Shape) allows(text string) bool {
	for _, value := range s.Enum {
		if value == text {
			return true
		}
	}
	return false
}

// utf16Length counts as the service does: a character outside the basic plane is two.
func utf16Length(text string) int {
	n := len(text)
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		n -= size - 1
		if r > 0xffff {
			n++
		}
		i += size
	}
	return n
}
