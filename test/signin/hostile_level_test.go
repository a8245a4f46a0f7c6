package signin_test

import (
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

const level = "urn:cognito:loa:"

// climb asks for levels.
func (u *user) climb(params map[string]string) step {
	all := maps.Clone(params)
	all["USERNAME"] = u.name
	return u.begin(u.client, opening{publicly, "USER_AUTH", all, ""})
}

// finish gives right answers until the end.
func (u *user) finish(t reporter, s step) step {
	t.Helper()
	for range 6 {
		if s.refused() || s.name == tokens {
			return s
		}
		s = u.answer(t, s, map[string]choice{"SELECT_CHALLENGE": "PASSWORD", "SELECT_MFA_TYPE": "SOFTWARE_TOKEN_MFA"}[s.name])
	}
	return s
}

func acr(t reporter, s step) any {
	t.Helper()
	return members(t, parseJWT(t, *s.tokens.AccessToken).claims)["acr"]
}

// TestHostileLevels: a level is never reached by a token that is not this user's living one, and never
// without the proofs that make it.
func TestHostileLevels(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	p := w.newPool(t, rehearsal)
	foreign := w.newPool(t, rehearsal)
	k := kind{status: confirmed, can: totp | email, passkey: true}
	u, other := p.newUser(t, k), p.newUser(t, k)
	signIn := func(u *user) step {
		t.Helper()
		w.Advance(time.Minute)
		s := u.finish(t, u.climb(map[string]string{"TARGET_ACR_VALUES": level + "1"}))
		if s.name != tokens {
			t.Fatalf("level 1: %s", s)
		}
		return s
	}
	mine, theirs := signIn(u), signIn(other)
	if got := acr(t, mine); got != level+"1" {
		t.Errorf("by password: acr %v", got)
	}
	_, abroad := foreign.newTokens(t)

	refuse := func(what string, params map[string]string, name string) {
		t.Helper()
		wantRefused(t, what, u.climb(params), name, "")
	}
	four := func(token string) map[string]string {
		return map[string]string{"TARGET_ACR_VALUES": level + "4", "ACCESS_TOKEN": token}
	}
	refuse("a token without levels", map[string]string{"ACCESS_TOKEN": *mine.tokens.AccessToken}, "InvalidParameterException")
	refuse("no level that is known", map[string]string{"TARGET_ACR_VALUES": "urn:other:1 loa:2"}, "InvalidParameterException")
	refuse("another user's token", four(*theirs.tokens.AccessToken), "NotAuthorizedException | InvalidParameterException")
	refuse("another pool's token", four(*abroad.AccessToken), "NotAuthorizedException | InvalidParameterException")
	for what, f := range forgeries(t, p, mine.tokens, abroad) {
		refuse(what, four(f[0]), "NotAuthorizedException | InvalidParameterException")
	}

	// The way up: the password counts, what is missing is asked for.
	w.Advance(time.Minute)
	s := u.climb(four(*mine.tokens.AccessToken))
	if s.name != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("from level 1 to 4: %s, want SOFTWARE_TOKEN_MFA", s)
	}
	if done := u.finish(t, s); done.name != tokens || acr(t, done) != level+"4" {
		t.Errorf("from level 1 to 4, then: %s", done)
	}

	// Tokens that died.
	dead := signIn(u)
	must[*idp.RevokeTokenOutput](t, "RevokeToken")(p.api.RevokeToken(p.ctx, &idp.RevokeTokenInput{ClientId: &p.client, Token: dead.tokens.RefreshToken}))
	refuse("a revoked token", four(*dead.tokens.AccessToken), "NotAuthorizedException | InvalidParameterException")
	out := signIn(u)
	must[*idp.GlobalSignOutOutput](t, "GlobalSignOut")(p.api.GlobalSignOut(p.ctx, &idp.GlobalSignOutInput{AccessToken: out.tokens.AccessToken}))
	refuse("a token of who signed out", four(*out.tokens.AccessToken), "NotAuthorizedException | InvalidParameterException")
	old := signIn(u)
	w.Advance(2 * time.Minute)
	s = u.climb(map[string]string{"TARGET_ACR_VALUES": level + "4", "ACCESS_TOKEN": *old.tokens.AccessToken, "MAX_AGE": "60"})
	if s.tokens != nil || s.name == "SOFTWARE_TOKEN_MFA" {
		t.Errorf("an authentication older than MAX_AGE counts: %s", s)
	}
	w.Advance(time.Hour)
	refuse("an expired token", four(*old.tokens.AccessToken), "NotAuthorizedException | InvalidParameterException")

	// Another client's token gives no credit with this one.
	q := *u.pool
	q.client = p.newClient(t)
	elsewhere := &user{pool: &q, kind: u.kind, name: u.name, password: u.password, secret: u.secret}
	theirClient := signIn(elsewhere)
	if got := u.climb(four(*theirClient.tokens.AccessToken)); !got.refused() && got.name != "SELECT_CHALLENGE" && got.name != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("another client's token: %s", got)
	}
	if got := aws.ToString(theirClient.tokens.AccessToken); got == "" {
		t.Error("no token by the other client")
	}
}

// TestLevels: each level by the proofs that make it, and by nothing less.
func TestLevels(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, rehearsal)
	for _, c := range []struct {
		what, first string
		active      factors
		target      string
		want        string
	}{
		{"a password", "PASSWORD", 0, "1", "1"},
		{"a code by e-mail", "EMAIL_OTP", 0, "2", "2"},
		{"a code by SMS", "SMS_OTP", 0, "2", "2"},
		{"a passkey", "WEB_AUTHN", 0, "3", "3"},
		{"a password and an SMS", "PASSWORD", sms, "3", "3"},
		{"a password and an e-mail", "PASSWORD", email, "3", "3"},
		{"a password and an app", "PASSWORD", totp, "4", "4"},
	} {
		u := p.newUser(t, kind{status: confirmed, can: allFactors, passkey: true, active: c.active})
		s := u.begin(u.client, opening{publicly, "USER_AUTH", map[string]string{"USERNAME": u.name, "TARGET_ACR_VALUES": level + c.target}, ""})
		if s.name == "SELECT_CHALLENGE" {
			s = u.answer(t, s, choice(c.first))
		}
		for range 4 {
			if s.name != tokens && !s.refused() && s.name != "SELECT_CHALLENGE" {
				s = u.answer(t, s, map[string]choice{"SELECT_MFA_TYPE": choice(factorNames[c.active])}[s.name])
			}
		}
		if s.name != tokens {
			t.Errorf("%s: %s", c.what, s)
			continue
		}
		if got := acr(t, s); got != level+c.want {
			t.Errorf("%s: acr %v, want %s%s", c.what, got, level, c.want)
		}
		renewed := p.begin(p.client, opening{publicly, "REFRESH_TOKEN_AUTH", map[string]string{"REFRESH_TOKEN": *s.tokens.RefreshToken}, ""})
		if renewed.name != tokens || acr(t, renewed) != level+c.want {
			t.Errorf("%s, refreshed: %s", c.what, renewed)
		}
	}
}
