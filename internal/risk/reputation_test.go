package risk

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReputation(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	exits := put("exits", "\ufeff# exit nodes\r\n198.51.100.7\r\n2001:db8::/32 ; a provider\n\n 203.0.113.0/24# all of it\n")
	hosters := put("hosters", "203.0.113.128/25\n::ffff:192.0.2.0/120")
	r := NewReputation([]string{exits, filepath.Join(dir, "none")}, []string{hosters}, slog.New(slog.DiscardHandler))
	for address, want := range map[string]Lists{
		"198.51.100.7":                           {Anonymizer: true},
		"::ffff:198.51.100.7":                    {Anonymizer: true},
		"198.51.100.6":                           {},
		"198.51.100.8":                           {},
		"203.0.112.255":                          {},
		"203.0.113.0":                            {Anonymizer: true},
		"203.0.113.127":                          {Anonymizer: true},
		"203.0.113.128":                          {Anonymizer: true, BadRepute: true},
		"203.0.113.255":                          {Anonymizer: true, BadRepute: true},
		"203.0.114.0":                            {},
		"192.0.2.9":                              {BadRepute: true},
		"2001:db8::1":                            {Anonymizer: true},
		"2001:db8:ffff::1%en":                    {Anonymizer: true},
		"2001:db9::":                             {},
		"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff": {},
	} {
		if got := r.Lookup(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %+v, want %+v", address, got, want)
		}
	}
	if got := r.Lookup(netip.Addr{}); got != (Lists{}) {
		t.Errorf("an unknown address: %+v", got)
	}

	// A list that was changed.
	put("none", "198.51.100.9\n")
	if err := os.Rename(put("exits.new", "198.51.100.8\n"), exits); err != nil {
		t.Fatal(err)
	}
	if !r.Lookup(netip.MustParseAddr("198.51.100.7")).Anonymizer {
		t.Error("forgotten before it was looked for")
	}
	r.Refresh()
	for address, want := range map[string]bool{"198.51.100.7": false, "198.51.100.8": true, "198.51.100.9": true} {
		if got := r.Lookup(netip.MustParseAddr(address)).Anonymizer; got != want {
			t.Errorf("%s after a change: %v, want %v", address, got, want)
		}
	}
}

func TestListsWithMistakes(t *testing.T) {
	const text = "192.0.2.1\nexample.com\n192.0.2.0/33\n192.0.2.1/24\n0.0.0.0/0\n192.0.2.2\n"
	list, err := parseAddresses(strings.NewReader(text))
	if err == nil || list == nil || len(list.four) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	const want = `line 2: "example.com" is neither a network nor an address
line 3: "192.0.2.0/33" is not a network
line 4: "192.0.2.1/24" has bits beyond its length: 192.0.2.0/24 is the network
line 5: 0.0.0.0/0 is everybody`
	if err.Error() != want {
		t.Errorf("%s\nwant\n%s", err, want)
	}
	list, err = parseAddresses(strings.NewReader(strings.Repeat("x\n", 500) + "192.0.2.1"))
	if len(list.four) != 1 || strings.Count(err.Error(), "\n") != maxTold || !strings.HasSuffix(err.Error(), "and 490 more lines") {
		t.Errorf("%v, %v", list, err)
	}
	list, err = parseAddresses(strings.NewReader("192.0.2.1\n" + strings.Repeat("x", maxLine+1)))
	if list != nil || err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%v, %v", list, err)
	}
}

// The set has exactly the addresses of its networks.
func TestAddressesAgainstNetworks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few bits differ, so that networks contain each other and meet.
		address := rapid.Custom(func(t *rapid.T) netip.Addr {
			last := rapid.Byte().Draw(t, "last")
			if rapid.Bool().Draw(t, "v4") {
				return netip.AddrFrom4([4]byte{192, 0, 2, last})
			}
			b := [16]byte{0x20, 0x01, 15: last}
			b[rapid.IntRange(2, 14).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
			return netip.AddrFrom16(b)
		})
		var networks []netip.Prefix
		var text strings.Builder
		for range rapid.IntRange(0, 20).Draw(t, "networks") {
			addr := address.Draw(t, "address")
			network, err := addr.Prefix(rapid.IntRange(1, addr.BitLen()).Draw(t, "bits"))
			if err != nil {
				t.Fatal(err)
			}
			networks = append(networks, network)
			fmt.Fprintln(&text, network)
		}
		list, err := parseAddresses(strings.NewReader(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		for _, blocks := range [][]block{list.four, list.six} {
			for i := 1; i < len(blocks); i++ {
				if blocks[i].first.compare(blocks[i-1].last) <= 0 {
					t.Fatalf("blocks overlap: %v", blocks)
				}
			}
		}
		for range 20 {
			addr := address.Draw(t, "looked up")
			want := slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr) })
			if got := list.contains(addr); got != want {
				t.Fatalf("%s in %v: %v, want %v", addr, networks, got, want)
			}
		}
	})
}

func FuzzParseAddresses(f *testing.F) {
	f.Add("192.0.2.1 # one\n2001:db8::/32\n", "192.0.2.1")
	f.Add("\x00\n;\n::/128\n255.255.255.255/32\n", "::")
	f.Add("::ffff:0:0/96\n", "1.1.1.1")
	f.Fuzz(func(t *testing.T, text, address string) {
		list, err := parseAddresses(strings.NewReader(text))
		if list == nil && err == nil {
			t.Fatal("no list and no reason")
		}
		if addr, err := netip.ParseAddr(address); err == nil {
			_ = list.contains(addr)
		}
	})
}

func BenchmarkReputation(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	pipe, to := io.Pipe()
	go func() {
		for range 1_000_000 {
			n := random.Uint32()
			fmt.Fprintln(to, netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}))
		}
		to.Close()
	}()
	list, err := parseAddresses(pipe)
	if err != nil {
		b.Fatal(err)
	}
	key := netip.MustParseAddr("198.51.100.7")
	for b.Loop() {
		list.contains(key)
	}
}
