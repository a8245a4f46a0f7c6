package passkey

import (
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// Lifetime is how long a challenge can be answered.
const Lifetime = 5 * time.Minute

// Enabled tells whether sign-ins of the pool may start with a passkey.
func Enabled(p *userpool.Pool) bool {
	return p.AtLeastEssentials() && slices.Contains(p.FirstFactors(), cognitoidp.AuthFactorTypeWebAuthn)
}

// RelyingParty is the domain that the pool's passkeys belong to (RP ID); false without one.
func RelyingParty(p *userpool.Pool) (id string, ok bool) {
	if p.WebAuthn == nil || p.WebAuthn.RelyingPartyId == nil {
		return "", false
	}
	return *p.WebAuthn.RelyingPartyId, true
}

// Usable are those of keys by which u can sign in: made for the relying party that the pool has now.
func Usable(p *userpool.Pool, u *userpool.User, keys []*userpool.Passkey) []*userpool.Passkey {
	rp, ok := RelyingParty(p)
	var usable []*userpool.Passkey
	for _, k := range keys {
		if ok && k.RPID == rp && k.PoolID == p.ID && k.Sub == u.Sub {
			usable = append(usable, k)
		}
	}
	return usable
}

// verification is the user verification asked for: as the pool has it, or required by the caller.
func verification(p *userpool.Pool, required bool) protocol.UserVerificationRequirement {
	if required || p.WebAuthn != nil && p.WebAuthn.UserVerification == cognitoidp.UserVerificationTypeRequired {
		return protocol.VerificationRequired
	}
	return protocol.VerificationPreferred
}

// belongs tells whether authenticator data was made for the relying party.
func belongs(data *protocol.AuthenticatorData, rp string) bool {
	hash := sha256.Sum256([]byte(rp))
	return string(data.RPIDHash) == string(hash[:])
}

// contradictory: nothing can be backed up that is not eligible for it (section 6.1.3).
func contradictory(flags protocol.AuthenticatorFlags) bool {
	return flags.HasBackupState() && !flags.HasBackupEligible()
}

// allowed tells whether the page or app that ran the ceremony belongs to the relying party. A page in
// a frame of another origin's page counts only if the browser names that page, and it belongs too:
// otherwise anybody could frame a login page and have its user tap.
func allowed(c *protocol.CollectedClientData, rp string) bool {
	if c.TopOrigin != "" || c.CrossOrigin {
		return allowedOrigin(c.Origin, rp) && allowedOrigin(c.TopOrigin, rp)
	}
	return allowedOrigin(c.Origin, rp)
}

// allowedOrigin: the relying party's domain and those below it, by HTTPS, on any port; this machine,
// where the relying party is localhost; and Android apps, which the system lets use a domain's passkeys
// only if the domain names them (Digital Asset Links).
func allowedOrigin(origin, rp string) bool {
	for _, scheme := range []string{"android:apk-key-hash:", "android:apk-key-hash-sha256:"} {
		if hash, isApp := strings.CutPrefix(origin, scheme); isApp {
			sum, err := base64.RawURLEncoding.DecodeString(hash)
			return err == nil && len(sum) == sha256.Size
		}
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme+"://"+u.Host != origin { // more than an origin, or not as browsers write it
		return false
	}
	host := u.Hostname()
	within := host == rp || strings.HasSuffix(host, "."+rp)
	if rp == "localhost" {
		address, err := netip.ParseAddr(host)
		within = within || err == nil && address.IsLoopback()
		return within && (u.Scheme == "http" || u.Scheme == "https")
	}
	return within && u.Scheme == "https"
}
