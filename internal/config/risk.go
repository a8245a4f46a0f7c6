package config

import (
	"errors"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Risk names files that adaptive authentication learns from. They are read again when they change; one that
// is missing or broken is logged, and what it would tell is unknown.
type Risk struct {
	// GeoIPCity, GeoIPCountry and GeoIPASN are databases in MaxMind's format, which are held in memory: of
	// places; of countries, asked for what the first does not know; and of autonomous systems. Default: none.
	GeoIPCity    string `yaml:"geoip_city"`
	GeoIPCountry string `yaml:"geoip_country"`
	GeoIPASN     string `yaml:"geoip_asn"`
	// Anonymizers are lists of the addresses of proxies, VPNs and exit nodes, and BadReputation of those that
	// attacks came from: a path or a list of them, in the environment separated by commas. Each line has a
	// network or an address; what follows a # or ; is a comment. Default: none.
	Anonymizers   Paths `yaml:"anonymizers"`
	BadReputation Paths `yaml:"bad_reputation"`
	// BreachedPasswords is a filter of passwords, made by "ostiary breach build". Default: none, and only the
	// most common ones are known.
	BreachedPasswords string `yaml:"breached_passwords"`
}

// Paths is a list of files.
type Paths []string

// UnmarshalYAML reads a path or a list.
func (p *Paths) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		var one string
		if err := node.Decode(&one); err != nil {
			return err
		}
		*p = Paths{one}
		return nil
	}
	var list []string
	if err := node.Decode(&list); err != nil {
		return err
	}
	*p = list
	return nil
}

func paths(to *Paths) func(string) error {
	return func(s string) error {
		*to = nil
		for part := range strings.SplitSeq(s, ",") {
			*to = append(*to, strings.TrimSpace(part))
		}
		return nil
	}
}

func (c *Config) validateRisk(p *problems) {
	if c.AddressLockout < 0 || c.AddressLockout > 3000 {
		p.add("address_lockout", "%d is not between 0 and 3000", c.AddressLockout)
	}
	if c.AuthEventRetention < 24*time.Hour {
		p.add("auth_event_retention", "%s is less than 24h", c.AuthEventRetention)
	}
	for _, list := range []struct {
		key   string
		paths Paths
	}{{"risk.anonymizers", c.Risk.Anonymizers}, {"risk.bad_reputation", c.Risk.BadReputation}} {
		seen := map[string]bool{}
		for _, path := range list.paths {
			switch {
			case path == "":
				p.addErr(list.key, errors.New("a path is empty"))
			case seen[path]:
				p.add(list.key, "%s is there twice", path)
			}
			seen[path] = true
		}
	}
}
