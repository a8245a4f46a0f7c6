package risk

import "net/netip"

// Place is where an address is, as far as is known: zero values are unknown.
type Place struct {
	City    string // in English
	Country string // ISO 3166-1 alpha-2
	// Latitude and Longitude are in degrees; HasPlace tells whether they are known.
	Latitude, Longitude float64
	HasPlace            bool
	Network             string // the autonomous system (RFC 1930), such as "AS64500"
}

// Places knows where addresses are. It is safe for concurrent use and answers at once.
type Places interface {
	// Locate tells what is known of an address, and false if that is nothing.
	Locate(netip.Addr) (Place, bool)
}

// plain gives an address its one form: IPv4 if it can be, and without a zone.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }
