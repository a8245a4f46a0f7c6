package security_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestWeakerFactorByLevel: whoever asks for an authentication level is not let off the factor that the
// user has switched on: a phone number that can be taken over does not do in place of the app.
func TestWeakerFactorByLevel(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{SmsConfiguration: smsRole, EmailConfiguration: sesSource, AccountRecoverySetting: adminRecovers},
		&idp.CreateUserPoolClientInput{})
	s.factors(t, types.UserPoolMfaTypeOptional)
	s.user(t, "ana", attribute("email", "ana@example.com"), attribute("phone_number", "+15550100"))
	code := s.app(t, s.signIn(t, "ana").AccessToken)
	for _, level := range []string{"urn:cognito:loa:3", "urn:cognito:loa:4", "urn:cognito:loa:1"} {
		out := must(s.start(t, types.AuthFlowTypeUserAuth, params{
			"USERNAME": "ana", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password, "TARGET_ACR_VALUES": level,
		}))(t)
		if out.ChallengeName != types.ChallengeNameTypeSoftwareTokenMfa {
			t.Fatalf("%s: asked for %s %v", level, out.ChallengeName, out.ChallengeParameters)
		}
		in := must(s.respond(t, out.ChallengeName, out.Session, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()}))(t)
		if in.AuthenticationResult == nil {
			t.Errorf("%s: then %s", level, in.ChallengeName)
		}
		s.Advance(time.Minute)
	}
}

// TestStepUpBehindNewPassword: once the password was replaced, the sign-ins before it count for nothing: a
// stolen access token does not answer for a temporary password, and does not get to replace it.
func TestStepUpBehindNewPassword(t *testing.T) {
	s := newScene(t, &idp.CreateUserPoolInput{SmsConfiguration: smsRole, EmailConfiguration: sesSource, AccountRecoverySetting: adminRecovers},
		&idp.CreateUserPoolClientInput{})
	s.factors(t, types.UserPoolMfaTypeOptional)
	s.user(t, "ana", attribute("email", "ana@example.com"))
	stolen := s.signIn(t, "ana").AccessToken
	stepUp := func() types.ChallengeNameType {
		t.Helper()
		return must(s.start(t, types.AuthFlowTypeUserAuth, params{
			"USERNAME": "ana", "TARGET_ACR_VALUES": "urn:cognito:loa:3", "ACCESS_TOKEN": *stolen,
		}))(t).ChallengeName
	}
	if got := stepUp(); got != types.ChallengeNameTypeEmailOtp {
		t.Fatalf("asked for %s", got)
	}
	for _, permanent := range []bool{false, true} {
		s.Advance(time.Second)
		must(s.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{
			UserPoolId: s.pool, Username: aws.String("ana"), Password: aws.String(fmt.Sprint("Another-horse-1", permanent)), Permanent: permanent,
		}))(t)
		if got := stepUp(); got != types.ChallengeNameTypeSelectChallenge {
			t.Errorf("permanent %t: asked for %s", permanent, got)
		}
	}
}
