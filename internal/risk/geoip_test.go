package risk_test

import (
	"bytes"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"ostiary/internal/risk"
)

func city(name, country string, latitude, longitude float64) mmdbtype.Map {
	return mmdbtype.Map{
		"city":     mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(name)}},
		"country":  mmdbtype.Map{"iso_code": mmdbtype.String(country)},
		"location": mmdbtype.Map{"latitude": mmdbtype.Float64(latitude), "longitude": mmdbtype.Float64(longitude)},
	}
}

func asn(number uint32) mmdbtype.Map {
	return mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(number)}
}

// writeDatabase writes a database as MaxMind's are.
func writeDatabase(t testing.TB, path, kind string, records map[string]mmdbtype.Map) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		DatabaseType: kind, RecordSize: 24, IncludeReservedNetworks: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for network, record := range records {
		_, ipNet, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(ipNet, record); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, b.String())
	return path
}

// writeFile replaces a file as careful operators do, and as careless clocks do not show.
func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// logged is a logger and what it has written.
func logged() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}

func TestGeoIP(t *testing.T) {
	dir := t.TempDir()
	cities := writeDatabase(t, filepath.Join(dir, "city"), "GeoLite2-City", map[string]mmdbtype.Map{
		"198.51.100.0/24":  city("Zürich", "CH", 47.4, 8.5),
		"2001:db8:1::/48":  city("Lima", "PE", -12, -77),
		"203.0.113.0/25":   {"country": mmdbtype.Map{"iso_code": mmdbtype.String("FR")}},
		"203.0.113.128/25": {"city": mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String("Nowhere")}}},
	})
	countries := writeDatabase(t, filepath.Join(dir, "country"), "GeoLite2-Country", map[string]mmdbtype.Map{
		"203.0.113.0/24": {"country": mmdbtype.Map{"iso_code": mmdbtype.String("BE")}},
	})
	networks := writeDatabase(t, filepath.Join(dir, "asn"), "GeoLite2-ASN", map[string]mmdbtype.Map{
		"198.51.100.0/24": asn(64500),
		"192.0.2.0/24":    asn(4200000000),
	})
	zurich := risk.Place{City: "Zürich", Country: "CH", Latitude: 47.4, Longitude: 8.5, HasPlace: true}
	zurichNetwork := zurich
	zurichNetwork.Network = "AS64500"
	for name, c := range map[string]struct {
		city, country, asn string
		want               map[string]risk.Place
	}{
		"none": {want: map[string]risk.Place{"198.51.100.7": {}}},
		"city": {city: cities, want: map[string]risk.Place{
			"198.51.100.7":        zurich,
			"::ffff:198.51.100.7": zurich,
			"2001:db8:1::5":       {City: "Lima", Country: "PE", Latitude: -12, Longitude: -77, HasPlace: true},
			"203.0.113.1":         {Country: "FR"},
			"203.0.113.200":       {City: "Nowhere"},
			"192.0.2.1":           {},
			"2001:db8:2::5":       {},
		}},
		"asn": {asn: networks, want: map[string]risk.Place{
			"198.51.100.7":  {Network: "AS64500"},
			"192.0.2.1":     {Network: "AS4200000000"},
			"203.0.113.200": {},
		}},
		"country": {country: countries, want: map[string]risk.Place{
			"203.0.113.1": {Country: "BE"}, "198.51.100.7": {},
		}},
		"all": {city: cities, country: countries, asn: networks, want: map[string]risk.Place{
			"198.51.100.7":  zurichNetwork,
			"203.0.113.1":   {Country: "FR"},
			"203.0.113.200": {City: "Nowhere", Country: "BE"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			log, text := logged()
			g := risk.NewGeoIP(c.city, c.country, c.asn, log)
			for address, want := range c.want {
				got, ok := g.Locate(netip.MustParseAddr(address))
				if got != want || ok != (want != risk.Place{}) {
					t.Errorf("%s is at %+v (%v), want %+v", address, got, ok, want)
				}
			}
			if place, ok := g.Locate(netip.Addr{}); ok {
				t.Errorf("an unknown address is at %+v", place)
			}
			if strings.Contains(text.String(), "WARN") {
				t.Error(text)
			}
		})
	}
}

func TestGeoIPIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "city.mmdb")
	address := netip.MustParseAddr("198.51.100.7")
	log, text := logged()
	g := risk.NewGeoIP(path, "", "", log)
	expect := func(name string, wantText string) {
		t.Helper()
		if place, _ := g.Locate(address); place.City != name {
			t.Errorf("it is in %q, want %q", place.City, name)
		}
		if n := strings.Count(text.String(), wantText); n != 1 {
			t.Errorf("%q was logged %d times in\n%s", wantText, n, text)
		}
		text.Reset()
	}
	in := func(name string) map[string]mmdbtype.Map {
		return map[string]mmdbtype.Map{"198.51.100.0/24": city(name, "CH", 47, 8)}
	}
	g.Refresh() // and does not log again
	expect("", "no such file")

	writeDatabase(t, path, "GeoLite2-City", in("Bern"))
	g.Refresh()
	g.Refresh()
	expect("Bern", "read a source of risk")

	writeDatabase(t, path, "GeoLite2-City", in("Basel"))
	g.Refresh()
	expect("Basel", "read a source of risk")

	writeFile(t, path, "half of a database")
	g.Refresh()
	g.Refresh()
	expect("Basel", "invalid MaxMind DB file")

	writeDatabase(t, path, "GeoLite2-ASN", map[string]mmdbtype.Map{"198.51.100.0/24": asn(1)})
	g.Refresh()
	expect("Basel", "not the kind of database expected")

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	g.Refresh()
	expect("Basel", "no such file")

	// Written over in place, with the same size: the time tells.
	writeDatabase(t, path, "GeoLite2-City", in("Genf"))
	g.Refresh()
	expect("Genf", "read a source of risk")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(content, []byte("Genf"), []byte("Chur")), 0o600); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	g.Refresh()
	expect("Chur", "read a source of risk")
}

func BenchmarkGeoIP(b *testing.B) {
	dir := b.TempDir()
	cities := writeDatabase(b, filepath.Join(dir, "city"), "GeoLite2-City",
		map[string]mmdbtype.Map{"198.51.100.0/24": city("Zürich", "CH", 47.4, 8.5)})
	networks := writeDatabase(b, filepath.Join(dir, "asn"), "GeoLite2-ASN",
		map[string]mmdbtype.Map{"198.51.100.0/24": asn(64500)})
	g := risk.NewGeoIP(cities, "", networks, slog.New(slog.DiscardHandler))
	address := netip.MustParseAddr("198.51.100.7")
	for b.Loop() {
		if _, ok := g.Locate(address); !ok {
			b.Fatal("not found")
		}
	}
}
