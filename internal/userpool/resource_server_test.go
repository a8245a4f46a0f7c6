package userpool

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ostiary/cognitoidp"
)

func TestResourceServer(t *testing.T) {
	type scopes = []cognitoidp.ResourceServerScopeType
	read := cognitoidp.ResourceServerScopeType{ScopeName: "read", ScopeDescription: "Read orders"}
	write := cognitoidp.ResourceServerScopeType{ScopeName: "write", ScopeDescription: "Place orders"}
	s, err := NewResourceServer(&cognitoidp.CreateResourceServerRequest{
		UserPoolId: testPoolID, Identifier: "orders", Name: "Orders", Scopes: scopes{read, write},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &ResourceServer{PoolID: testPoolID, Identifier: "orders", Name: "Orders",
		Scopes: []Scope{{"read", "Read orders"}, {"write", "Place orders"}}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("server (-want +got):\n%s", diff)
	}
	if !s.HasScope("read") || s.HasScope("orders/read") || s.HasScope("Read") {
		t.Error("HasScope")
	}

	const twice = "The scope read is given more than once."
	again := cognitoidp.ResourceServerScopeType{ScopeName: "read", ScopeDescription: "Otherwise"}
	refused(t, s.Update(&cognitoidp.UpdateResourceServerRequest{Name: "New", Scopes: scopes{read, again}}), cognitoidp.InvalidParameterException, twice)
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("a refusal changed the server (-want +got):\n%s", diff)
	}
	if err := s.Update(&cognitoidp.UpdateResourceServerRequest{Name: "New"}); err != nil {
		t.Fatal(err)
	}
	if s.Name != "New" || s.Identifier != "orders" || s.HasScope("read") {
		t.Errorf("after an update without scopes: %+v", s)
	}

	for _, identifier := range []string{"aws.cognito", "aws.cognito/dcr", "aws.cognito.signin.user.admin"} {
		_, err := NewResourceServer(&cognitoidp.CreateResourceServerRequest{Identifier: identifier})
		refused(t, err, cognitoidp.InvalidParameterException, "The resource server identifier "+identifier+" is reserved: it begins with aws.cognito")
	}
	_, err = NewResourceServer(&cognitoidp.CreateResourceServerRequest{Identifier: "a", Scopes: scopes{read, read}})
	refused(t, err, cognitoidp.InvalidParameterException, twice)
}

func TestCutScope(t *testing.T) {
	for scope, want := range map[string]string{
		"orders/read":                     "orders read",
		"https://api.example.com/v1/read": "https://api.example.com/v1 read",
		"https://api.example.com//read":   "https://api.example.com/ read",
		"openid":                          "", "aws.cognito.signin.user.admin": "", "/read": "", "orders/": "", "/": "", "": "",
	} {
		identifier, name, ok := CutScope(scope)
		if ok != (want != "") || ok && identifier+" "+name != want {
			t.Errorf("%s: %q, %q, %v", scope, identifier, name, ok)
		}
	}
	// Whatever the model lets through comes apart as it was put together, so that no two servers share a scope.
	character := rapid.StringMatching(`[\x21\x23-\x5B\x5D-\x7E]{1,40}`)
	rapid.Check(t, func(t *rapid.T) {
		identifier, name := character.Draw(t, "identifier"), strings.ReplaceAll(character.Draw(t, "name"), "/", "_")
		gotIdentifier, gotName, ok := CutScope(identifier + "/" + name)
		if !ok || gotIdentifier != identifier || gotName != name {
			t.Errorf("%q, %q, %v", gotIdentifier, gotName, ok)
		}
	})
}

func TestManagedResourceServers(t *testing.T) {
	dcr := func(status cognitoidp.StatusType) *Pool {
		return newPool(t, &cognitoidp.CreateUserPoolRequest{DcrConfiguration: &cognitoidp.DcrConfigurationType{EnableStatus: status}})
	}
	for _, p := range []*Pool{newPool(t, &cognitoidp.CreateUserPoolRequest{}), dcr(cognitoidp.StatusTypeDisabled)} {
		if got := p.ManagedResourceServers(); len(got) != 0 || p.ManagedResourceServer(registrationServer) != nil {
			t.Errorf("without registration: %v", got)
		}
	}
	p := dcr("")
	got := p.ManagedResourceServer("aws.cognito/dcr")
	if got == nil || !got.HasScope("register") || got.ManagedBy != "COGNITO" || got.PoolID != p.ID || p.ManagedResourceServer("aws.cognito") != nil {
		t.Errorf("with registration: %+v", got)
	}
}

func TestGrantOwnScopes(t *testing.T) {
	c := &Client{ID: "machine", Settings: cognitoidp.UserPoolClientType{
		AllowedOAuthScopes: []string{"openid", "orders/read", "orders/write", "orders/gone", "aws.cognito.signin.user.admin"},
	}}
	exists := func(scope string) bool {
		return scope == "orders/read" || scope == "orders/write" || scope == "orders/cancel"
	}
	const none = "Client machine does not have any custom scopes."
	tests := []struct {
		name, asked, granted, refusal string
	}{
		{"all", "", "orders/read orders/write", ""},
		{"one", "orders/write", "orders/write", ""},
		{"one twice", "orders/write orders/read orders/write", "orders/write orders/read", ""},
		{"gone", "orders/read orders/gone", "", "Invalid scope requested: orders/gone"},
		{"not the client's", "orders/cancel", "", "Invalid scope requested: orders/cancel"},
		{"nowhere", "orders/none", "", "Invalid scope requested: orders/none"},
		{"of users", "openid", "", "Invalid scope requested: openid"},
		{"of the pool", "aws.cognito.signin.user.admin", "", "Invalid scope requested: aws.cognito.signin.user.admin"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			granted, err := c.GrantOwnScopes(strings.Fields(test.asked), exists)
			if test.refusal != "" {
				refused(t, err, cognitoidp.InvalidParameterException, test.refusal)
			} else if err != nil || strings.Join(granted, " ") != test.granted {
				t.Errorf("%v, %v", granted, err)
			}
		})
	}
	c.Settings.AllowedOAuthScopes = []string{"openid", "orders/gone"}
	_, err := c.GrantOwnScopes(nil, exists)
	refused(t, err, cognitoidp.InvalidParameterException, none)
}
