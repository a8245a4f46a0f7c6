package userpool

import (
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

// standardSchema is the schema every pool starts with, in the order in which DescribeUserPool lists it
// (OpenID Connect Core 1.0, section 5.1, and Cognito's own identities).
func standardSchema() []cognitoidp.SchemaAttributeType {
	updatedAt := standard("updated_at", cognitoidp.AttributeDataTypeNumber)
	updatedAt.NumberAttributeConstraints = &cognitoidp.NumberAttributeConstraintsType{MinValue: new("0")}
	identities := standard(AttrIdentities, cognitoidp.AttributeDataTypeString)
	identities.StringAttributeConstraints = &cognitoidp.StringAttributeConstraintsType{}
	return []cognitoidp.SchemaAttributeType{
		{Name: new(AttrSub), AttributeDataType: cognitoidp.AttributeDataTypeString,
			DeveloperOnlyAttribute: new(false), Required: new(true), Mutable: new(false),
			StringAttributeConstraints: lengths("1", "2048")},
		text("name", "0", "2048"),
		text("given_name", "0", "2048"),
		text("family_name", "0", "2048"),
		text("middle_name", "0", "2048"),
		text("nickname", "0", "2048"),
		text(AttrPreferredUsername, "0", "2048"),
		text("profile", "0", "2048"),
		text("picture", "0", "2048"),
		text("website", "0", "2048"),
		text(AttrEmail, "0", "2048"),
		standard(AttrEmailVerified, cognitoidp.AttributeDataTypeBoolean),
		text("gender", "0", "2048"),
		text("birthdate", "10", "10"),
		text("zoneinfo", "0", "2048"),
		text("locale", "0", "2048"),
		text(AttrPhoneNumber, "0", "2048"),
		standard(AttrPhoneNumberVerified, cognitoidp.AttributeDataTypeBoolean),
		text("address", "0", "2048"),
		updatedAt,
		identities,
	}
}

func standard(name string, dataType cognitoidp.AttributeDataType) cognitoidp.SchemaAttributeType {
	return cognitoidp.SchemaAttributeType{Name: &name, AttributeDataType: dataType,
		DeveloperOnlyAttribute: new(false), Required: new(false), Mutable: new(true)}
}

func text(name, least, most string) cognitoidp.SchemaAttributeType {
	a := standard(name, cognitoidp.AttributeDataTypeString)
	a.StringAttributeConstraints = lengths(least, most)
	return a
}

func lengths(least, most string) *cognitoidp.StringAttributeConstraintsType {
	return &cognitoidp.StringAttributeConstraintsType{MinLength: &least, MaxLength: &most}
}

// IsStandard tells whether attribute is one of those that every pool has (standardSchema).
func IsStandard(attribute string) bool {
	switch attribute {
	case AttrSub, "name", "given_name", "family_name", "middle_name", "nickname", AttrPreferredUsername,
		"profile", "picture", "website", AttrEmail, AttrEmailVerified, "gender", "birthdate", "zoneinfo",
		"locale", AttrPhoneNumber, AttrPhoneNumberVerified, "address", "updated_at", AttrIdentities:
		return true
	default:
		return false
	}
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
	for i, a := range p.Settings.SchemaAttributes {
		if a.Name != nil && *a.Name == name {
			return &p.Settings.SchemaAttributes[i]
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
