package userpool

import (
	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// settleTemporaryPasswords makes Policies.PasswordPolicy whole, and the legacy
// UnusedAccountValidityDays say the same as its TemporaryPasswordValidityDays. Both may be sent, as
// DescribeUserPool returns both, but not with different values.
func (p *Pool) settleTemporaryPasswords() error {
	s := &p.Settings
	policies := cognitoidp.UserPoolPolicyType{}
	if s.Policies != nil {
		policies = *s.Policies
	}
	admin := cognitoidp.AdminCreateUserConfigType{}
	if s.AdminCreateUserConfig != nil {
		admin = *s.AdminCreateUserConfig
	}

	policy := passwordPolicy(policies.PasswordPolicy)
	if admin.UnusedAccountValidityDays != nil {
		days := *admin.UnusedAccountValidityDays
		if days == 0 {
			days = defaultTemporaryDays
		}
		given := policies.PasswordPolicy != nil && policies.PasswordPolicy.TemporaryPasswordValidityDays != nil
		if given && days != *policy.TemporaryPasswordValidityDays {
			return awserr.UnusedAccountValidityReplaced()
		}
		policy.TemporaryPasswordValidityDays = &days
	}
	admin.UnusedAccountValidityDays = policy.TemporaryPasswordValidityDays
	admin.AllowAdminCreateUserOnly = new(orElse(admin.AllowAdminCreateUserOnly, false))

	policies.PasswordPolicy = policy
	s.Policies, s.AdminCreateUserConfig = &policies, &admin
	return nil
}
