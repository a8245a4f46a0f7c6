package userpool

import (
	"math/big"
	"regexp"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// MaxCustomAttributes is how many attributes of its own a pool may have.
const MaxCustomAttributes = 50

// newSchema is the standard schema with the changes and additions of CreateUserPool.
func newSchema(given []cognitoidp.SchemaAttributeType) ([]cognitoidp.SchemaAttributeType, error) {
	schema := standardSchema()
	var own []cognitoidp.SchemaAttributeType
	seen := map[string]bool{}
	for _, a := range given {
		name := orElse(a.Name, "")
		if !IsStandard(name) {
			own = append(own, a)
			continue
		}
		if seen[name] {
			return nil, awserr.DuplicateSchemaAttribute(name)
		}
		seen[name] = true
		for i := range schema {
			if *schema[i].Name == name {
				if err := redefine(&schema[i], a); err != nil {
					return nil, err
				}
			}
		}
	}
	return addCustom(schema, own)
}

// redefine changes what may be changed of a standard attribute when the pool is made: Required,
// Mutable and the limits.
func redefine(standard *cognitoidp.SchemaAttributeType, given cognitoidp.SchemaAttributeType) error {
	name := *standard.Name
	if given.AttributeDataType != "" && given.AttributeDataType != standard.AttributeDataType ||
		orElse(given.DeveloperOnlyAttribute, false) {
		return awserr.StandardAttributeFixed(name)
	}
	if err := checkLimits(name, name, standard.AttributeDataType, given); err != nil {
		return err
	}
	if name != AttrSub { // the pool itself always gives the sub, once
		standard.Required = new(orElse(given.Required, false))
		standard.Mutable = new(orElse(given.Mutable, true))
	}
	if standard.AttributeDataType == cognitoidp.AttributeDataTypeString && given.StringAttributeConstraints != nil {
		standard.StringAttributeConstraints = given.StringAttributeConstraints
	}
	if standard.AttributeDataType == cognitoidp.AttributeDataTypeNumber && given.NumberAttributeConstraints != nil {
		standard.NumberAttributeConstraints = given.NumberAttributeConstraints
	}
	return nil
}

// AddCustomAttributes adds attributes to the pool's schema, all or none. They can never be changed or
// removed again. Errors are those of AddCustomAttributes.
func (p *Pool) AddCustomAttributes(given []cognitoidp.SchemaAttributeType) error {
	schema, err := addCustom(p.Settings.SchemaAttributes, given)
	if err != nil {
		return err
	}
	p.Settings.SchemaAttributes = schema
	return nil
}

// addCustom answers schema with custom attributes added; it leaves schema itself alone.
func addCustom(schema, given []cognitoidp.SchemaAttributeType) ([]cognitoidp.SchemaAttributeType, error) {
	taken := map[string]bool{}
	own := 0
	for _, a := range schema {
		taken[*a.Name] = true
		if !IsStandard(*a.Name) {
			own++
		}
	}
	if own+len(given) > MaxCustomAttributes {
		return nil, awserr.TooManyCustomAttributes(MaxCustomAttributes)
	}

	whole := append([]cognitoidp.SchemaAttributeType{}, schema...)
	added := map[string]bool{}
	for _, a := range given {
		custom, err := customAttribute(a)
		if err != nil {
			return nil, err
		}
		switch name := *custom.Name; {
		case added[name]:
			return nil, awserr.DuplicateSchemaAttribute(name)
		case taken[name]:
			return nil, awserr.SchemaAttributeExists(name)
		default:
			added[name] = true
		}
		whole = append(whole, custom)
	}
	return whole, nil
}

// customAttribute is an attribute as the pool keeps it: its full name, its defaults, and of the
// limits those of its type.
func customAttribute(given cognitoidp.SchemaAttributeType) (cognitoidp.SchemaAttributeType, error) {
	var none cognitoidp.SchemaAttributeType
	if given.Name == nil {
		return none, awserr.SchemaAttributeNameRequired()
	}
	name := customPrefix + *given.Name
	developerOnly := orElse(given.DeveloperOnlyAttribute, false)
	if developerOnly {
		name = developerPrefix + name
	}
	if given.AttributeDataType == "" {
		return none, awserr.AttributeDataTypeRequired()
	}
	if orElse(given.Required, false) {
		return none, awserr.CustomAttributeRequired()
	}
	if err := checkLimits(*given.Name, name, given.AttributeDataType, given); err != nil {
		return none, err
	}

	custom := cognitoidp.SchemaAttributeType{
		Name: &name, AttributeDataType: given.AttributeDataType,
		DeveloperOnlyAttribute: &developerOnly,
		Mutable:                new(orElse(given.Mutable, true)),
		Required:               new(false),
	}
	switch given.AttributeDataType {
	case cognitoidp.AttributeDataTypeString:
		custom.StringAttributeConstraints = orEmpty(given.StringAttributeConstraints)
	case cognitoidp.AttributeDataTypeNumber:
		custom.NumberAttributeConstraints = orEmpty(given.NumberAttributeConstraints)
	default: // the others have no constraints
	}
	return custom, nil
}

func orEmpty[T any](v *T) *T {
	if v == nil {
		return new(T)
	}
	return v
}

// checkLimits checks the limits of an attribute that belong to its data type. Given is its name as
// the request has it, full as the pool has it.
func checkLimits(given, full string, dataType cognitoidp.AttributeDataType, a cognitoidp.SchemaAttributeType) error {
	switch dataType {
	case cognitoidp.AttributeDataTypeString:
		if limits := a.StringAttributeConstraints; limits != nil {
			least, ok1 := limit(limits.MinLength, wholeNumber)
			most, ok2 := limit(limits.MaxLength, wholeNumber)
			if !ok1 || !ok2 {
				return awserr.InvalidAttributeLimits("StringAttributeConstraints", given)
			}
			if least != nil && most != nil && most.Cmp(least) < 0 {
				return awserr.AttributeLengthsReversed(full)
			}
		}
	case cognitoidp.AttributeDataTypeNumber:
		if limits := a.NumberAttributeConstraints; limits != nil {
			least, ok1 := limit(limits.MinValue, decimalNumber)
			most, ok2 := limit(limits.MaxValue, decimalNumber)
			if !ok1 || !ok2 {
				return awserr.InvalidAttributeLimits("NumberAttributeConstraints", given)
			}
			if least != nil && most != nil && most.Cmp(least) < 0 {
				return awserr.AttributeValuesReversed(full)
			}
		}
	default: // the others have no limits
	}
	return nil
}

// A limit is at most 2^1023, which has 308 digits.
var (
	wholeNumber   = regexp.MustCompile(`^[0-9]{1,308}$`)
	decimalNumber = regexp.MustCompile(`^-?[0-9]{1,308}(\.[0-9]{1,308})?$`)
)

// limit reads a limit; nil where there is none.
func limit(text *string, form *regexp.Regexp) (value *big.Rat, ok bool) {
	if text == nil {
		return nil, true
	}
	if !form.MatchString(*text) {
		return nil, false
	}
	return new(big.Rat).SetString(*text)
}
