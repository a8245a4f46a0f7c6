package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// invalidSchema refuses an attribute of a pool's schema. Operations: CreateUserPool, AddCustomAttributes.
func invalidSchema(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// StandardAttributeFixed: the type of a standard attribute was changed. Operation: CreateUserPool.
func StandardAttributeFixed(name string) error {
	return invalidSchema("You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute " + name)
}

// SchemaAttributeNameRequired: an attribute without a name.
func SchemaAttributeNameRequired() error {
	return invalidSchema("Name is required for every schema attribute.")
}

// AttributeDataTypeRequired: a custom attribute without a type.
func AttributeDataTypeRequired() error {
	return invalidSchema("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
}

// CustomAttributeRequired: only standard attributes can be required.
func CustomAttributeRequired() error {
	return invalidSchema("Required custom attributes are not supported currently.")
}

// DuplicateSchemaAttribute: one request has an attribute twice. Name is the full name.
func DuplicateSchemaAttribute(name string) error {
	return invalidSchema("Duplicate custom attribute names " + name + " are not allowed in a user pool schema.")
}

// SchemaAttributeExists: the pool has the attribute already. Operation: AddCustomAttributes.
func SchemaAttributeExists(name string) error {
	return invalidSchema(name + ": Existing attribute already has name " + name + ".")
}

// TooManyCustomAttributes: a pool has at most limit attributes of its own.
func TooManyCustomAttributes(limit int) error {
	return invalidSchema("A user pool can have at most " + strconv.Itoa(limit) + " custom attributes.")
}

// InvalidAttributeLimits: a limit is no number. Member is the member of the attribute that has it.
func InvalidAttributeLimits(member, name string) error {
	return invalidSchema("Invalid " + member + " for schema attribute " + name)
}

// AttributeLengthsReversed: no text is long enough and short enough.
func AttributeLengthsReversed(name string) error {
	return invalidSchema("Attribute " + name + " cannot have a max length shorter than it's min length")
}

// AttributeValuesReversed: no number is great enough and small enough.
func AttributeValuesReversed(name string) error {
	return invalidSchema("Attribute " + name + " cannot have a max value smaller than it's min value")
}
