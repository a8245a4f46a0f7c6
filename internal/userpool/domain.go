package userpool

import (
	"slices"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// Domain is the name under which browsers reach a pool's login pages and authorization server
// (CreateUserPoolDomain). A pool has at most one prefix and one custom domain; no name is used twice.
type Domain struct {
	Name   string // the prefix alone, or the fully qualified custom domain
	PoolID string
	// Custom is the certificate and TLS policy of a custom domain; nil makes it a prefix.
	Custom *cognitoidp.CustomDomainConfigType
	// Routing names the region of a replica that a custom domain fails over to. It is kept and answered;
	// whichever node a request reaches answers for both regions.
	Routing *cognitoidp.RoutingType
	// ManagedLoginVersion is which pages are served: 1 for the hosted UI, 2 for managed login.
	ManagedLoginVersion int32
	Created             time.Time
	Modified            time.Time
}

// The values of ManagedLoginVersion.
const (
	HostedUI     = 1
	ManagedLogin = 2
)

// NewDomain is the domain that CreateUserPoolDomain asks for.
func NewDomain(p *Pool, now time.Time, in *cognitoidp.CreateUserPoolDomainRequest) (*Domain, error) {
	d := &Domain{
		Name: in.Domain, PoolID: p.ID, Custom: in.CustomDomainConfig,
		Routing: in.Routing, ManagedLoginVersion: orElse(in.ManagedLoginVersion, HostedUI), Created: now, Modified: now,
	}
	if err := d.checkName(); err != nil {
		return nil, err
	}
	return d, d.check(p)
}

// Update does what UpdateUserPoolDomain asks for: what is left out keeps its value, and so does the name.
func (d *Domain) Update(p *Pool, now time.Time, in *cognitoidp.UpdateUserPoolDomainRequest) error {
	if in.CustomDomainConfig != nil {
		if d.Custom == nil {
			return awserr.CertificateOfPrefix()
		}
		d.Custom = in.CustomDomainConfig
	}
	if in.Routing != nil {
		d.Routing = in.Routing
	}
	d.ManagedLoginVersion = orElse(in.ManagedLoginVersion, d.ManagedLoginVersion)
	d.Modified = now
	return d.check(p)
}

// reservedWords must not stand between the hyphens of a prefix: it would look like the provider's own.
var reservedWords = []string{"aws", "amazon", "cognito"}

func (d *Domain) checkName() error {
	if d.Custom != nil {
		if !strings.Contains(d.Name, ".") || !isDomainName(d.Name) {
			return awserr.InvalidCustomDomain()
		}
		return nil
	}
	if strings.Contains(d.Name, ".") {
		return awserr.InvalidPrefixDomain()
	}
	for word := range strings.SplitSeq(d.Name, "-") {
		if slices.Contains(reservedWords, word) {
			return awserr.ReservedDomain(word)
		}
	}
	return nil
}

// failsOverTo is the region that requests to the domain are routed to if its own fails; "" if none is set.
func (d *Domain) failsOverTo() string {
	if d.Routing == nil || d.Routing.Failover == nil {
		return ""
	}
	return d.Routing.Failover.SecondaryRegion
}

func (d *Domain) check(p *Pool) error {
	if d.Custom != nil {
		if certificate := parseARN(d.Custom.CertificateArn); certificate.service != "acm" || certificate.region != "us-east-1" ||
			!strings.HasPrefix(certificate.resource, "certificate/") {
			return awserr.InvalidCertificate()
		}
	}
	if region := d.failsOverTo(); region != "" {
		if d.Custom == nil {
			return awserr.RoutingOfPrefix()
		}
		if p.ReplicaIn(region) == nil {
			return awserr.NoReplica(region)
		}
	}
	switch d.ManagedLoginVersion {
	case HostedUI:
		return nil
	case ManagedLogin:
		if !p.AtLeastEssentials() {
			return awserr.FeatureUnavailableInTier(p.Settings.UserPoolTier, managedLoginFeature)
		}
		return nil
	default:
		return awserr.InvalidManagedLoginVersion()
	}
}

// managedLoginFeature is what refusals call version 2.
const managedLoginFeature = "Managed Login Version 2"

// CheckDomains refuses a pool whose feature plan no longer has what its domains use.
func (p *Pool) CheckDomains(domains []*Domain) error {
	for _, d := range domains {
		if d.ManagedLoginVersion == ManagedLogin && !p.AtLeastEssentials() {
			return awserr.FeaturesUnavailableInTier(p.Settings.UserPoolTier, []string{managedLoginFeature})
		}
	}
	return nil
}
