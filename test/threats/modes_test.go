package threats_test

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/srp"
)

// TestAudit: what would be blocked passes, is told to nobody and is recorded.
func TestAudit(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeAudit)
		w.configure(action("BLOCK", true), action("BLOCK", true), action("BLOCK", true))
		w.except(func(e *types.RiskExceptionConfigurationType) { e.BlockedIPRangeList = []string{"203.0.113.0/24"} })
		w.user("ana", 12)
		w.server.Advance(48 * time.Hour)
		w.tokens(w.signIn(attacker, "ana"))
		w.event("ana", 0, "Pass", "AccountTakeover", "High", "Password=Success")
		w.tokens(w.signIn(abroad, "ana"))
		if n := w.notices("ana"); len(n) != 0 {
			w.Errorf("%d notices", len(n))
		}
	})
}

// TestOff: nothing is recorded, and the operations say why they cannot answer.
func TestOff(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeOff)
		w.user("ana", 2)
		w.tokens(w.signIn(attacker, "ana"))
		ana := aws.String("ana")
		_, err := w.api.AdminListUserAuthEvents(w.Context(), &idp.AdminListUserAuthEventsInput{UserPoolId: &w.pool, Username: ana})
		w.refused(err, offException)
		_, err = w.api.SetRiskConfiguration(w.Context(), &idp.SetRiskConfigurationInput{UserPoolId: &w.pool})
		w.refused(err, offException)
		_, err = w.api.DescribeRiskConfiguration(w.Context(), &idp.DescribeRiskConfigurationInput{UserPoolId: &w.pool})
		w.refused(err, offException)
		_, err = w.api.AdminUpdateAuthEventFeedback(w.Context(), &idp.AdminUpdateAuthEventFeedbackInput{
			UserPoolId: &w.pool, Username: ana, EventId: ana, FeedbackValue: "Valid"})
		w.refused(err, offException)
		_, err = w.api.UpdateAuthEventFeedback(w.Context(), &idp.UpdateAuthEventFeedbackInput{
			UserPoolId: &w.pool, Username: ana, EventId: ana, FeedbackToken: ana, FeedbackValue: "Valid"})
		w.refused(err, offException)

		_, err = w.api.UpdateUserPool(w.Context(), &idp.UpdateUserPoolInput{
			UserPoolId: &w.pool, UserPoolTier: "PLUS", UserPoolAddOns: &types.UserPoolAddOnsType{AdvancedSecurityMode: "AUDIT"},
			MfaConfiguration: "OPTIONAL"})
		w.must(err)
		if events := w.events("ana"); len(events) != 0 {
			w.Errorf("%d events of a time without protection", len(events))
		}
	})
}

// except sets the lists of addresses, beside BLOCK for every level.
func (w *world) except(change func(*types.RiskExceptionConfigurationType)) {
	w.Helper()
	e := &types.RiskExceptionConfigurationType{}
	change(e)
	_, err := w.api.SetRiskConfiguration(w.Context(), &idp.SetRiskConfigurationInput{UserPoolId: &w.pool, RiskExceptionConfiguration: e})
	w.must(err)
}

// TestLists: a blocked address is refused whoever is meant and whatever proves it, a skipped one is not weighed.
func TestLists(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeEnforced)
		w.user("ana", 12)
		w.server.Advance(48 * time.Hour)
		_, err := w.signIn(abroad, "ana") // blocked by default
		w.refused(err, blocked)

		w.except(func(e *types.RiskExceptionConfigurationType) {
			e.BlockedIPRangeList, e.SkippedIPRangeList = []string{"203.0.113.0/24", "2001:db8::/32"}, []string{"192.0.2.0/24", "203.0.113.0/24"}
		})
		before := len(w.events("ana"))
		for _, name := range []string{"ana", "nobody"} {
			for _, p := range []string{password, "wrong"} {
				_, err := w.signInWith(abroad, name, p, w.client)
				w.refused(err, notAllowed)
			}
		}
		_, err = w.signIn(place{"2001:db8::1", home.agent}, "ana")
		w.refused(err, notAllowed)
		w.at = abroad
		_, err = w.api.SignUp(w.Context(), &idp.SignUpInput{ClientId: &w.client, Username: aws.String("new"), Password: aws.String(password)})
		w.refused(err, notAllowed)
		_, err = w.api.ForgotPassword(w.Context(), &idp.ForgotPasswordInput{ClientId: &w.client, Username: aws.String("ana")})
		w.refused(err, notAllowed)
		w.at = home
		if got := len(w.events("ana")); got != before {
			w.Errorf("%d events of a blocked address", got-before)
		}
		w.server.Advance(time.Minute)
		w.tokens(w.signIn(attacker, "ana"))
		w.event("ana", 0, "Pass", "NoRisk", "", "Password=Success")
	})
}

// TestClientConfiguration: a client's configuration goes before the pool's, part by part, until it is reset.
func TestClientConfiguration(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(action("NO_ACTION", false), action("NO_ACTION", false), action("BLOCK", false))
	w.user("ana", 12)
	w.server.Advance(48 * time.Hour)
	w.tokens(w.signIn(abroad, "ana"))
	w.user("ben", 12)
	w.server.Advance(48 * time.Hour)
	set := func(in *idp.SetRiskConfigurationInput) {
		in.UserPoolId, in.ClientId = &w.pool, &w.client
		_, err := w.api.SetRiskConfiguration(w.Context(), in)
		w.must(err)
	}
	set(&idp.SetRiskConfigurationInput{AccountTakeoverRiskConfiguration: &types.AccountTakeoverRiskConfigurationType{
		Actions: &types.AccountTakeoverActionsType{MediumAction: action("BLOCK", false)}}})
	_, err := w.signIn(abroad, "ben")
	w.refused(err, blocked)
	set(&idp.SetRiskConfigurationInput{RiskExceptionConfiguration: &types.RiskExceptionConfigurationType{SkippedIPRangeList: []string{"10.0.0.0/8"}}})
	w.tokens(w.signIn(abroad, "ben")) // the actions are the pool's
	set(&idp.SetRiskConfigurationInput{})
	out, err := w.api.DescribeRiskConfiguration(w.Context(), &idp.DescribeRiskConfigurationInput{UserPoolId: &w.pool, ClientId: &w.client})
	w.must(err)
	if c := out.RiskConfiguration; c.RiskExceptionConfiguration != nil || c.AccountTakeoverRiskConfiguration != nil || *c.ClientId != w.client {
		w.Errorf("reset configuration %+v", c)
	}
}

// TestRequiredWithoutFactor: MFA_REQUIRED stops whoever has nothing to show; MFA_IF_CONFIGURED lets them pass.
func TestRequiredWithoutFactor(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(nil, action("MFA_REQUIRED", true), nil)
	w.user("ana", 12)
	w.server.Advance(48 * time.Hour)
	_, err := w.signIn(abroad, "ana")
	w.refused(err, blocked)
	w.event("ana", 0, "Fail", "Block", "Medium")
	if n := w.notices("ana"); len(n) != 1 || n[0].Notice.Action != "BLOCK" {
		w.Errorf("notices %v", n)
	}
	w.configure(nil, action("MFA_IF_CONFIGURED", true), nil)
	w.server.Advance(48 * time.Hour)
	w.tokens(w.signIn(abroad, "ana"))
	if n := w.notices("ana"); len(n) != 2 || n[0].Notice.Action != "NO_ACTION" {
		w.Errorf("notices %v", n)
	}
}

// TestRequiredDoesNotEnrol: where everybody needs a second factor, one enrolled at a sign-in at risk shows nothing;
// MFA_REQUIRED stops whoever has none by then.
func TestRequiredDoesNotEnrol(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	w.configure(nil, action("MFA_REQUIRED", true), nil)
	w.user("ana", 12)
	w.server.Advance(48 * time.Hour)
	_, err := w.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: &w.pool, MfaConfiguration: types.UserPoolMfaTypeOn,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	})
	w.must(err)
	_, err = w.signIn(abroad, "ana")
	w.refused(err, blocked)
	w.event("ana", 0, "Fail", "Block", "Medium")
	w.configure(nil, action("MFA_IF_CONFIGURED", true), nil)
	for _, at := range []place{home, abroad} { // what the pool asks for of everybody
		out, err := w.signIn(at, "ana")
		w.must(err)
		if out.ChallengeName != types.ChallengeNameTypeMfaSetup {
			t.Errorf("asked for %q", out.ChallengeName)
		}
	}
}

// TestTemplates: notices say what the configuration says, and what a request brings is no markup and no place.
func TestTemplates(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	_, err := w.api.SetRiskConfiguration(w.Context(), &idp.SetRiskConfigurationInput{
		UserPoolId: &w.pool,
		AccountTakeoverRiskConfiguration: &types.AccountTakeoverRiskConfigurationType{
			NotifyConfiguration: &types.NotifyConfigurationType{
				SourceArn: aws.String("arn:aws:ses:us-east-1:123456789012:identity/a@example.com"), From: aws.String("Bank <a@example.com>"),
				BlockEmail: &types.NotifyEmailType{Subject: aws.String("Stopped, {username}"), TextBody: aws.String(
					"{username} from {ip-address} in {city}, {country} at {login-time}\n{event-id} {feedback-token} <{one-click-link-invalid}>")},
			},
			Actions: &types.AccountTakeoverActionsType{HighAction: action("BLOCK", true)},
		},
	})
	w.must(err)
	w.user("<b>{city}", 12)
	_, err = w.signIn(attacker, "<b>{city}")
	w.refused(err, blocked)
	m := w.notices("<b>{city}")[0]
	n := m.Notice
	want := "&lt;b&gt;{city} from 192.0.2.66 in Nowhere, ZZ at " + w.server.Now().UTC().Format("2006-01-02 15:04:05 UTC") + "<br>\n" +
		n.EventID + " " + n.FeedbackToken + " &lt;" + strings.ReplaceAll(n.OneClickLinkInvalid, "&", "&amp;") + "&gt;"
	if m.Subject != "Stopped, <b>{city}" || m.Body != want || m.Email == nil || *m.Email.From != "Bank <a@example.com>" {
		w.Errorf("subject %q\nbody %s\nwant %s", m.Subject, m.Body, want)
	}
}

// TestOtherActs: what is done outside of sign-ins is recorded, too.
func TestOtherActs(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeEnforced)
		_, err := w.api.SignUp(w.Context(), &idp.SignUpInput{ClientId: &w.client, Username: aws.String("new"), Password: aws.String(password),
			UserAttributes:  []types.AttributeType{{Name: aws.String("email"), Value: aws.String("new@example.com")}},
			UserContextData: &types.UserContextDataType{EncodedData: aws.String("machine"), IpAddress: aws.String("203.0.113.1")},
		})
		w.must(err)
		name := aws.String("new")
		w.server.Advance(time.Minute)
		_, err = w.api.ResendConfirmationCode(w.Context(), &idp.ResendConfirmationCodeInput{ClientId: &w.client, Username: name})
		w.must(err)
		_, err = w.api.ConfirmSignUp(w.Context(), &idp.ConfirmSignUpInput{ClientId: &w.client, Username: name, ConfirmationCode: w.code("new")})
		w.must(err)
		w.server.Advance(time.Minute)
		access := w.tokens(w.signIn(home, "new")).AccessToken
		w.server.Advance(time.Minute)
		_, err = w.api.ChangePassword(w.Context(), &idp.ChangePasswordInput{AccessToken: access, PreviousPassword: aws.String("wrong"), ProposedPassword: aws.String("Another-horse-8")})
		w.refused(err, incorrect)
		w.server.Advance(time.Minute)
		_, err = w.api.ChangePassword(w.Context(), &idp.ChangePasswordInput{AccessToken: access, PreviousPassword: aws.String(password), ProposedPassword: aws.String("Another-horse-8")})
		w.must(err)
		for _, somebody := range []string{"new", "nobody"} {
			w.server.Advance(time.Minute)
			_, err = w.api.ForgotPassword(w.Context(), &idp.ForgotPasswordInput{ClientId: &w.client, Username: &somebody})
			w.must(err)
		}
		w.server.Advance(time.Minute)
		_, err = w.api.ConfirmForgotPassword(w.Context(), &idp.ConfirmForgotPasswordInput{
			ClientId: &w.client, Username: name, ConfirmationCode: w.code("new"), Password: aws.String(password)})
		w.must(err)
		want := "PasswordChange=Pass ForgotPassword=Pass PasswordChange=Pass PasswordChange=Fail SignIn=Pass ResendCode=Pass SignUp=Pass"
		var got []string
		for _, e := range w.events("new") {
			got = append(got, string(e.EventType)+"="+string(e.EventResponse))
			if *e.EventContextData.IpAddress != home.address || *e.EventContextData.Country != "Germany" {
				w.Errorf("%s from %+v", e.EventType, e.EventContextData)
			}
		}
		if strings.Join(got, " ") != want {
			w.Errorf("events %s\nwant   %s", got, want)
		}
	})
}

func (w *world) code(name string) *string {
	w.Helper()
	for _, m := range w.server.Inbox.Messages() {
		if m.Username == name && m.Code != "" {
			return &m.Code
		}
	}
	w.Fatalf("no code for %s", name)
	return nil
}

// TestCustomAuth: custom sign-in has a mode of its own.
func TestCustomAuth(t *testing.T) {
	w := start(t, "sqlite::memory:")
	w.protect(types.AdvancedSecurityModeTypeEnforced)
	arn := aws.String("arn:aws:lambda:us-east-1:000000000000:function:riddle")
	mode := func(custom types.AdvancedSecurityEnabledModeType) {
		addOns := &types.UserPoolAddOnsType{AdvancedSecurityMode: "ENFORCED"}
		if custom != "" {
			addOns.AdvancedSecurityAdditionalFlows = &types.AdvancedSecurityAdditionalFlowsType{CustomAuthMode: custom}
		}
		_, err := w.api.UpdateUserPool(w.Context(), &idp.UpdateUserPoolInput{
			UserPoolId: &w.pool, UserPoolTier: "PLUS", MfaConfiguration: "OPTIONAL", UserPoolAddOns: addOns,
			LambdaConfig: &types.LambdaConfigType{DefineAuthChallenge: arn, CreateAuthChallenge: arn, VerifyAuthChallengeResponse: arn},
		})
		w.must(err)
	}
	mode("")
	w.client = w.newClient(func(in *idp.CreateUserPoolClientInput) {
		in.ExplicitAuthFlows = append(in.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowCustomAuth)
	})
	w.user("ana", 12)
	riddle := func() error {
		w.server.Advance(48 * time.Hour)
		w.at = attacker
		defer func() { w.at = home }()
		out, err := w.api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{
			ClientId: &w.client, AuthFlow: types.AuthFlowTypeCustomAuth, AuthParameters: map[string]string{"USERNAME": "ana"}})
		if err != nil {
			return err
		}
		answer, err := w.api.RespondToAuthChallenge(w.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: &w.client, ChallengeName: out.ChallengeName, Session: out.Session,
			ChallengeResponses: map[string]string{"USERNAME": "ana", "ANSWER": "42"}})
		if err == nil && answer.AuthenticationResult == nil {
			t.Errorf("asked %s", answer.ChallengeName)
		}
		return err
	}
	w.must(riddle())
	if got := len(w.events("ana")); got != 12 {
		t.Errorf("%d events, the custom one among them", got)
	}
	mode("AUDIT")
	w.must(riddle())
	w.event("ana", 0, "Pass", "AccountTakeover", "High")
	mode("ENFORCED")
	w.refused(riddle(), blocked)
	w.event("ana", 0, "Fail", "Block", "High")
}

// TestSRP: a sign-in of several steps is one event, which is there from its beginning.
func TestSRP(t *testing.T) {
	both(t, func(w *world) {
		w.protect(types.AdvancedSecurityModeTypeEnforced)
		w.user("ana", 0)
		begin := func(password string) error {
			c, err := srp.NewClient(rand.Reader)
			w.must(err)
			out, err := w.api.InitiateAuth(w.Context(), &idp.InitiateAuthInput{
				ClientId: &w.client, AuthFlow: types.AuthFlowTypeUserSrpAuth, AuthParameters: map[string]string{"USERNAME": "ana", "SRP_A": c.HexA()}})
			w.must(err)
			w.event("ana", 0, "InProgress", "NoRisk", "")
			p := out.ChallengeParameters
			block, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
			w.must(err)
			_, suffix, _ := strings.Cut(w.pool, "_")
			claim := srp.Claim{Prefix: suffix, ID: p["USER_ID_FOR_SRP"], SecretBlock: block, Timestamp: srp.FormatTimestamp(w.server.Now())}
			signature, err := c.Sign(claim, password, p["SALT"], p["SRP_B"])
			w.must(err)
			_, err = w.api.RespondToAuthChallenge(w.Context(), &idp.RespondToAuthChallengeInput{
				ClientId: &w.client, ChallengeName: types.ChallengeNameTypePasswordVerifier, ChallengeResponses: map[string]string{
					"USERNAME": claim.ID, "PASSWORD_CLAIM_SECRET_BLOCK": p["SECRET_BLOCK"], "TIMESTAMP": claim.Timestamp, "PASSWORD_CLAIM_SIGNATURE": signature}})
			return err
		}
		w.refused(begin("wrong"), incorrect)
		w.event("ana", 0, "Fail", "NoRisk", "", "Password=Failure")
		w.server.Advance(time.Minute)
		w.must(begin(password))
		w.event("ana", 0, "Pass", "NoRisk", "", "Password=Success")
		if got := len(w.events("ana")); got != 2 {
			w.Errorf("%d events", got)
		}
	})
}
