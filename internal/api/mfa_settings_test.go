package api

import (
	"fmt"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// withFactors makes a stage whose pool has SMS and authenticator apps on, and a user ana.
func withFactors(t *testing.T, pairs ...string) *stage {
	t.Helper()
	st := newStage(t, nil, nil)
	st.update(func(tx store.Tx) error {
		p, err := tx.Pool(st.ctx, st.poolID)
		if err != nil {
			return err
		}
		p.Settings.MfaConfiguration = cognitoidp.UserPoolMfaTypeOptional
		p.SMSMFA = &cognitoidp.SmsMfaConfigType{}
		p.SoftwareTokenMFA = &cognitoidp.SoftwareTokenMfaConfigType{Enabled: new(true)}
		return tx.SavePool(st.ctx, p)
	})
	st.confirmed("ana", pairs...)
	return st
}

// reads is what GetUserAuthFactors and AdminGetUser show of the user's factors; the two must agree,
// and with their twins.
func (st *stage) reads(username, accessToken string) string {
	st.t.Helper()
	own, err := st.GetUserAuthFactors(st.ctx, &cognitoidp.GetUserAuthFactorsRequest{AccessToken: accessToken})
	if err != nil {
		st.t.Fatal(err)
	}
	admin, err := st.AdminGetUserAuthFactors(st.ctx, &cognitoidp.AdminGetUserAuthFactorsRequest{UserPoolId: st.poolID, Username: username})
	if err != nil {
		st.t.Fatal(err)
	}
	profile, err := st.AdminGetUser(st.ctx, &cognitoidp.AdminGetUserRequest{UserPoolId: st.poolID, Username: username})
	if err != nil {
		st.t.Fatal(err)
	}
	got := fmt.Sprintf("%v %v prefers %q", own.ConfiguredUserAuthFactors, own.UserMFASettingList, value(own.PreferredMfaSetting))
	if twin := fmt.Sprintf("%v %v prefers %q", admin.ConfiguredUserAuthFactors, admin.UserMFASettingList, value(admin.PreferredMfaSetting)); twin != got {
		st.t.Errorf("the administrator reads %s, the user %s", twin, got)
	}
	if fmt.Sprint(profile.UserMFASettingList) != fmt.Sprint(own.UserMFASettingList) {
		st.t.Errorf("AdminGetUser lists %v", profile.UserMFASettingList)
	}
	return fmt.Sprintf("%s options %d", got, len(profile.MFAOptions))
}

func (st *stage) wantReads(accessToken, wanted string) {
	st.t.Helper()
	if got := st.reads("ana", accessToken); got != wanted {
		st.t.Errorf("reads show %s, want %s", got, wanted)
	}
}

func TestUserSettings(t *testing.T) {
	st := withFactors(t, "phone_number", "+15555550100")
	access := st.accessToken("ana")
	set := func(options ...cognitoidp.MFAOptionType) error {
		_, err := st.SetUserSettings(st.ctx, &cognitoidp.SetUserSettingsRequest{AccessToken: access, MFAOptions: options})
		return err
	}
	sms := cognitoidp.MFAOptionType{DeliveryMedium: cognitoidp.DeliveryMediumTypeSms, AttributeName: new("phone_number")}

	st.wantReads(access, `[PASSWORD SMS_OTP] [] prefers "" options 0`)
	want(t, set(sms), "")
	st.wantReads(access, `[PASSWORD SMS_OTP] [SMS_MFA] prefers "" options 1`)

	// The newer setting overrules the older, both ways.
	_, err := st.SetUserMFAPreference(st.ctx, &cognitoidp.SetUserMFAPreferenceRequest{AccessToken: access,
		SMSMfaSettings: &cognitoidp.SMSMfaSettingsType{Enabled: new(false)}})
	want(t, err, "")
	st.wantReads(access, `[PASSWORD SMS_OTP] [] prefers "" options 0`)
	_, err = st.SetUserMFAPreference(st.ctx, &cognitoidp.SetUserMFAPreferenceRequest{AccessToken: access,
		SMSMfaSettings: &cognitoidp.SMSMfaSettingsType{Enabled: new(true), PreferredMfa: new(true)}})
	want(t, err, "")
	st.wantReads(access, `[PASSWORD SMS_OTP] [SMS_MFA] prefers "SMS_MFA" options 0`)
	want(t, set(), "")
	st.wantReads(access, `[PASSWORD SMS_OTP] [] prefers "" options 0`)

	const only = "InvalidParameter: MFAOptions can only have DeliveryMedium SMS with AttributeName phone_number"
	want(t, set(cognitoidp.MFAOptionType{DeliveryMedium: cognitoidp.DeliveryMediumTypeEmail, AttributeName: new("email")}), only)
	want(t, set(sms, cognitoidp.MFAOptionType{DeliveryMedium: cognitoidp.DeliveryMediumTypeSms}), only)
	st.wantReads(access, `[PASSWORD SMS_OTP] [] prefers "" options 0`)

	admin := func(poolID, username string, options ...cognitoidp.MFAOptionType) error {
		_, err := st.AdminSetUserSettings(st.ctx, &cognitoidp.AdminSetUserSettingsRequest{UserPoolId: poolID, Username: username, MFAOptions: options})
		return err
	}
	want(t, admin(st.poolID, "ana", sms), "")
	st.wantReads(access, `[PASSWORD SMS_OTP] [SMS_MFA] prefers "" options 1`)
	want(t, admin(st.poolID, "nobody", sms), "UserNotFound: User does not exist.")
	want(t, admin("us-east-1_nowhere00", "ana", sms), "ResourceNotFound: User pool us-east-1_nowhere00 does not exist.")

	st.confirmed("ben")
	want(t, admin(st.poolID, "ben", sms), "InvalidParameter: User does not have delivery config set to turn on SMS_MFA")
	_, err = st.SetUserSettings(st.ctx, &cognitoidp.SetUserSettingsRequest{AccessToken: "no.token.this"})
	want(t, err, "NotAuthorized: Invalid Access Token")
	st.change("ana", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeResetRequired })
	want(t, set(sms), "PasswordResetRequired: Password reset required for the user")
	st.change("ana", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeUnconfirmed })
	want(t, set(sms), "UserNotConfirmed: User is not confirmed.")
}

func TestAdminDeleteSoftwareToken(t *testing.T) {
	st := withFactors(t, "email", "ana@example.com")
	remove := func(poolID, username string) error {
		_, err := st.AdminDeleteSoftwareToken(st.ctx, &cognitoidp.AdminDeleteSoftwareTokenRequest{UserPoolId: poolID, Username: username})
		return err
	}
	access := st.accessToken("ana")
	want(t, remove(st.poolID, "ana"), "ResourceNotFound: Software Token MFA does not exist for the user.")
	st.change("ana", func(u *userpool.User) {
		u.TOTP = &userpool.TOTP{Secret: []byte("12345678901234567890")}
		u.MFA = userpool.MFASettings{TOTP: true, Prefer: userpool.FactorTOTP, WebAuthn: true}
	})
	st.wantReads(access, `[PASSWORD EMAIL_OTP SOFTWARE_TOKEN] [SOFTWARE_TOKEN_MFA] prefers "SOFTWARE_TOKEN_MFA" options 0`)
	want(t, remove(st.poolID, "ana"), "")
	st.wantReads(access, `[PASSWORD EMAIL_OTP] [] prefers "" options 0`)
	if _, u := st.user("ana"); u.MFA != (userpool.MFASettings{}) {
		t.Errorf("settings stay: %+v", u.MFA)
	}

	// One who has only begun can begin anew.
	if _, err := st.AssociateSoftwareToken(st.ctx, &cognitoidp.AssociateSoftwareTokenRequest{AccessToken: &access}); err != nil {
		t.Fatal(err)
	}
	want(t, remove(st.poolID, "ana"), "")
	want(t, remove(st.poolID, "nobody"), "UserNotFound: User does not exist.")
	want(t, remove("us-east-1_nowhere00", "ana"), "ResourceNotFound: User pool us-east-1_nowhere00 does not exist.")
	st.change("ana", func(u *userpool.User) { u.Status = cognitoidp.UserStatusTypeUnconfirmed })
	want(t, remove(st.poolID, "ana"), "UserNotConfirmed: User is not confirmed.")
	_, err := st.GetUserAuthFactors(st.ctx, &cognitoidp.GetUserAuthFactorsRequest{AccessToken: access})
	want(t, err, "UserNotConfirmed: User is not confirmed.")
	_, err = st.AdminGetUserAuthFactors(st.ctx, &cognitoidp.AdminGetUserAuthFactorsRequest{UserPoolId: st.poolID, Username: "nobody"})
	want(t, err, "UserNotFound: User does not exist.")
}
