package userpool

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

// Whatever settings a pool was made and changed with, an update that sends back what it answers
// changes nothing.
func TestEchoChangesNothing(t *testing.T) {
	made, changed, configured := 0, 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		p, err := NewPool(testPoolID, testAccount, pick(r, candidates()))
		if err != nil {
			continue // settings that contradict each other
		}
		made++
		in := pick(r, candidates())
		err = p.Update(testAccount, &cognitoidp.UpdateUserPoolRequest{
			AcrConfiguration: in.AcrConfiguration, AccountRecoverySetting: in.AccountRecoverySetting, AdminCreateUserConfig: in.AdminCreateUserConfig,
			AutoVerifiedAttributes: in.AutoVerifiedAttributes, DcrConfiguration: in.DcrConfiguration, DeletionProtection: in.DeletionProtection,
			DeviceConfiguration: in.DeviceConfiguration, EmailConfiguration: in.EmailConfiguration, EmailVerificationMessage: in.EmailVerificationMessage,
			EmailVerificationSubject: in.EmailVerificationSubject, IssuerConfiguration: in.IssuerConfiguration, KeyConfiguration: in.KeyConfiguration,
			LambdaConfig: in.LambdaConfig, MfaConfiguration: in.MfaConfiguration, Policies: in.Policies, SmsAuthenticationMessage: in.SmsAuthenticationMessage,
			SmsConfiguration: in.SmsConfiguration, SmsVerificationMessage: in.SmsVerificationMessage, UserAttributeUpdateSettings: in.UserAttributeUpdateSettings,
			UserPoolAddOns: in.UserPoolAddOns, UserPoolTags: in.UserPoolTags, UserPoolTier: in.UserPoolTier, VerificationMessageTemplate: in.VerificationMessageTemplate,
		})
		if err == nil {
			changed++
		}
		mfa := cognitoidp.SetUserPoolMfaConfigRequest{MfaConfiguration: "OPTIONAL"}
		if r.IntN(2) == 0 {
			mfa.SoftwareTokenMfaConfiguration = &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(r.IntN(3) > 0)}
		}
		if r.IntN(2) == 0 {
			mfa.SmsMfaConfiguration = &cognitoidp.SmsMfaConfigType{}
		}
		if r.IntN(4) == 0 {
			mfa.EmailMfaConfiguration = &cognitoidp.EmailMfaConfigType{}
		}
		if p.ConfigureMFA(testAccount, &mfa) == nil {
			configured++
		}

		before := *p
		if err := p.Update(testAccount, echo(p)); err != nil {
			t.Fatalf("seed %d: the echo is refused: %v\n%s", seed, err, cmp.Diff(&Pool{}, p))
		}
		if diff := cmp.Diff(before, *p); diff != "" {
			t.Fatalf("seed %d: changed (-before +after):\n%s", seed, diff)
		}
	}
	if made < 300 || changed < 100 || configured < 100 {
		t.Errorf("only %d pools were made, %d changed, %d got MFA: the test says little", made, changed, configured)
	}
}

// pick sets each member with a candidate in one of four cases.
func pick(r *rand.Rand, from *cognitoidp.CreateUserPoolRequest) *cognitoidp.CreateUserPoolRequest {
	in := &cognitoidp.CreateUserPoolRequest{PoolName: "p"}
	src, dst := reflect.ValueOf(from).Elem(), reflect.ValueOf(in).Elem()
	for i := range src.NumField() {
		if r.IntN(4) == 0 {
			dst.Field(i).Set(src.Field(i))
		}
	}
	in.PoolName = "p"
	return in
}

// candidates has a value for every member.
func candidates() *cognitoidp.CreateUserPoolRequest {
	return &cognitoidp.CreateUserPoolRequest{
		AcrConfiguration: map[string]cognitoidp.AcrLevelConfigType{"Level1": {AcrValue: "urn:cognito:loa:1"}, "Level3": {AcrValue: "urn:mine"}},
		AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
			{Priority: 2, Name: "verified_email"}, {Priority: 1, Name: "verified_phone_number"}}},
		AdminCreateUserConfig:    &cognitoidp.AdminCreateUserConfigType{UnusedAccountValidityDays: new(int32(0))},
		AliasAttributes:          []cognitoidp.AliasAttributeType{"email", "email"},
		AutoVerifiedAttributes:   []cognitoidp.VerifiedAttributeType{"email", "email"},
		DcrConfiguration:         &cognitoidp.DcrConfigurationType{},
		DeletionProtection:       "ACTIVE",
		DeviceConfiguration:      &cognitoidp.DeviceConfigurationType{},
		EmailConfiguration:       &cognitoidp.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: new("arn:aws:ses:us-west-2:1:identity/a@example.com")},
		EmailVerificationMessage: new("old {####}"),
		EmailVerificationSubject: new("old"),
		IssuerConfiguration:      &cognitoidp.IssuerConfigurationType{Type: "ORIGINAL"},
		KeyConfiguration:         &cognitoidp.KeyConfigurationType{KeyType: "AWS_OWNED_KEY"},
		LambdaConfig:             &cognitoidp.LambdaConfigType{PreTokenGeneration: &testFunction},
		MfaConfiguration:         "OPTIONAL",
		Policies: &cognitoidp.UserPoolPolicyType{PasswordPolicy: &cognitoidp.PasswordPolicyType{RequireNumbers: new(true)},
			SignInPolicy: &cognitoidp.SignInPolicyType{AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "WEB_AUTHN"}}},
		Schema:                   []cognitoidp.SchemaAttributeType{{Name: new("a"), AttributeDataType: "String"}},
		SmsAuthenticationMessage: new("auth {####}"),
		SmsConfiguration:         &cognitoidp.SmsConfigurationType{SnsCallerArn: &testRole},
		SmsVerificationMessage:   new("old {####}"),
		UserAttributeUpdateSettings: &cognitoidp.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []cognitoidp.VerifiedAttributeType{}},
		UserPoolAddOns:              &cognitoidp.UserPoolAddOnsType{AdvancedSecurityMode: "AUDIT"},
		UserPoolTags:                map[string]string{"a": "b"},
		UserPoolTier:                "PLUS",
		UsernameAttributes:          []cognitoidp.UsernameAttributeType{"email"},
		UsernameConfiguration:       &cognitoidp.UsernameConfigurationType{},
		VerificationMessageTemplate: &cognitoidp.VerificationMessageTemplateType{SmsMessage: new("new {####}")},
	}
}
