package awserr

import (
	"strconv"

	"ostiary/cognitoidp"
)

// invalidClient refuses a setting of an app client. Operations: CreateUserPoolClient, UpdateUserPoolClient.
func invalidClient(message string) error {
	return refuse(cognitoidp.InvalidParameterException, message)
}

// TooManyClients: the pool has as many app clients as it may. Operation: CreateUserPoolClient.
func TooManyClients(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"The user pool already has "+strconv.Itoa(limit)+" app clients, the most it may have.")
}

// SecretGivenAndGenerated: the secret is either given or generated. Operation: CreateUserPoolClient.
func SecretGivenAndGenerated() error {
	return invalidClient("ClientSecret cannot be provided when GenerateSecret is true.")
}

// LegacyFlowsMixed: ExplicitAuthFlows has names of both generations.
func LegacyFlowsMixed() error {
	return invalidClient("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")
}

// RefreshFlowWithRotation: where refresh tokens rotate, GetTokensFromRefreshToken replaces the flow.
func RefreshFlowWithRotation() error {
	return invalidClient("ALLOW_REFRESH_TOKEN_AUTH cannot be used when refresh token rotation is enabled.")
}

// ClientTokenFlowNotAlone: the flow is for machines, and excludes those that sign in users.
func ClientTokenFlowNotAlone() error {
	return invalidClient("ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flows.")
}

// ClientTokenFlowWithoutSecret: the flow is nothing but the proof of the secret.
func ClientTokenFlowWithoutSecret() error {
	return invalidClient("ALLOW_CLIENT_TOKEN_AUTH cannot be used if client does not have a client secret.")
}

// InvalidTokenValidity: a token would live too short or too long.
func InvalidTokenValidity() error {
	return invalidClient("Invalid range for token validity.")
}

// TokensOutliveRefreshToken: an access or ID token would outlive the refresh token it came with.
func TokensOutliveRefreshToken() error {
	return invalidClient("Access and Id Token expiration times must be less than or equal to refresh token expiration times.")
}

// OAuthFlowsAndScopesRequired: AllowedOAuthFlowsUserPoolClient without one of them.
func OAuthFlowsAndScopesRequired() error {
	return invalidClient("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
}

// ClientCredentialsNotAlone: the flow excludes the others, which sign in users.
func ClientCredentialsNotAlone() error {
	return refuse(cognitoidp.InvalidOAuthFlowException,
		"client_credentials flow can not be selected along with code flow or implicit flow.")
}

// ClientCredentialsWithoutSecret: the flow is nothing but the proof of the secret.
func ClientCredentialsWithoutSecret() error {
	return refuse(cognitoidp.InvalidOAuthFlowException,
		"client_credentials flow can not be selected if client does not have a client secret.")
}

// CallbackURLsRequired: code and implicit flow answer to a callback URL.
func CallbackURLsRequired() error {
	return invalidClient("CallbackUrls can not be empty when code flow or implicit flow is selected")
}

// PlainHTTPURL: a callback or logout URL is neither encrypted nor on the user's own machine.
func PlainHTTPURL(url string) error {
	return invalidClient(url + " cannot use the HTTP protocol.")
}

// URLWithFragment: RFC 6749, section 3.1.2, forbids it.
func URLWithFragment(url string) error {
	return invalidClient(url + " cannot use fragment")
}

// URLNotAbsolute: a callback or logout URL without a scheme, or https without a host.
func URLNotAbsolute(url string) error {
	return invalidClient(url + " is not an absolute URI.")
}

// URLSchemeRefused: a browser would run the URL instead of going there.
func URLSchemeRefused(url, scheme string) error {
	return invalidClient(url + " cannot use the " + scheme + " scheme.")
}

// DefaultRedirectURINotListed: it must be one of the callback URLs.
func DefaultRedirectURINotListed(uri string) error {
	return invalidClient("The default redirect URI " + uri + " is not in the callback URIs list.")
}

// ScopeNotFound: neither a standard scope nor one of the pool's resource servers.
func ScopeNotFound(scope string) error {
	return refuse(cognitoidp.ScopeDoesNotExistException, "Invalid scope requested: "+scope)
}

// ScopeOfRegisteredClient: app clients of dynamic registration cannot register others.
func ScopeOfRegisteredClient(scope string) error {
	return invalidClient("Client was created through dynamic client registration and cannot have the scope " + scope)
}

// ProviderNotInPool: neither COGNITO nor one of the pool's identity providers.
func ProviderNotInPool(provider, poolID string) error {
	return invalidClient("The provider " + provider + " does not exist for User Pool " + poolID + ".")
}

// InvalidReadAttributes: a name that the pool's schema does not have.
func InvalidReadAttributes() error {
	return invalidClient("Invalid read attributes specified while creating a client")
}

// InvalidWriteAttributes: a name that the pool's schema does not have or no client may write, or a
// required attribute is missing.
func InvalidWriteAttributes() error {
	return invalidClient("Invalid write attributes specified while creating a client")
}

// UserContextNeedsSecret: only a server, which has a secret, can vouch for the address of its user.
func UserContextNeedsSecret() error {
	return invalidClient("Client Secret is required to set EnablePropagateAdditionalUserContextData as true")
}

// InvalidAnalytics: neither of the two ways to name a Pinpoint project is complete, or both are used.
func InvalidAnalytics() error {
	return invalidClient("Invalid analytics configuration given, either <application arn> or " +
		"<application id, role arn, external id> are valid")
}

// AnalyticsRegion: the Pinpoint project is in a region that does not serve the pool.
func AnalyticsRegion(region string) error {
	return invalidClient("The integration with Pinpoint is not supported for the requested " + region + " region.")
}

// TooManyClientSecrets: at most limit secrets are in force. Operation: AddUserPoolClientSecret.
func TooManyClientSecrets(limit int) error {
	return refuse(cognitoidp.LimitExceededException,
		"Client secrets cannot exceed limit of "+strconv.Itoa(limit)+" secrets.")
}

// PublicClientSecret: a client made without a secret stays public. Operations:
// AddUserPoolClientSecret, DeleteUserPoolClientSecret.
func PublicClientSecret(clientID string) error {
	return invalidClient("Client " + clientID + " does not have a client secret.")
}

// RegisteredClientSecret: app clients of dynamic registration manage no secrets.
func RegisteredClientSecret(clientID string) error {
	return invalidClient("Client " + clientID + " was created through dynamic client registration and does not support client secret operations.")
}

// LastClientSecret: a confidential client keeps one secret. Operation: DeleteUserPoolClientSecret.
func LastClientSecret() error {
	return invalidClient("The last client secret of a client cannot be deleted.")
}

// ClientSecretNotFound: the client has no secret of this id. Operation: DeleteUserPoolClientSecret.
func ClientSecretNotFound(id string) error {
	return refuse(cognitoidp.ResourceNotFoundException, "Client secret "+id+" does not exist.")
}
