package userpool

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

var (
	testRole     = "arn:aws:iam::" + testAccount + ":role/sms"
	testFunction = "arn:aws:lambda:us-west-2:" + testAccount + ":function:f"
)

// fullPool is a pool with every setting set.
func fullPool(t *testing.T) *Pool {
	t.Helper()
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{
		AcrConfiguration: map[string]cognitoidp.AcrLevelConfigType{"Level4": {AcrValue: "urn:mine"}},
		AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
			{Priority: 1, Name: "verified_phone_number"}}},
		AdminCreateUserConfig: &cognitoidp.AdminCreateUserConfigType{AllowAdminCreateUserOnly: new(true),
			InviteMessageTemplate: &cognitoidp.MessageTemplateType{SMSMessage: new("{username} {####}")}},
		AliasAttributes:          []cognitoidp.AliasAttributeType{"email", "preferred_username"},
		AutoVerifiedAttributes:   []cognitoidp.VerifiedAttributeType{"email", "phone_number"},
		DcrConfiguration:         &cognitoidp.DcrConfigurationType{AllowedScopes: []string{"a/b"}},
		DeletionProtection:       "ACTIVE",
		DeviceConfiguration:      &cognitoidp.DeviceConfigurationType{ChallengeRequiredOnNewDevice: new(true)},
		EmailConfiguration:       &cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: new("arn:aws:ses:us-west-2:1:identity/a@example.com")},
		EmailVerificationSubject: new("Subject"),
		IssuerConfiguration:      &cognitoidp.IssuerConfigurationType{Type: "UPDATED"},
		KeyConfiguration:         &cognitoidp.KeyConfigurationType{KeyType: "AWS_OWNED_KEY"},
		LambdaConfig:             &cognitoidp.LambdaConfigType{PreTokenGeneration: &testFunction, PreSignUp: &testFunction},
		MfaConfiguration:         "OPTIONAL",
		Policies: &cognitoidp.UserPoolPolicyType{
			PasswordPolicy: &cognitoidp.PasswordPolicyType{MinimumLength: new(int32(12)), PasswordHistorySize: new(int32(3))},
			SignInPolicy:   &cognitoidp.SignInPolicyType{AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "EMAIL_OTP"}},
		},
		Schema:                   []cognitoidp.SchemaAttributeType{{Name: new("team"), AttributeDataType: "String"}},
		SmsAuthenticationMessage: new("MFA {####}"),
		SmsConfiguration:         &cognitoidp.SmsConfigurationType{SnsCallerArn: &testRole, ExternalId: new("x")},
		UserAttributeUpdateSettings: &cognitoidp.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []cognitoidp.VerifiedAttributeType{"email"}},
		UserPoolAddOns:        &cognitoidp.UserPoolAddOnsType{AdvancedSecurityMode: "ENFORCED"},
		UserPoolTags:          map[string]string{"team": "a"},
		UserPoolTier:          "PLUS",
		UsernameConfiguration: &cognitoidp.UsernameConfigurationType{CaseSensitive: false},
		VerificationMessageTemplate: &cognitoidp.VerificationMessageTemplateType{
			EmailMessage: new("Mail {####}"), DefaultEmailOption: "CONFIRM_WITH_LINK", EmailMessageByLink: new("{##here##}")},
	})
	err := p.ConfigureMFA(testAccount, &cognitoidp.SetUserPoolMfaConfigRequest{
		MfaConfiguration:              "OPTIONAL",
		SmsMfaConfiguration:           &cognitoidp.SmsMfaConfigType{SmsAuthenticationMessage: new("MFA {####}")},
		SoftwareTokenMfaConfiguration: &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)},
		EmailMfaConfiguration:         &cognitoidp.EmailMfaConfigType{Message: new("MFA {####}")},
		WebAuthnConfiguration:         &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("auth.example.com")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// echo is the update that sends back what DescribeUserPool answers.
func echo(p *Pool) *cognitoidp.UpdateUserPoolRequest {
	acr := map[string]cognitoidp.AcrLevelConfigType{}
	for level, name := range p.ACRNames() {
		acr[level] = cognitoidp.AcrLevelConfigType{AcrValue: name}
	}
	s := p.Settings
	return &cognitoidp.UpdateUserPoolRequest{
		UserPoolId: p.ID, PoolName: &p.Name, AcrConfiguration: acr,
		AccountRecoverySetting: s.AccountRecoverySetting, AdminCreateUserConfig: s.AdminCreateUserConfig,
		AutoVerifiedAttributes: s.AutoVerifiedAttributes, DcrConfiguration: s.DcrConfiguration,
		DeletionProtection: s.DeletionProtection, DeviceConfiguration: s.DeviceConfiguration,
		EmailConfiguration: s.EmailConfiguration, EmailVerificationMessage: s.EmailVerificationMessage,
		EmailVerificationSubject: s.EmailVerificationSubject, IssuerConfiguration: s.IssuerConfiguration,
		KeyConfiguration: s.KeyConfiguration, LambdaConfig: s.LambdaConfig, MfaConfiguration: s.MfaConfiguration,
		Policies: s.Policies, SmsAuthenticationMessage: s.SmsAuthenticationMessage, SmsConfiguration: s.SmsConfiguration,
		SmsVerificationMessage: s.SmsVerificationMessage, UserAttributeUpdateSettings: s.UserAttributeUpdateSettings,
		UserPoolAddOns: s.UserPoolAddOns, UserPoolTags: s.UserPoolTags, UserPoolTier: s.UserPoolTier,
		VerificationMessageTemplate: s.VerificationMessageTemplate,
	}
}

func TestUpdateWithWhatIsThere(t *testing.T) {
	softwareTokenOnly := newPool(t, &cognitoidp.CreateUserPoolRequest{SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: &testRole}})
	err := softwareTokenOnly.ConfigureMFA(testAccount, &cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON",
		SoftwareTokenMfaConfiguration: &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)}})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]*Pool{
		"defaults":            newPool(t, &cognitoidp.CreateUserPoolRequest{}),
		"everything set":      fullPool(t),
		"software token only": softwareTokenOnly,
	} {
		t.Run(name, func(t *testing.T) {
			before := *p
			if err := p.Update(testAccount, echo(p)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, *p); diff != "" {
				t.Errorf("changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestUpdateResets(t *testing.T) {
	p := fullPool(t)
	before := *p
	fresh := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	err := p.Update(testAccount, &cognitoidp.UpdateUserPoolRequest{
		AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{"email"}, // the kept update settings need it
	})
	if err != nil {
		t.Fatal(err)
	}
	want := fresh.Settings
	want.AutoVerifiedAttributes = []cognitoidp.VerifiedAttributeType{"email"}
	// What an update keeps.
	want.AliasAttributes = before.Settings.AliasAttributes
	want.DcrConfiguration = before.Settings.DcrConfiguration
	want.IssuerConfiguration = before.Settings.IssuerConfiguration
	want.KeyConfiguration = before.Settings.KeyConfiguration
	want.SchemaAttributes = before.Settings.SchemaAttributes
	want.UserAttributeUpdateSettings = before.Settings.UserAttributeUpdateSettings
	want.UserPoolTags = before.Settings.UserPoolTags
	want.UserPoolTier = before.Settings.UserPoolTier
	want.UsernameConfiguration = before.Settings.UsernameConfiguration
	if diff := cmp.Diff(want, p.Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if p.Name != before.Name {
		t.Errorf("renamed to %q", p.Name)
	}
	if p.SMSMFA != nil || p.SoftwareTokenMFA != nil || p.EmailMFA != nil {
		t.Error("a factor is left though MFA is off")
	}
	if p.WebAuthn == nil {
		t.Error("passkey settings are gone")
	}
}

func TestUpdateKeepsSMSThatMFAUses(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{MfaConfiguration: "ON", SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: &testRole}})
	if err := p.Update(testAccount, &cognitoidp.UpdateUserPoolRequest{MfaConfiguration: "OPTIONAL"}); err != nil {
		t.Fatal(err)
	}
	if p.Settings.SmsConfiguration == nil || p.SMSMFA == nil || p.MFA() != "OPTIONAL" {
		t.Errorf("got %+v", p)
	}
}

func TestUpdateRefusalsLeaveThePool(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*cognitoidp.UpdateUserPoolRequest)
		code    cognitoidp.ErrorCode
		message string
	}{
		{"verified update without auto verification", func(in *cognitoidp.UpdateUserPoolRequest) {
			in.AutoVerifiedAttributes = nil
		}, cognitoidp.InvalidParameterException, "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"},
		{"built-in sender with e-mail MFA", func(in *cognitoidp.UpdateUserPoolRequest) {
			in.EmailConfiguration = nil
		}, cognitoidp.InvalidParameterException, "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an " +
			"EmailSendingAccount of COGNITO_DEFAULT."},
		{"recovery by e-mail alone with e-mail MFA", func(in *cognitoidp.UpdateUserPoolRequest) {
			in.AccountRecoverySetting = &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
				{Priority: 1, Name: "verified_email"}}}
		}, cognitoidp.InvalidParameterException, "Cannot set EmailMfaConfiguration when verified_email is the only mechanism of AccountRecoverySetting."},
		{"lower plan", func(in *cognitoidp.UpdateUserPoolRequest) {
			in.UserPoolTier = "LITE"
		}, cognitoidp.FeatureUnavailableInTierException, "The following features need to be disabled for the LITE pricing tier configured: " +
			"Passwordless Sign-In, Email MFA, Dynamic Client Registration, Custom ACR Values, Threat Protection"},
		{"MFA required beside one-time passwords", func(in *cognitoidp.UpdateUserPoolRequest) {
			in.MfaConfiguration = "ON"
		}, cognitoidp.InvalidParameterException, "EMAIL_OTP cannot be one of the allowed first auth factors when MFA is required."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := fullPool(t)
			before := *p
			in := echo(p)
			in.PoolName = new("Renamed")
			test.change(in)
			refused(t, p.Update(testAccount, in), test.code, test.message)
			if diff := cmp.Diff(before, *p); diff != "" {
				t.Errorf("changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestConfigureMFA(t *testing.T) {
	on, off := &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)}, &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(false)}
	const invalid = cognitoidp.InvalidParameterException
	tests := []struct {
		name    string
		pool    cognitoidp.CreateUserPoolRequest
		in      cognitoidp.SetUserPoolMfaConfigRequest
		code    cognitoidp.ErrorCode // "" where it is accepted
		message string
	}{
		{name: "software token", in: cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: on}},
		{name: "off with a factor that is off", in: cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "OFF", SoftwareTokenMfaConfiguration: off}},
		{name: "passkeys alone", in: cognitoidp.SetUserPoolMfaConfigRequest{
			WebAuthnConfiguration: &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("localhost")}}},
		{"off with a factor", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "OFF", SoftwareTokenMfaConfiguration: on},
			invalid, "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."},
		{"a factor while MFA stays off", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{SoftwareTokenMfaConfiguration: on},
			invalid, "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."},
		{"on without a factor", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: off},
			invalid, "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."},
		{"on with passkeys alone", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON", WebAuthnConfiguration: &cognitoidp.WebAuthnConfigurationType{}},
			invalid, "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."},
		{"SMS without configuration", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON", SmsMfaConfiguration: &cognitoidp.SmsMfaConfigType{}},
			invalid, "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"},
		{"e-mail with the built-in sender", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON", EmailMfaConfiguration: &cognitoidp.EmailMfaConfigType{}},
			invalid, "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT."},
		{"e-mail on LITE", cognitoidp.CreateUserPoolRequest{UserPoolTier: "LITE",
			EmailConfiguration: &cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: new("arn:aws:ses:us-west-2:1:identity/a@example.com")}},
			cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON", EmailMfaConfiguration: &cognitoidp.EmailMfaConfigType{}},
			cognitoidp.FeatureUnavailableInTierException, "The following features need to be disabled for the LITE pricing tier configured: Email MFA"},
		{"passkey MFA on LITE", cognitoidp.CreateUserPoolRequest{UserPoolTier: "LITE"},
			cognitoidp.SetUserPoolMfaConfigRequest{WebAuthnConfiguration: &cognitoidp.WebAuthnConfigurationType{
				FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION"}},
			cognitoidp.FeatureUnavailableInTierException, "The following features need to be disabled for the LITE pricing tier configured: Passkey MFA"},
		{"relying party with a scheme", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{WebAuthnConfiguration: &cognitoidp.WebAuthnConfigurationType{RelyingPartyId: new("https://example.com")}},
			invalid, "The relying party ID https://example.com is not a domain name."},
		{"SMS role of another account", cognitoidp.CreateUserPoolRequest{},
			cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON", SmsMfaConfiguration: &cognitoidp.SmsMfaConfigType{
				SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: new("arn:aws:iam::999999999999:role/sms")}}},
			invalid, "Cross-account pass role is not allowed."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPool(t, &test.pool)
			before := *p
			err := p.ConfigureMFA(testAccount, &test.in)
			if test.code == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			refused(t, err, test.code, test.message)
			if diff := cmp.Diff(before, *p); diff != "" {
				t.Errorf("changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestConfigureMFAReplacesFactors(t *testing.T) {
	p := fullPool(t)
	err := p.ConfigureMFA(testAccount, &cognitoidp.SetUserPoolMfaConfigRequest{
		SmsMfaConfiguration: &cognitoidp.SmsMfaConfigType{SmsAuthenticationMessage: new("New {####}")}})
	if err != nil {
		t.Fatal(err)
	}
	if p.SoftwareTokenMFA != nil || p.EmailMFA != nil {
		t.Error("factors left out are still on")
	}
	if p.MFA() != "OPTIONAL" || p.WebAuthn == nil || p.WebAuthn.UserVerification != "preferred" {
		t.Errorf("MFA %s, passkeys %+v", p.MFA(), p.WebAuthn)
	}
	want := &cognitoidp.SmsMfaConfigType{SmsAuthenticationMessage: new("New {####}"), SmsConfiguration: p.Settings.SmsConfiguration}
	if diff := cmp.Diff(want, p.SMSMFA); diff != "" || *p.Settings.SmsAuthenticationMessage != "New {####}" {
		t.Errorf("SMS MFA (-want +got):\n%s", diff)
	}
}

func TestRequiredMFAWithPasskeys(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
		AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "WEB_AUTHN"}}}})
	in := &cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "ON",
		SoftwareTokenMfaConfiguration: &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)}}
	refused(t, p.ConfigureMFA(testAccount, in), cognitoidp.InvalidParameterException,
		"WEB_AUTHN cannot be one of the allowed first auth factors when MFA is required.")
	in.WebAuthnConfiguration = &cognitoidp.WebAuthnConfigurationType{FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION"}
	if err := p.ConfigureMFA(testAccount, in); err != nil {
		t.Error(err)
	}
}
