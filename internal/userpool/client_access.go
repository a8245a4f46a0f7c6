package userpool

import (
	"slices"
	"time"

	"ostiary/cognitoidp"
)

// Allows tells whether the client's ExplicitAuthFlows open a flow, in InitiateAuth or (admin) in
// AdminInitiateAuth. A flow that the entry point does not have at all is not allowed either.
func (c *Client) Allows(flow cognitoidp.AuthFlowType, admin bool) bool {
	switch flow {
	case cognitoidp.AuthFlowTypeUserPasswordAuth:
		if admin {
			return false
		}
	case cognitoidp.AuthFlowTypeAdminUserPasswordAuth, cognitoidp.AuthFlowTypeAdminNoSrpAuth:
		if !admin {
			return false
		}
	default: // the others belong to both
	}
	return c.opens(flow)
}

// opens reads ExplicitAuthFlows: the ALLOW_ names, the legacy names, or neither.
func (c *Client) opens(flow cognitoidp.AuthFlowType) bool {
	flows := c.Settings.ExplicitAuthFlows
	if len(flows) == 0 {
		flows = defaultAuthFlows
	}
	has := func(names ...cognitoidp.ExplicitAuthFlowsType) bool {
		return slices.ContainsFunc(names, func(n cognitoidp.ExplicitAuthFlowsType) bool { return slices.Contains(flows, n) })
	}
	// A legacy list adds a flow to SRP, custom and refresh, unless it says custom only.
	customOnly := has(cognitoidp.ExplicitAuthFlowsTypeCustomAuthFlowOnly)
	legacy := customOnly || has(cognitoidp.ExplicitAuthFlowsTypeAdminNoSrpAuth, cognitoidp.ExplicitAuthFlowsTypeUserPasswordAuth)

	switch flow {
	case cognitoidp.AuthFlowTypeUserAuth:
		return has(cognitoidp.ExplicitAuthFlowsTypeAllowUserAuth)
	case cognitoidp.AuthFlowTypeUserSrpAuth:
		return has(cognitoidp.ExplicitAuthFlowsTypeAllowUserSrpAuth) || legacy && !customOnly
	case cognitoidp.AuthFlowTypeCustomAuth:
		return has(cognitoidp.ExplicitAuthFlowsTypeAllowCustomAuth) || legacy
	case cognitoidp.AuthFlowTypeUserPasswordAuth:
		return has(cognitoidp.ExplicitAuthFlowsTypeAllowUserPasswordAuth) ||
			has(cognitoidp.ExplicitAuthFlowsTypeUserPasswordAuth) && !customOnly
	case cognitoidp.AuthFlowTypeAdminUserPasswordAuth, cognitoidp.AuthFlowTypeAdminNoSrpAuth:
		return has(cognitoidp.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth) ||
			has(cognitoidp.ExplicitAuthFlowsTypeAdminNoSrpAuth) && !customOnly
	case cognitoidp.AuthFlowTypeRefreshTokenAuth, cognitoidp.AuthFlowTypeRefreshToken:
		// GetTokensFromRefreshToken replaces the flow where tokens rotate.
		return !c.Rotates() && (has(cognitoidp.ExplicitAuthFlowsTypeAllowRefreshTokenAuth) || legacy)
	default:
		return false
	}
}

// AllowsClientToken tells whether the client may get tokens of its own by its secret (GetClientToken).
// Such a client opens no sign-in at all, for the flow stands alone in its list.
func (c *Client) AllowsClientToken() bool {
	return slices.Contains(c.Settings.ExplicitAuthFlows, cognitoidp.ExplicitAuthFlowsTypeAllowClientTokenAuth)
}

// defaultAuthFlows is what an absent ExplicitAuthFlows means.
var defaultAuthFlows = []cognitoidp.ExplicitAuthFlowsType{
	cognitoidp.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
	cognitoidp.ExplicitAuthFlowsTypeAllowUserSrpAuth,
	cognitoidp.ExplicitAuthFlowsTypeAllowCustomAuth,
}

// Rotates tells whether a refresh yields a new refresh token (RefreshTokenRotation).
func (c *Client) Rotates() bool {
	r := c.Settings.RefreshTokenRotation
	return r != nil && r.Feature == cognitoidp.FeatureTypeEnabled
}

// RotationGrace is how long a refresh token stays good after it was exchanged for a newer one
// (RetryGracePeriodSeconds). Absent means not at all.
func (c *Client) RotationGrace() time.Duration {
	if r := c.Settings.RefreshTokenRotation; r != nil && r.RetryGracePeriodSeconds != nil {
		return time.Duration(*r.RetryGracePeriodSeconds) * time.Second
	}
	return 0
}

// CanRead tells whether the client shows attribute to its users (ReadAttributes). Absent means all
// standard attributes and no custom ones. The sub is always shown; developer-only attributes are
// shown when listed.
func (c *Client) CanRead(attribute string) bool {
	if attribute == AttrSub {
		return true
	}
	if len(c.Settings.ReadAttributes) == 0 {
		return IsStandard(attribute)
	}
	return slices.Contains(c.Settings.ReadAttributes, attribute)
}

// CanWrite tells whether the client lets its users set attribute (WriteAttributes). Absent means all
// standard attributes. What the pool itself vouches for, and developer-only attributes, no client
// writes.
func (c *Client) CanWrite(attribute string) bool {
	if isVouched(attribute) || isDeveloperOnly(attribute) {
		return false
	}
	if len(c.Settings.WriteAttributes) == 0 {
		return IsStandard(attribute)
	}
	return slices.Contains(c.Settings.WriteAttributes, attribute)
}

// PropagatesUserContext tells whether the address that the client's server says its user has is believed
// (EnablePropagateAdditionalUserContextData): of a client that proves itself by a secret.
func (c *Client) PropagatesUserContext() bool {
	return c.Confidential() && orElse(c.Settings.EnablePropagateAdditionalUserContextData, false)
}
