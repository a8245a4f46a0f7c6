package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const revokedRefresh, revokedAccess = "Refresh Token has been revoked", "Access Token has been revoked"

// tracking makes the pool track sessions, or no longer.
func (w *world) tracking(tracked bool, most int) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx store.Tx) error {
		p, err := tx.Pool(ctx, poolID)
		if err != nil {
			return err
		}
		p.Sessions = &userpool.SessionSettings{Tracked: tracked, MaxPerUser: most}
		w.pool = p
		return tx.SavePool(ctx, p)
	})
}

func (w *world) session(originJTI string) *userpool.TokenSession {
	w.t.Helper()
	var session *userpool.TokenSession
	err := w.Store.View(w.t.Context(), func(r store.Reader) (err error) {
		session, err = r.TokenSession(w.t.Context(), poolID, originJTI)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return session
}

// inForce are the numbers of those sign-ins whose sessions are listed, the most recently active first.
func (w *world) inForce(signIns []*Grant) string {
	w.t.Helper()
	q := store.SessionsOf(w.user, w.now)
	q.Limit = 1000
	var names []string
	err := w.Store.View(w.t.Context(), func(r store.Reader) error {
		sessions, err := r.TokenSessions(w.t.Context(), q)
		for _, session := range sessions {
			for i, g := range signIns {
				if g.session.OriginJTI == session.OriginJTI {
					names = append(names, strconv.Itoa(i))
				}
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(names, " ")
}

// wantDead checks that nothing of a session works any more, or that all does.
func (w *world) wantDead(g *Grant, dead bool) {
	w.t.Helper()
	_, err := w.Bearer(w.t.Context(), *g.Result.AccessToken)
	_, refreshed := w.refresh(*g.Result.RefreshToken, "")
	if !dead {
		wantRefusal(w.t, err, "", "")
		wantRefusal(w.t, refreshed, "", "")
		return
	}
	wantRefusal(w.t, err, errNotAuthorized, revokedAccess)
	wantRefusal(w.t, refreshed, errNotAuthorized, revokedRefresh)
}

// TestEviction: the session idle longest makes room, with all its tokens, whichever client it is of.
func TestEviction(t *testing.T) {
	for name, change := range map[string]func(*userpool.Client){
		"a client that revokes": func(*userpool.Client) {},
		"one that does not":     func(c *userpool.Client) { c.Settings.EnableTokenRevocation = new(false) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.saveClient(change)
			w.tracking(true, 3)
			other := w.addClient(poolID, "another")
			ben := w.addUser(poolID, "Ben", "1b0c7a44-93b7-4b43-8f1e-1f1c0a9b7a11")
			bens := w.signIn(func(in *SignIn) { in.User = ben })
			var signIns []*Grant
			signIn := func(want string, change ...func(*SignIn)) {
				t.Helper()
				w.advance(time.Minute)
				signIns = append(signIns, w.signIn(change...))
				if got := w.inForce(signIns); got != want {
					t.Errorf("sessions %q are in force, want %q", got, want)
				}
			}
			signIn("0")
			signIn("1 0", func(in *SignIn) { in.Client = other })
			signIn("2 1 0")
			w.advance(time.Minute)
			if _, err := w.refresh(*signIns[0].Result.RefreshToken, ""); err != nil {
				t.Fatal(err)
			}
			signIn("3 0 2")
			_, err := w.Bearer(t.Context(), *signIns[1].Result.AccessToken)
			wantRefusal(t, err, errNotAuthorized, revokedAccess)
			_, err = w.Refresh(t.Context(), w.pool, other, Presented{RefreshToken: *signIns[1].Result.RefreshToken})
			wantRefusal(t, err, errNotAuthorized, revokedRefresh)
			w.wantDead(signIns[0], false)
			w.wantDead(bens, false)

			w.tracking(true, 1) // ends none by itself
			if got := w.inForce(signIns); len(strings.Fields(got)) != 3 {
				t.Errorf("sessions %q are in force after the limit was lowered", got)
			}
			signIn("4")
			for i := range 4 {
				if i != 1 {
					w.wantDead(signIns[i], true)
				}
			}

			w.tracking(false, 1)
			signIn("5 4")
			w.wantDead(signIns[4], false)
			w.tracking(true, 1) // sessions of the meantime count too
			signIn("6")
			_, err = w.refresh(*signIns[5].Result.RefreshToken, "")
			wantRefusal(t, err, errNotAuthorized, revokedRefresh)
		})
	}
}

// TestSignInsAtOnce: however many sign in at once, no more sessions stay than may, and the tokens of
// just these work.
func TestSignInsAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		const limit, signIns = 2, 6
		w.tracking(true, limit)
		w.signIn() // whose place is taken
		w.advance(time.Second)
		grants := make([]*Grant, signIns)
		var all sync.WaitGroup
		for i := range signIns {
			all.Go(func() {
				g, err := w.Mint(t.Context(), w.proven())
				if err == nil {
					err = w.Store.Update(t.Context(), func(tx store.Tx) error { return g.Save(t.Context(), tx) })
				}
				if err != nil {
					t.Errorf("sign-in %d: %v", i, err)
				}
				grants[i] = g
			})
		}
		all.Wait()
		if t.Failed() {
			return
		}
		works := 0
		for _, g := range grants {
			_, access := w.Bearer(t.Context(), *g.Result.AccessToken)
			_, refresh := w.refresh(*g.Result.RefreshToken, "")
			if (access == nil) != (refresh == nil) {
				t.Errorf("half a session: access token %v, refresh token %v", access, refresh)
			}
			if access == nil {
				works++
			}
		}
		if works != limit {
			t.Errorf("%d sessions work, want %d", works, limit)
		}
	})
}

// TestUseOfSession: what a session remembers of its use, and that it does so only for a pool that asks.
func TestUseOfSession(t *testing.T) {
	phone := Caller{Address: netip.MustParseAddr("192.0.2.7"), UserAgent: "Bank/1.0 (iPhone)"}
	desk := Caller{Address: netip.MustParseAddr("2001:db8::1"), UserAgent: "Mozilla/5.0 (Windows NT 10.0) Firefox/131.0"}
	for _, tracked := range []bool{true, false} {
		for _, how := range []string{"refresh", "exchange", "rotation"} {
			t.Run(fmt.Sprintf("%s, tracked %t", how, tracked), func(t *testing.T) {
				w := newWorld(t)
				if how == "rotation" {
					w.rotating(30)
				}
				w.tracking(tracked, 20)
				g := w.signIn(func(in *SignIn) { in.Caller = phone })
				expect := func(active time.Time, device, address string) {
					t.Helper()
					s := w.session(g.session.OriginJTI)
					if !tracked {
						active, device, address = s.Created, "", ""
					}
					if !s.LastActive.Equal(active.Truncate(time.Microsecond)) || s.DeviceType != device || s.LastIP != address {
						t.Errorf("active %s on %q at %q, want %s on %q at %q", s.LastActive, s.DeviceType, s.LastIP, active, device, address)
					}
					if !s.Created.Equal(start.Truncate(time.Microsecond)) || s.OriginSessionID != "" {
						t.Errorf("created %s through %q", s.Created, s.OriginSessionID)
					}
				}
				expect(w.now, "Bank on iOS", "192.0.2.7")
				text := *g.Result.RefreshToken
				use := func(c Caller) {
					t.Helper()
					w.advance(time.Hour)
					in := Presented{RefreshToken: text, Caller: c}
					var result *cognitoidp.AuthenticationResultType
					var err error
					if how == "refresh" {
						result, err = w.Refresh(t.Context(), w.pool, w.client, in)
					} else {
						result, err = w.Exchange(t.Context(), w.pool, w.client, in)
					}
					if err != nil {
						t.Fatal(err)
					}
					if result.RefreshToken != nil {
						text = *result.RefreshToken
					}
				}
				use(desk)
				expect(w.now, "Firefox on Windows", "2001:db8::1")
				use(Caller{})
				expect(w.now, "", "")

				latest := w.now
				w.now = start.Add(time.Minute) // the clock of a node that is behind
				text2 := text
				if how == "rotation" {
					w.advance(2 * time.Hour)
					latest = w.now
				}
				if _, err := w.Exchange(t.Context(), w.pool, w.client, Presented{RefreshToken: text2, Caller: phone}); err != nil {
					t.Fatal(err)
				}
				expect(latest, "Bank on iOS", "192.0.2.7")
			})
		}
	}
}

// countingStore counts transactions that write.
type countingStore struct {
	store.Store
	updates int
}

func (s *countingStore) Update(ctx context.Context, fn func(store.Tx) error) error {
	s.updates++
	return s.Store.Update(ctx, fn)
}

// TestRefreshWritesNothing, unless the pool asks for it or the session would be forgotten too soon.
func TestRefreshWritesNothing(t *testing.T) {
	w := newWorld(t)
	g := w.signIn()
	counting := &countingStore{Store: w.Store}
	w.Store = counting
	refresh := func(want int) {
		t.Helper()
		counting.updates = 0
		if _, err := w.refresh(*g.Result.RefreshToken, ""); err != nil {
			t.Fatal(err)
		}
		if counting.updates != want {
			t.Errorf("a refresh writes %d times, want %d", counting.updates, want)
		}
	}
	refresh(0)
	w.tracking(true, 20)
	refresh(1)
	w.tracking(false, 20)
	w.now = g.refresh.Expires.Add(-time.Hour)
	refresh(0)
	w.advance(time.Second)
	refresh(1)
	refresh(0)
	if got, want := w.session(g.session.OriginJTI).Expires, g.refresh.Expires.Truncate(time.Second).Add(time.Second); !got.Equal(want) {
		t.Errorf("the session is kept until %s, want %s", got, want)
	}
}

// evictions counts how often room is made for a session.
type evictions struct {
	store.Tx
	n *int
}

func (e evictions) EvictTokenSessions(ctx context.Context, q store.SessionQuery, keep int) error {
	*e.n++
	return e.Tx.EvictTokenSessions(ctx, q, keep)
}

// TestSignInMakesNoRoom where nobody tracks sessions: it costs no statement then.
func TestSignInMakesNoRoom(t *testing.T) {
	for _, tracked := range []bool{false, true} {
		w := newWorld(t)
		w.tracking(tracked, 1)
		g, err := w.Mint(t.Context(), w.proven())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		w.update(func(ctx context.Context, tx store.Tx) error { return g.Save(ctx, evictions{tx, &n}) })
		if want := map[bool]int{true: 1}[tracked]; n != want {
			t.Errorf("tracked %t: room is made %d times, want %d", tracked, n, want)
		}
	}
}

// TestRefreshOfEndedSession: a session that ends while a refresh is under way yields nothing.
func TestRefreshOfEndedSession(t *testing.T) {
	for _, rotating := range []bool{true, false} {
		w := newWorld(t)
		if rotating {
			w.rotating(30)
		}
		w.tracking(true, 20)
		g := w.signIn()
		w.Store = &meanwhile{Store: w.Store, once: func(inner store.Store) {
			err := inner.Update(t.Context(), func(tx store.Tx) error {
				return w.EndSession(t.Context(), tx, w.user, g.session.ID(), false)
			})
			if err != nil {
				t.Fatal(err)
			}
		}}
		_, err := w.exchange(*g.Result.RefreshToken)
		wantRefusal(t, err, errNotAuthorized, revokedRefresh)
	}
}

// meanwhile does something between the first reading and the first writing.
type meanwhile struct {
	store.Store
	once func(store.Store)
}

func (m *meanwhile) Update(ctx context.Context, fn func(store.Tx) error) error {
	if once := m.once; once != nil {
		m.once = nil
		once(m.Store)
	}
	return m.Store.Update(ctx, fn)
}

// TestTokensNameTheirSession: origin_jti and jti are there where sessions can be ended one by one; the
// access token has a jti of its own always.
func TestTokensNameTheirSession(t *testing.T) {
	for _, c := range []struct{ revokes, rotates, tracked, want bool }{
		{false, false, false, false}, {true, false, false, true}, {false, true, false, true}, {false, false, true, true}, {true, true, true, true},
	} {
		w := newWorld(t)
		if c.rotates {
			w.rotating(0)
		}
		w.saveClient(func(client *userpool.Client) { client.Settings.EnableTokenRevocation = &c.revokes })
		w.tracking(c.tracked, 20)
		g := w.signIn()
		refreshed := w.mustExchange(*g.Result.RefreshToken)
		seen := map[string]bool{}
		for name, text := range map[string]*string{
			"ID token": g.Result.IdToken, "access token": g.Result.AccessToken,
			"refreshed ID token": refreshed.IdToken, "refreshed access token": refreshed.AccessToken,
		} {
			var claims struct {
				JTI       string `json:"jti"`
				OriginJTI string `json:"origin_jti"`
			}
			if err := json.Unmarshal([]byte(claimsText(t, *text)), &claims); err != nil {
				t.Fatal(err)
			}
			if want := map[bool]string{true: g.session.OriginJTI}[c.want]; claims.OriginJTI != want {
				t.Errorf("%+v: %s has origin_jti %q, want %q", c, name, claims.OriginJTI, want)
			}
			if access := strings.Contains(name, "access"); (claims.JTI != "") != (c.want || access) || seen[claims.JTI] && claims.JTI != "" {
				t.Errorf("%+v: %s has jti %q", c, name, claims.JTI)
			}
			seen[claims.JTI] = true
		}
	}
}

func TestEndSession(t *testing.T) {
	const sso, otherSSO = "sso0000000000000000000000001", "sso0000000000000000000000002"
	for _, c := range []struct {
		id     string // a SessionId, or the number of a sign-in
		linked bool
		want   string // what is in force afterwards, with what it came through
	}{
		{"0", false, "1:1 2:2 3:-"},
		{"0", true, "1:- 2:2 3:-"},
		{"2", true, "0:1 1:1 3:-"},
		{"3", true, "0:1 1:1 2:2"},
		{sso, false, "0:- 1:- 2:2 3:-"},
		{sso, true, "2:2 3:-"},
		{otherSSO, true, "0:1 1:1 3:-"},
		{"sso0000000000000000000000003", true, ""},
		{"tkn0000000000000000000000000", true, ""},
		{"tknzzzzzzzzzzzzzzzzzzzzzzzzz", false, ""},
		{"ben's", false, ""},
		{"ended", false, ""},
	} {
		w := newWorld(t)
		w.tracking(true, 20)
		const all = "0:1 1:1 2:2 3:-"
		ids := map[string]string{}
		var signIns []*Grant
		for i, origin := range []string{sso, sso, otherSSO, ""} {
			g := w.signIn()
			w.saveSession(g.session.OriginJTI, func(s *userpool.TokenSession) { s.OriginSessionID = origin })
			signIns = append(signIns, g)
			ids[strconv.Itoa(i)] = g.session.ID()
		}
		ben := w.addUser(poolID, "Ben", "1b0c7a44-93b7-4b43-8f1e-1f1c0a9b7a11")
		ids["ben's"] = w.signIn(func(in *SignIn) { in.User = ben }).session.ID()
		ended := w.signIn()
		ids["ended"] = ended.session.ID()
		w.saveSession(ended.session.OriginJTI, func(s *userpool.TokenSession) { s.Revoked = true })

		id := c.id
		if known, ok := ids[id]; ok {
			id = known
		}
		end := func() error {
			return w.Store.Update(t.Context(), func(tx store.Tx) error { return w.EndSession(t.Context(), tx, w.user, id, c.linked) })
		}
		want := c.want
		if want == "" {
			want = all
			wantRefusal(t, end(), cognitoidp.ResourceNotFoundException, "Session does not exist.")
		} else {
			wantRefusal(t, end(), "", "")
			wantRefusal(t, end(), cognitoidp.ResourceNotFoundException, "Session does not exist.") // it has gone
		}
		var got []string
		for i, g := range signIns {
			s := w.session(g.session.OriginJTI)
			w.wantDead(g, s.Revoked)
			if !s.Revoked {
				got = append(got, fmt.Sprintf("%d:%s", i, map[string]string{sso: "1", otherSSO: "2", "": "-"}[s.OriginSessionID]))
			}
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s, linked %t: %q is in force, want %q", c.id, c.linked, text, want)
		}
		if w.session(userpool.OriginJTIOf(ids["ben's"])).Revoked {
			t.Errorf("%s: another user's session has ended", c.id)
		}
	}
}

// TestEndOfLargeSSOSession: more came through it than one page of a listing has.
func TestEndOfLargeSSOSession(t *testing.T) {
	const sso, many = "sso0000000000000000000000001", 203
	w := newWorld(t)
	w.update(func(ctx context.Context, tx store.Tx) error {
		for i := range many {
			s := &userpool.TokenSession{
				PoolID: poolID, OriginJTI: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), ClientID: clientID, Username: w.user.Username,
				Created: w.now, LastActive: w.now.Add(time.Duration(i/2) * time.Second), Expires: w.now.Add(time.Hour), OriginSessionID: sso,
			}
			if err := tx.CreateTokenSession(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	w.update(func(ctx context.Context, tx store.Tx) error { return w.EndSession(ctx, tx, w.user, sso, true) })
	for i := range many {
		if s := w.session(fmt.Sprintf("00000000-0000-4000-8000-%012d", i)); !s.Revoked {
			t.Fatalf("session %d goes on", i)
		}
	}
}

// TestRevokeFamily: RevokeToken with any member of a rotated family ends all of it, and if asked the SSO
// session that it came through, but not what else came through that.
func TestRevokeFamily(t *testing.T) {
	const sso = "sso0000000000000000000000001"
	for member := range 4 {
		for _, c := range []struct {
			linked, tracked bool
			origin          string // of the sibling, afterwards
		}{{false, true, sso}, {true, true, ""}, {true, false, sso}} {
			w := newWorld(t)
			w.rotating(60)
			w.tracking(c.tracked, 20)
			g, sibling := w.signIn(), w.signIn()
			for _, one := range []*Grant{g, sibling} {
				w.saveSession(one.session.OriginJTI, func(s *userpool.TokenSession) { s.OriginSessionID = sso })
			}
			family := []*cognitoidp.AuthenticationResultType{g.Result}
			for _, parent := range []int{0, 0, 1} { // the second is a retry
				family = append(family, w.mustExchange(*family[parent].RefreshToken))
			}
			for range 2 { // again is no error
				if err := w.Revoke(t.Context(), w.client, *family[member].RefreshToken, c.linked); err != nil {
					t.Fatal(err)
				}
			}
			for i, one := range family {
				_, err := w.exchange(*one.RefreshToken)
				wantRefusal(t, err, errNotAuthorized, revokedRefresh)
				if _, err = w.Bearer(t.Context(), *one.AccessToken); !errors.Is(err, cognitoidp.NotAuthorizedException) {
					t.Errorf("member %d after member %d was revoked: %v", i, member, err)
				}
			}
			w.mustExchange(*sibling.Result.RefreshToken)
			if got := w.session(sibling.session.OriginJTI).OriginSessionID; got != c.origin {
				t.Errorf("%+v: the sibling came through %q", c, got)
			}
		}
	}
}

// TestRevokeLinkedOfDeletedUser: nothing is left to end.
func TestRevokeLinkedOfDeletedUser(t *testing.T) {
	w := newWorld(t)
	w.tracking(true, 20)
	g := w.signIn()
	w.update(func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, poolID, w.user.Username) })
	if err := w.Revoke(t.Context(), w.client, *g.Result.RefreshToken, true); err != nil {
		t.Error(err)
	}
}
