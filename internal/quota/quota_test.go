package quota

import (
	"os"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// testdata/operations.txt names every operation of the service model.
func TestEveryOperationHasACategory(t *testing.T) {
	names, err := os.ReadFile("testdata/operations.txt")
	if err != nil {
		t.Fatal(err)
	}
	operations := strings.Fields(string(names))
	if len(operations) != 140 {
		t.Errorf("%d operations", len(operations))
	}
	limits, used := Limits(), map[Category]bool{}
	for _, operation := range operations {
		c, ok := CategoryOf(operation)
		if !ok || limits[c].Rate == 0 {
			t.Errorf("%s has the category %q of rate %d", operation, c, limits[c].Rate)
		}
		used[c] = true
	}
	for c := range limits {
		if !used[c] && c != UserFederation {
			t.Errorf("nothing counts in %s", c)
		}
	}
	if c, ok := CategoryOf("ListEverything"); ok {
		t.Errorf("an unknown operation counts in %s", c)
	}
}

// The rows that the facts give outright.
func TestCategoryOf(t *testing.T) {
	for operation, want := range map[string]Category{
		"InitiateAuth": UserAuthentication, "GetTokensFromRefreshToken": UserAuthentication,
		"AdminConfirmSignUp": UserCreation, "ChangePassword": UserAccountRecovery, "AdminGetUser": UserRead,
		"ResendConfirmationCode": UserUpdate, "RevokeToken": UserToken, "AdminListGroupsForUser": UserResourceRead,
		"VerifySoftwareToken": UserResourceUpdate, "ListUsersInGroup": UserList, "ListUserPools": UserPoolRead,
		"DeleteUserPool": UserPoolUpdate, "GetGroup": UserPoolResourceRead, "TagResource": UserPoolResourceUpdate,
		"GetUICustomization": UserPoolClientRead, "SetRiskConfiguration": UserPoolClientUpdate,
		"UpdateProvisionedLimit": LimitManagement, "GetClientToken": ClientAuthentication,
	} {
		if got, _ := CategoryOf(operation); got != want {
			t.Errorf("%s counts in %s, want %s", operation, got, want)
		}
	}
}

func allowed(l *Limiter, operation, pool string, at time.Time) (n int) {
	for range 1000 {
		if l.Allow(operation, pool, at) {
			n++
		}
	}
	return n
}

func TestLimiter(t *testing.T) {
	l := New()
	for _, step := range []struct {
		operation, pool string
		after           time.Duration
		want            int
	}{
		{"SignUp", "p", 0, 50},
		{"ConfirmSignUp", "other", 0, 0}, // the same category, whatever the pool
		{"GetUser", "p", 0, 120},
		{"SignUp", "p", time.Second, 50},
		{"SignUp", "p", time.Second, 0},
		{"GetGroup", "p", time.Second, 5}, // per pool and operation
		{"GetGroup", "q", time.Second, 5},
		{"ListGroups", "p", time.Second, 5},
		{"ListTerms", "r", time.Second, 5},
		{"ListTerms", "s", time.Second, 0}, // 20 for the category
		{"ListTagsForResource", "", 2 * time.Second, 20},
		{"NoSuchOperation", "p", time.Second, 1000},
		{"AdminRespondToAuthChallenge", "p", 0, 3*120 + 120},
		{"InitiateAuth", "p", 0, 0},
		{"InitiateAuth", "p", time.Second, 120},
		{"RespondToAuthChallenge", "p", time.Second, 3 * 120},
	} {
		if got := allowed(l, step.operation, step.pool, start.Add(step.after)); got != step.want {
			t.Errorf("%s on %q after %s: %d, want %d", step.operation, step.pool, step.after, got, step.want)
		}
	}
}

func TestSetRate(t *testing.T) {
	l := New()
	l.SetRate(UserAuthentication, 200, start)
	l.SetRate("Nonsense", 200, start)
	if got := allowed(l, "InitiateAuth", "p", start.Add(2*time.Second)); got != 200 {
		t.Errorf("%d sign-ins at a rate of 200", got)
	}
	if got := allowed(l, "RespondToAuthChallenge", "p", start.Add(2*time.Second)); got != 600 {
		t.Errorf("%d answers at a rate of 200", got)
	}
}

func TestAllowCategory(t *testing.T) {
	l, n := New(), 0
	for range 100 {
		if l.AllowCategory(UserFederation, start) {
			n++
		}
	}
	if n != 25 {
		t.Errorf("%d answers of upstream providers, want 25", n)
	}
}

func TestNoLimiter(t *testing.T) {
	var l *Limiter
	l.SetRate(UserCreation, 1, start)
	if got := allowed(l, "SignUp", "p", start); got != 1000 || !l.AllowCategory(UserFederation, start) {
		t.Errorf("%d of 1000 without a limiter", got)
	}
}

func TestRememberedPoolsAreBounded(t *testing.T) {
	l := New()
	for i := range rememberedPools + 100 {
		l.Allow("GetGroup", strings.Repeat("p", 1+i%50)+string(rune('a'+i%26))+time.Duration(i).String(), start)
	}
	if got := l.pools.Len(); got != rememberedPools {
		t.Errorf("%d remembered", got)
	}
}
