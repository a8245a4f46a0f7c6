package token

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func TestRefresh(t *testing.T) {
	w := newWorld(t)
	g := w.signIn(func(in *SignIn) { in.AuthTime = start.Add(-time.Minute) })
	first := claimsText(t, *g.Result.AccessToken)
	w.advance(24 * time.Hour)
	w.saveUser(func(u *userpool.User) { u.Attributes["email"] = "new@example.com" })

	result, err := w.refresh(*g.Result.RefreshToken, "any device")
	if err != nil {
		t.Fatal(err)
	}
	if result.RefreshToken != nil {
		t.Error("a new refresh token without rotation")
	}
	b, err := w.Bearer(t.Context(), *result.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	old, err := parseClaims([]byte(first))
	if err != nil {
		t.Fatal(err)
	}
	c := b.Claims
	if c.AuthTime != old.AuthTime || c.OriginJTI != old.OriginJTI || c.EventID != old.EventID || c.Scope != old.Scope {
		t.Errorf("claims of the sign-in changed: %+v, were %+v", c, *old)
	}
	if c.JTI == old.JTI || c.Issued.Sub(old.Issued) != 24*time.Hour || c.Expires.Sub(c.Issued) != time.Hour {
		t.Errorf("claims of the token did not: %+v, were %+v", c, *old)
	}
	var id struct {
		Email     string
		AuthTime  int64  `json:"auth_time"`
		OriginJTI string `json:"origin_jti"`
	}
	if err := json.Unmarshal([]byte(claimsText(t, *result.IdToken)), &id); err != nil {
		t.Fatal(err)
	}
	if id.Email != "new@example.com" || id.AuthTime != old.AuthTime.Unix() || id.OriginJTI != old.OriginJTI {
		t.Errorf("ID token %+v", id)
	}
	if _, err := w.refresh(*g.Result.RefreshToken, ""); err != nil {
		t.Errorf("the same refresh token again: %v", err)
	}
}

// TestRefreshAtTheLastMoment: the access token outlives the refresh token, and can still be revoked
// when the sweep has passed.
func TestRefreshAtTheLastMoment(t *testing.T) {
	w := newWorld(t)
	g := w.signIn()
	w.now = g.refresh.Expires.Add(-time.Second)
	result, err := w.refresh(*g.Result.RefreshToken, "")
	if err != nil {
		t.Fatal(err)
	}
	w.advance(30 * time.Minute)
	w.update(func(ctx context.Context, tx store.Tx) error {
		_, err := tx.DeleteExpired(ctx, w.now, 100)
		return err
	})
	if _, err := w.Bearer(t.Context(), *result.AccessToken); err != nil {
		t.Error(err)
	}
	w.saveSession(g.session.OriginJTI, func(s *userpool.TokenSession) { s.Revoked = true })
	_, err = w.Bearer(t.Context(), *result.AccessToken)
	wantRefusal(t, err, errNotAuthorized, "Access Token has been revoked")
}

func TestRefreshRefusals(t *testing.T) {
	const (
		invalid  = "Invalid Refresh Token"
		expired  = "Refresh Token has expired"
		revoked  = "Refresh Token has been revoked"
		disabled = "User is disabled."
	)
	const device = "eu-west-1_0d4c8f7e-1111-4222-8333-444455556666"
	wrongSecret := errors.New("wrong secret")
	type attempt struct{ text, device string }
	revoke := func(w *world, g *Grant) {
		w.saveSession(g.session.OriginJTI, func(s *userpool.TokenSession) { s.Revoked = true })
	}
	disable := func(w *world) { w.saveUser(func(u *userpool.User) { u.Enabled = false }) }
	cases := map[string]struct {
		do   func(w *world, g *Grant, a *attempt)
		code cognitoidp.ErrorCode
		want string
	}{
		"good":             {func(*world, *Grant, *attempt) {}, "", ""},
		"last moment":      {func(w *world, g *Grant, _ *attempt) { w.now = g.refresh.Expires.Add(-time.Microsecond) }, "", ""},
		"empty":            {func(_ *world, _ *Grant, a *attempt) { a.text = "" }, errNotAuthorized, invalid},
		"garbage":          {func(_ *world, _ *Grant, a *attempt) { a.text = "garbage" }, errNotAuthorized, invalid},
		"of the form":      {func(_ *world, _ *Grant, a *attempt) { a.text = a.text[:len(a.text)-1] + "!" }, errNotAuthorized, invalid},
		"an ID token":      {func(_ *world, g *Grant, a *attempt) { a.text = *g.Result.IdToken }, errNotAuthorized, invalid},
		"longer":           {func(_ *world, _ *Grant, a *attempt) { a.text += strings.Repeat("A", 100_000) }, errNotAuthorized, invalid},
		"other client":     {func(w *world, _ *Grant, _ *attempt) { w.client = w.addClient(poolID, "other") }, errNotAuthorized, invalid},
		"other pool":       {func(w *world, _ *Grant, _ *attempt) { w.pool = w.addPool("eu-west-1_zZ9yY8xX7") }, errNotAuthorized, invalid},
		"no device":        {func(_ *world, _ *Grant, a *attempt) { a.device = "" }, errNotAuthorized, invalid},
		"wrong device":     {func(_ *world, _ *Grant, a *attempt) { a.device = device[:len(device)-1] + "7" }, errNotAuthorized, invalid},
		"device forgotten": {func(w *world, _ *Grant, _ *attempt) { w.forget(device) }, errNotAuthorized, invalid},
		"device forgotten, no key": {func(w *world, _ *Grant, a *attempt) {
			w.forget(device)
			a.device = ""
		}, errNotAuthorized, invalid},
		"expired":       {func(w *world, g *Grant, _ *attempt) { w.now = g.refresh.Expires }, errNotAuthorized, expired},
		"revoked":       {func(w *world, g *Grant, _ *attempt) { revoke(w, g) }, errNotAuthorized, revoked},
		"signed out":    {func(w *world, _ *Grant, _ *attempt) { w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now) }) }, errNotAuthorized, revoked},
		"disabled":      {func(w *world, _ *Grant, _ *attempt) { disable(w) }, errNotAuthorized, disabled},
		"enabled again": {func(w *world, _ *Grant, _ *attempt) { w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now) }) }, errNotAuthorized, revoked},
		"client deleted": {func(w *world, _ *Grant, _ *attempt) {
			w.update(func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, poolID, clientID) })
		}, errNotAuthorized, invalid},
		"user deleted": {func(w *world, _ *Grant, _ *attempt) {
			w.update(func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, poolID, "Ana") })
		}, errNotAuthorized, invalid},
		"exchanged": {func(w *world, g *Grant, _ *attempt) {
			w.update(func(ctx context.Context, tx store.Tx) error {
				_, err := tx.RotateRefreshToken(ctx, g.refresh.ID, w.now)
				return err
			})
		}, cognitoidp.RefreshTokenReuseException, "Refresh Token has been exchanged for a newer one"},
	}
	for name, c := range cases {
		for _, revokes := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t)
				w.saveClient(func(c *userpool.Client) { c.Settings.EnableTokenRevocation = &revokes })
				g := w.signIn(func(in *SignIn) { in.DeviceKey = device })
				w.confirm(device)
				a := attempt{text: *g.Result.RefreshToken, device: device}
				c.do(w, g, &a)
				_, err := w.refresh(a.text, a.device)
				wantRefusal(t, err, c.code, c.want)

				// A client that does not prove itself learns nothing about the token.
				_, err = w.Refresh(t.Context(), w.pool, w.client, Presented{RefreshToken: a.text, DeviceKey: a.device, Authenticate: func(username string) error {
					if username != "Ana" {
						t.Errorf("asked about %q", username)
					}
					return wrongSecret
				}})
				if c.want == invalid {
					wantRefusal(t, err, c.code, c.want)
				} else if !errors.Is(err, wrongSecret) {
					t.Errorf("without the secret: %v", err)
				}
			})
		}
	}
}

// TestRefreshBeforeConfirmDevice: a client that has not confirmed its device may know nothing of keys; one
// that names another device is wrong.
func TestRefreshBeforeConfirmDevice(t *testing.T) {
	const device, other = "eu-west-1_0d4c8f7e-1111-4222-8333-444455556666", "eu-west-1_0d4c8f7e-1111-4222-8333-444455556667"
	w := newWorld(t)
	g := w.signIn(func(in *SignIn) { in.DeviceKey = device })
	second := w.signIn(func(in *SignIn) { in.DeviceKey = other })
	w.confirm(other)
	w.forget(other)
	for _, key := range []string{"", device} {
		result, err := w.refresh(*g.Result.RefreshToken, key)
		if err != nil {
			t.Fatalf("with the key %q: %v", key, err)
		}
		b, err := w.Bearer(t.Context(), *result.AccessToken)
		if err != nil || b.DeviceKey() != device || b.Claims.DeviceKey != device {
			t.Errorf("the refreshed access token speaks for %+v, %v", b, err)
		}
	}
	_, err := w.refresh(*g.Result.RefreshToken, other)
	wantRefusal(t, err, errNotAuthorized, "Invalid Refresh Token")

	// A device that was forgotten is not one that was never confirmed; its access token lives on.
	_, err = w.refresh(*second.Result.RefreshToken, "")
	wantRefusal(t, err, errNotAuthorized, "Invalid Refresh Token")
	b, err := w.Bearer(t.Context(), *second.Result.AccessToken)
	if err != nil || b.DeviceKey() != "" || b.Claims.DeviceKey != other {
		t.Errorf("the access token of a forgotten device speaks for %+v, %v", b, err)
	}
}

// withoutUser is a store whose user has gone while the refresh token is still there.
type withoutUser struct{ store.Store }

type readerWithoutUser struct{ store.Reader }

func (s withoutUser) View(ctx context.Context, fn func(store.Reader) error) error {
	return s.Store.View(ctx, func(r store.Reader) error { return fn(readerWithoutUser{r}) })
}

func (readerWithoutUser) User(context.Context, string, string) (*userpool.User, error) {
	return nil, store.ErrNotFound
}

func TestRefreshOfMissingUser(t *testing.T) {
	w := newWorld(t)
	g := w.signIn()
	w.Store = withoutUser{w.Store}
	_, err := w.refresh(*g.Result.RefreshToken, "")
	wantRefusal(t, err, cognitoidp.UserNotFoundException, "User does not exist.")
	w.client = &userpool.Client{ID: clientID, PoolID: poolID}
	w.client.Settings.PreventUserExistenceErrors = cognitoidp.PreventUserExistenceErrorTypesEnabled
	_, err = w.refresh(*g.Result.RefreshToken, "")
	wantRefusal(t, err, errNotAuthorized, "Invalid Refresh Token")
}

// TestRefreshTokenIsNotStored: the store has a keyed hash, not the text.
func TestRefreshTokenIsNotStored(t *testing.T) {
	w := newWorld(t)
	g := w.signIn()
	if id := g.refresh.ID; len(id) != 32 || string(id) == string(hasher("another key").Hash("refresh token", []byte(*g.Result.RefreshToken))) {
		t.Errorf("kept under %x", g.refresh.ID)
	}
}
