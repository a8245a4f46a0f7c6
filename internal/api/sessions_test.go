package api

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/store/storetest"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

const (
	trackingOff = "OperationNotEnabled: Session tracking is not enabled for the user pool."
	noSession   = "ResourceNotFound: Session does not exist."
	noPool      = "ResourceNotFound: User pool us-west-2_Nowhere00 does not exist."
	anySession  = "tkn0000000000000000000000000"
)

func (st *stage) track(tracking cognitoidp.UserSessionTrackingType, most int32) error {
	_, err := st.SetUserPoolSessionConfiguration(st.ctx, &cognitoidp.SetUserPoolSessionConfigurationRequest{
		UserPoolId: st.poolID, UserSessionTracking: tracking, TokenSession: &cognitoidp.UserPoolTokenSessionConfigType{MaxPerUser: most},
	})
	return err
}

// tracked makes a stage whose pool tracks sessions, with the users ana and ben.
func tracked(t *testing.T) *stage {
	t.Helper()
	st := newStage(t, nil, nil)
	want(t, st.track("ENABLED", 20), "")
	st.confirmed("ana")
	st.confirmed("ben")
	return st
}

func (st *stage) ownSessions(accessToken string) (*cognitoidp.ListUserSessionsResponse, error) {
	return st.ListUserSessions(st.ctx, &cognitoidp.ListUserSessionsRequest{AccessToken: accessToken})
}

// ids are the sessions of a user, as an administrator lists them.
func (st *stage) ids(username string) []string {
	st.t.Helper()
	out, err := st.AdminListUserSessions(st.ctx, &cognitoidp.AdminListUserSessionsRequest{UserPoolId: st.poolID, Username: username})
	if err != nil {
		st.t.Fatal(err)
	}
	ids := []string{}
	for _, s := range out.Sessions {
		ids = append(ids, *s.SessionId)
	}
	return ids
}

func (st *stage) end(accessToken, id string) error {
	_, err := st.RevokeUserSession(st.ctx, &cognitoidp.RevokeUserSessionRequest{AccessToken: accessToken, SessionId: id})
	return err
}

func (st *stage) adminEnd(username, id string, associated cognitoidp.RevokeAssociatedSessionsType) error {
	_, err := st.AdminRevokeUserSession(st.ctx, &cognitoidp.AdminRevokeUserSessionRequest{
		UserPoolId: st.poolID, Username: username, SessionId: id, RevokeAssociatedSessions: associated,
	})
	return err
}

func TestSessionConfiguration(t *testing.T) {
	st := newStage(t, nil, nil)
	st.now = st.now.Add(time.Hour)
	pool := `"UserPoolId":"` + st.poolID + `"`
	client := pool + `,"ClientId":"` + st.client.ID + `"`
	expect := func(operation, in, answer string) {
		t.Helper()
		if got := call(t, st.Service, operation, in); got != answer {
			t.Errorf("%s: got %s, want %s", operation, got, answer)
		}
	}
	settings := func(tracking, most string) string {
		return `{` + pool + `,"UserSessionTracking":"` + tracking + `","TokenSession":{"MaxPerUser":` + most + `}}`
	}
	sso := func(minutes string) string {
		return `{` + client + `,"SSOSession":{"MaxValidityMinutes":` + minutes + `}}`
	}

	expect("GetUserPoolSessionConfiguration", `{`+pool+`}`, settings("DISABLED", "20"))
	expect("GetUserPoolClientSessionConfiguration", `{`+client+`}`, sso("60"))
	_, err := cognitoidp.Invoke(st.ctx, st.Service, "SetUserPoolClientSessionConfiguration", []byte(sso("5")))
	want(t, err, trackingOff)

	expect("SetUserPoolSessionConfiguration", settings("ENABLED", "1"), settings("ENABLED", "1"))
	expect("GetUserPoolSessionConfiguration", `{`+pool+`}`, settings("ENABLED", "1"))
	expect("SetUserPoolClientSessionConfiguration", sso("0"), sso("0"))
	expect("GetUserPoolClientSessionConfiguration", `{`+client+`}`, sso("0"))

	// Dormant, but neither forgotten nor lost by an update of the rest.
	expect("SetUserPoolSessionConfiguration", settings("DISABLED", "100"), settings("DISABLED", "100"))
	expect("UpdateUserPool", `{`+pool+`}`, `{}`)
	call(t, st.Service, "UpdateUserPoolClient", `{`+client+`}`)
	expect("GetUserPoolSessionConfiguration", `{`+pool+`}`, settings("DISABLED", "100"))
	expect("GetUserPoolClientSessionConfiguration", `{`+client+`}`, sso("0"))

	for operation, in := range map[string]string{
		"SetUserPoolSessionConfiguration":       settings("ENABLED", "101"),
		"SetUserPoolClientSessionConfiguration": sso("129601"),
		"RevokeUserSession":                     `{"AccessToken":"a","SessionId":"tkn"}`,
		"ListUserSessions":                      `{"AccessToken":"a","NextToken":" "}`,
	} {
		if _, err := cognitoidp.Invoke(st.ctx, st.Service, operation, []byte(in)); !errors.Is(err, cognitoidp.InvalidParameterException) {
			t.Errorf("%s %s: %v", operation, in, err)
		}
	}

	err = st.Store.View(st.ctx, func(r store.Reader) error {
		p, c, err := poolAndClient(st.ctx, r, st.poolID, st.client.ID)
		if err == nil && (!p.Modified.Equal(st.now) || !c.Modified.Equal(st.now)) {
			t.Errorf("modified at %s and %s, want %s", p.Modified, c.Modified, st.now)
		}
		return err
	})
	want(t, err, "")
}

func TestSessionConfigurationInTier(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "LITE"}, nil)
	const refusal = "FeatureUnavailableInTier: The following feature is not available for the LITE pricing tier configured: Session Tracking"
	want(t, st.track("ENABLED", 20), refusal)
	want(t, st.track("DISABLED", 20), refusal)
	_, err := st.SetUserPoolClientSessionConfiguration(st.ctx, &cognitoidp.SetUserPoolClientSessionConfigurationRequest{
		UserPoolId: st.poolID, ClientId: st.client.ID, SSOSession: &cognitoidp.ClientSSOSessionConfigType{},
	})
	want(t, err, refusal)
	for _, operation := range []string{"GetUserPoolSessionConfiguration", "GetUserPoolClientSessionConfiguration"} {
		call(t, st.Service, operation, `{"UserPoolId":"`+st.poolID+`","ClientId":"`+st.client.ID+`"}`)
	}
}

// TestSessionsOnTheWire: the lists byte for byte, but for ids.
func TestSessionsOnTheWire(t *testing.T) {
	st := tracked(t)
	st.ctx = token.WithCaller(st.ctx, token.Caller{
		Address: netip.MustParseAddr("192.0.2.7"), UserAgent: "Mozilla/5.0 (Windows NT 10.0) Firefox/131.0",
	})
	first := st.accessToken("ana")
	st.now = st.now.Add(1500 * time.Millisecond)
	st.ctx = t.Context()
	st.accessToken("ana")
	ids := st.ids("ana")
	st.update(func(tx store.Tx) error {
		s, err := tx.TokenSession(st.ctx, st.poolID, userpool.OriginJTIOf(ids[1]))
		if err != nil {
			return err
		}
		s.OriginSessionID = "sso0123456789abcdefghijklmno"
		s.LastActive = time.Time{} // as an older version left it
		return tx.SaveTokenSession(st.ctx, s)
	})
	list := func(current string) string {
		return strings.NewReplacer("FIRST", ids[1], "SECOND", ids[0], "CLIENT", st.client.ID, "CURRENT", current, "\n\t\t", "").Replace(`{"Sessions":[
		{"SessionId":"SECOND","SessionType":"TOKEN","ClientId":"CLIENT","CreateDate":1793534401.5,"LastActiveDate":1793534401.5,
		"DeviceType":"unknown","IsCurrentSession":false},
		{"SessionId":"FIRST","SessionType":"TOKEN","ClientId":"CLIENT","CreateDate":1793534400,"LastActiveDate":1793534400,
		"DeviceType":"Firefox on Windows","LastIPAddress":"192.0.2.7","OriginSessionId":"sso0123456789abcdefghijklmno","IsCurrentSession":CURRENT}]}`)
	}
	for _, c := range []struct{ operation, in, want string }{
		{"ListUserSessions", `{"AccessToken":"` + first + `"}`, list("true")},
		{"AdminListUserSessions", `{"UserPoolId":"` + st.poolID + `","Username":"ana"}`, list("false")},
		{"AdminListUserSessions", `{"UserPoolId":"` + st.poolID + `","Username":"ben"}`, `{"Sessions":[]}`},
		{"RevokeUserSession", `{"AccessToken":"` + first + `","SessionId":"` + ids[0] + `"}`, `{}`},
		{"AdminRevokeUserSession", `{"UserPoolId":"` + st.poolID + `","Username":"ana","SessionId":"` + ids[1] + `"}`, `{}`},
		{"AdminListUserSessions", `{"UserPoolId":"` + st.poolID + `","Username":"ana"}`, `{"Sessions":[]}`},
	} {
		if diff := cmp.Diff(c.want, call(t, st.Service, c.operation, c.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.operation, diff)
		}
	}
}

func TestRevokeSessions(t *testing.T) {
	st := tracked(t)
	here := st.accessToken("ana")
	own := st.ids("ana")[0]
	st.now = st.now.Add(time.Minute)
	there := st.accessToken("ana")
	other := st.ids("ana")[0]
	bens := st.accessToken("ben")
	benID := st.ids("ben")[0]

	const current = "InvalidParameter: The current session cannot be revoked. To end it, revoke its refresh token or sign out everywhere."
	want(t, st.end(here, own), current)
	want(t, st.end(here, benID), noSession)
	want(t, st.end(here, anySession), noSession)
	want(t, st.end(here, "sso0000000000000000000000000"), noSession)
	want(t, st.adminEnd("ana", benID, ""), noSession)
	want(t, st.adminEnd("ana", "sso0000000000000000000000000", "LINKED"), noSession)
	for _, access := range []string{here, there, bens} { // nobody lost anything
		_, err := st.ownSessions(access)
		want(t, err, "")
	}

	want(t, st.end(here, other), "")
	want(t, st.end(here, other), noSession)
	_, err := st.ownSessions(there)
	want(t, err, "NotAuthorized: Access Token has been revoked")
	if got := fmt.Sprint(st.ids("ana")); got != "["+own+"]" {
		t.Errorf("sessions %s are left", got)
	}
	want(t, st.adminEnd("ana", own, "NONE"), "")
	want(t, st.adminEnd("ana", own, "NONE"), noSession)
	want(t, st.end(here, other), "NotAuthorized: Access Token has been revoked")
	want(t, st.adminEnd("ben", benID, "LINKED"), "")
	_, err = st.ownSessions(bens)
	want(t, err, "NotAuthorized: Access Token has been revoked")
}

// TestEndedSessionsAreNotListed, whatever ended them.
func TestEndedSessionsAreNotListed(t *testing.T) {
	for name, end := range map[string]func(st *stage, access string) error{
		"GlobalSignOut": func(st *stage, access string) error {
			_, err := st.GlobalSignOut(st.ctx, &cognitoidp.GlobalSignOutRequest{AccessToken: access})
			return err
		},
		"AdminDisableUser": func(st *stage, _ string) error {
			_, err := st.AdminDisableUser(st.ctx, &cognitoidp.AdminDisableUserRequest{UserPoolId: st.poolID, Username: "ana"})
			return err
		},
		"DeleteUserPoolClient": func(st *stage, _ string) error {
			_, err := st.DeleteUserPoolClient(st.ctx, &cognitoidp.DeleteUserPoolClientRequest{UserPoolId: st.poolID, ClientId: st.client.ID})
			return err
		},
		"the user, who came again": func(st *stage, _ string) error {
			if err := st.deleteUser(st.ctx, st.poolID, "ana"); err != nil {
				return err
			}
			st.confirmed("ana")
			return nil
		},
		"time": func(st *stage, _ string) error {
			st.now = st.now.Add(30 * 24 * time.Hour)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			st := tracked(t)
			access := st.accessToken("ana")
			id := st.ids("ana")
			if len(id) != 1 {
				t.Fatalf("sessions %v", id)
			}
			want(t, end(st, access), "")
			if got := st.ids("ana"); len(got) != 0 {
				t.Errorf("sessions %v are listed", got)
			}
			want(t, st.adminEnd("ana", id[0], ""), noSession)
		})
	}
}

// TestPagesOfSessions: a user may have had more than a page when the pool began to track sessions.
func TestPagesOfSessions(t *testing.T) {
	st := tracked(t)
	const many = 2*maxAdminSessionsPage + 1
	access := st.accessToken("ana")
	st.update(func(tx store.Tx) error {
		for i := range many - 1 {
			s := &userpool.TokenSession{
				PoolID: st.poolID, OriginJTI: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), ClientID: st.client.ID, Username: "ana",
				Created: st.now, LastActive: st.now.Add(time.Duration(i/3) * time.Microsecond), Expires: st.now.Add(time.Hour),
			}
			if err := tx.CreateTokenSession(st.ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	walk := func(page func(next *string) ([]cognitoidp.SessionDescriptionType, *string, error)) (pages []int, current int, last *string) {
		t.Helper()
		seen := map[string]bool{}
		var next *string
		for {
			list, following, err := page(next)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, len(list))
			for _, s := range list {
				seen[*s.SessionId] = true
				if *s.IsCurrentSession {
					current++
				}
			}
			if following == nil {
				if len(seen) != many {
					t.Errorf("%d sessions were listed, want %d", len(seen), many)
				}
				return pages, current, last
			}
			next, last = following, following
		}
	}
	pages, current, ownToken := walk(func(next *string) ([]cognitoidp.SessionDescriptionType, *string, error) {
		out, err := st.ListUserSessions(st.ctx, &cognitoidp.ListUserSessionsRequest{AccessToken: access, NextToken: next})
		if err != nil {
			return nil, nil, err
		}
		return out.Sessions, out.NextToken, nil
	})
	if fmt.Sprint(pages) != "[60 60 60 60 11]" || current != 1 {
		t.Errorf("pages of %v sessions, of which %d are current", pages, current)
	}
	admin := func(username string, next *string) ([]cognitoidp.SessionDescriptionType, *string, error) {
		out, err := st.AdminListUserSessions(st.ctx, &cognitoidp.AdminListUserSessionsRequest{UserPoolId: st.poolID, Username: username, NextToken: next})
		if err != nil {
			return nil, nil, err
		}
		return out.Sessions, out.NextToken, nil
	}
	pages, current, _ = walk(func(next *string) ([]cognitoidp.SessionDescriptionType, *string, error) { return admin("ana", next) })
	if fmt.Sprint(pages) != "[125 125 1]" || current != 0 {
		t.Errorf("an administrator gets pages of %v sessions, of which %d are current", pages, current)
	}

	const foreign = "InvalidParameter: Invalid pagination token given"
	_, err := st.ListUserSessions(st.ctx, &cognitoidp.ListUserSessionsRequest{AccessToken: st.accessToken("ben"), NextToken: ownToken})
	want(t, err, foreign)
	for _, made := range []*string{ownToken, new("made-up")} {
		_, _, err = admin("ana", made)
		want(t, err, foreign)
	}
}

// TestSessionErrors: what the operations refuse before they look at a session.
func TestSessionErrors(t *testing.T) {
	st := tracked(t)
	st.accessToken("ana")
	id := st.ids("ana")[0]
	access := st.accessToken("ana")
	listAs := func(accessToken string) error { _, err := st.ownSessions(accessToken); return err }
	adminList := func(poolID, username string) error {
		_, err := st.AdminListUserSessions(st.ctx, &cognitoidp.AdminListUserSessionsRequest{UserPoolId: poolID, Username: username})
		return err
	}
	adminEnd := func(poolID, username string) error {
		_, err := st.AdminRevokeUserSession(st.ctx, &cognitoidp.AdminRevokeUserSessionRequest{UserPoolId: poolID, Username: username, SessionId: id})
		return err
	}
	const nowhere, noClient, noUser = "us-west-2_Nowhere00", "ResourceNotFound: User pool client nobody does not exist.", "UserNotFound: User does not exist."
	get := func(poolID string) error {
		_, err := st.GetUserPoolSessionConfiguration(st.ctx, &cognitoidp.GetUserPoolSessionConfigurationRequest{UserPoolId: poolID})
		return err
	}
	getClient := func(poolID, clientID string) error {
		_, err := st.GetUserPoolClientSessionConfiguration(st.ctx, &cognitoidp.GetUserPoolClientSessionConfigurationRequest{UserPoolId: poolID, ClientId: clientID})
		return err
	}
	setClient := func(poolID, clientID string) error {
		_, err := st.SetUserPoolClientSessionConfiguration(st.ctx, &cognitoidp.SetUserPoolClientSessionConfigurationRequest{
			UserPoolId: poolID, ClientId: clientID, SSOSession: &cognitoidp.ClientSSOSessionConfigType{},
		})
		return err
	}
	set := func(poolID string) error {
		_, err := st.SetUserPoolSessionConfiguration(st.ctx, &cognitoidp.SetUserPoolSessionConfigurationRequest{
			UserPoolId: poolID, UserSessionTracking: "ENABLED", TokenSession: &cognitoidp.UserPoolTokenSessionConfigType{MaxPerUser: 20},
		})
		return err
	}
	want(t, get(nowhere), noPool)
	want(t, set(nowhere), noPool)
	want(t, getClient(nowhere, st.client.ID), noPool)
	want(t, setClient(nowhere, st.client.ID), noPool)
	want(t, getClient(st.poolID, "nobody"), noClient)
	want(t, setClient(st.poolID, "nobody"), noClient)
	want(t, adminList(nowhere, "ana"), noPool)
	want(t, adminEnd(nowhere, "ana"), noPool)
	want(t, adminList(st.poolID, "nobody"), noUser)
	want(t, adminEnd(st.poolID, "nobody"), noUser)

	const invalid = "NotAuthorized: Invalid Access Token"
	want(t, listAs("garbage"), invalid)
	want(t, st.end("garbage", id), invalid)
	for status, refusal := range map[cognitoidp.UserStatusType]string{
		cognitoidp.UserStatusTypeResetRequired: "PasswordResetRequired: Password reset required for the user",
		cognitoidp.UserStatusTypeUnconfirmed:   "UserNotConfirmed: User is not confirmed.",
	} {
		st.change("ana", func(u *userpool.User) { u.Status = status })
		want(t, listAs(access), refusal)
		want(t, st.end(access, id), refusal)
	}
	st.change("ana", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeConfirmed })

	// A fault of the store tells its cause to the log alone.
	fault := errors.New("out of order")
	faulty := storetest.Faulty(st.Store)
	whole := st.Store
	st.Store = faulty
	for name, run := range map[string]func() error{
		"GetUserPoolSessionConfiguration":       func() error { return get(st.poolID) },
		"GetUserPoolClientSessionConfiguration": func() error { return getClient(st.poolID, st.client.ID) },
		"SetUserPoolSessionConfiguration":       func() error { return set(st.poolID) },
		"SetUserPoolClientSessionConfiguration": func() error { return setClient(st.poolID, st.client.ID) },
		"ListUserSessions":                      func() error { return listAs(access) },
		"AdminListUserSessions":                 func() error { return adminList(st.poolID, "ana") },
		"RevokeUserSession":                     func() error { return st.end(access, id) },
		"AdminRevokeUserSession":                func() error { return adminEnd(st.poolID, "ana") },
	} {
		if strings.HasPrefix(name, "Get") || strings.Contains(name, "List") {
			faulty.FailView(fault)
		} else {
			faulty.FailUpdate(fault)
		}
		if err := run(); !errors.Is(err, fault) || errors.As(err, new(*cognitoidp.Error)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	st.Store = whole

	// Where nobody tracks sessions, there is nothing to list or to name.
	want(t, st.track("DISABLED", 20), "")
	want(t, listAs(access), trackingOff)
	want(t, st.end(access, id), trackingOff)
	want(t, adminList(st.poolID, "ana"), trackingOff)
	want(t, adminEnd(st.poolID, "ana"), trackingOff)
	want(t, st.track("ENABLED", 20), "")
	want(t, listAs(access), "")

	want(t, st.deleteUser(st.ctx, st.poolID, "ana"), "")
	want(t, listAs(access), noUser)
	want(t, st.end(access, anySession), noUser)
}

func TestOnBehalf(t *testing.T) {
	own := token.Caller{Address: netip.MustParseAddr("192.0.2.1"), UserAgent: "server"}
	for name, c := range map[string]struct {
		in   *cognitoidp.ContextDataType
		want token.Caller
	}{
		"nothing said": {nil, token.Caller{Address: own.Address, UserAgent: own.UserAgent, Server: true}},
		"a user": {&cognitoidp.ContextDataType{IpAddress: "2001:db8::7", HttpHeaders: []cognitoidp.HttpHeader{
			{HeaderName: new("Accept"), HeaderValue: new("*/*")}, {HeaderName: new("user-agent"), HeaderValue: new("Bank/1")}, {},
		}}, token.Caller{Address: netip.MustParseAddr("2001:db8::7"), UserAgent: "Bank/1"}},
		"IPv4 in IPv6": {&cognitoidp.ContextDataType{IpAddress: "::ffff:192.0.2.7"}, token.Caller{Address: netip.MustParseAddr("192.0.2.7")}},
		"no address":   {&cognitoidp.ContextDataType{IpAddress: "<script>"}, token.Caller{}},
		"with a zone":  {&cognitoidp.ContextDataType{IpAddress: "fe80::1%" + strings.Repeat("z", 200)}, token.Caller{Address: netip.MustParseAddr("fe80::1")}},
	} {
		if got := token.CallerOf(onBehalf(token.WithCaller(t.Context(), own), c.in)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
