package token

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const errNotAuthorized = cognitoidp.NotAuthorizedException

func TestBearer(t *testing.T) {
	w := newWorld(t)
	g := w.signIn(func(in *SignIn) { in.DeviceKey = "eu-west-1_dev" })
	w.advance(time.Hour - time.Second)
	b, err := w.Bearer(t.Context(), *g.Result.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if b.Pool.ID != poolID || b.Client.ID != clientID || b.User.Sub != w.user.Sub || b.Session.OriginJTI != g.session.OriginJTI {
		t.Errorf("bearer %+v", b)
	}
	if c := b.Claims; c.DeviceKey != "eu-west-1_dev" || c.EventID != g.session.EventID || c.Issued.Unix() != start.Unix() ||
		c.JTI == "" || c.Issuer != "https://id.example.com/"+poolID || c.Username != "Ana" {
		t.Errorf("claims %+v", c)
	}
	w.advance(500 * time.Millisecond) // exp is in whole seconds
	if _, err := w.Bearer(t.Context(), *g.Result.AccessToken); err != nil {
		wantRefusal(t, err, errNotAuthorized, "Access Token has expired")
	}
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// forge signs any header and claims by a key of a pool.
func (w *world) forge(poolID string, use userpool.TokenUse, header, claims string) string {
	w.t.Helper()
	k, err := w.signingKey(w.t.Context(), poolID, use)
	if err != nil {
		w.t.Fatal(err)
	}
	text := b64(header) + "." + b64(claims)
	digest := sha256.Sum256([]byte(text))
	signature, err := k.signer.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		w.t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (w *world) kid(poolID string, use userpool.TokenUse) string {
	w.t.Helper()
	k, err := w.signingKey(w.t.Context(), poolID, use)
	if err != nil {
		w.t.Fatal(err)
	}
	return k.id
}

// TestForgedTokens: whatever was not made by Mint is refused, and with which text.
func TestForgedTokens(t *testing.T) {
	const (
		invalid     = "Invalid Access Token"
		notVerified = "Could not verify signature for Access Token"
	)
	w := newWorld(t)
	const other = "eu-west-1_zZ9yY8xX7"
	w.addPool(other)
	good := *w.signIn().Result.AccessToken
	parts := strings.Split(good, ".")
	claims := claimsText(t, good)
	kid := w.kid(poolID, userpool.UseAccess)
	header := func(kid string) string { return headerStart + kid + headerEnd }
	alg := func(a string) string { return `{"kid":"` + kid + `","alg":"` + a + `"}` }
	hs256 := func() string {
		k, _ := w.signingKey(t.Context(), poolID, userpool.UseAccess)
		text := b64(alg("HS256")) + "." + parts[1]
		mac := hmac.New(sha256.New, []byte(modulus(k.public)))
		mac.Write([]byte(text))
		return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	signedClaims := func(old, new string) string {
		t.Helper()
		changed := strings.Replace(claims, old, new, 1)
		if changed == claims {
			t.Fatalf("the claims do not have %s", old)
		}
		return w.forge(poolID, userpool.UseAccess, header(kid), changed)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(parts[2])
	raw[100] ^= 1
	// The last character of a 256-byte signature has four bits that mean nothing.
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", good[len(good)-1])
	respelt := good[:len(good)-1] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last|1])

	cases := map[string]struct{ token, want string }{
		"empty":                   {"", invalid},
		"no token":                {"abc", invalid},
		"two parts":               {parts[0] + "." + parts[1], invalid},
		"four parts":              {good + ".", invalid},
		"empty signature":         {parts[0] + "." + parts[1] + ".", invalid},
		"too large":               {good + strings.Repeat("A", maxTokenSize), invalid},
		"padding":                 {good + "==", invalid},
		"line break":              {good[:50] + "\n" + good[50:], invalid},
		"respelt signature":       {respelt, invalid},
		"alg none":                {b64(alg("none")) + "." + parts[1] + ".", invalid},
		"alg none, signed":        {w.forge(poolID, userpool.UseAccess, alg("none"), claims), invalid},
		"alg HS256":               {hs256(), invalid},
		"alg PS256":               {w.forge(poolID, userpool.UseAccess, alg("PS256"), claims), invalid},
		"header with jku":         {w.forge(poolID, userpool.UseAccess, strings.Replace(alg("RS256"), "}", `,"jku":"https://evil"}`, 1), claims), invalid},
		"other order":             {w.forge(poolID, userpool.UseAccess, `{"alg":"RS256","kid":"`+kid+`"}`, claims), invalid},
		"kid smuggles an alg":     {w.forge(poolID, userpool.UseAccess, `{"kid":"`+kid+`","alg":"none","x":"","alg":"RS256"}`, claims), invalid},
		"unknown kid":             {w.forge(poolID, userpool.UseAccess, header("AAAA"), claims), notVerified},
		"tampered claims":         {parts[0] + "." + b64(strings.Replace(claims, "Ana", "Ben", 1)) + "." + parts[2], notVerified},
		"tampered signature":      {parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(raw), notVerified},
		"short signature":         {parts[0] + "." + parts[1] + "." + b64("short"), notVerified},
		"other pool's key":        {w.forge(other, userpool.UseAccess, header(w.kid(other, userpool.UseAccess)), claims), notVerified},
		"other pool's key, kid":   {w.forge(other, userpool.UseAccess, header(kid), claims), notVerified},
		"ID token":                {*w.signIn().Result.IdToken, invalid},
		"ID token's key":          {w.forge(poolID, userpool.UseID, header(w.kid(poolID, userpool.UseID)), claims), invalid},
		"ID claims, access key":   {signedClaims(`"token_use":"access"`, `"token_use":"id"`), invalid},
		"foreign issuer":          {signedClaims("https://id.example.com/", "https://evil.example.com/"), invalid},
		"issuer of no pool":       {signedClaims(poolID, "eu-west-1_gone00000"), notVerified},
		"issuer without pool":     {signedClaims("/"+poolID, ""), invalid},
		"issuer twice":            {signedClaims(`"iss":`, `"iss":"https://id.example.com/`+poolID+`","iss":`), invalid},
		"name in other case":      {signedClaims(`"iss":`, `"ISS":`), invalid},
		"exp as text":             {signedClaims(`"exp":`, `"exp":"x","old":`), invalid},
		"exp with a fraction":     {signedClaims(`"exp":`, `"exp":1.5,"old":`), invalid},
		"exp beyond all years":    {signedClaims(`"exp":`, `"exp":9999999999999,"old":`), invalid},
		"no exp":                  {signedClaims(`"exp":`, `"old":`), "Access Token has expired"},
		"no object":               {w.forge(poolID, userpool.UseAccess, header(kid), `[]`), invalid},
		"null":                    {w.forge(poolID, userpool.UseAccess, header(kid), `null`), invalid},
		"sub null":                {signedClaims(`"sub":`, `"sub":null,"old":`), invalid},
		"half a literal":          {signedClaims(`"iss":`, `"x":tru,"iss":`), invalid},
		"no value":                {signedClaims(`"iss":`, `"x":,"iss":`), invalid},
		"bare control character":  {signedClaims(`"iss":`, "\"x\":\"\x01\",\"iss\":"), invalid},
		"brackets that cross":     {signedClaims(`"iss":`, `"x":[{]},"iss":`), invalid},
		"blanks":                  {signedClaims(`,"iss":`, `, "iss":`), invalid},
		"name twice, escaped":     {signedClaims(`"iss":`, `"\u0069ss":"x","iss":`), invalid},
		"after the object":        {w.forge(poolID, userpool.UseAccess, header(kid), claims+"{}"), invalid},
		"object not closed":       {w.forge(poolID, userpool.UseAccess, header(kid), strings.TrimSuffix(claims, "}")), invalid},
		"no text":                 {w.forge(poolID, userpool.UseAccess, header(kid), claims[:len(claims)-2]+"\xff\"}"), invalid},
		"no user, as of machines": {signedClaims(`"username":"Ana"`, `"version":2`), "User does not exist."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := w.Bearer(t.Context(), c.token)
			code := errNotAuthorized
			if c.want == "User does not exist." {
				code = cognitoidp.UserNotFoundException
			}
			wantRefusal(t, err, code, c.want)
		})
	}
	if _, err := w.Bearer(t.Context(), good); err != nil {
		t.Errorf("the token they were made of: %v", err)
	}
	if respelt == good {
		t.Error("the respelt signature is the signature")
	}
}

// TestBearerRefusals: tokens that were good once.
func TestBearerRefusals(t *testing.T) {
	const (
		revoked  = "Access Token has been revoked"
		noScope  = "Access Token does not have required scopes"
		disabled = "User is disabled."
		gone     = "User does not exist."
	)
	deleteUser := func(w *world) {
		w.update(func(ctx context.Context, tx store.Tx) error { return tx.DeleteUser(ctx, poolID, "Ana") })
	}
	signOut := func(w *world) { w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now) }) }
	cases := []struct {
		name  string
		scope []string
		do    func(w *world, g *Grant)
		want  string
	}{
		{"nothing happened", nil, func(*world, *Grant) {}, ""},
		{"just before expiry", nil, func(w *world, _ *Grant) { w.now = start.Add(time.Hour).Truncate(time.Second).Add(-1) }, ""},
		{"expired", nil, func(w *world, _ *Grant) { w.now = start.Add(time.Hour).Truncate(time.Second) }, "Access Token has expired"},
		{"expired and revoked", nil, func(w *world, _ *Grant) { signOut(w); w.advance(2 * time.Hour) }, "Access Token has expired"},
		{"session revoked", nil, func(w *world, g *Grant) {
			w.saveSession(g.session.OriginJTI, func(s *userpool.TokenSession) { s.Revoked = true })
		}, revoked},
		{"signed out everywhere", nil, func(w *world, _ *Grant) { w.advance(time.Minute); signOut(w) }, revoked},
		{"signed out in the same instant", nil, func(w *world, _ *Grant) { signOut(w) }, revoked},
		{"signed out in the same microsecond", nil, func(w *world, _ *Grant) { w.advance(300); signOut(w) }, revoked},
		{"signed out before", nil, func(w *world, _ *Grant) {
			w.saveUser(func(u *userpool.User) { u.TokensRevoked = start.Add(-time.Microsecond) })
		}, ""},
		{"no scope", []string{"openid", "aws.cognito.signin.user.administrator"}, func(*world, *Grant) {}, noScope},
		{"among scopes", []string{"openid", ScopeUserAdmin, "email"}, func(*world, *Grant) {}, ""},
		{"revoked without scope", []string{"openid"}, func(w *world, _ *Grant) { signOut(w) }, revoked},
		{"user deleted", nil, func(w *world, _ *Grant) { deleteUser(w) }, gone},
		{"user deleted, name taken", nil, func(w *world, _ *Grant) {
			deleteUser(w)
			w.addUser(poolID, "Ana", "00000000-3f0a-4a7e-9d5b-0c6a5d1f2e3b")
		}, gone},
		{"user deleted, no scope", []string{"openid"}, func(w *world, _ *Grant) { deleteUser(w) }, noScope},
		{"user disabled", nil, func(w *world, _ *Grant) { w.saveUser(func(u *userpool.User) { u.Enabled = false }) }, disabled},
		{"user disabled and signed out", nil, func(w *world, _ *Grant) {
			signOut(w)
			w.saveUser(func(u *userpool.User) { u.Enabled = false })
		}, disabled},
		{"client deleted", nil, func(w *world, _ *Grant) {
			w.update(func(ctx context.Context, tx store.Tx) error { return tx.DeleteClient(ctx, poolID, clientID) })
		}, revoked},
		{"pool deleted", nil, func(w *world, _ *Grant) {
			w.update(func(ctx context.Context, tx store.Tx) error { return tx.DeletePool(ctx, poolID) })
		}, "Could not verify signature for Access Token"},
	}
	for _, revokes := range []bool{true, false} {
		for _, c := range cases {
			name := c.name
			if !revokes {
				if c.name == "session revoked" || c.name == "signed out before" {
					continue // see TestWithoutSession
				}
				name += ", client without revocation"
			}
			t.Run(name, func(t *testing.T) {
				w := newWorld(t)
				w.saveClient(func(c *userpool.Client) { c.Settings.EnableTokenRevocation = &revokes })
				g := w.signIn(func(in *SignIn) {
					if c.scope != nil {
						in.Scopes = c.scope
					}
				})
				c.do(w, g)
				b, err := w.Bearer(t.Context(), *g.Result.AccessToken)
				code := errNotAuthorized
				if c.want == gone {
					code = cognitoidp.UserNotFoundException
				}
				wantRefusal(t, err, code, c.want)
				if err == nil && (b.Session != nil) != revokes {
					t.Errorf("session %+v", b.Session)
				}
			})
		}
	}
}

// TestWithoutSession: where clients do not revoke, iat alone tells tokens before a sign-out from
// those after it, and none before it survives.
func TestWithoutSession(t *testing.T) {
	w := newWorld(t)
	w.saveClient(func(c *userpool.Client) { c.Settings.EnableTokenRevocation = new(false) })
	before := *w.signIn().Result.AccessToken
	w.advance(10 * time.Millisecond)
	w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now) })
	after := *w.signIn().Result.AccessToken // in the same second
	_, err := w.Bearer(t.Context(), before)
	wantRefusal(t, err, errNotAuthorized, "Access Token has been revoked")
	if _, err := w.Bearer(t.Context(), after); err != nil {
		t.Errorf("a new sign-in must work at once: %v", err)
	}
}

// TestSignOutAgain: every sign-out reaches the tokens issued since the one before, even if the clock
// stands still or runs behind that of the node that signed out first.
func TestSignOutAgain(t *testing.T) {
	for _, revokes := range []bool{true, false} {
		for _, ahead := range []time.Duration{0, 3 * time.Second} {
			w := newWorld(t)
			w.saveClient(func(c *userpool.Client) { c.Settings.EnableTokenRevocation = &revokes })
			w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now.Add(ahead)) })
			for range 3 {
				g := w.signIn()
				if _, err := w.Bearer(t.Context(), *g.Result.AccessToken); err != nil {
					t.Fatalf("new sign-in: %v", err)
				}
				if _, err := w.refresh(*g.Result.RefreshToken, ""); err != nil {
					t.Fatalf("new sign-in: %v", err)
				}
				w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now) })
				_, err := w.Bearer(t.Context(), *g.Result.AccessToken)
				wantRefusal(t, err, errNotAuthorized, "Access Token has been revoked")
				_, err = w.refresh(*g.Result.RefreshToken, "")
				wantRefusal(t, err, errNotAuthorized, "Refresh Token has been revoked")
			}
		}
	}
}

// TestSignOutDuringSignIn: a sign-out between Mint and Save ends the sign-in.
func TestSignOutDuringSignIn(t *testing.T) {
	w := newWorld(t)
	g, err := w.Mint(t.Context(), w.proven())
	if err != nil {
		t.Fatal(err)
	}
	w.advance(time.Millisecond)
	w.saveUser(func(u *userpool.User) { u.RevokeTokens(w.now) })
	w.update(g.Save)
	_, err = w.Bearer(t.Context(), *g.Result.AccessToken)
	wantRefusal(t, err, errNotAuthorized, "Access Token has been revoked")
}

func TestBearerFor(t *testing.T) {
	w := newWorld(t)
	text := *w.signIn(func(in *SignIn) { in.Scopes = []string{"openid", "email"} }).Result.AccessToken
	for scope, want := range map[string]string{"openid": "", "": "", "phone": "Access Token does not have required scopes"} {
		_, err := w.BearerFor(t.Context(), text, scope)
		wantRefusal(t, err, errNotAuthorized, want)
	}
}

// TestIssuerForms: the pool's id may stand anywhere in the issuer.
func TestIssuerForms(t *testing.T) {
	w := newWorld(t)
	for _, form := range []string{
		"https://cognito-idp.eu-west-1.amazonaws.com/{}", "https://{}.id.example.com", "http://localhost:4500/{}/v2",
		"https://my_host.example.com/a_b/{}",
	} {
		w.Issuer = func(poolID string) string { return strings.Replace(form, "{}", poolID, 1) }
		if _, err := w.Bearer(t.Context(), *w.signIn().Result.AccessToken); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
}

// TestManyWordsInIssuer: a forged issuer does not make the server try thousands of pools.
func TestManyWordsInIssuer(t *testing.T) {
	w := newWorld(t)
	tried := 0
	w.Issuer = func(poolID string) string { tried++; return poolID }
	claims := `{"iss":"` + strings.Repeat("a_b/", 2000) + `"}`
	_, err := w.Bearer(t.Context(), b64(headerStart+"k"+headerEnd)+"."+b64(claims)+".AAAA")
	wantRefusal(t, err, errNotAuthorized, "Invalid Access Token")
	if tried > 0 {
		t.Errorf("tried %d pools", tried)
	}
}

// FuzzBearer: no text is accepted but a token that was minted, and none makes the parser fall.
func FuzzBearer(f *testing.F) {
	w := newWorld(f)
	result := w.signIn().Result
	good := *result.AccessToken
	f.Add(good)
	f.Add(*result.IdToken)
	f.Add(*result.RefreshToken)
	f.Add(b64(headerStart+"k"+headerEnd) + "." + b64(`{"iss":"https://id.example.com/`+poolID+`"}`) + ".AAAA")
	f.Add("a.b.c")
	ks, err := w.keys(f.Context(), poolID)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := take(text)
		if err != nil {
			return
		}
		if again := b64(headerStart+s.kid+headerEnd) + "." + b64(string(s.claims)) + "." + b64(string(s.signature)); again != text {
			t.Fatalf("%q was read, but is spelt %q", text, again)
		}
		claims, err := parseClaims(s.claims)
		if err != nil {
			return
		}
		w.poolOf(claims.Issuer)
		if k := ks.verifying(s.kid, w.now); k != nil && s.verify(k.public) == nil && text != good && text != *result.IdToken {
			t.Fatalf("%q has a good signature", text)
		}
	})
}

// FuzzClaims: what is accepted is a JSON object, and every claim reads as encoding/json has it.
func FuzzClaims(f *testing.F) {
	w := newWorld(f)
	f.Add(claimsText(f, *w.signIn().Result.AccessToken))
	f.Add(`{"exp":1,"aud":["a",{"b":[]}],"sub":"\u0000"}`)
	f.Add(`{"x":"\\\"}","sub":"\"","y":{"sub":"no","z":[",","]"]},"\u0069ss":"i","client_id":""}`)
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseClaims([]byte(text))
		if err != nil {
			return
		}
		var all map[string]any
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			t.Fatalf("%q was read, but is no object: %v", text, err)
		}
		for name, got := range map[string]string{
			"sub": c.Subject, "iss": c.Issuer, "client_id": c.ClientID, "token_use": string(c.Use), "scope": c.Scope,
			"username": c.Username, "jti": c.JTI, "origin_jti": c.OriginJTI, "event_id": c.EventID, "device_key": c.DeviceKey,
		} {
			if want, ok := all[name]; ok && want != got || !ok && got != "" {
				t.Fatalf("%q: %s is %q, want %v", text, name, got, want)
			}
		}
		for name, got := range map[string]time.Time{"exp": c.Expires, "iat": c.Issued, "auth_time": c.AuthTime} {
			if want, ok := all[name]; ok && want != float64(got.Unix()) || !ok && !got.IsZero() {
				t.Fatalf("%q: %s is %s, want %v", text, name, got, want)
			}
		}
	})
}

var benchmarkSink any

func BenchmarkBearer(b *testing.B) {
	w := newWorld(b)
	text := *w.signIn().Result.AccessToken
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Bearer(b.Context(), text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("store", func(b *testing.B) {
		_, claims, err := w.verify(b.Context(), text)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			bearer := &Bearer{Claims: *claims}
			if err := w.Store.View(b.Context(), func(r store.Reader) error { return bearer.read(b.Context(), r, poolID) }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			s, err := take(text)
			if err != nil {
				b.Fatal(err)
			}
			if benchmarkSink, err = parseClaims(s.claims); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		k, _ := w.signingKey(b.Context(), poolID, userpool.UseAccess)
		digest := sha256.Sum256([]byte(text))
		signature, _ := k.signer.Sign(nil, digest[:], crypto.SHA256)
		for b.Loop() {
			if err := rsa.VerifyPKCS1v15(k.public, crypto.SHA256, digest[:], signature); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkMint(b *testing.B) {
	w := newWorld(b)
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			g, err := w.Mint(b.Context(), w.proven())
			if err != nil {
				b.Fatal(err)
			}
			benchmarkSink = g
		}
	})
	b.Run("two_signatures", func(b *testing.B) {
		k, _ := w.signingKey(b.Context(), poolID, userpool.UseAccess)
		digest := sha256.Sum256([]byte("x"))
		for b.Loop() {
			for range 2 {
				signature, err := k.signer.Sign(nil, digest[:], crypto.SHA256)
				if err != nil {
					b.Fatal(err)
				}
				benchmarkSink = signature
			}
		}
	})
}
