package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

const certificateARN = "arn:aws:acm:us-east-1:111122223333:certificate/1-2-3"

// TestDomainWire: what the operations answer, byte for byte, in the order in which a domain lives.
func TestDomainWire(t *testing.T) {
	s := poolService(t)
	s.Host = "id.example.com"
	now := time.Date(2026, 11, 23, 10, 20, 30, 0, time.UTC)
	s.Now = func() time.Time { return now }
	id := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	describe := func() (names string) {
		t.Helper()
		p := describePool(t, s, id)
		return value(p.Domain) + " " + value(p.CustomDomain)
	}
	for _, step := range []struct{ operation, body, want, pool string }{
		{"DescribeUserPoolDomain", `{"Domain":"my-app"}`, `{"DomainDescription":{}}`, " "},
		{"CreateUserPoolDomain", `{"UserPoolId":"ID","Domain":"my-app"}`, `{"ManagedLoginVersion":1}`, "my-app "},
		{"CreateUserPoolDomain", `{"UserPoolId":"ID","Domain":"auth.example.com","ManagedLoginVersion":2,"CustomDomainConfig":{"CertificateArn":"` + certificateARN + `"}}`,
			`{"ManagedLoginVersion":2,"CloudFrontDomain":"id.example.com"}`, "my-app auth.example.com"},
		{"DescribeUserPoolDomain", `{"Domain":"my-app"}`,
			`{"DomainDescription":{"UserPoolId":"ID","AWSAccountId":"111122223333","Domain":"my-app","CloudFrontDistribution":"id.example.com",` +
				`"Version":"20261123102030","Status":"ACTIVE","ManagedLoginVersion":1}}`, "my-app auth.example.com"},
		{"UpdateUserPoolDomain", `{"UserPoolId":"ID","Domain":"my-app","ManagedLoginVersion":2}`, `{"ManagedLoginVersion":2}`, "my-app auth.example.com"},
		{"UpdateUserPoolDomain", `{"UserPoolId":"ID","Domain":"auth.example.com","CustomDomainConfig":{"CertificateArn":"` + certificateARN + `4","SecurityPolicy":"TLS_V1_3_2025"}}`,
			`{"ManagedLoginVersion":2,"CloudFrontDomain":"id.example.com"}`, "my-app auth.example.com"},
		{"DeleteUserPoolDomain", `{"UserPoolId":"ID","Domain":"my-app"}`, `{}`, " auth.example.com"},
		{"DescribeUserPoolDomain", `{"Domain":"my-app"}`, `{"DomainDescription":{}}`, " auth.example.com"},
		{"DescribeUserPoolDomain", `{"Domain":"auth.example.com"}`,
			`{"DomainDescription":{"UserPoolId":"ID","AWSAccountId":"111122223333","Domain":"auth.example.com","CloudFrontDistribution":"id.example.com",` +
				`"Version":"20261123102130","Status":"ACTIVE","CustomDomainConfig":{"CertificateArn":"` + certificateARN + `4","SecurityPolicy":"TLS_V1_3_2025"},"ManagedLoginVersion":2}}`,
			" auth.example.com"},
		{"DeleteUserPoolDomain", `{"UserPoolId":"ID","Domain":"auth.example.com"}`, `{}`, " "},
		{"CreateUserPoolDomain", `{"UserPoolId":"ID","Domain":"my-app"}`, `{"ManagedLoginVersion":1}`, "my-app "},
	} {
		if step.operation == "UpdateUserPoolDomain" {
			now = time.Date(2026, 11, 23, 10, 21, 30, 0, time.UTC)
		}
		got := call(t, s, step.operation, strings.ReplaceAll(step.body, "ID", id))
		if diff := cmp.Diff(step.want, strings.ReplaceAll(got, id, "ID")); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", step.operation, step.body, diff)
		}
		if got := describe(); got != step.pool {
			t.Errorf("DescribeUserPool after %s: %q, want %q", step.operation, got, step.pool)
		}
	}
}

func TestDomainRefusals(t *testing.T) {
	s := poolService(t)
	mine := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id
	lite := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "LITE"}).Id
	call(t, s, "CreateUserPoolDomain", `{"UserPoolId":"`+mine+`","Domain":"my-app","ManagedLoginVersion":2}`)
	custom := `"CustomDomainConfig":{"CertificateArn":"` + certificateARN + `"}`
	call(t, s, "CreateUserPoolDomain", `{"UserPoolId":"`+lite+`","Domain":"auth.example.com",`+custom+`}`)
	const none = "InvalidParameter: No such domain or user pool exists."
	for _, c := range []struct{ operation, body, want string }{
		{"CreateUserPoolDomain", `{"UserPoolId":"` + unknownPoolID + `","Domain":"other"}`, poolGone},
		{"CreateUserPoolDomain", `{"UserPoolId":"` + lite + `","Domain":"my-app"}`, "InvalidParameter: Domain already associated with another user pool."},
		{"CreateUserPoolDomain", `{"UserPoolId":"` + mine + `","Domain":"auth.example.com",` + custom + `}`, "InvalidParameter: Domain already associated with another user pool."},
		{"CreateUserPoolDomain", `{"UserPoolId":"` + mine + `","Domain":"other"}`, "InvalidParameter: User pool already has a domain configured."},
		{"CreateUserPoolDomain", `{"UserPoolId":"` + mine + `","Domain":"my-app"}`, "InvalidParameter: User pool already has a domain configured."},
		{"CreateUserPoolDomain", `{"UserPoolId":"` + lite + `","Domain":"other.example.com",` + custom + `}`, "InvalidParameter: User pool already has a domain configured."},
		{"CreateUserPoolDomain", `{"UserPoolId":"` + lite + `","Domain":"other","ManagedLoginVersion":2}`,
			"FeatureUnavailableInTier: The following feature is not available for the LITE pricing tier configured: Managed Login Version 2"},
		{"UpdateUserPoolDomain", `{"UserPoolId":"` + unknownPoolID + `","Domain":"my-app"}`, poolGone},
		{"UpdateUserPoolDomain", `{"UserPoolId":"` + mine + `","Domain":"other"}`, none},
		{"UpdateUserPoolDomain", `{"UserPoolId":"` + mine + `","Domain":"auth.example.com"}`, none},
		{"UpdateUserPoolDomain", `{"UserPoolId":"` + lite + `","Domain":"auth.example.com","ManagedLoginVersion":2}`,
			"FeatureUnavailableInTier: The following feature is not available for the LITE pricing tier configured: Managed Login Version 2"},
		{"DeleteUserPoolDomain", `{"UserPoolId":"` + lite + `","Domain":"my-app"}`, none},
		{"DeleteUserPoolDomain", `{"UserPoolId":"` + mine + `","Domain":"other"}`, none},
		{"DeleteUserPoolDomain", `{"UserPoolId":"` + unknownPoolID + `","Domain":"my-app"}`, none},
		{"DeleteUserPool", `{"UserPoolId":"` + lite + `"}`, "InvalidParameter: User pool cannot be deleted. It has a domain configured that should be deleted first."},
		{"UpdateUserPool", `{"UserPoolId":"` + mine + `","UserPoolTier":"LITE","Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}}}`,
			"FeatureUnavailableInTier: The following features need to be disabled for the LITE pricing tier configured: Managed Login Version 2"},
	} {
		_, err := cognitoidp.Invoke(t.Context(), s, c.operation, []byte(c.body))
		if err == nil {
			t.Errorf("%s %s was done", c.operation, c.body)
		}
		want(t, err, c.want)
	}
	call(t, s, "UpdateUserPoolDomain", `{"UserPoolId":"`+mine+`","Domain":"my-app","ManagedLoginVersion":1}`)
	call(t, s, "UpdateUserPool", `{"UserPoolId":"`+mine+`","UserPoolTier":"LITE"}`)
}

func TestCustomDomainQuota(t *testing.T) {
	s := poolService(t)
	create := func(i int) error {
		_, err := s.CreateUserPoolDomain(t.Context(), &cognitoidp.CreateUserPoolDomainRequest{
			UserPoolId: *barePool(t, s, &cognitoidp.CreateUserPoolRequest{}).Id, Domain: fmt.Sprintf("auth%d.example.com", i),
			CustomDomainConfig: &cognitoidp.CustomDomainConfigType{CertificateArn: certificateARN},
		})
		return err
	}
	for i := range 4 {
		want(t, create(i), "")
	}
	want(t, create(4), "LimitExceeded: The account already has 4 custom domains, the most it may have.")
	s.MaxCustomDomains = 5
	want(t, create(4), "")
}
