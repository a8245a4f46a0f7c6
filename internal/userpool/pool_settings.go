package userpool

import (
	"slices"
	"time"

	"ostiary/cognitoidp"
)

// PasswordPolicy is what a pool asks of passwords, defaults filled in.
type PasswordPolicy struct {
	MinimumLength    int // characters
	RequireUppercase bool
	RequireLowercase bool
	RequireNumbers   bool
	RequireSymbols   bool
	HistorySize      int           // how many earlier passwords may not come back; 0: all may
	TemporaryLife    time.Duration // how long a temporary password works
}

// The defaults of Policies.PasswordPolicy that hold even where a policy was given in part.
const (
	defaultMinimumLength = 8
	defaultTemporaryDays = 7
)

// PasswordPolicy is the pool's Policies.PasswordPolicy. A pool without one asks for everything.
func (p *Pool) PasswordPolicy() PasswordPolicy {
	policy := passwordPolicy(nil)
	if p.Settings.Policies != nil {
		policy = passwordPolicy(p.Settings.Policies.PasswordPolicy)
	}
	return PasswordPolicy{
		MinimumLength:    int(*policy.MinimumLength),
		RequireUppercase: *policy.RequireUppercase,
		RequireLowercase: *policy.RequireLowercase,
		RequireNumbers:   *policy.RequireNumbers,
		RequireSymbols:   *policy.RequireSymbols,
		HistorySize:      int(orElse(policy.PasswordHistorySize, 0)),
		TemporaryLife:    time.Duration(*policy.TemporaryPasswordValidityDays) * 24 * time.Hour,
	}
}

// passwordPolicy is a policy as the service keeps it: whole, whatever part of it was given. Booleans
// left out of a policy that was given mean false.
func passwordPolicy(given *cognitoidp.PasswordPolicyType) *cognitoidp.PasswordPolicyType {
	if given == nil {
		return &cognitoidp.PasswordPolicyType{
			MinimumLength:    new(int32(defaultMinimumLength)),
			RequireUppercase: new(true), RequireLowercase: new(true),
			RequireNumbers: new(true), RequireSymbols: new(true),
			TemporaryPasswordValidityDays: new(int32(defaultTemporaryDays)),
		}
	}
	whole := *given
	whole.MinimumLength = new(orElse(given.MinimumLength, defaultMinimumLength))
	whole.RequireUppercase = new(orElse(given.RequireUppercase, false))
	whole.RequireLowercase = new(orElse(given.RequireLowercase, false))
	whole.RequireNumbers = new(orElse(given.RequireNumbers, false))
	whole.RequireSymbols = new(orElse(given.RequireSymbols, false))
	if days := orElse(given.TemporaryPasswordValidityDays, 0); days == 0 { // 0 counts as absent
		whole.TemporaryPasswordValidityDays = new(int32(defaultTemporaryDays))
	}
	return &whole
}

// FirstFactors are the ways in which a sign-in may start (SignInPolicy.AllowedFirstAuthFactors).
// Absent means PASSWORD alone.
func (p *Pool) FirstFactors() []cognitoidp.AuthFactorType {
	if p.Settings.Policies == nil || p.Settings.Policies.SignInPolicy == nil ||
		len(p.Settings.Policies.SignInPolicy.AllowedFirstAuthFactors) == 0 {
		return []cognitoidp.AuthFactorType{cognitoidp.AuthFactorTypePassword}
	}
	return p.Settings.Policies.SignInPolicy.AllowedFirstAuthFactors
}

// Passwordless tells whether a user can sign in without ever having a password: the pool lets a
// one-time password be the first factor.
func (p *Pool) Passwordless() bool {
	return slices.Contains(p.FirstFactors(), cognitoidp.AuthFactorTypeEmailOtp) ||
		slices.Contains(p.FirstFactors(), cognitoidp.AuthFactorTypeSmsOtp)
}

// AutoVerifies tells whether the pool sends a code to a new value of email or phone_number
// (AutoVerifiedAttributes).
func (p *Pool) AutoVerifies(attribute string) bool {
	return slices.Contains(p.Settings.AutoVerifiedAttributes, cognitoidp.VerifiedAttributeType(attribute))
}

// VerifiesBeforeUpdate tells whether a new value of email or phone_number waits for its
// verification before it replaces the old one (AttributesRequireVerificationBeforeUpdate).
func (p *Pool) VerifiesBeforeUpdate(attribute string) bool {
	settings := p.Settings.UserAttributeUpdateSettings
	return settings != nil && slices.Contains(settings.AttributesRequireVerificationBeforeUpdate,
		cognitoidp.VerifiedAttributeType(attribute))
}

// UsernameIs tells whether users of the pool are named by attribute, email or phone_number
// (UsernameAttributes).
func (p *Pool) UsernameIs(attribute string) bool {
	return slices.Contains(p.Settings.UsernameAttributes, cognitoidp.UsernameAttributeType(attribute))
}

// HasAlias tells whether attribute can stand for the username (AliasAttributes).
func (p *Pool) HasAlias(attribute string) bool {
	return slices.Contains(p.Settings.AliasAttributes, cognitoidp.AliasAttributeType(attribute))
}

// RecoveryMechanisms are the ways to recover an account, best first (AccountRecoverySetting). A pool
// without the setting is an old one: phone, then e-mail.
func (p *Pool) RecoveryMechanisms() []cognitoidp.RecoveryOptionNameType {
	setting := p.Settings.AccountRecoverySetting
	if setting == nil || len(setting.RecoveryMechanisms) == 0 {
		return []cognitoidp.RecoveryOptionNameType{
			cognitoidp.RecoveryOptionNameTypeVerifiedPhoneNumber, cognitoidp.RecoveryOptionNameTypeVerifiedEmail,
		}
	}
	byPriority := slices.SortedStableFunc(slices.Values(setting.RecoveryMechanisms),
		func(a, b cognitoidp.RecoveryOptionType) int { return int(a.Priority - b.Priority) })
	names := make([]cognitoidp.RecoveryOptionNameType, len(byPriority))
	for i, m := range byPriority {
		names[i] = m.Name
	}
	return names
}

// TracksDevices tells whether users can remember devices: any DeviceConfiguration turns it on.
func (p *Pool) TracksDevices() bool { return p.Settings.DeviceConfiguration != nil }

// TrustsDevices tells whether a remembered device stands in for a second factor
// (ChallengeRequiredOnNewDevice).
func (p *Pool) TrustsDevices() bool {
	return p.TracksDevices() && orElse(p.Settings.DeviceConfiguration.ChallengeRequiredOnNewDevice, false)
}

// RemembersDevicesItself tells whether ConfirmDevice remembers a device at once; otherwise it stays
// unremembered until UpdateDeviceStatus says so (DeviceOnlyRememberedOnUserPrompt).
func (p *Pool) RemembersDevicesItself() bool {
	return p.TracksDevices() && !orElse(p.Settings.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt, false)
}

// AllowsSignUp tells whether users may register themselves (not AllowAdminCreateUserOnly).
func (p *Pool) AllowsSignUp() bool {
	config := p.Settings.AdminCreateUserConfig
	return config == nil || !orElse(config.AllowAdminCreateUserOnly, false)
}

// SendsLink tells whether sign-up is confirmed by a link in an e-mail (DefaultEmailOption). A function that delivers
// the e-mails is given the code.
func (p *Pool) SendsLink() bool {
	template := p.Settings.VerificationMessageTemplate
	return template != nil && !p.HasCustomSender(cognitoidp.DeliveryMediumTypeEmail) && template.DefaultEmailOption == cognitoidp.DefaultEmailOptionTypeConfirmWithLink
}

// ThreatProtection is UserPoolAddOns.AdvancedSecurityMode; absent means OFF.
func (p *Pool) ThreatProtection() cognitoidp.AdvancedSecurityModeType {
	if p.Settings.UserPoolAddOns == nil || p.Settings.UserPoolAddOns.AdvancedSecurityMode == "" {
		return cognitoidp.AdvancedSecurityModeTypeOff
	}
	return p.Settings.UserPoolAddOns.AdvancedSecurityMode
}

// ThreatProtectionOf is how threat protection treats sign-ins of a flow: CUSTOM_AUTH as
// AdvancedSecurityAdditionalFlows.CustomAuthMode says, absent meaning OFF, and every other as
// AdvancedSecurityMode.
func (p *Pool) ThreatProtectionOf(flow cognitoidp.AuthFlowType) cognitoidp.AdvancedSecurityModeType {
	if flow != cognitoidp.AuthFlowTypeCustomAuth {
		return p.ThreatProtection()
	}
	addOns := p.Settings.UserPoolAddOns
	if addOns == nil || addOns.AdvancedSecurityAdditionalFlows == nil || addOns.AdvancedSecurityAdditionalFlows.CustomAuthMode == "" {
		return cognitoidp.AdvancedSecurityModeTypeOff
	}
	return cognitoidp.AdvancedSecurityModeType(addOns.AdvancedSecurityAdditionalFlows.CustomAuthMode)
}

// HasThreatProtection tells whether threat protection looks at any sign-in.
func (p *Pool) HasThreatProtection() bool {
	return p.ThreatProtection() != cognitoidp.AdvancedSecurityModeTypeOff ||
		p.ThreatProtectionOf(cognitoidp.AuthFlowTypeCustomAuth) != cognitoidp.AdvancedSecurityModeTypeOff
}

// orElse is the value of an optional member, or what its absence means.
func orElse[T any](v *T, absent T) T {
	if v == nil {
		return absent
	}
	return *v
}
