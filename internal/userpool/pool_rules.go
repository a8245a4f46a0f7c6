package userpool

import (
	"net/mail"
	"slices"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// check tells what in the pool's settings contradicts itself. Defaults are filled in.
func (p *Pool) check(account string) error {
	for _, rule := range []func() error{
		p.checkSignInNames, p.checkFirstFactors, p.checkVerification, p.checkRecovery,
		p.checkEmail, func() error { return p.checkSMS(account) },
		p.checkMFA, p.checkACRNames, p.checkEncryption, p.checkTier,
	} {
		if err := rule(); err != nil {
			return err
		}
	}
	return awserr.PoolNotTagged(CheckTags(p.Settings.UserPoolTags))
}

func (p *Pool) checkSignInNames() error {
	if len(p.Settings.AliasAttributes) > 0 && len(p.Settings.UsernameAttributes) > 0 {
		return awserr.AliasAndUsernameAttributes()
	}
	if p.HasAlias(AttrPreferredUsername) && slices.Contains(p.RequiredAttributes(), AttrPreferredUsername) {
		return awserr.PreferredUsernameRequiredAndAlias()
	}
	return nil
}

func (p *Pool) checkFirstFactors() error {
	factors := p.FirstFactors()
	if !slices.Contains(factors, cognitoidp.AuthFactorTypePassword) {
		return awserr.PasswordMustBeFirstFactor()
	}
	if slices.Contains(factors, cognitoidp.AuthFactorTypeSoftwareToken) {
		return awserr.FirstFactorNotSupported(cognitoidp.AuthFactorTypeSoftwareToken)
	}
	return nil
}

func (p *Pool) checkVerification() error {
	if p.AutoVerifies(AttrPhoneNumber) && p.Settings.SmsConfiguration == nil && !p.HasCustomSender(cognitoidp.DeliveryMediumTypeSms) {
		return awserr.PhoneVerificationNeedsSMSConfiguration()
	}
	if settings := p.Settings.UserAttributeUpdateSettings; settings != nil {
		for _, attribute := range settings.AttributesRequireVerificationBeforeUpdate {
			if !p.AutoVerifies(string(attribute)) {
				return awserr.VerifiedUpdateNotAutoVerified()
			}
		}
	}
	return nil
}

func (p *Pool) checkRecovery() error {
	mechanisms := p.Settings.AccountRecoverySetting.RecoveryMechanisms
	for i, m := range mechanisms {
		for _, earlier := range mechanisms[:i] {
			if m.Name == earlier.Name || m.Priority == earlier.Priority {
				return awserr.DuplicateRecovery()
			}
		}
	}
	for _, m := range mechanisms {
		if m.Name == cognitoidp.RecoveryOptionNameTypeAdminOnly && len(mechanisms) > 1 {
			return awserr.AdminOnlyRecoveryNotAlone()
		}
	}
	return nil
}

// sesRegions send for pools of any region; a pool's own region does too.
var sesRegions = []string{"eu-west-1", "us-east-1", "us-west-2"}

func (p *Pool) checkEmail() error {
	email := p.Settings.EmailConfiguration
	if email.EmailSendingAccount == cognitoidp.EmailSendingAccountTypeDeveloper && email.SourceArn == nil {
		return awserr.EmailSourceARNRequired()
	}
	if err := p.checkSourceARN(email.SourceArn); err != nil {
		return err
	}
	if from := orElse(email.From, ""); from != "" {
		if _, err := mail.ParseAddress(from); err != nil {
			return awserr.InvalidEmailFrom()
		}
	}
	return nil
}

// checkSourceARN refuses an identity of a region that does not send for the pool.
func (p *Pool) checkSourceARN(arn *string) error {
	if arn == nil {
		return nil
	}
	if region := parseARN(*arn).region; region != p.Region() && !slices.Contains(sesRegions, region) {
		return awserr.EmailSourceARNRegion(sesRegions)
	}
	return nil
}

// snsRegion is where a pool of a region sends its SMS messages: at home, except that Seoul has none.
func snsRegion(region string) string {
	if region == "ap-northeast-2" {
		return "ap-northeast-1"
	}
	return region
}

// unclaimedAccount is the account of a server whose operator has named none: no role is foreign to it.
const unclaimedAccount = "000000000000"

func (p *Pool) checkSMS(account string) error {
	sms := p.Settings.SmsConfiguration
	if sms == nil {
		return nil
	}
	role := orElse(sms.SnsCallerArn, "")
	switch {
	case sms.EumsSms != nil && role != "":
		return awserr.TwoSMSSenders()
	case sms.EumsSms != nil:
		role = sms.EumsSms.CallerArn
		if region := orElse(sms.EumsSms.Region, p.Region()); region != p.Region() {
			return awserr.InvalidEUMSRegion(p.Region())
		}
	case role == "":
		return awserr.SMSSenderRequired()
	default:
		if allowed := snsRegion(p.Region()); orElse(sms.SnsRegion, allowed) != allowed {
			return awserr.InvalidSNSRegion(p.Region(), allowed)
		}
	}
	if parseARN(role).account != account && account != unclaimedAccount {
		return awserr.CrossAccountRole()
	}
	return nil
}

func (p *Pool) checkACRNames() error {
	seen := map[string]bool{}
	for _, name := range p.ACRNames() {
		if seen[name] {
			return awserr.DuplicateACRName(name)
		}
		seen[name] = true
	}
	return nil
}

func (p *Pool) checkEncryption() error {
	key := p.Settings.KeyConfiguration
	if key != nil && key.KeyType == cognitoidp.EncryptionKeyTypeCustomerManagedKey && key.KmsKeyArn == nil {
		return awserr.EncryptionKeyRequired()
	}
	return nil
}

// arn is the parts of an Amazon Resource Name that rules look at:
// arn:<partition>:<service>:<region>:<account>:<resource>.
type arn struct{ service, region, account, resource string }

func parseARN(s string) arn {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) < 6 {
		return arn{}
	}
	return arn{service: parts[2], region: parts[3], account: parts[4], resource: parts[5]}
}
