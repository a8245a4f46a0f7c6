package saml

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// Metadata is what a service provider needs to know of an identity provider (SAML 2.0 Metadata,
// section 2.4.3).
type Metadata struct {
	EntityID string
	// SSO and SLO are the HTTP-Redirect endpoints of single sign-on and single logout; SLO is "" where
	// the provider has none.
	SSO string
	SLO string
	// Certificates sign the provider's assertions; any of them may.
	Certificates []*x509.Certificate
}

const (
	protocol = "urn:oasis:names:tc:SAML:2.0:protocol"
	redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

	// maxCertificate is how long the text of a certificate may be, in characters.
	maxCertificate = 4096
	// maxEntityID is the limit of SAML 2.0 Metadata, section 2.2.1, in characters.
	maxEntityID = 1024
)

// The elements of a metadata document that are read. Names without a namespace match any.
type (
	entities struct {
		XMLName  xml.Name
		EntityID string          `xml:"entityID,attr"`
		IdPs     []idpDescriptor `xml:"urn:oasis:names:tc:SAML:2.0:metadata IDPSSODescriptor"`
		Entities []entities      `xml:"urn:oasis:names:tc:SAML:2.0:metadata EntityDescriptor"`
	}
	idpDescriptor struct {
		Protocols string          `xml:"protocolSupportEnumeration,attr"`
		Keys      []keyDescriptor `xml:"urn:oasis:names:tc:SAML:2.0:metadata KeyDescriptor"`
		SSO       []endpoint      `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleSignOnService"`
		SLO       []endpoint      `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleLogoutService"`
	}
	keyDescriptor struct {
		Use          string   `xml:"use,attr"`
		Certificates []string `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo>X509Data>X509Certificate"`
	}
	endpoint struct {
		Binding  string `xml:"Binding,attr"`
		Location string `xml:"Location,attr"`
	}
)

// ParseMetadata reads a metadata document: an EntityDescriptor of one identity provider, or an
// EntitiesDescriptor with only one in it. At least one of its signing certificates must not have
// expired by now. The error is for whoever configures the provider to read.
func ParseMetadata(document string, now time.Time) (*Metadata, error) {
	entity, idp, err := findIdP(document)
	if err != nil {
		return nil, err
	}
	m := &Metadata{EntityID: entity}
	if m.SSO, err = redirectOf("SingleSignOnService", idp.SSO); err != nil {
		return nil, err
	}
	if m.SSO == "" {
		return nil, errors.New("there is no SingleSignOnService with the HTTP-Redirect binding")
	}
	if m.SLO, err = redirectOf("SingleLogoutService", idp.SLO); err != nil {
		return nil, err
	}
	if m.Certificates, err = signing(idp.Keys); err != nil {
		return nil, err
	}
	for _, c := range m.Certificates {
		if now.Before(c.NotAfter) {
			return m, nil
		}
	}
	if len(m.Certificates) == 0 {
		return nil, errors.New("there is no signing certificate")
	}
	return nil, errors.New("the signing certificate has expired")
}

// findIdP is the one identity provider of a document.
func findIdP(document string) (entityID string, idp *idpDescriptor, err error) {
	var root entities
	d := xml.NewDecoder(strings.NewReader(document))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) {
		return nil, errors.New("the encoding is not UTF-8")
	}
	if err := d.Decode(&root); err != nil {
		return "", nil, fmt.Errorf("it is not well-formed XML: %w", err)
	}
	list := root.Entities
	if root.XMLName.Local == "EntityDescriptor" {
		list = []entities{root}
	}
	for _, e := range list {
		for i, descriptor := range e.IdPs {
			if !speaks(descriptor.Protocols) {
				continue
			}
			if idp != nil {
				return "", nil, errors.New("there are several identity providers in it")
			}
			entityID, idp = e.EntityID, &e.IdPs[i]
		}
	}
	switch {
	case idp == nil:
		return "", nil, errors.New("there is no IDPSSODescriptor of SAML 2.0 in it")
	case entityID == "" || len(entityID) > maxEntityID:
		return "", nil, errors.New("the entityID is missing or too long")
	}
	return entityID, idp, nil
}

// speaks tells whether a protocolSupportEnumeration has SAML 2.0; some providers leave it out.
func speaks(protocols string) bool {
	list := strings.Fields(protocols)
	for _, p := range list {
		if p == protocol {
			return true
		}
	}
	return len(list) == 0
}

// redirectOf is the address of the HTTP-Redirect endpoint; "" without one. Browsers are sent there.
func redirectOf(name string, endpoints []endpoint) (string, error) {
	for _, e := range endpoints {
		if e.Binding != redirect {
			continue
		}
		u, err := url.Parse(e.Location)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return "", fmt.Errorf("the Location of %s is not an HTTP address", name)
		}
		return e.Location, nil
	}
	return "", nil
}

func signing(keys []keyDescriptor) ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	for _, k := range keys {
		if k.Use != "" && k.Use != "signing" {
			continue
		}
		for _, text := range k.Certificates {
			text = strings.Join(strings.Fields(text), "")
			if len(text) > maxCertificate {
				return nil, fmt.Errorf("a signing certificate is longer than %d characters", maxCertificate)
			}
			der, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, errors.New("a signing certificate is not base64")
			}
			c, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, errors.New("a signing certificate is not an X.509 certificate")
			}
			list = append(list, c)
		}
	}
	return list, nil
}
