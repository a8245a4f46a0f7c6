package triggers_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/ostiarytest"
)

// delivering has custom senders answer as answer does, and tells their events.
func (s *stage) delivering(answer func() error) (events chan json.RawMessage) {
	events = make(chan json.RawMessage, 100)
	for _, name := range []string{"CustomEmailSender", "CustomSMSSender"} {
		s.lambda.Set(name, func(_ context.Context, raw json.RawMessage) (any, error) {
			events <- raw
			return nil, answer()
		})
	}
	return events
}

func fine() error { return nil }

// await is the next event of a custom sender. Time goes by while none comes, for those that are run again.
func (s *stage) await(events chan json.RawMessage) (e event) {
	s.Helper()
	for range 600 {
		select {
		case raw := <-events:
			s.must(json.Unmarshal(raw, &e))
			return e
		case <-time.After(50 * time.Millisecond):
			s.server.Advance(time.Second)
		}
	}
	s.Fatal("no function was run")
	return e
}

// TestEventsOfSenders: every message of each medium, with what callers pass on. The functions deliver; no text
// is asked for. That SDKs decrypt the codes is tested beside, with one.
func TestEventsOfSenders(t *testing.T) {
	for _, tt := range []struct {
		sender, attribute, value, changed string
		medium                            types.DeliveryMediumType
		factor                            types.AuthFactorType
	}{
		{"CustomEmailSender", "email", "ana@example.com", "new@example.com", types.DeliveryMediumTypeEmail, types.AuthFactorTypeEmailOtp},
		{"CustomSMSSender", "phone_number", phone, "+15550101", types.DeliveryMediumTypeSms, types.AuthFactorTypeSmsOtp},
	} {
		t.Run(tt.sender, func(t *testing.T) {
			onBoth(t, func(t *testing.T, database ostiarytest.Option) {
				s := newStage(t, database, []string{"CustomMessage", tt.sender}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
					// Nothing says who sends: nobody else does.
					p.SmsConfiguration, p.EmailConfiguration = nil, nil
					p.AutoVerifiedAttributes = []types.VerifiedAttributeType{types.VerifiedAttributeType(tt.attribute)}
					p.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
						AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, tt.factor}}}
				})
				events := s.delivering(fine)
				// happens waits for the function of the message, whose event has to be as documented.
				happens := func(kind string) {
					t.Helper()
					s.await(events)
					s.golden(tt.sender+"_"+kind, tt.sender+"_"+kind)
					s.happened(tt.sender + "_" + kind)
				}
				ana := aws.String("ana")
				up, err := s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: ana, Password: aws.String(password),
					UserAttributes: attributes(tt.attribute, tt.value), ClientMetadata: fromCall})
				s.must(err)
				s.subs = append(s.subs, *up.UserSub)
				if d := up.CodeDeliveryDetails; d == nil || d.DeliveryMedium != tt.medium || aws.ToString(d.AttributeName) != tt.attribute {
					t.Errorf("details %+v", d)
				}
				happens("SignUp")
				_, err = s.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: &s.client, Username: ana})
				s.must(err)
				happens("ResendCode")
				_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: ana, ConfirmationCode: s.code()})
				s.must(err)
				_, err = s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: ana, ClientMetadata: fromCall})
				s.must(err)
				happens("ForgotPassword")

				in, err := s.signIn("ana", password)
				s.must(err)
				token := in.AuthenticationResult.AccessToken
				_, err = s.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{AccessToken: token,
					UserAttributes: attributes(tt.attribute, tt.changed), ClientMetadata: fromCall})
				s.must(err)
				happens("UpdateUserAttribute")
				_, err = s.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{AccessToken: token,
					AttributeName: &tt.attribute, ClientMetadata: fromCall})
				s.must(err)
				happens("VerifyUserAttribute")
				_, err = s.api.VerifyUserAttribute(t.Context(), &idp.VerifyUserAttributeInput{AccessToken: token, AttributeName: &tt.attribute, Code: s.code()})
				s.must(err)

				asked, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeUserAuth,
					AuthParameters: params{"USERNAME": "ana", "PREFERRED_CHALLENGE": string(tt.factor)}, ClientMetadata: params{"from": "initiate"}})
				s.must(err)
				happens("Authentication")
				out, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: asked.ChallengeName,
					Session: asked.Session, ChallengeResponses: params{"USERNAME": "ana", string(tt.factor) + "_CODE": *s.code()}})
				s.must(err)
				if out.AuthenticationResult == nil {
					t.Errorf("no tokens: %+v", out)
				}

				made, err := s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &s.pool, Username: aws.String("ben"), ClientMetadata: fromCall,
					TemporaryPassword: aws.String(password), UserAttributes: attributes(tt.attribute, tt.value), DesiredDeliveryMediums: []types.DeliveryMediumType{tt.medium}})
				s.must(err)
				s.subs = append(s.subs, *made.User.Attributes[0].Value)
				happens("AdminCreateUser")
				for _, m := range s.server.Messages() {
					if m.Medium != string(tt.medium) || m.Body != "" {
						t.Errorf("a provider would have sent %+v", m)
					}
				}
			})
		})
	}
}

// TestSenderOfOneMedium: messages by the other medium go their usual way.
func TestSenderOfOneMedium(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"CustomMessage", "CustomSMSSender"}, nil)
	events := s.delivering(fine)
	_, err := s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &s.pool, Username: aws.String("ana"),
		UserAttributes:         attributes("email", "ana@example.com", "phone_number", phone),
		DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail, types.DeliveryMediumTypeSms}})
	s.must(err)
	if e := s.await(events); e.TriggerSource != "CustomSMSSender_AdminCreateUser" {
		t.Error(e.TriggerSource)
	}
	s.happened("CustomMessage_AdminCreateUser CustomSMSSender_AdminCreateUser")
	list := s.server.Messages()
	if len(list) != 2 || list[0].Body != "" || !strings.Contains(list[1].Body, list[1].Code) || list[1].Medium != "EMAIL" {
		t.Errorf("%+v", list)
	}
}

// TestSenderFails: a function that fails does not fail the operation. It is run again with the same
// message, its code encrypted anew; nobody else sends the message. When it ends is tested in package message.
func TestSenderFails(t *testing.T) {
	onBoth(t, func(t *testing.T, database ostiarytest.Option) {
		s := newStage(t, database, []string{"CustomEmailSender"}, nil)
		events := s.delivering(func() error { return errors.New("no mail today") })
		_, err := s.signUp("ana")
		s.must(err)
		codes := map[any]bool{}
		for range 3 {
			e := s.await(events)
			codes[e.Request["code"]] = true
			sealed, err := base64.StdEncoding.DecodeString(e.Request["code"].(string))
			s.must(err)
			if plain := *s.code(); e.TriggerSource != "CustomEmailSender_SignUp" || strings.Contains(string(sealed), plain) {
				t.Errorf("%s with %x", e.TriggerSource, sealed)
			}
		}
		if len(codes) != 3 {
			t.Errorf("%d different codes", len(codes))
		}
		// The code is still good, and the function is run with the next message.
		_, err = s.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: &s.client, Username: aws.String("ana")})
		s.must(err)
		for e := s.await(events); e.TriggerSource != "CustomEmailSender_ResendCode"; e = s.await(events) {
			t.Log("once more, as time went by:", e.TriggerSource) // a lease that ended: at least once
		}
		_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: aws.String("ana"), ConfirmationCode: s.code()})
		s.must(err)
	})
}

// TestSenderHidesUsers: a client that hides who exists says the same of nobody, and no function is run for nobody.
func TestSenderHidesUsers(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"CustomEmailSender"}, func(_ *idp.CreateUserPoolInput, c *idp.CreateUserPoolClientInput) {
		c.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
	})
	events := s.delivering(fine)
	s.user("ana")
	var told []string
	for _, name := range []string{"nobody", "ana"} {
		out, err := s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: &name})
		s.must(err)
		told = append(told, show(out.CodeDeliveryDetails.DeliveryMedium, out.CodeDeliveryDetails.AttributeName))
	}
	if told[0] != told[1] {
		t.Errorf("told %v", told)
	}
	if e := s.await(events); e.UserName != "ana" {
		t.Errorf("run for %s", e.UserName)
	}
	s.happened("CustomEmailSender_ForgotPassword")
}

// TestSenderSettings: what the service says of senders that are not whole.
func TestSenderSettings(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), nil, nil)
	for want, change := range map[string]func(*types.LambdaConfigType){
		"InvalidParameterException: KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.": func(l *types.LambdaConfigType) { l.KMSKeyID = nil },
		"InvalidParameterException: Invalid arn eu-west-1":                                                        func(l *types.LambdaConfigType) { l.KMSKeyID = aws.String("arn:aws:kms:eu-west-1:123456789012:key/1") },
		"InvalidParameterException: Cross-region lambda functions are not supported": func(l *types.LambdaConfigType) {
			l.CustomEmailSender.LambdaArn = aws.String("arn:aws:lambda:eu-west-1:123456789012:function:f")
		},
		"InvalidParameterException: 1 validation error detected: Value 'V2_0' at 'lambdaConfig.customEmailSender.lambdaVersion' failed to satisfy constraint: Member must satisfy enum value set: [V1_0]": func(l *types.LambdaConfigType) { l.CustomEmailSender.LambdaVersion = "V2_0" },
	} {
		l := lambdas("CustomEmailSender")
		change(l)
		_, err := s.api.UpdateUserPool(t.Context(), &idp.UpdateUserPoolInput{UserPoolId: &s.pool, LambdaConfig: l})
		s.refused(err, want)
	}
	whole := lambdas("CustomEmailSender", "CustomSMSSender")
	_, err := s.api.UpdateUserPool(t.Context(), &idp.UpdateUserPoolInput{UserPoolId: &s.pool, LambdaConfig: whole})
	s.must(err)
	out, err := s.api.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: &s.pool})
	s.must(err)
	if got := out.UserPool.LambdaConfig; show(got) != show(whole) {
		t.Errorf("kept %s", show(got))
	}
}

// TestSecondFactorBySender: where a function sends, second factors need no sender of the service's, and where
// none does they do.
func TestSecondFactorBySender(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"CustomEmailSender", "CustomSMSSender"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
		p.SmsConfiguration, p.EmailConfiguration = nil, nil
		p.MfaConfiguration = types.UserPoolMfaTypeOn
		p.AccountRecoverySetting = &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeAdminOnly, Priority: aws.Int32(1)}}}
	})
	_, err := s.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{UserPoolId: &s.pool, MfaConfiguration: types.UserPoolMfaTypeOn,
		SmsMfaConfiguration: &types.SmsMfaConfigType{}, EmailMfaConfiguration: &types.EmailMfaConfigType{}})
	s.must(err)
	events := s.delivering(fine)
	s.user("ana")
	for _, factor := range []struct{ challenge, event string }{
		{"SMS_MFA", "CustomSMSSender_Authentication"}, {"EMAIL_OTP", "CustomEmailSender_Authentication"},
	} {
		chosen, err := s.signIn("ana", password)
		s.must(err)
		if chosen.ChallengeName != types.ChallengeNameTypeSelectMfaType {
			t.Fatalf("asked for %s", chosen.ChallengeName)
		}
		asked, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: chosen.ChallengeName,
			Session: chosen.Session, ChallengeResponses: params{"USERNAME": "ana", "ANSWER": factor.challenge}, ClientMetadata: params{"from": "respond"}})
		s.must(err)
		if e := s.await(events); e.TriggerSource != factor.event || show(e.Request["clientMetadata"]) != `{"from":"respond"}` {
			t.Errorf("run for %s with %v", e.TriggerSource, e.Request["clientMetadata"])
		}
		out, err := s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: asked.ChallengeName,
			Session: asked.Session, ChallengeResponses: params{"USERNAME": "ana", factor.challenge + "_CODE": *s.code()}})
		s.must(err)
		if out.AuthenticationResult == nil {
			t.Errorf("%s: no tokens", factor.challenge)
		}
	}

	// Without the functions somebody has to send.
	for want, l := range map[string]*types.LambdaConfigType{
		"InvalidParameterException: SMS configuration and Auto verification for phone_number are required when MFA is required/optional":                    lambdas("CustomEmailSender"),
		"InvalidParameterException: Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.": lambdas("CustomSMSSender"),
	} {
		_, err := s.api.UpdateUserPool(t.Context(), &idp.UpdateUserPoolInput{UserPoolId: &s.pool, LambdaConfig: l, MfaConfiguration: types.UserPoolMfaTypeOn})
		s.refused(err, want)
	}
}
