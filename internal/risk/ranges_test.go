package risk_test

import (
	"fmt"
	"net/netip"
	"testing"

	"ostiary/internal/risk"
)

func TestRanges(t *testing.T) {
	ranges, err := risk.ParseRanges([]string{"192.0.2.0/24", "2001:db8::/32", "198.51.100.7", "::ffff:203.0.113.0/120", "x", "192.0.2.1/8"})
	const want = `"x" is neither a network nor an address
"192.0.2.1/8" has bits beyond its length: 192.0.0.0/8 is the network`
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	list := []string{"192.0.2.0/24", "2001:db8::/32", "198.51.100.7", "::ffff:203.0.113.0/120", "x"}
	exceptions := risk.NewExceptions()
	for address, want := range map[string]bool{
		"192.0.2.200": true, "::ffff:192.0.2.200": true, "192.0.3.0": false,
		"2001:db8::1": true, "2001:db8::1%eth0": true, "2001:db9::1": false,
		"198.51.100.7": true, "198.51.100.8": false, "203.0.113.5": true, "::": false,
	} {
		addr := netip.MustParseAddr(address)
		if got := ranges.Contains(addr); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
		for range 2 { // parsed, and remembered
			if got := exceptions.Excepted(list, addr); got != want {
				t.Errorf("%s is excepted: %v, want %v", address, got, want)
			}
		}
	}
	if ranges.Contains(netip.Addr{}) || exceptions.Excepted(list, netip.Addr{}) {
		t.Error("an unknown address is somewhere")
	}
	if exceptions.Excepted(nil, netip.MustParseAddr("192.0.2.200")) {
		t.Error("excepted by nothing")
	}
	list[0] = "10.0.0.0/8"
	if exceptions.Excepted(list, netip.MustParseAddr("192.0.2.200")) || !exceptions.Excepted(list, netip.MustParseAddr("10.0.0.1")) {
		t.Error("a changed list counts as it was")
	}
}

func TestEverybodyIsARange(t *testing.T) {
	ranges, err := risk.ParseRanges([]string{"0.0.0.0/0"})
	if err != nil || !ranges.Contains(netip.MustParseAddr("192.0.2.1")) || ranges.Contains(netip.MustParseAddr("2001:db8::1")) {
		t.Errorf("%v, %v", ranges, err)
	}
}

func FuzzParseRanges(f *testing.F) {
	f.Add("192.0.2.0/24", "192.0.2.1")
	f.Add("::ffff:0:0/95", "::1")
	f.Fuzz(func(t *testing.T, text, address string) {
		ranges, err := risk.ParseRanges([]string{text})
		if (err == nil) != (len(ranges) == 1) {
			t.Errorf("%v, %v", ranges, err)
		}
		if addr, err := netip.ParseAddr(address); err == nil {
			_ = ranges.Contains(addr)
		}
	})
}

func BenchmarkExcepted(b *testing.B) {
	var list []string
	for i := range 200 {
		list = append(list, fmt.Sprintf("10.%d.0.0/16", i))
	}
	exceptions, addr := risk.NewExceptions(), netip.MustParseAddr("192.0.2.1")
	for b.Loop() {
		exceptions.Excepted(list, addr)
	}
}
