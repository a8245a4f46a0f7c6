package triggers_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

// TestPreSignUp: what the function decides for somebody who signs up, on the user as stored.
func TestPreSignUp(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"PreSignUp", "PostConfirmation", "CustomMessage"}, nil)
		s.on("PreSignUp", object{"autoConfirmUser": true, "autoVerifyEmail": true, "autoVerifyPhone": false})
		out, err := s.signUp("ana")
		s.must(err)
		s.happened("PreSignUp_SignUp PostConfirmation_ConfirmSignUp")
		if !out.UserConfirmed || out.CodeDeliveryDetails != nil || s.status("ana") != "CONFIRMED" || s.attribute("ana", "email_verified") != "true" {
			t.Errorf("confirmed %t, %v, stored as %s, verified %s", out.UserConfirmed, out.CodeDeliveryDetails, s.status("ana"), s.attribute("ana", "email_verified"))
		}
		if n := len(s.server.Messages()); n != 0 {
			t.Errorf("%d messages to somebody confirmed at once", n)
		}
		if _, err := s.signIn("ana", password); err != nil {
			t.Errorf("signing in at once: %v", err)
		}
		s.lambda.Forget()

		s.on("PreSignUp", object{"autoVerifyPhone": true})
		_, err = s.signUp("bob")
		s.refused(err, "InvalidLambdaResponseException: PreSignUp cannot verify the phone_number of a user who has none")
		s.throws("PreSignUp", "Studio is invite-only")
		_, err = s.signUp("bob")
		s.refused(err, "UserLambdaValidationException: PreSignUp failed with error Studio is invite-only.")
		if s.status("bob") != "" {
			t.Error("refused, and stored all the same")
		}
		s.happened("PreSignUp_SignUp PreSignUp_SignUp")

		// For what an administrator makes, the verdict counts for nothing; a refusal does.
		admin := &idp.AdminCreateUserInput{UserPoolId: &s.pool, Username: aws.String("carl"), UserAttributes: attributes("email", "carl@example.com"),
			MessageAction: types.MessageActionTypeSuppress}
		_, err = s.api.AdminCreateUser(t.Context(), admin)
		s.refused(err, "UserLambdaValidationException: PreSignUp failed with error Studio is invite-only.")
		if s.status("carl") != "" {
			t.Error("refused, and stored all the same")
		}
		s.on("PreSignUp", object{"autoConfirmUser": true, "autoVerifyEmail": true, "autoVerifyPhone": true})
		_, err = s.api.AdminCreateUser(t.Context(), admin)
		s.must(err)
		if s.status("carl") != "FORCE_CHANGE_PASSWORD" || s.attribute("carl", "email_verified") == "true" {
			t.Errorf("stored as %s, verified %s", s.status("carl"), s.attribute("carl", "email_verified"))
		}

		// A name that is taken does not reach the function.
		s.lambda.Forget()
		_, err = s.signUp("ana")
		s.refused(err, "UsernameExistsException: User already exists")
		s.happened("")
	})
}

// TestAutoVerifiedAlias: what the function vouches for goes to the new user, whoever had it.
func TestAutoVerifiedAlias(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"PreSignUp"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
			p.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
		})
		up := func(name string) error {
			_, err := s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: &name, Password: aws.String(password),
				UserAttributes: attributes("email", "shared@example.com")})
			return err
		}
		s.on("PreSignUp", object{"autoConfirmUser": true, "autoVerifyEmail": true})
		s.must(up("ana"))
		s.must(up("bob"))
		if s.attribute("ana", "email_verified") != "false" || s.attribute("bob", "email_verified") != "true" {
			t.Errorf("verified: ana %s, bob %s", s.attribute("ana", "email_verified"), s.attribute("bob", "email_verified"))
		}
		in, err := s.signIn("shared@example.com", password)
		s.must(err)
		if got := s.claims(in.AuthenticationResult.IdToken)["cognito:username"]; got != "bob" {
			t.Errorf("the alias is %v's", got)
		}
	})
}

// TestPostConfirmation: what it fails at is told, and the user is confirmed all the same.
func TestPostConfirmation(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"PreSignUp", "PostConfirmation"}, nil)
		const thrown = "UserLambdaValidationException: PostConfirmation failed with error no room."
		s.throws("PostConfirmation", "no room")
		_, err := s.signUp("ana")
		s.must(err)
		_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: aws.String("ana"), ConfirmationCode: s.code()})
		s.refused(err, thrown)
		if s.status("ana") != "CONFIRMED" {
			t.Errorf("stored as %s", s.status("ana"))
		}
		_, err = s.signUp("bob")
		s.must(err)
		_, err = s.api.AdminConfirmSignUp(t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: &s.pool, Username: aws.String("bob")})
		s.refused(err, thrown)
		s.on("PreSignUp", object{"autoConfirmUser": true})
		_, err = s.signUp("carl")
		s.refused(err, thrown)
		_, err = s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: aws.String("ana")})
		s.must(err)
		_, err = s.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{ClientId: &s.client, Username: aws.String("ana"),
			ConfirmationCode: s.code(), Password: aws.String("Correct-horse-8")})
		s.refused(err, thrown)
		for name, password := range map[string]string{"ana": "Correct-horse-8", "bob": password, "carl": password} {
			if s.status(name) != "CONFIRMED" {
				t.Errorf("%s is stored as %s", name, s.status(name))
			}
			if _, err := s.signIn(name, password); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.lambda.Forget()
		_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: aws.String("ana"), ConfirmationCode: aws.String("000000")})
		s.refused(err, "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
		s.happened("")
	})
}

// TestConfirmedByCode: in USER_AUTH a sign-in code does what that of the sign-up would, and the function is
// told.
func TestConfirmedByCode(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PostConfirmation"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
		p.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp}}}
	})
	sign := func() error {
		asked, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeUserAuth,
			AuthParameters: params{"USERNAME": "ana", "PREFERRED_CHALLENGE": "EMAIL_OTP"}})
		s.must(err)
		_, err = s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: asked.ChallengeName,
			Session: asked.Session, ChallengeResponses: params{"USERNAME": "ana", "EMAIL_OTP_CODE": *s.code()}})
		return err
	}
	_, err := s.signUp("ana")
	s.must(err)
	s.throws("PostConfirmation", "no room")
	s.refused(sign(), "UserLambdaValidationException: PostConfirmation failed with error no room.")
	if s.status("ana") != "CONFIRMED" {
		t.Errorf("stored as %s", s.status("ana"))
	}
	s.must(sign())
	s.happened("PostConfirmation_ConfirmSignUp")
}
