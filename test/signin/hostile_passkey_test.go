package signin_test

import (
	"encoding/json"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestHostilePasskeys: credentials that are wrong in one thing.
func TestHostilePasskeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	p := w.newPool(t, rehearsal)
	k := kind{status: confirmed, can: email, passkey: true}
	byPasskey := start{publicly, "USER_AUTH", "WEB_AUTHN"}
	u, v := p.newUser(t, k), p.newUser(t, k)
	ask := func(u *user) step {
		t.Helper()
		s := u.start(byPasskey)
		if s.name != "WEB_AUTHN" {
			t.Fatalf("got %s", s)
		}
		return s
	}
	answer := func(s step, u *user, credential string) step {
		return u.respond(publicly, u.client, "WEB_AUTHN", s.session, map[string]string{"USERNAME": u.name, "CREDENTIAL": credential})
	}
	refuse := func(what string, got step) {
		t.Helper()
		wantRefused(t, what, got, "NotAuthorizedException | InvalidParameterException", "")
	}

	s := ask(u)
	options := s.params["CREDENTIAL_REQUEST_OPTIONS"]
	var rq map[string]any
	if err := json.Unmarshal([]byte(options), &rq); err != nil {
		t.Fatal(err)
	}
	altered := func(name string, value any) string {
		changed := map[string]any{}
		for k, v := range rq {
			changed[k] = v
		}
		changed[name] = value
		return string(encode(t, changed))
	}
	sign := func(a *authenticator, options string) string {
		t.Helper()
		return must[string](t, "sign")(a.get(options))
	}
	edit := func(credential string, change func(response map[string]any)) string {
		var c map[string]any
		if err := json.Unmarshal([]byte(credential), &c); err != nil {
			t.Fatal(err)
		}
		change(c["response"].(map[string]any))
		return string(encode(t, c))
	}

	refuse("another challenge", answer(s, u, sign(u.passkey, altered("challenge", base64url(make([]byte, 32))))))
	refuse("another relying party", answer(s, u, sign(u.passkey, altered("rpId", "evil.example"))))
	refuse("another user's passkey", answer(s, u, sign(v.passkey, options)))
	stranger := newAuthenticator(t)
	stranger.id, stranger.user = u.passkey.id, u.passkey.user
	refuse("another key by the same id", answer(s, u, sign(stranger, options)))
	refuse("a signature changed", answer(s, u, edit(sign(u.passkey, options), func(r map[string]any) { r["signature"] = flipped(r["signature"].(string)) })))
	refuse("a page of another origin", answer(s, u, edit(sign(u.passkey, options), func(r map[string]any) {
		r["clientDataJSON"] = base64url([]byte(strings.ReplaceAll(string(clientData("webauthn.get", rq["challenge"].(string))), origin, "https://evil.example")))
	})))
	refuse("client data of a registration", answer(s, u, edit(sign(u.passkey, options), func(r map[string]any) {
		r["clientDataJSON"] = base64url(clientData("webauthn.create", rq["challenge"].(string)))
	})))
	refuse("another user's handle", answer(s, u, edit(sign(u.passkey, options), func(r map[string]any) { r["userHandle"] = v.passkey.user })))
	absent := *u.passkey
	absent.flags = 0
	refuse("nobody present", answer(s, u, sign(&absent, options)))

	// An origin that was signed, not put in afterwards.
	evil := *u.passkey
	evil.origin = "https://evil.example"
	refuse("signed on a page of another origin", answer(s, u, sign(&evil, options)))
	evil.origin = "https://login.example.com.evil.example"
	refuse("signed on a page of a longer origin", answer(s, u, sign(&evil, options)))
	evil.origin = "http://login.example.com"
	refuse("signed on a page without TLS", answer(s, u, sign(&evil, options)))

	good := sign(u.passkey, options)
	if got := answer(s, u, good); got.name != tokens {
		t.Errorf("the right credential after all that: %s", got)
	}
	refuse("the credential again, same session", answer(s, u, good))
	refuse("the credential again, new session", answer(ask(u), u, good))

	// The counter of a copy lags behind.
	s = ask(u)
	copied := *u.passkey
	if got := answer(s, u, sign(u.passkey, s.params["CREDENTIAL_REQUEST_OPTIONS"])); got.name != tokens {
		t.Errorf("the counter goes on: %s", got)
	}
	s = ask(u)
	refuse("a counter that was there before", answer(s, u, sign(&copied, s.params["CREDENTIAL_REQUEST_OPTIONS"])))

	// A passkey that is deleted while it is asked for.
	result := must[*idp.InitiateAuthOutput](t, "sign in")(p.api.InitiateAuth(p.ctx, &idp.InitiateAuthInput{
		ClientId: &p.client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": v.name, "PASSWORD": password},
	})).AuthenticationResult
	s = ask(v)
	id := base64url(v.passkey.id)
	must[*idp.DeleteWebAuthnCredentialOutput](t, "DeleteWebAuthnCredential")(p.api.DeleteWebAuthnCredential(p.ctx, &idp.DeleteWebAuthnCredentialInput{
		AccessToken: result.AccessToken, CredentialId: &id,
	}))
	refuse("a passkey deleted meanwhile", answer(s, v, sign(v.passkey, s.params["CREDENTIAL_REQUEST_OPTIONS"])))
}

// TestUnverifiedUsers: where a passkey is both factors, or the pool requires it, whoever holds it has to be
// verified by it.
func TestUnverifiedUsers(t *testing.T) {
	t.Parallel()
	p := newWorld(t, sqlite).newPool(t, rehearsal)
	for _, c := range []struct {
		kind  kind
		mayBe bool // the user may go unverified
	}{
		{kind{status: confirmed, can: email, passkey: true}, true},
		{kind{status: confirmed, can: totp, active: totp, passkey: true, passkeyMFA: true}, false},
	} {
		u := p.newUser(t, c.kind)
		s := u.start(start{publicly, "USER_AUTH", "WEB_AUTHN"})
		u.passkey.flags = userPresent
		got := u.answer(t, s, "")
		if c.mayBe != (got.name == tokens) {
			t.Errorf("%s, not verified by the passkey: %s", c.kind, got)
		}
		u.passkey.flags = userPresent | userVerified
		if again := u.answer(t, u.start(start{publicly, "USER_AUTH", "WEB_AUTHN"}), ""); again.name != tokens {
			t.Errorf("%s, verified: %s", c.kind, again)
		}
	}

	// Whoever was not verified when the passkey was made is not known to be who made it.
	u := p.newUser(t, kind{status: confirmed, can: totp | email})
	result := must[*types.AuthenticationResultType](t, "sign in")(u.signInOnce())
	if err := u.registerPasskeyBy(newUnverified(t), *result.AccessToken); err != nil {
		t.Fatal(err)
	}
	u.kind.active, u.kind.passkeyMFA = totp, true
	if err := u.activate(); err != nil {
		t.Fatal(err)
	}
	for _, flags := range []byte{userPresent, userPresent | userVerified} {
		u.passkey.flags = flags
		s := u.start(start{publicly, "USER_AUTH", "WEB_AUTHN"})
		if s.name == "WEB_AUTHN" {
			s = u.answer(t, s, "")
		}
		if s.tokens != nil {
			t.Errorf("a passkey made without verifying its user, where a second factor is due: TOKENS (flags %#x)", flags)
		}
	}
}

func newUnverified(t reporter) *authenticator {
	t.Helper()
	a := newAuthenticator(t)
	a.flags = userPresent
	return a
}
