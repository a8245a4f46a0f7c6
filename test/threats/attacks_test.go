package threats_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/userpool"
)

const rateExceeded = "TooManyRequestsException: Rate exceeded"

// TestSprayingFromOneSite: whoever has a network of IPv6 has 2⁶⁴ addresses, and fails from all of them as one.
func TestSprayingFromOneSite(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeOff)
		w.user("ana", 0)
		for i := range 20 {
			_, _ = w.signInWith(place{fmt.Sprintf("2001:db8:0:1::%x", i+1), "curl/8.5.0"}, fmt.Sprint("name", i), "wrong", w.client)
		}
		_, err := w.signIn(place{"2001:db8:0:1:ffff::1", "curl/8.5.0"}, "ana")
		w.refused(err, rateExceeded)
		w.tokens(w.signIn(place{"2001:db8:0:2::1", "curl/8.5.0"}, "ana")) // the neighbour
	}, map[string]string{"address_lockout": "10"})
}

// TestSprayingUnderChosenNames: nobody can choose, of a long list, the names that are counted as few.
func TestSprayingUnderChosenNames(t *testing.T) {
	w := start(t, "sqlite::memory:", map[string]string{"address_lockout": "10"})
	w.protect(types.AdvancedSecurityModeTypeOff)
	w.user("ana", 0)
	alike := func(name string) string { // what anybody can compute of how names are counted
		b := &userpool.Burst{}
		b.Add(time.Unix(0, 0), name)
		return string(b.Names)
	}
	sprayed := 0
	for i := 0; sprayed < 40; i++ {
		if name := fmt.Sprint("name", i); alike(name) == alike("name0") {
			_, _ = w.signInWith(abroad, name, "wrong", w.client)
			sprayed++
		}
	}
	_, err := w.signIn(abroad, "ana")
	w.refused(err, rateExceeded)
}

// TestRiskBehindAFlood: who has the password cannot keep its user from being told by beginning so many sign-ins
// before that no more events are kept.
func TestRiskBehindAFlood(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.client = w.newClient(func(in *idp.CreateUserPoolClientInput) {
		in.ExplicitAuthFlows = append(in.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserAuth)
	})
	w.configure(action("NO_ACTION", true), action("NO_ACTION", true), action("NO_ACTION", true))
	w.user("ana", 5)
	w.server.Advance(48 * time.Hour)
	w.at = abroad
	begin := func() *idp.InitiateAuthOutput {
		out, err := w.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": "ana"},
		})
		w.must(err)
		return out
	}
	for range 200 {
		begin()
	}
	w.server.Advance(time.Minute)
	out, err := w.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: &w.client, ChallengeName: types.ChallengeNameTypeSelectChallenge, Session: begin().Session,
		ChallengeResponses: map[string]string{"USERNAME": "ana", "ANSWER": "PASSWORD", "PASSWORD": password},
	})
	w.must(err)
	if out.AuthenticationResult == nil {
		t.Fatalf("asked for %s", out.ChallengeName)
	}
	e := w.events("ana")[0]
	if e.EventResponse != types.EventResponseTypePass || e.EventRisk.RiskLevel == "" || e.EventRisk.RiskDecision != types.RiskDecisionTypeAccountTakeover {
		t.Errorf("the event is %s at %q: %s", e.EventResponse, e.EventRisk.RiskLevel, e.EventRisk.RiskDecision)
	}
	if got := len(w.notices("ana")); got != 1 {
		t.Errorf("%d notices", got)
	}
}

// TestNoticeBehindBlocks: nor by being blocked so often before that no more notices of that are sent.
func TestNoticeBehindBlocks(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(action("BLOCK", true), action("BLOCK", true), action("BLOCK", true))
	w.user("ana", 5)
	w.server.Advance(48 * time.Hour)
	for range 7 {
		_, err := w.signIn(abroad, "ana")
		w.refused(err, blocked)
	}
	if got := len(w.notices("ana")); got != 5 {
		t.Errorf("%d notices of seven sign-ins that were blocked", got)
	}
	w.configure(action("NO_ACTION", true), action("NO_ACTION", true), action("NO_ACTION", true))
	w.tokens(w.signIn(abroad, "ana"))
	if got := len(w.notices("ana")); got != 6 {
		t.Errorf("%d notices, the last of a sign-in that went on", got)
	}
}

// TestWordsInNotices: a stranger's program is named in an e-mail to the user, and cannot write one.
func TestWordsInNotices(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(action("BLOCK", true), action("BLOCK", true), action("BLOCK", true))
	w.user("ana", 5)
	w.server.Advance(48 * time.Hour)
	for i, words := range []string{"Locked.%20Unlock%20at%20evil.example/1", "You%20are%20locked%20out%20Please%20call%20us/1", "Call%20+15550100999/1"} {
		_, err := w.signIn(place{abroad.address, words}, "ana")
		w.refused(err, blocked)
		body := w.notices("ana")[0].Body
		if len(w.notices("ana")) != i+1 || strings.Contains(body, "evil.example") || strings.Contains(body, "Please call") || strings.Contains(body, "15550100999") {
			t.Errorf("the notice says %s", body)
		}
	}
}

// TestFailuresThatProveNothing: a sign-up that is not allowed says nothing of the user whose name it has, and nobody
// can make one's sign-ins look attacked by it.
func TestFailuresThatProveNothing(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeAudit)
	_, err := w.api.UpdateUserPool(t.Context(), &idp.UpdateUserPoolInput{
		UserPoolId: &w.pool, UserPoolTier: types.UserPoolTierTypePlus, AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		UserPoolAddOns:        &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeAudit},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true},
	})
	w.must(err)
	w.user("ana", 3)
	w.at = abroad
	_, err = w.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &w.client, Username: aws.String("ana"), Password: aws.String(password)})
	if err == nil {
		t.Fatal("signed up")
	}
	if got := len(w.events("ana")); got != 3 {
		t.Errorf("%d events of ana, want her three sign-ins: %v", got, err)
	}
}

// begin begins a sign-in by USER_AUTH, which its caller proves later.
func (w *world) begin(at place, name string) *string {
	w.Helper()
	w.at = at
	defer func() { w.at = home }()
	out, err := w.api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{
		ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": name},
	})
	w.must(err)
	return out.Session
}

// prove goes on with it, by a password.
func (w *world) prove(at place, name, password string, session *string) (*idp.RespondToAuthChallengeOutput, error) {
	w.at = at
	defer func() { w.at = home }()
	return w.api.RespondToAuthChallenge(w.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: &w.client, ChallengeName: types.ChallengeNameTypeSelectChallenge, Session: session,
		ChallengeResponses: map[string]string{"USERNAME": name, "ANSWER": "PASSWORD", "PASSWORD": password},
	})
}

func (w *world) allowChoice() {
	w.Helper()
	w.client = w.newClient(func(in *idp.CreateUserPoolClientInput) {
		in.ExplicitAuthFlows = append(in.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserAuth)
	})
}

// TestSprayingFromSessionsBegunBefore: to begin all sign-ins before the first password is tried does not hide that many
// are.
func TestSprayingFromSessionsBegunBefore(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeEnforced)
		nothing := action("NO_ACTION", false)
		w.configure(nothing, nothing, nothing)
		w.allowChoice()
		w.user("ana", 0)
		sessions := map[string]*string{}
		for i := range 25 {
			sessions[fmt.Sprint("nobody", i)] = w.begin(abroad, fmt.Sprint("nobody", i))
		}
		last := w.begin(abroad, "ana")
		for name, session := range sessions {
			if _, err := w.prove(abroad, name, password, session); err == nil {
				w.Fatalf("%s signed in", name)
			}
		}
		w.configure(nothing, nothing, action("BLOCK", true))
		_, err := w.prove(abroad, "ana", password, last)
		w.refused(err, blocked)
		w.event("ana", 0, "Fail", "Block", "High")
		if got := len(w.notices("ana")); got != 1 {
			w.Errorf("%d notices", got)
		}
		w.tokens(w.signIn(home, "ana"))
	})
}

// TestBegunElsewhere: a sign-in that begins where the user usually is, and is proved by a stranger, is the stranger's.
// One that is proved where it began, by a client that says only once what its machine is, is not riskier than that.
func TestBegunElsewhere(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(nil, action("BLOCK", false), nil)
	w.allowChoice()
	w.user("ana", 12)
	w.server.Advance(24 * time.Hour)
	_, err := w.prove(abroad, "ana", password, w.begin(home, "ana"))
	w.refused(err, blocked)
	e := w.events("ana")[0]
	if *e.EventContextData.IpAddress != abroad.address || e.EventRisk.RiskLevel != types.RiskLevelTypeMedium || e.EventRisk.RiskDecision != types.RiskDecisionTypeBlock {
		t.Errorf("the event is from %s, %s: %s", *e.EventContextData.IpAddress, e.EventRisk.RiskLevel, e.EventRisk.RiskDecision)
	}
	out, err := w.prove(home, "ana", password, w.begin(home, "ana"))
	w.must(err)
	if out.AuthenticationResult == nil {
		t.Fatalf("asked for %s", out.ChallengeName)
	}

	machine := &types.UserContextDataType{EncodedData: aws.String("machine")}
	for range 30 {
		w.server.Advance(24 * time.Hour)
		_, err := w.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, UserContextData: machine,
			AuthParameters: map[string]string{"USERNAME": "ana", "PASSWORD": password},
		})
		w.must(err)
	}
	// Abroad, by another browser of the same machine, it is a low risk, which nothing but the machine keeps it at.
	w.server.Advance(24 * time.Hour)
	train := place{"203.0.113.44", abroad.agent}
	for _, c := range []struct {
		says *types.UserContextDataType
		want types.RiskLevelType
	}{{machine, types.RiskLevelTypeLow}, {nil, types.RiskLevelTypeMedium}} {
		w.at = train
		begun, err := w.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserAuth, UserContextData: c.says, AuthParameters: map[string]string{"USERNAME": "ana"},
		})
		if c.says == nil {
			w.refused(err, blocked)
		} else {
			w.must(err)
			_, err = w.prove(train, "ana", "wrong", begun.Session)
			w.refused(err, incorrect)
		}
		if got := w.events("ana")[0].EventRisk.RiskLevel; got != c.want {
			t.Errorf("%v is at %q, want %s", c.says, got, c.want)
		}
		w.server.Advance(time.Minute)
	}
	for what, from := range map[string]place{
		"another address": {"203.0.113.45", train.agent}, "another browser": {train.address, home.agent + " Edg/131.0.0.0"},
	} {
		w.at = train
		begun, err := w.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserAuth, UserContextData: machine, AuthParameters: map[string]string{"USERNAME": "ana"},
		})
		w.must(err)
		if _, err = w.prove(from, "ana", password, begun.Session); err == nil {
			t.Errorf("what the machine was at the beginning counts for %s", what)
		} else {
			w.refused(err, blocked)
		}
		w.server.Advance(time.Minute)
	}
	w.at = home
}

// TestStepUpBegunElsewhere: the first thing that is proved in a sign-in that rests upon an earlier one is weighed from
// where it comes, too.
func TestStepUpBegunElsewhere(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(nil, action("BLOCK", false), nil)
	w.allowChoice()
	w.user("ana", 12)
	tokens := w.tokens(w.signIn(home, "ana"))
	code := w.app(tokens.AccessToken)
	raise := func(from place) (*types.AuthenticationResultType, error) {
		begun, err := w.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{
				"USERNAME": "ana", "TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *tokens.AccessToken,
			},
		})
		w.must(err)
		w.at = from
		defer func() { w.at = home }()
		out, err := w.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: &w.client, ChallengeName: begun.ChallengeName, Session: begun.Session,
			ChallengeResponses: map[string]string{"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code()},
		})
		if err != nil {
			return nil, err
		}
		return out.AuthenticationResult, nil
	}
	_, err := raise(abroad)
	w.refused(err, blocked)
	if e := w.events("ana")[0]; *e.EventContextData.IpAddress != abroad.address || e.EventRisk.RiskDecision != types.RiskDecisionTypeBlock {
		t.Errorf("the event is from %s: %s", *e.EventContextData.IpAddress, e.EventRisk.RiskDecision)
	}
	w.server.Advance(time.Minute)
	if raised, err := raise(home); err != nil || raised == nil {
		t.Errorf("at home: %v", err)
	}
}

// TestStolenTokenIsNoFactor: at a sign-in at risk a second factor is asked for anew: that of an earlier sign-in shows
// nothing but that somebody has its access token.
func TestStolenTokenIsNoFactor(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced, func(in *idp.CreateUserPoolInput) {
		in.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp}}}
	})
	w.configure(nil, action("MFA_IF_CONFIGURED", false), action("MFA_REQUIRED", false))
	w.allowChoice()
	w.user("ana", 12)
	_, err := w.api.AdminUpdateUserAttributes(t.Context(), &idp.AdminUpdateUserAttributesInput{UserPoolId: &w.pool, Username: aws.String("ana"),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ana@example.com")}, {Name: aws.String("email_verified"), Value: aws.String("true")}}})
	w.must(err)
	app := w.app(w.tokens(w.signIn(home, "ana")).AccessToken)

	answer := func(at place, session *string, challenge types.ChallengeNameType, with map[string]string) *idp.RespondToAuthChallengeOutput {
		t.Helper()
		w.at = at
		defer func() { w.at = home }()
		with["USERNAME"] = "ana"
		out, err := w.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: &w.client, ChallengeName: challenge, Session: session, ChallengeResponses: with})
		w.must(err)
		return out
	}
	email, totp, choice := types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSoftwareTokenMfa, types.ChallengeNameTypeSelectChallenge
	out := answer(abroad, w.begin(abroad, "ana"), choice, map[string]string{"ANSWER": "EMAIL_OTP"})
	out = answer(abroad, out.Session, email, map[string]string{"EMAIL_OTP_CODE": *w.code("ana")})
	if out.ChallengeName != totp {
		t.Fatalf("abroad asked for %q", out.ChallengeName)
	}
	token := answer(abroad, out.Session, totp, map[string]string{"SOFTWARE_TOKEN_MFA_CODE": app()}).AuthenticationResult.AccessToken

	for _, test := range []struct {
		at   place
		asks types.ChallengeNameType
	}{{home, ""}, {attacker, totp}} {
		w.server.Advance(time.Minute)
		w.at = test.at
		begun, err := w.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{
				"USERNAME": "ana", "TARGET_ACR_VALUES": "urn:cognito:loa:4", "ACCESS_TOKEN": *token,
			},
		})
		w.must(err)
		out = answer(test.at, begun.Session, begun.ChallengeName, map[string]string{"ANSWER": "PASSWORD", "PASSWORD": password})
		if out.ChallengeName != test.asks || (out.AuthenticationResult == nil) == (test.asks == "") {
			t.Errorf("from %s: asked for %q", test.at.address, out.ChallengeName)
		}
	}
	raised := answer(attacker, out.Session, totp, map[string]string{"SOFTWARE_TOKEN_MFA_CODE": app()}).AuthenticationResult
	if raised == nil || claim(t, raised.AccessToken, "acr") != "urn:cognito:loa:4" {
		t.Error("with the code there are no tokens")
	}
}

// TestGuessesBehindAFlood: nobody hides guesses by beginning so many sign-ins before that no more events are kept.
func TestGuessesBehindAFlood(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeAudit)
	w.allowChoice()
	w.user("ana", 1)
	w.server.Advance(48 * time.Hour)
	for range 210 {
		w.begin(abroad, "ana")
	}
	w.server.Advance(time.Minute)
	_, err := w.signInWith(abroad, "ana", "wrong", w.client)
	w.refused(err, incorrect)
	w.event("ana", 0, "Fail", "AccountTakeover", "Low", "Password=Failure")
}
