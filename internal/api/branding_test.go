package api

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const noStyle = "ResourceNotFound: Managed login branding style does not exist."

var png = append([]byte("\x89PNG\r\n\x1a\n"), 1, 2, 3, 0, 255)

func image(category cognitoidp.AssetCategoryType, bytes []byte) cognitoidp.AssetType {
	return cognitoidp.AssetType{Category: category, ColorMode: "LIGHT", Extension: "PNG", Bytes: bytes}
}

// domain gives the stage's pool a domain.
func (st *stage) domain() {
	st.t.Helper()
	_, err := st.CreateUserPoolDomain(st.ctx, &cognitoidp.CreateUserPoolDomainRequest{UserPoolId: st.poolID, Domain: "login"})
	if err != nil {
		st.t.Fatal(err)
	}
}

// TestBrandingWire: what the operations answer, byte for byte.
func TestBrandingWire(t *testing.T) {
	st := newStage(t, nil, nil)
	st.now = time.UnixMilli(1726784814598)
	st.BaseURL = "https://id.example.com"
	st.domain()
	st.Rand = bytes.NewReader(make([]byte, 1000))
	const dates = `"CreationDate":1726784814.598,"LastModifiedDate":1726784814.598`
	const id = "00000000-0000-4000-8000-000000000000"
	const style = `{"ManagedLoginBranding":{"ManagedLoginBrandingId":"` + id + `","UserPoolId":"ID","UseCognitoProvidedValues":`
	image := base64.StdEncoding.EncodeToString(png)
	set := style + `false,"Settings":{"a":1.50,"b":[null]},"Assets":[{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","Bytes":"` + image + `","ResourceId":"my logo"}],` + dates + `}}`
	const ui = `"CSS":".logo-customizable{color:red}","CSSVersion":"20240919222654","LastModifiedDate":1726784814.598,"CreationDate":1726784814.598}}`
	for _, step := range []struct{ operation, body, want string }{
		{"CreateManagedLoginBranding", `{"UserPoolId":"ID","ClientId":"CLIENT","UseCognitoProvidedValues":true}`, style + `true,` + dates + `}}`},
		{"UpdateManagedLoginBranding", `{"UserPoolId":"ID","ManagedLoginBrandingId":"` + id + `","Settings":{"a": 1.50, "b":[null]},"Assets":[{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","ResourceId":"my logo","Bytes":"` + image + `"}]}`, ""},
		{"DescribeManagedLoginBranding", `{"UserPoolId":"ID","ManagedLoginBrandingId":"` + id + `"}`, set},
		{"DescribeManagedLoginBrandingByClient", `{"UserPoolId":"ID","ClientId":"CLIENT","ReturnMergedResources":false}`, set},
		{"DeleteManagedLoginBranding", `{"UserPoolId":"ID","ManagedLoginBrandingId":"` + id + `"}`, ""},
		{"GetUICustomization", `{"UserPoolId":"ID","ClientId":"CLIENT"}`, `{"UICustomization":{}}`},
		{"SetUICustomization", `{"UserPoolId":"ID","CSS":".logo-customizable{color:red}","ImageFile":"` + image + `"}`,
			`{"UICustomization":{"UserPoolId":"ID","ClientId":"ALL","ImageUrl":"https://id.example.com/_branding/ID/ALL/20240919222654/assets/images/image.png",` + ui},
		{"SetUICustomization", `{"UserPoolId":"ID","ClientId":"CLIENT","CSS":".logo-customizable{color:red}"}`,
			`{"UICustomization":{"UserPoolId":"ID","ClientId":"CLIENT",` + ui},
		{"GetUICustomization", `{"UserPoolId":"ID","ClientId":"CLIENT"}`, `{"UICustomization":{"UserPoolId":"ID","ClientId":"CLIENT",` + ui},
	} {
		names := strings.NewReplacer(`"ID"`, `"`+st.poolID+`"`, "/ID/", "/"+st.poolID+"/", `"CLIENT"`, `"`+st.client.ID+`"`)
		got := call(t, st.Service, step.operation, names.Replace(step.body))
		if step.operation == "UpdateManagedLoginBranding" { // as DescribeManagedLoginBranding
			step.want = got
		}
		if want := names.Replace(step.want); got != want {
			t.Errorf("%s %s\ngot  %s\nwant %s", step.operation, step.body, got, want)
		}
	}
}

func TestManagedLoginBranding(t *testing.T) {
	st := newStage(t, nil, nil)
	settings := cognitoidp.Document(`{"components":{"form":{"borderRadius":3.5}}}`)
	create := func(poolID, clientID string) (*cognitoidp.ManagedLoginBrandingType, error) {
		out, err := st.CreateManagedLoginBranding(st.ctx, &cognitoidp.CreateManagedLoginBrandingRequest{
			UserPoolId: poolID, ClientId: clientID, Settings: settings, Assets: []cognitoidp.AssetType{image("FORM_LOGO", png)}})
		if err != nil {
			return nil, err
		}
		return out.ManagedLoginBranding, nil
	}
	_, err := create("us-west-2_gone", st.client.ID)
	want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")
	_, err = create(st.poolID, "none")
	want(t, err, "ResourceNotFound: User pool client none does not exist.")
	_, err = st.CreateManagedLoginBranding(st.ctx, &cognitoidp.CreateManagedLoginBrandingRequest{UserPoolId: st.poolID, ClientId: st.client.ID, UseCognitoProvidedValues: new(true), Settings: settings})
	want(t, err, "InvalidParameter: useCognitoProvidedValues or settings should be specified (but not both)")
	made, err := create(st.poolID, st.client.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = create(st.poolID, st.client.ID)
	want(t, err, "ManagedLoginBrandingExists: The app client already has a managed login branding style.")

	describe := func(id string, merged *bool) (*cognitoidp.ManagedLoginBrandingType, error) {
		out, err := st.DescribeManagedLoginBranding(st.ctx, &cognitoidp.DescribeManagedLoginBrandingRequest{UserPoolId: st.poolID, ManagedLoginBrandingId: id, ReturnMergedResources: merged})
		if err != nil {
			return nil, err
		}
		return out.ManagedLoginBranding, nil
	}
	byClient := func(clientID string) (*cognitoidp.ManagedLoginBrandingType, error) {
		out, err := st.DescribeManagedLoginBrandingByClient(st.ctx, &cognitoidp.DescribeManagedLoginBrandingByClientRequest{UserPoolId: st.poolID, ClientId: clientID})
		if err != nil {
			return nil, err
		}
		return out.ManagedLoginBranding, nil
	}
	for _, read := range []func() (*cognitoidp.ManagedLoginBrandingType, error){
		func() (*cognitoidp.ManagedLoginBrandingType, error) {
			return describe(*made.ManagedLoginBrandingId, nil)
		},
		func() (*cognitoidp.ManagedLoginBrandingType, error) { return byClient(st.client.ID) },
	} {
		got, err := read()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(made, got); diff != "" {
			t.Errorf("read (-created +read):\n%s", diff)
		}
	}
	merged, err := describe(*made.ManagedLoginBrandingId, new(true))
	if err != nil || len(merged.Assets) != 9 || !bytes.Contains(merged.Settings, []byte(`"borderRadius":3.5`)) || !bytes.Contains(merged.Settings, []byte("phoneNumberSelector")) {
		t.Errorf("merged: %v, %d images", err, len(merged.Assets))
	}

	update := func(in cognitoidp.UpdateManagedLoginBrandingRequest) (*cognitoidp.ManagedLoginBrandingType, error) {
		out, err := st.UpdateManagedLoginBranding(st.ctx, &in)
		if err != nil {
			return nil, err
		}
		return out.ManagedLoginBranding, nil
	}
	st.now = st.now.Add(time.Hour)
	changed, err := update(cognitoidp.UpdateManagedLoginBrandingRequest{UserPoolId: &st.poolID, ManagedLoginBrandingId: made.ManagedLoginBrandingId,
		Assets: []cognitoidp.AssetType{image("PAGE_BACKGROUND", []byte("back"))}})
	if err != nil {
		t.Fatal(err)
	}
	if len(changed.Assets) != 2 || string(changed.Settings) != string(settings) || !changed.LastModifiedDate.Equal(st.now) || !changed.CreationDate.Equal(*made.CreationDate) {
		t.Errorf("changed: %d images, settings %s", len(changed.Assets), changed.Settings)
	}
	if got, err := byClient(st.client.ID); err != nil || !cmp.Equal(changed, got) {
		t.Errorf("read after the change: %v %s", err, cmp.Diff(changed, got))
	}
	const none = "00000000-0000-4000-8000-000000000000"
	for _, c := range []struct {
		in   cognitoidp.UpdateManagedLoginBrandingRequest
		want string
	}{
		{cognitoidp.UpdateManagedLoginBrandingRequest{ManagedLoginBrandingId: new(none)}, "InvalidParameter: Missing required parameter UserPoolId"},
		{cognitoidp.UpdateManagedLoginBrandingRequest{UserPoolId: &st.poolID}, "InvalidParameter: Missing required parameter ManagedLoginBrandingId"},
		{cognitoidp.UpdateManagedLoginBrandingRequest{UserPoolId: &st.poolID, ManagedLoginBrandingId: new(none)}, noStyle},
		{cognitoidp.UpdateManagedLoginBrandingRequest{UserPoolId: new("us-west-2_gone"), ManagedLoginBrandingId: new(none)}, "ResourceNotFound: User pool us-west-2_gone does not exist."},
		{cognitoidp.UpdateManagedLoginBrandingRequest{UserPoolId: &st.poolID, ManagedLoginBrandingId: made.ManagedLoginBrandingId, Settings: cognitoidp.Document(`[]`)}, "InvalidParameter: Settings must be a JSON object."},
	} {
		_, err := update(c.in)
		want(t, err, c.want)
	}
	_, err = describe(none, nil)
	want(t, err, noStyle)
	_, err = byClient("none")
	want(t, err, "ResourceNotFound: User pool client none does not exist.")
	_, err = byClient(newPublic(st))
	want(t, err, noStyle)

	remove := func(id string) error {
		_, err := st.DeleteManagedLoginBranding(st.ctx, &cognitoidp.DeleteManagedLoginBrandingRequest{UserPoolId: st.poolID, ManagedLoginBrandingId: id})
		return err
	}
	want(t, remove(none), noStyle)
	want(t, remove(*made.ManagedLoginBrandingId), "")
	_, err = byClient(st.client.ID)
	want(t, err, noStyle)
	for _, operation := range []string{"DescribeManagedLoginBranding", "DeleteManagedLoginBranding", "DescribeManagedLoginBrandingByClient"} {
		_, err := cognitoidp.Invoke(st.ctx, st.Service, operation, []byte(`{"UserPoolId":"us-west-2_gone","ManagedLoginBrandingId":"`+none+`","ClientId":"c"}`))
		want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")
	}

	// It goes with its client.
	made, err = create(st.poolID, st.client.ID)
	want(t, err, "")
	if _, err := st.DeleteUserPoolClient(st.ctx, &cognitoidp.DeleteUserPoolClientRequest{UserPoolId: st.poolID, ClientId: st.client.ID}); err != nil {
		t.Fatal(err)
	}
	_, err = describe(*made.ManagedLoginBrandingId, nil)
	want(t, err, noStyle)
}

func TestUICustomization(t *testing.T) {
	st := newStage(t, nil, nil)
	set := func(clientID, css string, logo []byte) error {
		_, err := st.SetUICustomization(st.ctx, &cognitoidp.SetUICustomizationRequest{UserPoolId: st.poolID, ClientId: optional(clientID), CSS: optional(css), ImageFile: logo})
		return err
	}
	const red, blue = ".logo-customizable{color:red}", ".logo-customizable{color:blue}"
	want(t, set("", red, nil), "InvalidParameter: A domain must be associated with this user pool.")
	st.domain()
	want(t, set("none", red, nil), "ResourceNotFound: User pool client none does not exist.")
	want(t, set("", ".other{color:red}", nil), "InvalidParameter: The CSS class .other is not in the list of allowed classes.")
	want(t, set("", "@import 'x';", nil), "InvalidParameter: The CSS is not valid: rules that begin with @ are not allowed.")
	want(t, set("", red, []byte("GIF89a")), "InvalidParameter: ImageFile must be a PNG or JPEG image.")
	_, err := st.SetUICustomization(st.ctx, &cognitoidp.SetUICustomizationRequest{UserPoolId: "us-west-2_gone"})
	want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")

	get := func(clientID string) *cognitoidp.UICustomizationType {
		t.Helper()
		out, err := st.GetUICustomization(st.ctx, &cognitoidp.GetUICustomizationRequest{UserPoolId: st.poolID, ClientId: optional(clientID)})
		if err != nil {
			t.Fatal(err)
		}
		return out.UICustomization
	}
	expect := func(clientID, of, css string, logo bool) {
		t.Helper()
		got := get(clientID)
		if value(got.ClientId) != of || value(got.CSS) != css || got.ImageUrl != nil != logo {
			t.Errorf("of %q: client %q, CSS %q, image %v", clientID, value(got.ClientId), value(got.CSS), got.ImageUrl)
		}
	}
	expect("", "", "", false)
	expect(st.client.ID, "", "", false)
	want(t, set(userpool.AllClients, red, nil), "")
	expect("", "ALL", red, false)
	expect(userpool.AllClients, "ALL", red, false)
	expect(st.client.ID, "ALL", red, false) // until it has its own
	want(t, set(st.client.ID, blue, png), "")
	expect(st.client.ID, st.client.ID, blue, true)
	expect("", "ALL", red, false)

	// Both are replaced; a version comes once; the first date stays.
	first := get(st.client.ID)
	want(t, set(st.client.ID, "", []byte("\xff\xd8\xff\xe0")), "")
	expect(st.client.ID, st.client.ID, "", true)
	second := get(st.client.ID)
	if *second.CSSVersion <= *first.CSSVersion || !second.CreationDate.Equal(*first.CreationDate) || !strings.HasSuffix(*second.ImageUrl, "/image.jpg") {
		t.Errorf("first %+v, second %+v", first, second)
	}
	want(t, set(st.client.ID, "", nil), "") // taken back
	expect(st.client.ID, "ALL", red, false)
	want(t, set(st.client.ID, blue, nil), "")
	for _, in := range []cognitoidp.GetUICustomizationRequest{{UserPoolId: "us-west-2_gone"}, {UserPoolId: "us-west-2_gone", ClientId: new("c")}} {
		_, err := st.GetUICustomization(st.ctx, &in)
		want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")
	}
	_, err = st.GetUICustomization(st.ctx, &cognitoidp.GetUICustomizationRequest{UserPoolId: st.poolID, ClientId: new("none")})
	want(t, err, "ResourceNotFound: User pool client none does not exist.")

	if _, err := st.DeleteUserPoolClient(st.ctx, &cognitoidp.DeleteUserPoolClientRequest{UserPoolId: st.poolID, ClientId: st.client.ID}); err != nil {
		t.Fatal(err)
	}
	st.update(func(tx store.Tx) error { return tx.CreateClient(st.ctx, st.client) })
	expect(st.client.ID, "ALL", red, false)
}
