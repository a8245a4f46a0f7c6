package risk_test

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/breach"
	"ostiary/internal/message"
)

const (
	commonOne = "Password1!"      // built in
	leaked    = "Xk7-obscure-Owl" // only in the list below
)

// leakedFilter is a filter as "ostiary breach build" makes it.
func leakedFilter(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	hash := fmt.Sprintf("%X", sha1.Sum([]byte(leaked)))
	if err := os.WriteFile(filepath.Join(dir, hash[:5]), []byte(hash[5:]+":4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "passwords.filter")
	if _, err := breach.Build(breach.Options{From: dir, To: path}); err != nil {
		t.Fatal(err)
	}
	return path
}

func (w *world) refused(err error, want string) {
	w.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		w.Errorf("got %v, want %s", err, want)
	}
}

func (w *world) setPassword(name, plaintext string) {
	w.Helper()
	_, err := w.from(berlin, firefox).AdminSetUserPassword(w.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: &w.pool, Username: &name, Password: &plaintext, Permanent: true})
	w.must(err)
}

func (w *world) signInWith(plaintext string) (*idp.InitiateAuthOutput, error) {
	w.server.Advance(time.Second) // so that events have an order
	return w.from(berlin, firefox).InitiateAuth(w.Context(), &idp.InitiateAuthInput{ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": plaintext}})
}

func (w *world) status() types.UserStatusType {
	w.Helper()
	u, err := w.from(berlin, firefox).AdminGetUser(w.Context(), &idp.AdminGetUserInput{UserPoolId: &w.pool, Username: aws.String("ana")})
	w.must(err)
	return u.UserStatus
}

const notThisOne = "InvalidPasswordException: Provided password cannot be used for security reasons."

// TestCompromised: a password that others have had cannot be set by users, and does not sign in any more.
func TestCompromised(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeEnforced)
		api, ctx := w.from(berlin, firefox), t.Context()
		signUp := func(name, plaintext string) error {
			_, err := api.SignUp(ctx, &idp.SignUpInput{ClientId: &w.client, Username: &name, Password: &plaintext})
			return err
		}
		for _, known := range []string{commonOne, leaked} {
			w.refused(signUp("ben", known), notThisOne)
		}
		w.must(signUp("ben", password))

		tokens := w.passes(api)
		_, err := api.ChangePassword(ctx, &idp.ChangePasswordInput{AccessToken: tokens.AccessToken, PreviousPassword: aws.String(password), ProposedPassword: aws.String(leaked)})
		w.refused(err, notThisOne)

		// An administrator is not asked; the user is, at the next sign-in, if the password was right.
		w.setPassword("ana", leaked)
		_, err = w.signInWith(commonOne)
		w.refused(err, "NotAuthorizedException: Incorrect username or password.")
		if w.status() != types.UserStatusTypeConfirmed {
			t.Error("a wrong password was looked up")
		}
		_, err = w.signInWith(leaked)
		w.refused(err, "PasswordResetRequiredException")
		if w.status() != types.UserStatusTypeResetRequired {
			t.Errorf("the user is %s", w.status())
		}
		if e := w.events()[0]; e.EventResponse != "Fail" || !*e.EventRisk.CompromisedCredentialsDetected || e.EventRisk.RiskDecision == "" {
			t.Errorf("the event is %s, %+v", e.EventResponse, *e.EventRisk)
		}
		_, err = w.signInWith(leaked)
		w.refused(err, "PasswordResetRequiredException")

		// The way out does not lead to another known one.
		_, err = api.AdminUpdateUserAttributes(ctx, &idp.AdminUpdateUserAttributesInput{UserPoolId: &w.pool, Username: aws.String("ana"),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ana@example.com")}, {Name: aws.String("email_verified"), Value: aws.String("true")}}})
		w.must(err)
		_, err = api.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: &w.client, Username: aws.String("ana")})
		w.must(err)
		code := w.server.Inbox.List(message.Filter{UserPoolID: w.pool, Username: "ana"})[0].Code
		reset := func(plaintext string) error {
			_, err := api.ConfirmForgotPassword(ctx, &idp.ConfirmForgotPasswordInput{ClientId: &w.client, Username: aws.String("ana"), ConfirmationCode: &code, Password: &plaintext})
			return err
		}
		w.refused(reset(commonOne), notThisOne)
		w.must(reset(password))
		w.passes(api)

		// A temporary password is replaced anyway; not by a known one.
		_, err = api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: &w.pool, Username: aws.String("ana"), Password: aws.String(leaked)})
		w.must(err)
		asked, err := w.signInWith(leaked)
		w.must(err)
		replace := func(plaintext string) error {
			_, err := api.RespondToAuthChallenge(ctx, &idp.RespondToAuthChallengeInput{ClientId: &w.client, ChallengeName: types.ChallengeNameTypeNewPasswordRequired,
				Session: asked.Session, ChallengeResponses: map[string]string{"USERNAME": "ana", "NEW_PASSWORD": plaintext}})
			return err
		}
		w.refused(replace(commonOne), notThisOne)
		w.must(replace(password))
	})
}

// TestCompromisedActions: what is to happen, and where it is looked for, is configured.
func TestCompromisedActions(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeEnforced)
		configure := func(action types.CompromisedCredentialsEventActionType, events ...types.EventFilterType) {
			_, err := w.from(berlin, firefox).SetRiskConfiguration(t.Context(), &idp.SetRiskConfigurationInput{UserPoolId: &w.pool, ClientId: &w.client,
				CompromisedCredentialsRiskConfiguration: &types.CompromisedCredentialsRiskConfigurationType{
					Actions: &types.CompromisedCredentialsActionsType{EventAction: action}, EventFilter: events}})
			w.must(err)
		}
		w.setPassword("ana", leaked)
		passes := func(detected bool) {
			t.Helper()
			out, err := w.signInWith(leaked)
			w.must(err)
			if out.AuthenticationResult == nil {
				t.Fatalf("asked for %s", out.ChallengeName)
			}
			if e := w.events()[0]; *e.EventRisk.CompromisedCredentialsDetected != detected {
				t.Errorf("detected: %t, want %t", !detected, detected)
			}
		}
		configure("NO_ACTION")
		passes(true)
		configure("BLOCK", types.EventFilterTypeSignUp)
		passes(false)
		configure("BLOCK", types.EventFilterTypeSignIn)
		_, err := w.signInWith(leaked)
		w.refused(err, "PasswordResetRequiredException")
	})
}

// TestCompromisedAudit: it is only written down.
func TestCompromisedAudit(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, w *world) {
		w.furnish(types.AdvancedSecurityModeTypeAudit)
		w.setPassword("ana", commonOne)
		out, err := w.signInWith(commonOne)
		w.must(err)
		if out.AuthenticationResult == nil || !*w.events()[0].EventRisk.CompromisedCredentialsDetected {
			t.Errorf("%+v, %+v", out.AuthenticationResult, *w.events()[0].EventRisk)
		}
	})
}
