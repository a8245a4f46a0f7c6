package mfa

import (
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// OnInPool tells whether the pool has switched a factor on (SetUserPoolMfaConfig).
func OnInPool(p *userpool.Pool, f userpool.Factor) bool {
	switch f {
	case userpool.FactorSMS:
		return p.SMSMFA != nil
	case userpool.FactorTOTP:
		return p.SoftwareTokenMFA != nil && p.SoftwareTokenMFA.Enabled != nil && *p.SoftwareTokenMFA.Enabled
	case userpool.FactorEmail:
		return p.EmailMFA != nil && p.AtLeastEssentials()
	default:
		return false
	}
}

// Possible tells whether the user has what a factor needs: a registered authenticator app, a phone
// number, an e-mail address. The address need not be verified: answering the code verifies it.
func Possible(u *userpool.User, f userpool.Factor) bool {
	switch f {
	case userpool.FactorTOTP:
		return u.TOTP != nil
	case userpool.FactorSMS, userpool.FactorEmail:
		return u.Attributes[Attribute(f)] != ""
	default:
		return false
	}
}

// Attribute is the attribute that a message factor sends its code to; "" for the others.
func Attribute(f userpool.Factor) string {
	switch f {
	case userpool.FactorSMS:
		return userpool.AttrPhoneNumber
	case userpool.FactorEmail:
		return userpool.AttrEmail
	default:
		return ""
	}
}

// Active lists the factors that the user has switched on, by either of the settings operations, and
// still has what they need: UserMFASettingList.
func Active(u *userpool.User) []userpool.Factor {
	settings := u.MFA
	settings.SMS = settings.SMS || u.LegacySMSMFA
	return slices.DeleteFunc(settings.Active(), func(f userpool.Factor) bool { return !Possible(u, f) })
}

// Preferred is the active factor that the user prefers, or "": PreferredMfaSetting.
func Preferred(u *userpool.User) userpool.Factor {
	if slices.Contains(Active(u), u.MFA.Prefer) {
		return u.MFA.Prefer
	}
	return ""
}

// Method is how a factor's proof is named in the amr claim.
func Method(f userpool.Factor) userpool.Method {
	switch f {
	case userpool.FactorSMS:
		return userpool.MethodSMS
	case userpool.FactorEmail:
		return userpool.MethodEmail
	default:
		return userpool.MethodTOTP
	}
}

// PasskeyCounts tells whether a passkey with user verification is both factors of u's sign-in: the pool
// allows it (FactorConfiguration) and the user wants it (WebAuthnMfaSettings).
func PasskeyCounts(p *userpool.Pool, u *userpool.User) bool {
	return u.MFA.WebAuthn && passkeysCountIn(p)
}

func passkeysCountIn(p *userpool.Pool) bool {
	return p.WebAuthn != nil && p.AtLeastEssentials() &&
		p.WebAuthn.FactorConfiguration == cognitoidp.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
}
