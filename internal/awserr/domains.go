package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// invalidDomain refuses a domain. Operations: CreateUserPoolDomain, UpdateUserPoolDomain,
// DeleteUserPoolDomain.
func invalidDomain(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// InvalidPrefixDomain: a prefix has no dots; a name with dots needs CustomDomainConfig.
func InvalidPrefixDomain() error {
	return invalidDomain("The domain name contains an invalid character. Domain names can only contain " +
		"lower-case letters, numbers, and hyphens.")
}

// InvalidCustomDomain: no fully qualified domain name.
func InvalidCustomDomain() error {
	return invalidDomain("Custom domain is not a valid subdomain")
}

// ReservedDomain: a prefix that contains a word of the provider's.
func ReservedDomain(word string) error {
	return invalidDomain("Domain cannot contain reserved word: " + word)
}

// DomainTaken: another user pool has a domain of this name.
func DomainTaken() error {
	return invalidDomain("Domain already associated with another user pool.")
}

// PoolHasDomainOfKind: the user pool has a prefix, or a custom domain, already.
func PoolHasDomainOfKind() error {
	return invalidDomain("User pool already has a domain configured.")
}

// NoSuchDomain: no domain has this name, or it belongs to another user pool than the one named.
func NoSuchDomain() error {
	return invalidDomain("No such domain or user pool exists.")
}

// InvalidCertificate: CertificateArn is not one of a certificate in us-east-1.
func InvalidCertificate() error {
	return invalidDomain("The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, " +
		"or doesn't include a valid certificate chain.")
}

// CertificateOfPrefix: CustomDomainConfig in the update of a prefix domain.
func CertificateOfPrefix() error {
	return invalidDomain("CustomDomainConfig cannot be set for a prefix domain.")
}

// RoutingOfPrefix: Routing of a prefix domain.
func RoutingOfPrefix() error {
	return invalidDomain("Routing is only supported for custom domains.")
}

// NoReplica: Routing to a region in which the user pool has no replica.
func NoReplica(region string) error {
	return invalidDomain("The user pool has no replica in region " + region + ".")
}

// InvalidManagedLoginVersion: neither 1 nor 2.
func InvalidManagedLoginVersion() error {
	return invalidDomain("ManagedLoginVersion must be 1 or 2.")
}

// TooManyCustomDomains: the account has as many custom domains as it may. Operation:
// CreateUserPoolDomain.
func TooManyCustomDomains(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"The account already has "+strconv.Itoa(limit)+" custom domains, the most it may have.")
}

// LinkNeedsDomain: the user pool confirms sign-ups by a link (CONFIRM_WITH_LINK), and has no domain for it to
// lead to. Operations: SignUp, ResendConfirmationCode.
func LinkNeedsDomain() error {
	return invalidDomain("The user pool sends verification links (CONFIRM_WITH_LINK) and has no domain for them to lead to.")
}
