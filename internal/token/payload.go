package token

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// payload is what the claims of both tokens are made of.
type payload struct {
	SignIn

	issuer    string
	originJTI string // of the token session
	idJTI     string
	accessJTI string
	issued    time.Time // whole seconds
	// changes is what the pool's function wants otherwise; nil for nothing.
	changes *trigger.TokenChanges
}

// namesSession tells whether the tokens name their session, without which it cannot be revoked. Where
// the pool tracks sessions, whoever ends one by its id counts on that, whatever the client says.
func (p *payload) namesSession() bool {
	return p.Client.Revokes() || p.Client.Rotates() || p.Pool.TracksSessions()
}

// idClaims are the claims of the ID token.
func (p *payload) idClaims() []byte {
	var o object
	wanted := p.claimChanges(userpool.UseID)
	groups := p.grouping(wanted)
	o.text("sub", p.User.Sub)
	o.texts("cognito:groups", groups.names)
	o.optional("cognito:preferred_role", groups.preferredRole)
	o.text("iss", p.issuer)
	o.text("cognito:username", p.User.Username)
	if p.namesSession() {
		o.text("origin_jti", p.originJTI)
	}
	o.texts("cognito:roles", groups.roles)
	o.text("aud", p.Client.ID)
	o.identities(p.User.Identities)
	o.optional("event_id", p.EventID)
	o.text("token_use", string(userpool.UseID))
	o.number("auth_time", p.AuthTime.Unix())
	o.number("exp", p.issued.Add(p.Client.IDTokenLifetime()).Unix())
	o.number("iat", p.issued.Unix())
	if p.namesSession() {
		o.text("jti", p.idJTI)
	}
	p.levelClaims(&o)
	p.attributeClaims(&o, wanted)
	return o.close()
}

// levelClaims tell how strongly the user was authenticated, where the client has asked for a level
// (OpenID Connect Core 1.0, section 2).
func (p *payload) levelClaims(o *object) {
	if p.ACR == "" {
		return
	}
	o.text("acr", p.ACR)
	o.name("amr")
	*o = append(*o, '[')
	for i, m := range p.Methods {
		if i > 0 {
			*o = append(*o, ',')
		}
		o.quote(string(m))
	}
	*o = append(*o, ']')
}

// attributeClaims are the user's attributes, as far as the client may read them, and what the pool's function
// has in their place and beside them.
func (p *payload) attributeClaims(o *object, wanted claimChanges) {
	own := func(name string) bool {
		return p.User.Attributes[name] != "" && isClaim(name) && p.Client.CanRead(name) && !wanted.suppresses(name)
	}
	if wanted.none() {
		for _, name := range slices.Sorted(maps.Keys(p.User.Attributes)) {
			if own(name) {
				o.attribute(name, p.User.Attributes[name])
			}
		}
		return
	}
	names := slices.Collect(maps.Keys(p.User.Attributes))
	for name := range wanted.Add {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if wanted.adds(name) {
			o.changed(name, wanted.Add[name])
		} else if own(name) {
			o.attribute(name, p.User.Attributes[name])
		}
	}
}

// attribute writes an attribute as a claim.
func (o *object) attribute(name, value string) {
	switch name {
	case userpool.AttrEmailVerified, userpool.AttrPhoneNumberVerified:
		o.flag(name, strings.EqualFold(value, "true"))
	case "address": // OpenID Connect Core 1.0, section 5.1.1
		var address object
		address.text("formatted", value)
		o.name(name)
		*o = append(*o, address.close()...)
	case "updated_at":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			o.number(name, n)
		} else {
			o.text(name, value)
		}
	default:
		o.text(name, value)
	}
}

// isClaim tells whether an attribute is a claim of its own name. The sub is the user's and not an
// attribute's; identities have another form as a claim.
func isClaim(attribute string) bool {
	switch attribute {
	case userpool.AttrSub, userpool.AttrIdentities:
		return false
	default:
		return userpool.IsStandard(attribute) ||
			strings.HasPrefix(attribute, "custom:") || strings.HasPrefix(attribute, "dev:custom:")
	}
}

// accessClaims are the claims of the access token.
func (p *payload) accessClaims() []byte {
	var o object
	wanted := p.claimChanges(userpool.UseAccess)
	o.text("sub", p.User.Sub)
	o.optional("device_key", p.DeviceKey)
	o.texts("cognito:groups", p.grouping(wanted).names)
	o.text("iss", p.issuer)
	o.text("client_id", p.Client.ID)
	if p.namesSession() {
		o.text("origin_jti", p.originJTI)
	}
	o.optional("event_id", p.EventID)
	o.text("token_use", string(userpool.UseAccess))
	o.text("scope", scopes(p.Scopes, p.changes))
	o.number("auth_time", p.AuthTime.Unix())
	o.number("exp", p.issued.Add(p.Client.AccessTokenLifetime()).Unix())
	o.number("iat", p.issued.Unix())
	o.text("jti", p.accessJTI)
	o.text("username", p.User.Username)
	p.levelClaims(&o)
	o.added(wanted, p.Client.ID)
	return o.close()
}
