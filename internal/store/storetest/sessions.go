package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// sessionOf is a session in force that was active so many minutes after start.
func sessionOf(username, jti string, minute int) *userpool.TokenSession {
	at := start.Add(time.Duration(minute) * time.Minute)
	return &userpool.TokenSession{
		PoolID: "r_a", OriginJTI: jti, Username: username, Created: at, LastActive: at, Expires: start.Add(24 * time.Hour),
	}
}

// sessionsOf reads all pages of q and answers the origin_jtis, most recently active first.
func sessionsOf(t testing.TB, s store.Store, q store.SessionQuery) string {
	t.Helper()
	var ids []string
	for range 100 {
		page := both(t, s, func(ctx context.Context, r store.Reader) ([]*userpool.TokenSession, error) {
			return r.TokenSessions(ctx, q)
		})
		for _, session := range page {
			ids = append(ids, session.OriginJTI)
			q.After = store.CursorOf(session)
		}
		if len(page) > q.Limit {
			t.Fatalf("a page has %d sessions, limit %d", len(page), q.Limit)
		}
		if len(page) < q.Limit {
			return strings.Join(ids, " ")
		}
	}
	t.Fatalf("paging through %+v never ends", q)
	return ""
}

func anasSessions(limit int) store.SessionQuery {
	return store.SessionQuery{PoolID: "r_a", Username: "ana", Now: start.Add(time.Hour), Limit: limit}
}

func testSessions(t *testing.T, s store.Store) {
	same(t, "sessions of nobody", "", sessionsOf(t, s, anasSessions(5)))
	create := func(session *userpool.TokenSession, change ...func(*userpool.TokenSession)) {
		t.Helper()
		for _, c := range change {
			c(session)
		}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateTokenSession(ctx, session) })
	}
	create(sessionOf("ana", "c", 3))
	create(sessionOf("ana", "a", 1))
	create(sessionOf("ana", "e", 5))
	create(sessionOf("ana", "b2", 2))
	create(sessionOf("ana", "b1", 2)) // at the same time
	create(sessionOf("ana", "unused", 0), func(n *userpool.TokenSession) { n.LastActive, n.Expires = time.Time{}, time.Time{} })
	create(sessionOf("ana", "revoked", 4), func(n *userpool.TokenSession) { n.Revoked = true })
	create(sessionOf("ana", "expired", 4), func(n *userpool.TokenSession) { n.Expires = start.Add(time.Hour) })
	create(sessionOf("ana", "last moment", 4), func(n *userpool.TokenSession) { n.Expires = start.Add(time.Hour + time.Microsecond) })
	create(sessionOf("ben", "ben's", 4))
	create(sessionOf("ana", "elsewhere", 4), func(n *userpool.TokenSession) { n.PoolID = "r_b" })
	for limit := 1; limit <= 8; limit++ {
		same(t, fmt.Sprintf("sessions in pages of %d", limit), "e last moment c b2 b1 a unused", sessionsOf(t, s, anasSessions(limit)))
	}

	// What began before a sign-out has ended, however late a node with another clock saw it used.
	signedOut := anasSessions(2)
	signedOut.SignedOut = start.Add(2 * time.Minute)
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		late := sessionOf("ana", "a", 1)
		late.LastActive = start.Add(9 * time.Minute)
		return tx.SaveTokenSession(ctx, late)
	})
	same(t, "sessions after a sign-out", "e last moment c", sessionsOf(t, s, signedOut))
	same(t, "sessions of the most recent use", "a e last moment c b2 b1 unused", sessionsOf(t, s, anasSessions(3)))

	update(t, s, func(ctx context.Context, tx store.Tx) error {
		session, err := tx.TokenSession(ctx, "r_a", "c")
		if err != nil {
			return err
		}
		session.Revoked = true
		return tx.SaveTokenSession(ctx, session)
	})
	same(t, "sessions after one was revoked", "a e last moment b2 b1 unused", sessionsOf(t, s, anasSessions(3)))
}

func testEviction(t *testing.T, s store.Store) {
	evict := func(q store.SessionQuery, keep int) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.EvictTokenSessions(ctx, q, keep) })
	}
	evict(anasSessions(0), 0) // none there
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		for i := range 9 {
			session := sessionOf("ana", strconv.Itoa(i), i)
			switch i {
			case 5: // has ended by itself and takes no place
				session.Expires = start.Add(time.Minute)
			case 6:
				session.Revoked = true
			}
			if err := tx.CreateTokenSession(ctx, session); err != nil {
				return err
			}
		}
		elsewhere := sessionOf("ana", "elsewhere", 0)
		elsewhere.PoolID = "r_b"
		return errors.Join(tx.CreateTokenSession(ctx, sessionOf("ben", "ben's", 0)), tx.CreateTokenSession(ctx, elsewhere))
	})
	for _, c := range []struct {
		keep int
		want string
	}{{99, "8 7 4 3 2 1 0"}, {7, "8 7 4 3 2 1 0"}, {6, "8 7 4 3 2 1"}, {3, "8 7 4"}, {0, ""}} {
		evict(anasSessions(0), c.keep)
		same(t, fmt.Sprintf("sessions kept of %d", c.keep), c.want, sessionsOf(t, s, anasSessions(9)))
		for i := range 9 {
			id := strconv.Itoa(i)
			if i == 5 || i == 6 {
				continue
			}
			same(t, "session "+id+" is revoked", !slices.Contains(strings.Fields(c.want), id), both(t, s, readSession("r_a", id)).Revoked)
		}
	}
	same(t, "another user's session is revoked", false, both(t, s, readSession("r_a", "ben's")).Revoked)
	same(t, "another pool's session is revoked", false, both(t, s, readSession("r_b", "elsewhere")).Revoked)

	// What was signed out everywhere takes no place either.
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(tx.CreateTokenSession(ctx, sessionOf("ana", "before", 20)), tx.CreateTokenSession(ctx, sessionOf("ana", "after", 22)))
	})
	q := anasSessions(9)
	q.SignedOut = start.Add(21 * time.Minute)
	evict(q, 1)
	same(t, "sessions since the sign-out", "after", sessionsOf(t, s, q))
}

// testRaceForPlaces: however many sessions begin at once, no more stay than may.
func testRaceForPlaces(t *testing.T, s store.Store) {
	const limit, each = 3, 4
	race(t, func(racer int) (bool, error) {
		for i := range each {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				if err := tx.EvictTokenSessions(t.Context(), anasSessions(0), limit-1); err != nil {
					return err
				}
				return tx.CreateTokenSession(t.Context(), sessionOf("ana", fmt.Sprintf("%d-%d", racer, i), i))
			})
			if err != nil {
				return false, err
			}
			var in []*userpool.TokenSession
			err = s.View(t.Context(), func(r store.Reader) (err error) {
				in, err = r.TokenSessions(t.Context(), anasSessions(racers*each))
				return err
			})
			if err != nil {
				return false, err
			}
			if len(in) > limit {
				return false, fmt.Errorf("%d sessions are in force", len(in))
			}
		}
		return true, nil
	})
	same(t, "sessions in force", limit, len(strings.Fields(sessionsOf(t, s, anasSessions(racers*each)))))
}
