package test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

// TestBranding: styles and customizations are made, read, changed and deleted through the SDK, and a
// browser gets the logo.
func TestBranding(t *testing.T) {
	for database, where := range map[string]func(t *testing.T) string{
		"SQLite":     func(*testing.T) string { return "sqlite::memory:" },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(database, func(t *testing.T) {
			server := ostiarytest.Start(t, ostiarytest.WithDatabase(where(t)))
			api := server.Client()
			pool, err := api.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{PoolName: aws.String("branding")})
			if err != nil {
				t.Fatal(err)
			}
			client, err := api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: aws.String("app")})
			if err != nil {
				t.Fatal(err)
			}
			testStyles(t, api, pool.UserPool.Id, client.UserPoolClient.ClientId)
			testCustomization(t, server, api, pool.UserPool.Id, client.UserPoolClient.ClientId)
		})
	}
}

func settingsOf(t *testing.T, style *types.ManagedLoginBrandingType) (tree map[string]any) {
	t.Helper()
	if err := style.Settings.UnmarshalSmithyDocument(&tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

func testStyles(t *testing.T, api *idp.Client, poolID, clientID *string) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	photo := make([]byte, 1_000_000) // the largest there may be
	rand.Read(photo)
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>`)
	settings := map[string]any{"components": map[string]any{"form": map[string]any{"borderRadius": 4.5}}, "own": []any{"é", true, nil}}
	created, err := api.CreateManagedLoginBranding(ctx, &idp.CreateManagedLoginBrandingInput{
		UserPoolId: poolID, ClientId: clientID, Settings: document.NewLazyDocument(settings),
		Assets: []types.AssetType{
			{Category: types.AssetCategoryTypePageBackground, ColorMode: types.ColorSchemeModeTypeDark, Extension: types.AssetExtensionTypeJpeg, Bytes: photo},
			{Category: types.AssetCategoryTypeFormLogo, ColorMode: types.ColorSchemeModeTypeLight, Extension: types.AssetExtensionTypeSvg, Bytes: svg, ResourceId: aws.String("logo")},
		},
	})
	must(err)
	id := created.ManagedLoginBranding.ManagedLoginBrandingId
	var exists *types.ManagedLoginBrandingExistsException
	_, err = api.CreateManagedLoginBranding(ctx, &idp.CreateManagedLoginBrandingInput{UserPoolId: poolID, ClientId: clientID, UseCognitoProvidedValues: true})
	if !errors.As(err, &exists) {
		t.Errorf("a second style: %v", err)
	}
	described, err := api.DescribeManagedLoginBranding(ctx, &idp.DescribeManagedLoginBrandingInput{UserPoolId: poolID, ManagedLoginBrandingId: id})
	must(err)
	style := described.ManagedLoginBranding
	if len(style.Assets) != 2 || !bytes.Equal(style.Assets[0].Bytes, photo) || !bytes.Equal(style.Assets[1].Bytes, svg) || *style.Assets[1].ResourceId != "logo" {
		t.Errorf("other images than were sent: %d", len(style.Assets))
	}
	if got := settingsOf(t, style); len(got) != 2 || got["own"].([]any)[0] != "é" {
		t.Errorf("settings %v", got)
	}

	updated, err := api.UpdateManagedLoginBranding(ctx, &idp.UpdateManagedLoginBrandingInput{
		UserPoolId: poolID, ManagedLoginBrandingId: id,
		Settings: document.NewLazyDocument(map[string]any{"components": map[string]any{"alert": map[string]any{"borderRadius": 1}}}),
		Assets:   []types.AssetType{{Category: types.AssetCategoryTypeFormLogo, ColorMode: types.ColorSchemeModeTypeLight, Extension: types.AssetExtensionTypePng, Bytes: []byte("new")}},
	})
	must(err)
	byClient, err := api.DescribeManagedLoginBrandingByClient(ctx, &idp.DescribeManagedLoginBrandingByClientInput{UserPoolId: poolID, ClientId: clientID})
	must(err)
	if diff := cmp.Diff(settingsOf(t, updated.ManagedLoginBranding), settingsOf(t, byClient.ManagedLoginBranding)); diff != "" {
		t.Errorf("settings (-updated +described):\n%s", diff)
	}
	style = byClient.ManagedLoginBranding
	if components := settingsOf(t, style)["components"].(map[string]any); len(components) != 2 {
		t.Errorf("joined settings %v", components)
	}
	if len(style.Assets) != 2 || !bytes.Equal(style.Assets[0].Bytes, photo) || string(style.Assets[1].Bytes) != "new" {
		t.Errorf("other images than were sent: %d", len(style.Assets))
	}
	merged, err := api.DescribeManagedLoginBranding(ctx, &idp.DescribeManagedLoginBrandingInput{UserPoolId: poolID, ManagedLoginBrandingId: id, ReturnMergedResources: true})
	must(err)
	if got := settingsOf(t, merged.ManagedLoginBranding); len(got["components"].(map[string]any)) != 11 || len(merged.ManagedLoginBranding.Assets) <= 2 {
		t.Errorf("merged: %d components", len(got["components"].(map[string]any)))
	}

	_, err = api.DeleteManagedLoginBranding(ctx, &idp.DeleteManagedLoginBrandingInput{UserPoolId: poolID, ManagedLoginBrandingId: id})
	must(err)
	var gone *types.ResourceNotFoundException
	_, err = api.DescribeManagedLoginBrandingByClient(ctx, &idp.DescribeManagedLoginBrandingByClientInput{UserPoolId: poolID, ClientId: clientID})
	if !errors.As(err, &gone) {
		t.Errorf("a deleted style: %v", err)
	}
}

func testCustomization(t *testing.T, server *ostiarytest.Server, api *idp.Client, poolID, clientID *string) {
	ctx := t.Context()
	logo := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 90_000)...)
	in := &idp.SetUICustomizationInput{UserPoolId: poolID, ClientId: clientID, CSS: aws.String(".logo-customizable { max-width: 60%; }"), ImageFile: logo}
	var invalid *types.InvalidParameterException
	if _, err := api.SetUICustomization(ctx, in); !errors.As(err, &invalid) {
		t.Errorf("without a domain: %v", err)
	}
	if _, err := api.CreateUserPoolDomain(ctx, &idp.CreateUserPoolDomainInput{UserPoolId: poolID, Domain: aws.String("branding")}); err != nil {
		t.Fatal(err)
	}
	out, err := api.SetUICustomization(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	got, err := api.GetUICustomization(ctx, &idp.GetUICustomizationInput{UserPoolId: poolID, ClientId: clientID})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(out.UICustomization, got.UICustomization, cmp.AllowUnexported(types.UICustomizationType{})); diff != "" {
		t.Errorf("GetUICustomization (-set +got):\n%s", diff)
	}

	fetch := func(address string) (*http.Response, []byte) {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, body
	}
	address := *out.UICustomization.ImageUrl
	_, path, ok := strings.Cut(address, "/_branding/")
	if !ok {
		t.Fatalf("image at %s", address)
	}
	address = server.URL() + "/_branding/" + path
	if res, body := fetch(address); res.StatusCode != http.StatusOK || !bytes.Equal(body, logo) || res.Header.Get("Content-Type") != "image/png" ||
		res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the logo: %s, %d bytes, %v", res.Status, len(body), res.Header)
	}
	for _, wrong := range []string{
		strings.Replace(address, *clientID, "ALL", 1), strings.Replace(address, *out.UICustomization.CSSVersion, "20000101000000", 1),
		strings.Replace(address, "image.png", "image.jpg", 1), strings.Replace(address, *poolID, "us-east-1_none", 1),
	} {
		if res, _ := fetch(wrong); res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s, %v", wrong, res.Status, res.Header)
		}
	}
}
