package userpool

import (
	"slices"
	"strings"

	"ostiary/cognitoidp"
)

// What is put before the names of attributes that are not standard.
const (
	customPrefix    = "custom:"
	developerPrefix = "dev:"
)

// AttrIdentities is the read-only attribute that lists a user's federated identities.
const AttrIdentities = "identities"

// standardAttributes is the schema every pool starts with, in the order in which DescribeUserPool
// lists it (OpenID Connect Core 1.0, section 5.1, and two of Cognito's own: the sub and identities).
var standardAttributes = []cognitoidp.SchemaAttributeType{
	{Name: new(AttrSub), AttributeDataType: cognitoidp.AttributeDataTypeString,
		Required: new(true), Mutable: new(false), StringAttributeConstraints: lengths("1", "2048")},
	standardText("name"),
	standardText("given_name"),
	standardText("family_name"),
	standardText("middle_name"),
	standardText("nickname"),
	standardText(AttrPreferredUsername),
	standardText("profile"),
	standardText("picture"),
	standardText("website"),
	standardText(AttrEmail),
	{Name: new(AttrEmailVerified), AttributeDataType: cognitoidp.AttributeDataTypeBoolean},
	standardText("gender"),
	{Name: new("birthdate"), AttributeDataType: cognitoidp.AttributeDataTypeString,
		StringAttributeConstraints: lengths("10", "10")},
	standardText("zoneinfo"),
	standardText("locale"),
	standardText(AttrPhoneNumber),
	{Name: new(AttrPhoneNumberVerified), AttributeDataType: cognitoidp.AttributeDataTypeBoolean},
	standardText("address"),
	{Name: new("updated_at"), AttributeDataType: cognitoidp.AttributeDataTypeNumber,
		NumberAttributeConstraints: &cognitoidp.NumberAttributeConstraintsType{MinValue: new("0")}},
	{Name: new(AttrIdentities), AttributeDataType: cognitoidp.AttributeDataTypeString,
		StringAttributeConstraints: &cognitoidp.StringAttributeConstraintsType{}},
}

func standardText(name string) cognitoidp.SchemaAttributeType {
	return cognitoidp.SchemaAttributeType{Name: &name, AttributeDataType: cognitoidp.AttributeDataTypeString,
		StringAttributeConstraints: lengths("0", "2048")}
}

func lengths(least, most string) *cognitoidp.StringAttributeConstraintsType {
	return &cognitoidp.StringAttributeConstraintsType{MinLength: &least, MaxLength: &most}
}

// IsStandard tells whether attribute is one of the attributes that every pool has.
func IsStandard(attribute string) bool {
	return slices.ContainsFunc(standardAttributes,
		func(a cognitoidp.SchemaAttributeType) bool { return *a.Name == attribute })
}

// isVouched tells whether attribute says something that only the pool itself knows, so that no user
// may write it.
func isVouched(attribute string) bool {
	switch attribute {
	case AttrSub, AttrEmailVerified, AttrPhoneNumberVerified, AttrIdentities:
		return true
	default:
		return false
	}
}

func isDeveloperOnly(attribute string) bool { return strings.HasPrefix(attribute, developerPrefix) }

// SchemaAttribute finds an attribute of the pool's schema by its full name (custom:… and
// dev:custom:… included); nil if the schema has none of that name.
func (p *Pool) SchemaAttribute(name string) *cognitoidp.SchemaAttributeType {
	for _, a := range p.Settings.SchemaAttributes {
		if a.Name != nil && *a.Name == name {
			return a
		}
	}
	return nil
}

// RequiredAttributes are the names of the attributes that every user must have, without the sub,
// which the pool itself gives.
func (p *Pool) RequiredAttributes() []string {
	var names []string
	for _, a := range p.Settings.SchemaAttributes {
		if a.Name != nil && *a.Name != AttrSub && orElse(a.Required, false) {
			names = append(names, *a.Name)
		}
	}
	return names
}
