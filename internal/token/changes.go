package token

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// changes asks the pool's PreTokenGeneration function what it wants otherwise; nil for nothing.
func (s *Service) changes(ctx context.Context, in SignIn) (*trigger.TokenChanges, error) {
	of := trigger.Subject{Pool: in.Pool, Client: in.Client, User: in.User, Username: in.User.Username}
	return s.Triggers.PreTokenGeneration(ctx, in.Source, of, trigger.TokenRequest{
		Groups: in.groups, Scopes: in.Scopes, ClientMetadata: in.ClientMetadata,
	})
}

// claimChanges is what a function wants otherwise in one token.
type claimChanges struct{ trigger.ClaimChanges }

func changesOf(c *trigger.TokenChanges, use userpool.TokenUse) claimChanges {
	switch {
	case c == nil:
		return claimChanges{}
	case use == userpool.UseID:
		return claimChanges{c.ID}
	default:
		return claimChanges{c.Access}
	}
}

func (p *payload) claimChanges(use userpool.TokenUse) claimChanges { return changesOf(p.changes, use) }

func (c claimChanges) none() bool { return len(c.Add) == 0 && len(c.Suppress) == 0 }

// suppresses tells whether a claim is left out. Those that the token itself lives by never are.
func (c claimChanges) suppresses(name string) bool {
	return slices.Contains(c.Suppress, name)
}

// adds tells whether the function's value stands in the token: it may not be one that the token lives by, or
// an attribute for developers, and leaving out goes before adding.
func (c claimChanges) adds(name string) bool {
	_, ok := c.Add[name]
	return ok && !isFixed(name) && !strings.HasPrefix(name, "dev:") && !c.suppresses(name)
}

// isFixed tells whether a claim is the server's alone. Groups and scopes are changed by lists of their own.
func isFixed(name string) bool {
	switch name {
	case "", "sub", "username", "identities", "client_id", "event_id", "device_key", "version", "acr", "amr", "at_hash",
		"auth_time", "azp", "aud", "exp", "iat", "iss", "jti", "nbf", "nonce", "origin_jti", "scope", "token_use":
		return true
	default:
		return strings.HasPrefix(name, "cognito:")
	}
}

// grouping is what a token says of groups.
type grouping struct {
	names, roles  []string
	preferredRole string
}

// grouping is the user's groups or what the function has in their place. Roles go with the groups.
func (p *payload) grouping(wanted claimChanges) grouping {
	g := grouping{p.groups.Names(), p.groups.Roles(), p.groups.PreferredRole()}
	if p.changes == nil {
		return g
	}
	if in := p.changes.Groups; in != nil {
		g = grouping{names: in.Groups, roles: in.Roles}
		if in.PreferredRole != nil {
			g.preferredRole = *in.PreferredRole
		}
	}
	without := func(name string) bool { return wanted.suppresses(name) || wanted.suppresses("cognito:groups") }
	if without("cognito:groups") {
		g.names = nil
	}
	if without("cognito:roles") {
		g.roles = nil
	}
	if without("cognito:preferred_role") {
		g.preferredRole = ""
	}
	return g
}

// scopes is the scope claim: what was granted and what the function adds, each once, without what it leaves
// out.
func scopes(granted []string, changes *trigger.TokenChanges) string {
	if changes == nil {
		return strings.Join(granted, " ")
	}
	var list []string
	for _, scope := range slices.Concat(granted, changes.AddScopes) {
		if !slices.Contains(list, scope) && !slices.Contains(changes.SuppressScopes, scope) {
			list = append(list, scope)
		}
	}
	return strings.Join(list, " ")
}

// added writes the claims that a function adds to an access token. The audience may be the client alone, for
// whom the token is anyway.
func (o *object) added(wanted claimChanges, clientID string) {
	for _, name := range slices.Sorted(maps.Keys(wanted.Add)) {
		var audience string
		switch {
		case name == "aud" && json.Unmarshal(wanted.Add[name], &audience) == nil && audience == clientID && !wanted.suppresses(name):
			o.text(name, audience)
		case wanted.adds(name):
			o.raw(name, wanted.Add[name])
		}
	}
}

// changed writes a claim of an ID token that a function has changed: a text in the form that the attribute of
// that name has as a claim.
func (o *object) changed(name string, value json.RawMessage) {
	var text string
	if json.Unmarshal(value, &text) == nil {
		o.attribute(name, text)
		return
	}
	o.raw(name, value)
}

// raw writes a claim that is compact JSON already.
func (o *object) raw(name string, value json.RawMessage) {
	o.name(name)
	*o = append(*o, value...)
}
