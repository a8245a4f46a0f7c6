package userpool

import (
	"slices"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// ResourceServer is an API that is guarded by access tokens of the pool, with the scopes that it knows
// (CreateResourceServer).
type ResourceServer struct {
	PoolID     string
	Identifier string // unique in the pool; a name or a URL, with slashes or without
	Name       string // to show
	Scopes     []Scope
	// ManagedBy is set where the server belongs to the service and not to the pool's owner.
	ManagedBy cognitoidp.ResourceServerManagedByType
}

// Scope is one scope of a resource server. Tokens and app clients name it <identifier>/<name>.
type Scope struct {
	Name        string // without a slash
	Description string
}

// NewResourceServer is the resource server that a CreateResourceServer request asks for. Whether its
// identifier is taken is for the store to tell.
func NewResourceServer(in *cognitoidp.CreateResourceServerRequest) (*ResourceServer, error) {
	if strings.HasPrefix(in.Identifier, reservedIdentifiers) {
		return nil, awserr.ResourceServerReserved(in.Identifier)
	}
	scopes, err := newScopes(in.Scopes)
	if err != nil {
		return nil, err
	}
	return &ResourceServer{PoolID: in.UserPoolId, Identifier: in.Identifier, Name: in.Name, Scopes: scopes}, nil
}

// Update makes the whole change that an UpdateResourceServer request asks for, or refuses it and leaves
// s untouched. Scopes left out are scopes removed.
func (s *ResourceServer) Update(in *cognitoidp.UpdateResourceServerRequest) error {
	scopes, err := newScopes(in.Scopes)
	if err != nil {
		return err
	}
	s.Name, s.Scopes = in.Name, scopes
	return nil
}

func newScopes(given []cognitoidp.ResourceServerScopeType) ([]Scope, error) {
	scopes := make([]Scope, 0, len(given))
	for _, g := range given {
		if slices.ContainsFunc(scopes, func(s Scope) bool { return s.Name == g.ScopeName }) {
			return nil, awserr.DuplicateScope(g.ScopeName)
		}
		scopes = append(scopes, Scope{Name: g.ScopeName, Description: g.ScopeDescription})
	}
	return scopes, nil
}

// HasScope tells whether the server has a scope of that name, without the identifier.
func (s *ResourceServer) HasScope(name string) bool {
	return slices.ContainsFunc(s.Scopes, func(scope Scope) bool { return scope.Name == name })
}

// CutScope takes a custom scope apart. An identifier may have slashes and a name may not, so that the last
// one parts them; a scope without any is none of a resource server.
func CutScope(scope string) (identifier, name string, ok bool) {
	last := strings.LastIndexByte(scope, '/')
	if last <= 0 || last == len(scope)-1 {
		return "", "", false
	}
	return scope[:last], scope[last+1:], true
}

// reservedIdentifiers begin the identifiers of servers that the service manages, and the scopes that
// let a token act on the pool itself.
const reservedIdentifiers = "aws.cognito"

// The resource server that dynamic client registration is, and its one scope (DcrConfiguration).
const (
	registrationServer = "aws.cognito/dcr"
	registrationScope  = registrationServer + "/register"
)

// ManagedResourceServers are the servers that the service itself puts into the pool, by identifier. They
// are in no store: they come and go with what they stand for.
func (p *Pool) ManagedResourceServers() []*ResourceServer {
	if dcr := p.Settings.DcrConfiguration; dcr == nil || dcr.EnableStatus != cognitoidp.StatusTypeEnabled {
		return nil
	}
	_, scope, _ := CutScope(registrationScope)
	return []*ResourceServer{{
		PoolID: p.ID, Identifier: registrationServer, Name: "Dynamic client registration",
		Scopes:    []Scope{{Name: scope, Description: "Register app clients"}},
		ManagedBy: cognitoidp.ResourceServerManagedByTypeCognito,
	}}
}

// ManagedResourceServer finds one of them; nil if the pool has none of that identifier.
func (p *Pool) ManagedResourceServer(identifier string) *ResourceServer {
	for _, s := range p.ManagedResourceServers() {
		if s.Identifier == identifier {
			return s
		}
	}
	return nil
}
