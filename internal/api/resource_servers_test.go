package api

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/store/storetest"
)

// scopeList is scopes of a resource server, described by their names.
func scopeList(names ...string) []cognitoidp.ResourceServerScopeType {
	var list []cognitoidp.ResourceServerScopeType
	for _, name := range names {
		list = append(list, cognitoidp.ResourceServerScopeType{ScopeName: name, ScopeDescription: "May " + name})
	}
	return list
}

func createResourceServer(t *testing.T, s *Service, poolID, identifier string, scopes ...string) *cognitoidp.ResourceServerType {
	t.Helper()
	out, err := s.CreateResourceServer(t.Context(), &cognitoidp.CreateResourceServerRequest{
		UserPoolId: poolID, Identifier: identifier, Name: "API", Scopes: scopeList(scopes...),
	})
	if err != nil {
		t.Fatalf("CreateResourceServer: %v", err)
	}
	return out.ResourceServer
}

func updateResourceServer(t *testing.T, s *Service, poolID, identifier string, scopes ...string) error {
	t.Helper()
	_, err := s.UpdateResourceServer(t.Context(), &cognitoidp.UpdateResourceServerRequest{
		UserPoolId: poolID, Identifier: identifier, Name: "API", Scopes: scopeList(scopes...),
	})
	return err
}

func deleteResourceServer(t *testing.T, s *Service, poolID, identifier string) error {
	t.Helper()
	_, err := s.DeleteResourceServer(t.Context(), &cognitoidp.DeleteResourceServerRequest{UserPoolId: poolID, Identifier: identifier})
	return err
}

// dcrOn turns dynamic client registration on, which brings a resource server of the service's own.
var dcrOn = &cognitoidp.DcrConfigurationType{EnableStatus: cognitoidp.StatusTypeEnabled}

// Every answer byte for byte, and what is left of a server that was changed and deleted.
func TestResourceServersWire(t *testing.T) {
	s := poolService(t)
	id := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	pool := `"UserPoolId":"` + id + `"`
	const orders = `"Identifier":"https://orders.example.com/v1"`
	const scopes = `"Scopes":[{"ScopeName":"read","ScopeDescription":"Read"},{"ScopeName":"a","ScopeDescription":"Ünïcödé"}]`
	const plain, full = `"Identifier":"plain","Name":"Plain","Scopes":[]`, orders + `,"Name":"Orders",` + scopes

	steps := []struct{ operation, body, want string }{
		{"ListResourceServers", `{` + pool + `}`, `{"ResourceServers":[]}`},
		{"CreateResourceServer", `{` + pool + `,"Identifier":"plain","Name":"Plain"}`, `{"ResourceServer":{` + pool + `,` + plain + `}}`},
		{"CreateResourceServer", `{` + pool + `,` + full + `}`, `{"ResourceServer":{` + pool + `,` + full + `}}`},
		{"DescribeResourceServer", `{` + pool + `,` + orders + `}`, `{"ResourceServer":{` + pool + `,` + full + `}}`},
		{"ListResourceServers", `{` + pool + `}`, `{"ResourceServers":[{` + pool + `,` + full + `},{` + pool + `,` + plain + `}]}`},
		{"UpdateResourceServer", `{` + pool + `,` + orders + `,"Name":"Old orders"}`, `{"ResourceServer":{` + pool + `,` + orders + `,"Name":"Old orders","Scopes":[]}}`},
		{"DescribeResourceServer", `{` + pool + `,` + orders + `}`, `{"ResourceServer":{` + pool + `,` + orders + `,"Name":"Old orders","Scopes":[]}}`},
		{"DeleteResourceServer", `{` + pool + `,` + orders + `}`, ``},
		{"ListResourceServers", `{` + pool + `,"MaxResults":1}`, `{"ResourceServers":[{` + pool + `,` + plain + `}]}`},
	}
	for _, step := range steps {
		if got := call(t, s, step.operation, step.body); got != step.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", step.operation, step.body, got, step.want)
		}
	}
}

func TestResourceServerRefusals(t *testing.T) {
	s := poolService(t)
	s.MaxResourceServers = 2
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{DcrConfiguration: dcrOn}).Id
	other := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	createResourceServer(t, s, poolID, "orders", "read")
	create := func(poolID, identifier string, scopes ...string) error {
		_, err := s.CreateResourceServer(t.Context(), &cognitoidp.CreateResourceServerRequest{
			UserPoolId: poolID, Identifier: identifier, Name: "API", Scopes: scopeList(scopes...),
		})
		return err
	}
	describe := func(poolID, identifier string) error {
		_, err := s.DescribeResourceServer(t.Context(), &cognitoidp.DescribeResourceServerRequest{UserPoolId: poolID, Identifier: identifier})
		return err
	}
	list := func(poolID string, token *string) error {
		_, err := s.ListResourceServers(t.Context(), &cognitoidp.ListResourceServersRequest{UserPoolId: poolID, NextToken: token})
		return err
	}
	const twice, unknown = "InvalidParameter: The scope read is given more than once.", "ResourceNotFound: Resource server bills does not exist."
	const managed = "InvalidParameter: Resource server aws.cognito/dcr is managed by COGNITO and cannot be changed or deleted."
	want(t, create(poolID, "orders"), "InvalidParameter: orders already exists in user pool "+poolID+".")
	want(t, create(poolID, "aws.cognito/dcr"), "InvalidParameter: The resource server identifier aws.cognito/dcr is reserved: it begins with aws.cognito")
	want(t, create(poolID, "bills", "read", "write", "read"), twice)
	want(t, updateResourceServer(t, s, poolID, "orders", "read", "read"), twice)
	want(t, updateResourceServer(t, s, poolID, "bills"), unknown)
	want(t, updateResourceServer(t, s, poolID, "aws.cognito/dcr"), managed)
	want(t, updateResourceServer(t, s, other, "orders"), "ResourceNotFound: Resource server orders does not exist.")
	want(t, deleteResourceServer(t, s, poolID, "bills"), unknown)
	want(t, deleteResourceServer(t, s, poolID, "aws.cognito/dcr"), managed)
	want(t, deleteResourceServer(t, s, other, "orders"), "ResourceNotFound: Resource server orders does not exist.")
	want(t, describe(poolID, "bills"), unknown)
	want(t, describe(other, "aws.cognito/dcr"), "ResourceNotFound: Resource server aws.cognito/dcr does not exist.")
	want(t, list(poolID, new("made up")), "InvalidParameter: Invalid pagination token given")

	createResourceServer(t, s, poolID, "bills") // the refused ones and the managed one do not count
	want(t, create(poolID, "third"), "LimitExceeded: The user pool already has 2 resource servers, the most it may have.")
	createResourceServer(t, s, other, "orders") // another pool, another namespace

	const noPool = "ResourceNotFound: User pool " + missingPool + " does not exist."
	want(t, create(missingPool, "orders"), noPool)
	want(t, describe(missingPool, "orders"), noPool)
	want(t, updateResourceServer(t, s, missingPool, "orders"), noPool)
	want(t, deleteResourceServer(t, s, missingPool, "orders"), noPool)
	want(t, list(missingPool, nil), noPool)

	broken := errors.New("the disk is on fire")
	faulty := storetest.Faulty(s.Store)
	s.Store = faulty
	for name, operation := range map[string]func() error{
		"CreateResourceServer":   func() error { return create(other, "more") },
		"UpdateResourceServer":   func() error { return updateResourceServer(t, s, poolID, "orders") },
		"DeleteResourceServer":   func() error { return deleteResourceServer(t, s, poolID, "orders") },
		"DescribeResourceServer": func() error { return describe(poolID, "orders") },
		"ListResourceServers":    func() error { return list(poolID, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			faulty.FailUpdate(broken)
			faulty.FailView(broken)
			var refusal *cognitoidp.Error
			if err := operation(); !errors.Is(err, broken) || errors.As(err, &refusal) {
				t.Errorf("a fault of the store came out as %v", err)
			}
		})
	}
}

// Pages of every size hold each server once, by identifier, the service's own in its place.
func TestListResourceServers(t *testing.T) {
	s := poolService(t)
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{DcrConfiguration: dcrOn}).Id
	other := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	wanted := []string{"A", "a", "aws.cognito/dcr", "b", "https://b.example", "zz"}
	for i, identifier := range wanted {
		if identifier != "aws.cognito/dcr" {
			createResourceServer(t, s, poolID, identifier, fmt.Sprint("scope", i))
		}
	}
	createResourceServer(t, s, other, "c")
	var some *string
	for size := int32(1); size <= 7; size++ {
		var got []string
		in := &cognitoidp.ListResourceServersRequest{UserPoolId: poolID, MaxResults: &size}
		for {
			out, err := s.ListResourceServers(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.ResourceServers) > int(size) || len(out.ResourceServers) == 0 {
				t.Errorf("%d servers on a page of %d", len(out.ResourceServers), size)
			}
			for _, server := range out.ResourceServers {
				got = append(got, *server.Identifier)
				if isOurs := *server.Identifier == "aws.cognito/dcr"; isOurs != (server.ManagedBy == "COGNITO") {
					t.Errorf("%s is managed by %q", *server.Identifier, server.ManagedBy)
				}
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				break
			}
			some = in.NextToken
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("in pages of %d (-want +got):\n%s", size, diff)
		}
	}
	out, err := s.ListResourceServers(t.Context(), &cognitoidp.ListResourceServersRequest{UserPoolId: poolID})
	if err != nil || len(out.ResourceServers) != len(wanted) || out.NextToken != nil {
		t.Errorf("without MaxResults: %v, %v", out, err)
	}
	_, err = s.ListResourceServers(t.Context(), &cognitoidp.ListResourceServersRequest{UserPoolId: other, NextToken: some})
	want(t, err, "InvalidParameter: Invalid pagination token given")
}

// A client is given only scopes that are there, and keeps the name of one that goes.
func TestScopesOfClients(t *testing.T) {
	s := poolService(t)
	poolID := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	other := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	createResourceServer(t, s, poolID, "orders", "read", "write")
	createResourceServer(t, s, other, "bills", "read")
	scopes := []string{"openid", "orders/read"}
	client := createClient(t, s, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: poolID, AllowedOAuthScopes: scopes})
	give := func(scopes ...string) error {
		_, err := s.UpdateUserPoolClient(t.Context(), &cognitoidp.UpdateUserPoolClientRequest{
			UserPoolId: poolID, ClientId: *client.ClientId, AllowedOAuthScopes: scopes,
		})
		return err
	}
	for _, scope := range []string{"orders/none", "bills/read", "orders", "orders/", "/read", "Orders/read", "orders/read/write"} {
		want(t, give("orders/write", scope), "ScopeDoesNotExist: Invalid scope requested: "+scope)
		_, err := s.CreateUserPoolClient(t.Context(), &cognitoidp.CreateUserPoolClientRequest{
			UserPoolId: poolID, ClientName: "app", AllowedOAuthScopes: []string{scope},
		})
		want(t, err, "ScopeDoesNotExist: Invalid scope requested: "+scope)
	}
	has := func(wanted ...string) {
		t.Helper()
		if got := describeClientOf(t, s, poolID, *client.ClientId).AllowedOAuthScopes; strings.Join(got, " ") != strings.Join(wanted, " ") {
			t.Errorf("scopes %v, want %v", got, wanted)
		}
	}
	has(scopes...)
	want(t, give("orders/write", "orders/read"), "")
	has("orders/write", "orders/read")
	want(t, updateResourceServer(t, s, poolID, "orders", "write"), "")
	has("orders/write", "orders/read")
	want(t, give("orders/write", "orders/read"), "ScopeDoesNotExist: Invalid scope requested: orders/read")
	want(t, deleteResourceServer(t, s, poolID, "orders"), "")
	has("orders/write", "orders/read")
	want(t, give("orders/write"), "ScopeDoesNotExist: Invalid scope requested: orders/write")
	want(t, give(), "")
	has()
}
