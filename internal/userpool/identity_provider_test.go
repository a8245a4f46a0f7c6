package userpool

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/saml"
)

type details = map[string]string

var providerTypes = []cognitoidp.IdentityProviderTypeType{
	cognitoidp.IdentityProviderTypeTypeSaml, cognitoidp.IdentityProviderTypeTypeOidc,
	cognitoidp.IdentityProviderTypeTypeGoogle, cognitoidp.IdentityProviderTypeTypeFacebook,
	cognitoidp.IdentityProviderTypeTypeLoginWithAmazon, cognitoidp.IdentityProviderTypeTypeSignInWithApple,
}

// leastDetails are details that suffice for a provider of a type.
func leastDetails(of cognitoidp.IdentityProviderTypeType) details {
	switch of {
	case cognitoidp.IdentityProviderTypeTypeSaml:
		return details{"MetadataURL": "https://idp.example/metadata"}
	case cognitoidp.IdentityProviderTypeTypeOidc:
		return details{"client_id": "id", "authorize_scopes": "openid email", "oidc_issuer": "https://idp.example", "attributes_request_method": "GET"}
	case cognitoidp.IdentityProviderTypeTypeSignInWithApple:
		return details{"client_id": "id", "private_key": "key", "team_id": "team", "key_id": "kid"}
	default:
		return details{"client_id": "id", "client_secret": "secret", "authorize_scopes": "email"}
	}
}

func with(of details, pairs ...string) details {
	of = maps.Clone(of)
	for i := 0; i < len(pairs); i += 2 {
		of[pairs[i]] = pairs[i+1]
	}
	return of
}

func providerPool(t *testing.T) *Pool {
	t.Helper()
	p, err := NewPool(testPoolID, "111122223333", &cognitoidp.CreateUserPoolRequest{PoolName: "p", Schema: []cognitoidp.SchemaAttributeType{
		{Name: new("team"), AttributeDataType: "String"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func request(of cognitoidp.IdentityProviderTypeType, d details) *cognitoidp.CreateIdentityProviderRequest {
	name := string(of)
	if !isSocial(of) {
		name = "Own" + name
	}
	return &cognitoidp.CreateIdentityProviderRequest{ProviderName: name, ProviderType: of, ProviderDetails: d}
}

// TestProviderDefaults: what each type fills in, and that it stays when an answer is sent back.
func TestProviderDefaults(t *testing.T) {
	p := providerPool(t)
	added := map[cognitoidp.IdentityProviderTypeType]details{
		"SAML": {},
		"OIDC": {"attributes_url_add_attributes": "false"},
		"Google": {
			"attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
			"authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "oidc_issuer": "https://accounts.google.com",
			"token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
		},
		"Facebook": {
			"api_version": "v17.0", "attributes_url": "https://graph.facebook.com/v17.0/me?fields=", "attributes_url_add_attributes": "true",
			"authorize_url": "https://www.facebook.com/v17.0/dialog/oauth", "token_request_method": "GET",
			"token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
		},
		"LoginWithAmazon": {
			"attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
			"authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST", "token_url": "https://api.amazon.com/auth/o2/token",
		},
		"SignInWithApple": {
			"attributes_url_add_attributes": "false", "authorize_scopes": "email name", "authorize_url": "https://appleid.apple.com/auth/authorize",
			"oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
		},
	}
	subjects := map[cognitoidp.IdentityProviderTypeType]details{
		"SAML": {}, "Facebook": {"username": "id"}, "LoginWithAmazon": {"username": "user_id"},
		"OIDC": {"username": "sub"}, "Google": {"username": "sub"}, "SignInWithApple": {"username": "sub"},
	}
	for _, of := range providerTypes {
		least := leastDetails(of)
		ip, err := NewIdentityProvider(p, nil, testTime, request(of, least))
		if err != nil {
			t.Errorf("%s: %v", of, err)
			continue
		}
		want := with(added[of])
		maps.Copy(want, least)
		if diff := cmp.Diff(want, ip.Details); diff != "" {
			t.Errorf("%s: details (-want +got):\n%s", of, diff)
		}
		if diff := cmp.Diff(subjects[of], ip.AttributeMapping); diff != "" {
			t.Errorf("%s: mapping (-want +got):\n%s", of, diff)
		}
		delete(want, "private_key")
		if diff := cmp.Diff(want, ip.ShownDetails()); diff != "" {
			t.Errorf("%s: shown details (-want +got):\n%s", of, diff)
		}
		before := *ip
		err = ip.Update(p, nil, testTime, &cognitoidp.UpdateIdentityProviderRequest{
			ProviderDetails: ip.ShownDetails(), AttributeMapping: ip.AttributeMapping, IdpIdentifiers: ip.Identifiers,
		})
		if err != nil {
			t.Errorf("%s: sent back: %v", of, err)
		}
		if diff := cmp.Diff(before.Details, ip.Details); diff != "" {
			t.Errorf("%s: sent back (-before +after):\n%s", of, diff)
		}
	}
}

func TestProviderDetailRefusals(t *testing.T) {
	const (
		saml, oidc, google, facebook, amazon, apple = "SAML", "OIDC", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple"
		oneOf                                       = "1 validation error detected: Value at 'providerDetails."
		social                                      = "clientId, clientSecret and authorizeScopes are all required idp details."
	)
	p := providerPool(t)
	for _, c := range []struct {
		of      cognitoidp.IdentityProviderTypeType
		details []string // pairs to change; "" removes
		want    string
	}{
		{oidc, []string{"client_id", ""}, "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details."},
		{oidc, []string{"attributes_request_method", ""}, "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details."},
		{oidc, []string{"attributes_request_method", "PUT"}, oneOf + "attributes_request_method' failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]"},
		{oidc, []string{"authorize_scopes", "email openid2"}, "Provider detail authorize_scopes must contain the scope openid."},
		{oidc, []string{"oidc_issuer", "https://idp.example/"}, "Provider detail oidc_issuer must not end with a slash."},
		{oidc, []string{"oidc_issuer", "https://idp.example/a?b"}, "Provider detail oidc_issuer must not have a query."},
		{oidc, []string{"oidc_issuer", "idp.example"}, "Provider detail oidc_issuer must be an absolute HTTPS URL."},
		{oidc, []string{"oidc_issuer", "http://idp.example"}, "Provider detail oidc_issuer must use HTTPS."},
		{oidc, []string{"oidc_issuer", "http://localhost.example"}, "Provider detail oidc_issuer must use HTTPS."},
		{oidc, []string{"oidc_issuer", "http://127.0.0.1:8080/realms/a"}, ""},
		{oidc, []string{"oidc_issuer", "http://[::1]:8080"}, ""},
		{oidc, []string{"oidc_issuer", "http://idp.localhost"}, ""},
		{oidc, []string{"oidc_issuer", "https://idp.example:8443/realms/a"}, ""},
		{oidc, []string{"token_url", "https://ana:secret@idp.example"}, "Provider detail token_url must not contain a user name or password."},
		{oidc, []string{"jwks_uri", "https://idp.example/#k"}, "Provider detail jwks_uri must not have a fragment."},
		{oidc, []string{"attributes_url", "ftp://idp.example"}, "Provider detail attributes_url must be an absolute HTTPS URL."},
		{oidc, []string{"authorize_url", "javascript:alert(1)"}, "Provider detail authorize_url must be an absolute HTTPS URL."},
		{oidc, []string{"attributes_url_add_attributes", "yes"}, oneOf + "attributes_url_add_attributes' failed to satisfy constraint: Member must satisfy enum value set: [true, false]"},
		{oidc, []string{"team_id", "x"}, "Provider detail team_id is not supported for providers of type OIDC."},
		{oidc, []string{"MetadataURL", "https://idp.example"}, "Provider detail MetadataURL is not supported for providers of type OIDC."},
		{google, []string{"client_secret", ""}, social},
		{google, []string{"authorize_scopes", ""}, social},
		{google, []string{"token_request_method", "post"}, oneOf + "token_request_method' failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]"},
		{google, []string{"token_url", "http://localhost:9999/token"}, ""},
		{google, []string{"api_version", "v1.0"}, "Provider detail api_version is not supported for providers of type Google."},
		{facebook, []string{"client_id", ""}, social},
		{facebook, []string{"api_version", "v17.0/../evil"}, "Provider detail api_version must be of the form v17.0."},
		{amazon, []string{"client_id", ""}, social},
		{apple, []string{"private_key", ""}, "clientId, privateKey, teamId, and keyId are all required idp details."},
		{apple, []string{"team_id", ""}, "clientId, privateKey, teamId, and keyId are all required idp details."},
		{saml, []string{"MetadataURL", ""}, "At least one of the MetadataURL or MetadataFile should be provided."},
		{saml, []string{"MetadataFile", "<x/>"}, "Only one of the MetadataURL or MetadataFile should be provided."},
		{saml, []string{"MetadataURL", "", "MetadataFile", "<x/>"}, "Error parsing MetadataFile: there is no IDPSSODescriptor of SAML 2.0 in it."},
		{saml, []string{"MetadataURL", "file:///etc/passwd"}, "Provider detail MetadataURL must be an absolute HTTPS URL."},
		{saml, []string{"MetadataURL", "http://idp.example/m"}, ""},
		{saml, []string{"IDPInit", "maybe"}, oneOf + "IDPInit' failed to satisfy constraint: Member must satisfy enum value set: [true, false]"},
		{saml, []string{"RequestSigningAlgorithm", "rsa-sha1"}, oneOf + "RequestSigningAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [rsa-sha256]"},
		{saml, []string{"client_id", "x"}, "Provider detail client_id is not supported for providers of type SAML."},
	} {
		d := with(leastDetails(c.of), c.details...)
		maps.DeleteFunc(d, func(_, v string) bool { return v == "" })
		_, err := NewIdentityProvider(p, nil, testTime, request(c.of, d))
		if c.want == "" {
			if err != nil {
				t.Errorf("%s %q: %v", c.of, c.details, err)
			}
			continue
		}
		refused(t, err, cognitoidp.InvalidParameterException, c.want)
	}
}

func TestProviderNames(t *testing.T) {
	p := providerPool(t)
	for _, c := range []struct {
		name string
		of   cognitoidp.IdentityProviderTypeType
		ok   bool
	}{
		{"Google", "Google", true}, {"SignInWithApple", "SignInWithApple", true}, {"Okta", "OIDC", true}, {"Okta", "SAML", true},
		{"Google", "OIDC", false}, {"MyGoogle", "Google", false}, {"Google", "Facebook", false}, {"LoginWithAmazon", "SAML", false},
		{"COGNITO", "SAML", false}, {"Cognito", "OIDC", false}, {"cognito", "OIDC", false}, {"Cognito2", "OIDC", true},
		{"OIDC", "OIDC", true}, {"SAML", "OIDC", true},
	} {
		in := request(c.of, leastDetails(c.of))
		in.ProviderName = c.name
		_, err := NewIdentityProvider(p, nil, testTime, in)
		if c.ok && err != nil {
			t.Errorf("%s of type %s: %v", c.name, c.of, err)
		} else if !c.ok {
			refused(t, err, cognitoidp.InvalidParameterException, "Provider "+c.name+" cannot be of type "+string(c.of)+".")
		}
	}
}

func TestProviderMappings(t *testing.T) {
	p := providerPool(t)
	levels := func(pairs ...string) map[string]string { return with(details{}, pairs...) }
	for _, c := range []struct {
		name    string
		of      cognitoidp.IdentityProviderTypeType
		mapping map[string]string
		acr     map[string]string
		want    string
	}{
		{"all kinds of attributes", "OIDC", levels("email", "mail", "email_verified", "v", "custom:team", "groups", "username", "sub"), nil, ""},
		{"the username from elsewhere", "OIDC", levels("username", "email"), nil, ""},
		{"unknown", "OIDC", levels("custom:none", "x"), nil, `AttributeMapping: the user pool has no attribute "custom:none" that a provider can fill.`},
		{"sub", "OIDC", levels("sub", "sub"), nil, `AttributeMapping: the user pool has no attribute "sub" that a provider can fill.`},
		{"identities", "SAML", levels("identities", "x"), nil, `AttributeMapping: the user pool has no attribute "identities" that a provider can fill.`},
		{"no claim", "SAML", levels("email", ""), nil, "AttributeMapping: the attribute email is not mapped to a claim of the provider."},
		{"levels", "OIDC", nil, levels("Level1", "urn:a", "Level4", "urn:a"), ""},
		{"levels of SAML", "SAML", nil, levels("Level1", "urn:a"), "AcrMapping is not supported for providers of type SAML."},
		{"levels of Google", "Google", nil, levels("Level1", "urn:a"), "AcrMapping is not supported for providers of type Google."},
		{"no levels of SAML", "SAML", nil, levels(), ""},
		{"empty level", "OIDC", nil, levels("Level2", ""), "AcrMapping: the value of Level2 must be one ACR value without spaces."},
		{"level of two values", "OIDC", nil, levels("Level2", "a b"), "AcrMapping: the value of Level2 must be one ACR value without spaces."},
	} {
		in := request(c.of, leastDetails(c.of))
		in.AttributeMapping, in.AcrMapping = c.mapping, c.acr
		if _, err := NewIdentityProvider(p, nil, testTime, in); c.want != "" {
			refused(t, err, cognitoidp.InvalidParameterException, c.want)
		} else if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestProviderUpdate: each member alone, what is left out stays, and a refusal changes nothing.
func TestProviderUpdate(t *testing.T) {
	p := providerPool(t)
	later := testTime.Add(time.Hour)
	in := request("OIDC", with(leastDetails("OIDC"), "client_secret", "s", "token_url", "https://idp.example/t"))
	in.AttributeMapping, in.IdpIdentifiers, in.AcrMapping = details{"email": "mail"}, []string{"a", "b", "a"}, details{"Level1": "x"}
	ip, err := NewIdentityProvider(p, nil, testTime, in)
	if err != nil {
		t.Fatal(err)
	}
	want := *ip
	want.Modified = later
	check := func(what string, change cognitoidp.UpdateIdentityProviderRequest) {
		t.Helper()
		if err := ip.Update(p, nil, later, &change); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, *ip, cmp.Transformer("plain", plainProvider)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if diff := cmp.Diff([]string{"a", "b"}, ip.Identifiers); diff != "" {
		t.Errorf("identifiers (-want +got):\n%s", diff)
	}
	check("nothing", cognitoidp.UpdateIdentityProviderRequest{})
	want.Identifiers = []string{"c"}
	check("identifiers", cognitoidp.UpdateIdentityProviderRequest{IdpIdentifiers: []string{"c"}})
	want.Identifiers = nil
	check("identifiers away", cognitoidp.UpdateIdentityProviderRequest{IdpIdentifiers: []string{}})
	want.AttributeMapping = details{"username": "sub"}
	check("mapping away", cognitoidp.UpdateIdentityProviderRequest{AttributeMapping: details{}})
	want.AcrMapping = nil
	check("levels away", cognitoidp.UpdateIdentityProviderRequest{AcrMapping: details{}})
	want.Details = with(leastDetails("OIDC"), "attributes_url_add_attributes", "false")
	check("details", cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: leastDetails("OIDC")})
	err = ip.Update(p, nil, later, &cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: details{}, IdpIdentifiers: []string{"d"}})
	refused(t, err, cognitoidp.InvalidParameterException, "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.")
	check("nothing after a refusal", cognitoidp.UpdateIdentityProviderRequest{})
}

func plainProvider(ip IdentityProvider) map[string]any {
	return map[string]any{"details": ip.Details, "mapping": ip.AttributeMapping, "identifiers": ip.Identifiers, "acr": ip.AcrMapping,
		"name": ip.Name, "type": ip.Type, "created": ip.Created, "modified": ip.Modified, "entity": ip.EntityID, "encrypts": ip.Encryption != nil}
}

// TestFacebookVersion: addresses follow the version, but those of a stand-in stay.
func TestFacebookVersion(t *testing.T) {
	p := providerPool(t)
	ip, err := NewIdentityProvider(p, nil, testTime, request("Facebook", with(leastDetails("Facebook"), "api_version", "v19.0", "token_url", "https://stub.example/t")))
	if err != nil {
		t.Fatal(err)
	}
	err = ip.Update(p, nil, testTime, &cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: with(ip.ShownDetails(), "api_version", "v21.0")})
	if err != nil {
		t.Fatal(err)
	}
	if got := ip.Details["attributes_url"] + " " + ip.Details["authorize_url"] + " " + ip.Details["token_url"] + " " + ip.Details["api_version"]; got !=
		"https://graph.facebook.com/v21.0/me?fields= https://www.facebook.com/v21.0/dialog/oauth https://stub.example/t v21.0" {
		t.Errorf("got %s", got)
	}
}

func TestAppleKeyStays(t *testing.T) {
	p := providerPool(t)
	ip, err := NewIdentityProvider(p, nil, testTime, request("SignInWithApple", leastDetails("SignInWithApple")))
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"": "key", "new": "new"} {
		next := *ip
		d := ip.ShownDetails()
		if given != "" {
			d["private_key"] = given
		}
		if err := next.Update(p, nil, testTime, &cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: d}); err != nil {
			t.Fatal(err)
		}
		if got := next.Details["private_key"]; got != want {
			t.Errorf("with %q: %q, want %q", given, got, want)
		}
	}
}

func TestSAMLDetails(t *testing.T) {
	p := providerPool(t)
	key := &saml.KeyPair{Certificate: []byte("certificate"), PrivateKey: []byte("private")}
	ip, err := NewIdentityProvider(p, key, testTime, request("SAML", details{
		"MetadataURL": "https://idp.example/m", "EncryptedResponses": "True", "IDPInit": "true", "IDPSignout": "FALSE",
		"RequestSigningAlgorithm": "rsa-sha256", "ActiveEncryptionCertificate": "mine", "SSORedirectBindingURI": "https://evil.example",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := details{
		"MetadataURL": "https://idp.example/m", "EncryptedResponses": "true", "IDPInit": "true", "IDPSignout": "false",
		"RequestSigningAlgorithm": "rsa-sha256", "ActiveEncryptionCertificate": "Y2VydGlmaWNhdGU=",
	}
	if diff := cmp.Diff(want, ip.ShownDetails()); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if !ip.IdPInitiated() {
		t.Error("not IdP-initiated")
	}
	// What was read from the document stays while the address does, whatever a caller claims of it.
	ip.Details["SSORedirectBindingURI"], ip.EntityID = "https://idp.example/sso", "entity"
	back := with(ip.ShownDetails(), "SSORedirectBindingURI", "https://evil.example")
	if err := ip.Update(p, nil, testTime, &cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: back}); err != nil {
		t.Fatal(err)
	}
	if got := ip.ShownDetails(); got["SSORedirectBindingURI"] != "https://idp.example/sso" || ip.EntityID != "entity" || got["ActiveEncryptionCertificate"] == "" {
		t.Errorf("got %v of %s", got, ip.EntityID)
	}
	other := with(ip.ShownDetails(), "MetadataURL", "https://other.example/m")
	delete(other, "EncryptedResponses")
	if err := ip.Update(p, nil, testTime, &cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: other}); err != nil {
		t.Fatal(err)
	}
	if got := ip.ShownDetails(); got["SSORedirectBindingURI"] != "" || ip.EntityID != "" || got["ActiveEncryptionCertificate"] != "" || ip.Encryption == nil {
		t.Errorf("got %v of %s", got, ip.EntityID)
	}
}

func TestIdentitiesAttribute(t *testing.T) {
	u := &User{}
	if got := u.IdentitiesAttribute(); got != "" {
		t.Errorf("without identities: %s", got)
	}
	u.Identities = []Identity{
		{Provider: "Google", Type: "Google", Attribute: SubjectAttribute, Value: `1"2`, Primary: true, Created: time.UnixMilli(1701125599632)},
		{Provider: "Okta", Type: "SAML", Attribute: "email", Value: "a@b.example", Issuer: "urn:idp", Created: time.UnixMilli(1701125599633)},
	}
	want := strings.Join([]string{
		`[{"userId":"1\"2","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":1701125599632}`,
		`{"userId":"a@b.example","providerName":"Okta","providerType":"SAML","issuer":"urn:idp","primary":false,"dateCreated":1701125599633}]`,
	}, ",")
	if got := u.IdentitiesAttribute(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
