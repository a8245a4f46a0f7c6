package passkey

import (
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
)

// allows tells whether the page or app that ran a ceremony belongs to the relying party. A page in a
// frame of another origin's page does only if the browser names that page, and it belongs too:
// otherwise anybody could frame a sign-in and have its user tap.
func allows(rpID string, c *protocol.CollectedClientData) bool {
	framed := c.CrossOrigin || c.TopOrigin != ""
	return allowsOrigin(rpID, c.Origin) && (!framed || allowsOrigin(rpID, c.TopOrigin))
}

// allowsOrigin: over TLS the relying party's domain and those below it, on any port; this machine, where the
// relying party is localhost; and Android apps, for the system lets an app use only passkeys of domains that
// name it (Digital Asset Links).
func allowsOrigin(rpID, origin string) bool {
	if isApp(origin) {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme+"://"+u.Host != origin { // more than an origin, or not as browsers write it
		return false
	}
	host := u.Hostname()
	within := host == rpID || strings.HasSuffix(host, "."+rpID)
	if rpID == "localhost" {
		address, err := netip.ParseAddr(host)
		within = within || err == nil && address.IsLoopback()
		return within && (u.Scheme == "http" || u.Scheme == "https")
	}
	return within && u.Scheme == "https"
}

// isApp tells whether an origin is the hash of the certificate that an Android app is signed by.
func isApp(origin string) bool {
	for _, scheme := range []string{"android:apk-key-hash:", "android:apk-key-hash-sha256:"} {
		if text, ok := strings.CutPrefix(origin, scheme); ok {
			sum, err := base64.RawURLEncoding.DecodeString(text)
			return err == nil && len(sum) == sha256.Size
		}
	}
	return false
}
