package signin_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	userAuth = types.AuthFlowTypeUserAuth
	selectC  = types.ChallengeNameTypeSelectChallenge
	emailOTP = types.ChallengeNameTypeEmailOtp
	smsOTP   = types.ChallengeNameTypeSmsOtp
	verifier = types.ChallengeNameTypePasswordVerifier
)

// TestChoice: a user of USER_AUTH is told what there is to choose from, and goes on in either style.
func TestChoice(t *testing.T) {
	s := newStage(t, passwordless())
	s.user("ana")
	all := []types.ChallengeNameType{emailOTP, types.ChallengeNameTypePassword, types.ChallengeNameTypePasswordSrp, smsOTP}
	begin := func() *answer {
		t.Helper()
		a := s.asked(s.right(s.initiate(userAuth, params{"USERNAME": "ana"})), selectC)
		if !slices.Equal(sorted(a.available), all) || len(a.params) != 0 || a.session == nil {
			t.Fatalf("%+v", a)
		}
		return a
	}

	a := begin()
	s.asked(s.right(s.respond(a, selectC, params{"USERNAME": "ana", "ANSWER": "PASSWORD", "PASSWORD": password})), "")
	a = begin()
	s.asked(s.right(s.respond(a, types.ChallengeNameTypePassword, params{"USERNAME": "ana", "PASSWORD": password})), "")
	_, err := s.respond(a, types.ChallengeNameTypePassword, params{"USERNAME": "ana", "PASSWORD": password})
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")

	for challenge, answers := range map[types.ChallengeNameType]params{
		selectC:                            {"USERNAME": "ana", "ANSWER": "PASSWORD_SRP"},
		types.ChallengeNameTypePasswordSrp: {"USERNAME": "ana"},
	} {
		srpA, prove := s.srp(password)
		answers["SRP_A"] = srpA
		asked := s.asked(s.right(s.respond(begin(), challenge, answers)), verifier)
		if asked.session == nil {
			t.Error("PASSWORD_VERIFIER of USER_AUTH has no Session")
		}
		_, err := s.respond(&answer{session: begin().session}, verifier, prove(asked))
		s.refused(err, "NotAuthorizedException: Invalid session for the user.")
		_, err = s.respond(&answer{}, verifier, prove(asked))
		s.refused(err, "InvalidParameterException: Missing required parameter Session")
		s.asked(s.right(s.respond(asked, verifier, prove(asked))), "")
	}

	for _, c := range []struct {
		challenge  types.ChallengeNameType
		key        string
		medium, to string
		masked     string
	}{
		{emailOTP, "EMAIL_OTP_CODE", "EMAIL", "ana@example.com", "a***@e***"},
		{smsOTP, "SMS_OTP_CODE", "SMS", phone, "+*******0100"},
	} {
		asked := s.asked(s.right(s.respond(begin(), selectC, params{"USERNAME": "ana", "ANSWER": string(c.challenge)})), c.challenge)
		if asked.params["CODE_DELIVERY_DELIVERY_MEDIUM"] != c.medium || asked.params["CODE_DELIVERY_DESTINATION"] != c.masked {
			t.Errorf("%s: %v", c.challenge, asked.params)
		}
		code := s.code(c.medium, c.to)
		if len(code) != 8 {
			t.Errorf("%s: a code of %d digits is all of a proof", c.challenge, len(code))
		}
		_, err := s.respond(asked, c.challenge, params{"USERNAME": "ana", c.key: "00000000"})
		s.refused(err, "CodeMismatchException: Invalid code or auth state for the user.")
		s.asked(s.right(s.respond(asked, c.challenge, params{"USERNAME": "ana", c.key: code})), "")
	}

	for what, try := range map[string]params{
		"InvalidParameterException: Missing required parameter PASSWORD":                      {"ANSWER": "PASSWORD"},
		"InvalidParameterException: Missing required parameter SRP_A":                         {"ANSWER": "PASSWORD_SRP"},
		"InvalidParameterException: Challenge WEB_AUTHN is not available for the user":        {"ANSWER": "WEB_AUTHN"},
		"InvalidParameterException: Challenge CUSTOM_CHALLENGE is not available for the user": {"ANSWER": "CUSTOM_CHALLENGE"},
		"InvalidParameterException: Missing required parameter ANSWER":                        {},
	} {
		try["USERNAME"] = "ana"
		_, err := s.respond(begin(), selectC, try)
		s.refused(err, what)
	}
}

// TestPreference: a preferred first factor is asked for at once, one that the user lacks leads to the
// choice.
func TestPreference(t *testing.T) {
	s := newStage(t, passwordless())
	s.user("ana")
	prefer := func(name string, more params) (*answer, error) {
		p := params{"USERNAME": "ana", "PREFERRED_CHALLENGE": name}
		for k, v := range more {
			p[k] = v
		}
		return s.initiate(userAuth, p)
	}
	s.asked(s.right(prefer("PASSWORD", params{"PASSWORD": password})), "")
	_, err := prefer("PASSWORD", params{"PASSWORD": "Wrong-horse-7"})
	s.refused(err, "NotAuthorizedException: Incorrect username or password.")
	_, err = prefer("PASSWORD", nil)
	s.refused(err, "InvalidParameterException: Missing required parameter PASSWORD")
	_, err = prefer("PASSWORD_SRP", nil)
	s.refused(err, "InvalidParameterException: Missing required parameter SRP_A")
	srpA, prove := s.srp(password)
	asked := s.asked(s.right(prefer("PASSWORD_SRP", params{"SRP_A": srpA})), verifier)
	s.asked(s.right(s.respond(asked, verifier, prove(asked))), "")

	asked = s.asked(s.right(prefer("EMAIL_OTP", nil)), emailOTP)
	if len(asked.available) != 4 {
		t.Errorf("available beside EMAIL_OTP: %v", asked.available)
	}
	s.asked(s.right(s.respond(asked, emailOTP, params{"USERNAME": "ana", "EMAIL_OTP_CODE": s.code("EMAIL", "ana@example.com")})), "")
	s.asked(s.right(prefer("WEB_AUTHN", nil)), selectC)
	s.asked(s.right(prefer("NO_SUCH_THING", nil)), selectC)
}

// TestCodesWhereMFAIsDue: a code is no first factor for whoever has a second one, as the service has it.
func TestCodesWhereMFAIsDue(t *testing.T) {
	s := newStage(t, passwordless())
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	tokens := s.right(s.initiate(userAuth, params{"USERNAME": "ana", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password})).tokens
	code := s.app(tokens.AccessToken, true)
	a := s.asked(s.right(s.initiate(userAuth, params{"USERNAME": "ana", "PREFERRED_CHALLENGE": "EMAIL_OTP"})), selectC)
	if want := []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP"}; !slices.Equal(sorted(a.available), want) {
		t.Errorf("available to somebody with an active factor: %v", a.available)
	}
	_, err := s.respond(a, selectC, params{"USERNAME": "ana", "ANSWER": "EMAIL_OTP"})
	s.refused(err, "InvalidParameterException: Challenge EMAIL_OTP is not available for the user")
	asked := s.asked(s.right(s.respond(a, selectC, params{"USERNAME": "ana", "ANSWER": "PASSWORD", "PASSWORD": password})), types.ChallengeNameTypeSoftwareTokenMfa)
	s.asked(s.right(s.respond(asked, types.ChallengeNameTypeSoftwareTokenMfa, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), "")
}

// TestUnconfirmedByCode: a code sent to sign in confirms whoever signed up, and verifies the address.
func TestUnconfirmedByCode(t *testing.T) {
	s := newStage(t, passwordless())
	_, err := s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: aws.String("ana"), Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ana@example.com")}}})
	s.must(err)
	_, err = s.initiate(userAuth, params{"USERNAME": "ana", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password})
	s.refused(err, "UserNotConfirmedException: User is not confirmed.")
	a := s.asked(s.right(s.initiate(userAuth, params{"USERNAME": "ana"})), selectC)
	if !slices.Equal(a.available, []types.ChallengeNameType{emailOTP}) {
		t.Errorf("available to somebody unconfirmed: %v", a.available)
	}
	_, err = s.respond(a, types.ChallengeNameTypePassword, params{"USERNAME": "ana", "PASSWORD": password})
	s.refused(err, "UserNotConfirmedException: User is not confirmed.")
	asked := s.asked(s.right(s.respond(a, selectC, params{"USERNAME": "ana", "ANSWER": "EMAIL_OTP"})), emailOTP)
	s.asked(s.right(s.respond(asked, emailOTP, params{"USERNAME": "ana", "EMAIL_OTP_CODE": s.code("EMAIL", "ana@example.com")})), "")
	u, err := s.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: &s.pool, Username: aws.String("ana")})
	s.must(err)
	if u.UserStatus != types.UserStatusTypeConfirmed || !slices.ContainsFunc(u.UserAttributes, func(a types.AttributeType) bool {
		return *a.Name == "email_verified" && *a.Value == "true"
	}) {
		t.Errorf("after a code: %s %v", u.UserStatus, u.UserAttributes)
	}

	// Without any address that a code could go to there is nothing to choose.
	_, err = s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: aws.String("ben"), Password: aws.String(password)})
	s.must(err)
	_, err = s.initiate(userAuth, params{"USERNAME": "ben"})
	s.refused(err, "UserNotConfirmedException: User is not confirmed.")
}

// TestSignUpSession: whoever has just confirmed a sign-up is signed in by the session of that, once and
// while it lives, and by nobody else.
func TestSignUpSession(t *testing.T) {
	s := newStage(t, passwordless())
	confirm := func(name string) *string {
		t.Helper()
		up, err := s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: &name, Password: aws.String(password),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}}})
		s.must(err)
		_, err = s.initiate(userAuth, params{"USERNAME": name}, func(in *idp.InitiateAuthInput) { in.Session = up.Session })
		s.refused(err, "NotAuthorizedException: Invalid session for the user.")
		other := name + "x"
		_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: &other, ConfirmationCode: aws.String("123456"), Session: up.Session})
		s.refused(err, "NotAuthorizedException: Invalid session for the user.")
		out, err := s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: &name,
			ConfirmationCode: aws.String(s.code("EMAIL", name+"@example.com")), Session: up.Session})
		s.must(err)
		return out.Session
	}
	with := func(session *string) func(*idp.InitiateAuthInput) {
		return func(in *idp.InitiateAuthInput) { in.Session = session }
	}
	session := confirm("ana")
	s.user("ben")
	_, err := s.initiate(userAuth, params{"USERNAME": "ben"}, with(session))
	s.refused(err, "NotAuthorizedException: Invalid session for the user.")
	_, err = s.respond(&answer{session: session}, selectC, params{"USERNAME": "ana", "ANSWER": "EMAIL_OTP"})
	s.refused(err, "NotAuthorizedException: Invalid session for the user.")
	s.asked(s.right(s.initiate(userAuth, params{"USERNAME": "ana"}, with(session))), "")
	_, err = s.initiate(userAuth, params{"USERNAME": "ana"}, with(session))
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")

	session = confirm("eve")
	s.server.Advance(3*time.Minute + time.Second)
	_, err = s.initiate(userAuth, params{"USERNAME": "eve"}, with(session))
	s.refused(err, "NotAuthorizedException: Invalid session for the user, session is expired.")

	// A second factor is due all the same.
	s.mfa(types.UserPoolMfaTypeOptional)
	session = confirm("max")
	_, err = s.api.AdminSetUserMFAPreference(t.Context(), &idp.AdminSetUserMFAPreferenceInput{UserPoolId: &s.pool, Username: aws.String("max"),
		EmailMfaSettings: &types.EmailMfaSettingsType{Enabled: true}})
	s.must(err)
	s.asked(s.right(s.initiate(userAuth, params{"USERNAME": "max"}, with(session))), emailOTP)
}

// TestLevels: a client that asks for an authentication level gets it, or an error, and reads in the
// tokens what was reached.
func TestLevels(t *testing.T) {
	s := newStage(t, passwordless())
	s.mfa(types.UserPoolMfaTypeOptional)
	s.user("ana")
	s.user("ben")
	begin := func(p params) (*answer, error) {
		p["USERNAME"] = "ana"
		return s.initiate(userAuth, p)
	}
	wantLevel := func(a *answer, acr string, amr ...any) *answer {
		t.Helper()
		s.asked(a, "")
		for _, token := range []*string{a.tokens.IdToken, a.tokens.AccessToken} {
			c := claims(t, token)
			if got, _ := c["amr"].([]any); c["acr"] != acr || !slices.Equal(got, amr) {
				t.Errorf("acr %v amr %v, want %s %v", c["acr"], c["amr"], acr, amr)
			}
		}
		return a
	}

	plain := s.right(begin(params{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password}))
	if c := claims(t, plain.tokens.IdToken); c["acr"] != nil || c["amr"] != nil {
		t.Errorf("nobody asked for acr %v or amr %v", c["acr"], c["amr"])
	}
	_, err := begin(params{"TARGET_ACR_VALUES": "urn:cognito:loa:4"})
	s.refused(err, "InvalidParameterException: The user has no factors to reach an authentication level of TARGET_ACR_VALUES")
	code := s.app(plain.tokens.AccessToken, false) // registered, and not asked for as a rule

	one := wantLevel(s.right(begin(params{"TARGET_ACR_VALUES": "urn:cognito:loa:1", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password})), "urn:cognito:loa:1", "pwd")
	asked := s.asked(s.right(begin(params{"TARGET_ACR_VALUES": "urn:cognito:loa:2", "PREFERRED_CHALLENGE": "EMAIL_OTP"})), emailOTP)
	wantLevel(s.right(s.respond(asked, emailOTP, params{"USERNAME": "ana", "EMAIL_OTP_CODE": s.code("EMAIL", "ana@example.com")})), "urn:cognito:loa:2", "email_otp")

	// The fourth level from nothing: a password and the app, though MFA is not active.
	totp := types.ChallengeNameTypeSoftwareTokenMfa
	a := s.asked(s.right(begin(params{"TARGET_ACR_VALUES": "unknown urn:cognito:loa:4 urn:cognito:loa:1"})), selectC)
	if want := []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP"}; !slices.Equal(sorted(a.available), want) {
		t.Errorf("ways to the fourth level: %v", a.available)
	}
	asked = s.asked(s.right(s.respond(a, selectC, params{"USERNAME": "ana", "ANSWER": "PASSWORD", "PASSWORD": password})), totp)
	four := wantLevel(s.right(s.respond(asked, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), "urn:cognito:loa:4", "pwd", "otp", "mfa")
	refreshed, err := s.initiate(types.AuthFlowTypeRefreshTokenAuth, params{"REFRESH_TOKEN": *four.tokens.RefreshToken})
	wantLevel(s.right(refreshed, err), "urn:cognito:loa:4", "pwd", "otp", "mfa")
	s.server.Advance(time.Minute)

	// The same from an earlier sign-in by password: the app alone.
	up := params{"TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *one.tokens.AccessToken}
	asked = s.asked(s.right(begin(up)), totp)
	wantLevel(s.right(s.respond(asked, totp, params{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()})), "urn:cognito:loa:4", "pwd", "otp", "mfa")

	// An old sign-in counts for nothing.
	up["MAX_AGE"] = "30"
	s.asked(s.right(begin(up)), selectC)
	up["MAX_AGE"] = "3600"
	s.asked(s.right(begin(up)), totp)
	for _, c := range []struct {
		p    params
		want string
	}{
		{params{"ACCESS_TOKEN": *one.tokens.AccessToken}, "InvalidParameterException: Missing required parameter TARGET_ACR_VALUES"},
		{params{"TARGET_ACR_VALUES": "urn:none"}, "InvalidParameterException: TARGET_ACR_VALUES has no authentication level of the user pool"},
		{params{"TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *four.tokens.AccessToken},
			"InvalidParameterException: The user has already reached the authentication level urn:cognito:loa:4"},
		{params{"TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *one.tokens.AccessToken, "MAX_AGE": "-1"},
			"InvalidParameterException: MAX_AGE must be a whole number of seconds, 0 or more"},
		{params{"TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *one.tokens.IdToken}, "NotAuthorizedException: Invalid Access Token"},
	} {
		_, err := begin(c.p)
		s.refused(err, c.want)
	}
	_, err = s.initiate(userAuth, params{"USERNAME": "ben", "TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *one.tokens.AccessToken})
	s.refused(err, "NotAuthorizedException: ACCESS_TOKEN was not issued for the user by this app client")

	_, err = s.api.UpdateUserPool(t.Context(), &idp.UpdateUserPoolInput{UserPoolId: &s.pool, UserPoolTier: types.UserPoolTierTypeLite})
	s.must(err)
	_, err = begin(params{"TARGET_ACR_VALUES": "urn:cognito:loa:1"})
	s.refused(err, "FeatureUnavailableInTierException: The following feature is not available for the LITE pricing tier configured: Step-up authentication")
}
