package risk

import (
	"errors"
	"hash/maphash"
	"net/netip"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"ostiary/internal/webacl"
)

// Ranges is a list of networks, such as BlockedIPRangeList and SkippedIPRangeList of
// RiskExceptionConfigurationType.
type Ranges []netip.Prefix

// ParseRanges reads networks in CIDR notation (RFC 4632, RFC 4291) and single addresses. The error tells
// every entry that is neither, and the ranges are the others.
func ParseRanges(list []string) (Ranges, error) {
	var (
		ranges = make(Ranges, 0, len(list))
		wrong  []error
	)
	for _, text := range list {
		network, err := webacl.ParseNetwork(text)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		ranges = append(ranges, network)
	}
	return ranges, errors.Join(wrong...)
}

// Contains tells whether an address is in one of the ranges. An IPv4 address is the same whether it is
// written as such or mapped into IPv6; an address that is not known is in none.
func (r Ranges) Contains(addr netip.Addr) bool {
	addr = plain(addr)
	return slices.ContainsFunc(r, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// Exceptions remembers what the exception lists of configurations mean, so that each is parsed once.
// It is safe for concurrent use.
type Exceptions struct {
	seed   maphash.Seed
	parsed *lru.Cache[uint64, parsedRanges]
}

type parsedRanges struct {
	list   []string
	ranges Ranges
}

// maxExceptionLists bounds what is remembered: two lists of 200 ranges are 13 kB.
const maxExceptionLists = 1024

// NewExceptions remembers nothing yet.
func NewExceptions() *Exceptions {
	parsed, _ := lru.New[uint64, parsedRanges](maxExceptionLists) // it fails for sizes below one only
	return &Exceptions{seed: maphash.MakeSeed(), parsed: parsed}
}

// Excepted tells whether an address is in a list of ranges as a configuration has it. Entries that mean
// nothing contain nothing; SetRiskConfiguration refuses them by ParseRanges.
func (e *Exceptions) Excepted(list []string, addr netip.Addr) bool {
	if len(list) == 0 || !addr.IsValid() {
		return false
	}
	var h maphash.Hash
	h.SetSeed(e.seed)
	for _, text := range list {
		_, _ = h.WriteString(text) // never fails
		_ = h.WriteByte(0)
	}
	key := h.Sum64()
	known, ok := e.parsed.Get(key)
	if !ok || !slices.Equal(known.list, list) {
		ranges, _ := ParseRanges(list)
		known = parsedRanges{slices.Clone(list), ranges}
		e.parsed.Add(key, known)
	}
	return known.ranges.Contains(addr)
}
