package risk

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"

	"github.com/oschwald/geoip2-golang/v2"
)

// GeoIP knows places from databases in MaxMind's format. They are held in memory, so replacing a file,
// even by writing over it, cannot disturb a lookup.
type GeoIP struct {
	city, country, asn *file[geoip2.Reader]
}

// NewGeoIP reads the databases at these paths; "" is one that there is not. What the city database has no
// country of, the country database is asked for. A file that is missing or broken is logged and looked for
// again at each Refresh.
func NewGeoIP(city, country, asn string, log *slog.Logger) *GeoIP {
	g := &GeoIP{
		city:    database(city, log, (*geoip2.Reader).City),
		country: database(country, log, (*geoip2.Reader).Country),
		asn:     database(asn, log, (*geoip2.Reader).ASN),
	}
	g.Refresh()
	return g
}

// database tries out the method it will be asked by: a database of another kind refuses that.
func database[T any](
	path string, log *slog.Logger, ask func(*geoip2.Reader, netip.Addr) (*T, error),
) *file[geoip2.Reader] {
	if path == "" {
		return nil
	}
	read := func(path string) (*geoip2.Reader, error) {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		reader, err := geoip2.OpenBytes(content)
		if err != nil {
			return nil, err
		}
		if _, err := ask(reader, netip.IPv4Unspecified()); err != nil {
			return nil, fmt.Errorf("not the kind of database expected: %w", err)
		}
		return reader, nil
	}
	return &file[geoip2.Reader]{path: path, read: read, log: log}
}

// Refresh reads databases that have changed.
func (g *GeoIP) Refresh() {
	for _, f := range []*file[geoip2.Reader]{g.city, g.country, g.asn} {
		if f != nil {
			f.refresh()
		}
	}
}

// Locate tells what the databases know of an address.
func (g *GeoIP) Locate(addr netip.Addr) (Place, bool) {
	var place Place
	if !addr.IsValid() {
		return place, false
	}
	addr = plain(addr)
	if r := open(g.city); r != nil {
		if record, err := r.City(addr); err == nil {
			place.City, place.Country = record.City.Names.English, record.Country.ISOCode
			if at := record.Location; at.HasCoordinates() {
				place.Latitude, place.Longitude, place.HasPlace = *at.Latitude, *at.Longitude, true
			}
		}
	}
	if r := open(g.country); r != nil && place.Country == "" {
		if record, err := r.Country(addr); err == nil {
			place.Country = record.Country.ISOCode
		}
	}
	if r := open(g.asn); r != nil {
		if record, err := r.ASN(addr); err == nil && record.AutonomousSystemNumber != 0 {
			place.Network = fmt.Sprintf("AS%d", record.AutonomousSystemNumber)
		}
	}
	return place, place != Place{}
}

func open(f *file[geoip2.Reader]) *geoip2.Reader {
	if f == nil {
		return nil
	}
	return f.get()
}
