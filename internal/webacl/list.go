package webacl

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// rememberedClients bounds the clients whose rate is known, at some 150 bytes each.
const rememberedClients = 65536

// Rules is what a List enforces. The zero value admits everybody.
type Rules struct {
	// Allow is the networks that may call; empty means all.
	Allow []netip.Prefix
	// Deny is the networks that may not, even inside an allowed one.
	Deny []netip.Prefix
	// Rate is how many requests per second one client may make; zero means any number.
	Rate float64
	// Burst is how many it may make at once; zero means one second's worth.
	Burst int
}

// List is a web access list at work. Make it with New; it is safe for concurrent use. A nil List
// admits everybody.
type List struct {
	rules   Rules
	clients *lru.Cache[netip.Prefix, *rate.Limiter] // nil without a rate
}

// New returns a List of these rules.
func New(rules Rules) *List {
	l := &List{rules: Rules{
		Allow: normalizeAll(rules.Allow),
		Deny:  normalizeAll(rules.Deny),
		Rate:  rules.Rate,
		Burst: rules.Burst,
	}}
	if l.rules.Rate <= 0 {
		return l
	}
	if l.rules.Burst <= 0 {
		l.rules.Burst = max(1, int(math.Ceil(l.rules.Rate)))
	}
	clients, err := lru.New[netip.Prefix, *rate.Limiter](rememberedClients)
	if err != nil {
		panic("webacl: " + err.Error()) // only for a size below one
	}
	l.clients = clients
	return l
}

// Admit tells whether a request from addr may come in at this time, and counts it. An address
// that is not known (the zero Addr) is in no network: it is refused as soon as networks matter,
// and without them all such clients share one rate.
func (l *List) Admit(addr netip.Addr, now time.Time) bool {
	if l == nil {
		return true
	}
	addr = normalize(addr)
	if len(l.rules.Allow)+len(l.rules.Deny) > 0 && !addr.IsValid() {
		return false
	}
	if contains(l.rules.Deny, addr) || len(l.rules.Allow) > 0 && !contains(l.rules.Allow, addr) {
		return false
	}
	return l.clients == nil || l.limiter(Site(addr)).AllowN(now, 1)
}

func (l *List) limiter(key netip.Prefix) *rate.Limiter {
	if limiter, ok := l.clients.Get(key); ok {
		return limiter
	}
	limiter := rate.NewLimiter(rate.Limit(l.rules.Rate), l.rules.Burst)
	if other, ok, _ := l.clients.PeekOrAdd(key, limiter); ok {
		return other
	}
	return limiter
}

// Site is what counts as one client: an IPv4 address or an IPv6 /64, which is the least that anybody is given
// (RFC 6177), so that each of its addresses may be used once. It is the zero Prefix for the zero Addr.
func Site(addr netip.Addr) netip.Prefix {
	addr = normalize(addr)
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	key, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return key
}

// ParseNetwork reads a network in CIDR form, or an address as the network of it alone.
func ParseNetwork(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		addr, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, fmt.Errorf("%q is neither a network nor an address", s)
		}
		addr = normalize(addr)
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is not a network", s)
	}
	if prefix != prefix.Masked() {
		return netip.Prefix{}, fmt.Errorf("%q has bits beyond its length: %s is the network", s, prefix.Masked())
	}
	return normalizePrefix(prefix), nil
}

// normalize gives an address its one form: IPv4 if it can be, and without a zone, which would
// keep it out of every network.
func normalize(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

// normalizePrefix turns a network of IPv4-mapped addresses into the IPv4 network it means.
func normalizePrefix(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}

func normalizeAll(networks []netip.Prefix) []netip.Prefix {
	normal := make([]netip.Prefix, len(networks))
	for i, n := range networks {
		normal[i] = normalizePrefix(n)
	}
	return normal
}

func contains(networks []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(addr) })
}
