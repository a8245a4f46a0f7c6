package trigger

import (
	"context"

	"ostiary/cognitoidp"
)

var inboundFederation = &function{"InboundFederation",
	func(l *cognitoidp.LambdaConfigType) *string {
		if l.InboundFederation == nil {
			return nil
		}
		return &l.InboundFederation.LambdaArn
	}}

// InboundExternalProvider is the source of InboundFederation.
const InboundExternalProvider Source = "InboundFederation_ExternalProvider"

// Assertion is what an identity provider has said of somebody: a SAML provider in SAMLResponse alone, all others
// in the first three. Nil is what it has not said.
type Assertion struct {
	Provider string
	Type     cognitoidp.IdentityProviderTypeType
	// TokenResponse is the answer of its token endpoint, IDToken the claims in it, UserInfo those of that endpoint.
	TokenResponse, IDToken, UserInfo map[string]string
	SAMLResponse                     map[string]string // the attributes of the assertion
}

// InboundFederation lets a function change what an identity provider has said, before it is mapped to attributes
// of a user: what it answers stands in place of all of it. Nil: all stays as it is, as there is no function, or
// it has answered nothing.
func (s *Service) InboundFederation(ctx context.Context, of Subject, a Assertion) (map[string]string, error) {
	type attributes struct {
		TokenResponse map[string]string `json:"tokenResponse,omitempty"`
		IDToken       map[string]string `json:"idToken,omitempty"`
		UserInfo      map[string]string `json:"userInfo,omitempty"`
		SAMLResponse  map[string]string `json:"samlResponse,omitempty"`
	}
	request := struct {
		ProviderName string                              `json:"providerName"`
		ProviderType cognitoidp.IdentityProviderTypeType `json:"providerType"`
		Attributes   attributes                          `json:"attributes"`
	}{a.Provider, a.Type, attributes{a.TokenResponse, a.IDToken, a.UserInfo, a.SAMLResponse}}
	response := struct {
		UserAttributesToMap map[string]string `json:"userAttributesToMap"`
	}{map[string]string{}}
	_, err := s.call(ctx, invocation{function: inboundFederation, source: InboundExternalProvider, of: of, request: request, response: &response})
	if err != nil || len(response.UserAttributesToMap) == 0 {
		return nil, err
	}
	return response.UserAttributesToMap, nil
}
