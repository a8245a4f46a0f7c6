package webacl

import (
	"net/http"
	"net/netip"
	"strings"
)

// forwardedFor is the header that is a list, to which every proxy adds the peer it saw.
const forwardedFor = "X-Forwarded-For"

// Proxies finds the client of a request that may have come through proxies. Make it with
// NewProxies. The zero value trusts nobody: the client is the peer.
type Proxies struct {
	trusted []netip.Prefix
	header  string
}

// NewProxies trusts what peers in the given networks say in header about the client. An empty
// header means X-Forwarded-For. Any other, such as X-Real-IP, has to hold one address, and the
// proxy has to overwrite what the client sent.
func NewProxies(trusted []netip.Prefix, header string) Proxies {
	if header == "" {
		header = forwardedFor
	}
	return Proxies{trusted: normalizeAll(trusted), header: http.CanonicalHeaderKey(header)}
}

// ClientAddress tells where req comes from: IPv4 where it can be, without zone. It is the zero
// Addr if that cannot be known, for example because a trusted proxy sent something that is no
// address; taking the proxy for the client would then give strangers its place.
func (p Proxies) ClientAddress(req *http.Request) netip.Addr {
	peer := parseAddr(req.RemoteAddr)
	if !contains(p.trusted, peer) {
		return peer
	}
	values := req.Header.Values(p.header)
	switch {
	case len(values) == 0:
		return peer // a call of the proxy's own, such as a health check
	case p.header == forwardedFor:
		return p.walk(strings.Join(values, ","))
	case len(values) > 1:
		return netip.Addr{}
	}
	return parseAddr(values[0])
}

// Host is the host that the client of req asked for: what a trusted proxy says in X-Forwarded-Host, if that
// is one name, otherwise the header Host.
func (p Proxies) Host(req *http.Request) string {
	values := req.Header.Values("X-Forwarded-Host")
	if len(values) != 1 || values[0] == "" || strings.Contains(values[0], ",") || !contains(p.trusted, parseAddr(req.RemoteAddr)) {
		return req.Host
	}
	return strings.TrimSpace(values[0])
}

// walk goes through a list of hops from the nearest, as far as trusted proxies vouch for it: the
// first address that is none of theirs is the client. If all are, it is the farthest.
func (p Proxies) walk(hops string) netip.Addr {
	for {
		comma := strings.LastIndexByte(hops, ',')
		hop := parseAddr(hops[comma+1:])
		if comma < 0 || !contains(p.trusted, hop) {
			return hop
		}
		hops = hops[:comma]
	}
}

// parseAddr reads an address with or without a port. Both kinds are seen in headers.
func parseAddr(s string) netip.Addr {
	s = strings.TrimSpace(s)
	if addr, err := netip.ParseAddr(s); err == nil {
		return normalize(addr)
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return normalize(ap.Addr())
	}
	if addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")); err == nil {
		return normalize(addr)
	}
	return netip.Addr{}
}
