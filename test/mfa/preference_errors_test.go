package mfa_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/config"
)

// smsOn is the call that the tests of errors make: it would change something.
var smsOn = blocks{sms: {aws.Bool(true), aws.Bool(true)}}

// wantRefusal checks an error as it stands on the wire.
func wantRefusal(t *testing.T, what string, got wire, name, message string) {
	t.Helper()
	status := 400
	if name == "InternalErrorException" {
		status = 500
	}
	switch {
	case got.status != status || got.errType != name:
		t.Errorf("%s: got %d %s, want %s %q", what, got.status, got.body, name, message)
	case message != "" && got.message != message:
		t.Errorf("%s: %s says %q, want %q", what, name, got.message, message)
	}
}

// TestPreferenceAnswer: both operations answer {} and nothing else, and the user's own needs no
// credentials and looks at none.
func TestPreferenceAnswer(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		w := start(t, database)
		u := w.newPool(t, setting{"OPTIONAL", allFactors, "email"}).newUser(t, sms|email)
		u.open(t)
		own := blocks{sms: {aws.Bool(true), nil}}.body()
		own["AccessToken"] = u.token
		for name, headers := range map[string][]string{
			"no credentials":        nil,
			"an unknown access key": signed,
			"no signature at all":   {"Authorization", "Basic Zm9vOmJhcg=="},
			"nonsense":              {"Authorization", "\x7e garbage = ,,"},
		} {
			got := w.call(t, "SetUserMFAPreference", own, headers...)
			if got.status != 200 || got.body != "{}" {
				t.Errorf("SetUserMFAPreference with %s: %d %q, want 200 {}", name, got.status, got.body)
			}
		}
		admin := smsOn.body()
		admin["UserPoolId"], admin["Username"] = u.id, u.name
		if got := w.call(t, "AdminSetUserMFAPreference", admin, signed...); got.status != 200 || got.body != "{}" {
			t.Errorf("AdminSetUserMFAPreference: %d %q, want 200 {}", got.status, got.body)
		}
		wantRefusal(t, "AdminSetUserMFAPreference without credentials", w.call(t, "AdminSetUserMFAPreference", admin),
			"MissingAuthenticationTokenException", "Missing Authentication Token")
		u.wantReads(t, person{can: sms | email, active: sms, preferred: sms})

		// No block at all is a call that changes nothing.
		if got := u.prefer(t, true, nil); got.status != 200 || got.body != "{}" {
			t.Errorf("a call without settings: %d %q, want 200 {}", got.status, got.body)
		}
		u.wantReads(t, person{can: sms | email, active: sms, preferred: sms})

		// The administrator may name the user by sub.
		sub := *must[*idp.AdminGetUserOutput](t, "AdminGetUser")(w.api.AdminGetUser(w.ctx,
			&idp.AdminGetUserInput{UserPoolId: &u.id, Username: &u.name})).UserAttributes[0].Value
		bySub := blocks{sms: {aws.Bool(false), nil}}.body()
		bySub["UserPoolId"], bySub["Username"] = u.id, sub
		if got := w.call(t, "AdminSetUserMFAPreference", bySub, signed...); got.body != "{}" {
			t.Errorf("AdminSetUserMFAPreference by sub: %d %s", got.status, got.body)
		}
		u.wantReads(t, person{can: sms | email})
	})
}

// TestPreferenceRefusals makes the documented errors of both operations happen, and after each the
// user's settings are what they were.
func TestPreferenceRefusals(t *testing.T) {
	onEveryStore(t, func(t *testing.T, database string) {
		w := start(t, database)
		p := w.newPool(t, setting{"OPTIONAL", allFactors, "email"})
		t.Run("the token", func(t *testing.T) { refuseTokens(t, p) })
		t.Run("the user", func(t *testing.T) { refuseUsers(t, p) })
		t.Run("the pool", func(t *testing.T) { refusePools(t, w) })
		t.Run("the parameters", func(t *testing.T) { refuseParameters(t, p) })
		t.Run("a fault of the store", func(t *testing.T) { refuseOnFaults(t, p) })
	})
}

func refuseTokens(t *testing.T, p *pool) {
	u := p.newUser(t, sms|email)
	tokens := wantChallenge(t, u.signIn(publicly), "tokens").tokens
	access := *tokens.AccessToken
	parts := strings.Split(access, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	forged := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(claims), u.name, "user-x", 1)))
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	flipped := []byte(parts[2])
	flipped[20] = "AB"[map[bool]int{true: 1}[flipped[20] == 'A']]

	const unverified = "Could not verify signature for Access Token"
	for what, bad := range map[string]struct{ token, message string }{
		"garbage":                     {"garbage", "Invalid Access Token"},
		"three parts of garbage":      {"a.b.c", "Invalid Access Token"},
		"an ID token":                 {*tokens.IdToken, "Invalid Access Token"},
		"a refresh token":             {*tokens.RefreshToken, "Invalid Access Token"},
		"a changed signature":         {parts[0] + "." + parts[1] + "." + string(flipped), unverified},
		"changed claims":              {parts[0] + "." + forged + "." + parts[2], unverified},
		"the algorithm none":          {none + "." + parts[1] + ".", ""},
		"no signature":                {parts[0] + "." + parts[1] + ".", ""},
		"the ID token's header":       {strings.Split(*tokens.IdToken, ".")[0] + "." + parts[1] + "." + parts[2], unverified},
		"the ID token's whole prefix": {strings.Split(*tokens.IdToken, ".")[0] + "." + strings.Split(*tokens.IdToken, ".")[1] + "." + parts[2], ""},
	} {
		body := smsOn.body()
		body["AccessToken"] = bad.token
		wantRefusal(t, what, p.call(t, "SetUserMFAPreference", body), "NotAuthorizedException", bad.message)
	}

	t.Run("globally signed out", func(t *testing.T) {
		out := p.newUser(t, sms|email)
		out.open(t)
		_, err := p.api.GlobalSignOut(p.ctx, &idp.GlobalSignOutInput{AccessToken: &out.token})
		if err != nil {
			t.Fatalf("GlobalSignOut: %v", err)
		}
		wantRefusal(t, "after GlobalSignOut", out.prefer(t, true, smsOn), "NotAuthorizedException", "Access Token has been revoked")
	})
	t.Run("signed out by an administrator", func(t *testing.T) {
		out := p.newUser(t, sms|email)
		out.open(t)
		_, err := p.api.AdminUserGlobalSignOut(p.ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: &p.id, Username: &out.name})
		if err != nil {
			t.Fatalf("AdminUserGlobalSignOut: %v", err)
		}
		wantRefusal(t, "after AdminUserGlobalSignOut", out.prefer(t, true, smsOn), "NotAuthorizedException", "Access Token has been revoked")
		out.token = ""
		out.wantReads(t, person{can: sms | email})
	})
	t.Run("revoked with its refresh token", func(t *testing.T) {
		out := p.newUser(t, sms|email)
		a := wantChallenge(t, out.signIn(publicly), "tokens")
		out.token = *a.tokens.AccessToken
		_, err := p.api.RevokeToken(p.ctx, &idp.RevokeTokenInput{ClientId: &p.client, Token: a.tokens.RefreshToken})
		if err != nil {
			t.Fatalf("RevokeToken: %v", err)
		}
		wantRefusal(t, "after RevokeToken", out.prefer(t, true, smsOn), "NotAuthorizedException", "Access Token has been revoked")
	})
	t.Run("expired", func(t *testing.T) {
		u.token = access
		p.advance(time.Hour - time.Second)
		if got := u.prefer(t, true, nil); got.body != "{}" {
			t.Errorf("a second before the end: %d %s", got.status, got.body)
		}
		p.advance(2 * time.Second)
		wantRefusal(t, "an hour later", u.prefer(t, true, smsOn), "NotAuthorizedException", "Access Token has expired")
	})
	u.token = ""
	u.wantReads(t, person{can: sms | email})
}

func refuseUsers(t *testing.T, p *pool) {
	unknown := &user{pool: p, name: "nobody"}
	wantRefusal(t, "an unknown user", unknown.prefer(t, false, smsOn), "UserNotFoundException", "User does not exist.")

	gone := p.newUser(t, sms|email)
	gone.open(t)
	must[*idp.AdminDeleteUserOutput](t, "AdminDeleteUser")(p.api.AdminDeleteUser(p.ctx, &idp.AdminDeleteUserInput{UserPoolId: &p.id, Username: &gone.name}))
	wantRefusal(t, "a deleted user's token", gone.prefer(t, true, smsOn), "UserNotFoundException", "User does not exist.")
	wantRefusal(t, "a deleted user", gone.prefer(t, false, smsOn), "UserNotFoundException", "User does not exist.")

	must[*idp.AdminCreateUserOutput](t, "AdminCreateUser")(p.api.AdminCreateUser(p.ctx, &idp.AdminCreateUserInput{ // another of the name
		UserPoolId: &p.id, Username: &gone.name, MessageAction: types.MessageActionTypeSuppress, TemporaryPassword: aws.String(password),
		UserAttributes: gone.attributes(sms),
	}))
	wantRefusal(t, "a deleted user's token, after another got the name", gone.prefer(t, true, smsOn), "UserNotFoundException", "User does not exist.")
	gone.token = ""
	gone.wantReads(t, person{can: sms})

	reset := p.newUser(t, sms|email)
	reset.open(t)
	must[*idp.AdminUpdateUserAttributesOutput](t, "AdminUpdateUserAttributes")(p.api.AdminUpdateUserAttributes(p.ctx, &idp.AdminUpdateUserAttributesInput{
		UserPoolId: &p.id, Username: &reset.name,
		UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
	}))
	must[*idp.AdminResetUserPasswordOutput](t, "AdminResetUserPassword")(p.api.AdminResetUserPassword(p.ctx,
		&idp.AdminResetUserPasswordInput{UserPoolId: &p.id, Username: &reset.name}))
	wantRefusal(t, "a user whose password was reset", reset.prefer(t, true, smsOn), "PasswordResetRequiredException", "")
	wantRefusal(t, "a user whose password was reset, by an administrator", reset.prefer(t, false, smsOn), "PasswordResetRequiredException", "")

	disabled := p.newUser(t, sms|email)
	disabled.open(t)
	must[*idp.AdminDisableUserOutput](t, "AdminDisableUser")(p.api.AdminDisableUser(p.ctx, &idp.AdminDisableUserInput{UserPoolId: &p.id, Username: &disabled.name}))
	wantRefusal(t, "a disabled user", disabled.prefer(t, true, smsOn), "NotAuthorizedException", "") // disabling revokes the token too

	t.Run("unconfirmed", func(t *testing.T) {
		name := fmt.Sprintf("unconfirmed-%d", userCount.Add(1))
		must[*idp.SignUpOutput](t, "SignUp")(p.api.SignUp(p.ctx, &idp.SignUpInput{
			ClientId: &p.client, Username: &name, Password: aws.String(password),
			UserAttributes: []types.AttributeType{{Name: aws.String("phone_number"), Value: aws.String("+491500000001")}},
		}))
		u := &user{pool: p, name: name}
		wantRefusal(t, "an unconfirmed user", u.prefer(t, false, smsOn), "UserNotConfirmedException", "")
		u.wantReads(t, person{can: sms})
	})
}

func refusePools(t *testing.T, w *world) {
	p := w.newPool(t, setting{"OPTIONAL", allFactors, "email"})
	u := p.newUser(t, sms|email)
	u.open(t)
	elsewhere := w.newPool(t, setting{"OPTIONAL", allFactors, "email"})
	foreign := *u
	foreign.pool = elsewhere
	wantRefusal(t, "a user of another pool", foreign.prefer(t, false, smsOn), "UserNotFoundException", "User does not exist.")
	must[*idp.DeleteUserPoolOutput](t, "DeleteUserPool")(w.api.DeleteUserPool(w.ctx, &idp.DeleteUserPoolInput{UserPoolId: &p.id}))
	wantRefusal(t, "a deleted pool", u.prefer(t, false, smsOn), "ResourceNotFoundException", "User pool "+p.id+" does not exist.")
	// With the pool its keys went, so the signature is as good an answer as the pool.
	if got := u.prefer(t, true, smsOn); got.errType != "ResourceNotFoundException" {
		wantRefusal(t, "a deleted pool's token", got, "NotAuthorizedException", "Could not verify signature for Access Token")
	}
}

func refuseParameters(t *testing.T, p *pool) {
	u := p.newUser(t, sms|email)
	u.open(t)
	call := func(operation string, change func(map[string]any)) wire {
		body := smsOn.body()
		if operation == "SetUserMFAPreference" {
			body["AccessToken"] = u.token
		} else {
			body["UserPoolId"], body["Username"] = u.id, u.name
		}
		change(body)
		return p.call(t, operation, body, signed...)
	}
	for _, operation := range []string{"SetUserMFAPreference", "AdminSetUserMFAPreference"} {
		for what, change := range map[string]func(map[string]any){
			"passkeys as a factor where the pool has none": func(b map[string]any) { b["WebAuthnMfaSettings"] = map[string]any{"Enabled": true} },
			"two preferred factors": func(b map[string]any) {
				b["EmailMfaSettings"] = map[string]any{"Enabled": true, "PreferredMfa": true}
			},
			"a preferred factor that is not activated": func(b map[string]any) { b["SMSMfaSettings"] = map[string]any{"PreferredMfa": true} },
			"a preferred factor that is deactivated": func(b map[string]any) {
				b["SMSMfaSettings"] = map[string]any{"Enabled": false, "PreferredMfa": true}
			},
		} {
			wantRefusal(t, operation+": "+what, call(operation, change), "InvalidParameterException", "")
			u.wantReads(t, person{can: sms | email})
		}
		wantRefusal(t, operation+": no app", call(operation, func(b map[string]any) {
			b["SoftwareTokenMfaSettings"] = map[string]any{"Enabled": true}
		}), "InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
		wantRefusal(t, operation+": a member of another type", call(operation, func(b map[string]any) {
			b["SMSMfaSettings"] = map[string]any{"Enabled": "yes"}
		}), "SerializationException", "")
		if got := call(operation, func(b map[string]any) {
			delete(b, "SMSMfaSettings")
			b["WebAuthnMfaSettings"] = map[string]any{"Enabled": false}
		}); got.body != "{}" {
			t.Errorf("%s: passkeys off: %d %s", operation, got.status, got.body)
		}
	}
	for what, value := range map[string]any{"no token": nil, "an empty token": "", "a token of other characters": "a b c"} {
		wantRefusal(t, what, call("SetUserMFAPreference", func(b map[string]any) { b["AccessToken"] = value }), "InvalidParameterException", "")
	}
	for what, change := range map[string]func(map[string]any){
		"no pool":            func(b map[string]any) { delete(b, "UserPoolId") },
		"no user":            func(b map[string]any) { delete(b, "Username") },
		"a malformed poolId": func(b map[string]any) { b["UserPoolId"] = "no-pool" },
	} {
		wantRefusal(t, what, call("AdminSetUserMFAPreference", change), "InvalidParameterException", "")
	}
	wantRefusal(t, "an unknown pool", call("AdminSetUserMFAPreference", func(b map[string]any) { b["UserPoolId"] = "eu-west-1_Nowhere00" }),
		"ResourceNotFoundException", "User pool eu-west-1_Nowhere00 does not exist.")
	u.wantReads(t, person{can: sms | email})
}

func refuseOnFaults(t *testing.T, p *pool) {
	u := p.newUser(t, sms|email)
	u.open(t)
	fault := errors.New("disk of node 7 is on fire")
	for _, own := range []bool{true, false} {
		for what, fail := range map[string]func(error){"reading": p.store.FailView, "writing": p.store.FailUpdate} {
			fail(fault)
			got := u.prefer(t, own, smsOn)
			fail(nil)
			if got.status == 200 && what == "reading" {
				u.restore(t, model{}) // an operation may do all in one writing transaction
				continue
			}
			wantRefusal(t, "a fault when "+what, got, "InternalErrorException", "")
			if strings.Contains(got.body, "fire") {
				t.Errorf("the fault is told to the caller: %s", got.body)
			}
			u.wantReads(t, person{can: sms | email})
		}
	}
}

// TestPreferenceForbidden: whom the web access list keeps out gets ForbiddenException, whatever the
// token, as the user's own operation documents.
func TestPreferenceForbidden(t *testing.T) {
	t.Parallel()
	w := start(t, sqlite, func(c *config.Config) {
		c.WebAccessList.Deny = config.Networks{netip.MustParsePrefix("127.0.0.0/8")}
	})
	body := smsOn.body()
	body["AccessToken"] = "a.b.c"
	wantRefusal(t, "SetUserMFAPreference", w.call(t, "SetUserMFAPreference", body), "ForbiddenException", "")
}
