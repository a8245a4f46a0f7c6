package userpool

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"ostiary/cognitoidp"
)

// TestSessionID: every origin_jti has its own SessionId of the form that the model demands, and is found
// by it.
func TestSessionID(t *testing.T) {
	form := regexp.MustCompile(`^tkn[a-z0-9]{25}$`)
	rapid.Check(t, func(t *rapid.T) {
		jti := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "jti")).String()
		id := (&TokenSession{OriginJTI: jti}).ID()
		if !form.MatchString(id) {
			t.Fatalf("id %q", id)
		}
		if got := OriginJTIOf(id); got != jti {
			t.Fatalf("%s calls %s, not %s", id, got, jti)
		}
	})
	for jti, want := range map[string]string{
		"00000000-0000-0000-0000-000000000000": "tkn0000000000000000000000000",
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "tknf5lxx1zz5pnorynqglhzmsp33",
		"00000000-0000-0000-0000-000000000024": "tkn0000000000000000000000010",
		"not a UUID":                           "",
	} {
		if got := (&TokenSession{OriginJTI: jti}).ID(); got != want {
			t.Errorf("id of %s is %q, want %q", jti, got, want)
		}
	}
	for _, id := range []string{
		"", "tkn", "tknf5lxx1zz5pnorynqglhzmsp34", "tknzzzzzzzzzzzzzzzzzzzzzzzzz", "sso0000000000000000000000000",
		"tkn000000000000000000000000", "tkn00000000000000000000000000", "tkn000000000000000000000000A",
		"tkn-000000000000000000000001", "tkn+000000000000000000000001", "tkn000000000000000000000_001", "tkn000000000000000000000 001",
	} {
		if jti := OriginJTIOf(id); jti != "" {
			t.Errorf("%q calls %s", id, jti)
		}
	}
	if !IsSSOSessionID("sso0000000000000000000000000") || IsSSOSessionID("tkn0000000000000000000000000") {
		t.Error("SSO sessions are not told from token sessions")
	}
}

func TestSessionInForce(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		change func(*TokenSession, *User)
		want   bool
	}{
		"young":                 {func(*TokenSession, *User) {}, true},
		"without an end":        {func(s *TokenSession, _ *User) { s.Expires = time.Time{} }, true},
		"revoked":               {func(s *TokenSession, _ *User) { s.Revoked = true }, false},
		"expired":               {func(s *TokenSession, _ *User) { s.Expires = now }, false},
		"of another":            {func(s *TokenSession, _ *User) { s.Username = "Ana" }, false},
		"signed out":            {func(_ *TokenSession, u *User) { u.TokensRevoked = now }, false},
		"signed out as it came": {func(s *TokenSession, u *User) { u.TokensRevoked = s.Created }, false},
		"signed out before":     {func(s *TokenSession, u *User) { u.TokensRevoked = s.Created.Add(-1) }, true},
	} {
		s := &TokenSession{Username: "ana", Created: now.Add(-time.Hour), Expires: now.Add(1)}
		u := &User{Username: "ana"}
		c.change(s, u)
		if got := s.InForce(u, now); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestSessionSettings(t *testing.T) {
	p, c := newPool(t, &cognitoidp.CreateUserPoolRequest{}), &Client{}
	expect := func(tracked bool, most int, sso time.Duration) {
		t.Helper()
		if p.TracksSessions() != tracked || p.MaxSessions() != most || c.SSOValidity() != sso {
			t.Errorf("tracked %t, at most %d, SSO for %s; want %t, %d, %s", p.TracksSessions(), p.MaxSessions(), c.SSOValidity(), tracked, most, sso)
		}
	}
	set := func(tracking cognitoidp.UserSessionTrackingType, most int32) error {
		return p.ConfigureSessions(&cognitoidp.SetUserPoolSessionConfigurationRequest{
			UserSessionTracking: tracking, TokenSession: &cognitoidp.UserPoolTokenSessionConfigType{MaxPerUser: most},
		})
	}
	setClient := func(minutes int32) error {
		return c.ConfigureSessions(p, &cognitoidp.SetUserPoolClientSessionConfigurationRequest{
			SSOSession: &cognitoidp.ClientSSOSessionConfigType{MaxValidityMinutes: minutes},
		})
	}
	done := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	expect(false, 20, time.Hour)
	refused(t, setClient(5), cognitoidp.OperationNotEnabledException, "Session tracking is not enabled for the user pool.")
	expect(false, 20, time.Hour)
	done(set("ENABLED", 3))
	done(setClient(0))
	expect(true, 3, 0)
	done(setClient(129600))
	done(set("DISABLED", 100))
	expect(false, 100, 90*24*time.Hour) // dormant, not forgotten

	done(set("ENABLED", 4))
	done(p.Update(testAccount, &cognitoidp.UpdateUserPoolRequest{}))
	expect(true, 4, 90*24*time.Hour)
	const lite = "pricing tier configured: Session Tracking"
	refused(t, p.Update(testAccount, &cognitoidp.UpdateUserPoolRequest{UserPoolTier: "LITE"}), cognitoidp.FeatureUnavailableInTierException,
		"The following features need to be disabled for the LITE "+lite)
	done(set("DISABLED", 4))
	done(p.Update(testAccount, &cognitoidp.UpdateUserPoolRequest{UserPoolTier: "LITE"}))
	for _, tracking := range []cognitoidp.UserSessionTrackingType{"ENABLED", "DISABLED"} {
		refused(t, set(tracking, 5), cognitoidp.FeatureUnavailableInTierException, "The following feature is not available for the LITE "+lite)
	}
	refused(t, setClient(5), cognitoidp.FeatureUnavailableInTierException, "The following feature is not available for the LITE "+lite)
	expect(false, 4, 90*24*time.Hour)
}
