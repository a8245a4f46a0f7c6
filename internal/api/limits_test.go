package api

import (
	"context"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/quota"
	"ostiary/internal/store"
)

func limitOf(attributes ...string) *cognitoidp.LimitDefinitionType {
	d := &cognitoidp.LimitDefinitionType{LimitClass: cognitoidp.LimitClassApiCategory, Attributes: map[string]string{}}
	for i := 0; i < len(attributes); i += 2 {
		d.Attributes[attributes[i]] = attributes[i+1]
	}
	return d
}

func setLimit(ctx context.Context, s *Service, category string, rate int32) error {
	_, err := s.UpdateProvisionedLimit(ctx, &cognitoidp.UpdateProvisionedLimitRequest{
		LimitDefinition: limitOf("Category", category), RequestedLimitValue: rate,
	})
	return err
}

func checkLimit(t *testing.T, s *Service, category string, provisioned, free int32) {
	t.Helper()
	out, err := s.GetProvisionedLimit(t.Context(), &cognitoidp.GetProvisionedLimitRequest{LimitDefinition: limitOf("Category", category)})
	if err != nil {
		t.Fatal(err)
	}
	l := out.Limit
	if l.ProvisionedLimitValue != provisioned || l.FreeLimitValue != free || l.LimitDefinition.Attributes["Category"] != category {
		t.Errorf("%+v of %v, want %d and %d", l, l.LimitDefinition.Attributes, provisioned, free)
	}
}

func TestProvisionedLimits(t *testing.T) {
	s := poolService(t)
	checkLimit(t, s, "UserAuthentication", 120, 120)
	checkLimit(t, s, "UserUpdate", 25, 25)
	for _, rate := range []int32{1200, 121, 120, 300} {
		want(t, setLimit(t.Context(), s, "UserAuthentication", rate), "")
		checkLimit(t, s, "UserAuthentication", rate, 120)
	}
	checkLimit(t, s, "UserRead", 120, 120)
	s.QuotaCeiling = 2
	checkLimit(t, s, "UserAuthentication", 240, 120) // what the operator allows by now

	for _, c := range []struct {
		category string
		rate     int32
		want     string
	}{
		{"UserAuthentication", 119, "InvalidParameter: RequestedLimitValue must not be less than the default limit, 120 requests per second."},
		{"UserAuthentication", -1, "InvalidParameter: RequestedLimitValue must not be less than the default limit, 120 requests per second."},
		{"UserAuthentication", 241, "ServiceQuotaExceeded: RequestedLimitValue must not exceed the account's maximum, 240 requests per second."},
		{"UserUpdate", 25, "InvalidParameter: The limit of API category UserUpdate cannot be adjusted."},
		{"Users", 25, "ResourceNotFound: There is no API category Users."},
	} {
		want(t, setLimit(t.Context(), s, c.category, c.rate), c.want)
	}
	for _, d := range []*cognitoidp.LimitDefinitionType{limitOf(), limitOf("category", "UserRead"), limitOf("Category", "UserRead", "Region", "x")} {
		_, err := s.GetProvisionedLimit(t.Context(), &cognitoidp.GetProvisionedLimitRequest{LimitDefinition: d})
		want(t, err, "InvalidParameter: LimitDefinition must have exactly one attribute, Category.")
	}
}

// TestProvisionedLimitsApply: a rate counts on the node where it is set at once, and on another once that
// reads it.
func TestProvisionedLimitsApply(t *testing.T) {
	here := poolService(t)
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	here.Now = func() time.Time { return now }
	here.Quota = quota.New()
	there := *here
	there.Quota = quota.New()

	allowed := func(s *Service) (n int) {
		now = now.Add(time.Minute) // all of a second's worth is there again
		for range 1000 {
			if s.Quota.AllowCategory(quota.UserCreation, now) {
				n++
			}
		}
		return n
	}
	check := func(what string, atHere, atThere int) {
		t.Helper()
		if h, e := allowed(here), allowed(&there); h != atHere || e != atThere {
			t.Errorf("%s: %d here and %d there, want %d and %d", what, h, e, atHere, atThere)
		}
	}
	read := func() {
		t.Helper()
		if err := there.ApplyProvisionedLimits(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	check("by default", 50, 50)
	want(t, setLimit(t.Context(), here, "UserCreation", 80), "")
	check("set", 80, 50)
	read()
	check("read", 80, 80)
	want(t, setLimit(t.Context(), here, "UserCreation", 50), "")
	read()
	check("back at the default", 50, 50)

	want(t, setLimit(t.Context(), here, "UserCreation", 500), "")
	there.QuotaCeiling = 3
	read()
	check("on a node that allows less", 500, 150)

	// A record of a category that cannot be adjusted counts for nothing.
	err := there.Store.Update(t.Context(), func(tx store.Tx) error {
		return tx.PutProvisionedLimit(t.Context(), "LimitManagement", 100)
	})
	want(t, err, "")
	read()
	checkLimit(t, &there, "LimitManagement", 1, 1)
}
