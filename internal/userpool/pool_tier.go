package userpool

import (
	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// checkTier refuses settings that the pool's feature plan does not have.
func (p *Pool) checkTier() error {
	var missing []string
	lacks := func(feature string, needed bool) {
		if needed {
			missing = append(missing, feature)
		}
	}
	if !p.AtLeastEssentials() {
		lacks("Passwordless Sign-In", len(p.FirstFactors()) > 1)
		if config := p.Settings.LambdaConfig.PreTokenGenerationConfig; config != nil {
			lacks("Token Customization with Pre-Token Generation Lambda "+string(config.LambdaVersion),
				config.LambdaVersion != cognitoidp.PreTokenGenerationLambdaVersionTypeV10)
		}
		lacks("Email MFA", p.EmailMFA != nil)
		lacks("Passkey MFA", p.WebAuthn != nil &&
			p.WebAuthn.FactorConfiguration == cognitoidp.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification)
		lacks("Dynamic Client Registration", p.Settings.DcrConfiguration != nil &&
			p.Settings.DcrConfiguration.EnableStatus == cognitoidp.StatusTypeEnabled)
		lacks(sessionTracking, p.TracksSessions())
		lacks("Custom ACR Values", len(p.Settings.AcrConfiguration) > 0)
	}
	if p.Settings.UserPoolTier != cognitoidp.UserPoolTierTypePlus {
		addOns := p.Settings.UserPoolAddOns
		lacks("Threat Protection", p.ThreatProtection() != cognitoidp.AdvancedSecurityModeTypeOff ||
			addOns != nil && addOns.AdvancedSecurityAdditionalFlows != nil &&
				addOns.AdvancedSecurityAdditionalFlows.CustomAuthMode != "")
		lacks(userActivityFeature, p.exportsUserActivity())
	}
	if len(missing) > 0 {
		return awserr.FeaturesUnavailableInTier(p.Settings.UserPoolTier, missing)
	}
	return nil
}
