package api

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/saml"
	"ostiary/internal/store"
)

// metadataFile is the metadata of a SAML provider, whose certificate was made at a time.
func metadataFile(t *testing.T, made time.Time) string {
	t.Helper()
	pair, err := saml.NewKeyPair(rand.Reader, "idp", made)
	if err != nil {
		t.Fatal(err)
	}
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:idp"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + base64.StdEncoding.EncodeToString(pair.Certificate) + `</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
		`<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo"/>` +
		`<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>`
}

var oidcDetails = map[string]string{
	"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid email",
	"oidc_issuer": "https://idp.example", "attributes_request_method": "GET",
}

var samlDetails = map[string]string{"MetadataURL": "https://idp.example/metadata"}

func (st *stage) createProvider(name string, of cognitoidp.IdentityProviderTypeType, details map[string]string, identifiers ...string) error {
	_, err := st.CreateIdentityProvider(st.ctx, &cognitoidp.CreateIdentityProviderRequest{
		UserPoolId: st.poolID, ProviderName: name, ProviderType: of, ProviderDetails: details, IdpIdentifiers: identifiers,
		AttributeMapping: map[string]string{"email": "email"},
	})
	return err
}

func (st *stage) describeProvider(name string) *cognitoidp.IdentityProviderType {
	st.t.Helper()
	out, err := st.DescribeIdentityProvider(st.ctx, &cognitoidp.DescribeIdentityProviderRequest{UserPoolId: st.poolID, ProviderName: name})
	if err != nil {
		st.t.Fatal(err)
	}
	return out.IdentityProvider
}

// TestIdentityProviderWire: what the operations answer, byte for byte.
func TestIdentityProviderWire(t *testing.T) {
	st := newStage(t, nil, nil)
	st.now = time.UnixMilli(1726784814598)
	const dates = `"LastModifiedDate":1726784814.598,"CreationDate":1726784814.598`
	details := `"ProviderDetails":{"attributes_request_method":"GET","attributes_url_add_attributes":"false","authorize_scopes":"openid","client_id":"id","client_secret":"s","oidc_issuer":"https://idp.example"}`
	sent := strings.Replace(details, `"attributes_url_add_attributes":"false",`, "", 1)
	okta := `{"IdentityProvider":{"UserPoolId":"ID","ProviderName":"Okta","ProviderType":"OIDC",` + details +
		`,"AttributeMapping":{"email":"mail","username":"sub"},"IdpIdentifiers":["okta.example"],"AcrMapping":{"Level1":"urn:a"},` + dates + `}}`
	for _, step := range []struct{ operation, body, want string }{
		{"ListIdentityProviders", `{"UserPoolId":"ID"}`, `{"Providers":[]}`},
		{"CreateIdentityProvider", `{"UserPoolId":"ID","ProviderName":"Okta","ProviderType":"OIDC",` + sent +
			`,"AttributeMapping":{"email":"mail"},"IdpIdentifiers":["okta.example"],"AcrMapping":{"Level1":"urn:a"}}`, okta},
		{"DescribeIdentityProvider", `{"UserPoolId":"ID","ProviderName":"Okta"}`, okta},
		{"GetIdentityProviderByIdentifier", `{"UserPoolId":"ID","IdpIdentifier":"okta.example"}`, okta},
		{"ListIdentityProviders", `{"UserPoolId":"ID","MaxResults":0}`,
			`{"Providers":[{"ProviderName":"Okta","ProviderType":"OIDC",` + dates + `}]}`},
		{"UpdateIdentityProvider", `{"UserPoolId":"ID","ProviderName":"Okta","IdpIdentifiers":[],"AcrMapping":{}}`,
			`{"IdentityProvider":{"UserPoolId":"ID","ProviderName":"Okta","ProviderType":"OIDC",` + details +
				`,"AttributeMapping":{"email":"mail","username":"sub"},"IdpIdentifiers":[],` + dates + `}}`},
		{"DeleteIdentityProvider", `{"UserPoolId":"ID","ProviderName":"Okta"}`, ``},
		{"CreateIdentityProvider", `{"UserPoolId":"ID","ProviderName":"Corp","ProviderType":"SAML","ProviderDetails":{"MetadataURL":"https://idp.example/m"}}`,
			`{"IdentityProvider":{"UserPoolId":"ID","ProviderName":"Corp","ProviderType":"SAML","ProviderDetails":{"MetadataURL":"https://idp.example/m"},"AttributeMapping":{},"IdpIdentifiers":[],` + dates + `}}`},
	} {
		got := call(t, st.Service, step.operation, strings.ReplaceAll(step.body, `"ID"`, `"`+st.poolID+`"`))
		if want := strings.ReplaceAll(step.want, `"ID"`, `"`+st.poolID+`"`); got != want {
			t.Errorf("%s %s\ngot  %s\nwant %s", step.operation, step.body, got, want)
		}
	}
	st.confirmed("ana")
	for _, operation := range []string{"AdminLinkProviderForUser", "AdminDisableProviderForUser"} {
		body := `{"UserPoolId":"ID","DestinationUser":{"ProviderName":"Cognito","ProviderAttributeValue":"ana"},` +
			`"SourceUser":{"ProviderName":"Corp","ProviderAttributeName":"Cognito_Subject","ProviderAttributeValue":"1"},` +
			`"User":{"ProviderName":"Corp","ProviderAttributeName":"Cognito_Subject","ProviderAttributeValue":"1"}}`
		if got := call(t, st.Service, operation, strings.ReplaceAll(body, `"ID"`, `"`+st.poolID+`"`)); got != "{}" {
			t.Errorf("%s answers %s", operation, got)
		}
	}
}

func TestCreateIdentityProviderRefusals(t *testing.T) {
	st := newStage(t, nil, nil)
	st.MaxProviders = 2
	const gone = "us-west-2_gone"
	_, err := st.CreateIdentityProvider(st.ctx, &cognitoidp.CreateIdentityProviderRequest{UserPoolId: gone, ProviderName: "Okta", ProviderType: "OIDC", ProviderDetails: oidcDetails})
	want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")
	_, err = st.CreateIdentityProvider(st.ctx, &cognitoidp.CreateIdentityProviderRequest{UserPoolId: gone, ProviderName: "Corp", ProviderType: "SAML",
		ProviderDetails: map[string]string{"MetadataURL": "https://idp.example", "EncryptedResponses": "true"}})
	want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")
	want(t, st.createProvider("Google", "OIDC", oidcDetails), "InvalidParameter: Provider Google cannot be of type OIDC.")
	want(t, st.createProvider("Okta", "OIDC", samlDetails), "InvalidParameter: Provider detail MetadataURL is not supported for providers of type OIDC.")
	want(t, st.createProvider("Corp", "SAML", map[string]string{"MetadataFile": metadataFile(t, st.now.AddDate(-11, 0, 0))}),
		"InvalidParameter: Error parsing MetadataFile: the signing certificate has expired.")
	want(t, st.createProvider("Okta", "OIDC", oidcDetails, "a", "b"), "")
	want(t, st.createProvider("Okta", "OIDC", oidcDetails), "DuplicateProvider: A provider with the name Okta already exists in the user pool.")
	want(t, st.createProvider("OKTA", "SAML", samlDetails), "DuplicateProvider: A provider with the name OKTA already exists in the user pool.")
	want(t, st.createProvider("Corp", "SAML", samlDetails, "c", "b"), "InvalidParameter: The identifier b already belongs to an identity provider of the user pool.")
	want(t, st.createProvider("Corp", "SAML", samlDetails, "c"), "")
	want(t, st.createProvider("Third", "SAML", samlDetails), "LimitExceeded: The user pool already has 2 identity providers, the most it may have.")

	update := func(name string, in *cognitoidp.UpdateIdentityProviderRequest) error {
		in.UserPoolId, in.ProviderName = st.poolID, name
		_, err := st.UpdateIdentityProvider(st.ctx, in)
		return err
	}
	want(t, update("Corp", &cognitoidp.UpdateIdentityProviderRequest{IdpIdentifiers: []string{"a"}}), "InvalidParameter: The identifier a already belongs to an identity provider of the user pool.")
	want(t, update("Corp", &cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: oidcDetails}), "InvalidParameter: Provider detail attributes_request_method is not supported for providers of type SAML.")
	want(t, update("Corp", &cognitoidp.UpdateIdentityProviderRequest{AcrMapping: map[string]string{"Level1": "x"}}), "InvalidParameter: AcrMapping is not supported for providers of type SAML.")
	want(t, update("None", &cognitoidp.UpdateIdentityProviderRequest{}), "ResourceNotFound: Identity provider None does not exist.")
	want(t, update("None", &cognitoidp.UpdateIdentityProviderRequest{ProviderDetails: map[string]string{"EncryptedResponses": "true"}}),
		"ResourceNotFound: Identity provider None does not exist.")
	want(t, update("Corp", &cognitoidp.UpdateIdentityProviderRequest{IdpIdentifiers: []string{"c", "d"}}), "")
}

// TestIdentityProviderNotFound: every operation that names one, with a pool or a provider that is not there.
func TestIdentityProviderNotFound(t *testing.T) {
	st := newStage(t, nil, nil)
	for operation, member := range map[string]string{
		"DescribeIdentityProvider": `"ProviderName":"None"`, "UpdateIdentityProvider": `"ProviderName":"None"`,
		"DeleteIdentityProvider": `"ProviderName":"None"`, "GetIdentityProviderByIdentifier": `"IdpIdentifier":"none"`,
		"ListIdentityProviders": `"NextToken":"none"`,
	} {
		for poolID, text := range map[string]string{"us-west-2_gone": "ResourceNotFound: User pool us-west-2_gone does not exist.", st.poolID: "ResourceNotFound: Identity provider None does not exist."} {
			switch {
			case poolID != st.poolID:
			case operation == "GetIdentityProviderByIdentifier":
				text = "ResourceNotFound: Identity provider with identifier none does not exist."
			case operation == "ListIdentityProviders":
				text = "InvalidParameter: Invalid pagination token given"
			}
			_, err := cognitoidp.Invoke(st.ctx, st.Service, operation, []byte(`{"UserPoolId":"`+poolID+`",`+member+`}`))
			want(t, err, text)
		}
	}
}

// TestProviderFaults: a fault of the database is none of the caller's.
func TestProviderFaults(t *testing.T) {
	st := newStage(t, nil, nil)
	broken := errors.New("no entropy")
	st.Rand = iotest.ErrReader(broken)
	err := st.createProvider("Corp", "SAML", map[string]string{"MetadataURL": "https://idp.example", "EncryptedResponses": "true"})
	var refusal *cognitoidp.Error
	if err == nil || errors.As(err, &refusal) {
		t.Errorf("without randomness: %v", err)
	}
}

func TestListIdentityProviders(t *testing.T) {
	st := newStage(t, nil, nil)
	for i := range 61 {
		want(t, st.createProvider(fmt.Sprintf("Provider%02d", i), "SAML", samlDetails), "")
	}
	for limit, pages := range map[int32]string{0: "50 11", 60: "50 11", 25: "25 25 11", 30: "30 30 1"} {
		in := &cognitoidp.ListIdentityProvidersRequest{UserPoolId: st.poolID, MaxResults: &limit}
		var sizes []string
		next := 0
		for {
			out, err := st.ListIdentityProviders(st.ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, strconv.Itoa(len(out.Providers)))
			for _, p := range out.Providers {
				if *p.ProviderName != fmt.Sprintf("Provider%02d", next) {
					t.Fatalf("%s in place %d", *p.ProviderName, next)
				}
				next++
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				break
			}
		}
		if got := strings.Join(sizes, " "); got != pages {
			t.Errorf("MaxResults %d: pages of %s, want %s", limit, got, pages)
		}
	}
}

// TestSAMLProvider: metadata are read from a file, and an encryption key is made once.
func TestSAMLProvider(t *testing.T) {
	st := newStage(t, nil, nil)
	file := metadataFile(t, st.now)
	want(t, st.createProvider("Corp", "SAML", map[string]string{"MetadataFile": file}), "")
	plain := map[string]string{"MetadataFile": file, "SSORedirectBindingURI": "https://idp.example/sso", "SLORedirectBindingURI": "https://idp.example/slo"}
	if diff := cmp.Diff(plain, st.describeProvider("Corp").ProviderDetails); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	certificate := ""
	for range 2 {
		out, err := st.UpdateIdentityProvider(st.ctx, &cognitoidp.UpdateIdentityProviderRequest{UserPoolId: st.poolID, ProviderName: "Corp",
			ProviderDetails: map[string]string{"MetadataFile": file, "EncryptedResponses": "true"}})
		if err != nil {
			t.Fatal(err)
		}
		text := out.IdentityProvider.ProviderDetails["ActiveEncryptionCertificate"]
		if certificate != "" && text != certificate {
			t.Error("another certificate after a second update")
		}
		certificate = text
	}
	der, err := base64.StdEncoding.DecodeString(certificate)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := x509.ParseCertificate(der); err != nil || !c.NotAfter.Equal(st.now.AddDate(10, 0, 0)) {
		t.Errorf("certificate: %v", err)
	}
	if got := st.describeProvider("Corp").ProviderDetails["ActiveEncryptionCertificate"]; got != certificate {
		t.Error("DescribeIdentityProvider answers another certificate")
	}
}

// TestAppleKeyIsNotShown: no answer has it.
func TestAppleKeyIsNotShown(t *testing.T) {
	st := newStage(t, nil, nil)
	named := `{"UserPoolId":"` + st.poolID + `","ProviderName":"SignInWithApple"`
	for _, step := range []struct{ operation, body string }{
		{"CreateIdentityProvider", named + `,"ProviderType":"SignInWithApple","IdpIdentifiers":["a"],` +
			`"ProviderDetails":{"client_id":"c","team_id":"t","key_id":"k","private_key":"TOP-SECRET"}}`},
		{"DescribeIdentityProvider", named + `}`},
		{"UpdateIdentityProvider", named + `,"ProviderDetails":{"client_id":"c2","team_id":"t","key_id":"k"}}`},
		{"GetIdentityProviderByIdentifier", `{"UserPoolId":"` + st.poolID + `","IdpIdentifier":"a"}`},
	} {
		if answer := call(t, st.Service, step.operation, step.body); strings.Contains(answer, "TOP-SECRET") || !strings.Contains(answer, `"team_id":"t"`) {
			t.Errorf("%s: %s", step.operation, answer)
		}
	}
	err := st.Store.View(st.ctx, func(r store.Reader) error {
		ip, err := r.IdentityProvider(st.ctx, st.poolID, "SignInWithApple")
		if err == nil && (ip.Details["private_key"] != "TOP-SECRET" || ip.Details["client_id"] != "c2") {
			t.Error("the key or the change is not kept")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestProviderGroup: a provider brings a group for its users, which stays when the provider goes.
func TestProviderGroup(t *testing.T) {
	st := newStage(t, nil, nil)
	name := st.poolID + "_Corp"
	group := func() (*cognitoidp.GroupType, error) {
		out, err := st.GetGroup(st.ctx, &cognitoidp.GetGroupRequest{UserPoolId: st.poolID, GroupName: name})
		if err != nil {
			return nil, err
		}
		return out.Group, nil
	}
	want(t, st.createProvider("Corp", "SAML", map[string]string{}), "InvalidParameter: At least one of the MetadataURL or MetadataFile should be provided.")
	_, err := group()
	want(t, err, "ResourceNotFound: Group not found.")
	want(t, st.createProvider("Corp", "SAML", samlDetails), "")
	g, err := group()
	if err != nil || *g.Description != "Autogenerated group for users who sign in using Corp" {
		t.Fatalf("%v, %v", g, err)
	}
	_, err = st.UpdateGroup(st.ctx, &cognitoidp.UpdateGroupRequest{UserPoolId: st.poolID, GroupName: name, Precedence: new(int32(3))})
	want(t, err, "")
	_, err = st.DeleteIdentityProvider(st.ctx, &cognitoidp.DeleteIdentityProviderRequest{UserPoolId: st.poolID, ProviderName: "Corp"})
	want(t, err, "")
	want(t, st.createProvider("Corp", "SAML", samlDetails), "")
	if g, err = group(); err != nil || *g.Precedence != 3 {
		t.Errorf("%v, %v", g, err)
	}
}

// TestClientProviders: an app client refers to providers that are there.
func TestClientProviders(t *testing.T) {
	st := newStage(t, nil, nil)
	want(t, st.createProvider("Corp", "SAML", samlDetails), "")
	want(t, st.createProvider("Dashboard", "SAML", map[string]string{"MetadataURL": "https://idp.example", "IDPInit": "true"}), "")
	create := func(providers ...string) (*cognitoidp.CreateUserPoolClientResponse, error) {
		return st.CreateUserPoolClient(st.ctx, &cognitoidp.CreateUserPoolClientRequest{UserPoolId: st.poolID, ClientName: "app", SupportedIdentityProviders: providers})
	}
	_, err := create("COGNITO", "Okta")
	want(t, err, "InvalidParameter: The provider Okta does not exist for User Pool "+st.poolID+".")
	_, err = create("Dashboard", "COGNITO")
	const alone = "InvalidParameter: The provider Dashboard allows IdP-initiated sign-in, so the app client can have SAML providers only."
	want(t, err, alone)
	_, err = create("Dashboard", "Corp")
	want(t, err, "")
	out, err := create("COGNITO", "Corp")
	want(t, err, "")

	update := func(providers ...string) error {
		_, err := st.UpdateUserPoolClient(st.ctx, &cognitoidp.UpdateUserPoolClientRequest{
			UserPoolId: st.poolID, ClientId: *out.UserPoolClient.ClientId, SupportedIdentityProviders: providers})
		return err
	}
	want(t, update("Okta"), "InvalidParameter: The provider Okta does not exist for User Pool "+st.poolID+".")
	want(t, update("Corp", "COGNITO", "Dashboard"), alone)
	want(t, update("Corp"), "")
	if _, err := st.DeleteIdentityProvider(st.ctx, &cognitoidp.DeleteIdentityProviderRequest{UserPoolId: st.poolID, ProviderName: "Corp"}); err != nil {
		t.Fatal(err)
	}
	c := describeClientOf(t, st.Service, st.poolID, *out.UserPoolClient.ClientId)
	if diff := cmp.Diff([]string{"Corp"}, c.SupportedIdentityProviders); diff != "" {
		t.Errorf("after the provider is gone (-want +got):\n%s", diff)
	}
	want(t, update("Corp"), "InvalidParameter: The provider Corp does not exist for User Pool "+st.poolID+".")
}
