package userpool

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

var (
	testTime   = time.Date(2024, 9, 19, 12, 0, 0, 0, time.UTC)
	testAround = Around{
		Scope: func(s string) bool { return s == "orders/read" },
		Provider: func(s string) *IdentityProvider {
			switch s {
			case "Google":
				return &IdentityProvider{Name: s, Type: cognitoidp.IdentityProviderTypeTypeGoogle}
			case "Okta":
				return &IdentityProvider{Name: s, Type: cognitoidp.IdentityProviderTypeTypeSaml}
			case "Dashboard":
				return &IdentityProvider{Name: s, Type: cognitoidp.IdentityProviderTypeTypeSaml,
					Details: map[string]string{"IDPInit": "true"}}
			default:
				return nil
			}
		},
	}
)

const testSecret = "0123456789abcdefghijklmnop"

func newClient(t *testing.T, p *Pool, secret string, in *cognitoidp.CreateUserPoolClientRequest) *Client {
	t.Helper()
	in.ClientName = "app"
	c, err := NewClient(p, testAround, "26cb2c60kq7nbmas7rbme9b6pp", secret, testTime, in)
	if err != nil {
		t.Fatalf("NewClient: %v", err)
	}
	return c
}

func TestNewClientDefaults(t *testing.T) {
	c := newClient(t, newPool(t, &cognitoidp.CreateUserPoolRequest{}), "", &cognitoidp.CreateUserPoolClientRequest{})
	want := &Client{
		PoolID: testPoolID, ID: "26cb2c60kq7nbmas7rbme9b6pp", Name: "app", Created: testTime, Modified: testTime,
		Settings: cognitoidp.UserPoolClientType{
			RefreshTokenValidity: new(int32(30)), TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{},
			AllowedOAuthFlowsUserPoolClient: new(false), EnableTokenRevocation: new(true),
			EnablePropagateAdditionalUserContextData: new(false), AuthSessionValidity: new(int32(3)), ClientType: "REGULAR",
		},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("client (-want +got):\n%s", diff)
	}
}

func TestNewClientUnits(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	tests := []struct {
		name    string
		in      cognitoidp.CreateUserPoolClientRequest
		units   cognitoidp.TokenValidityUnitsType
		refresh int32
	}{
		{"one unit brings the others", cognitoidp.CreateUserPoolClientRequest{AccessTokenValidity: new(int32(10)),
			TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{AccessToken: "minutes"}},
			cognitoidp.TokenValidityUnitsType{AccessToken: "minutes", IdToken: "hours", RefreshToken: "days"}, 30},
		{"the default is thirty days in any unit", cognitoidp.CreateUserPoolClientRequest{
			TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{RefreshToken: "minutes"}},
			cognitoidp.TokenValidityUnitsType{AccessToken: "hours", IdToken: "hours", RefreshToken: "minutes"}, 30 * 24 * 60},
		{"zero counts as absent", cognitoidp.CreateUserPoolClientRequest{RefreshTokenValidity: new(int32(0))},
			cognitoidp.TokenValidityUnitsType{}, 30},
		{"no units", cognitoidp.CreateUserPoolClientRequest{AccessTokenValidity: new(int32(2)), RefreshTokenValidity: new(int32(5))},
			cognitoidp.TokenValidityUnitsType{}, 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(t, p, "", &test.in)
			if diff := cmp.Diff(test.units, *c.Settings.TokenValidityUnits); diff != "" {
				t.Errorf("units (-want +got):\n%s", diff)
			}
			if got := *c.Settings.RefreshTokenValidity; got != test.refresh {
				t.Errorf("refresh token: got %d, want %d", got, test.refresh)
			}
		})
	}
}

func TestClientRefusals(t *testing.T) {
	const (
		invalid = cognitoidp.InvalidParameterException
		flow    = cognitoidp.InvalidOAuthFlowException
	)
	type request = cognitoidp.CreateUserPoolClientRequest
	oauth := func(flows []cognitoidp.OAuthFlowType, callbacks ...string) request {
		return request{AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthFlows: flows,
			AllowedOAuthScopes: []string{"openid"}, CallbackURLs: callbacks}
	}
	code := []cognitoidp.OAuthFlowType{"code"}
	units := func(access, refresh cognitoidp.TimeUnitsType) *cognitoidp.TokenValidityUnitsType {
		return &cognitoidp.TokenValidityUnitsType{AccessToken: access, IdToken: access, RefreshToken: refresh}
	}
	schema := []cognitoidp.SchemaAttributeType{
		{Name: new("name"), Required: new(true)},
		{Name: new("note"), AttributeDataType: "String", DeveloperOnlyAttribute: new(true)},
	}
	initiated := "The provider Dashboard allows IdP-initiated sign-in, so the app client can have SAML providers only."
	badWrite := "Invalid write attributes specified while creating a client"
	tests := []struct {
		name    string
		in      request
		code    cognitoidp.ErrorCode
		message string
	}{
		{"legacy and new flows", request{ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"}},
			invalid, "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."},
		{"machine and new flows", request{ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}},
			invalid, "ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flows."},
		{"machine and legacy flows", request{ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_CLIENT_TOKEN_AUTH", "USER_PASSWORD_AUTH"}},
			invalid, "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."},
		{"machine without secret", request{ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_CLIENT_TOKEN_AUTH"}},
			invalid, "ALLOW_CLIENT_TOKEN_AUTH cannot be used if client does not have a client secret."},
		{"refresh flow and rotation", request{ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_REFRESH_TOKEN_AUTH"},
			RefreshTokenRotation: &cognitoidp.RefreshTokenRotationType{Feature: "ENABLED"}},
			invalid, "ALLOW_REFRESH_TOKEN_AUTH cannot be used when refresh token rotation is enabled."},
		{"access token too short", request{AccessTokenValidity: new(int32(299)), TokenValidityUnits: units("seconds", "")},
			invalid, "Invalid range for token validity."},
		{"access token too long", request{AccessTokenValidity: new(int32(25))}, invalid, "Invalid range for token validity."},
		{"ID token too short", request{IdTokenValidity: new(int32(4)), TokenValidityUnits: units("minutes", "")},
			invalid, "Invalid range for token validity."},
		{"access token a second too long", request{AccessTokenValidity: new(int32(86401)), TokenValidityUnits: units("seconds", "")},
			invalid, "Invalid range for token validity."},
		{"refresh token a second too short", request{RefreshTokenValidity: new(int32(3599)), TokenValidityUnits: units("", "seconds")},
			invalid, "Invalid range for token validity."},
		{"ID token outlives refresh token", request{IdTokenValidity: new(int32(61)), RefreshTokenValidity: new(int32(60)),
			TokenValidityUnits: units("minutes", "minutes")},
			invalid, "Access and Id Token expiration times must be less than or equal to refresh token expiration times."},
		{"ID token too long", request{IdTokenValidity: new(int32(2)), TokenValidityUnits: units("days", "")},
			invalid, "Invalid range for token validity."},
		{"refresh token too short", request{RefreshTokenValidity: new(int32(59)), TokenValidityUnits: units("", "minutes")},
			invalid, "Invalid range for token validity."},
		{"refresh token too long", request{RefreshTokenValidity: new(int32(3651))}, invalid, "Invalid range for token validity."},
		{"refresh token far too long", request{RefreshTokenValidity: new(int32(315360000))}, invalid, "Invalid range for token validity."},
		{"access token outlives refresh token", request{AccessTokenValidity: new(int32(2)), RefreshTokenValidity: new(int32(1)), TokenValidityUnits: units("", "hours")},
			invalid, "Access and Id Token expiration times must be less than or equal to refresh token expiration times."},
		{"OAuth without flows", request{AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthScopes: []string{"openid"}},
			invalid, "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		{"client credentials and code", oauth([]cognitoidp.OAuthFlowType{"client_credentials", "code"}, "https://a.example"),
			flow, "client_credentials flow can not be selected along with code flow or implicit flow."},
		{"client credentials without secret", oauth([]cognitoidp.OAuthFlowType{"client_credentials"}),
			flow, "client_credentials flow can not be selected if client does not have a client secret."},
		{"code without callback", oauth(code), invalid, "CallbackUrls can not be empty when code flow or implicit flow is selected"},
		{"plain HTTP", oauth(code, "http://a.example/x"), invalid, "http://a.example/x cannot use the HTTP protocol."},
		{"plain HTTP to a lookalike", oauth(code, "http://localhost.example"), invalid, "http://localhost.example cannot use the HTTP protocol."},
		{"fragment", oauth(code, "https://a.example/#x"), invalid, "https://a.example/#x cannot use fragment"},
		{"empty fragment", oauth(code, "https://a.example/#"), invalid, "https://a.example/# cannot use fragment"},
		{"relative", oauth(code, "/callback"), invalid, "/callback is not an absolute URI."},
		{"no host", oauth(code, "https:///callback"), invalid, "https:///callback is not an absolute URI."},
		{"script", oauth(code, "JavaScript:alert(1)"), invalid, "JavaScript:alert(1) cannot use the javascript scheme."},
		{"logout over plain HTTP", request{LogoutURLs: []string{"http://a.example"}}, invalid, "http://a.example cannot use the HTTP protocol."},
		{"default redirect not listed", request{CallbackURLs: []string{"https://a.example"}, DefaultRedirectURI: new("https://b.example")},
			invalid, "The default redirect URI https://b.example is not in the callback URIs list."},
		{"unknown scope", request{AllowedOAuthScopes: []string{"orders/write"}}, cognitoidp.ScopeDoesNotExistException, "Invalid scope requested: orders/write"},
		{"unknown provider", request{SupportedIdentityProviders: []string{"COGNITO", "Facebook"}},
			invalid, "The provider Facebook does not exist for User Pool " + testPoolID + "."},
		{"IdP-initiated beside local users", request{SupportedIdentityProviders: []string{"Dashboard", "COGNITO"}}, invalid, initiated},
		{"IdP-initiated beside a social provider", request{SupportedIdentityProviders: []string{"Google", "Okta", "Dashboard"}}, invalid, initiated},
		{"unknown read attribute", request{ReadAttributes: []string{"email", "custom:none"}},
			invalid, "Invalid read attributes specified while creating a client"},
		{"unknown write attribute", request{WriteAttributes: []string{"name", "custom:none"}}, invalid, badWrite},
		{"write sub", request{WriteAttributes: []string{"name", "sub"}}, invalid, badWrite},
		{"write email_verified", request{WriteAttributes: []string{"name", "email_verified"}}, invalid, badWrite},
		{"write phone_number_verified", request{WriteAttributes: []string{"name", "phone_number_verified"}}, invalid, badWrite},
		{"write identities", request{WriteAttributes: []string{"name", "identities"}}, invalid, badWrite},
		{"write for developers only", request{WriteAttributes: []string{"name", "dev:custom:note"}}, invalid, badWrite},
		{"required attribute not writable", request{WriteAttributes: []string{"email"}}, invalid, badWrite},
		{"user context without secret", request{EnablePropagateAdditionalUserContextData: new(true)},
			invalid, "Client Secret is required to set EnablePropagateAdditionalUserContextData as true"},
		{"analytics incomplete", request{AnalyticsConfiguration: &cognitoidp.AnalyticsConfigurationType{ApplicationId: new("ab")}},
			invalid, "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid"},
		{"analytics mixed", request{AnalyticsConfiguration: &cognitoidp.AnalyticsConfigurationType{ApplicationId: new("ab"), ApplicationArn: new("arn:aws:mobiletargeting:us-west-2:1:apps/a")}},
			invalid, "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid"},
		{"analytics elsewhere", request{AnalyticsConfiguration: &cognitoidp.AnalyticsConfigurationType{ApplicationArn: new("arn:aws:mobiletargeting:eu-west-1:1:apps/a")}},
			invalid, "The integration with Pinpoint is not supported for the requested eu-west-1 region."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPool(t, &cognitoidp.CreateUserPoolRequest{Schema: schema})
			_, err := NewClient(p, testAround, "c", "", testTime, &test.in)
			refused(t, err, test.code, test.message)
		})
	}
	t.Run("USER_AUTH on LITE", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "LITE"})
		_, err := NewClient(p, testAround, "c", "", testTime, &request{ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_USER_AUTH"}})
		refused(t, err, cognitoidp.FeatureUnavailableInTierException,
			"The following feature is not available for the LITE pricing tier configured: Choice-Based Sign-In")
	})
}

func TestClientAccepts(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	tests := []struct {
		name   string
		secret string
		in     cognitoidp.CreateUserPoolClientRequest
	}{
		{"callbacks to the own machine and to an app", "", cognitoidp.CreateUserPoolClientRequest{
			CallbackURLs:       []string{"http://localhost", "http://localhost:3000/a", "http://127.0.0.1:8080", "http://[::1]:1/x", "myapp://example", "com.example.app:/x", "https://a.example?x=1"},
			DefaultRedirectURI: new("myapp://example")}},
		{"client credentials with custom scope", testSecret, cognitoidp.CreateUserPoolClientRequest{AllowedOAuthFlowsUserPoolClient: new(true),
			AllowedOAuthFlows: []cognitoidp.OAuthFlowType{"client_credentials"}, AllowedOAuthScopes: []string{"orders/read"}}},
		{"IdP-initiated", "", cognitoidp.CreateUserPoolClientRequest{SupportedIdentityProviders: []string{"Dashboard", "Okta"}}},
		{"providers", "", cognitoidp.CreateUserPoolClientRequest{SupportedIdentityProviders: []string{"COGNITO", "Google"}}},
		{"user context", testSecret, cognitoidp.CreateUserPoolClientRequest{EnablePropagateAdditionalUserContextData: new(true)}},
		{"shortest tokens", "", cognitoidp.CreateUserPoolClientRequest{AccessTokenValidity: new(int32(5)), IdTokenValidity: new(int32(5)), RefreshTokenValidity: new(int32(60)),
			TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes"}}},
		{"longest tokens", "", cognitoidp.CreateUserPoolClientRequest{AccessTokenValidity: new(int32(24)), IdTokenValidity: new(int32(24)), RefreshTokenValidity: new(int32(3650))}},
		{"analytics", "", cognitoidp.CreateUserPoolClientRequest{AnalyticsConfiguration: &cognitoidp.AnalyticsConfigurationType{ApplicationArn: new("arn:aws:mobiletargeting:us-east-1:1:apps/a")}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { newClient(t, p, test.secret, &test.in) })
	}
}

func TestClientUpdate(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	full := func(t *testing.T) *Client {
		return newClient(t, p, testSecret, &cognitoidp.CreateUserPoolClientRequest{
			AccessTokenValidity: new(int32(10)), IdTokenValidity: new(int32(20)), RefreshTokenValidity: new(int32(2)),
			TokenValidityUnits: &cognitoidp.TokenValidityUnitsType{AccessToken: "minutes", IdToken: "minutes"},
			AllowedOAuthFlows:  []cognitoidp.OAuthFlowType{"code"}, AllowedOAuthFlowsUserPoolClient: new(true),
			AllowedOAuthScopes: []string{"openid", "openid"}, AnalyticsConfiguration: &cognitoidp.AnalyticsConfigurationType{ApplicationArn: new("arn:aws:mobiletargeting:us-west-2:1:apps/a")},
			AuthSessionValidity: new(int32(15)), CallbackURLs: []string{"https://a.example"}, DefaultRedirectURI: new("https://a.example"),
			EnablePropagateAdditionalUserContextData: new(true), EnableTokenRevocation: new(false),
			ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{"ALLOW_USER_AUTH"}, LogoutURLs: []string{"https://a.example"},
			PreventUserExistenceErrors: "ENABLED", ReadAttributes: []string{"email"}, WriteAttributes: []string{"email"},
			RefreshTokenRotation:       &cognitoidp.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: new(int32(10))},
			SupportedIdentityProviders: []string{"COGNITO"},
		})
	}
	later := testTime.Add(time.Hour)

	t.Run("with what is there", func(t *testing.T) {
		c := full(t)
		want := *c
		want.Modified = later
		s := c.Settings
		err := c.Update(p, testAround, later, &cognitoidp.UpdateUserPoolClientRequest{
			ClientName: &c.Name, AccessTokenValidity: s.AccessTokenValidity, IdTokenValidity: s.IdTokenValidity,
			RefreshTokenValidity: s.RefreshTokenValidity, TokenValidityUnits: s.TokenValidityUnits, AllowedOAuthFlows: s.AllowedOAuthFlows,
			AllowedOAuthFlowsUserPoolClient: s.AllowedOAuthFlowsUserPoolClient, AllowedOAuthScopes: s.AllowedOAuthScopes,
			AnalyticsConfiguration: s.AnalyticsConfiguration, AuthSessionValidity: s.AuthSessionValidity, CallbackURLs: s.CallbackURLs,
			DefaultRedirectURI: s.DefaultRedirectURI, EnablePropagateAdditionalUserContextData: s.EnablePropagateAdditionalUserContextData,
			EnableTokenRevocation: s.EnableTokenRevocation, ExplicitAuthFlows: s.ExplicitAuthFlows, LogoutURLs: s.LogoutURLs,
			PreventUserExistenceErrors: s.PreventUserExistenceErrors, ReadAttributes: s.ReadAttributes, WriteAttributes: s.WriteAttributes,
			RefreshTokenRotation: s.RefreshTokenRotation, SupportedIdentityProviders: s.SupportedIdentityProviders,
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, *c); diff != "" {
			t.Errorf("changed (-before +after):\n%s", diff)
		}
	})
	t.Run("resets", func(t *testing.T) {
		c := full(t)
		if err := c.Update(p, testAround, later, &cognitoidp.UpdateUserPoolClientRequest{}); err != nil {
			t.Fatal(err)
		}
		want := newClient(t, p, testSecret, &cognitoidp.CreateUserPoolClientRequest{EnableTokenRevocation: new(false)})
		want.Modified = later
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("client (-want +got):\n%s", diff)
		}
	})
	t.Run("refusal leaves the client", func(t *testing.T) {
		c := full(t)
		before := *c
		refused(t, c.Update(p, testAround, later, &cognitoidp.UpdateUserPoolClientRequest{ClientName: new("x"), RefreshTokenValidity: new(int32(9999))}),
			cognitoidp.InvalidParameterException, "Invalid range for token validity.")
		if diff := cmp.Diff(before, *c); diff != "" {
			t.Errorf("changed (-before +after):\n%s", diff)
		}
	})
}

func TestClientSecrets(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	c := newClient(t, p, testSecret, &cognitoidp.CreateUserPoolClientRequest{})
	first := c.Secrets[0].ID
	if first != "26cb2c60kq7nbmas7rbme9b6pp--1726747200" {
		t.Errorf("id %q", first)
	}
	refused(t, c.DeleteSecret(first), cognitoidp.InvalidParameterException, "The last client secret of a client cannot be deleted.")
	second, err := c.AddSecret("second", testTime) // in the same second
	if err != nil || second.ID != "26cb2c60kq7nbmas7rbme9b6pp--1726747201" {
		t.Fatalf("got %+v, %v", second, err)
	}
	_, err = c.AddSecret("third", testTime)
	refused(t, err, cognitoidp.LimitExceededException, "Client secrets cannot exceed limit of 2 secrets.")
	refused(t, c.DeleteSecret("none"), cognitoidp.ResourceNotFoundException, "Client secret none does not exist.")
	if err := c.DeleteSecret(first); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]ClientSecret{second}, c.Secrets); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}

	public := newClient(t, p, "", &cognitoidp.CreateUserPoolClientRequest{})
	_, err = public.AddSecret("x", testTime)
	refused(t, err, cognitoidp.InvalidParameterException, "Client 26cb2c60kq7nbmas7rbme9b6pp does not have a client secret.")
	c.Settings.ClientType = "DCR"
	_, err = c.AddSecret("x", testTime)
	refused(t, err, cognitoidp.InvalidParameterException,
		"Client 26cb2c60kq7nbmas7rbme9b6pp was created through dynamic client registration and does not support client secret operations.")
}

func TestAllows(t *testing.T) {
	type flows = []cognitoidp.ExplicitAuthFlowsType
	all := []cognitoidp.AuthFlowType{"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH", "ADMIN_NO_SRP_AUTH",
		"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_AUTH"}
	tests := []struct {
		name          string
		flows         flows
		rotation      bool
		public, admin []cognitoidp.AuthFlowType
	}{
		{"absent", nil, false,
			[]cognitoidp.AuthFlowType{"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"},
			[]cognitoidp.AuthFlowType{"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"}},
		{"SRP", flows{"ALLOW_USER_SRP_AUTH"}, false, []cognitoidp.AuthFlowType{"USER_SRP_AUTH"}, []cognitoidp.AuthFlowType{"USER_SRP_AUTH"}},
		{"password", flows{"ALLOW_USER_PASSWORD_AUTH"}, false, []cognitoidp.AuthFlowType{"USER_PASSWORD_AUTH"}, nil},
		{"admin password", flows{"ALLOW_ADMIN_USER_PASSWORD_AUTH"}, false, nil, []cognitoidp.AuthFlowType{"ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"}},
		{"custom", flows{"ALLOW_CUSTOM_AUTH"}, false, []cognitoidp.AuthFlowType{"CUSTOM_AUTH"}, []cognitoidp.AuthFlowType{"CUSTOM_AUTH"}},
		{"choice", flows{"ALLOW_USER_AUTH"}, false, []cognitoidp.AuthFlowType{"USER_AUTH"}, []cognitoidp.AuthFlowType{"USER_AUTH"}},
		{"machine", flows{"ALLOW_CLIENT_TOKEN_AUTH"}, false, nil, nil},
		{"refresh", flows{"ALLOW_REFRESH_TOKEN_AUTH"}, false,
			[]cognitoidp.AuthFlowType{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}, []cognitoidp.AuthFlowType{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}},
		{"absent with rotation", nil, true,
			[]cognitoidp.AuthFlowType{"USER_SRP_AUTH", "CUSTOM_AUTH"}, []cognitoidp.AuthFlowType{"USER_SRP_AUTH", "CUSTOM_AUTH"}},
		{"legacy admin", flows{"ADMIN_NO_SRP_AUTH"}, false,
			[]cognitoidp.AuthFlowType{"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"},
			[]cognitoidp.AuthFlowType{"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH", "ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"}},
		{"legacy password", flows{"USER_PASSWORD_AUTH"}, false,
			[]cognitoidp.AuthFlowType{"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH", "USER_PASSWORD_AUTH"},
			[]cognitoidp.AuthFlowType{"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"}},
		{"legacy custom only", flows{"CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}, false,
			[]cognitoidp.AuthFlowType{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"},
			[]cognitoidp.AuthFlowType{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &Client{Settings: cognitoidp.UserPoolClientType{ExplicitAuthFlows: test.flows}}
			if test.rotation {
				c.Settings.RefreshTokenRotation = &cognitoidp.RefreshTokenRotationType{Feature: "ENABLED"}
			}
			for _, flow := range all {
				if got, want := c.Allows(flow, false), slices.Contains(test.public, flow); got != want {
					t.Errorf("%s: got %v", flow, got)
				}
				if got, want := c.Allows(flow, true), slices.Contains(test.admin, flow); got != want {
					t.Errorf("%s by an administrator: got %v", flow, got)
				}
			}
		})
	}
}

func TestAttributeAccess(t *testing.T) {
	tests := []struct {
		attribute   string
		read, write bool // without lists
		readListed  bool
	}{
		{attribute: "sub", read: true, readListed: true},
		{attribute: "email", read: true, write: true, readListed: true},
		{attribute: "name", read: true, write: true},
		{attribute: "email_verified", read: true},
		{attribute: "phone_number_verified", read: true},
		{attribute: "identities", read: true},
		{attribute: "custom:team", readListed: true},
		{attribute: "dev:custom:note", readListed: true},
	}
	open := &Client{}
	listed := &Client{Settings: cognitoidp.UserPoolClientType{
		ReadAttributes:  []string{"email", "custom:team", "dev:custom:note"},
		WriteAttributes: []string{"custom:team", "dev:custom:note", "email_verified"},
	}}
	for _, test := range tests {
		if got := open.CanRead(test.attribute); got != test.read {
			t.Errorf("CanRead(%q) = %v", test.attribute, got)
		}
		if got := open.CanWrite(test.attribute); got != test.write {
			t.Errorf("CanWrite(%q) = %v", test.attribute, got)
		}
		if got := listed.CanRead(test.attribute); got != test.readListed {
			t.Errorf("with a list: CanRead(%q) = %v", test.attribute, got)
		}
		if got, want := listed.CanWrite(test.attribute), test.attribute == "custom:team"; got != want {
			t.Errorf("with a list: CanWrite(%q) = %v", test.attribute, got)
		}
	}
}

// Who gets tokens of its own has a secret and no other flow, when it is made and when it is changed.
func TestMachineClient(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	flow := cognitoidp.ExplicitAuthFlowsTypeAllowClientTokenAuth
	c := newClient(t, p, testSecret, &cognitoidp.CreateUserPoolClientRequest{
		ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{flow, flow}, AllowedOAuthScopes: []string{"orders/read"},
	})
	if !c.AllowsClientToken() || len(c.Settings.ExplicitAuthFlows) != 1 {
		t.Errorf("flows %v", c.Settings.ExplicitAuthFlows)
	}
	if newClient(t, p, testSecret, &cognitoidp.CreateUserPoolClientRequest{}).AllowsClientToken() {
		t.Error("a client without flows may get tokens of its own")
	}
	refused(t, c.Update(p, testAround, testTime, &cognitoidp.UpdateUserPoolClientRequest{AllowedOAuthScopes: []string{"orders/none"}}),
		cognitoidp.ScopeDoesNotExistException, "Invalid scope requested: orders/none")
	public := newClient(t, p, "", &cognitoidp.CreateUserPoolClientRequest{})
	refused(t, public.Update(p, testAround, testTime, &cognitoidp.UpdateUserPoolClientRequest{ExplicitAuthFlows: []cognitoidp.ExplicitAuthFlowsType{flow}}),
		cognitoidp.InvalidParameterException, "ALLOW_CLIENT_TOKEN_AUTH cannot be used if client does not have a client secret.")
}

func TestScopeOfRegisteredClient(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	in := &cognitoidp.UpdateUserPoolClientRequest{AllowedOAuthScopes: []string{"openid", "aws.cognito/dcr/register"}}
	c := newClient(t, p, testSecret, &cognitoidp.CreateUserPoolClientRequest{})
	if err := c.Update(p, testAround, testTime, in); err != nil {
		t.Error(err)
	}
	c.Settings.ClientType = cognitoidp.ClientTypeTypeDcr
	refused(t, c.Update(p, testAround, testTime, in), cognitoidp.InvalidParameterException,
		"Client was created through dynamic client registration and cannot have the scope aws.cognito/dcr/register")
}
