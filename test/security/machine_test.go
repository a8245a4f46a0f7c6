package security_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
)

// machine is an app client that gets tokens of its own (GetClientToken).
type machine struct {
	*scene
	id, secret *string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	s := newScene(t, &idp.CreateUserPoolInput{}, &idp.CreateUserPoolClientInput{})
	must(s.api.CreateResourceServer(t.Context(), &idp.CreateResourceServerInput{
		UserPoolId: s.pool, Identifier: aws.String("orders"), Name: aws.String("Orders"),
		Scopes: []types.ResourceServerScopeType{{ScopeName: aws.String("read"), ScopeDescription: aws.String("Read")}},
	}))(t)
	client := must(s.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: s.pool, ClientName: aws.String("machine"), GenerateSecret: true,
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_CLIENT_TOKEN_AUTH"}, AllowedOAuthScopes: []string{"orders/read"},
	}))(t).UserPoolClient
	return &machine{s, client.ClientId, client.ClientSecret}
}

func (m *machine) token(t *testing.T) string {
	t.Helper()
	status, _, answer := m.post(t, "GetClientToken", nil, map[string]string{"ClientId": *m.id, "Secret": *m.secret})
	var out struct {
		ClientAuthenticationResult struct{ AccessToken string }
	}
	if err := json.Unmarshal(answer, &out); err != nil || status != 200 {
		t.Fatalf("GetClientToken: %d %s", status, answer)
	}
	return out.ClientAuthenticationResult.AccessToken
}

// TestMachineIsNoUser: no operation on a user takes a machine's token.
func TestMachineIsNoUser(t *testing.T) {
	m := newMachine(t)
	token := m.token(t)
	known := map[string]any{
		"AccessToken": token, "DeviceKey": "us-east-1_00000000-0000-0000-0000-000000000000", "SessionId": "tkn" + strings.Repeat("0", 25),
	}
	refused := 0
	for _, op := range cognitoidp.Operations {
		takes := false
		for _, member := range op.Input.Members {
			takes = takes || member.Name == "AccessToken"
		}
		if !takes {
			continue
		}
		in := least(op.Input, known).(map[string]any)
		in["AccessToken"] = token
		status, code, answer := m.post(t, op.Name, nil, in)
		switch {
		case status == 501:
		case code != "NotAuthorizedException" || !strings.Contains(string(answer), "Access Token does not have required scopes"):
			t.Errorf("%s: %d %s", op.Name, status, answer)
		default:
			refused++
		}
	}
	if refused < 15 {
		t.Errorf("only %d operations were tried", refused)
	}
}

// least is the smallest value that a shape allows; known has values by the name of their member.
func least(s *cognitoidp.Shape, known map[string]any) any {
	size := int64(1)
	if s.Min != nil {
		size = max(*s.Min, 1)
	}
	switch s.Kind {
	case cognitoidp.KindStructure:
		members := map[string]any{}
		for _, m := range s.Members {
			if value, ok := known[m.Name]; ok {
				members[m.Name] = value
			} else if m.Required {
				members[m.Name] = least(m.Shape, known)
			}
		}
		return members
	case cognitoidp.KindList:
		return []any{least(s.Element, known)}
	case cognitoidp.KindMap:
		return map[string]any{}
	case cognitoidp.KindBoolean:
		return true
	case cognitoidp.KindInteger, cognitoidp.KindLong, cognitoidp.KindTimestamp:
		return size
	case cognitoidp.KindDocument:
		return map[string]any{}
	default:
		if len(s.Enum) > 0 {
			return s.Enum[0]
		}
		return strings.Repeat("1", int(size))
	}
}

// TestMachineSignsInNobody: its client opens no way to a sign-in, also not to one that would then fail.
func TestMachineSignsInNobody(t *testing.T) {
	m := newMachine(t)
	m.user(t, "ana")
	tokens := m.signIn(t, "ana")
	flows := map[types.AuthFlowType]map[string]string{
		types.AuthFlowTypeUserPasswordAuth:      {"PASSWORD": password},
		types.AuthFlowTypeUserSrpAuth:           {"SRP_A": strings.Repeat("a", 300)},
		types.AuthFlowTypeCustomAuth:            {},
		types.AuthFlowTypeUserAuth:              {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password},
		types.AuthFlowTypeRefreshTokenAuth:      {"REFRESH_TOKEN": *tokens.RefreshToken},
		types.AuthFlowTypeAdminUserPasswordAuth: {"PASSWORD": password},
		types.AuthFlowTypeAdminNoSrpAuth:        {"PASSWORD": password},
	}
	for flow, parameters := range flows {
		parameters["USERNAME"] = "ana"
		parameters["SECRET_HASH"] = secret.SecretHash(*m.secret, "ana", *m.id)
		_, err := m.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: m.id, AuthFlow: flow, AuthParameters: parameters})
		if text := message(err); !strings.HasPrefix(text, "InvalidParameterException: ") || !strings.Contains(text, "not enabled") && !strings.Contains(text, "not supported") {
			t.Errorf("InitiateAuth %s: %v", flow, err)
		}
		_, err = m.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{UserPoolId: m.pool, ClientId: m.id, AuthFlow: flow, AuthParameters: parameters})
		if text := message(err); !strings.HasPrefix(text, "InvalidParameterException: ") || !strings.Contains(text, "not enabled") && !strings.Contains(text, "not supported") {
			t.Errorf("AdminInitiateAuth %s: %v", flow, err)
		}
	}
}

// TestMachineSecretIsNotTold: whatever is wrong beside a wrong secret, the answer is the same.
func TestMachineSecretIsNotTold(t *testing.T) {
	m := newMachine(t)
	wrong := strings.Repeat("w", 51)
	var first []byte
	for _, scopes := range [][]string{nil, {"orders/read"}, {"orders/none"}, {"openid"}} {
		status, code, answer := m.post(t, "GetClientToken", nil, map[string]any{"ClientId": *m.id, "Secret": wrong, "Scopes": scopes})
		if status != 400 || code != "NotAuthorizedException" || strings.Contains(string(answer), wrong) {
			t.Errorf("%v: %d %s", scopes, status, answer)
		}
		if first == nil {
			first = answer
		}
		if string(answer) != string(first) {
			t.Errorf("%v: %s instead of %s", scopes, answer, first)
		}
	}
}
