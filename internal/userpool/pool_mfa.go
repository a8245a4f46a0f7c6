package userpool

import (
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// ConfigureMFA makes the whole change that a SetUserPoolMfaConfig request asks for, or refuses it and
// leaves p untouched. A factor left out is switched off; the passkey settings and an MfaConfiguration
// left out stay, for an omission must not lock out users or let them in more easily. Errors are those
// of SetUserPoolMfaConfig.
func (p *Pool) ConfigureMFA(account string, in *cognitoidp.SetUserPoolMfaConfigRequest) error {
	next := *p
	s := &next.Settings
	if in.MfaConfiguration != "" {
		s.MfaConfiguration = in.MfaConfiguration
	}
	next.SMSMFA, next.SoftwareTokenMFA, next.EmailMFA = in.SmsMfaConfiguration, in.SoftwareTokenMfaConfiguration, in.EmailMfaConfiguration
	if in.SmsMfaConfiguration != nil {
		s.SmsAuthenticationMessage = in.SmsMfaConfiguration.SmsAuthenticationMessage
		if in.SmsMfaConfiguration.SmsConfiguration != nil {
			s.SmsConfiguration = in.SmsMfaConfiguration.SmsConfiguration
		}
	}
	if in.WebAuthnConfiguration != nil {
		webAuthn := *in.WebAuthnConfiguration
		if id := webAuthn.RelyingPartyId; id != nil && !isDomainName(*id) {
			return awserr.InvalidRelyingPartyID(*id)
		}
		if webAuthn.UserVerification == "" {
			webAuthn.UserVerification = cognitoidp.UserVerificationTypePreferred
		}
		next.WebAuthn = &webAuthn
	}

	switch off := next.MFA() == cognitoidp.UserPoolMfaTypeOff; {
	case off && next.hasMFAFactor():
		return awserr.MFAOffWithFactor()
	case !off && !next.hasMFAFactor():
		return awserr.MFAWithoutFactor()
	}
	if err := next.settle(account); err != nil {
		return err
	}
	*p = next
	return nil
}

// hasMFAFactor tells whether the pool has a second factor switched on; passkeys do not count.
func (p *Pool) hasMFAFactor() bool {
	return p.SMSMFA != nil || p.EmailMFA != nil ||
		p.SoftwareTokenMFA != nil && orElse(p.SoftwareTokenMFA.Enabled, false)
}

// settleMFA makes the factors fit MfaConfiguration. Off switches all of them off. A pool that gets
// MFA without a factor gets SMS, the only one that CreateUserPool and UpdateUserPool configure.
func (p *Pool) settleMFA() error {
	if p.MFA() == cognitoidp.UserPoolMfaTypeOff {
		p.SMSMFA, p.EmailMFA = nil, nil
		if p.hasMFAFactor() {
			p.SoftwareTokenMFA = nil
		}
		return nil
	}
	if p.SMSMFA == nil && p.hasMFAFactor() {
		return nil
	}
	if p.Settings.SmsConfiguration == nil && !p.HasCustomSender(cognitoidp.DeliveryMediumTypeSms) {
		return awserr.MFANeedsSMSConfiguration()
	}
	p.SMSMFA = &cognitoidp.SmsMfaConfigType{
		SmsAuthenticationMessage: p.Settings.SmsAuthenticationMessage,
		SmsConfiguration:         p.Settings.SmsConfiguration,
	}
	return nil
}

// checkMFA checks what the factors ask of other settings.
func (p *Pool) checkMFA() error {
	if p.EmailMFA != nil {
		if p.Settings.EmailConfiguration.EmailSendingAccount == cognitoidp.EmailSendingAccountTypeCognitoDefault && !p.HasCustomSender(cognitoidp.DeliveryMediumTypeEmail) {
			return awserr.EmailMFANeedsOwnSender()
		}
		if mechanisms := p.RecoveryMechanisms(); len(mechanisms) == 1 && mechanisms[0] == cognitoidp.RecoveryOptionNameTypeVerifiedEmail {
			return awserr.EmailMFAWithEmailRecovery()
		}
	}
	if p.MFA() != cognitoidp.UserPoolMfaTypeOn {
		return nil
	}
	for _, factor := range p.FirstFactors() {
		switch factor {
		case cognitoidp.AuthFactorTypeEmailOtp, cognitoidp.AuthFactorTypeSmsOtp:
			return awserr.FirstFactorWithRequiredMFA(factor)
		case cognitoidp.AuthFactorTypeWebAuthn:
			if p.WebAuthn == nil || p.WebAuthn.FactorConfiguration != cognitoidp.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification {
				return awserr.FirstFactorWithRequiredMFA(factor)
			}
		default: // a second factor goes with the others
		}
	}
	return nil
}

// isDomainName tells whether s can be the domain of an origin, without scheme or port (Web
// Authentication Level 3, section 5.1.3: RP ID).
func isDomainName(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }) {
			return false
		}
	}
	return true
}
