package userpool

import (
	"encoding/base64"
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/saml"
)

// Keys of ProviderDetails.
const (
	detailClientID        = "client_id"
	detailClientSecret    = "client_secret"
	detailScopes          = "authorize_scopes"
	detailIssuer          = "oidc_issuer"
	detailAuthorizeURL    = "authorize_url"
	detailTokenURL        = "token_url"
	detailTokenMethod     = "token_request_method"
	detailAttributesURL   = "attributes_url"
	detailAddAttributes   = "attributes_url_add_attributes"
	detailAttributeMethod = "attributes_request_method"
	detailKeysURL         = "jwks_uri"
	detailAPIVersion      = "api_version" // Facebook
	detailTeamID          = "team_id"     // Apple, and the next two
	detailKeyID           = "key_id"
	detailPrivateKey      = "private_key"

	detailMetadataURL  = "MetadataURL" // SAML, and all that follow
	detailMetadataFile = "MetadataFile"
	detailIDPInit      = "IDPInit"
	detailIDPSignout   = "IDPSignout"
	detailEncrypted    = "EncryptedResponses"
	detailSigning      = "RequestSigningAlgorithm"
	detailSSO          = "SSORedirectBindingURI"
	detailSLO          = "SLORedirectBindingURI"
	detailCertificate  = "ActiveEncryptionCertificate"
)

// IsProviderSecret tells whether a provider detail is a secret, which the store seals.
func IsProviderSecret(detail string) bool {
	return detail == detailClientSecret || detail == detailPrivateKey
}

// ShownDetails are the details as the API answers them: without Apple's key, which never comes back,
// and with the certificate of a SAML provider's encryption.
func (ip *IdentityProvider) ShownDetails() map[string]string {
	shown := maps.Clone(ip.Details)
	delete(shown, detailPrivateKey)
	if ip.Encryption != nil && EncryptsResponses(ip.Details) {
		shown[detailCertificate] = base64.StdEncoding.EncodeToString(ip.Encryption.Certificate)
	}
	return shown
}

// setDetails replaces the details by those given, checked and made whole; now tells which certificates
// have expired.
func (ip *IdentityProvider) setDetails(given map[string]string, now time.Time) error {
	if ip.Type == cognitoidp.IdentityProviderTypeTypeSaml {
		return ip.setSAML(given, now)
	}
	kind := oidcKinds[ip.Type]
	for _, name := range sortedKeys(given) {
		if !slices.Contains(oidcDetails, name) && !slices.Contains(kind.own, name) {
			return awserr.ProviderDetailUnknown(name, ip.Type)
		}
	}
	details := maps.Clone(given)
	if key := ip.Details[detailPrivateKey]; given[detailPrivateKey] == "" && key != "" {
		details[detailPrivateKey] = key // the caller never gets to see it
	}
	// What the type fills in and a caller has read is not the caller's wish.
	for name, value := range kind.defaults(ip.Details) {
		if given[name] == value && name != detailAPIVersion {
			delete(details, name)
		}
	}
	if details[detailAPIVersion] != "" && !apiVersionForm.MatchString(details[detailAPIVersion]) {
		return awserr.FacebookVersion()
	}
	for name, value := range kind.defaults(details) {
		if details[name] == "" {
			details[name] = value
		}
	}
	for _, name := range kind.required {
		if details[name] == "" {
			return awserr.ProviderDetailsRequired(kind.requiredAs)
		}
	}
	if err := checkOIDCDetails(ip.Type, details); err != nil {
		return err
	}
	ip.Details = details
	return nil
}

// oidcDetails are the details that every provider may have that speaks OAuth 2.0. The addresses of
// social providers can be given too, for instance those of a stand-in.
var oidcDetails = []string{
	detailClientID, detailClientSecret, detailScopes, detailIssuer, detailAuthorizeURL, detailTokenURL, detailTokenMethod,
	detailAttributesURL, detailAddAttributes, detailAttributeMethod, detailKeysURL,
}

// oidcKind is what the providers of one type have in common.
type oidcKind struct {
	own        []string // details that other types do not have
	required   []string
	requiredAs string // how the refusal names them
	// defaults are what is filled in, given the other details; they may be nil.
	defaults func(details map[string]string) map[string]string
}

var apiVersionForm = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]{1,3}$`)

var oidcKinds = map[cognitoidp.IdentityProviderTypeType]oidcKind{
	cognitoidp.IdentityProviderTypeTypeOidc: {
		required:   []string{detailClientID, detailScopes, detailIssuer, detailAttributeMethod},
		requiredAs: "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod",
		defaults:   fixed(map[string]string{detailAddAttributes: "false"}),
	},
	cognitoidp.IdentityProviderTypeTypeGoogle: {
		required:   []string{detailClientID, detailClientSecret, detailScopes},
		requiredAs: "clientId, clientSecret and authorizeScopes",
		defaults: fixed(map[string]string{ //nolint:gosec // addresses of tokens, no tokens
			detailAttributesURL: "https://people.googleapis.com/v1/people/me?personFields=",
			detailAddAttributes: "true",
			detailAuthorizeURL:  "https://accounts.google.com/o/oauth2/v2/auth",
			detailIssuer:        "https://accounts.google.com",
			detailTokenMethod:   "POST",
			detailTokenURL:      "https://www.googleapis.com/oauth2/v4/token",
		}),
	},
	cognitoidp.IdentityProviderTypeTypeFacebook: {
		own:        []string{detailAPIVersion},
		required:   []string{detailClientID, detailClientSecret, detailScopes},
		requiredAs: "clientId, clientSecret and authorizeScopes",
		defaults: func(details map[string]string) map[string]string {
			version := orKept(details[detailAPIVersion], "v17.0")
			return map[string]string{
				detailAPIVersion:    version,
				detailAttributesURL: "https://graph.facebook.com/" + version + "/me?fields=",
				detailAddAttributes: "true",
				detailAuthorizeURL:  "https://www.facebook.com/" + version + "/dialog/oauth",
				detailTokenMethod:   "GET",
				detailTokenURL:      "https://graph.facebook.com/" + version + "/oauth/access_token",
			}
		},
	},
	cognitoidp.IdentityProviderTypeTypeLoginWithAmazon: {
		required:   []string{detailClientID, detailClientSecret, detailScopes},
		requiredAs: "clientId, clientSecret and authorizeScopes",
		defaults: fixed(map[string]string{ //nolint:gosec // addresses of tokens, no tokens
			detailAttributesURL: "https://api.amazon.com/user/profile",
			detailAddAttributes: "false",
			detailAuthorizeURL:  "https://www.amazon.com/ap/oa",
			detailTokenMethod:   "POST",
			detailTokenURL:      "https://api.amazon.com/auth/o2/token",
		}),
	},
	cognitoidp.IdentityProviderTypeTypeSignInWithApple: {
		own:        []string{detailTeamID, detailKeyID, detailPrivateKey},
		required:   []string{detailClientID, detailPrivateKey, detailTeamID, detailKeyID},
		requiredAs: "clientId, privateKey, teamId, and keyId",
		defaults: fixed(map[string]string{ //nolint:gosec // addresses of tokens, no tokens
			detailScopes:        "email name",
			detailAddAttributes: "false",
			detailAuthorizeURL:  "https://appleid.apple.com/auth/authorize",
			detailIssuer:        "https://appleid.apple.com",
			detailTokenMethod:   "POST",
			detailTokenURL:      "https://appleid.apple.com/auth/token",
		}),
	},
}

func fixed(defaults map[string]string) func(map[string]string) map[string]string {
	return func(map[string]string) map[string]string { return defaults }
}

// checkOIDCDetails checks the form of the details of a provider that speaks OAuth 2.0.
func checkOIDCDetails(of cognitoidp.IdentityProviderTypeType, details map[string]string) error {
	for _, name := range []string{detailTokenMethod, detailAttributeMethod} {
		if v := details[name]; v != "" && v != "GET" && v != "POST" {
			return awserr.ProviderDetailNotOneOf(name, "POST", "GET")
		}
	}
	if v := details[detailAddAttributes]; v != "" && v != "true" && v != "false" {
		return awserr.ProviderDetailNotOneOf(detailAddAttributes, "true", "false")
	}
	for _, name := range []string{detailIssuer, detailAuthorizeURL, detailTokenURL, detailAttributesURL, detailKeysURL} {
		if v := details[name]; v != "" {
			if why := endpointFault(v, false); why != "" {
				return awserr.ProviderURL(name, why)
			}
		}
	}
	switch {
	case strings.ContainsAny(details[detailIssuer], "?"):
		return awserr.ProviderURL(detailIssuer, "must not have a query")
	case of != cognitoidp.IdentityProviderTypeTypeOidc:
		return nil
	case strings.HasSuffix(details[detailIssuer], "/"):
		return awserr.ProviderURL(detailIssuer, "must not end with a slash")
	case !slices.Contains(strings.Fields(details[detailScopes]), "openid"):
		return awserr.ProviderScopeMissing("openid")
	default:
		return nil
	}
}

// endpointFault tells what is wrong with the address of a provider; "" if nothing is. Keys, tokens and
// claims that came over plain HTTP would be anybody's word, so it is for this machine only (a stand-in
// under test), but for SAML metadata, where the service allows it.
func endpointFault(text string, plain bool) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "must be an absolute HTTPS URL"
	case u.User != nil:
		return "must not contain a user name or password"
	case strings.Contains(text, "#"):
		return "must not have a fragment"
	case u.Scheme == "http" && !plain && !isLoopback(u.Hostname()):
		return "must use HTTPS"
	default:
		return ""
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// samlDetails are the details of a SAML provider.
var samlDetails = []string{
	detailMetadataURL, detailMetadataFile, detailIDPInit, detailIDPSignout, detailEncrypted, detailSigning,
	detailSSO, detailSLO, detailCertificate,
}

// setSAML replaces the details of a SAML provider. Of a MetadataFile it reads the endpoints at once; what
// a MetadataURL leads to is read when the provider is used.
func (ip *IdentityProvider) setSAML(given map[string]string, now time.Time) error {
	for _, name := range sortedKeys(given) {
		if !slices.Contains(samlDetails, name) {
			return awserr.ProviderDetailUnknown(name, ip.Type)
		}
	}
	details := maps.Clone(given)
	delete(details, detailCertificate) // the server's own
	for _, name := range []string{detailIDPInit, detailIDPSignout, detailEncrypted} {
		value, ok := details[name]
		if !ok {
			continue
		}
		details[name] = strings.ToLower(value)
		if details[name] != "true" && details[name] != "false" {
			return awserr.ProviderDetailNotOneOf(name, "true", "false")
		}
	}
	if v, ok := details[detailSigning]; ok && v != "rsa-sha256" {
		return awserr.ProviderDetailNotOneOf(detailSigning, "rsa-sha256")
	}
	file, address := details[detailMetadataFile], details[detailMetadataURL]
	switch {
	case file == "" && address == "":
		return awserr.NoMetadata()
	case file != "" && address != "":
		return awserr.MetadataTwice()
	case address != "":
		if why := endpointFault(address, true); why != "" {
			return awserr.ProviderURL(detailMetadataURL, why)
		}
		if address != ip.Details[detailMetadataURL] {
			ip.EntityID = ""
		}
		for _, name := range []string{detailSSO, detailSLO} {
			// What the document says counts. Only what was read from it before can stand here.
			delete(details, name)
			if known := ip.Details[name]; known != "" && address == ip.Details[detailMetadataURL] {
				details[name] = known
			}
		}
	default:
		metadata, err := saml.ParseMetadata(file, now)
		if err != nil {
			return awserr.InvalidMetadata(err)
		}
		ip.EntityID = metadata.EntityID
		details[detailSSO] = metadata.SSO
		delete(details, detailSLO)
		if metadata.SLO != "" {
			details[detailSLO] = metadata.SLO
		}
	}
	ip.Details = details
	return nil
}
