package signin_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func get(t reporter, url string) []byte {
	t.Helper()
	resp := must[*http.Response](t, url)(http.Get(url))
	defer resp.Body.Close()
	return must[[]byte](t, url)(io.ReadAll(resp.Body))
}

// error is the step as an error; nil unless it is an exception.
func (s step) error() error {
	if s.refused() {
		return errors.New(s.String())
	}
	return nil
}

func said(err error) string {
	if name, text := exception(err); name != "NotOfTheAPI" && name != "" {
		return name + ": " + text
	} else if err != nil {
		return err.Error()
	}
	return ""
}

// TestHostileRefreshes: every way to refresh with every token that is not this client's living one.
func TestHostileRefreshes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	p, foreign := w.newPool(t, open), w.newPool(t, open)
	otherClient := p.newClient(t)
	_, good := p.newTokens(t)
	token := *good.RefreshToken
	revoked := func(kill func(u *user, r *types.AuthenticationResultType) error) string {
		u, r := p.newTokens(t)
		if err := kill(u, r); err != nil {
			t.Fatal(err)
		}
		return *r.RefreshToken
	}
	type attempt struct{ client, token, want string }
	attempts := map[string]attempt{
		"an access token":     {p.client, *good.AccessToken, invalidRefresh},
		"an ID token":         {p.client, *good.IdToken, invalidRefresh},
		"garbage":             {p.client, "garbage", invalidRefresh},
		"cut short":           {p.client, token[:len(token)-6], invalidRefresh},
		"changed":             {p.client, flipped(token), invalidRefresh},
		"made up":             {p.client, madeUp(token), invalidRefresh},
		"its end changed":     {p.client, token[:len(token)-12] + flipped(token[len(token)-12:]), invalidRefresh},
		"something behind it": {p.client, token + "AAAA", invalidRefresh},
		"another client's":    {otherClient, token, invalidRefresh},
		"another pool's":      {foreign.client, token, invalidRefresh},
		"revoked": {p.client, revoked(func(u *user, r *types.AuthenticationResultType) error {
			_, err := u.api.RevokeToken(u.ctx, &idp.RevokeTokenInput{ClientId: &u.client, Token: r.RefreshToken})
			return err
		}), revokedRefresh},
		"signed out": {p.client, revoked(func(u *user, r *types.AuthenticationResultType) error {
			_, err := u.api.GlobalSignOut(u.ctx, &idp.GlobalSignOutInput{AccessToken: r.AccessToken})
			return err
		}), revokedRefresh},
		"of a disabled user": {p.client, revoked(func(u *user, _ *types.AuthenticationResultType) error {
			_, err := u.api.AdminDisableUser(u.ctx, &idp.AdminDisableUserInput{UserPoolId: &u.id, Username: &u.name})
			return err
		}), userDisabled + " | " + revokedRefresh},
		"of a user who was disabled": {p.client, revoked(func(u *user, _ *types.AuthenticationResultType) error {
			if _, err := u.api.AdminDisableUser(u.ctx, &idp.AdminDisableUserInput{UserPoolId: &u.id, Username: &u.name}); err != nil {
				return err
			}
			_, err := u.api.AdminEnableUser(u.ctx, &idp.AdminEnableUserInput{UserPoolId: &u.id, Username: &u.name})
			return err
		}), revokedRefresh},
		"of a deleted user": {p.client, revoked(func(u *user, _ *types.AuthenticationResultType) error {
			_, err := u.api.AdminDeleteUser(u.ctx, &idp.AdminDeleteUserInput{UserPoolId: &u.id, Username: &u.name})
			return err
		}), noSuchUser + " | " + invalidRefresh + " | " + revokedRefresh},
	}
	for what, a := range attempts {
		for _, r := range refreshes {
			in := p
			if a.client == foreign.client {
				in = foreign
			}
			if got := said(r.do(in, a.client, a.token)); !oneOf(a.want, got) {
				t.Errorf("%s, %s: %q, want %q", r.name, what, got, a.want)
			}
		}
	}
	// The members of a refresh: no refresh token, and the empty map of parameters.
	for _, flow := range []string{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"} {
		for _, d := range []door{publicly, asAdmin} {
			s := p.begin(p.client, opening{d, flow, map[string]string{"REFRESH_TOKEN": token}, ""})
			if s.name != tokens || aws.ToString(s.tokens.RefreshToken) != "" || string(s.wire.members["ChallengeParameters"]) != "{}" {
				t.Errorf("%s %s: %s", d, flow, s.wire.body)
			}
		}
	}
	w.Advance(30*24*time.Hour - time.Second)
	if got := said(refreshes[0].do(p, p.client, token)); got != "" {
		t.Errorf("in the last second of thirty days: %s", got)
	}
	w.Advance(time.Second)
	for _, r := range refreshes {
		if got := said(r.do(p, p.client, token)); got != expiredRefresh {
			t.Errorf("%s after thirty days: %q, want %q", r.name, got, expiredRefresh)
		}
	}
}

// oneOf tells whether a text is one of those with " | " between them.
func oneOf(texts, text string) bool {
	for _, one := range strings.Split(texts, " | ") {
		if one == text {
			return true
		}
	}
	return false
}

// TestHostileRevocations: who may revoke what.
func TestHostileRevocations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	p, foreign := w.newPool(t, open), w.newPool(t, open)
	withSecret := func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true }
	otherClient, secret := p.newClient(t), p.newClient(t, withSecret)
	_, good := p.newTokens(t)
	for what, c := range map[string]struct{ client, token, want string }{
		"an access token":      {p.client, *good.AccessToken, "UnsupportedTokenTypeException"},
		"an ID token":          {p.client, *good.IdToken, "UnsupportedTokenTypeException"},
		"garbage":              {p.client, "garbage", "InvalidParameterException"},
		"by another client":    {otherClient, *good.RefreshToken, "UnauthorizedException"},
		"by another pool":      {foreign.client, *good.RefreshToken, "UnauthorizedException"},
		"by one with a secret": {secret, *good.RefreshToken, "UnauthorizedException"},
	} {
		_, err := p.api.RevokeToken(p.ctx, &idp.RevokeTokenInput{ClientId: &c.client, Token: &c.token})
		if name, _ := exception(err); name != c.want {
			t.Errorf("RevokeToken %s: %v, want %s", what, err, c.want)
		}
	}
	if got := said(refreshes[0].do(p, p.client, *good.RefreshToken)); got != "" {
		t.Errorf("after that, the token: %s", got)
	}
	for range 2 { // twice is as good as once
		if _, err := p.api.RevokeToken(p.ctx, &idp.RevokeTokenInput{ClientId: &p.client, Token: good.RefreshToken}); err != nil {
			t.Errorf("RevokeToken: %v", err)
		}
	}
	if got := said(refreshes[0].do(p, p.client, *good.RefreshToken)); got != revokedRefresh {
		t.Errorf("a revoked token: %q", got)
	}
}
