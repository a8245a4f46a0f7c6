package main

import (
	"fmt"
	"strings"
	"unicode"
)

// printedOrder is the order in which the service has been seen to print an enum, where that is not
// the model's: it is part of the sentence that refuses a value.
var printedOrder = map[string][]string{
	"VerifiedAttributeType":          {"phone_number", "email"},
	"UsernameAttributeType":          {"phone_number", "email"},
	"AccountTakeoverEventActionType": {"MFA_IF_CONFIGURED", "BLOCK", "NO_ACTION", "MFA_REQUIRED"},
	"EventFilterType":                {"SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"},
	"MessageActionType":              {"RESEND", "SUPPRESS"},
}

// enums writes the string types with their values.
func enums(m *model) string {
	var b strings.Builder
	for _, name := range m.shapeNames() {
		s := m.Shapes[name]
		if !s.isEnum() {
			continue
		}
		fmt.Fprintf(&b, "// %s is an enum of the service model; empty means absent.\ntype %s string\n\n", name, name)
		fmt.Fprintf(&b, "// The values of %s.\nconst (\n", name)
		for _, value := range s.Enum {
			fmt.Fprintf(&b, "%s%s %s = %q\n", name, camel(value), name, value)
		}
		b.WriteString(")\n\n")
		fmt.Fprintf(&b, "// Values are all values of %s.\nfunc (%s) Values() []%s {\nreturn []%s{", name, name, name, name)
		for _, value := range s.Enum {
			fmt.Fprintf(&b, "%s%s, ", name, camel(value))
		}
		b.WriteString("}\n}\n\n")
	}
	return b.String()
}

// camel turns PASSWORD_SRP into PasswordSrp and MfaIfConfigured into itself.
func camel(value string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(value, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		if word == strings.ToUpper(word) {
			word = strings.ToLower(word)
		}
		b.WriteString(upperFirst(word))
	}
	return b.String()
}
