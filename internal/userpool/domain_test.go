package userpool

import (
	"testing"
	"time"

	"ostiary/cognitoidp"
)

const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/1-2-3"

func TestNewDomain(t *testing.T) {
	const (
		invalid      = cognitoidp.InvalidParameterException
		badPrefix    = "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens."
		badCustom    = "Custom domain is not a valid subdomain"
		badCert      = "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain."
		noManaged    = "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2"
		versions     = "ManagedLoginVersion must be 1 or 2."
		onlyCustom   = "Routing is only supported for custom domains."
		noReplica    = "The user pool has no replica in region eu-west-1."
		reservedWord = "Domain cannot contain reserved word: "
	)
	custom := func(arn string) *cognitoidp.CustomDomainConfigType {
		return &cognitoidp.CustomDomainConfigType{CertificateArn: arn}
	}
	failover := &cognitoidp.RoutingType{Failover: &cognitoidp.FailoverType{SecondaryRegion: "eu-west-1", PrimaryRoute53HealthCheckId: "1"}}
	for _, c := range []struct {
		in      cognitoidp.CreateUserPoolDomainRequest
		tier    cognitoidp.UserPoolTierType
		code    cognitoidp.ErrorCode
		refusal string
	}{
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "my-app-7"}},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "a"}, tier: "LITE"},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "awsome-amazonia-cognitoo", Routing: &cognitoidp.RoutingType{}}},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "my-app", ManagedLoginVersion: new(int32(2))}, tier: "ESSENTIALS"},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth.example.com", CustomDomainConfig: custom(certificate), ManagedLoginVersion: new(int32(2))}, tier: "PLUS"},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth.localhost", CustomDomainConfig: custom(certificate)}},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth.example.com"}, code: invalid, refusal: badPrefix},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "my-aws-app"}, code: invalid, refusal: reservedWord + "aws"},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "amazon"}, code: invalid, refusal: reservedWord + "amazon"},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "cognito-app"}, code: invalid, refusal: reservedWord + "cognito"},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth", CustomDomainConfig: custom(certificate)}, code: invalid, refusal: badCustom},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth..com", CustomDomainConfig: custom(certificate)}, code: invalid, refusal: badCustom},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth-.com", CustomDomainConfig: custom(certificate)}, code: invalid, refusal: badCustom},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth.example.com", CustomDomainConfig: custom("arn:aws:acm:eu-west-1:111122223333:certificate/1")}, code: invalid, refusal: badCert},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth.example.com", CustomDomainConfig: custom("arn:aws:iam:us-east-1:111122223333:role/1")}, code: invalid, refusal: badCert},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "app", ManagedLoginVersion: new(int32(2))}, tier: "LITE", code: cognitoidp.FeatureUnavailableInTierException, refusal: noManaged},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "app", ManagedLoginVersion: new(int32(0))}, code: invalid, refusal: versions},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "app", ManagedLoginVersion: new(int32(3))}, code: invalid, refusal: versions},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "app", Routing: failover}, code: invalid, refusal: onlyCustom},
		{in: cognitoidp.CreateUserPoolDomainRequest{Domain: "auth.example.com", CustomDomainConfig: custom(certificate), Routing: failover}, code: invalid, refusal: noReplica},
	} {
		p := &Pool{ID: "r_a", Settings: cognitoidp.UserPoolType{UserPoolTier: c.tier}}
		d, err := NewDomain(p, time.Unix(1000, 0), &c.in)
		if c.refusal != "" {
			refused(t, err, c.code, c.refusal)
			continue
		}
		version := int32(HostedUI)
		if c.in.ManagedLoginVersion != nil {
			version = *c.in.ManagedLoginVersion
		}
		if err != nil || d.Name != c.in.Domain || d.PoolID != "r_a" || d.Custom != c.in.CustomDomainConfig || d.ManagedLoginVersion != version {
			t.Errorf("%s: got %+v, %v", c.in.Domain, d, err)
		}
	}
}

func TestUpdateDomain(t *testing.T) {
	p := &Pool{ID: "r_a", Settings: cognitoidp.UserPoolType{UserPoolTier: "ESSENTIALS"}}
	later := time.Unix(2000, 0)
	d := &Domain{Name: "auth.example.com", PoolID: "r_a", ManagedLoginVersion: HostedUI,
		Custom: &cognitoidp.CustomDomainConfigType{CertificateArn: certificate, SecurityPolicy: "TLS_V1_2_2021"}}
	if err := d.Update(p, later, &cognitoidp.UpdateUserPoolDomainRequest{ManagedLoginVersion: new(int32(ManagedLogin))}); err != nil {
		t.Fatal(err)
	}
	if d.ManagedLoginVersion != ManagedLogin || d.Custom.SecurityPolicy != "TLS_V1_2_2021" || !d.Modified.Equal(later) {
		t.Errorf("another version: got %+v", d)
	}
	next := &cognitoidp.CustomDomainConfigType{CertificateArn: certificate + "4"}
	if err := d.Update(p, later, &cognitoidp.UpdateUserPoolDomainRequest{CustomDomainConfig: next}); err != nil {
		t.Fatal(err)
	}
	if d.ManagedLoginVersion != ManagedLogin || d.Custom != next {
		t.Errorf("another certificate: got %+v", d)
	}
	prefix := &Domain{Name: "app", PoolID: "r_a", ManagedLoginVersion: HostedUI}
	refused(t, prefix.Update(p, later, &cognitoidp.UpdateUserPoolDomainRequest{CustomDomainConfig: next}),
		cognitoidp.InvalidParameterException, "CustomDomainConfig cannot be set for a prefix domain.")
}
