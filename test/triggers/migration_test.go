package triggers_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/lambda/lambdatest"
	"ostiary/ostiarytest"
)

// directory is a function that knows users by name and password.
func directory(users map[string]string, answer object) lambdatest.Function {
	return lambdatest.Respond(func(e event) (any, error) {
		if typed, _ := e.Request["password"].(string); users[e.UserName] == "" || typed != users[e.UserName] {
			return nil, errors.New("bad password")
		}
		return answer, nil
	})
}

const simple = "weak" // a password that the policy would refuse

func brought(more object, attributes ...string) object {
	values := object{}
	for i := 0; i < len(attributes); i += 2 {
		values[attributes[i]] = attributes[i+1]
	}
	response := object{"userAttributes": values, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
	for k, v := range more {
		response[k] = v
	}
	return response
}

// TestMigration: somebody from elsewhere signs in, and from then on is a user like any other.
func TestMigration(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"UserMigration", "PreSignUp", "PreAuthentication", "PostAuthentication"}, nil)
		s.lambda.Set("UserMigration", directory(map[string]string{"ana": simple}, brought(nil, "email", "ana@example.com", "email_verified", "True", "name", "Ana")))
		_, err := s.signIn("ana", "wrong")
		s.refused(err, "UserLambdaValidationException: UserMigration failed with error bad password.")
		if s.status("ana") != "" {
			t.Fatal("stored with a wrong password")
		}
		s.lambda.Forget()
		in, err := s.signIn("ana", simple)
		s.must(err)
		s.happened("UserMigration_Authentication PreAuthentication_Authentication PostAuthentication_Authentication")
		if got := s.claims(in.AuthenticationResult.IdToken); show(got["cognito:username"], got["email_verified"], got["name"]) != `"ana" true "Ana"` {
			t.Errorf("tokens: %s", show(got))
		}
		if s.status("ana") != "CONFIRMED" || len(s.server.Messages()) != 0 {
			t.Errorf("stored as %s, %d messages", s.status("ana"), len(s.server.Messages()))
		}
		_, err = s.signIn("ana", simple)
		s.must(err)
		s.happened("PreAuthentication_Authentication PostAuthentication_Authentication")
		_, err = s.signIn("ana", "wrong")
		s.refused(err, "NotAuthorizedException: Incorrect username or password.")
	})
}

// TestMigrationFlows: every flow that knows the password brings users; what the caller passes on goes with it.
func TestMigrationFlows(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"UserMigration"}, func(_ *idp.CreateUserPoolInput, c *idp.CreateUserPoolClientInput) {
		c.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
	})
	s.on("UserMigration", brought(nil, "name", "X"))
	_, err := s.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{UserPoolId: &s.pool, ClientId: &s.client,
		AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: params{"USERNAME": "one", "PASSWORD": simple}})
	s.must(err)
	out, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeUserAuth,
		AuthParameters: params{"USERNAME": "two", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": simple}})
	s.must(err)
	if out.AuthenticationResult == nil {
		t.Errorf("no tokens but %s", out.ChallengeName)
	}
	out, err = s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeUserAuth,
		AuthParameters: params{"USERNAME": "three"}, ClientMetadata: params{"from": "initiate"}})
	s.must(err)
	s.lambda.Forget()
	answer := func(name, password string) (*idp.RespondToAuthChallengeOutput, error) {
		return s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: types.ChallengeNameTypePassword,
			Session: out.Session, ChallengeResponses: params{"USERNAME": name, "PASSWORD": password}, ClientMetadata: fromCall})
	}
	s.throws("UserMigration", "no")
	_, err = answer("three", "wrong")
	s.refused(err, "NotAuthorizedException: Incorrect username or password.")
	s.on("UserMigration", brought(nil, "name", "X"))
	got, err := answer("three", simple)
	s.must(err)
	if got.AuthenticationResult == nil || s.claims(got.AuthenticationResult.IdToken)["cognito:username"] != "three" {
		t.Errorf("no tokens but %s", got.ChallengeName)
	}
	s.golden("UserMigration_Authentication_answered", "UserMigration_Authentication")
	for _, name := range []string{"one", "two", "three"} {
		if s.status(name) != "CONFIRMED" {
			t.Errorf("%s is stored as %q", name, s.status(name))
		}
	}
}

// TestMigrationUnfit: what is brought and cannot be made a user. Nothing is stored.
func TestMigrationUnfit(t *testing.T) {
	plain := newStage(t, inMemory(), []string{"UserMigration"}, nil)
	hiding, err := plain.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{UserPoolId: &plain.pool, ClientName: aws.String("hides"),
		ExplicitAuthFlows:          []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
		PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled})
	plain.must(err)
	byEmail := newStage(t, inMemory(), []string{"UserMigration"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
		p.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
		p.Schema = []types.SchemaAttributeType{{Name: aws.String("name"), Required: aws.Bool(true)}}
	})
	const none = "UserNotFoundException: User does not exist."
	for _, tt := range []struct {
		name     string
		s        *stage
		username string
		response any
		want     string // "" for what cannot be made a user
	}{
		{"untouched", plain, "ana", nil, none},
		{"no attributes", plain, "ana", object{"userAttributes": object{}, "finalUserStatus": "CONFIRMED"}, none},
		{"unknown attribute", plain, "ana", brought(nil, "shoe_size", "44"), ""},
		{"custom attribute without its prefix", plain, "ana", brought(nil, "plan", "x"), ""},
		{"sub", plain, "ana", brought(nil, "sub", "x"), ""},
		{"no e-mail address", plain, "ana", brought(nil, "email", "x"), ""},
		{"verified without value", plain, "ana", brought(nil, "email_verified", "true"), ""},
		{"another username", plain, "ana", brought(nil, "username", "bob", "email", "ana@example.com"), ""},
		{"SMS MFA in a pool without", plain, "ana", brought(object{"enableSMSMFA": true}, "phone_number", phone), ""},
		{"medium without address", plain, "ana", brought(object{"messageAction": nil, "desiredDeliveryMediums": []string{"EMAIL"}}, "name", "X"), ""},
		{"numbers", plain, "ana", object{"userAttributes": object{"name": 7}}, "InvalidLambdaResponseException: Unrecognizable lambda output"},
		{"required attribute missing", byEmail, "ana@example.com", brought(nil, "email", "ana@example.com"), ""},
		{"another e-mail address", byEmail, "ana@example.com", brought(nil, "email", "bob@example.com", "name", "X"), ""},
		{"username where addresses are", byEmail, "ana@example.com", brought(nil, "email", "ana@example.com", "name", "X", "username", "ana"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := *tt.s
			s.T = t
			s.server.Advance(16 * 60 * 1e9) // wrong ones are forgotten
			s.on("UserMigration", tt.response)
			want := tt.want
			if want == "" {
				want = "UserNotFoundException: Exception migrating user in app client " + s.client
			}
			_, err := s.signIn(tt.username, simple)
			s.refused(err, want)
			if s.status(tt.username) != "" {
				t.Errorf("stored as %s", s.status(tt.username))
			}
			if s.pool != plain.pool {
				return
			}
			s.client = *hiding.UserPoolClient.ClientId
			_, err = s.signIn(tt.username, simple)
			if strings.HasPrefix(want, "UserNotFound") {
				want = "NotAuthorizedException: Incorrect username or password."
			}
			s.refused(err, want)
		})
	}
}

// TestMigrationNames: aliases, addresses as usernames, and messages of welcome.
func TestMigrationNames(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"UserMigration", "CustomMessage"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
			p.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
		})
		s.on("UserMigration", brought(object{"messageAction": nil, "desiredDeliveryMediums": []string{"EMAIL"}},
			"email", "ana@example.com", "email_verified", "true", "username", "ana"))
		in, err := s.signIn("ana@example.com", simple)
		s.must(err)
		if got := s.claims(in.AuthenticationResult.IdToken)["cognito:username"]; got != "ana" {
			t.Errorf("called %v", got)
		}
		s.happened("UserMigration_Authentication CustomMessage_AdminCreateUser")
		if m := s.server.Messages(); len(m) != 1 || m[0].Code != "" || !strings.Contains(m[0].Body, "ana") {
			t.Errorf("welcomed by %+v", m)
		}
		// Another user with that address: only if the function takes it from the first.
		clash := brought(nil, "email", "ana@example.com", "email_verified", "true")
		s.on("UserMigration", clash)
		_, err = s.signIn("bob", simple)
		s.refused(err, "UserNotFoundException: Exception migrating user in app client "+s.client)
		clash["forceAliasCreation"] = true
		s.on("UserMigration", clash)
		_, err = s.signIn("bob", simple)
		s.must(err)
		if s.attribute("ana", "email_verified") != "false" {
			t.Error("two users have one alias")
		}

		s = newStage(t, database, []string{"UserMigration"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
			p.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
			p.UsernameConfiguration = &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)}
		})
		s.on("UserMigration", brought(nil, "email", "carl@example.com"))
		in, err = s.signIn("Carl@Example.com", simple)
		s.must(err)
		claims := s.claims(in.AuthenticationResult.IdToken)
		if claims["cognito:username"] != claims["sub"] || claims["email"] != "carl@example.com" {
			t.Errorf("%s", show(claims))
		}
	})
}

// TestMigrationReset: without CONFIRMED the typed password counts for nothing and a new one has to be set.
func TestMigrationReset(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"UserMigration"}, nil)
		s.on("UserMigration", brought(object{"finalUserStatus": "RESET_REQUIRED"}, "email", "ana@example.com", "email_verified", "true"))
		for range 2 {
			_, err := s.signIn("ana", simple)
			s.refused(err, "PasswordResetRequiredException: Password reset required for the user")
		}
		s.happened("UserMigration_Authentication")
		// Who has forgotten the password is brought too, and gets a code.
		s.on("UserMigration", brought(nil, "email", "bob@example.com", "email_verified", "true"))
		out, err := s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: aws.String("bob")})
		s.must(err)
		if *out.CodeDeliveryDetails.Destination != "b***@e***" || s.status("bob") != "RESET_REQUIRED" {
			t.Errorf("%s, stored as %s", *out.CodeDeliveryDetails.Destination, s.status("bob"))
		}
		_, err = s.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{ClientId: &s.client, Username: aws.String("bob"),
			ConfirmationCode: s.code(), Password: aws.String(password)})
		s.must(err)
		_, err = s.signIn("bob", password)
		s.must(err)
		// Without a verified address there is nowhere to send a code.
		s.on("UserMigration", brought(nil, "email", "carl@example.com"))
		_, err = s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: aws.String("carl")})
		s.refused(err, "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number")
	})
}

// TestMigrationHidden: a client that hides who exists answers alike, whatever the function says.
func TestMigrationHidden(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"UserMigration"}, func(_ *idp.CreateUserPoolInput, c *idp.CreateUserPoolClientInput) {
		c.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
	})
	s.user("ana")
	s.throws("UserMigration", "bad password")
	for _, name := range []string{"ana", "nobody"} {
		_, err := s.signIn(name, "wrong")
		s.refused(err, "NotAuthorizedException: Incorrect username or password.")
		if _, err := s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: &name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMigrationGuesses: passwords of another directory are not tried out without end, one after the other or
// at once.
func TestMigrationGuesses(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		for _, hides := range []types.PreventUserExistenceErrorTypes{types.PreventUserExistenceErrorTypesLegacy, types.PreventUserExistenceErrorTypesEnabled} {
			s := newStage(t, database, []string{"UserMigration"}, func(_ *idp.CreateUserPoolInput, c *idp.CreateUserPoolClientInput) {
				c.PreventUserExistenceErrors = hides
			})
			s.lambda.Set("UserMigration", directory(map[string]string{"ana": simple}, brought(nil, "name", "Ana")))
			for range 5 {
				if _, err := s.signIn("ana", "wrong"); err == nil {
					t.Fatal("signed in by a wrong password")
				}
			}
			s.lambda.Forget()
			_, err := s.signIn("ana", simple)
			s.refused(err, "NotAuthorizedException: Password attempts exceeded")
			s.happened("")
			s.server.Advance(16 * 60 * 1e9)
			_, err = s.signIn("ana", simple)
			s.must(err)

			// All at once: the function has answered every one before any was counted, and the right one
			// comes last.
			const guesses = 12
			var arrived atomic.Int32
			all := make(chan struct{})
			wrongDone := make(chan struct{})
			known := directory(map[string]string{"bob": simple}, brought(nil, "name", "Bob"))
			s.lambda.Set("UserMigration", func(ctx context.Context, raw json.RawMessage) (any, error) {
				if arrived.Add(1) == guesses+1 {
					close(all)
				}
				<-all
				if strings.Contains(string(raw), `"password":"`+simple+`"`) {
					<-wrongDone
				}
				return known(ctx, raw)
			})
			var wrong, right sync.WaitGroup
			for range guesses {
				wrong.Go(func() { _, _ = s.signIn("bob", "wrong") })
			}
			var last error
			right.Go(func() { _, last = s.signIn("bob", simple) })
			wrong.Wait()
			close(wrongDone)
			right.Wait()
			s.refused(last, "NotAuthorizedException: Password attempts exceeded")
			if s.status("bob") != "" {
				t.Error("stored all the same")
			}
		}
	})
}

// TestMigrationAtOnce: two sign-ins make one user, and both go well.
func TestMigrationAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"UserMigration"}, nil)
		var arrived atomic.Int32
		both := make(chan struct{})
		known := directory(map[string]string{"ana": simple}, brought(nil, "name", "Ana"))
		s.lambda.Set("UserMigration", func(ctx context.Context, raw json.RawMessage) (any, error) {
			if arrived.Add(1) == 2 {
				close(both)
			}
			<-both
			return known(ctx, raw)
		})
		var done sync.WaitGroup
		subs := make(chan any, 2)
		for range 2 {
			done.Go(func() {
				in, err := s.signIn("ana", simple)
				if err != nil {
					t.Error(err)
					subs <- nil
					return
				}
				subs <- s.claims(in.AuthenticationResult.IdToken)["sub"]
			})
		}
		done.Wait()
		if a, b := <-subs, <-subs; a != b {
			t.Errorf("two users: %v and %v", a, b)
		}
	})
}
