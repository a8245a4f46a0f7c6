package saml

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// certificate is the text of a certificate made at a time.
func certificate(t testing.TB, made time.Time) string {
	t.Helper()
	pair, err := NewKeyPair(rand.Reader, "test", made)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(pair.Certificate)
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example/e">
`

const idp = `<md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>not read</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
  FIRST
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>SECOND</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/slo/post"/>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo?a=1&amp;b=2"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
</md:IDPSSODescriptor>`

const tail = `</md:EntityDescriptor>`

func TestParseMetadata(t *testing.T) {
	valid, expired := certificate(t, now.AddDate(-1, 0, 0)), certificate(t, now.AddDate(-11, 0, 0))
	fold := func(text string) string { return text[:64] + "\n\t" + text[64:] } // as most documents have it
	whole := func(certificates ...string) string {
		return head + strings.NewReplacer("FIRST", fold(certificates[0]), "SECOND", certificates[1]).Replace(idp) + tail
	}
	good := whole(valid, expired)
	inner := strings.TrimPrefix(good, `<?xml version="1.0" encoding="UTF-8"?>`)
	group := func(entities string) string {
		return `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">` + entities + `</EntitiesDescriptor>`
	}
	sp := `<EntityDescriptor entityID="sp"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></EntityDescriptor>`
	replaced := func(old, now string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in the document", old)
		}
		return strings.Replace(good, old, now, 1)
	}
	for name, document := range map[string]string{
		"one entity":            good,
		"the second is good":    whole(expired, valid),
		"one in a group":        group(inner),
		"one among others":      group(sp + inner + sp),
		"no protocol is named":  replaced(` protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"`, ""),
		"with a byte order":     replaced("<md:KeyDescriptor>", "<!-- two --><md:KeyDescriptor>"),
		"an older protocol too": replaced(`protocolSupportEnumeration="`, `protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol `),
	} {
		m, err := ParseMetadata(document, now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.EntityID != "https://idp.example/e" || m.SSO != "https://idp.example/sso" || m.SLO != "https://idp.example/slo?a=1&b=2" || len(m.Certificates) != 2 {
			t.Errorf("%s: got %+v", name, m)
		}
	}
	if m, err := ParseMetadata(replaced("HTTP-Redirect\" Location=\"https://idp.example/slo", "SOAP\" Location=\"https://idp.example/slo"), now); err != nil || m.SLO != "" {
		t.Errorf("without logout: %+v, %v", m, err)
	}

	for name, c := range map[string]struct{ document, want string }{
		"empty":               {"", "it is not well-formed XML: EOF"},
		"cut off":             {good[:len(good)-5], "it is not well-formed XML"},
		"other encoding":      {replaced("UTF-8", "ISO-8859-1"), "the encoding is not UTF-8"},
		"external entity":     {replaced("<md:Entity", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><md:Entity`), ""},
		"use of an entity":    {replaced("https://idp.example/sso", "&e;"), "it is not well-formed XML"},
		"a service provider":  {group(sp), "there is no IDPSSODescriptor of SAML 2.0 in it"},
		"other root":          {"<html/>", "there is no IDPSSODescriptor of SAML 2.0 in it"},
		"other namespace":     {strings.ReplaceAll(good, "urn:oasis:names:tc:SAML:2.0:metadata", "urn:other"), "there is no IDPSSODescriptor of SAML 2.0 in it"},
		"SAML 1.1":            {replaced("SAML:2.0:protocol", "SAML:1.1:protocol"), "there is no IDPSSODescriptor of SAML 2.0 in it"},
		"two providers":       {group(inner + inner), "there are several identity providers in it"},
		"no entity ID":        {replaced(` entityID="https://idp.example/e"`, ""), "the entityID is missing or too long"},
		"long entity ID":      {replaced("https://idp.example/e", strings.Repeat("e", 1025)), "the entityID is missing or too long"},
		"only POST":           {replaced(`HTTP-Redirect" Location="https://idp.example/sso`, `HTTP-POST" Location="https://idp.example/sso`), "there is no SingleSignOnService with the HTTP-Redirect binding"},
		"script as address":   {replaced("https://idp.example/sso", "javascript:alert(1)"), "the Location of SingleSignOnService is not an HTTP address"},
		"relative logout":     {replaced("https://idp.example/slo?", "/slo?"), "the Location of SingleLogoutService is not an HTTP address"},
		"expired":             {whole(expired, expired), "the signing certificate has expired"},
		"no certificate":      {strings.ReplaceAll(good, "ds:X509Certificate", "ds:Other"), "there is no signing certificate"},
		"a broken one beside": {whole(valid, "MIIC"), "a signing certificate is not an X.509 certificate"},
		"not base64":          {whole(valid, "%%%"), "a signing certificate is not base64"},
		"too long":            {whole(valid, strings.Repeat("A", 4097)), "a signing certificate is longer than 4096 characters"},
	} {
		_, err := ParseMetadata(c.document, now)
		if c.want == "" {
			if err != nil { // nothing is fetched or expanded
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) && !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestKeyPair(t *testing.T) {
	pair, err := NewKeyPair(rand.Reader, "r_a okta", now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(pair.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject.CommonName != "r_a okta" || !c.NotAfter.Equal(now.AddDate(10, 0, 0)) || c.NotBefore.After(now) || c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil {
		t.Errorf("got %v from %v to %v", c.Subject, c.NotBefore, c.NotAfter)
	}
	key, err := x509.ParsePKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	if !key.(*rsa.PrivateKey).PublicKey.Equal(c.PublicKey) {
		t.Error("the certificate is of another key")
	}
}

func FuzzParseMetadata(f *testing.F) {
	text := certificate(f, now)
	f.Add(head + strings.NewReplacer("FIRST", text, "SECOND", text).Replace(idp) + tail)
	f.Add("<EntitiesDescriptor><EntityDescriptor/></EntitiesDescriptor>")
	f.Fuzz(func(t *testing.T, document string) {
		m, err := ParseMetadata(document, now)
		if err == nil && (m.EntityID == "" || !strings.HasPrefix(m.SSO, "http") || len(m.Certificates) == 0) {
			t.Errorf("incomplete: %+v", m)
		}
	})
}
