package userpool

import (
	"time"

	"ostiary/cognitoidp"
)

// Around is what of a pool an app client's settings refer to beside the pool itself.
type Around struct {
	// Scope tells whether a resource server of the pool has a scope, <identifier>/<name>.
	Scope func(string) bool
	// Provider is the pool's identity provider of that name; nil if there is none.
	Provider func(string) *IdentityProvider
}

// NewClient is the app client that a CreateUserPoolClient request asks for, its settings made whole.
// Secret is the one it gets, "" for a public client. Errors are those of CreateUserPoolClient.
func NewClient(p *Pool, around Around, id, secret string, now time.Time, in *cognitoidp.CreateUserPoolClientRequest) (*Client, error) {
	c := &Client{PoolID: p.ID, ID: id, Name: in.ClientName, Created: now, Modified: now,
		Settings: cognitoidp.UserPoolClientType{
			AccessTokenValidity:                      in.AccessTokenValidity,
			AllowedOAuthFlows:                        in.AllowedOAuthFlows,
			AllowedOAuthFlowsUserPoolClient:          in.AllowedOAuthFlowsUserPoolClient,
			AllowedOAuthScopes:                       in.AllowedOAuthScopes,
			AnalyticsConfiguration:                   in.AnalyticsConfiguration,
			AuthSessionValidity:                      in.AuthSessionValidity,
			CallbackURLs:                             in.CallbackURLs,
			ClientType:                               cognitoidp.ClientTypeTypeRegular,
			DefaultRedirectURI:                       in.DefaultRedirectURI,
			EnablePropagateAdditionalUserContextData: in.EnablePropagateAdditionalUserContextData,
			EnableTokenRevocation:                    in.EnableTokenRevocation,
			ExplicitAuthFlows:                        in.ExplicitAuthFlows,
			IdTokenValidity:                          in.IdTokenValidity,
			LogoutURLs:                               in.LogoutURLs,
			PreventUserExistenceErrors:               in.PreventUserExistenceErrors,
			ReadAttributes:                           in.ReadAttributes,
			RefreshTokenRotation:                     in.RefreshTokenRotation,
			RefreshTokenValidity:                     in.RefreshTokenValidity,
			SupportedIdentityProviders:               in.SupportedIdentityProviders,
			TokenValidityUnits:                       in.TokenValidityUnits,
			WriteAttributes:                          in.WriteAttributes,
		}}
	if secret != "" {
		c.addSecret(secret, now)
	}
	if err := c.settle(p, around); err != nil {
		return nil, err
	}
	return c, nil
}

// Update makes the whole change that an UpdateUserPoolClient request asks for, or refuses it and
// leaves c untouched. A member left out returns to its default, except for the name and
// EnableTokenRevocation. Errors are those of UpdateUserPoolClient.
func (c *Client) Update(p *Pool, around Around, now time.Time, in *cognitoidp.UpdateUserPoolClientRequest) error {
	next := *c
	next.Modified = now
	next.Settings = cognitoidp.UserPoolClientType{
		AccessTokenValidity:                      in.AccessTokenValidity,
		AllowedOAuthFlows:                        in.AllowedOAuthFlows,
		AllowedOAuthFlowsUserPoolClient:          in.AllowedOAuthFlowsUserPoolClient,
		AllowedOAuthScopes:                       in.AllowedOAuthScopes,
		AnalyticsConfiguration:                   in.AnalyticsConfiguration,
		AuthSessionValidity:                      in.AuthSessionValidity,
		CallbackURLs:                             in.CallbackURLs,
		ClientType:                               c.Settings.ClientType,
		DefaultRedirectURI:                       in.DefaultRedirectURI,
		EnablePropagateAdditionalUserContextData: in.EnablePropagateAdditionalUserContextData,
		EnableTokenRevocation:                    in.EnableTokenRevocation,
		ExplicitAuthFlows:                        in.ExplicitAuthFlows,
		IdTokenValidity:                          in.IdTokenValidity,
		LogoutURLs:                               in.LogoutURLs,
		PreventUserExistenceErrors:               in.PreventUserExistenceErrors,
		ReadAttributes:                           in.ReadAttributes,
		RefreshTokenRotation:                     in.RefreshTokenRotation,
		RefreshTokenValidity:                     in.RefreshTokenValidity,
		SupportedIdentityProviders:               in.SupportedIdentityProviders,
		TokenValidityUnits:                       in.TokenValidityUnits,
		WriteAttributes:                          in.WriteAttributes,
	}
	if in.ClientName != nil {
		next.Name = *in.ClientName
	}
	if in.EnableTokenRevocation == nil {
		next.Settings.EnableTokenRevocation = c.Settings.EnableTokenRevocation
	}
	if err := next.settle(p, around); err != nil {
		return err
	}
	*c = next
	return nil
}

// settle fills in the defaults and checks what must hold between members. It replaces what it
// changes, for the parts of c may be shared.
func (c *Client) settle(p *Pool, around Around) error {
	c.fillDefaults()
	return c.check(p, around)
}

func (c *Client) fillDefaults() {
	s := &c.Settings
	s.AllowedOAuthFlowsUserPoolClient = new(orElse(s.AllowedOAuthFlowsUserPoolClient, false))
	s.AuthSessionValidity = new(orElse(s.AuthSessionValidity, int32(c.AttemptLifetime()/time.Minute)))
	s.EnablePropagateAdditionalUserContextData = new(orElse(s.EnablePropagateAdditionalUserContextData, false))
	s.EnableTokenRevocation = new(c.Revokes())

	units := c.unit()
	if units != (cognitoidp.TokenValidityUnitsType{}) { // one unit brings the others
		units.AccessToken = orKept(units.AccessToken, cognitoidp.TimeUnitsTypeHours)
		units.IdToken = orKept(units.IdToken, cognitoidp.TimeUnitsTypeHours)
		units.RefreshToken = orKept(units.RefreshToken, cognitoidp.TimeUnitsTypeDays)
	}
	s.TokenValidityUnits = &units
	if orElse(s.RefreshTokenValidity, 0) == 0 {
		// The default is thirty days whatever the unit.
		unit := lifetime(new(int32(1)), units.RefreshToken, 24*time.Hour, 0)
		s.RefreshTokenValidity = new(int32(c.RefreshTokenLifetime() / unit))
	}

	s.AllowedOAuthFlows = unique(s.AllowedOAuthFlows)
	s.AllowedOAuthScopes = unique(s.AllowedOAuthScopes)
	s.CallbackURLs = unique(s.CallbackURLs)
	s.ExplicitAuthFlows = unique(s.ExplicitAuthFlows)
	s.LogoutURLs = unique(s.LogoutURLs)
	s.ReadAttributes = unique(s.ReadAttributes)
	s.SupportedIdentityProviders = unique(s.SupportedIdentityProviders)
	s.WriteAttributes = unique(s.WriteAttributes)
}
