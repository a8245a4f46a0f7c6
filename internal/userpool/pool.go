package userpool

import (
	"strings"
	"time"

	"ostiary/cognitoidp"
)

// Pool is a user pool (CreateUserPool).
type Pool struct {
	ID   string // <region>_<9 alphanumerics>
	Name string

	// Settings is what DescribeUserPool answers, defaults filled in, without what is derived at
	// reading: Id, Name, Arn, the dates, EstimatedNumberOfUsers, Domain and CustomDomain.
	Settings cognitoidp.UserPoolType

	// The factors that only SetUserPoolMfaConfig sets. Nil means not configured.
	SMSMFA           *cognitoidp.SmsMfaConfigType
	SoftwareTokenMFA *cognitoidp.SoftwareTokenMfaConfigType
	EmailMFA         *cognitoidp.EmailMfaConfigType
	WebAuthn         *cognitoidp.WebAuthnConfigurationType

	// LogDelivery is where logs go, at most one destination for each event source. Nil means nowhere.
	LogDelivery []cognitoidp.LogConfigurationType

	// Sessions is what SetUserPoolSessionConfiguration has set; nil means never.
	Sessions *SessionSettings

	// Risk is what SetRiskConfiguration has set for the pool; nil means nothing.
	Risk *RiskConfiguration

	// Replica is the pool's place in a second region; nil if it has none.
	Replica *Replica

	Created  time.Time
	Modified time.Time
}

// Suffix is the pool id after its first underscore: the "pool name" of the SRP arithmetic.
func (p *Pool) Suffix() string {
	_, suffix, _ := strings.Cut(p.ID, "_")
	return suffix
}

// Region is the pool id before its first underscore.
func (p *Pool) Region() string {
	region, _, _ := strings.Cut(p.ID, "_")
	return region
}

// MFA is the pool's MfaConfiguration; absent means OFF.
func (p *Pool) MFA() cognitoidp.UserPoolMfaType {
	if p.Settings.MfaConfiguration == "" {
		return cognitoidp.UserPoolMfaTypeOff
	}
	return p.Settings.MfaConfiguration
}

// CaseSensitive tells whether usernames, preferred usernames and e-mail addresses are compared
// letter by letter. Absent UsernameConfiguration means they are.
func (p *Pool) CaseSensitive() bool {
	return p.Settings.UsernameConfiguration == nil || p.Settings.UsernameConfiguration.CaseSensitive
}

// Fold is the form in which a username, preferred username or e-mail address of this pool is
// compared and kept unique.
func (p *Pool) Fold(name string) string {
	if p.CaseSensitive() {
		return name
	}
	return strings.ToLower(name)
}

// AtLeastEssentials tells whether the pool's feature plan is Essentials or Plus.
func (p *Pool) AtLeastEssentials() bool {
	return p.Settings.UserPoolTier != cognitoidp.UserPoolTierTypeLite
}
