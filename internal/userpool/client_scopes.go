package userpool

import (
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// standardScopes are the scopes that an app client of every pool may be given. All but the last say
// something of a user.
var standardScopes = []string{
	"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin",
	registrationScope, // lets a client register others while the pool has that on (DcrConfiguration)
}

// checkScopes: what a client is given must be there now. It may go later; then it is no longer granted.
func (c *Client) checkScopes(exists func(string) bool) error {
	for _, scope := range c.Settings.AllowedOAuthScopes {
		if scope == registrationScope && c.Settings.ClientType == cognitoidp.ClientTypeTypeDcr {
			return awserr.ScopeOfRegisteredClient(scope)
		}
		if !slices.Contains(standardScopes, scope) && !exists(scope) {
			return awserr.ScopeNotFound(scope)
		}
	}
	return nil
}

// GrantOwnScopes are the scopes of a token that the client gets for itself, without a user: those asked
// for, or all that it may have. They are scopes of resource servers only; exists tells which are there now.
// A scope asked for must be there and be the client's; one not asked for is left out if it has gone.
// Errors are those of GetClientToken.
func (c *Client) GrantOwnScopes(asked []string, exists func(string) bool) ([]string, error) {
	if len(asked) > 0 {
		for _, scope := range asked {
			if !slices.Contains(c.Settings.AllowedOAuthScopes, scope) || !exists(scope) {
				return nil, awserr.ScopeNotGranted(scope)
			}
		}
		return unique(asked), nil
	}
	var granted []string
	for _, scope := range c.Settings.AllowedOAuthScopes {
		if exists(scope) {
			granted = append(granted, scope)
		}
	}
	if granted == nil {
		return nil, awserr.NoScopeToGrant(c.ID)
	}
	return granted, nil
}
