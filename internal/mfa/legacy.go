package mfa

import (
	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// ApplyOptions switches SMS codes on or off in the way that came before the preferences
// (SetUserSettings, AdminSetUserSettings): the list is empty, or has SMS to phone_number. Off is off:
// the preference for SMS falls too. On needs what the preference needs.
func ApplyOptions(p *userpool.Pool, u *userpool.User, options []cognitoidp.MFAOptionType) error {
	for _, o := range options {
		sms := o.DeliveryMedium == cognitoidp.DeliveryMediumTypeSms
		if !sms || o.AttributeName == nil || *o.AttributeName != userpool.AttrPhoneNumber {
			return awserr.OnlySMSOption()
		}
	}
	if len(options) == 0 {
		return Change{SMS: &cognitoidp.SMSMfaSettingsType{Enabled: new(false)}}.Apply(p, u)
	}
	if err := canActivate(p, u, userpool.FactorSMS); err != nil {
		return err
	}
	u.LegacySMSMFA = true
	return nil
}

// DeleteApp takes u's authenticator app away, registered or under way, with what the user had set for
// it (AdminDeleteSoftwareToken).
func DeleteApp(u *userpool.User) error {
	if u.TOTP == nil && u.PendingTOTP == nil {
		return awserr.NoSoftwareTokenToDelete()
	}
	u.TOTP, u.PendingTOTP = nil, nil
	u.MFA.TOTP = false
	if u.MFA.Prefer == userpool.FactorTOTP {
		u.MFA.Prefer = ""
	}
	if len(u.MFA.Active()) == 0 {
		u.MFA.WebAuthn = false // a passkey is MFA only beside another factor
	}
	return nil
}
