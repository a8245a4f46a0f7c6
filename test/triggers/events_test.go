package triggers_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

var (
	fromCall = params{"from": "call"}
)

// TestEventsOfAccounts: sign-up, confirmation, invitation, recovery and attributes, with what callers pass on.
func TestEventsOfAccounts(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PreSignUp", "PostConfirmation", "CustomMessage"}, nil)
	ana := aws.String("ana")
	up, err := s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: ana, Password: aws.String(password),
		UserAttributes: attributes("email", "ana@example.com", "name", "Ana"), ValidationData: attributes("captcha", "x7", "captcha", "x8"), ClientMetadata: fromCall})
	s.must(err)
	s.subs = append(s.subs, *up.UserSub)
	s.golden("PreSignUp_SignUp", "PreSignUp_SignUp")
	s.golden("CustomMessage_SignUp", "CustomMessage_SignUp")
	s.happened("PreSignUp_SignUp CustomMessage_SignUp")

	_, err = s.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: &s.client, Username: ana, ClientMetadata: fromCall})
	s.must(err)
	s.golden("CustomMessage_ResendCode", "CustomMessage_ResendCode")
	s.happened("CustomMessage_ResendCode")

	_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: ana, ConfirmationCode: s.code(), ClientMetadata: fromCall})
	s.must(err)
	s.golden("PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmSignUp")
	s.happened("PostConfirmation_ConfirmSignUp")

	_, err = s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: ana, ClientMetadata: fromCall})
	s.must(err)
	s.golden("CustomMessage_ForgotPassword", "CustomMessage_ForgotPassword")
	s.happened("CustomMessage_ForgotPassword")

	_, err = s.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{ClientId: &s.client, Username: ana,
		ConfirmationCode: s.code(), Password: aws.String("Correct-horse-8"), ClientMetadata: fromCall})
	s.must(err)
	s.golden("PostConfirmation_ConfirmForgotPassword", "PostConfirmation_ConfirmForgotPassword")
	s.happened("PostConfirmation_ConfirmForgotPassword")

	in, err := s.signIn("ana", "Correct-horse-8")
	s.must(err)
	token := in.AuthenticationResult.AccessToken
	_, err = s.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{AccessToken: token,
		UserAttributes: attributes("email", "new@example.com"), ClientMetadata: fromCall})
	s.must(err)
	s.golden("CustomMessage_UpdateUserAttribute", "CustomMessage_UpdateUserAttribute")
	s.happened("CustomMessage_UpdateUserAttribute")
	_, err = s.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{AccessToken: token,
		AttributeName: aws.String("email"), ClientMetadata: fromCall})
	s.must(err)
	s.golden("CustomMessage_VerifyUserAttribute", "CustomMessage_VerifyUserAttribute")
	s.happened("CustomMessage_VerifyUserAttribute")

	_, err = s.api.AdminUpdateUserAttributes(t.Context(), &idp.AdminUpdateUserAttributesInput{UserPoolId: &s.pool, Username: ana,
		UserAttributes: attributes("email", "ana@example.com"), ClientMetadata: fromCall})
	s.must(err)
	s.golden("CustomMessage_UpdateUserAttribute_by_administrator", "CustomMessage_UpdateUserAttribute")
	s.happened("CustomMessage_UpdateUserAttribute")
	_, err = s.api.AdminUpdateUserAttributes(t.Context(), &idp.AdminUpdateUserAttributesInput{UserPoolId: &s.pool, Username: ana,
		UserAttributes: attributes("email_verified", "true")})
	s.must(err)
	_, err = s.api.AdminResetUserPassword(t.Context(), &idp.AdminResetUserPasswordInput{UserPoolId: &s.pool, Username: ana, ClientMetadata: fromCall})
	s.must(err)
	s.golden("CustomMessage_ForgotPassword_by_administrator", "CustomMessage_ForgotPassword")
	s.happened("CustomMessage_ForgotPassword")

	// Nobody passes anything on.
	out, err := s.signUp("bob")
	s.must(err)
	s.golden("PreSignUp_SignUp_bare", "PreSignUp_SignUp")
	s.lambda.Forget()
	_, err = s.api.AdminConfirmSignUp(t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: &s.pool, Username: aws.String("bob")})
	s.must(err)
	s.golden("PostConfirmation_AdminConfirmSignUp", "PostConfirmation_ConfirmSignUp")
	s.happened("PostConfirmation_ConfirmSignUp")
	if out.UserConfirmed {
		t.Error("confirmed by a function that has not said so")
	}
}

// TestEventsOfInvitations: an administrator makes users, by both mediums, and invites again.
func TestEventsOfInvitations(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PreSignUp", "PostConfirmation", "CustomMessage"}, nil)
	in := &idp.AdminCreateUserInput{UserPoolId: &s.pool, Username: aws.String("ana"),
		UserAttributes: attributes("email", "ana@example.com", "phone_number", phone, "email_verified", "True"),
		ValidationData: attributes("badge", "17"), ClientMetadata: fromCall,
		DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail, types.DeliveryMediumTypeSms}}
	out, err := s.api.AdminCreateUser(t.Context(), in)
	s.must(err)
	s.subs = append(s.subs, *out.User.Attributes[0].Value)
	s.golden("PreSignUp_AdminCreateUser", "PreSignUp_AdminCreateUser")
	s.golden("CustomMessage_AdminCreateUser", "CustomMessage_AdminCreateUser")
	s.happened("PreSignUp_AdminCreateUser CustomMessage_AdminCreateUser CustomMessage_AdminCreateUser")
	in.MessageAction = types.MessageActionTypeResend
	_, err = s.api.AdminCreateUser(t.Context(), in)
	s.must(err)
	s.happened("CustomMessage_AdminCreateUser CustomMessage_AdminCreateUser")
}

// TestEventsOfUsernameAttributes: where e-mail addresses are usernames, users are called by their sub.
func TestEventsOfUsernameAttributes(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PreSignUp", "PostConfirmation"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
		p.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
	})
	out, err := s.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: &s.client, Username: aws.String("ana@example.com"), Password: aws.String(password)})
	s.must(err)
	s.subs = append(s.subs, *out.UserSub)
	s.golden("PreSignUp_SignUp_username_attributes", "PreSignUp_SignUp")
	_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: aws.String("ana@example.com"), ConfirmationCode: s.code()})
	s.must(err)
	s.golden("PostConfirmation_ConfirmSignUp_username_attributes", "PostConfirmation_ConfirmSignUp")
}

// TestEventsOfAliases: an alias is told of once it is one.
func TestEventsOfAliases(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PostConfirmation"}, func(p *idp.CreateUserPoolInput, _ *idp.CreateUserPoolClientInput) {
		p.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
	})
	_, err := s.signUp("ana")
	s.must(err)
	_, err = s.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: &s.client, Username: aws.String("ana"), ConfirmationCode: s.code()})
	s.must(err)
	s.golden("PostConfirmation_ConfirmSignUp_alias", "PostConfirmation_ConfirmSignUp")
}

// TestEventsOfSignIn: gates, codes and tokens; what InitiateAuth passes on goes to the gate alone.
func TestEventsOfSignIn(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"PreAuthentication", "PostAuthentication", "CustomMessage", "V1_0"}, nil)
	s.user("ana")
	_, err := s.api.CreateGroup(t.Context(), &idp.CreateGroupInput{UserPoolId: &s.pool, GroupName: aws.String("admins"),
		RoleArn: aws.String("arn:aws:iam::000000000000:role/admins"), Precedence: aws.Int32(1)})
	s.must(err)
	_, err = s.api.AdminAddUserToGroup(t.Context(), &idp.AdminAddUserToGroupInput{UserPoolId: &s.pool, Username: aws.String("ana"), GroupName: aws.String("admins")})
	s.must(err)
	in, err := s.signIn("ana", password)
	s.must(err)
	s.golden("PreAuthentication", "PreAuthentication_Authentication")
	s.golden("PostAuthentication", "PostAuthentication_Authentication")
	s.golden("TokenGeneration_V1_groups", "TokenGeneration_Authentication")
	s.happened("PreAuthentication_Authentication PostAuthentication_Authentication TokenGeneration_Authentication")

	_, err = s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeRefreshTokenAuth,
		AuthParameters: params{"REFRESH_TOKEN": *in.AuthenticationResult.RefreshToken}, ClientMetadata: params{"from": "initiate"}})
	s.must(err)
	s.golden("TokenGeneration_RefreshTokens", "TokenGeneration_RefreshTokens")
	s.happened("TokenGeneration_RefreshTokens")
	_, err = s.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &s.client,
		RefreshToken: in.AuthenticationResult.RefreshToken, ClientMetadata: fromCall})
	s.must(err)
	s.golden("TokenGeneration_RefreshTokens_metadata", "TokenGeneration_RefreshTokens")
	s.happened("TokenGeneration_RefreshTokens")

	_, err = s.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{UserPoolId: &s.pool, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SmsMfaConfiguration: &types.SmsMfaConfigType{SmsConfiguration: &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::123456789012:role/sms")}}})
	s.must(err)
	_, err = s.api.AdminSetUserMFAPreference(t.Context(), &idp.AdminSetUserMFAPreferenceInput{UserPoolId: &s.pool, Username: aws.String("ana"),
		SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true}})
	s.must(err)
	asked, err := s.signIn("ana", password)
	s.must(err)
	s.golden("CustomMessage_Authentication", "CustomMessage_Authentication")
	s.happened("PreAuthentication_Authentication CustomMessage_Authentication")
	_, err = s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: asked.ChallengeName,
		Session: asked.Session, ChallengeResponses: params{"USERNAME": "ana", "SMS_MFA_CODE": *s.code()}, ClientMetadata: fromCall})
	s.must(err)
	s.golden("PostAuthentication_metadata", "PostAuthentication_Authentication")
	s.golden("TokenGeneration_V1_metadata", "TokenGeneration_Authentication")
	s.happened("PostAuthentication_Authentication TokenGeneration_Authentication")
}

// TestEventsOfNewPasswords: the first sign-in of somebody invited.
func TestEventsOfNewPasswords(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"V2_0"}, nil)
	out, err := s.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &s.pool, Username: aws.String("ana"),
		TemporaryPassword: aws.String(password), MessageAction: types.MessageActionTypeSuppress})
	s.must(err)
	s.subs = append(s.subs, *out.User.Attributes[0].Value)
	asked, err := s.signIn("ana", password)
	s.must(err)
	s.happened("")
	_, err = s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: asked.ChallengeName,
		Session: asked.Session, ChallengeResponses: params{"USERNAME": "ana", "NEW_PASSWORD": "Correct-horse-8"}})
	s.must(err)
	s.golden("TokenGeneration_NewPasswordChallenge_V2", "TokenGeneration_NewPasswordChallenge")
	s.happened("TokenGeneration_NewPasswordChallenge")
}

// TestEventsOfCustomAuth: the three challenge triggers.
func TestEventsOfCustomAuth(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"CustomAuth"}, nil)
	s.user("ana")
	s.on("DefineAuthChallenge", object{"challengeName": "CUSTOM_CHALLENGE"})
	s.on("CreateAuthChallenge", object{"publicChallengeParameters": object{"q": "1+1"}, "privateChallengeParameters": object{"a": "2"}, "challengeMetadata": "SUM"})
	asked, err := s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeCustomAuth,
		AuthParameters: params{"USERNAME": "ana"}, ClientMetadata: params{"from": "initiate"}})
	s.must(err)
	s.golden("DefineAuthChallenge", "DefineAuthChallenge_Authentication")
	s.golden("CreateAuthChallenge", "CreateAuthChallenge_Authentication")
	s.on("VerifyAuthChallengeResponse", object{"answerCorrect": true})
	s.on("DefineAuthChallenge", object{"issueTokens": true})
	_, err = s.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: asked.ChallengeName,
		Session: asked.Session, ChallengeResponses: params{"USERNAME": "ana", "ANSWER": "2"}, ClientMetadata: fromCall})
	s.must(err)
	s.golden("VerifyAuthChallengeResponse", "VerifyAuthChallengeResponse_Authentication")
	s.golden("DefineAuthChallenge_again", "DefineAuthChallenge_Authentication")
}

// TestEventsOfMachines: an app client's own token, from version 3 on.
func TestEventsOfMachines(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"V1_0": "", "V2_0": "", "V3_0": "TokenGeneration_ClientCredentials"} {
		s := newStage(t, inMemory(), []string{version}, nil)
		id, secret := s.machine()
		s.machineToken(id, secret)
		if want != "" {
			s.client = id
			s.golden("TokenGeneration_ClientCredentials", want)
		}
		s.happened(want)
	}
}

// machineToken is a token of an app client's own. The SDK does not know the operation yet.
func (s *stage) machineToken(id, secret string) *string {
	s.Helper()
	body, err := json.Marshal(object{"ClientId": id, "Secret": secret, "ClientMetadata": fromCall})
	s.must(err)
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.server.URL(), bytes.NewReader(body))
	s.must(err)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.GetClientToken")
	resp, err := http.DefaultClient.Do(req)
	s.must(err)
	defer resp.Body.Close()
	var out struct{ ClientAuthenticationResult struct{ AccessToken *string } }
	s.must(json.NewDecoder(resp.Body).Decode(&out))
	if out.ClientAuthenticationResult.AccessToken == nil {
		s.Fatalf("no token, status %d", resp.StatusCode)
	}
	return out.ClientAuthenticationResult.AccessToken
}

// machine is an app client that gets tokens of its own for orders/read.
func (s *stage) machine() (id, secret string) {
	s.Helper()
	_, err := s.api.CreateResourceServer(s.Context(), &idp.CreateResourceServerInput{UserPoolId: &s.pool, Identifier: aws.String("orders"), Name: aws.String("orders"),
		Scopes: []types.ResourceServerScopeType{{ScopeName: aws.String("read"), ScopeDescription: aws.String("read orders")}}})
	s.must(err)
	c, err := s.api.CreateUserPoolClient(s.Context(), &idp.CreateUserPoolClientInput{UserPoolId: &s.pool, ClientName: aws.String("machine"),
		GenerateSecret: true, ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_CLIENT_TOKEN_AUTH"},
		AllowedOAuthScopes: []string{"orders/read"}})
	s.must(err)
	return *c.UserPoolClient.ClientId, *c.UserPoolClient.ClientSecret
}

// TestEventsOfMigration: somebody who is not in the pool signs in, or has forgotten the password.
func TestEventsOfMigration(t *testing.T) {
	t.Parallel()
	s := newStage(t, inMemory(), []string{"UserMigration"}, nil)
	_, err := s.signIn("Ana@Old", "old password")
	s.refused(err, "UserNotFoundException: User does not exist.")
	s.golden("UserMigration_Authentication", "UserMigration_Authentication")
	s.happened("UserMigration_Authentication")
	_, err = s.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &s.client, Username: aws.String("Ana@Old"), ClientMetadata: fromCall})
	s.refused(err, "UserNotFoundException: Username/client id combination not found.")
	s.golden("UserMigration_ForgotPassword", "UserMigration_ForgotPassword")
	s.happened("UserMigration_ForgotPassword")
	for _, flow := range []types.AuthFlowType{types.AuthFlowTypeUserSrpAuth, types.AuthFlowTypeUserAuth} { // no password in the clear
		_, err = s.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: flow, AuthParameters: params{"USERNAME": "ana", "SRP_A": "17"}})
		s.refused(err, "UserNotFoundException: User does not exist.")
	}
	s.happened("")
}
