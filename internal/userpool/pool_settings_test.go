package userpool

import (
	"slices"
	"testing"
	"time"

	"ostiary/cognitoidp"
)

func TestPoolWithoutSettings(t *testing.T) {
	p := &Pool{}
	want := PasswordPolicy{MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true,
		RequireSymbols: true, TemporaryLife: 7 * 24 * time.Hour}
	if got := p.PasswordPolicy(); got != want {
		t.Errorf("PasswordPolicy() = %+v", got)
	}
	if got := p.FirstFactors(); !slices.Equal(got, []cognitoidp.AuthFactorType{"PASSWORD"}) {
		t.Errorf("FirstFactors() = %v", got)
	}
	if got := p.RecoveryMechanisms(); !slices.Equal(got, []cognitoidp.RecoveryOptionNameType{"verified_phone_number", "verified_email"}) {
		t.Errorf("RecoveryMechanisms() = %v", got)
	}
	if p.ThreatProtection() != "OFF" || !p.AllowsSignUp() {
		t.Errorf("ThreatProtection() = %s, AllowsSignUp() = %v", p.ThreatProtection(), p.AllowsSignUp())
	}
	if p.Passwordless() || p.AutoVerifies("email") || p.VerifiesBeforeUpdate("email") || p.UsernameIs("email") || p.HasAlias("email") ||
		p.TracksDevices() || p.TrustsDevices() || p.RemembersDevicesItself() || p.SendsLink() {
		t.Error("something is on that nobody switched on")
	}
}

func TestPoolSettings(t *testing.T) {
	p := fullPool(t)
	if got := p.PasswordPolicy(); got != (PasswordPolicy{MinimumLength: 12, HistorySize: 3, TemporaryLife: 7 * 24 * time.Hour}) {
		t.Errorf("PasswordPolicy() = %+v", got)
	}
	if p.ThreatProtection() != "ENFORCED" || p.AllowsSignUp() {
		t.Errorf("ThreatProtection() = %s, AllowsSignUp() = %v", p.ThreatProtection(), p.AllowsSignUp())
	}
	if !p.Passwordless() || !p.AutoVerifies("email") || !p.VerifiesBeforeUpdate("email") || p.VerifiesBeforeUpdate("phone_number") ||
		!p.HasAlias("email") || !p.TracksDevices() || !p.TrustsDevices() || !p.RemembersDevicesItself() || !p.SendsLink() {
		t.Error("something is off that was switched on")
	}
	p.Settings.AccountRecoverySetting = &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
		{Priority: 2, Name: "verified_email"}, {Priority: 1, Name: "verified_phone_number"}}}
	if got := p.RecoveryMechanisms(); !slices.Equal(got, []cognitoidp.RecoveryOptionNameType{"verified_phone_number", "verified_email"}) {
		t.Errorf("RecoveryMechanisms() = %v", got)
	}
	p.Settings.UsernameAttributes = []cognitoidp.UsernameAttributeType{"email"}
	if !p.UsernameIs("email") || p.UsernameIs("phone_number") {
		t.Error("UsernameIs is wrong")
	}
}
