package security_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"ostiary/cognitoidp"
)

// garbage makes requests that decode but are meant by nobody: nulls in lists, empty texts, numbers at
// their ends, maps with odd keys.
type garbage struct {
	*rand.Rand
	known map[string][]string // values that exist, by the name of the member
}

func (g garbage) value(s *cognitoidp.Shape, name string, depth int) any {
	if known := g.known[name]; len(known) > 0 && g.IntN(8) > 0 {
		return known[g.IntN(len(known))]
	}
	if depth > 6 {
		return nil
	}
	switch s.Kind {
	case cognitoidp.KindStructure:
		members := map[string]any{}
		for _, m := range s.Members {
			if m.Required && g.IntN(30) > 0 || g.IntN(3) == 0 {
				members[m.Name] = g.value(m.Shape, m.Name, depth+1)
			}
		}
		return members
	case cognitoidp.KindList:
		list := []any{}
		for range g.IntN(3) {
			if g.IntN(4) == 0 {
				list = append(list, nil)
			} else {
				list = append(list, g.value(s.Element, "", depth+1))
			}
		}
		return list
	case cognitoidp.KindMap:
		members := map[string]any{}
		for range g.IntN(4) {
			members[g.text(s.Key, "key")] = g.value(s.Element, "", depth+1)
		}
		for _, key := range g.known["key"] {
			if g.IntN(3) == 0 {
				members[key] = g.text(s.Element, key)
			}
		}
		return members
	case cognitoidp.KindBoolean:
		return g.IntN(2) == 0
	case cognitoidp.KindInteger, cognitoidp.KindLong:
		if s.Min != nil && g.IntN(2) == 0 {
			return *s.Min
		}
		if s.Max != nil && g.IntN(2) == 0 {
			return *s.Max
		}
		return []int64{0, 1, -1, 5, 1<<31 - 1, -1 << 31}[g.IntN(6)]
	case cognitoidp.KindTimestamp:
		return g.IntN(1 << 30)
	case cognitoidp.KindBlob:
		return "AAAA"
	default:
		return g.text(s, name)
	}
}

func (g garbage) text(s *cognitoidp.Shape, name string) string {
	if known := g.known[name]; len(known) > 0 && g.IntN(3) > 0 {
		return known[g.IntN(len(known))]
	}
	if len(s.Enum) > 0 {
		return s.Enum[g.IntN(len(s.Enum))]
	}
	texts := []string{"", "a", "email", "sub", "name", "\x00", "\ufffd", "+1", "0", "-1", "9e9", "{####}", "*", "%", "'", "a@b.c", "https://a/", "arn:aws:x", strings.Repeat("é", 60)}
	return texts[g.IntN(len(texts))]
}

// TestGarbage: whatever is sent, the server answers without a fault of its own.
func TestGarbage(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{}, &idp.CreateUserPoolClientInput{})
	s.user(t, "ana", attribute("email", "ana@example.com"))
	tokens := s.signIn(t, "ana")
	g := garbage{rand.New(rand.NewPCG(1, 4)), map[string][]string{
		"UserPoolId": {*s.pool}, "ClientId": {*s.client}, "Username": {"ana", "bob", "ana@example.com"},
		"AccessToken": {*tokens.AccessToken}, "Token": {*tokens.RefreshToken},
		"AuthFlow": {"USER_PASSWORD_AUTH", "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH"},
		"Password": {password}, "PreviousPassword": {password}, "ProposedPassword": {password},
		"key": {
			"USERNAME", "PASSWORD", "SRP_A", "REFRESH_TOKEN", "NEW_PASSWORD", "userAttributes.email", "EMAIL", "ANSWER",
			"TIMESTAMP", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE",
		},
		"USERNAME": {"ana", "bob", "ana@example.com"}, "PASSWORD": {password}, "SRP_A": {"2", "ff"},
		"REFRESH_TOKEN": {*tokens.RefreshToken},
	}}
	for _, op := range cognitoidp.Operations {
		switch op.Name {
		case "AdminDeleteUser", "AdminDisableUser", "AdminResetUserPassword", "AdminSetUserPassword", "AdminUserGlobalSignOut",
			"CreateUserPool", "DeleteUser", "DeleteUserPool", "DeleteUserPoolClient", "GlobalSignOut", "RevokeToken":
			continue // they leave nothing for the others to work on, or take long
		}
		for range 40 {
			in := g.value(op.Input, "", 0)
			status, _, answer := s.post(t, op.Name, signature, in)
			if status == http.StatusInternalServerError {
				body := must(json.Marshal(in))(t)
				t.Errorf("%s: %s\n%s", op.Name, answer, body)
			}
			if status == http.StatusNotImplemented {
				break
			}
		}
	}
}
