package userpool

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// SubjectAttribute is how linking names the identifier by which a provider tells its users apart.
const SubjectAttribute = "Cognito_Subject"

// Most links: identities linked to one user, and different attributes by which the links of one
// provider recognise their users (each costs a federated sign-in a lookup).
const (
	MaxLinkedIdentities = 5
	MaxLinkAttributes   = 5
)

// Identity is how a user is known to an identity provider. Provider, Attribute and Value name it; no two
// users of a pool have the same.
type Identity struct {
	Provider string // IdentityProvider.Name
	Type     cognitoidp.IdentityProviderTypeType
	// Attribute is SubjectAttribute, or the pool attribute in which a linked user's first sign-in will
	// bring Value (AdminLinkProviderForUser); from then on it is the subject's.
	Attribute string
	Value     string
	Issuer    string // the entity ID of a SAML provider, as far as known
	// Primary: the profile was made by this identity's first sign-in. Otherwise it was linked.
	Primary bool
	Created time.Time
}

// names tells whether the identity is the one of that name.
func (id *Identity) names(provider, attribute, value string) bool {
	return id.Provider == provider && id.Attribute == attribute && id.Value == value
}

// NewLink is the identity that AdminLinkProviderForUser asks for as the source.
func (ip *IdentityProvider) NewLink(attribute, value string, now time.Time) (Identity, error) {
	if err := ip.CheckLinkAttribute(attribute); err != nil {
		return Identity{}, err
	}
	if _, mapped := ip.AttributeMapping[attribute]; attribute != SubjectAttribute && !mapped {
		return Identity{}, awserr.LinkAttributeNotMapped(attribute, ip.Name)
	}
	return Identity{
		Provider: ip.Name, Type: ip.Type, Attribute: attribute, Value: value, Issuer: ip.EntityID, Created: now,
	}, nil
}

// CheckLinkAttribute refuses an attribute by which no user of a provider of this type can be linked:
// users of social providers are known by their subject only.
func (ip *IdentityProvider) CheckLinkAttribute(attribute string) error {
	if isSocial(ip.Type) && attribute != SubjectAttribute {
		return awserr.SubjectOnly(ip.Name)
	}
	return nil
}

// Link adds an identity by which u can sign in.
func (u *User) Link(p *Pool, id Identity) error {
	linked := 0
	for _, other := range u.Identities {
		if !other.Primary {
			linked++
		}
	}
	if linked >= MaxLinkedIdentities {
		return awserr.TooManyLinks(MaxLinkedIdentities)
	}
	for _, name := range sortedKeys(u.Attributes) {
		schema := p.SchemaAttribute(name)
		if schema != nil && !IsStandard(name) && !orElse(schema.Mutable, true) {
			return awserr.DestinationImmutable(name)
		}
	}
	u.Identities = append(slices.Clip(u.Identities), id)
	return nil
}

// Unlink removes an identity, be it linked or the one that made the profile, and tells whether u had it.
// A profile without the identity that made it stays, but nobody signs in to it that way.
func (u *User) Unlink(provider, attribute, value string) bool {
	for i, id := range u.Identities {
		if id.names(provider, attribute, value) {
			u.Identities = slices.Concat(u.Identities[:i], u.Identities[i+1:])
			return true
		}
	}
	return false
}

// MadeBy tells whether the profile was made by that identity's first sign-in.
func (u *User) MadeBy(id Identity) bool {
	return slices.ContainsFunc(u.Identities, func(own Identity) bool {
		return own.Primary && own.names(id.Provider, id.Attribute, id.Value)
	})
}

// DisableLocal keeps u from signing in as a user of the pool itself: there is no password any more, and
// the status of an external user, who can neither recover one nor confirm. An administrator can set one
// again (AdminSetUserPassword).
func (u *User) DisableLocal() {
	u.Password = nil
	u.Status = cognitoidp.UserStatusTypeExternalProvider
}

// IdentitiesAttribute is the user's identities as the attribute of that name has them: a JSON list, or ""
// for none.
func (u *User) IdentitiesAttribute() string {
	if len(u.Identities) == 0 {
		return ""
	}
	type entry struct {
		UserID       string  `json:"userId"`
		ProviderName string  `json:"providerName"`
		ProviderType string  `json:"providerType"`
		Issuer       *string `json:"issuer"`
		Primary      bool    `json:"primary"`
		DateCreated  int64   `json:"dateCreated"` // in milliseconds
	}
	list := make([]entry, len(u.Identities))
	for i, id := range u.Identities {
		list[i] = entry{
			UserID: id.Value, ProviderName: id.Provider, ProviderType: string(id.Type),
			Primary: id.Primary, DateCreated: id.Created.UnixMilli(),
		}
		if id.Issuer != "" {
			list[i].Issuer = &id.Issuer
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "" // json.Marshal refuses none of these types
	}
	return string(text)
}

// DateCreated is Created as the claim has it: text, in milliseconds.
func (id *Identity) DateCreated() string { return strconv.FormatInt(id.Created.UnixMilli(), 10) }
