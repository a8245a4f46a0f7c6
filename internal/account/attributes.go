package account

import (
	"maps"
	"math/big"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// AttributesOf reads the attributes of a request. Of one named twice the last counts. Truth values
// are kept in lower case, however they are sent.
func AttributesOf(p *userpool.Pool, list []cognitoidp.AttributeType) map[string]string {
	values := make(map[string]string, len(list))
	for _, a := range list {
		text := ""
		if a.Value != nil {
			text = *a.Value
		}
		if schema := p.SchemaAttribute(a.Name); schema != nil && schema.AttributeDataType == cognitoidp.AttributeDataTypeBoolean {
			text = strings.ToLower(text)
		}
		values[a.Name] = text
	}
	return values
}

// MissingRequired are the names of required attributes for which the user has no value.
func MissingRequired(p *userpool.Pool, u *userpool.User) []string {
	return missing(p, u.Attributes)
}

func missing(p *userpool.Pool, values map[string]string) []string {
	return slices.DeleteFunc(p.RequiredAttributes(), func(name string) bool { return values[name] != "" })
}

// CheckNewAttributes checks attributes that a user fills in at NEW_PASSWORD_REQUIRED: the client must
// let them be written, and the values must fit the schema. An immutable one is accepted if it is
// required, for otherwise it could never be given.
func CheckNewAttributes(p *userpool.Pool, client *userpool.Client, given map[string]string) error {
	if err := checkWritable(client, given); err != nil {
		return err
	}
	required := p.RequiredAttributes()
	for _, name := range sorted(given) {
		schema := p.SchemaAttribute(name)
		if schema != nil && schema.Mutable != nil && !*schema.Mutable && !slices.Contains(required, name) {
			return awserr.AttributeRefused(item(name, awserr.AttributeIsImmutable))
		}
	}
	return checkValues(p, given, nil)
}

// CheckValue refuses a value that does not fit the schema or the form of its attribute.
func CheckValue(p *userpool.Pool, name, value string) error {
	return checkValues(p, map[string]string{name: value}, nil)
}

// checkWritable refuses attributes that the client's users may not write.
func checkWritable(client *userpool.Client, given map[string]string) error {
	for name := range given {
		if !client.CanWrite(name) {
			return awserr.AttributeNotWritable()
		}
	}
	return nil
}

// checkValues checks the attributes of a new user against the schema and tells of everything that is
// wrong at once. Required are the names that must have a value.
func checkValues(p *userpool.Pool, given map[string]string, required []string) error {
	var items []string
	for _, name := range required {
		if given[name] == "" {
			items = append(items, item(name, awserr.AttributeIsRequired))
		}
	}
	for _, name := range sorted(given) {
		if wrong := misfit(p, name, given[name]); wrong != "" {
			items = append(items, item(name, wrong))
		}
	}
	if len(items) > 0 {
		return awserr.AttributesRefused(strings.Join(items, "\n"))
	}
	return checkForms(p, given)
}

// checkChange checks new values, and deletions where the value is empty, for an existing user.
func checkChange(p *userpool.Pool, given map[string]string) error {
	required := p.RequiredAttributes()
	for _, name := range sorted(given) {
		wrong := misfit(p, name, given[name])
		schema := p.SchemaAttribute(name)
		switch {
		case wrong != "":
		case name == userpool.AttrSub || name == userpool.AttrIdentities || schema.Mutable != nil && !*schema.Mutable:
			wrong = awserr.AttributeIsImmutable
		case given[name] == "" && slices.Contains(required, name):
			wrong = awserr.AttributeIsRequired
		}
		if wrong != "" {
			return awserr.AttributeRefused(item(name, wrong))
		}
	}
	return checkForms(p, given)
}

func item(name, wrong string) string { return name + ": " + wrong }

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

var birthdateForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// misfit tells what is wrong with a value by the schema, or "". An empty value stands for none.
func misfit(p *userpool.Pool, name, value string) string {
	schema := p.SchemaAttribute(name)
	if schema == nil {
		return awserr.AttributeIsUnknown
	}
	if value == "" {
		return ""
	}
	switch schema.AttributeDataType {
	case cognitoidp.AttributeDataTypeBoolean:
		if value != "true" && value != "false" {
			return awserr.AttributeNoBoolean
		}
	case cognitoidp.AttributeDataTypeNumber:
		return numberMisfit(schema.NumberAttributeConstraints, value)
	case cognitoidp.AttributeDataTypeString:
		if wrong := lengthMisfit(schema.StringAttributeConstraints, value); wrong != "" {
			return wrong
		}
		if name == "birthdate" && !birthdateForm.MatchString(value) {
			return awserr.AttributeNoDate
		}
	case cognitoidp.AttributeDataTypeDateTime: // text of any form
	}
	return ""
}

func lengthMisfit(limits *cognitoidp.StringAttributeConstraintsType, value string) string {
	if limits == nil {
		return ""
	}
	length := utf8.RuneCountInString(value)
	if least, ok := whole(limits.MinLength); ok && length < least {
		return awserr.AttributeTooShort(*limits.MinLength)
	}
	if most, ok := whole(limits.MaxLength); ok && length > most {
		return awserr.AttributeTooLong(*limits.MaxLength)
	}
	return ""
}

func whole(text *string) (int, bool) {
	if text == nil {
		return 0, false
	}
	n, err := strconv.Atoi(*text)
	return n, err == nil
}

// numberForm keeps exponents and fractions of huge size away from big.Rat.
var numberForm = regexp.MustCompile(`^[+-]?[0-9]{1,100}(\.[0-9]{1,100})?$`)

func numberMisfit(limits *cognitoidp.NumberAttributeConstraintsType, value string) string {
	if !numberForm.MatchString(value) {
		return awserr.AttributeNoNumber
	}
	n, _ := new(big.Rat).SetString(value)
	if limits == nil {
		return ""
	}
	if least, ok := rational(limits.MinValue); ok && n.Cmp(least) < 0 {
		return awserr.AttributeTooSmall(*limits.MinValue)
	}
	if most, ok := rational(limits.MaxValue); ok && n.Cmp(most) > 0 {
		return awserr.AttributeTooLarge(*limits.MaxValue)
	}
	return ""
}

func rational(text *string) (*big.Rat, bool) {
	if text == nil || !numberForm.MatchString(*text) {
		return nil, false
	}
	return new(big.Rat).SetString(*text)
}

// checkForms checks the form of e-mail address, phone number and preferred username. As a username, a
// preferred username may not look like an alias of another kind: it would be found in the place of
// whoever has that alias.
func checkForms(p *userpool.Pool, given map[string]string) error {
	if value := given[userpool.AttrEmail]; value != "" && !IsEmail(value) {
		return awserr.InvalidEmail()
	}
	if value := given[userpool.AttrPhoneNumber]; value != "" && !IsPhoneNumber(value) {
		return awserr.InvalidPhoneNumber()
	}
	if value := given[userpool.AttrPreferredUsername]; p.HasAlias(userpool.AttrPreferredUsername) {
		switch {
		case p.HasAlias(userpool.AttrEmail) && IsEmail(value):
			return awserr.PreferredUsernameLikeEmail()
		case p.HasAlias(userpool.AttrPhoneNumber) && IsPhoneNumber(value):
			return awserr.PreferredUsernameLikePhone()
		}
	}
	return nil
}

// IsEmail tells whether text is an e-mail address and nothing else (RFC 5322 addr-spec, without
// comments, spaces or a quoted local part).
func IsEmail(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>"(),;:\`, r)
	}) {
		return false
	}
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

var phoneForm = regexp.MustCompile(`^\+[0-9]{1,15}$`)

// IsPhoneNumber tells whether text is a phone number as E.164 has it, with a leading +.
func IsPhoneNumber(text string) bool { return phoneForm.MatchString(text) }
