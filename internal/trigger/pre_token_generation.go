package trigger

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

var preTokenGeneration = &function{"PreTokenGeneration",
	func(l *cognitoidp.LambdaConfigType) *string {
		if l.PreTokenGenerationConfig != nil {
			return &l.PreTokenGenerationConfig.LambdaArn
		}
		return l.PreTokenGeneration
	}}

// Sources of PreTokenGeneration.
const (
	HostedAuth           Source = "TokenGeneration_HostedAuth"
	Authentication       Source = "TokenGeneration_Authentication"
	NewPasswordChallenge Source = "TokenGeneration_NewPasswordChallenge"
	AuthenticateDevice   Source = "TokenGeneration_AuthenticateDevice"
	RefreshTokens        Source = "TokenGeneration_RefreshTokens"
	ClientCredentials    Source = "TokenGeneration_ClientCredentials"
)

// clientCredentialsName is the userName of an event that is about an app client and no user.
const clientCredentialsName = "ClientCredentials" //nolint:gosec // a name, no credential

// TokenRequest is the tokens that are about to be made.
type TokenRequest struct {
	Groups         userpool.Groups
	Scopes         []string
	ClientMetadata map[string]string
}

// TokenChanges is what a function wants otherwise in tokens.
type TokenChanges struct {
	ID, Access ClaimChanges
	// Groups replaces the groups of the user; nil keeps them.
	Groups         *GroupConfiguration
	AddScopes      []string
	SuppressScopes []string
}

// ClaimChanges are the claims to add to one token or to replace there, as compact JSON, and those to leave
// out. What is in both is left out.
type ClaimChanges struct {
	Add      map[string]json.RawMessage
	Suppress []string
}

// GroupConfiguration is groups and roles as functions are told of them and answer them.
type GroupConfiguration struct {
	Groups        []string `json:"groupsToOverride"`
	Roles         []string `json:"iamRolesToOverride"`
	PreferredRole *string  `json:"preferredRole"`
}

// version is the PreTokenGeneration version of the pool, V1_0 to V3_0.
func version(p *userpool.Pool) cognitoidp.PreTokenGenerationLambdaVersionType {
	if c := p.Settings.LambdaConfig.PreTokenGenerationConfig; c != nil {
		return c.LambdaVersion
	}
	return cognitoidp.PreTokenGenerationLambdaVersionTypeV10
}

// eventVersion is the version of an event: V2_0 is 2.
func eventVersion(v cognitoidp.PreTokenGenerationLambdaVersionType) string {
	number, _, _ := strings.Cut(strings.TrimPrefix(string(v), "V"), "_")
	return number
}

// PreTokenGeneration lets a function change the claims of tokens that are about to be made. It answers nil
// where the pool has none, or where it wants nothing otherwise. An app client's own tokens it sees from
// version 3 on (ClientCredentials; the subject has no User).
func (s *Service) PreTokenGeneration(ctx context.Context, source Source, of Subject, in TokenRequest) (*TokenChanges, error) {
	if preTokenGeneration.arnIn(of.Pool) == "" {
		return nil, nil
	}
	v := version(of.Pool)
	var groups *GroupConfiguration
	if source == ClientCredentials {
		if v != cognitoidp.PreTokenGenerationLambdaVersionTypeV30 {
			return nil, nil
		}
		of.Username = clientCredentialsName
	} else {
		groups = configurationOf(in.Groups)
	}
	call := invocation{function: preTokenGeneration, source: source, version: eventVersion(v), of: of}
	if v == cognitoidp.PreTokenGenerationLambdaVersionTypeV10 {
		return s.changeClaims(ctx, call, groups, in)
	}
	return s.changeClaimsAndScopes(ctx, call, groups, in)
}

func configurationOf(groups userpool.Groups) *GroupConfiguration {
	c := &GroupConfiguration{Groups: groups.Names(), Roles: groups.Roles()}
	if c.Roles == nil {
		c.Roles = []string{}
	}
	if role := groups.PreferredRole(); role != "" {
		c.PreferredRole = &role
	}
	return c
}

// changeClaims is version 1: claims of the ID token, which are texts, and groups.
func (s *Service) changeClaims(ctx context.Context, call invocation, groups *GroupConfiguration, in TokenRequest) (*TokenChanges, error) {
	call.request = struct {
		UserAttributes     map[string]string   `json:"userAttributes"`
		GroupConfiguration *GroupConfiguration `json:"groupConfiguration"`
		ClientMetadata     map[string]string   `json:"clientMetadata,omitempty"`
	}{call.of.attributes(), groups, in.ClientMetadata}
	response := struct {
		Details *struct {
			claimsAnswer
			Groups json.RawMessage `json:"groupOverrideDetails"`
		} `json:"claimsOverrideDetails"`
	}{}
	call.response = &response
	if _, err := s.call(ctx, call); err != nil || response.Details == nil {
		return nil, err
	}
	var changes TokenChanges
	var err error
	if changes.ID, err = response.Details.changes(true, true); err != nil {
		return nil, err
	}
	changes.Groups, err = readGroups(response.Details.Groups)
	return &changes, err
}

// changeClaimsAndScopes is versions 2 and 3: claims of both tokens, of any type, scopes and groups.
func (s *Service) changeClaimsAndScopes(ctx context.Context, call invocation, groups *GroupConfiguration, in TokenRequest) (*TokenChanges, error) {
	scopes := in.Scopes
	if scopes == nil {
		scopes = []string{}
	}
	call.request = struct {
		UserAttributes     map[string]string   `json:"userAttributes"`
		GroupConfiguration *GroupConfiguration `json:"groupConfiguration"`
		Scopes             []string            `json:"scopes"`
		ClientMetadata     map[string]string   `json:"clientMetadata,omitempty"`
	}{call.of.attributes(), groups, scopes, in.ClientMetadata}
	response := struct {
		Details *struct {
			ID     *claimsAnswer `json:"idTokenGeneration"`
			Access *struct {
				claimsAnswer
				AddScopes      []string `json:"scopesToAdd"`
				SuppressScopes []string `json:"scopesToSuppress"`
			} `json:"accessTokenGeneration"`
			Groups json.RawMessage `json:"groupOverrideDetails"`
		} `json:"claimsAndScopeOverrideDetails"`
	}{}
	call.response = &response
	if _, err := s.call(ctx, call); err != nil || response.Details == nil {
		return nil, err
	}
	var changes TokenChanges
	var err error
	if id := response.Details.ID; id != nil {
		if changes.ID, err = id.changes(false, true); err != nil {
			return nil, err
		}
	}
	if access := response.Details.Access; access != nil {
		if changes.Access, err = access.changes(false, false); err != nil {
			return nil, err
		}
		changes.AddScopes, changes.SuppressScopes = access.AddScopes, access.SuppressScopes
		for _, scope := range access.AddScopes {
			if !isScope(scope) {
				return nil, awserr.TriggerAnswerUnreadable()
			}
		}
	}
	changes.Groups, err = readGroups(response.Details.Groups)
	return &changes, err
}

// isScope is a scope-token (RFC 6749, section 3.3).
func isScope(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\\'
	})
}

// claimsAnswer is the changes of one token as functions answer them.
type claimsAnswer struct {
	Add      map[string]json.RawMessage `json:"claimsToAddOrOverride"`
	Suppress []string                   `json:"claimsToSuppress"`
}

// changes checks what a function answered: version 1 has texts alone, and some claims of ID tokens are no
// objects or lists.
func (a claimsAnswer) changes(texts, idToken bool) (ClaimChanges, error) {
	c := ClaimChanges{Suppress: a.Suppress}
	for name, value := range a.Add {
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return ClaimChanges{}, awserr.TriggerAnswerUnreadable()
		}
		raw := compact.Bytes()
		switch {
		case len(raw) == 0, string(raw) == "null", texts && raw[0] != '"',
			idToken && isPlain(name) && isComplex(raw):
			return ClaimChanges{}, awserr.TriggerAnswerUnreadable()
		}
		if c.Add == nil {
			c.Add = make(map[string]json.RawMessage, len(a.Add))
		}
		c.Add[name] = raw
	}
	return c, nil
}

func isComplex(raw []byte) bool { return raw[0] == '{' || raw[0] == '[' }

// isPlain names the claims of ID tokens that a function cannot make objects or lists.
func isPlain(claim string) bool {
	switch claim {
	case userpool.AttrEmailVerified, userpool.AttrPhoneNumberVerified, "updated_at", "address":
		return true
	default:
		return false
	}
}

// readGroups reads groupOverrideDetails: absent keeps the groups, null or empty takes them away.
func readGroups(raw json.RawMessage) (*GroupConfiguration, error) {
	if raw == nil {
		return nil, nil
	}
	groups := &GroupConfiguration{}
	if json.Unmarshal(raw, groups) != nil {
		return nil, awserr.TriggerAnswerUnreadable()
	}
	return groups, nil
}
