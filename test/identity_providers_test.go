package test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

// TestIdentityProviders: providers of every type are made, read, changed, listed, used and deleted
// through the SDK.
func TestIdentityProviders(t *testing.T) {
	for database, where := range map[string]func(t *testing.T) string{
		"SQLite":     func(*testing.T) string { return "sqlite::memory:" },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(database, func(t *testing.T) {
			testIdentityProviders(t, ostiarytest.Start(t, ostiarytest.WithDatabase(where(t))).Client())
		})
	}
}

// samlMetadata is the metadata document of a SAML provider.
func samlMetadata(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(der) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
</md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>`
}

func testIdentityProviders(t *testing.T, api *idp.Client) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pool, err := api.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("providers")})
	must(err)
	poolID := pool.UserPool.Id
	ignore := cmp.AllowUnexported(types.IdentityProviderType{})

	social := map[string]string{"client_id": "id", "client_secret": "secret", "authorize_scopes": "email"}
	for _, c := range []struct {
		name     string
		of       types.IdentityProviderTypeType
		given    map[string]string
		computed []string
	}{
		{"Corp", types.IdentityProviderTypeTypeSaml, map[string]string{"MetadataFile": samlMetadata(t), "EncryptedResponses": "true"}, []string{"ActiveEncryptionCertificate", "SSORedirectBindingURI"}},
		{"Other", types.IdentityProviderTypeTypeSaml, map[string]string{"MetadataURL": "https://idp.example.com/metadata", "IDPSignout": "true"}, nil},
		{"Okta", types.IdentityProviderTypeTypeOidc, map[string]string{"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid email",
			"oidc_issuer": "https://idp.example.com", "attributes_request_method": "GET"}, []string{"attributes_url_add_attributes"}},
		{"Google", types.IdentityProviderTypeTypeGoogle, social, []string{"attributes_url", "attributes_url_add_attributes", "authorize_url", "oidc_issuer", "token_request_method", "token_url"}},
		{"Facebook", types.IdentityProviderTypeTypeFacebook, social, []string{"api_version", "attributes_url", "attributes_url_add_attributes", "authorize_url", "token_request_method", "token_url"}},
		{"LoginWithAmazon", types.IdentityProviderTypeTypeLoginWithAmazon, social, []string{"attributes_url", "attributes_url_add_attributes", "authorize_url", "token_request_method", "token_url"}},
		{"SignInWithApple", types.IdentityProviderTypeTypeSignInWithApple, map[string]string{"client_id": "id", "team_id": "t", "key_id": "k", "private_key": "secret"},
			[]string{"attributes_url_add_attributes", "authorize_scopes", "authorize_url", "oidc_issuer", "token_request_method", "token_url"}},
	} {
		created, err := api.CreateIdentityProvider(ctx, &idp.CreateIdentityProviderInput{UserPoolId: poolID, ProviderName: &c.name, ProviderType: c.of,
			ProviderDetails: c.given, AttributeMapping: map[string]string{"email": "mail"}, IdpIdentifiers: []string{c.name + ".example.com"}})
		must(err)
		made := created.IdentityProvider
		shown := map[string]string{}
		for name, value := range c.given {
			if name != "private_key" {
				shown[name] = value
			}
		}
		for _, name := range c.computed {
			if made.ProviderDetails[name] == "" {
				t.Errorf("%s: no %s", c.name, name)
			}
			shown[name] = made.ProviderDetails[name]
		}
		if diff := cmp.Diff(shown, made.ProviderDetails); diff != "" {
			t.Errorf("%s: details (-want +got):\n%s", c.name, diff)
		}
		described, err := api.DescribeIdentityProvider(ctx, &idp.DescribeIdentityProviderInput{UserPoolId: poolID, ProviderName: &c.name})
		must(err)
		if diff := cmp.Diff(made, described.IdentityProvider, ignore); diff != "" {
			t.Errorf("%s: DescribeIdentityProvider (-created +described):\n%s", c.name, diff)
		}
		found, err := api.GetIdentityProviderByIdentifier(ctx, &idp.GetIdentityProviderByIdentifierInput{UserPoolId: poolID, IdpIdentifier: aws.String(c.name + ".example.com")})
		must(err)
		if diff := cmp.Diff(made, found.IdentityProvider, ignore); diff != "" {
			t.Errorf("%s: GetIdentityProviderByIdentifier (-created +found):\n%s", c.name, diff)
		}
		// What was read can be sent back, with one change.
		details := maps.Clone(made.ProviderDetails)
		if details["client_id"] != "" {
			details["client_id"] = "changed"
		}
		updated, err := api.UpdateIdentityProvider(ctx, &idp.UpdateIdentityProviderInput{UserPoolId: poolID, ProviderName: &c.name,
			ProviderDetails: details, AttributeMapping: made.AttributeMapping, IdpIdentifiers: made.IdpIdentifiers})
		must(err)
		if diff := cmp.Diff(details, updated.IdentityProvider.ProviderDetails); diff != "" {
			t.Errorf("%s: UpdateIdentityProvider (-sent +got):\n%s", c.name, diff)
		}
	}

	var names []string
	list := idp.NewListIdentityProvidersPaginator(api, &idp.ListIdentityProvidersInput{UserPoolId: poolID, MaxResults: aws.Int32(3)})
	for list.HasMorePages() {
		page, err := list.NextPage(ctx)
		must(err)
		for _, p := range page.Providers {
			names = append(names, *p.ProviderName)
		}
	}
	if want := []string{"Corp", "Facebook", "Google", "LoginWithAmazon", "Okta", "Other", "SignInWithApple"}; !slices.Equal(names, want) {
		t.Errorf("listed %v, want %v", names, want)
	}
	var duplicate *types.DuplicateProviderException
	_, err = api.CreateIdentityProvider(ctx, &idp.CreateIdentityProviderInput{UserPoolId: poolID, ProviderName: aws.String("Google"), ProviderType: "Google", ProviderDetails: social})
	if !errors.As(err, &duplicate) {
		t.Errorf("a provider that is there: %v", err)
	}

	client, err := api.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: poolID, ClientName: aws.String("app"), SupportedIdentityProviders: []string{"COGNITO", "Okta", "Google"},
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth}})
	must(err)
	testLinks(t, api, poolID, client.UserPoolClient.ClientId)

	for _, name := range names {
		_, err := api.DeleteIdentityProvider(ctx, &idp.DeleteIdentityProviderInput{UserPoolId: poolID, ProviderName: &name})
		must(err)
		var gone *types.ResourceNotFoundException
		if _, err := api.DescribeIdentityProvider(ctx, &idp.DescribeIdentityProviderInput{UserPoolId: poolID, ProviderName: &name}); !errors.As(err, &gone) {
			t.Errorf("%s after it was deleted: %v", name, err)
		}
	}
}

// testLinks: a user is linked to two identities, shows them everywhere, and loses them.
func testLinks(t *testing.T, api *idp.Client, poolID, clientID *string) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ana, password := aws.String("ana"), aws.String("Correct-horse-7")
	_, err := api.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: poolID, Username: ana, MessageAction: types.MessageActionTypeSuppress})
	must(err)
	_, err = api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: poolID, Username: ana, Password: password, Permanent: true})
	must(err)
	identity := func(provider, attribute, value string) *types.ProviderUserIdentifierType {
		return &types.ProviderUserIdentifierType{ProviderName: &provider, ProviderAttributeName: &attribute, ProviderAttributeValue: &value}
	}
	for _, source := range []*types.ProviderUserIdentifierType{identity("Google", "Cognito_Subject", "117"), identity("Okta", "email", "ana@example.com")} {
		_, err := api.AdminLinkProviderForUser(ctx, &idp.AdminLinkProviderForUserInput{UserPoolId: poolID,
			DestinationUser: &types.ProviderUserIdentifierType{ProviderName: aws.String("Cognito"), ProviderAttributeValue: ana}, SourceUser: source})
		must(err)
	}
	signIn := func() (*types.AuthenticationResultType, error) {
		out, err := api.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: clientID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": *ana, "PASSWORD": *password}})
		if err != nil {
			return nil, err
		}
		return out.AuthenticationResult, nil
	}
	tokens, err := signIn()
	must(err)
	var claims struct{ Identities []map[string]any }
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(*tokens.IdToken, ".")[1])
	must(err)
	must(json.Unmarshal(raw, &claims))
	me, err := api.GetUser(ctx, &idp.GetUserInput{AccessToken: tokens.AccessToken})
	must(err)
	var attribute []map[string]any
	for _, a := range me.UserAttributes {
		if *a.Name == "identities" {
			must(json.Unmarshal([]byte(*a.Value), &attribute))
		}
	}
	if len(claims.Identities) != 2 || len(attribute) != 2 {
		t.Fatalf("identities: %v in the ID token, %v in GetUser", claims.Identities, attribute)
	}
	if c, a := claims.Identities[1], attribute[1]; c["userId"] != "ana@example.com" || c["providerName"] != "Okta" || c["providerType"] != "OIDC" || c["primary"] != "false" || c["issuer"] != nil ||
		a["userId"] != "ana@example.com" || a["primary"] != false || a["dateCreated"].(float64) < 1e12 {
		t.Errorf("identities: %v in the ID token, %v in GetUser", c, a)
	}

	for _, user := range []*types.ProviderUserIdentifierType{identity("Google", "Cognito_Subject", "117"), identity("Okta", "email", "ana@example.com"), identity("Cognito", "Cognito_Subject", "ana")} {
		_, err := api.AdminDisableProviderForUser(ctx, &idp.AdminDisableProviderForUserInput{UserPoolId: poolID, User: user})
		must(err)
	}
	var refused *types.NotAuthorizedException
	if _, err := signIn(); !errors.As(err, &refused) {
		t.Errorf("a sign-in by the disabled password: %v", err)
	}
	left, err := api.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: poolID, Username: ana})
	must(err)
	if left.UserStatus != types.UserStatusTypeExternalProvider || len(left.UserAttributes) != 1 {
		t.Errorf("afterwards: %s, %v", left.UserStatus, left.UserAttributes)
	}
}
