package mfa

import (
	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/userpool"
)

// Change is what SetUserMFAPreference or AdminSetUserMFAPreference asks for. A block left out
// leaves its factor untouched, and within a block a member left out keeps its value.
type Change struct {
	SMS      *cognitoidp.SMSMfaSettingsType
	TOTP     *cognitoidp.SoftwareTokenMfaSettingsType
	Email    *cognitoidp.EmailMfaSettingsType
	WebAuthn *cognitoidp.WebAuthnMfaSettingsType
}

// setting is one block of a Change, whatever its factor.
type setting struct {
	factor          userpool.Factor
	active          *bool // of the MFASettings being built
	enable, prefers *bool
}

// Apply makes the whole change on u, or refuses it and leaves u untouched.
func (c Change) Apply(p *userpool.Pool, u *userpool.User) error {
	want := u.MFA
	blocks := c.blocks(&want)

	preferred := 0
	for _, b := range blocks {
		if isTrue(b.prefers) {
			preferred++
		}
	}
	if preferred > 1 {
		return awserr.SeveralPreferredMFA()
	}

	for _, b := range blocks {
		if b.enable != nil {
			*b.active = *b.enable
		}
		if isTrue(b.enable) {
			if err := canActivate(p, u, b.factor); err != nil {
				return err
			}
		}
		switch {
		case isTrue(b.prefers) && !*b.active:
			return awserr.PreferredMFANotActive(string(b.factor))
		case isTrue(b.prefers):
			want.Prefer = b.factor
		case want.Prefer == b.factor && (b.prefers != nil || !*b.active):
			want.Prefer = ""
		}
	}

	if c.WebAuthn != nil && c.WebAuthn.Enabled != nil {
		want.WebAuthn = *c.WebAuthn.Enabled
		if want.WebAuthn {
			if err := canActivateWebAuthn(p, want); err != nil {
				return err
			}
		}
	}
	if len(want.Active()) == 0 {
		want.WebAuthn = false // a passkey is MFA only beside another factor
	}

	if c.SMS != nil && c.SMS.Enabled != nil {
		u.LegacySMSMFA = u.LegacySMSMFA && want.SMS // the newer setting overrules the legacy one
	}
	u.MFA = want
	return nil
}

func (c Change) blocks(want *userpool.MFASettings) []setting {
	var blocks []setting
	if s := c.SMS; s != nil {
		blocks = append(blocks, setting{userpool.FactorSMS, &want.SMS, s.Enabled, s.PreferredMfa})
	}
	if s := c.TOTP; s != nil {
		blocks = append(blocks, setting{userpool.FactorTOTP, &want.TOTP, s.Enabled, s.PreferredMfa})
	}
	if s := c.Email; s != nil {
		blocks = append(blocks, setting{userpool.FactorEmail, &want.Email, s.Enabled, s.PreferredMfa})
	}
	return blocks
}

// canActivate refuses a factor that no sign-in could ask for: a user who switches it on must be
// able to rely on it.
func canActivate(p *userpool.Pool, u *userpool.User, f userpool.Factor) error {
	if !Possible(u, f) {
		return awserr.NoDeliveryConfig(string(f))
	}
	if !OnInPool(p, f) {
		return awserr.MFANotOnInPool(string(f))
	}
	return nil
}

func canActivateWebAuthn(p *userpool.Pool, want userpool.MFASettings) error {
	if !passkeysCountIn(p) {
		return awserr.MFANotOnInPool("WEB_AUTHN")
	}
	if len(want.Active()) == 0 {
		return awserr.WebAuthnMFANeedsAnotherFactor()
	}
	return nil
}

func isTrue(b *bool) bool { return b != nil && *b }
