package userpool

import (
	"slices"
	"strings"

	"ostiary/internal/awserr"
)

// Filter is the Filter of ListUsers. The zero value selects all users.
type Filter struct {
	Attribute string
	Value     string
	Prefix    bool // ^= instead of =
}

// searchableAttributes are those that a Filter can name.
var searchableAttributes = []string{
	"username", AttrEmail, AttrPhoneNumber, "name", "given_name", "family_name", AttrPreferredUsername,
	"cognito:user_status", "status", AttrSub,
}

const filterSpace = " \t\r\n"

// ParseFilter reads a filter:
//
//	filter    = "" | attribute operator value
//	attribute = a name, which may stand in double quotes
//	operator  = "=" | "^="
//	value     = text in double quotes, in which a backslash stands before a quote or a backslash
//
// with spaces between its parts or without. Blank text selects all. Errors are those of ListUsers.
func ParseFilter(text string) (Filter, error) {
	text = strings.Trim(text, filterSpace)
	if text == "" {
		return Filter{}, nil
	}
	var f Filter
	var ok bool
	if strings.HasPrefix(text, `"`) {
		if f.Attribute, text, ok = quoted(text); !ok {
			return Filter{}, awserr.InvalidFilter()
		}
	} else {
		end := strings.IndexAny(text, filterSpace+`^="`)
		if end <= 0 {
			return Filter{}, awserr.InvalidFilter()
		}
		f.Attribute, text = text[:end], text[end:]
	}
	text = strings.TrimLeft(text, filterSpace)
	text, f.Prefix = strings.CutPrefix(text, "^")
	if text, ok = strings.CutPrefix(text, "="); !ok {
		return Filter{}, awserr.InvalidFilter()
	}
	if f.Value, text, ok = quoted(strings.TrimLeft(text, filterSpace)); !ok || text != "" {
		return Filter{}, awserr.InvalidFilter()
	}
	if !slices.Contains(searchableAttributes, f.Attribute) {
		return Filter{}, awserr.InvalidSearchAttribute(f.Attribute)
	}
	return f, nil
}

// quoted reads the text in double quotes at the beginning of s, and what follows it. A backslash
// before anything but a quote or a backslash stands for itself.
func quoted(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", "", false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}
