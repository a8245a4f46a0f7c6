package triggers_test

import (
	"crypto/rand"
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/srp"
)

// grouped makes a user in two groups.
func (s *stage) grouped(name string) {
	s.Helper()
	s.user(name)
	for i, group := range []string{"admins", "staff"} {
		_, err := s.api.CreateGroup(s.Context(), &idp.CreateGroupInput{UserPoolId: &s.pool, GroupName: &group,
			RoleArn: aws.String("arn:aws:iam::000000000000:role/" + group), Precedence: aws.Int32(int32(i))})
		s.must(err)
		_, err = s.api.AdminAddUserToGroup(s.Context(), &idp.AdminAddUserToGroupInput{UserPoolId: &s.pool, Username: &name, GroupName: &group})
		s.must(err)
	}
}

// tokens are the claims of both tokens of a sign-in.
func (s *stage) tokens(name string) (id, access object) {
	s.Helper()
	in, err := s.signIn(name, password)
	s.must(err)
	return s.claims(in.AuthenticationResult.IdToken), s.claims(in.AuthenticationResult.AccessToken)
}

// pick are some of the claims.
func pick(claims object, names ...string) object {
	some := object{}
	for _, name := range names {
		if value, ok := claims[name]; ok {
			some[name] = value
		}
	}
	return some
}

// fixed are claims that no function changes.
var fixed = []string{"sub", "iss", "aud", "client_id", "token_use", "auth_time", "username", "cognito:username", "version", "acr", "amr",
	"at_hash", "azp", "nbf", "nonce", "device_key", "identities", "cognito:made_up", "scope", "dev:custom:x"}

// everyFixed tries to change each of them, and aud of the access token to another client.
func everyFixed() object {
	all := object{}
	for _, name := range fixed {
		all[name] = "changed"
	}
	return all
}

// TestClaimsV1: texts in the ID token; groups in both.
func TestClaimsV1(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"V1_0"}, nil)
	s.grouped("ana")
	plainID, plainAccess := s.tokens("ana")

	add := everyFixed()
	add["tenant"], add["email"], add["custom:plan"], add["email_verified"], add["gone"] = "t1", "other@example.com", "pro", "false", "x"
	s.on("PreTokenGeneration", object{"claimsOverrideDetails": object{
		"claimsToAddOrOverride": add, "claimsToSuppress": append([]string{"phone_number", "gone"}, fixed...)}})
	id, access := s.tokens("ana")
	for claim, want := range (object{"tenant": "t1", "email": "other@example.com", "custom:plan": "pro", "email_verified": false,
		"phone_number": nil, "gone": nil, "cognito:groups": plainID["cognito:groups"], "cognito:preferred_role": plainID["cognito:preferred_role"]}) {
		if show(id[claim]) != show(want) {
			t.Errorf("ID token: %s is %s, want %s", claim, show(id[claim]), show(want))
		}
	}
	for _, name := range fixed {
		if name != "auth_time" && show(id[name]) != show(plainID[name]) {
			t.Errorf("ID token: %s was changed to %s", name, show(id[name]))
		}
	}
	for _, never := range []string{"tenant", "email", "custom:plan"} {
		if access[never] != nil {
			t.Errorf("access token: has %s", never)
		}
	}
	if show(access["scope"], access["cognito:groups"]) != show(plainAccess["scope"], plainAccess["cognito:groups"]) {
		t.Errorf("access token: %s", show(access))
	}

	groupClaims := []string{"cognito:groups", "cognito:roles", "cognito:preferred_role"}
	for _, tt := range []struct {
		details    object
		id, access string
	}{
		{object{}, show(pick(plainID, groupClaims...)), show(pick(plainAccess, groupClaims...))},
		{object{"groupOverrideDetails": object{}}, `{}`, `{}`},
		{object{"groupOverrideDetails": nil}, `{}`, `{}`},
		{object{"groupOverrideDetails": object{"groupsToOverride": []string{"new"}, "iamRolesToOverride": []string{"r1", "r2"}, "preferredRole": "r2"}},
			`{"cognito:groups":["new"],"cognito:preferred_role":"r2","cognito:roles":["r1","r2"]}`, `{"cognito:groups":["new"]}`},
		{object{"claimsToSuppress": []string{"cognito:groups"}}, `{}`, show(pick(plainAccess, groupClaims...))},
		{object{"claimsToSuppress": []string{"cognito:roles"}}, show(pick(plainID, "cognito:groups", "cognito:preferred_role")), show(pick(plainAccess, groupClaims...))},
		{object{"claimsToSuppress": []string{"cognito:preferred_role"}}, show(pick(plainID, "cognito:groups", "cognito:roles")), show(pick(plainAccess, groupClaims...))},
	} {
		s.on("PreTokenGeneration", object{"claimsOverrideDetails": tt.details})
		id, access := s.tokens("ana")
		if got := show(pick(id, groupClaims...)); got != tt.id {
			t.Errorf("%s: ID token has %s, want %s", show(tt.details), got, tt.id)
		}
		if got := show(pick(access, groupClaims...)); got != tt.access {
			t.Errorf("%s: access token has %s, want %s", show(tt.details), got, tt.access)
		}
	}
	for _, wrong := range []object{
		{"claimsToAddOrOverride": object{"a": 1}}, {"claimsToAddOrOverride": object{"a": nil}}, {"claimsToAddOrOverride": object{"a": object{}}},
		{"claimsToSuppress": "a"}, {"groupOverrideDetails": object{"groupsToOverride": "a"}}, {"groupOverrideDetails": "x"},
	} {
		s.on("PreTokenGeneration", object{"claimsOverrideDetails": wrong})
		_, err := s.signIn("ana", password)
		s.refused(err, "InvalidLambdaResponseException: Unrecognizable lambda output")
	}
}

// TestClaimsV2: any values in both tokens, and scopes.
func TestClaimsV2(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"V2_0"}, nil)
	s.grouped("ana")
	plainID, plainAccess := s.tokens("ana")
	values := func() object {
		all := everyFixed()
		all["text"], all["number"], all["truth"], all["list"], all["tree"] = "<é>\u2028\"", 1.5, true, []any{"a", 1.0, false}, object{"b": []any{object{"c": "d"}}, "a": 1.0}
		return all
	}
	idAdd := values()
	idAdd["email_verified"], idAdd["phone_number_verified"], idAdd["address"], idAdd["updated_at"] = true, "TRUE", "1 Main St", 17
	s.on("PreTokenGeneration", object{"claimsAndScopeOverrideDetails": object{
		"idTokenGeneration": object{"claimsToAddOrOverride": idAdd, "claimsToSuppress": []string{"email", "sub"}},
		"accessTokenGeneration": object{"claimsToAddOrOverride": values(), "claimsToSuppress": []string{"truth", "iss"},
			"scopesToAdd": []string{"orders/read", "orders/write", "orders/read", "aws.cognito.signin.user.admin"}, "scopesToSuppress": []string{"orders/write"}},
	}})
	id, access := s.tokens("ana")
	added := []string{"text", "number", "truth", "list", "tree"}
	if got, want := show(pick(id, added...)), show(pick(values(), added...)); got != want {
		t.Errorf("ID token: %s\nwant %s", got, want)
	}
	if got, want := show(pick(access, added...)), show(pick(values(), "text", "number", "list", "tree")); got != want {
		t.Errorf("access token: %s\nwant %s", got, want)
	}
	if got := show(pick(id, "email", "email_verified", "phone_number_verified", "address", "updated_at")); got !=
		`{"address":{"formatted":"1 Main St"},"email_verified":true,"phone_number_verified":true,"updated_at":17}` {
		t.Errorf("ID token: %s", got)
	}
	for _, name := range fixed {
		if name == "auth_time" || name == "scope" {
			continue
		}
		if show(id[name]) != show(plainID[name]) || show(access[name]) != show(plainAccess[name]) {
			t.Errorf("%s was changed: %s and %s", name, show(id[name]), show(access[name]))
		}
	}
	if access["scope"] != "aws.cognito.signin.user.admin orders/read" || id["scope"] != nil {
		t.Errorf("scopes: %v and %v", access["scope"], id["scope"])
	}

	s.on("PreTokenGeneration", object{"claimsAndScopeOverrideDetails": object{
		"accessTokenGeneration": object{"claimsToAddOrOverride": object{"aud": s.client}}, "groupOverrideDetails": object{"groupsToOverride": []string{"new"}}}})
	id, access = s.tokens("ana")
	if access["aud"] != s.client || show(access["cognito:groups"]) != `["new"]` || show(id["cognito:groups"]) != `["new"]` || id["cognito:roles"] != nil {
		t.Errorf("%s\n%s", show(id), show(access))
	}

	// Without its scope a token does nothing for its user.
	s.on("PreTokenGeneration", object{"claimsAndScopeOverrideDetails": object{
		"accessTokenGeneration": object{"scopesToSuppress": []string{"aws.cognito.signin.user.admin"}}}})
	in, err := s.signIn("ana", password)
	s.must(err)
	_, err = s.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: in.AuthenticationResult.AccessToken})
	s.refused(err, "NotAuthorizedException: Access Token does not have required scopes")

	for _, wrong := range []object{
		{"idTokenGeneration": object{"claimsToAddOrOverride": object{"address": object{}}}},
		{"idTokenGeneration": object{"claimsToAddOrOverride": object{"email_verified": []string{"true"}}}},
		{"idTokenGeneration": object{"claimsToAddOrOverride": object{"a": nil}}},
		{"idTokenGeneration": "x"},
		{"accessTokenGeneration": object{"scopesToAdd": []string{"two words"}}},
		{"accessTokenGeneration": object{"scopesToAdd": []string{""}}},
		{"accessTokenGeneration": object{"scopesToAdd": "a"}},
	} {
		s.on("PreTokenGeneration", object{"claimsAndScopeOverrideDetails": wrong})
		_, err := s.signIn("ana", password)
		s.refused(err, "InvalidLambdaResponseException: Unrecognizable lambda output")
	}
}

// TestClaimsOfRefresh: every refresh asks again; one that fails leaves the session as it was.
func TestClaimsOfRefresh(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"V1_0"}, func(_ *idp.CreateUserPoolInput, c *idp.CreateUserPoolClientInput) {
		c.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled}
		c.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth}
	})
	s.user("ana")
	in, err := s.signIn("ana", password)
	s.must(err)
	token := in.AuthenticationResult.RefreshToken
	exchange := func() (*idp.GetTokensFromRefreshTokenOutput, error) {
		return s.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &s.client, RefreshToken: token})
	}
	s.throws("PreTokenGeneration", "not today")
	_, err = exchange()
	s.refused(err, "UserLambdaValidationException: PreTokenGeneration failed with error not today.")
	s.on("PreTokenGeneration", object{"claimsOverrideDetails": object{"claimsToAddOrOverride": object{"round": "2"}}})
	out, err := exchange() // the token was not used up
	s.must(err)
	if got := s.claims(out.AuthenticationResult.IdToken)["round"]; got != "2" {
		t.Errorf("claim %v", got)
	}
}

// TestClaimsOfMachines: version 3 changes an app client's own token.
func TestClaimsOfMachines(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"V3_0"}, nil)
	id, secret := s.machine()
	plain := s.claims(s.machineToken(id, secret))
	add := everyFixed()
	add["aud"], add["tenant"] = id, object{"name": "t1"}
	s.on("PreTokenGeneration", object{"claimsAndScopeOverrideDetails": object{
		"idTokenGeneration": object{"claimsToAddOrOverride": object{"id": "only"}},
		"accessTokenGeneration": object{"claimsToAddOrOverride": add, "scopesToAdd": []string{"orders/audit"}, "scopesToSuppress": []string{"orders/read"},
			"claimsToSuppress": []string{"client_id"}},
		"groupOverrideDetails": object{"groupsToOverride": []string{"admins"}}}})
	token := s.machineToken(id, secret)
	claims := s.claims(token)
	if show(claims["tenant"], claims["scope"], claims["aud"], claims["id"], claims["cognito:groups"]) != show(object{"name": "t1"}, "orders/audit", id, nil, nil) {
		t.Errorf("%s", show(claims))
	}
	for _, name := range fixed {
		if name != "auth_time" && name != "scope" && name != "aud" && show(claims[name]) != show(plain[name]) {
			t.Errorf("%s was changed to %s", name, show(claims[name]))
		}
	}
	_, err := s.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: token})
	if err == nil {
		t.Error("acts for a user")
	}
}

// TestClaimsOfDevices: the event of a sign-in that a device ends.
func TestClaimsOfDevices(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PostAuthentication", "V3_0"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
		p.DeviceConfiguration = &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}
	})
	s.user("ana")
	in, err := s.signIn("ana", password)
	s.must(err)
	s.happened("PostAuthentication_Authentication TokenGeneration_Authentication")
	device := in.AuthenticationResult.NewDeviceMetadata
	devicePassword, salt, verifier, err := srp.DeviceSecret(rand.Reader, *device.DeviceGroupKey, *device.DeviceKey)
	s.must(err)
	_, err = s.api.ConfirmDevice(t.Context(), &idp.ConfirmDeviceInput{AccessToken: in.AuthenticationResult.AccessToken, DeviceKey: device.DeviceKey,
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{Salt: &salt, PasswordVerifier: &verifier}})
	s.must(err)
	asked, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: params{"USERNAME": "ana", "PASSWORD": password, "DEVICE_KEY": *device.DeviceKey}})
	s.must(err)
	c, err := srp.NewClient(rand.Reader)
	s.must(err)
	next, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: asked.ChallengeName, Session: asked.Session,
		ChallengeResponses: params{"USERNAME": "ana", "DEVICE_KEY": *device.DeviceKey, "SRP_A": c.HexA()}})
	s.must(err)
	block, err := base64.StdEncoding.DecodeString(next.ChallengeParameters["SECRET_BLOCK"])
	s.must(err)
	claim := srp.Claim{Prefix: *device.DeviceGroupKey, ID: *device.DeviceKey, SecretBlock: block, Timestamp: srp.FormatTimestamp(s.server.Now())}
	signature, err := c.Sign(claim, devicePassword, next.ChallengeParameters["SALT"], next.ChallengeParameters["SRP_B"])
	s.must(err)
	_, err = s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: next.ChallengeName, Session: next.Session,
		ChallengeResponses: params{"USERNAME": "ana", "DEVICE_KEY": *device.DeviceKey, "PASSWORD_CLAIM_SECRET_BLOCK": next.ChallengeParameters["SECRET_BLOCK"],
			"TIMESTAMP": claim.Timestamp, "PASSWORD_CLAIM_SIGNATURE": signature}})
	s.must(err)
	s.golden("TokenGeneration_AuthenticateDevice_V3", "TokenGeneration_AuthenticateDevice")
	s.happened("PostAuthentication_Authentication TokenGeneration_AuthenticateDevice")
}
