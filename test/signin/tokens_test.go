package signin_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	notAToken      = "NotAuthorizedException: Invalid Access Token"
	badSignature   = "NotAuthorizedException: Could not verify signature for Access Token"
	expiredAccess  = "NotAuthorizedException: Access Token has expired"
	revokedAccess  = "NotAuthorizedException: Access Token has been revoked"
	invalidRefresh = "NotAuthorizedException: Invalid Refresh Token"
	expiredRefresh = "NotAuthorizedException: Refresh Token has expired"
	revokedRefresh = "NotAuthorizedException: Refresh Token has been revoked"
	userDisabled   = "NotAuthorizedException: User is disabled."
	noSuchUser     = "UserNotFoundException: User does not exist."
)

// tokenTaking are the operations that an access token authorizes, each with what else it needs.
var tokenTaking = map[string]map[string]any{
	"GetUser":                          {},
	"ChangePassword":                   {"PreviousPassword": password, "ProposedPassword": newPassword},
	"UpdateUserAttributes":             {"UserAttributes": []map[string]string{{"Name": "name", "Value": "thief"}}},
	"DeleteUserAttributes":             {"UserAttributeNames": []string{"name"}},
	"GetUserAttributeVerificationCode": {"AttributeName": "email"},
	"VerifyUserAttribute":              {"AttributeName": "email", "Code": "123456"},
	"SetUserMFAPreference":             {"SMSMfaSettings": map[string]bool{"Enabled": false}},
	"SetUserSettings":                  {"MFAOptions": []map[string]string{}},
	"GetUserAuthFactors":               {},
	"AssociateSoftwareToken":           {},
	"VerifySoftwareToken":              {"UserCode": "123456"},
	"ListDevices":                      {},
	"GetDevice":                        {"DeviceKey": "us-east-1_0a"},
	"ForgetDevice":                     {"DeviceKey": "us-east-1_0a"},
	"UpdateDeviceStatus":               {"DeviceKey": "us-east-1_0a", "DeviceRememberedStatus": "remembered"},
	"ConfirmDevice":                    {"DeviceKey": "us-east-1_0a", "DeviceSecretVerifierConfig": map[string]string{"Salt": "AQ==", "PasswordVerifier": "Ag=="}},
	"StartWebAuthnRegistration":        {},
	"CompleteWebAuthnRegistration":     {"Credential": map[string]any{}},
	"ListWebAuthnCredentials":          {},
	"DeleteWebAuthnCredential":         {"CredentialId": "AAAA"},
	"GlobalSignOut":                    {},
	"DeleteUser":                       {},
}

// newTokens signs a new user in.
func (p *pool) newTokens(t reporter) (*user, *types.AuthenticationResultType) {
	t.Helper()
	u := p.newUser(t, kind{status: confirmed, can: email})
	return u, must[*types.AuthenticationResultType](t, "sign in")(u.signInOnce())
}

// jwt is a token in parts that can be changed, each the JSON text that it was.
type jwt struct{ header, claims, signature string }

func parseJWT(t reporter, token string) jwt {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("a token of %d parts", len(parts))
	}
	decode := func(part string) string {
		return string(must[[]byte](t, "decode a token")(base64.RawURLEncoding.DecodeString(part)))
	}
	return jwt{decode(parts[0]), decode(parts[1]), parts[2]}
}

// members decodes the header or the claims.
func members(t reporter, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("decode a token: %v", err)
	}
	return m
}

// changed is a JSON object with another value in the same place; nil renames the member away.
func changed(t reporter, text, name string, value any) string {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &m); err != nil || m[name] == nil {
		t.Fatalf("no %s in %s", name, text)
	}
	old := fmt.Sprintf("%q:%s", name, m[name])
	written := fmt.Sprintf("%q:%s", name, must[[]byte](t, name)(json.Marshal(value)))
	if value == nil {
		written = `"x":` + string(m[name])
	}
	result := strings.Replace(text, old, written, 1)
	if result == text {
		t.Fatalf("%s is not in %s", old, text)
	}
	return result
}

func (j jwt) withHeader(t reporter, name string, value any) jwt {
	t.Helper()
	j.header = changed(t, j.header, name, value)
	return j
}

func (j jwt) withClaim(t reporter, name string, value any) jwt {
	t.Helper()
	j.claims = changed(t, j.claims, name, value)
	return j
}

func (j jwt) signingInput() string {
	return base64url([]byte(j.header)) + "." + base64url([]byte(j.claims))
}

// reordered is the same token written by another encoder.
func (j jwt) reordered(t reporter) jwt {
	t.Helper()
	j.header = string(encode(t, members(t, j.header)))
	j.claims = string(encode(t, members(t, j.claims)))
	return j
}

func (j jwt) String() string { return j.signingInput() + "." + j.signature }

// forgeries are access tokens that nobody was given, with what each is refused for.
func forgeries(t reporter, p *pool, result, foreign *types.AuthenticationResultType) map[string][2]string {
	t.Helper()
	access := *result.AccessToken
	j := parseJWT(t, access)
	key := must[*rsa.PrivateKey](t, "a key")(rsa.GenerateKey(rand.Reader, 2048))
	own := j
	digest := sha256.Sum256([]byte(own.signingInput()))
	own.signature = base64url(must[[]byte](t, "sign")(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])))
	none := j.withHeader(t, "alg", "none")
	none.signature = ""
	noneSigned := j.withHeader(t, "alg", "none")
	symmetric := j.withHeader(t, "alg", "HS256")
	h := hmac.New(sha256.New, p.keys(t))
	h.Write([]byte(symmetric.signingInput()))
	symmetric.signature = base64url(h.Sum(nil))
	dead := j.withClaim(t, "exp", 1)
	either := notAToken + " | " + badSignature
	return map[string][2]string{
		"an ID token":                       {*result.IdToken, notAToken},
		"a refresh token":                   {*result.RefreshToken, notAToken},
		"no JWT":                            {"garbage", notAToken},
		"dots":                              {"..", notAToken},
		"nothing between dots":              {"a..b", notAToken},
		"two parts":                         {access[:strings.LastIndexByte(access, '.')], notAToken},
		"four parts":                        {access + ".AAAA", notAToken},
		"a signature cut short":             {access[:len(access)-8], either},
		"another spelling":                  {j.reordered(t).String(), either},
		"no signature":                      {access[:strings.LastIndexByte(access, '.')+1], either},
		"a claim changed":                   {j.withClaim(t, "username", "admin").String(), badSignature},
		"another scope":                     {j.withClaim(t, "scope", "openid").String(), badSignature},
		"a longer life":                     {j.withClaim(t, "exp", 4102444800).String(), badSignature},
		"a signature changed":               {access[:len(access)-20] + flipped(access[len(access)-20:]), badSignature},
		"alg none":                          {none.String(), either},
		"alg none with a signature":         {noneSigned.String(), either},
		"alg HS256 by the public key":       {symmetric.String(), either},
		"an unknown kid":                    {j.withHeader(t, "kid", "unknown").String(), either},
		"no kid":                            {j.withHeader(t, "kid", nil).String(), either},
		"a kid of another pool":             {j.withHeader(t, "kid", members(t, parseJWT(t, *foreign.AccessToken).header)["kid"]).String(), either},
		"the kid of ID tokens":              {j.withHeader(t, "kid", members(t, parseJWT(t, *result.IdToken).header)["kid"]).String(), either},
		"a key of one's own":                {own.String(), badSignature},
		"the issuer of another pool":        {j.withClaim(t, "iss", members(t, parseJWT(t, *foreign.AccessToken).claims)["iss"]).String(), either},
		"an issuer that is none":            {j.withClaim(t, "iss", "https://example.com/us-east-1_nobody").String(), either},
		"expired and changed":               {dead.String(), badSignature},
		"a signature of an ID token":        {jwt{j.header, j.claims, parseJWT(t, *result.IdToken).signature}.String(), badSignature},
		"claims of an ID token made access": {parseJWT(t, *result.IdToken).withClaim(t, "token_use", "access").String(), badSignature},
	}
}

// keys is the JSON that the pool publishes its public keys as.
func (p *pool) keys(t reporter) []byte {
	t.Helper()
	return get(t, p.URL()+"/"+p.id+"/.well-known/jwks.json")
}

// TestForgedAccessTokens presents every forgery to every operation that takes an access token.
func TestForgedAccessTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	p := w.newPool(t, rehearsal)
	_, result := p.newTokens(t)
	_, foreign := w.newPool(t, rehearsal).newTokens(t)
	for what, f := range forgeries(t, p, result, foreign) {
		for operation, in := range tokenTaking {
			wantTokenRefused(t, w, what, operation, in, f[0], f[1])
		}
	}
	// The real one is still good, and nothing was done in its name.
	if got := p.post(t, "GetUser", map[string]any{"AccessToken": *result.AccessToken}); got.status != 200 || strings.Contains(string(got.body), "thief") {
		t.Errorf("the real token: %s", got.body)
	}
	for operation := range tokenTaking {
		for what, token := range map[string]string{"empty": "", "with a blank": "a.b.c d", "with other characters": "a.b.ü"} {
			in := with2(tokenTaking[operation], token)
			if got := p.post(t, operation, in).refusal(); !strings.HasPrefix(got, "InvalidParameterException: ") {
				t.Errorf("%s with a token %s: %q", operation, what, got)
			}
		}
	}
}

func wantTokenRefused(t *testing.T, w *world, what, operation string, in map[string]any, token, want string) {
	t.Helper()
	got := w.post(t, operation, with2(in, token)).refusal()
	for _, one := range strings.Split(want, " | ") {
		if got == one {
			return
		}
	}
	t.Errorf("%s with %s: %q, want %q", operation, what, got, want)
}

func with2(in map[string]any, token string) map[string]any {
	with := maps.Clone(in)
	with["AccessToken"] = token
	return with
}

// TestDeadAccessTokens: tokens that were good once.
func TestDeadAccessTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite)
	p := w.newPool(t, rehearsal)
	dead := map[string][2]string{}
	die := func(what, refusal string, kill func(u *user, result *types.AuthenticationResultType) error) {
		t.Helper()
		u, result := p.newTokens(t)
		if err := kill(u, result); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		dead[what] = [2]string{*result.AccessToken, refusal}
	}
	die("a revoked session", revokedAccess, func(u *user, r *types.AuthenticationResultType) error {
		_, err := u.api.RevokeToken(u.ctx, &idp.RevokeTokenInput{ClientId: &u.client, Token: r.RefreshToken})
		return err
	})
	die("a user who signed out", revokedAccess, func(u *user, r *types.AuthenticationResultType) error {
		_, err := u.api.GlobalSignOut(u.ctx, &idp.GlobalSignOutInput{AccessToken: r.AccessToken})
		return err
	})
	die("a user who was signed out", revokedAccess, func(u *user, _ *types.AuthenticationResultType) error {
		_, err := u.api.AdminUserGlobalSignOut(u.ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: &u.id, Username: &u.name})
		return err
	})
	die("a disabled user", revokedAccess+" | "+userDisabled, func(u *user, _ *types.AuthenticationResultType) error {
		_, err := u.api.AdminDisableUser(u.ctx, &idp.AdminDisableUserInput{UserPoolId: &u.id, Username: &u.name})
		return err
	})
	die("a user enabled again", revokedAccess, func(u *user, _ *types.AuthenticationResultType) error {
		if _, err := u.api.AdminDisableUser(u.ctx, &idp.AdminDisableUserInput{UserPoolId: &u.id, Username: &u.name}); err != nil {
			return err
		}
		_, err := u.api.AdminEnableUser(u.ctx, &idp.AdminEnableUserInput{UserPoolId: &u.id, Username: &u.name})
		return err
	})
	die("a deleted user", noSuchUser, func(u *user, _ *types.AuthenticationResultType) error {
		_, err := u.api.AdminDeleteUser(u.ctx, &idp.AdminDeleteUserInput{UserPoolId: &u.id, Username: &u.name})
		return err
	})
	die("a deleted user whose name is taken again", noSuchUser+" | "+revokedAccess, func(u *user, _ *types.AuthenticationResultType) error {
		if _, err := u.api.AdminDeleteUser(u.ctx, &idp.AdminDeleteUserInput{UserPoolId: &u.id, Username: &u.name}); err != nil {
			return err
		}
		return u.create(email, false, true)
	})
	for what, d := range dead {
		for operation, in := range tokenTaking {
			wantTokenRefused(t, w, "the access token of "+what, operation, in, d[0], d[1])
		}
	}
	_, result := p.newTokens(t)
	w.Advance(time.Hour - time.Second)
	if got := p.post(t, "GetUser", map[string]any{"AccessToken": *result.AccessToken}); got.status != 200 {
		t.Errorf("in the last second: %s", got.body)
	}
	w.Advance(time.Second)
	for operation, in := range tokenTaking {
		wantTokenRefused(t, w, "an expired token", operation, in, *result.AccessToken, expiredAccess)
	}
	if len(dead) != 7 {
		t.Errorf("%d ways to die", len(dead))
	}
}

// refresh is one way to use a refresh token.
type refresh struct {
	name string
	do   func(p *pool, client, token string) error
}

func refreshing(d door, flow string) refresh {
	return refresh{d.String() + " " + flow, func(p *pool, client, token string) error {
		s := p.begin(client, opening{d, flow, map[string]string{"REFRESH_TOKEN": token}, ""})
		return s.error()
	}}
}

var refreshes = []refresh{
	refreshing(publicly, "REFRESH_TOKEN_AUTH"), refreshing(publicly, "REFRESH_TOKEN"),
	refreshing(asAdmin, "REFRESH_TOKEN_AUTH"), refreshing(asAdmin, "REFRESH_TOKEN"),
	{"GetTokensFromRefreshToken", func(p *pool, client, token string) error {
		_, err := p.api.GetTokensFromRefreshToken(p.ctx, &idp.GetTokensFromRefreshTokenInput{ClientId: &client, RefreshToken: aws.String(token)})
		return err
	}},
}
