package awserr

import "ostiary/cognitoidp"

// InvalidAccessToken: the text is no token of this server, or an ID token. Operations that take an
// AccessToken.
func InvalidAccessToken() error {
	return refuse(cognitoidp.NotAuthorizedException, "Invalid Access Token")
}

// AccessTokenNotVerified: the signature is wrong, or of a key that the pool does not have.
func AccessTokenNotVerified() error {
	return refuse(cognitoidp.NotAuthorizedException, "Could not verify signature for Access Token")
}

// AccessTokenExpired: the token's time is over.
func AccessTokenExpired() error {
	return refuse(cognitoidp.NotAuthorizedException, "Access Token has expired")
}

// AccessTokenRevoked: the token was revoked (RevokeToken), its user was signed out everywhere
// (GlobalSignOut), or its app client is gone.
func AccessTokenRevoked() error {
	return refuse(cognitoidp.NotAuthorizedException, "Access Token has been revoked")
}

// AccessTokenLacksScope: the token is not for this use.
func AccessTokenLacksScope() error {
	return refuse(cognitoidp.NotAuthorizedException, "Access Token does not have required scopes")
}

// InvalidRefreshToken: nobody was given this refresh token, or it is of another app client or
// device. Operations: InitiateAuth, GetTokensFromRefreshToken.
func InvalidRefreshToken() error {
	return refuse(cognitoidp.NotAuthorizedException, "Invalid Refresh Token")
}

// RefreshTokenExpired: the refresh token's time is over.
func RefreshTokenExpired() error {
	return refuse(cognitoidp.NotAuthorizedException, "Refresh Token has expired")
}

// RefreshTokenRevoked: the refresh token was revoked, or its user was signed out everywhere.
func RefreshTokenRevoked() error {
	return refuse(cognitoidp.NotAuthorizedException, "Refresh Token has been revoked")
}

// RefreshTokenReused: the refresh token was exchanged for a newer one before.
func RefreshTokenReused() error {
	return refuse(cognitoidp.RefreshTokenReuseException, "Refresh Token has been exchanged for a newer one")
}

// ClientSecretWrong: the app client's secret is missing or wrong. Operations: GetTokensFromRefreshToken,
// GetClientToken.
func ClientSecretWrong(clientID string) error {
	return refuse(cognitoidp.NotAuthorizedException, "Unable to verify secret for client "+clientID)
}

// ClientTokenFlowNotEnabled: the app client does not allow the flow (ExplicitAuthFlows). Operation:
// GetClientToken.
func ClientTokenFlowNotEnabled() error {
	return refuse(cognitoidp.InvalidParameterException, "CLIENT_TOKEN_AUTH flow not enabled for this client")
}

// ScopeNotGranted: no resource server has the scope, or the app client may not have it; which of both is
// not told. Operation: GetClientToken.
func ScopeNotGranted(scope string) error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid scope requested: "+scope)
}

// NoScopeToGrant: no scope was asked for, and the app client has none of a resource server (RFC 6749,
// section 3.3). Operation: GetClientToken.
func NoScopeToGrant(clientID string) error {
	return refuse(cognitoidp.InvalidParameterException, "Client "+clientID+" does not have any custom scopes.")
}

// RevocationOff: the app client does not revoke tokens (EnableTokenRevocation). Operation:
// RevokeToken.
func RevocationOff() error {
	return refuse(cognitoidp.UnsupportedOperationException, "Token revocation is not enabled for the client")
}

// OnlyRefreshTokensRevoke: an access or ID token was given. Operation: RevokeToken.
func OnlyRefreshTokensRevoke() error {
	return refuse(cognitoidp.UnsupportedTokenTypeException, "Unsupported token type: only refresh tokens can be revoked")
}

// NoRefreshToken: what was given is no token at all. Operation: RevokeToken.
func NoRefreshToken() error {
	return refuse(cognitoidp.InvalidParameterException, "Invalid refresh token")
}

// TokenOfAnotherClient: the token was issued to another app client. Operation: RevokeToken.
func TokenOfAnotherClient() error {
	return refuse(cognitoidp.UnauthorizedException, "The refresh token was not issued to the client")
}

// ClientNotProved: the app client does not exist, or its secret is missing or wrong. Operation:
// RevokeToken.
func ClientNotProved() error {
	return refuse(cognitoidp.UnauthorizedException, "The client could not be authenticated")
}
