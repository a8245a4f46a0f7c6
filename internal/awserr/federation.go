package awserr

import (
	"strconv"
	"strings"

	"ostiary/cognitoidp"
)

// invalidProvider refuses a setting of an identity provider. Operations: CreateIdentityProvider,
// UpdateIdentityProvider.
func invalidProvider(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// ProviderNotFound: the pool has no identity provider of this name.
func ProviderNotFound(name string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "Identity provider "+name+" does not exist.")
}

// ProviderIdentifierNotFound: no identity provider of the pool has this identifier. Operation:
// GetIdentityProviderByIdentifier.
func ProviderIdentifierNotFound(identifier string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "Identity provider with identifier "+identifier+" does not exist.")
}

// ProviderExists: the name is taken, in these or other letter cases. Operation: CreateIdentityProvider.
func ProviderExists(name string) error {
	return refuse(cognitoidp.DuplicateProviderException, "A provider with the name "+name+" already exists in the user pool.")
}

// TooManyProviders: the pool has as many identity providers as it may. Operation: CreateIdentityProvider.
func TooManyProviders(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"The user pool already has "+strconv.Itoa(limit)+" identity providers, the most it may have.")
}

// ProviderIdentifierTaken: another identity provider of the pool has the identifier.
func ProviderIdentifierTaken(identifier string) error {
	return invalidProvider("The identifier " + identifier + " already belongs to an identity provider of the user pool.")
}

// ProviderNameOfOtherType: social providers are named like their type, and no other is; nor is any
// named like the pool's own users.
func ProviderNameOfOtherType(name string, of cognitoidp.IdentityProviderTypeType) error {
	return invalidProvider("Provider " + name + " cannot be of type " + string(of) + ".")
}

// ProviderDetailsRequired: the type needs all of these details, as the service calls them: "clientId,
// clientSecret and authorizeScopes".
func ProviderDetailsRequired(names string) error {
	return invalidProvider(names + " are all required idp details.")
}

// ProviderDetailUnknown: the type has no such detail.
func ProviderDetailUnknown(name string, of cognitoidp.IdentityProviderTypeType) error {
	return invalidProvider("Provider detail " + name + " is not supported for providers of type " + string(of) + ".")
}

// ProviderDetailNotOneOf: the detail has a value other than those.
func ProviderDetailNotOneOf(name string, values ...string) error {
	return refuse(cognitoidp.InvalidParameterException, "1 validation error detected: Value at 'providerDetails."+name+
		"' failed to satisfy constraint: Member must satisfy enum value set: ["+strings.Join(values, ", ")+"]")
}

// ProviderURL: the detail is not an address that the server or a browser can be sent to.
func ProviderURL(name, why string) error {
	return invalidProvider("Provider detail " + name + " " + why + ".")
}

// ProviderScopeMissing: without openid an OIDC provider gives no ID token (OpenID Connect Core 1.0,
// section 3.1.2.1).
func ProviderScopeMissing(scope string) error {
	return invalidProvider("Provider detail authorize_scopes must contain the scope " + scope + ".")
}

// FacebookVersion: the API version is not of the form v17.0.
func FacebookVersion() error {
	return invalidProvider("Provider detail api_version must be of the form v17.0.")
}

// NoMetadata: a SAML provider is known by its metadata.
func NoMetadata() error {
	return invalidProvider("At least one of the MetadataURL or MetadataFile should be provided.")
}

// MetadataTwice: a SAML provider's metadata comes from one place.
func MetadataTwice() error {
	return invalidProvider("Only one of the MetadataURL or MetadataFile should be provided.")
}

// InvalidMetadata: the MetadataFile of a SAML provider cannot be used.
func InvalidMetadata(why error) error {
	return invalidProvider("Error parsing MetadataFile: " + why.Error() + ".")
}

// MappedAttributeUnknown: AttributeMapping names an attribute that the pool does not have, or that no
// provider may write.
func MappedAttributeUnknown(attribute string) error {
	return invalidProvider("AttributeMapping: the user pool has no attribute " + strconv.Quote(attribute) + " that a provider can fill.")
}

// MappingEmpty: an attribute is mapped to no claim.
func MappingEmpty(attribute string) error {
	return invalidProvider("AttributeMapping: the attribute " + attribute + " is not mapped to a claim of the provider.")
}

// AcrMappingUnsupported: levels are mapped for OIDC providers only.
func AcrMappingUnsupported(of cognitoidp.IdentityProviderTypeType) error {
	return invalidProvider("AcrMapping is not supported for providers of type " + string(of) + ".")
}

// AcrMappingValue: acr_values is a list separated by spaces (OpenID Connect Core 1.0, section 3.1.2.1).
func AcrMappingValue(level string) error {
	return invalidProvider("AcrMapping: the value of " + level + " must be one ACR value without spaces.")
}

// IdPInitiatedNotAlone: an app client that takes sign-ins begun at a SAML provider has SAML providers
// only. Operations: CreateUserPoolClient, UpdateUserPoolClient.
func IdPInitiatedNotAlone(provider string) error {
	return invalidClient("The provider " + provider + " allows IdP-initiated sign-in, " +
		"so the app client can have SAML providers only.")
}

// invalidIdentity refuses what names a user or an external identity. Operations:
// AdminLinkProviderForUser, AdminDisableProviderForUser.
func invalidIdentity(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// IdentityIncomplete: a part of the user or identity named is missing. Member is DestinationUser,
// SourceUser or User.
func IdentityIncomplete(member, part string) error {
	return invalidIdentity(member + "." + part + " is required.")
}

// IdentityTooLong: no provider's subject or attribute is that long.
func IdentityTooLong(member string, most int) error {
	return invalidIdentity(member + ".ProviderAttributeValue is longer than " + strconv.Itoa(most) + " characters.")
}

// IdentityProviderUnknown: the identity is of a provider that the pool does not have.
func IdentityProviderUnknown(provider string) error {
	return invalidIdentity("The provider " + provider + " does not exist in the user pool.")
}

// SourceNotExternal: only identities of external providers can be linked.
func SourceNotExternal() error {
	return invalidIdentity("SourceUser must be a user of an external identity provider.")
}

// SubjectOnly: the users of this provider are known by Cognito_Subject alone.
func SubjectOnly(provider string) error {
	return invalidIdentity("ProviderAttributeName must be Cognito_Subject for the provider " + provider + ".")
}

// LinkAttributeNotMapped: an identity is recognised by its subject, or by an attribute that the
// provider's AttributeMapping fills.
func LinkAttributeNotMapped(attribute, provider string) error {
	return invalidIdentity("ProviderAttributeName must be Cognito_Subject or an attribute that the provider " + provider +
		" maps; " + strconv.Quote(attribute) + " is neither.")
}

// TooManyLinkAttributes: the links of one provider use at most limit different attributes.
func TooManyLinkAttributes(provider string, limit int) error {
	return invalidIdentity("The provider " + provider + " already has links by " + strconv.Itoa(limit) +
		" different attributes, the most it may have.")
}

// SourceHasProfile: the external user has signed in before and has a profile.
func SourceHasProfile() error {
	return invalidIdentity("Merging is not currently supported, provide a SourceUser that has not been signed up in order to link")
}

// SourceLinked: the link is already there.
func SourceLinked() error {
	return invalidIdentity("SourceUser is already linked to DestinationUser")
}

// SourceLinkedElsewhere: the identity signs in another user.
func SourceLinkedElsewhere() error {
	return refuse(cognitoidp.AliasExistsException, "SourceUser is already linked to another user.")
}

// DestinationImmutable: attributes come with each federated sign-in, and this one could not be changed.
func DestinationImmutable(attribute string) error {
	return invalidIdentity("DestinationUser has the immutable attribute " + attribute + ". All attributes of a linked user must be mutable.")
}

// TooManyLinks: the user has as many linked identities as one may.
func TooManyLinks(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"DestinationUser already has "+strconv.Itoa(limit)+" linked identities, the most a user may have.")
}
