package userpool

import (
	"time"

	"ostiary/cognitoidp"
)

// Names of the attributes that the server itself acts upon.
const (
	AttrSub                 = "sub"
	AttrEmail               = "email"
	AttrEmailVerified       = "email_verified"
	AttrPhoneNumber         = "phone_number"
	AttrPhoneNumberVerified = "phone_number_verified"
	AttrLocale              = "locale"
	AttrPreferredUsername   = "preferred_username"
)

// User is a user profile of a pool.
type User struct {
	PoolID   string
	Username string // as stored; the sub in pools whose usernames are e-mail addresses or phone numbers
	Sub      string // UUID, never changes

	Status  cognitoidp.UserStatusType
	Enabled bool

	// Attributes are all values but sub: standard names, custom:* and dev:custom:*.
	Attributes map[string]string

	// Pending are new values of email or phone_number that wait for VerifyUserAttribute
	// (AttributesRequireVerificationBeforeUpdate).
	Pending map[string]string

	// Password is nil for a user who has none (passwordless, external).
	Password *Password
	// PasswordHistory are earlier passwords, newest first, as many as the pool's policy asks for.
	PasswordHistory []Password

	// TOTP is the verified authenticator app; nil without one.
	TOTP *TOTP
	// PendingTOTP was handed out by AssociateSoftwareToken and waits for VerifySoftwareToken.
	PendingTOTP *TOTP

	MFA MFASettings
	// LegacySMSMFA is the SMS setting of SetUserSettings, shown as MFAOptions.
	LegacySMSMFA bool

	// TokensRevoked: tokens issued before this instant are void (GlobalSignOut, disabling).
	TokensRevoked time.Time

	Created  time.Time
	Modified time.Time // UserLastModifiedDate

	// Identities are those of external providers by which the user signs in, oldest first.
	Identities []Identity

	// Names is how the user is found; the rule that fills it is Pool.Index.
	Names Names
}

// Names are the folded forms under which a user is unique in the pool.
type Names struct {
	Username string // Pool.Fold of Username
	// Aliases are the sign-in names beside the username: verified aliases, or the e-mail address
	// and phone number of a pool with UsernameAttributes.
	Aliases []Alias
}

// Alias is one extra sign-in name.
type Alias struct {
	Attribute string // email, phone_number or preferred_username
	Value     string // folded
}

// Password is what the server keeps of a password: the SRP-6a salt and verifier. The store seals it.
type Password struct {
	Salt     []byte
	Verifier []byte
	Set      time.Time
	// Temporary passwords must be replaced at the first sign-in, before Expires.
	Temporary bool
	Expires   time.Time // zero: never
}

// TOTP is one authenticator app. The store seals Secret.
type TOTP struct {
	Secret   []byte
	Name     string // FriendlyDeviceName
	LastStep int64  // RFC 6238 time step of the last code accepted; no code works twice
}

// Factor is a multi-factor authentication factor by its name on the wire, as UserMFASettingList
// and the challenges have it.
type Factor string

// The second factors.
const (
	FactorSMS   Factor = "SMS_MFA"
	FactorTOTP  Factor = "SOFTWARE_TOKEN_MFA"
	FactorEmail Factor = "EMAIL_OTP"
)

// MFASettings is a user's own MFA preference (SetUserMFAPreference).
type MFASettings struct {
	SMS      bool
	TOTP     bool
	Email    bool
	WebAuthn bool   // a user-verified passkey counts as MFA
	Prefer   Factor // "" without a preference; always an active factor
}

// Active lists the active factors in the order in which the service lists them.
func (m MFASettings) Active() []Factor {
	var active []Factor
	if m.SMS {
		active = append(active, FactorSMS)
	}
	if m.TOTP {
		active = append(active, FactorTOTP)
	}
	if m.Email {
		active = append(active, FactorEmail)
	}
	return active
}

// Verified tells whether the user's e-mail address or phone number (attribute) is verified.
func (u *User) Verified(attribute string) bool {
	return u.Attributes[attribute] != "" && u.Attributes[attribute+"_verified"] == "true"
}

// SignedOutSince tells whether u was signed out everywhere at or after start, the beginning of a
// session. Of two at the same instant the sign-out wins, so that no token survives it.
func (u *User) SignedOutSince(start time.Time) bool {
	return !u.TokensRevoked.IsZero() && !start.After(u.TokensRevoked)
}

// Index fills u.Names, the names under which u can be found in p.
func (p *Pool) Index(u *User) {
	u.Names = Names{Username: p.Fold(u.Username)}
	for _, attribute := range []string{AttrEmail, AttrPhoneNumber, AttrPreferredUsername} {
		if value := u.Attributes[attribute]; value != "" && p.signsInBy(u, attribute) {
			u.Names.Aliases = append(u.Names.Aliases, Alias{Attribute: attribute, Value: p.foldAlias(attribute, value)})
		}
	}
}

// signsInBy tells whether attribute is a sign-in name of u: as a username attribute always, as an
// alias once verified (a preferred_username needs no verification, but a confirmed user).
func (p *Pool) signsInBy(u *User, attribute string) bool {
	for _, a := range p.Settings.UsernameAttributes {
		if string(a) == attribute {
			return true
		}
	}
	for _, a := range p.Settings.AliasAttributes {
		if string(a) == attribute {
			return attribute == AttrPreferredUsername || u.Verified(attribute)
		}
	}
	return false
}

func (p *Pool) foldAlias(attribute, value string) string {
	if attribute == AttrPhoneNumber {
		return value
	}
	return p.Fold(value)
}

// AliasesOf are the sign-in names that a typed name could stand for in p, in the order in which
// they are tried after the username itself.
func (p *Pool) AliasesOf(name string) []Alias {
	var aliases []Alias
	try := func(attribute string) {
		aliases = append(aliases, Alias{Attribute: attribute, Value: p.foldAlias(attribute, name)})
	}
	for _, a := range p.Settings.UsernameAttributes {
		try(string(a))
	}
	for _, a := range p.Settings.AliasAttributes {
		try(string(a))
	}
	return aliases
}
