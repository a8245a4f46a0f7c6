package api

import (
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

func withHistory(size int32) *cognitoidp.CreateUserPoolRequest {
	return &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{
		PasswordPolicy: &cognitoidp.PasswordPolicyType{MinimumLength: new(int32(8)), PasswordHistorySize: &size},
	}}
}

func TestChangePassword(t *testing.T) {
	st := newStage(t, withHistory(2), nil)
	st.confirmed("ana")
	token := st.accessToken("ana")
	change := func(previous, proposed string) error {
		_, err := st.ChangePassword(st.ctx, &cognitoidp.ChangePasswordRequest{
			AccessToken: token, PreviousPassword: &previous, ProposedPassword: proposed,
		})
		return err
	}
	want(t, change("wrong", "another-1"), "NotAuthorized: Incorrect username or password.")
	want(t, change("", "another-1"), "NotAuthorized: Incorrect username or password.")
	want(t, change(goodPassword, "short"), "InvalidPassword: Password did not conform with policy: Password not long enough")
	want(t, change(goodPassword, goodPassword), "PasswordHistoryPolicyViolation: Password has previously been used")
	want(t, change(goodPassword, "another-1"), "")
	want(t, change("another-1", "another-2"), limitExceeded)
	if !st.hasPassword("ana", "another-1") {
		t.Error("password not changed")
	}
	if _, err := st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: token}); err != nil {
		t.Errorf("the change signs out: %v", err)
	}
}

func TestAdminSetUserPassword(t *testing.T) {
	st := newStage(t, withHistory(1), nil)
	st.confirmed("ana")
	set := func(username, plaintext string, permanent bool) error {
		_, err := st.AdminSetUserPassword(st.ctx, &cognitoidp.AdminSetUserPasswordRequest{
			UserPoolId: st.poolID, Username: username, Password: plaintext, Permanent: &permanent,
		})
		return err
	}
	want(t, set("nobody", goodPassword, true), "UserNotFound: User does not exist.")
	want(t, set("ana", "short", true), "InvalidPassword: Password did not conform with policy: Password not long enough")
	want(t, set("ana", goodPassword, true), "PasswordHistoryPolicyViolation: Password has previously been used")
	want(t, set("ana", "temporary-1", false), "")
	if _, u := st.user("ana"); u.Status != "FORCE_CHANGE_PASSWORD" || !u.Password.Temporary || !u.Password.Expires.Equal(st.now.Add(7*24*time.Hour)) {
		t.Errorf("got %+v", u)
	}
	want(t, set("ana", "permanent-1", true), "")
	if _, u := st.user("ana"); u.Status != "CONFIRMED" || u.Password.Temporary || len(st.inbox.Messages()) != 0 {
		t.Errorf("got %+v", u)
	}
}

func TestForgotPassword(t *testing.T) {
	st := newStage(t, withHistory(1), nil)
	st.confirmed("ana", "email", "ana@example.com", "email_verified", "true", "phone_number", "+15555550100", "phone_number_verified", "true")
	token := st.accessToken("ana")
	details, err := st.forgot("ana")
	if err != nil || detailsText(details) != "EMAIL email a***@e***" {
		t.Fatalf("got %v, %v", details, err)
	}
	code := st.code()
	want(t, st.confirmForgot("ana", wrong(code), "new-password"), codeMismatch)
	want(t, st.confirmForgot("ana", code, "short"), "InvalidPassword: Password did not conform with policy: Password not long enough")
	want(t, st.confirmForgot("ana", code, goodPassword), "PasswordHistoryPolicyViolation: Password has previously been used")
	st.now = st.now.Add(59 * time.Minute)
	want(t, st.confirmForgot("ana", code, "new-password"), "")
	want(t, st.confirmForgot("ana", code, "new-password-2"), codeExpired)
	if !st.hasPassword("ana", "new-password") {
		t.Error("password not set")
	}
	if _, err := st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: token}); err == nil {
		t.Error("the sessions from before go on")
	}

	if _, err := st.forgot("ana"); err != nil {
		t.Fatal(err)
	}
	st.now = st.now.Add(time.Hour)
	want(t, st.confirmForgot("ana", st.code(), "new-password-2"), codeExpired)

	if _, err := st.forgot("ana"); err != nil { // the address changes hands
		t.Fatal(err)
	}
	st.change("ana", func(u *userpool.User) { u.Attributes["email"] = "new@example.com" })
	want(t, st.confirmForgot("ana", st.code(), "new-password-2"), codeExpired)
}

func TestForgotPasswordLimits(t *testing.T) {
	st := newStage(t, nil, nil)
	st.confirmed("ana", "email", "ana@example.com", "email_verified", "true")
	for range 5 {
		if _, err := st.forgot("ana"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := st.forgot("ana")
	want(t, err, limitExceeded)
	for range 10 {
		want(t, st.confirmForgot("ana", wrong(st.code()), "N3w-password"), codeMismatch)
	}
	want(t, st.confirmForgot("ana", st.code(), "N3w-password"), limitExceeded)
}

func TestRecoveryContact(t *testing.T) {
	const none = "InvalidParameter: Cannot reset password for the user as there is no registered/verified email or phone_number"
	sms := &cognitoidp.CreateUserPoolRequest{
		MfaConfiguration: "OPTIONAL",
		SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: new("arn:aws:iam::111122223333:role/sms")},
	}
	st := newStage(t, sms, nil)
	reset := func(username string) error {
		_, err := st.AdminResetUserPassword(st.ctx, &cognitoidp.AdminResetUserPasswordRequest{UserPoolId: st.poolID, Username: username})
		return err
	}
	want(t, reset("nobody"), "UserNotFound: User does not exist.")
	st.confirmed("ana", "email", "ana@example.com", "phone_number", "+15555550100", "phone_number_verified", "true")
	details, err := st.forgot("ana")
	if err != nil || detailsText(details) != "SMS phone_number +*******0100" {
		t.Errorf("got %+v, %v", details, err)
	}
	// The phone that is the second factor does not open the first.
	st.change("ana", func(u *userpool.User) { u.MFA.SMS = true })
	_, err = st.forgot("ana")
	want(t, err, none)
	want(t, reset("ana"), none)
	st.change("ana", func(u *userpool.User) { u.MFA.SMS = false })
	want(t, reset("ana"), "")
	if st.status("ana") != "RESET_REQUIRED" {
		t.Error("no reset")
	}
	want(t, st.confirmForgot("ana", st.code(), "N3w-password"), "")
	if st.status("ana") != "CONFIRMED" {
		t.Error("not confirmed")
	}

	if _, err := st.create(cognitoidp.AdminCreateUserRequest{Username: "new", MessageAction: "SUPPRESS"}); err != nil {
		t.Fatal(err)
	}
	_, err = st.forgot("new")
	want(t, err, "NotAuthorized: User password cannot be reset in the current state.")
	want(t, reset("new"), "NotAuthorized: User password cannot be reset in the current state.")
}

func TestRecoveryByAdmin(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{
		RecoveryMechanisms: []cognitoidp.RecoveryOptionType{{Name: "admin_only", Priority: 1}},
	}}, nil)
	st.confirmed("ana", "email", "ana@example.com", "email_verified", "true")
	_, err := st.forgot("ana")
	want(t, err, "NotAuthorized: Contact administrator to reset password.")
}
