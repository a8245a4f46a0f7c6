package branding

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func refused(t *testing.T, err error, message string) {
	t.Helper()
	var refusal *cognitoidp.Error
	if !errors.As(err, &refusal) || refusal.Code != cognitoidp.InvalidParameterException || refusal.Message != message {
		t.Errorf("got  %v\nwant %s", err, message)
	}
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg"/>`

func asset(category cognitoidp.AssetCategoryType, mode cognitoidp.ColorSchemeModeType, extension cognitoidp.AssetExtensionType, image string) cognitoidp.AssetType {
	return cognitoidp.AssetType{Category: category, ColorMode: mode, Extension: extension, Bytes: []byte(image)}
}

func images(assets []cognitoidp.AssetType) string {
	var list []string
	for _, a := range assets {
		list = append(list, fmt.Sprintf("%s %s %s", a.Category, a.ColorMode, a.Bytes))
	}
	return strings.Join(list, ", ")
}

func TestStyle(t *testing.T) {
	const both = "useCognitoProvidedValues or settings should be specified (but not both)"
	settings := cognitoidp.Document(`{"components": {"form": {"borderRadius": 2.50}}, "own": [1]}`)
	image := []cognitoidp.AssetType{asset("FORM_LOGO", "LIGHT", "PNG", "one")}
	for name, in := range map[string]cognitoidp.CreateManagedLoginBrandingRequest{
		"nothing":               {},
		"no defaults":           {UseCognitoProvidedValues: new(false)},
		"images alone":          {Assets: image},
		"settings and defaults": {UseCognitoProvidedValues: new(true), Settings: settings},
		"images and defaults":   {UseCognitoProvidedValues: new(true), Assets: image},
	} {
		if _, err := NewStyle("id", now, &in); err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			refused(t, err, both)
		}
	}
	s, err := NewStyle("id", now, &cognitoidp.CreateManagedLoginBrandingRequest{UserPoolId: "r_a", ClientId: "c", UseCognitoProvidedValues: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&userpool.LoginStyle{ID: "id", PoolID: "r_a", ClientID: "c", UseDefaults: true, Created: now, Modified: now}, s); diff != "" {
		t.Errorf("default style (-want +got):\n%s", diff)
	}

	later := now.Add(time.Hour)
	update := func(in cognitoidp.UpdateManagedLoginBrandingRequest) {
		t.Helper()
		if err := UpdateStyle(s, later, &in); err != nil {
			t.Fatal(err)
		}
	}
	update(cognitoidp.UpdateManagedLoginBrandingRequest{Settings: settings, Assets: image})
	if s.UseDefaults || string(s.Settings) != string(settings) || images(s.Assets) != "FORM_LOGO LIGHT one" || !s.Modified.Equal(later) || !s.Created.Equal(now) {
		t.Errorf("got %+v", s)
	}
	update(cognitoidp.UpdateManagedLoginBrandingRequest{
		Settings: cognitoidp.Document(`{"components":{"form":{"logo":{"enabled":true}}},"own":[2]}`),
		Assets:   []cognitoidp.AssetType{asset("FORM_LOGO", "DARK", "PNG", "two"), asset("FORM_LOGO", "LIGHT", "JPEG", "three")}})
	if want := `{"components":{"form":{"borderRadius":2.50,"logo":{"enabled":true}}},"own":[2]}`; string(s.Settings) != want {
		t.Errorf("joined settings\ngot  %s\nwant %s", s.Settings, want)
	}
	if got := images(s.Assets); got != "FORM_LOGO LIGHT three, FORM_LOGO DARK two" {
		t.Errorf("joined images: %s", got)
	}
	// An image alone, and one without bytes keeps those that are there.
	kept := asset("FORM_LOGO", "DARK", "PNG", "")
	kept.ResourceId = new("named")
	update(cognitoidp.UpdateManagedLoginBrandingRequest{Assets: []cognitoidp.AssetType{kept}})
	if got := images(s.Assets); got != "FORM_LOGO LIGHT three, FORM_LOGO DARK two" || *s.Assets[1].ResourceId != "named" {
		t.Errorf("renamed image: %s", got)
	}
	before := *s
	for _, in := range []cognitoidp.UpdateManagedLoginBrandingRequest{
		{}, {UseCognitoProvidedValues: new(false)}, {UseCognitoProvidedValues: new(true), Assets: image}, {UseCognitoProvidedValues: new(true), Settings: settings},
	} {
		refused(t, UpdateStyle(s, later, &in), both)
	}
	refused(t, UpdateStyle(s, later.Add(1), &cognitoidp.UpdateManagedLoginBrandingRequest{Settings: settings, Assets: []cognitoidp.AssetType{kept, kept}}),
		"The asset FORM_LOGO for the color mode DARK is given twice.")
	if diff := cmp.Diff(&before, s); diff != "" {
		t.Errorf("a refusal changed the style (-before +after):\n%s", diff)
	}
	update(cognitoidp.UpdateManagedLoginBrandingRequest{UseCognitoProvidedValues: new(true)})
	if !s.UseDefaults || s.Settings != nil || s.Assets != nil {
		t.Errorf("back to the defaults: %+v", s)
	}
}

func TestAssets(t *testing.T) {
	all := map[cognitoidp.AssetCategoryType]string{
		"FAVICON_ICO": "ICO", "FAVICON_SVG": "SVG", "IDP_BUTTON_ICON": "ICO SVG",
	}
	for _, category := range []cognitoidp.AssetCategoryType{
		"EMAIL_GRAPHIC", "SMS_GRAPHIC", "AUTH_APP_GRAPHIC", "PASSWORD_GRAPHIC", "PASSKEY_GRAPHIC", "PAGE_HEADER_LOGO", "PAGE_HEADER_BACKGROUND",
		"PAGE_FOOTER_LOGO", "PAGE_FOOTER_BACKGROUND", "PAGE_BACKGROUND", "FORM_BACKGROUND", "FORM_LOGO",
	} {
		all[category] = "PNG SVG JPEG WEBP"
	}
	for category, allowed := range all {
		for _, extension := range []cognitoidp.AssetExtensionType{"ICO", "JPEG", "PNG", "SVG", "WEBP"} {
			_, err := joinAssets(nil, []cognitoidp.AssetType{asset(category, "LIGHT", extension, svg)})
			if slices.Contains(strings.Fields(allowed), string(extension)) {
				if err != nil {
					t.Errorf("%s as %s: %v", category, extension, err)
				}
			} else {
				refused(t, err, "The extension "+string(extension)+" is not allowed for assets of the category "+string(category)+".")
			}
		}
	}
	_, err := joinAssets(nil, []cognitoidp.AssetType{asset("FORM_LOGO", "LIGHT", "PNG", "")})
	refused(t, err, "The asset FORM_LOGO for the color mode LIGHT has no Bytes.")
	_, err = joinAssets([]cognitoidp.AssetType{asset("FORM_LOGO", "LIGHT", "PNG", "x")}, []cognitoidp.AssetType{asset("FORM_LOGO", "LIGHT", "JPEG", "")})
	refused(t, err, "The asset FORM_LOGO for the color mode LIGHT has no Bytes.")
	_, err = joinAssets(nil, []cognitoidp.AssetType{asset("FORM_LOGO", "LIGHT", "SVG", "<svg><script/></svg>")})
	refused(t, err, "The asset FORM_LOGO is not allowed: the SVG image has the element script.")

	// Providers' buttons have an icon each.
	var icons []cognitoidp.AssetType
	for i := range 41 {
		icon := asset("IDP_BUTTON_ICON", "LIGHT", "ICO", "x")
		icon.ResourceId = new(strconv.Itoa(i))
		icons = append(icons, icon)
	}
	joined, err := joinAssets(icons[:39], icons[38:40])
	if err != nil || len(joined) != 40 {
		t.Errorf("%d icons, %v", len(joined), err)
	}
	_, err = joinAssets(icons[:40], icons[40:])
	refused(t, err, "A managed login branding style can have at most 40 assets.")
}

func TestSettings(t *testing.T) {
	for settings, want := range map[string]string{
		`[]`:             "Settings must be a JSON object.",
		`"text"`:         "Settings must be a JSON object.",
		"{\"a\":\xff\"}": "Settings must be a JSON object.",
		`{"components":{"form":{"borderRadius":"8"}}}`:                                   "Settings.components.form.borderRadius must be a number.",
		`{"components":{"form":[]}}`:                                                     "Settings.components.form must be an object.",
		`{"components":{"form":null}}`:                                                   "Settings.components.form must be an object.",
		`{"components":{"pageText":{"lightMode":{"bodyColor":"red"}}}}`:                  "Settings.components.pageText.lightMode.bodyColor must be a color of 8 hexadecimal digits, such as 0972d3ff.",
		`{"components":{"pageText":{"lightMode":{"bodyColor":"fff;}body{"}}}}`:           "Settings.components.pageText.lightMode.bodyColor must be a color of 8 hexadecimal digits, such as 0972d3ff.",
		`{"components":{"favicon":{"enabledTypes":"ICO"}}}`:                              "Settings.components.favicon.enabledTypes must be a list.",
		`{"categories":{"form":{"displayGraphics":"yes"}}}`:                              "Settings.categories.form.displayGraphics must be true or false.",
		`{"categories":{"global":{"colorSchemeMode":1}}}`:                                "Settings.categories.global.colorSchemeMode must be text.",
		`{"categories":{"global":{"colorSchemeMode":"DARK"},"new":null},"else":{"a":1}}`: "",
		`{"components":{"idpButton":{"custom":{"okta":{"x":1}}}}}`:                       "",
		`{}`: "",
	} {
		if _, err := joinSettings(nil, cognitoidp.Document(settings)); want != "" {
			refused(t, err, want)
		} else if err != nil {
			t.Errorf("%s: %v", settings, err)
		}
	}
}

// TestMerged: what is not customized comes from the defaults, which are themselves in order.
func TestMerged(t *testing.T) {
	whole, err := Merged(&userpool.LoginStyle{ID: "id", UseDefaults: true})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := joinSettings(nil, whole.Settings); err != nil || string(again) != string(whole.Settings) {
		t.Errorf("the default settings are refused: %v", err)
	}
	if joined, err := joinAssets(nil, whole.Assets); err != nil || len(joined) != 8 {
		t.Errorf("%d default images: %v", len(joined), err)
	}
	var tree struct {
		Categories, ComponentClasses map[string]any
		Components                   map[string]struct {
			BorderRadius json.Number
			LightMode    map[string]any
		}
	}
	if err := json.Unmarshal(whole.Settings, &tree); err != nil || len(tree.Categories) != 4 || len(tree.ComponentClasses) != 11 || len(tree.Components) != 11 {
		t.Errorf("%d, %d and %d settings, %v", len(tree.Categories), len(tree.ComponentClasses), len(tree.Components), err)
	}
	if tree.Components["form"].BorderRadius != "8.0" {
		t.Errorf("borderRadius %s", tree.Components["form"].BorderRadius)
	}

	own := &userpool.LoginStyle{
		Settings: cognitoidp.Document(`{"components":{"form":{"borderRadius":3},"favicon":{"enabledTypes":[]}},"own":1}`),
		Assets: []cognitoidp.AssetType{asset("PAGE_BACKGROUND", "DARK", "PNG", "x"), asset("PASSKEY_GRAPHIC", "LIGHT", "PNG", "x"),
			asset("EMAIL_GRAPHIC", "DYNAMIC", "PNG", "x")},
	}
	whole, err = Merged(own)
	if err != nil {
		t.Fatal(err)
	}
	text := string(whole.Settings)
	for _, part := range []string{`"borderRadius":3,`, `"enabledTypes":[]`, `"own":1`, `"displayType":"TEXT"`} {
		if !strings.Contains(text, part) {
			t.Errorf("merged settings lack %s", part)
		}
	}
	var has []string
	for _, a := range whole.Assets {
		has = append(has, string(a.Category)+" "+string(a.ColorMode))
	}
	slices.Sort(has)
	if want := "AUTH_APP_GRAPHIC DYNAMIC,EMAIL_GRAPHIC DYNAMIC,FAVICON_SVG DYNAMIC,PAGE_BACKGROUND DARK,PAGE_BACKGROUND LIGHT," +
		"PASSKEY_GRAPHIC DYNAMIC,PASSKEY_GRAPHIC LIGHT,PASSWORD_GRAPHIC DYNAMIC,SMS_GRAPHIC DYNAMIC"; strings.Join(has, ",") != want {
		t.Errorf("merged images %v", has)
	}
	if len(own.Assets) != 3 || string(own.Settings)[0:6] != `{"comp` {
		t.Error("merging changed the style")
	}
}

func TestVersion(t *testing.T) {
	for _, c := range []struct{ old, want string }{
		{"", "20261101120000"}, {"20261101115959", "20261101120000"}, {"20261101120000", "20261101120001"},
		{"20261101120009", "20261101120010"}, {"20261231235959", "20270101000000"},
	} {
		if got := Version(c.old, now); got != c.want {
			t.Errorf("after %q: %s, want %s", c.old, got, c.want)
		}
	}
}
