package userpool

import (
	"maps"
	"slices"

	"ostiary/cognitoidp"
)

// NewPool is the pool that a CreateUserPool request asks for, its settings made whole. Account is
// the AWS account of the server. Errors are those of CreateUserPool.
func NewPool(id, account string, in *cognitoidp.CreateUserPoolRequest) (*Pool, error) {
	p := &Pool{ID: id, Name: in.PoolName, Settings: cognitoidp.UserPoolType{
		AcrConfiguration:            in.AcrConfiguration,
		AccountRecoverySetting:      in.AccountRecoverySetting,
		AdminCreateUserConfig:       in.AdminCreateUserConfig,
		AliasAttributes:             in.AliasAttributes,
		AutoVerifiedAttributes:      in.AutoVerifiedAttributes,
		DcrConfiguration:            in.DcrConfiguration,
		DeletionProtection:          in.DeletionProtection,
		DeviceConfiguration:         in.DeviceConfiguration,
		EmailConfiguration:          in.EmailConfiguration,
		EmailVerificationMessage:    in.EmailVerificationMessage,
		EmailVerificationSubject:    in.EmailVerificationSubject,
		IssuerConfiguration:         in.IssuerConfiguration,
		KeyConfiguration:            in.KeyConfiguration,
		LambdaConfig:                in.LambdaConfig,
		MfaConfiguration:            in.MfaConfiguration,
		Policies:                    in.Policies,
		SmsAuthenticationMessage:    in.SmsAuthenticationMessage,
		SmsConfiguration:            in.SmsConfiguration,
		SmsVerificationMessage:      in.SmsVerificationMessage,
		UserAttributeUpdateSettings: in.UserAttributeUpdateSettings,
		UserPoolAddOns:              in.UserPoolAddOns,
		UserPoolTags:                in.UserPoolTags,
		UserPoolTier:                in.UserPoolTier,
		UsernameAttributes:          in.UsernameAttributes,
		UsernameConfiguration:       in.UsernameConfiguration,
		VerificationMessageTemplate: in.VerificationMessageTemplate,
	}}
	var err error
	if p.Settings.SchemaAttributes, err = newSchema(in.Schema); err != nil {
		return nil, err
	}
	if err := p.settle(account); err != nil {
		return nil, err
	}
	return p, nil
}

// Update makes the whole change that an UpdateUserPool request asks for, or refuses it and leaves p
// untouched. A member left out returns to its default, except for the ones kept below. Errors are
// those of UpdateUserPool.
func (p *Pool) Update(account string, in *cognitoidp.UpdateUserPoolRequest) error {
	old := p.Settings
	next := *p
	next.Settings = cognitoidp.UserPoolType{
		AcrConfiguration:            in.AcrConfiguration,
		AccountRecoverySetting:      in.AccountRecoverySetting,
		AdminCreateUserConfig:       in.AdminCreateUserConfig,
		AutoVerifiedAttributes:      in.AutoVerifiedAttributes,
		DcrConfiguration:            in.DcrConfiguration,
		DeletionProtection:          in.DeletionProtection,
		DeviceConfiguration:         in.DeviceConfiguration,
		EmailConfiguration:          in.EmailConfiguration,
		EmailVerificationMessage:    in.EmailVerificationMessage,
		EmailVerificationSubject:    in.EmailVerificationSubject,
		IssuerConfiguration:         in.IssuerConfiguration,
		KeyConfiguration:            in.KeyConfiguration,
		LambdaConfig:                in.LambdaConfig,
		MfaConfiguration:            in.MfaConfiguration,
		Policies:                    in.Policies,
		SmsAuthenticationMessage:    in.SmsAuthenticationMessage,
		SmsConfiguration:            in.SmsConfiguration,
		SmsVerificationMessage:      in.SmsVerificationMessage,
		UserAttributeUpdateSettings: in.UserAttributeUpdateSettings,
		UserPoolAddOns:              in.UserPoolAddOns,
		UserPoolTags:                in.UserPoolTags,
		UserPoolTier:                in.UserPoolTier,
		VerificationMessageTemplate: in.VerificationMessageTemplate,

		// What was settled at creation.
		AliasAttributes:       old.AliasAttributes,
		SchemaAttributes:      old.SchemaAttributes,
		UsernameAttributes:    old.UsernameAttributes,
		UsernameConfiguration: old.UsernameConfiguration,
	}
	if in.PoolName != nil {
		next.Name = *in.PoolName
	}

	// What an update without the member keeps.
	s := &next.Settings
	s.UserPoolTier = orKept(s.UserPoolTier, old.UserPoolTier)
	if s.UserAttributeUpdateSettings == nil {
		s.UserAttributeUpdateSettings = old.UserAttributeUpdateSettings
	}
	if s.UserPoolTags == nil {
		s.UserPoolTags = old.UserPoolTags
	}
	if s.DcrConfiguration == nil {
		s.DcrConfiguration = old.DcrConfiguration
	}
	if s.KeyConfiguration == nil {
		s.KeyConfiguration = old.KeyConfiguration
	}
	if s.IssuerConfiguration == nil {
		s.IssuerConfiguration = old.IssuerConfiguration
	}
	if s.SmsConfiguration == nil && next.MFA() != cognitoidp.UserPoolMfaTypeOff && p.SMSMFA != nil {
		s.SmsConfiguration = old.SmsConfiguration // MFA stands on it
	}

	if err := next.settle(account); err != nil {
		return err
	}
	*p = next
	return nil
}

func orKept[T ~string](given, kept T) T {
	if given == "" {
		return kept
	}
	return given
}

// settle fills in the defaults, makes members that say the same agree, and checks what must hold
// between members. It replaces what it changes, for the parts of p may be shared.
func (p *Pool) settle(account string) error {
	if err := p.settleTemporaryPasswords(); err != nil {
		return err
	}
	p.fillDefaults()
	p.mirrorMessages()
	if err := p.settleLambda(); err != nil {
		return err
	}
	if err := p.settleMFA(); err != nil {
		return err
	}
	return p.check(account)
}

func (p *Pool) fillDefaults() {
	s := &p.Settings
	if s.DeletionProtection == "" {
		s.DeletionProtection = cognitoidp.DeletionProtectionTypeInactive
	}
	s.MfaConfiguration = p.MFA()
	if s.UserPoolTier == "" {
		s.UserPoolTier = cognitoidp.UserPoolTierTypeEssentials
	}
	if s.UserPoolTags == nil {
		s.UserPoolTags = map[string]string{}
	}
	if s.AccountRecoverySetting == nil || len(s.AccountRecoverySetting.RecoveryMechanisms) == 0 {
		s.AccountRecoverySetting = &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
			{Priority: 1, Name: cognitoidp.RecoveryOptionNameTypeVerifiedEmail},
			{Priority: 2, Name: cognitoidp.RecoveryOptionNameTypeVerifiedPhoneNumber},
		}}
	}

	policies := cognitoidp.UserPoolPolicyType{PasswordPolicy: s.Policies.PasswordPolicy}
	policies.SignInPolicy = &cognitoidp.SignInPolicyType{AllowedFirstAuthFactors: unique(p.FirstFactors())}
	s.Policies = &policies

	email := cognitoidp.EmailConfigurationType{}
	if s.EmailConfiguration != nil {
		email = *s.EmailConfiguration
	}
	if email.EmailSendingAccount == "" {
		email.EmailSendingAccount = cognitoidp.EmailSendingAccountTypeCognitoDefault
	}
	s.EmailConfiguration = &email

	if s.SmsConfiguration != nil && s.SmsConfiguration.EumsSms == nil && s.SmsConfiguration.SnsRegion == nil {
		sms := *s.SmsConfiguration
		sms.SnsRegion = new(snsRegion(p.Region()))
		s.SmsConfiguration = &sms
	}
	if s.DcrConfiguration != nil {
		dcr := *s.DcrConfiguration
		if dcr.EnableStatus == "" {
			dcr.EnableStatus = cognitoidp.StatusTypeEnabled
		}
		dcr.OpenDcrEnabled = new(orElse(dcr.OpenDcrEnabled, false))
		s.DcrConfiguration = &dcr
	}
	if s.UserAttributeUpdateSettings != nil {
		s.UserAttributeUpdateSettings = &cognitoidp.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: append([]cognitoidp.VerifiedAttributeType{},
				unique(s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate)...)}
	}
	s.AutoVerifiedAttributes = unique(s.AutoVerifiedAttributes)
	s.AliasAttributes = unique(s.AliasAttributes)
	s.UsernameAttributes = unique(s.UsernameAttributes)

	// Only names that differ from the default are kept; ACRNames adds the others.
	custom := maps.Clone(s.AcrConfiguration)
	maps.DeleteFunc(custom, func(level string, c cognitoidp.AcrLevelConfigType) bool {
		return c.AcrValue == defaultACRNames[level]
	})
	if len(custom) == 0 {
		custom = nil
	}
	s.AcrConfiguration = custom
}

// mirrorMessages makes the verification template and the members that it replaced agree; where both
// were given, the template wins.
func (p *Pool) mirrorMessages() {
	s := &p.Settings
	template := cognitoidp.VerificationMessageTemplateType{}
	if s.VerificationMessageTemplate != nil {
		template = *s.VerificationMessageTemplate
	}
	if template.DefaultEmailOption == "" {
		template.DefaultEmailOption = cognitoidp.DefaultEmailOptionTypeConfirmWithCode
	}
	mirror := func(current, legacy **string) {
		if *current == nil {
			*current = *legacy
		}
		*legacy = *current
	}
	mirror(&template.SmsMessage, &s.SmsVerificationMessage)
	mirror(&template.EmailMessage, &s.EmailVerificationMessage)
	mirror(&template.EmailSubject, &s.EmailVerificationSubject)
	s.VerificationMessageTemplate = &template
}

// unique drops what was listed before: the lists of settings are sets.
func unique[T comparable](list []T) []T {
	var set []T
	for _, v := range list {
		if !slices.Contains(set, v) {
			set = append(set, v)
		}
	}
	return set
}

// The names of the authentication context class levels that a pool has not named itself
// (AcrConfiguration).
var defaultACRNames = map[string]string{
	"Level1": "urn:cognito:loa:1",
	"Level2": "urn:cognito:loa:2",
	"Level3": "urn:cognito:loa:3",
	"Level4": "urn:cognito:loa:4",
}

// ACRNames are the names of the authentication context class levels, Level1 to Level4, as the acr
// claim and DescribeUserPool have them.
func (p *Pool) ACRNames() map[string]string {
	names := maps.Clone(defaultACRNames)
	for level, config := range p.Settings.AcrConfiguration {
		names[level] = config.AcrValue
	}
	return names
}
