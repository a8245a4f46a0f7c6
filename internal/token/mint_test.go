package token

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"pgregory.net/rapid"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

var update = flag.Bool("update", false, "write testdata anew")

// counter is predictable where randomness is asked for.
type counter byte

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(*c)
		*c++
	}
	return len(p), nil
}

func claimsText(t testing.TB, token string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestClaims compares the exact text of the claims.
func TestClaims(t *testing.T) {
	everything := map[string]string{
		"email": "ana@example.com", "email_verified": "true",
		"phone_number": "+351912345678", "phone_number_verified": "false",
		"name": "Ana \"Zé\" <née Ünal>", "address": "1 Rua & Praça\nLisboa", "updated_at": "1763000000",
		"birthdate": "1990-02-03", "custom:tier": "7", "custom:empty": "", "dev:custom:note": "true",
		"identities": `[{"userId":"1"}]`, "iss": "https://evil.example", "sub": "another",
	}
	cases := map[string]struct {
		client func(*userpool.Client)
		user   func(*userpool.User)
		in     func(*SignIn)
		groups []userpool.Group
	}{
		"plain": {},
		"groups": {groups: []userpool.Group{
			{Name: "a \"quoted\" Gruppe ü", RoleARN: "arn:aws:iam::111122223333:role/late"},
			{Name: "everybody", Precedence: new(int32(0))},
			{Name: "ops", RoleARN: "arn:aws:iam::111122223333:role/ops", Precedence: new(int32(7))},
			{Name: "admin", RoleARN: "arn:aws:iam::111122223333:role/ops", Precedence: new(int32(7))},
		}},
		"groups_without_roles": {groups: []userpool.Group{{Name: "ops"}}, in: func(in *SignIn) { in.DeviceKey = "eu-west-1_1" }},
		"everything": {
			user: func(u *userpool.User) { u.Attributes = everything },
			in:   func(in *SignIn) { in.DeviceKey = "eu-west-1_0d4c8f7e-1111-4222-8333-444455556666" },
			client: func(c *userpool.Client) {
				c.Settings.ReadAttributes = []string{
					"email", "email_verified", "phone_number", "phone_number_verified", "name", "address", "updated_at",
					"birthdate", "custom:tier", "custom:empty", "dev:custom:note", "identities", "iss",
				}
			},
		},
		"default_read_attributes": {user: func(u *userpool.User) { u.Attributes = everything }},
		"few_read_attributes": {
			user:   func(u *userpool.User) { u.Attributes = everything },
			client: func(c *userpool.Client) { c.Settings.ReadAttributes = []string{"email_verified", "custom:tier"} },
		},
		"identities": {
			user: func(u *userpool.User) {
				u.Identities = []userpool.Identity{
					{Provider: "Okta", Type: "SAML", Attribute: userpool.SubjectAttribute, Value: "a\"b", Issuer: "urn:idp", Primary: true, Created: time.UnixMilli(1701125599632)},
					{Provider: "Google", Type: "Google", Attribute: userpool.SubjectAttribute, Value: "117", Created: time.UnixMilli(1701125599633)},
				}
			},
			client: func(c *userpool.Client) { c.Settings.ReadAttributes = []string{"email"} },
		},
		"no_revocation": {client: func(c *userpool.Client) { c.Settings.EnableTokenRevocation = new(false) }},
		"rotation_alone": {client: func(c *userpool.Client) {
			c.Settings.EnableTokenRevocation = new(false)
			c.Settings.RefreshTokenRotation = &cognitoidp.RefreshTokenRotationType{Feature: cognitoidp.FeatureTypeEnabled}
		}},
		"lifetimes": {client: func(c *userpool.Client) {
			c.Settings.AccessTokenValidity, c.Settings.IdTokenValidity = new(int32(300)), new(int32(20))
			c.Settings.TokenValidityUnits = &cognitoidp.TokenValidityUnitsType{
				AccessToken: cognitoidp.TimeUnitsTypeSeconds, IdToken: cognitoidp.TimeUnitsTypeMinutes,
			}
		}},
		"no_event": {in: func(in *SignIn) { in.EventID = "" }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Rand = new(counter)
			in := w.proven()
			in.AuthTime = w.now.Add(-5 * time.Second)
			for _, g := range c.groups {
				w.join(g.Name, g.RoleARN, g.Precedence)
			}
			if c.client != nil {
				c.client(in.Client)
			}
			if c.user != nil {
				c.user(in.User)
			}
			if c.in != nil {
				c.in(&in)
			}
			g, err := w.Mint(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			got := "id " + claimsText(t, *g.Result.IdToken) + "\naccess " + claimsText(t, *g.Result.AccessToken) + "\n"
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestResult(t *testing.T) {
	w := newWorld(t)
	g := w.signIn()
	r := g.Result
	if *r.ExpiresIn != 3600 || *r.TokenType != "Bearer" || r.NewDeviceMetadata != nil {
		t.Errorf("result %+v", r)
	}
	header, err := base64.RawURLEncoding.DecodeString(refreshTokenHeader)
	if err != nil || string(header) != `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}` {
		t.Errorf("header of refresh tokens: %s, %v", header, err)
	}
	if !isRefreshToken(*r.RefreshToken) || isRefreshToken(*r.RefreshToken+"A") || isRefreshToken(*r.AccessToken) {
		t.Errorf("form of the refresh token %q", *r.RefreshToken)
	}
	if again := w.signIn(); *again.Result.RefreshToken == *r.RefreshToken || again.session.OriginJTI == g.session.OriginJTI {
		t.Error("two sign-ins yielded the same tokens")
	}
	if want := g.refresh.Expires; !g.session.Expires.Equal(want) {
		t.Errorf("session kept until %s, want %s", g.session.Expires, want)
	}
}

// TestVerifiedByOthers reads the tokens as a relying party does, with a library of its own.
func TestVerifiedByOthers(t *testing.T) {
	w := newWorld(t)
	document, err := w.JWKS(t.Context(), poolID)
	if err != nil {
		t.Fatal(err)
	}
	set, err := jwk.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	if set.Len() != 2 {
		t.Fatalf("%d keys published", set.Len())
	}
	result := w.signIn().Result
	kids := map[string]bool{}
	for _, text := range []string{*result.IdToken, *result.AccessToken} {
		parsed, err := jwt.Parse([]byte(text), jwt.WithKeySet(set), jwt.WithIssuer("https://id.example.com/"+poolID),
			jwt.WithClock(jwt.ClockFunc(func() time.Time { return w.now })), jwt.WithRequiredClaim("jti"))
		if err != nil {
			t.Fatal(err)
		}
		if sub, _ := parsed.Subject(); sub != w.user.Sub {
			t.Errorf("sub %q", sub)
		}
		message, err := jws.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		headers := message.Signatures()[0].ProtectedHeaders()
		if names := headers.Keys(); len(names) != 2 {
			t.Errorf("header has %v", names)
		}
		kid, _ := headers.KeyID()
		kids[kid] = true
		if len(kid) != 44 {
			t.Errorf("kid %q", kid)
		}
	}
	if len(kids) != 2 {
		t.Error("ID token and access token are signed by the same key")
	}
}

// TestLifetimes: exp − iat and ExpiresIn are the validity in its unit, whatever the setting.
func TestLifetimes(t *testing.T) {
	w := newWorld(t)
	units := map[cognitoidp.TimeUnitsType]time.Duration{
		"": time.Hour, cognitoidp.TimeUnitsTypeSeconds: time.Second, cognitoidp.TimeUnitsTypeMinutes: time.Minute,
		cognitoidp.TimeUnitsTypeHours: time.Hour, cognitoidp.TimeUnitsTypeDays: 24 * time.Hour,
	}
	names := []cognitoidp.TimeUnitsType{"", cognitoidp.TimeUnitsTypeSeconds, cognitoidp.TimeUnitsTypeMinutes,
		cognitoidp.TimeUnitsTypeHours, cognitoidp.TimeUnitsTypeDays}
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) (int32, cognitoidp.TimeUnitsType, time.Duration) {
			unit := rapid.SampledFrom(names).Draw(rt, label+" unit")
			most := int(24 * time.Hour / units[unit])
			v := int32(rapid.IntRange(1, most).Draw(rt, label))
			return v, unit, time.Duration(v) * units[unit]
		}
		access, accessUnit, accessLife := draw("access")
		id, idUnit, idLife := draw("id")
		client := *w.client
		client.Settings.AccessTokenValidity, client.Settings.IdTokenValidity = &access, &id
		client.Settings.TokenValidityUnits = &cognitoidp.TokenValidityUnitsType{AccessToken: accessUnit, IdToken: idUnit}
		client.Settings.EnableTokenRevocation = new(rapid.Bool().Draw(rt, "revocation"))
		p := payload{SignIn: w.proven(), originJTI: "session", issued: w.now.Truncate(time.Second)}
		p.Client = &client
		var idClaims struct{ Exp, Iat int64 }
		if err := json.Unmarshal(p.idClaims(), &idClaims); err != nil {
			rt.Fatal(err)
		}
		claims, err := parseClaims(p.accessClaims())
		if err != nil {
			rt.Fatal(err)
		}
		if got := claims.Expires.Sub(claims.Issued); got != accessLife {
			rt.Errorf("access token lives %s, want %s", got, accessLife)
		}
		if got := time.Duration(idClaims.Exp-idClaims.Iat) * time.Second; got != idLife {
			rt.Errorf("ID token lives %s, want %s", got, idLife)
		}
		if claims.Issued.Unix() != w.now.Unix() || idClaims.Iat != w.now.Unix() {
			rt.Errorf("iat %d and %d", claims.Issued.Unix(), idClaims.Iat)
		}
		if (claims.OriginJTI == "session") != client.Revokes() {
			rt.Errorf("origin_jti %q", claims.OriginJTI)
		}
	})
}
