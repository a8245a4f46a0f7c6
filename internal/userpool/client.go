package userpool

import (
	"time"

	"ostiary/cognitoidp"
)

// Client is an app client of a pool (CreateUserPoolClient).
type Client struct {
	PoolID string
	ID     string // 26 characters a-z0-9, unique over all pools
	Name   string

	// Settings is what DescribeUserPoolClient answers, defaults filled in, without what is
	// derived at reading: UserPoolId, ClientId, ClientName, ClientSecret and the dates.
	Settings cognitoidp.UserPoolClientType

	// SSOSession is what SetUserPoolClientSessionConfiguration has set; nil means never.
	SSOSession *cognitoidp.ClientSSOSessionConfigType

	// Risk is what SetRiskConfiguration has set for the client; nil means what the pool has.
	Risk *RiskConfiguration

	// Secrets are the secrets in force, oldest first; at most two. None: a public client.
	Secrets []ClientSecret

	Created  time.Time
	Modified time.Time
}

// ClientSecret is one secret of an app client; the store seals Value.
type ClientSecret struct {
	ID      string
	Value   string
	Created time.Time
}

// Confidential tells whether the client must prove itself by a secret.
func (c *Client) Confidential() bool { return len(c.Secrets) > 0 }

// HidesUsers tells whether answers must not show who exists (PreventUserExistenceErrors).
func (c *Client) HidesUsers() bool {
	return c.Settings.PreventUserExistenceErrors == cognitoidp.PreventUserExistenceErrorTypesEnabled
}

// AttemptLifetime is AuthSessionValidity: how long each step of a sign-in may take. Absent means
// three minutes.
func (c *Client) AttemptLifetime() time.Duration {
	if v := c.Settings.AuthSessionValidity; v != nil {
		return time.Duration(*v) * time.Minute
	}
	return 3 * time.Minute
}

// Lifetimes of the tokens this client receives, from the validity members and their units.
// Absent means one hour for access and ID tokens, thirty days for refresh tokens.
func (c *Client) AccessTokenLifetime() time.Duration {
	return lifetime(c.Settings.AccessTokenValidity, c.unit().AccessToken, time.Hour, time.Hour)
}

// IDTokenLifetime: see AccessTokenLifetime.
func (c *Client) IDTokenLifetime() time.Duration {
	return lifetime(c.Settings.IdTokenValidity, c.unit().IdToken, time.Hour, time.Hour)
}

// RefreshTokenLifetime: see AccessTokenLifetime. Zero is kept by the service as thirty days.
func (c *Client) RefreshTokenLifetime() time.Duration {
	const day = 24 * time.Hour
	return lifetime(c.Settings.RefreshTokenValidity, c.unit().RefreshToken, day, 30*day)
}

func (c *Client) unit() cognitoidp.TokenValidityUnitsType {
	if c.Settings.TokenValidityUnits == nil {
		return cognitoidp.TokenValidityUnitsType{}
	}
	return *c.Settings.TokenValidityUnits
}

func lifetime(value *int32, unit cognitoidp.TimeUnitsType, unitDefault, absent time.Duration) time.Duration {
	if value == nil || *value == 0 {
		return absent
	}
	switch unit {
	case cognitoidp.TimeUnitsTypeSeconds:
		unitDefault = time.Second
	case cognitoidp.TimeUnitsTypeMinutes:
		unitDefault = time.Minute
	case cognitoidp.TimeUnitsTypeHours:
		unitDefault = time.Hour
	case cognitoidp.TimeUnitsTypeDays:
		unitDefault = 24 * time.Hour
	}
	return time.Duration(*value) * unitDefault
}

// Revokes is EnableTokenRevocation: tokens carry origin_jti and can be revoked. Absent means yes.
func (c *Client) Revokes() bool {
	return c.Settings.EnableTokenRevocation == nil || *c.Settings.EnableTokenRevocation
}
