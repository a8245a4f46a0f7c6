package userpool

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

const (
	testPoolID  = "us-west-2_aaaaaaaaa"
	testAccount = "111122223333"
)

func newPool(t *testing.T, in *cognitoidp.CreateUserPoolRequest) *Pool {
	t.Helper()
	if in.PoolName == "" {
		in.PoolName = "MyUserPool"
	}
	p, err := NewPool(testPoolID, testAccount, in)
	if err != nil {
		t.Fatalf("NewPool: %v", err)
	}
	return p
}

// refused checks that err is the refusal of the given code and text.
func refused(t *testing.T, err error, code cognitoidp.ErrorCode, message string) {
	t.Helper()
	var refusal *cognitoidp.Error
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Message != message {
		t.Errorf("got %v\nwant %s: %s", err, code, message)
	}
}

func TestNewPoolDefaults(t *testing.T) {
	p := newPool(t, &cognitoidp.CreateUserPoolRequest{})
	want := cognitoidp.UserPoolType{
		Policies: &cognitoidp.UserPoolPolicyType{
			PasswordPolicy: &cognitoidp.PasswordPolicyType{
				MinimumLength: new(int32(8)), RequireUppercase: new(true), RequireLowercase: new(true),
				RequireNumbers: new(true), RequireSymbols: new(true), TemporaryPasswordValidityDays: new(int32(7)),
			},
			SignInPolicy: &cognitoidp.SignInPolicyType{AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD"}},
		},
		DeletionProtection:          "INACTIVE",
		LambdaConfig:                &cognitoidp.LambdaConfigType{},
		SchemaAttributes:            standardSchema(),
		VerificationMessageTemplate: &cognitoidp.VerificationMessageTemplateType{DefaultEmailOption: "CONFIRM_WITH_CODE"},
		MfaConfiguration:            "OFF",
		EmailConfiguration:          &cognitoidp.EmailConfigurationType{EmailSendingAccount: "COGNITO_DEFAULT"},
		UserPoolTags:                map[string]string{},
		AdminCreateUserConfig: &cognitoidp.AdminCreateUserConfigType{
			AllowAdminCreateUserOnly: new(false), UnusedAccountValidityDays: new(int32(7)),
		},
		AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
			{Priority: 1, Name: "verified_email"}, {Priority: 2, Name: "verified_phone_number"},
		}},
		UserPoolTier: "ESSENTIALS",
	}
	if diff := cmp.Diff(want, p.Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if p.SMSMFA != nil || p.SoftwareTokenMFA != nil || p.EmailMFA != nil || p.WebAuthn != nil {
		t.Error("a factor is configured")
	}
}

func TestStandardSchema(t *testing.T) {
	var got strings.Builder
	for _, a := range standardSchema() {
		limits := ""
		if s := a.StringAttributeConstraints; s != nil {
			limits = orElse(s.MinLength, "") + ".." + orElse(s.MaxLength, "")
		}
		if n := a.NumberAttributeConstraints; n != nil {
			limits = orElse(n.MinValue, "") + ".." + orElse(n.MaxValue, "")
		}
		if *a.DeveloperOnlyAttribute {
			t.Errorf("%s: developer only", *a.Name)
		}
		if !IsStandard(*a.Name) {
			t.Errorf("IsStandard(%q) = false", *a.Name)
		}
		flags := ""
		if *a.Required {
			flags += " required"
		}
		if !*a.Mutable {
			flags += " immutable"
		}
		got.WriteString(*a.Name + " " + string(a.AttributeDataType) + " " + limits + flags + "\n")
	}
	want := `sub String 1..2048 required immutable
name String 0..2048
given_name String 0..2048
family_name String 0..2048
middle_name String 0..2048
nickname String 0..2048
preferred_username String 0..2048
profile String 0..2048
picture String 0..2048
website String 0..2048
email String 0..2048
email_verified Boolean 
gender String 0..2048
birthdate String 10..10
zoneinfo String 0..2048
locale String 0..2048
phone_number String 0..2048
phone_number_verified Boolean 
address String 0..2048
updated_at Number 0..
identities String ..
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if IsStandard("custom:team") {
		t.Error("custom:team is standard")
	}
}

func TestNewPoolRefusals(t *testing.T) {
	lambda := func(region string) string { return "arn:aws:lambda:" + region + ":" + testAccount + ":function:f" }
	sms := &cognitoidp.SmsConfigurationType{SnsCallerArn: new("arn:aws:iam::" + testAccount + ":role/sms")}
	const invalid = cognitoidp.InvalidParameterException
	tests := []struct {
		name    string
		in      cognitoidp.CreateUserPoolRequest
		code    cognitoidp.ErrorCode
		message string
	}{
		{"alias and username attributes", cognitoidp.CreateUserPoolRequest{
			AliasAttributes:    []cognitoidp.AliasAttributeType{"email"},
			UsernameAttributes: []cognitoidp.UsernameAttributeType{"email"},
		}, invalid, "Only one of the aliasAttributes or usernameAttributes can be set in a User pool."},
		{"preferred_username required and alias", cognitoidp.CreateUserPoolRequest{
			AliasAttributes: []cognitoidp.AliasAttributeType{"preferred_username"},
			Schema:          []cognitoidp.SchemaAttributeType{{Name: new("preferred_username"), Required: new(true)}},
		}, invalid, "preferred_username cannot be both a required attribute and an alias attribute."},
		{"no password factor", cognitoidp.CreateUserPoolRequest{
			Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
				AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"EMAIL_OTP"}}},
		}, invalid, "Password should be configured as one of the allowed first auth factors."},
		{"authenticator app first", cognitoidp.CreateUserPoolRequest{
			Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
				AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "SOFTWARE_TOKEN"}}},
		}, invalid, "SOFTWARE_TOKEN is not supported as a first auth factor."},
		{"one-time password first and MFA required", cognitoidp.CreateUserPoolRequest{
			MfaConfiguration: "ON", SmsConfiguration: sms,
			Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
				AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "EMAIL_OTP"}}},
		}, invalid, "EMAIL_OTP cannot be one of the allowed first auth factors when MFA is required."},
		{"phone verification without SMS", cognitoidp.CreateUserPoolRequest{
			AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{"phone_number"},
		}, invalid, "SMS configuration is required when phone_number is selected for auto verification"},
		{"verified update of what is not auto-verified", cognitoidp.CreateUserPoolRequest{
			AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{},
			UserAttributeUpdateSettings: &cognitoidp.UserAttributeUpdateSettingsType{
				AttributesRequireVerificationBeforeUpdate: []cognitoidp.VerifiedAttributeType{"email"}},
		}, invalid, "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"},
		{"MFA without SMS", cognitoidp.CreateUserPoolRequest{MfaConfiguration: "OPTIONAL"},
			invalid, "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"},
		{"duplicate recovery priority", cognitoidp.CreateUserPoolRequest{
			AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
				{Priority: 1, Name: "verified_email"}, {Priority: 1, Name: "verified_phone_number"}}},
		}, invalid, "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."},
		{"duplicate recovery mechanism", cognitoidp.CreateUserPoolRequest{
			AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
				{Priority: 1, Name: "verified_email"}, {Priority: 2, Name: "verified_email"}}},
		}, invalid, "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."},
		{"admin_only and another", cognitoidp.CreateUserPoolRequest{
			AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
				{Priority: 1, Name: "admin_only"}, {Priority: 2, Name: "verified_email"}}},
		}, invalid, "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms."},
		{"both validity days", cognitoidp.CreateUserPoolRequest{
			Policies: &cognitoidp.UserPoolPolicyType{PasswordPolicy: &cognitoidp.PasswordPolicyType{
				TemporaryPasswordValidityDays: new(int32(7))}},
			AdminCreateUserConfig: &cognitoidp.AdminCreateUserConfigType{UnusedAccountValidityDays: new(int32(3))},
		}, invalid, "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"},
		{"own sender without ARN", cognitoidp.CreateUserPoolRequest{
			EmailConfiguration: &cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER"},
		}, invalid, "Source ARN is required to use DEVELOPER email sending owner"},
		{"sender in a far region", cognitoidp.CreateUserPoolRequest{
			EmailConfiguration: &cognitoidp.EmailConfigurationType{SourceArn: new("arn:aws:ses:ap-south-1:1:identity/a@example.com")},
		}, invalid, "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2."},
		{"From is no address", cognitoidp.CreateUserPoolRequest{
			EmailConfiguration: &cognitoidp.EmailConfigurationType{From: new("nobody")},
		}, invalid, "Provided From email address is invalid"},
		{"SMS from another region", cognitoidp.CreateUserPoolRequest{
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: sms.SnsCallerArn, SnsRegion: new("eu-west-1")},
		}, invalid, "Invalid snsRegion. Allowed SNS region for us-west-2 is us-west-2"},
		{"SMS role of another account", cognitoidp.CreateUserPoolRequest{
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: new("arn:aws:iam::999999999999:role/sms")},
		}, invalid, "Cross-account pass role is not allowed."},
		{"two SMS senders", cognitoidp.CreateUserPoolRequest{
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: sms.SnsCallerArn,
				EumsSms: &cognitoidp.EumsSmsConfigurationType{CallerArn: *sms.SnsCallerArn}},
		}, invalid, "SMS configuration can have either SnsCallerArn or EumsSms, not both."},
		{"no SMS sender", cognitoidp.CreateUserPoolRequest{SmsConfiguration: &cognitoidp.SmsConfigurationType{}},
			invalid, "SMS configuration requires either SnsCallerArn or EumsSms."},
		{"End User Messaging elsewhere", cognitoidp.CreateUserPoolRequest{
			SmsConfiguration: &cognitoidp.SmsConfigurationType{
				EumsSms: &cognitoidp.EumsSmsConfigurationType{CallerArn: *sms.SnsCallerArn, Region: new("eu-west-1")}},
		}, invalid, "Invalid EumsSms region. It must be the region of the user pool, us-west-2"},
		{"trigger in another region", cognitoidp.CreateUserPoolRequest{
			LambdaConfig: &cognitoidp.LambdaConfigType{PreSignUp: new(lambda("eu-west-1"))},
		}, invalid, "Cross-region lambda functions are not supported"},
		{"two pre token generation triggers", cognitoidp.CreateUserPoolRequest{
			LambdaConfig: &cognitoidp.LambdaConfigType{PreTokenGeneration: new(lambda("us-west-2")),
				PreTokenGenerationConfig: &cognitoidp.PreTokenGenerationVersionConfigType{
					LambdaVersion: "V1_0", LambdaArn: lambda("us-west-2") + "2"}},
		}, invalid, "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's"},
		{"custom sender without key", cognitoidp.CreateUserPoolRequest{
			LambdaConfig: &cognitoidp.LambdaConfigType{CustomEmailSender: &cognitoidp.CustomEmailLambdaVersionConfigType{
				LambdaVersion: "V1_0", LambdaArn: lambda("us-west-2")}},
		}, invalid, "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used."},
		{"key in another region", cognitoidp.CreateUserPoolRequest{
			LambdaConfig: &cognitoidp.LambdaConfigType{KMSKeyID: new("arn:aws:kms:eu-west-1:1:key/k")},
		}, invalid, "Invalid arn eu-west-1"},
		{"customer key without ARN", cognitoidp.CreateUserPoolRequest{
			KeyConfiguration: &cognitoidp.KeyConfigurationType{KeyType: "CUSTOMER_MANAGED_KEY"},
		}, invalid, "KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY."},
		{"ACR name of another level", cognitoidp.CreateUserPoolRequest{
			AcrConfiguration: map[string]cognitoidp.AcrLevelConfigType{"Level1": {AcrValue: "urn:cognito:loa:2"}},
		}, invalid, "ACR value urn:cognito:loa:2 must be unique across all levels."},
		{"reserved tag", cognitoidp.CreateUserPoolRequest{UserPoolTags: map[string]string{"aws:x": "1"}},
			cognitoidp.UserPoolTaggingException, "Tag key aws:x is reserved: it begins with aws:"},
		{"tag with a bracket", cognitoidp.CreateUserPoolRequest{UserPoolTags: map[string]string{"team": "<a>"}},
			cognitoidp.UserPoolTaggingException, "Tag team may only contain letters, numbers, spaces and the characters _ . : / = + - @"},
		{"LITE with passwordless and V2", cognitoidp.CreateUserPoolRequest{
			UserPoolTier: "LITE",
			Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
				AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "WEB_AUTHN"}}},
			LambdaConfig: &cognitoidp.LambdaConfigType{PreTokenGenerationConfig: &cognitoidp.PreTokenGenerationVersionConfigType{
				LambdaVersion: "V2_0", LambdaArn: lambda("us-west-2")}},
		}, cognitoidp.FeatureUnavailableInTierException, "The following features need to be disabled for the LITE pricing tier configured: " +
			"Passwordless Sign-In, Token Customization with Pre-Token Generation Lambda V2_0"},
		{"LITE with registration", cognitoidp.CreateUserPoolRequest{
			UserPoolTier: "LITE", DcrConfiguration: &cognitoidp.DcrConfigurationType{},
		}, cognitoidp.FeatureUnavailableInTierException, "The following features need to be disabled for the LITE pricing tier configured: " +
			"Dynamic Client Registration"},
		{"LITE with ACR names", cognitoidp.CreateUserPoolRequest{
			UserPoolTier: "LITE", AcrConfiguration: map[string]cognitoidp.AcrLevelConfigType{"Level1": {AcrValue: "urn:mine"}},
		}, cognitoidp.FeatureUnavailableInTierException, "The following features need to be disabled for the LITE pricing tier configured: " +
			"Custom ACR Values"},
		{"ESSENTIALS with threat protection", cognitoidp.CreateUserPoolRequest{
			UserPoolAddOns: &cognitoidp.UserPoolAddOnsType{AdvancedSecurityMode: "AUDIT"},
		}, cognitoidp.FeatureUnavailableInTierException, "The following features need to be disabled for the ESSENTIALS pricing tier configured: " +
			"Threat Protection"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.in.PoolName = "MyUserPool"
			_, err := NewPool(testPoolID, testAccount, &test.in)
			refused(t, err, test.code, test.message)
		})
	}
}

func TestNewPoolAccepts(t *testing.T) {
	role := "arn:aws:iam::" + testAccount + ":role/sms"
	t.Run("PLUS with threat protection", func(t *testing.T) {
		newPool(t, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "PLUS",
			UserPoolAddOns: &cognitoidp.UserPoolAddOnsType{AdvancedSecurityMode: "ENFORCED"}})
	})
	t.Run("LITE with plain settings", func(t *testing.T) {
		newPool(t, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "LITE",
			AcrConfiguration: map[string]cognitoidp.AcrLevelConfigType{"Level1": {AcrValue: "urn:cognito:loa:1"}},
			DcrConfiguration: &cognitoidp.DcrConfigurationType{EnableStatus: "Disabled"},
			UserPoolAddOns:   &cognitoidp.UserPoolAddOnsType{AdvancedSecurityMode: "OFF"}})
	})
	t.Run("unclaimed account has no foreign roles", func(t *testing.T) {
		_, err := NewPool(testPoolID, unclaimedAccount, &cognitoidp.CreateUserPoolRequest{PoolName: "p",
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: &role}})
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("Seoul sends from Tokyo", func(t *testing.T) {
		p, err := NewPool("ap-northeast-2_aaaaaaaaa", testAccount, &cognitoidp.CreateUserPoolRequest{PoolName: "p",
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: &role}})
		if err != nil || *p.Settings.SmsConfiguration.SnsRegion != "ap-northeast-1" {
			t.Errorf("got %v, %v", p, err)
		}
	})
	t.Run("sender with a name in the pool's own region", func(t *testing.T) {
		p, err := NewPool("ap-south-1_aaaaaaaaa", testAccount, &cognitoidp.CreateUserPoolRequest{PoolName: "p",
			EmailConfiguration: &cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER",
				From: new("Ana <ana@example.com>"), SourceArn: new("arn:aws:ses:ap-south-1:1:identity/example.com")}})
		if err != nil || p.Settings.EmailConfiguration.EmailSendingAccount != "DEVELOPER" {
			t.Errorf("got %v, %v", p, err)
		}
	})
	t.Run("MFA by SMS", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{MfaConfiguration: "ON", SmsAuthenticationMessage: new("Code {####}"),
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: &role}})
		want := &cognitoidp.SmsMfaConfigType{SmsAuthenticationMessage: new("Code {####}"),
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: &role, SnsRegion: new("us-west-2")}}
		if diff := cmp.Diff(want, p.SMSMFA); diff != "" {
			t.Errorf("SMS MFA (-want +got):\n%s", diff)
		}
	})
}

func TestNewPoolCompletes(t *testing.T) {
	t.Run("partial password policy", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{
			PasswordPolicy: &cognitoidp.PasswordPolicyType{RequireNumbers: new(true), TemporaryPasswordValidityDays: new(int32(0))}}})
		want := &cognitoidp.PasswordPolicyType{MinimumLength: new(int32(8)), RequireUppercase: new(false), RequireLowercase: new(false),
			RequireNumbers: new(true), RequireSymbols: new(false), TemporaryPasswordValidityDays: new(int32(7))}
		if diff := cmp.Diff(want, p.Settings.Policies.PasswordPolicy); diff != "" {
			t.Errorf("policy (-want +got):\n%s", diff)
		}
	})
	t.Run("legacy validity days", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{
			AdminCreateUserConfig: &cognitoidp.AdminCreateUserConfigType{UnusedAccountValidityDays: new(int32(30))}})
		if days := *p.Settings.Policies.PasswordPolicy.TemporaryPasswordValidityDays; days != 30 {
			t.Errorf("got %d days", days)
		}
		if hours := p.PasswordPolicy().TemporaryLife.Hours(); hours != 30*24 {
			t.Errorf("got %v hours", hours)
		}
	})
	t.Run("validity days of the policy", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{
			PasswordPolicy: &cognitoidp.PasswordPolicyType{TemporaryPasswordValidityDays: new(int32(2))}}})
		if days := *p.Settings.AdminCreateUserConfig.UnusedAccountValidityDays; days != 2 {
			t.Errorf("got %d days", days)
		}
	})
	t.Run("template to legacy texts", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{
			SmsVerificationMessage: new("old {####}"),
			VerificationMessageTemplate: &cognitoidp.VerificationMessageTemplateType{
				SmsMessage: new("new {####}"), EmailMessage: new("mail {####}"), EmailSubject: new("subject")}})
		s := p.Settings
		if *s.SmsVerificationMessage != "new {####}" || *s.EmailVerificationMessage != "mail {####}" || *s.EmailVerificationSubject != "subject" {
			t.Errorf("got %+v", s)
		}
	})
	t.Run("legacy texts to template", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{
			SmsVerificationMessage: new("sms {####}"), EmailVerificationMessage: new("mail {####}"), EmailVerificationSubject: new("subject")})
		want := &cognitoidp.VerificationMessageTemplateType{DefaultEmailOption: "CONFIRM_WITH_CODE",
			SmsMessage: new("sms {####}"), EmailMessage: new("mail {####}"), EmailSubject: new("subject")}
		if diff := cmp.Diff(want, p.Settings.VerificationMessageTemplate); diff != "" {
			t.Errorf("template (-want +got):\n%s", diff)
		}
	})
	t.Run("pre token generation", func(t *testing.T) {
		function := "arn:aws:lambda:us-west-2:1:function:f"
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{LambdaConfig: &cognitoidp.LambdaConfigType{PreTokenGeneration: &function}})
		config := p.Settings.LambdaConfig.PreTokenGenerationConfig
		if config == nil || config.LambdaVersion != "V1_0" || config.LambdaArn != function {
			t.Errorf("got %+v", config)
		}
		p = newPool(t, &cognitoidp.CreateUserPoolRequest{LambdaConfig: &cognitoidp.LambdaConfigType{
			PreTokenGenerationConfig: &cognitoidp.PreTokenGenerationVersionConfigType{LambdaVersion: "V3_0", LambdaArn: function}}})
		if got := p.Settings.LambdaConfig.PreTokenGeneration; got == nil || *got != function {
			t.Errorf("got %v", got)
		}
	})
	t.Run("ACR names", func(t *testing.T) {
		p := newPool(t, &cognitoidp.CreateUserPoolRequest{
			AcrConfiguration: map[string]cognitoidp.AcrLevelConfigType{"Level2": {AcrValue: "urn:mine"}, "Level3": {AcrValue: "urn:cognito:loa:3"}}})
		want := map[string]string{"Level1": "urn:cognito:loa:1", "Level2": "urn:mine", "Level3": "urn:cognito:loa:3", "Level4": "urn:cognito:loa:4"}
		if diff := cmp.Diff(want, p.ACRNames()); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
	})
	t.Run("request is left alone", func(t *testing.T) {
		in := &cognitoidp.CreateUserPoolRequest{PoolName: "p", LambdaConfig: &cognitoidp.LambdaConfigType{PreTokenGeneration: new("arn:aws:lambda:us-west-2:1:function:f")},
			Policies: &cognitoidp.UserPoolPolicyType{PasswordPolicy: &cognitoidp.PasswordPolicyType{}}, EmailConfiguration: &cognitoidp.EmailConfigurationType{}}
		newPool(t, in)
		if in.LambdaConfig.PreTokenGenerationConfig != nil || in.Policies.SignInPolicy != nil ||
			in.Policies.PasswordPolicy.MinimumLength != nil || in.EmailConfiguration.EmailSendingAccount != "" {
			t.Errorf("changed: %+v", in)
		}
	})
}
