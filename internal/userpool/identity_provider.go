package userpool

import (
	"maps"
	"slices"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/saml"
)

// IdentityProvider is an external identity provider of a pool (CreateIdentityProvider).
type IdentityProvider struct {
	PoolID string
	Name   string // unique in the pool, whatever the letter case
	Type   cognitoidp.IdentityProviderTypeType

	// Details are ProviderDetails as given, with what the type fills in; secrets are among them
	// (IsProviderSecret), which the store seals.
	Details map[string]string
	// EntityID is the name of a SAML provider in its metadata; "" while those are not known.
	EntityID string
	// Encryption is the key for which a SAML provider encrypts its assertions; nil until it is asked to.
	// The store seals the private part.
	Encryption *saml.KeyPair

	AttributeMapping map[string]string // claim by pool attribute
	Identifiers      []string          // each unique in the pool
	AcrMapping       map[string]string // the provider's ACR value by level, Level1 to Level4

	Created  time.Time
	Modified time.Time
}

// NewIdentityProvider is the provider that a CreateIdentityProvider request asks for, its details made
// whole. Encryption is the key that it gets if it needs one (EncryptsResponses).
func NewIdentityProvider(p *Pool, encryption *saml.KeyPair, now time.Time, in *cognitoidp.CreateIdentityProviderRequest) (*IdentityProvider, error) {
	ip := &IdentityProvider{
		PoolID: p.ID, Name: in.ProviderName, Type: in.ProviderType, Encryption: encryption,
		AttributeMapping: in.AttributeMapping, Identifiers: unique(in.IdpIdentifiers), AcrMapping: in.AcrMapping,
		Created: now, Modified: now,
	}
	if err := ip.checkName(); err != nil {
		return nil, err
	}
	if err := ip.setDetails(in.ProviderDetails, now); err != nil {
		return nil, err
	}
	if err := ip.checkMappings(p); err != nil {
		return nil, err
	}
	return ip, nil
}

// Update makes the whole change that an UpdateIdentityProvider request asks for, or refuses it and
// leaves ip untouched. A member left out keeps its value; ProviderDetails are replaced as a whole.
// Encryption is the key that it gets if it needs one and has none.
func (ip *IdentityProvider) Update(p *Pool, encryption *saml.KeyPair, now time.Time, in *cognitoidp.UpdateIdentityProviderRequest) error {
	next := *ip
	next.Modified = now
	if next.Encryption == nil {
		next.Encryption = encryption
	}
	if in.AttributeMapping != nil {
		next.AttributeMapping = in.AttributeMapping
	}
	if in.IdpIdentifiers != nil {
		next.Identifiers = unique(in.IdpIdentifiers)
	}
	if in.AcrMapping != nil {
		next.AcrMapping = in.AcrMapping
	}
	if in.ProviderDetails != nil {
		if err := next.setDetails(in.ProviderDetails, now); err != nil {
			return err
		}
	}
	if err := next.checkMappings(p); err != nil {
		return err
	}
	*ip = next
	return nil
}

// LocalProvider is what linking calls the pool itself, whose users have usernames and passwords.
// SupportedIdentityProviders of app clients has it in upper case.
const LocalProvider = "Cognito"

// FoldProviderName is the form in which the names of identity providers are unique: they begin the
// usernames of their users, which most pools compare without case.
func FoldProviderName(name string) string { return strings.ToLower(name) }

// checkName: a social provider is named like its type, and no other provider is.
func (ip *IdentityProvider) checkName() error {
	named := cognitoidp.IdentityProviderTypeType(ip.Name)
	if strings.EqualFold(ip.Name, LocalProvider) || named != ip.Type && (isSocial(named) || isSocial(ip.Type)) {
		return awserr.ProviderNameOfOtherType(ip.Name, ip.Type)
	}
	return nil
}

// attrUsername stands in attribute mappings for the subject, by which a provider's users are told
// apart. It is no attribute of the schema, and mapping it does not change what the subject is.
const attrUsername = "username"

// checkMappings checks both mappings and fills in what every mapping has. It replaces what it changes.
func (ip *IdentityProvider) checkMappings(p *Pool) error {
	for _, attribute := range sortedKeys(ip.AttributeMapping) {
		switch {
		case attribute == AttrSub, attribute == AttrIdentities, attribute != attrUsername && p.SchemaAttribute(attribute) == nil:
			return awserr.MappedAttributeUnknown(attribute)
		case ip.AttributeMapping[attribute] == "":
			return awserr.MappingEmpty(attribute)
		}
	}
	mapping := maps.Clone(ip.AttributeMapping)
	if mapping == nil {
		mapping = map[string]string{}
	}
	if claim := ip.SubjectClaim(); claim != "" && mapping[attrUsername] == "" {
		mapping[attrUsername] = claim
	}
	ip.AttributeMapping = mapping

	if len(ip.AcrMapping) == 0 {
		ip.AcrMapping = nil
	} else if ip.Type != cognitoidp.IdentityProviderTypeTypeOidc {
		return awserr.AcrMappingUnsupported(ip.Type)
	}
	for _, level := range sortedKeys(ip.AcrMapping) {
		if v := ip.AcrMapping[level]; v == "" || strings.Join(strings.Fields(v), "") != v {
			return awserr.AcrMappingValue(level)
		}
	}
	return nil
}

// SubjectClaim is the claim by which the provider tells its users apart; "" for SAML, where it is the
// NameID.
func (ip *IdentityProvider) SubjectClaim() string {
	switch ip.Type {
	case cognitoidp.IdentityProviderTypeTypeSaml:
		return ""
	case cognitoidp.IdentityProviderTypeTypeFacebook:
		return "id"
	case cognitoidp.IdentityProviderTypeTypeLoginWithAmazon:
		return "user_id"
	default:
		return "sub"
	}
}

// IdPInitiated tells whether a sign-in may begin at the SAML provider, without a request of the pool's.
func (ip *IdentityProvider) IdPInitiated() bool { return ip.Details["IDPInit"] == "true" }

// EncryptsResponses tells whether details of a SAML provider demand encrypted assertions.
func EncryptsResponses(details map[string]string) bool {
	return strings.EqualFold(details["EncryptedResponses"], "true")
}

func isSocial(t cognitoidp.IdentityProviderTypeType) bool {
	switch t {
	case cognitoidp.IdentityProviderTypeTypeGoogle, cognitoidp.IdentityProviderTypeTypeFacebook,
		cognitoidp.IdentityProviderTypeTypeLoginWithAmazon, cognitoidp.IdentityProviderTypeTypeSignInWithApple:
		return true
	default:
		return false
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
