package userpool

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// check tells what in the client's settings contradicts itself or the pool. Defaults are filled in.
func (c *Client) check(p *Pool, around Around) error {
	for _, rule := range []func() error{
		func() error { return c.checkFlows(p) },
		c.checkValidity,
		func() error { return c.checkOAuth(around.Scope) },
		c.checkURLs,
		func() error { return c.checkProviders(p.ID, around.Provider) },
		func() error { return c.checkAttributes(p) },
		c.checkUserContext,
		func() error { return c.checkAnalytics(p.Region()) },
	} {
		if err := rule(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) checkFlows(p *Pool) error {
	flows := c.Settings.ExplicitAuthFlows
	isNew := func(f cognitoidp.ExplicitAuthFlowsType) bool { return strings.HasPrefix(string(f), "ALLOW_") }
	isLegacy := func(f cognitoidp.ExplicitAuthFlowsType) bool { return !isNew(f) }
	isMachine := c.AllowsClientToken()
	switch {
	case slices.ContainsFunc(flows, isNew) && slices.ContainsFunc(flows, isLegacy):
		return awserr.LegacyFlowsMixed()
	case isMachine && len(flows) > 1:
		return awserr.ClientTokenFlowNotAlone()
	case isMachine && !c.Confidential():
		return awserr.ClientTokenFlowWithoutSecret()
	case slices.Contains(flows, cognitoidp.ExplicitAuthFlowsTypeAllowUserAuth) && !p.AtLeastEssentials():
		return awserr.FeatureUnavailableInTier(p.Settings.UserPoolTier, "Choice-Based Sign-In")
	case slices.Contains(flows, cognitoidp.ExplicitAuthFlowsTypeAllowRefreshTokenAuth) && c.Rotates():
		return awserr.RefreshFlowWithRotation()
	default:
		return nil
	}
}

func (c *Client) checkValidity() error {
	const day = 24 * time.Hour
	within := func(d, least, most time.Duration) bool { return least <= d && d <= most }
	access, id, refresh := c.AccessTokenLifetime(), c.IDTokenLifetime(), c.RefreshTokenLifetime()
	switch {
	case !within(access, 5*time.Minute, day), !within(id, 5*time.Minute, day), !within(refresh, time.Hour, 3650*day):
		return awserr.InvalidTokenValidity()
	case max(access, id) > refresh:
		return awserr.TokensOutliveRefreshToken()
	default:
		return nil
	}
}

func (c *Client) checkOAuth(scopeExists func(string) bool) error {
	s := &c.Settings
	code := slices.Contains(s.AllowedOAuthFlows, cognitoidp.OAuthFlowTypeCode) ||
		slices.Contains(s.AllowedOAuthFlows, cognitoidp.OAuthFlowTypeImplicit)
	credentials := slices.Contains(s.AllowedOAuthFlows, cognitoidp.OAuthFlowTypeClientCredentials)
	switch {
	case *s.AllowedOAuthFlowsUserPoolClient && (len(s.AllowedOAuthFlows) == 0 || len(s.AllowedOAuthScopes) == 0):
		return awserr.OAuthFlowsAndScopesRequired()
	case credentials && code:
		return awserr.ClientCredentialsNotAlone()
	case credentials && !c.Confidential():
		return awserr.ClientCredentialsWithoutSecret()
	case code && len(s.CallbackURLs) == 0:
		return awserr.CallbackURLsRequired()
	}
	return c.checkScopes(scopeExists)
}

func (c *Client) checkURLs() error {
	s := &c.Settings
	for _, u := range slices.Concat(s.CallbackURLs, s.LogoutURLs) {
		if err := checkRedirect(u); err != nil {
			return err
		}
	}
	if s.DefaultRedirectURI != nil && !slices.Contains(s.CallbackURLs, *s.DefaultRedirectURI) {
		return awserr.DefaultRedirectURINotListed(*s.DefaultRedirectURI)
	}
	return nil
}

// checkRedirect checks a URL to which a browser may be sent: absolute, without a fragment (RFC 6749,
// section 3.1.2), and plain HTTP only to the user's own machine (RFC 8252, section 7.3).
func checkRedirect(text string) error {
	if strings.Contains(text, "#") {
		return awserr.URLWithFragment(text)
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return awserr.URLNotAbsolute(text)
	}
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" {
			return awserr.URLNotAbsolute(text)
		}
		if u.Scheme == "http" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) {
			return awserr.PlainHTTPURL(text)
		}
	case "javascript", "data", "vbscript":
		return awserr.URLSchemeRefused(text, u.Scheme)
	}
	return nil
}

// checkProviders: all providers must be there. A sign-in that begins at a provider cannot show that its
// user wanted to sign in, so a client that takes such is for nothing else.
func (c *Client) checkProviders(poolID string, find func(string) *IdentityProvider) error {
	var others bool
	var initiates string
	for _, name := range c.Settings.SupportedIdentityProviders {
		if name == localClientProvider {
			others = true
			continue
		}
		provider := find(name)
		if provider == nil {
			return awserr.ProviderNotInPool(name, poolID)
		}
		if provider.IdPInitiated() {
			initiates = name
		}
		others = others || provider.Type != cognitoidp.IdentityProviderTypeTypeSaml
	}
	if initiates != "" && others {
		return awserr.IdPInitiatedNotAlone(initiates)
	}
	return nil
}

// localClientProvider is the pool itself in SupportedIdentityProviders.
const localClientProvider = "COGNITO"

// checkAttributes checks ReadAttributes and WriteAttributes against the pool's schema. Users could
// not sign up with a client that may not write what is required of them.
func (c *Client) checkAttributes(p *Pool) error {
	for _, attribute := range c.Settings.ReadAttributes {
		if p.SchemaAttribute(attribute) == nil {
			return awserr.InvalidReadAttributes()
		}
	}
	write := c.Settings.WriteAttributes
	for _, attribute := range write {
		if p.SchemaAttribute(attribute) == nil || !c.CanWrite(attribute) {
			return awserr.InvalidWriteAttributes()
		}
	}
	if len(write) > 0 {
		for _, attribute := range p.RequiredAttributes() {
			if !slices.Contains(write, attribute) {
				return awserr.InvalidWriteAttributes()
			}
		}
	}
	return nil
}

func (c *Client) checkUserContext() error {
	if *c.Settings.EnablePropagateAdditionalUserContextData && !c.Confidential() {
		return awserr.UserContextNeedsSecret()
	}
	return nil
}

// pinpointRegion serves pools of every region; a pool's own region does too.
const pinpointRegion = "us-east-1"

func (c *Client) checkAnalytics(region string) error {
	a := c.Settings.AnalyticsConfiguration
	if a == nil {
		return nil
	}
	if a.ApplicationArn == nil {
		if a.ApplicationId == nil || a.RoleArn == nil || a.ExternalId == nil {
			return awserr.InvalidAnalytics()
		}
		return nil
	}
	if a.ApplicationId != nil || a.RoleArn != nil || a.ExternalId != nil {
		return awserr.InvalidAnalytics()
	}
	if at := parseARN(*a.ApplicationArn).region; at != region && at != pinpointRegion {
		return awserr.AnalyticsRegion(at)
	}
	return nil
}
