package storetest

import (
	"context"
	"testing"
	"time"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func testAttempts(t *testing.T, s store.Store) {
	missing(t, s, "an attempt that never was", readAttempt([]byte("none")))
	consume := func(id []byte) (won bool) {
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
			won, err = tx.ConsumeAttempt(ctx, id)
			return err
		})
		return won
	}
	for i, shape := range []shape{full, hollow, bare} {
		a := filled[userpool.Attempt](shape)
		a.ID, a.Consumed = []byte{byte(i), 0, 255, '\''}, false
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateAttempt(ctx, a) })
		same(t, "attempt after CreateAttempt", a, both(t, s, readAttempt(a.ID)))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateAttempt(ctx, a) })

		next := filled[userpool.Attempt](full)
		next.ID, next.Consumed = a.ID, false
		next.Expires = next.Expires.Add(time.Hour)
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveAttempt(ctx, next) })
		same(t, "attempt after SaveAttempt", next, both(t, s, readAttempt(a.ID)))

		same(t, "the first ConsumeAttempt wins", true, consume(a.ID))
		next.Consumed = true
		same(t, "consumed attempt", next, both(t, s, readAttempt(a.ID)))
		same(t, "the second ConsumeAttempt wins", false, consume(a.ID))
		refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error { return tx.SaveAttempt(ctx, a) })
	}
	same(t, "consuming an attempt that never was", false, consume([]byte("none")))
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SaveAttempt(ctx, &userpool.Attempt{ID: []byte("none")})
	})
}

func testTokens(t *testing.T, s store.Store) {
	missing(t, s, "a session that never was", readSession("r_a", "none"))
	missing(t, s, "a refresh token that never was", readRefresh([]byte("none")))
	for i, shape := range []shape{full, hollow, bare} {
		n := filled[userpool.TokenSession](shape)
		n.PoolID, n.OriginJTI = "r_a", "jti"+string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateTokenSession(ctx, n) })
		same(t, "session after CreateTokenSession", n, both(t, s, readSession("r_a", n.OriginJTI)))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateTokenSession(ctx, n) })
		missing(t, s, "the session in another pool", readSession("r_b", n.OriginJTI))
		n.Revoked, n.Expires, n.Scopes = true, start.Add(time.Hour), []string{"openid"}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.SaveTokenSession(ctx, n) })
		same(t, "session after SaveTokenSession", n, both(t, s, readSession("r_a", n.OriginJTI)))

		k := filled[userpool.RefreshToken](shape)
		k.ID = []byte{byte(i), 0, 255}
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateRefreshToken(ctx, k) })
		same(t, "refresh token after CreateRefreshToken", k, both(t, s, readRefresh(k.ID)))
		refused(t, s, store.ErrExists, func(ctx context.Context, tx store.Tx) error { return tx.CreateRefreshToken(ctx, k) })
	}
	refused(t, s, store.ErrNotFound, func(ctx context.Context, tx store.Tx) error {
		return tx.SaveTokenSession(ctx, &userpool.TokenSession{PoolID: "r_a", OriginJTI: "none"})
	})

	k := &userpool.RefreshToken{ID: []byte("rotated"), PoolID: "r_a", OriginJTI: "jtia"}
	update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.CreateRefreshToken(ctx, k) })
	for i, want := range []bool{true, false} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			won, err := tx.RotateRefreshToken(ctx, k.ID, start.Add(time.Duration(i)*time.Second))
			same(t, "RotateRefreshToken wins", want, won)
			return err
		})
		same(t, "time of rotation", start, both(t, s, readRefresh(k.ID)).Rotated)
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		won, err := tx.RotateRefreshToken(ctx, []byte("none"), start)
		same(t, "RotateRefreshToken of none wins", false, won)
		return err
	})
}

func testCodes(t *testing.T, s store.Store) {
	missing(t, s, "a code that never was", readCode("r_a", "ana", userpool.CodeSignUp))
	for _, shape := range []shape{full, hollow, bare, full} { // each replaces the one before
		c := filled[userpool.Code](shape)
		c.PoolID, c.Username, c.Purpose = "r_a", "ana", userpool.CodeVerifyEmail
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutCode(ctx, c) })
		same(t, "code after PutCode", c, both(t, s, readCode("r_a", "ana", userpool.CodeVerifyEmail)))
		missing(t, s, "a code of another purpose", readCode("r_a", "ana", userpool.CodeVerifyPhone))
	}
	for _, want := range []bool{true, false} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			won, err := tx.ConsumeCode(ctx, "r_a", "ana", userpool.CodeVerifyEmail)
			same(t, "ConsumeCode wins", want, won)
			return err
		})
		missing(t, s, "the consumed code", readCode("r_a", "ana", userpool.CodeVerifyEmail))
	}
}

func testFailures(t *testing.T, s store.Store) {
	missing(t, s, "failures that never were", readFailures("r_a", "ana", userpool.WrongPassword))
	for _, shape := range []shape{full, bare, full} { // each replaces the one before
		f := filled[userpool.Failures](shape)
		f.PoolID, f.Name, f.Kind = "r_a", "ana", userpool.WrongPassword
		update(t, s, func(ctx context.Context, tx store.Tx) error { return tx.PutFailures(ctx, f) })
		same(t, "failures after PutFailures", f, both(t, s, readFailures("r_a", "ana", userpool.WrongPassword)))
		missing(t, s, "failures of another kind", readFailures("r_a", "ana", userpool.WrongCode))
	}
	for range 2 {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			return tx.ClearFailures(ctx, "r_a", "ana", userpool.WrongPassword)
		})
		missing(t, s, "cleared failures", readFailures("r_a", "ana", userpool.WrongPassword))
	}
}

func testLimits(t *testing.T, s store.Store) {
	spend := func(pool, user, act string, now time.Time) (n int) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx store.Tx) (err error) {
			n, err = tx.Spend(ctx, pool, user, act, time.Hour, now)
			return err
		})
		return n
	}
	opened := start.Truncate(time.Hour)
	for i, c := range []struct {
		pool, user, act string
		at              time.Duration
		want            int
	}{
		{"r_a", "ana", "sms", 0, 1},
		{"r_a", "ana", "sms", time.Minute, 2},
		{"r_a", "ana", "sms", time.Hour - time.Microsecond, 3},
		{"r_a", "ana", "email", 0, 1},
		{"r_a", "ben", "sms", 0, 1},
		{"r_b", "ana", "sms", 0, 1},
		{"r_a", "ana", "sms", time.Hour, 1},        // the next window
		{"r_a", "ana", "sms", 59 * time.Minute, 2}, // a clock that is behind gives nothing back
		{"r_a", "ana", "sms", time.Hour, 3},
		{"r_a", "ana", "sms", 9 * time.Hour, 1},
	} {
		same(t, "use "+string(rune('0'+i)), c.want, spend(c.pool, c.user, c.act, opened.Add(c.at)))
	}
}

func testExpiry(t *testing.T, s store.Store) {
	const each = 3
	now := start.Add(time.Hour)
	put := func(i int, prefix string, expires time.Time) {
		name := prefix + string(rune('a'+i))
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			if err := tx.CreateAttempt(ctx, &userpool.Attempt{ID: []byte(name), Expires: expires}); err != nil {
				return err
			}
			if err := tx.PutCode(ctx, &userpool.Code{PoolID: "r_a", Username: name, Expires: expires}); err != nil {
				return err
			}
			if err := tx.CreateTokenSession(ctx, &userpool.TokenSession{PoolID: "r_a", OriginJTI: name, Expires: expires}); err != nil {
				return err
			}
			if err := tx.CreateRefreshToken(ctx, &userpool.RefreshToken{ID: []byte(name), Expires: expires}); err != nil {
				return err
			}
			if !expires.IsZero() { // a burst always ends
				b := &userpool.Burst{PoolID: "r_a", Kind: userpool.BurstOfUser, Name: name, Opened: expires.Add(-2 * userpool.BurstWindow)}
				if err := tx.PutBurst(ctx, b); err != nil {
					return err
				}
			}
			return tx.PutFailures(ctx, &userpool.Failures{PoolID: "r_a", Name: name, Expires: expires})
		})
	}
	for i := range each {
		put(i, "old", now.Add(-time.Duration(i)*time.Second)) // the first one at this very moment
		put(i, "young", now.Add(time.Microsecond))
		put(i, "timeless", time.Time{})
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			name := string(rune('a' + i))
			if _, err := tx.Spend(ctx, "r_a", "young"+name, "act", time.Hour, now); err != nil {
				return err
			}
			_, err := tx.Spend(ctx, "r_a", "old"+name, "act", time.Hour, now.Add(-2*time.Hour))
			return err
		})
	}
	const kinds = 7
	for i, want := range []int{2 * kinds, kinds, 0} {
		update(t, s, func(ctx context.Context, tx store.Tx) error {
			n, err := tx.DeleteExpired(ctx, now, 2)
			same(t, "rows of batch "+string(rune('0'+i)), want, n)
			return err
		})
	}
	for i := range each {
		for _, prefix := range []string{"young", "timeless"} {
			name := prefix + string(rune('a'+i))
			get(t, s, readAttempt([]byte(name)))
			get(t, s, readCode("r_a", name, ""))
			get(t, s, readSession("r_a", name))
			get(t, s, readRefresh([]byte(name)))
			get(t, s, readFailures("r_a", name, ""))
		}
		name := "old" + string(rune('a'+i))
		missing(t, s, "expired attempt", readAttempt([]byte(name)))
		missing(t, s, "expired code", readCode("r_a", name, ""))
		missing(t, s, "expired session", readSession("r_a", name))
		missing(t, s, "expired refresh token", readRefresh([]byte(name)))
		missing(t, s, "expired failures", readFailures("r_a", name, ""))
	}
	update(t, s, func(ctx context.Context, tx store.Tx) error {
		n, err := tx.Spend(ctx, "r_a", "younga", "act", time.Hour, now)
		same(t, "uses in a window that is still open", 2, n)
		return err
	})
}
