package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/password"
	"ostiary/internal/userpool"
)

func (st *stage) create(in cognitoidp.AdminCreateUserRequest) (*cognitoidp.UserType, error) {
	in.UserPoolId = st.poolID
	out, err := st.AdminCreateUser(st.ctx, &in)
	if err != nil {
		return nil, err
	}
	return out.User, nil
}

func TestAdminCreateUser(t *testing.T) {
	st := newStage(t, nil, nil)
	u, err := st.create(cognitoidp.AdminCreateUserRequest{
		Username: "ana", UserAttributes: attrs("email", "ana@example.com", "email_verified", "True", "phone_number", "+15555550100"),
		DesiredDeliveryMediums: []cognitoidp.DeliveryMediumType{"SMS", "EMAIL", "SMS"},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := attrText(u.Attributes)
	if !strings.HasPrefix(text, "sub=") || !strings.HasSuffix(text, " email=ana@example.com email_verified=true phone_number=+15555550100") ||
		*u.Username != "ana" || u.UserStatus != "FORCE_CHANGE_PASSWORD" || !*u.Enabled || !u.UserCreateDate.Equal(st.now) {
		t.Errorf("got %+v, %s", u, text)
	}
	list := st.inbox.Messages()
	if len(list) != 2 || list[0].Medium != "SMS" || list[1].Medium != "EMAIL" || !strings.Contains(list[0].Body, "ana") {
		t.Fatalf("got %v", list)
	}
	first := st.code()
	if !st.hasPassword("ana", first) {
		t.Error("the password sent is not the one set")
	}

	st.now = st.now.Add(6 * 24 * time.Hour)
	resend := cognitoidp.AdminCreateUserRequest{Username: "ana", MessageAction: "RESEND"}
	if _, err := st.create(resend); err != nil {
		t.Fatal(err)
	}
	if st.code() == first || st.hasPassword("ana", first) || !st.hasPassword("ana", st.code()) {
		t.Error("RESEND keeps the old password")
	}
	if _, u := st.user("ana"); !u.Password.Temporary || !u.Password.Expires.Equal(st.now.Add(7*24*time.Hour)) {
		t.Errorf("expires %v", u.Password.Expires)
	}
	st.confirmed("done")
	resend.Username = "done"
	_, err = st.create(resend)
	want(t, err, "UnsupportedUserState: Resend not possible. done status is not FORCE_CHANGE_PASSWORD")
	resend.Username = "nobody"
	_, err = st.create(resend)
	want(t, err, "UserNotFound: User does not exist.")
}

func TestAdminCreateUserRefusals(t *testing.T) {
	st := newStage(t, nil, nil)
	st.confirmed("taken")
	mediums := func(m ...cognitoidp.DeliveryMediumType) []cognitoidp.DeliveryMediumType { return m }
	for _, test := range []struct {
		in   cognitoidp.AdminCreateUserRequest
		want string
	}{
		{cognitoidp.AdminCreateUserRequest{Username: "taken"}, "UsernameExists: User account already exists"},
		{cognitoidp.AdminCreateUserRequest{TemporaryPassword: new("short")}, "InvalidPassword: Password did not conform with policy: Password not long enough"},
		{cognitoidp.AdminCreateUserRequest{UserAttributes: attrs("custom:x", "1")}, "InvalidParameter: Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema."},
		{cognitoidp.AdminCreateUserRequest{UserAttributes: attrs("sub", "1")}, "InvalidParameter: Attributes did not conform to the schema: sub: Attribute cannot be updated."},
		{cognitoidp.AdminCreateUserRequest{UserAttributes: attrs("email_verified", "true")}, "InvalidParameter: email needs a value for email_verified to be set to true."},
		{cognitoidp.AdminCreateUserRequest{UserAttributes: attrs("email_verified", "yes")}, "InvalidParameter: Attributes did not conform to the schema: email_verified: Boolean must be either true or false"},
		{cognitoidp.AdminCreateUserRequest{DesiredDeliveryMediums: mediums("EMAIL")}, "InvalidParameter: The user needs a value for email to get the invitation by EMAIL."},
		{cognitoidp.AdminCreateUserRequest{DesiredDeliveryMediums: mediums("SMS")}, "InvalidParameter: The user needs a value for phone_number to get the invitation by SMS."},
		{cognitoidp.AdminCreateUserRequest{}, ""}, // without a medium and a phone number, nobody is written to
	} {
		if test.in.Username == "" {
			test.in.Username = "bob"
		}
		_, err := st.create(test.in)
		want(t, err, test.want)
	}
	if len(st.inbox.Messages()) != 0 {
		t.Error("somebody was written to")
	}
}

func TestAdminCreateUserAliases(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{AliasAttributes: []cognitoidp.AliasAttributeType{"email"}}, nil)
	st.confirmed("ana", "email", "x@example.com", "email_verified", "true")
	in := cognitoidp.AdminCreateUserRequest{Username: "bob", UserAttributes: attrs("email", "x@example.com", "email_verified", "true"), MessageAction: "SUPPRESS"}
	_, err := st.create(in)
	want(t, err, "AliasExists: An account with the email already exists.")
	in.ForceAliasCreation = new(true)
	if _, err = st.create(in); err != nil {
		t.Fatal(err)
	}
	if _, u := st.user("x@example.com"); u.Username != "bob" {
		t.Errorf("the alias finds %s", u.Username)
	}
}

func TestPasswordless(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{Policies: &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{
		AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "EMAIL_OTP"},
	}}}, nil)
	const unreachable = "InvalidParameter: A user without a password needs an email or phone_number to which sign-in codes can be sent."
	_, err := st.create(cognitoidp.AdminCreateUserRequest{Username: "ana"})
	want(t, err, unreachable)
	u, err := st.create(cognitoidp.AdminCreateUserRequest{Username: "ana", UserAttributes: attrs("email", "ana@example.com")})
	if err != nil || u.UserStatus != "CONFIRMED" {
		t.Errorf("got %+v, %v", u, err)
	}
	_, err = st.signUp("bob", "")
	want(t, err, unreachable)
	if _, err = st.signUp("bob", "", "email", "bob@example.com"); err != nil {
		t.Error(err)
	}
	if _, u := st.user("bob"); u.Password != nil {
		t.Error("a password from nowhere")
	}
	// A user without a password sets one without naming an earlier.
	_, err = st.ChangePassword(st.ctx, &cognitoidp.ChangePasswordRequest{AccessToken: st.accessToken("ana"), ProposedPassword: goodPassword})
	want(t, err, "")
	if !st.hasPassword("ana", goodPassword) {
		t.Error("no password set")
	}
}

func TestGetUser(t *testing.T) {
	st := newStage(t, nil, func(c *userpool.Client) { c.Settings.ReadAttributes = []string{"email"} })
	st.confirmed("ana", "email", "ana@example.com", "name", "Ana", "phone_number", "+15555550100")
	st.change("ana", func(u *userpool.User) {
		u.MFA = userpool.MFASettings{SMS: true, Prefer: userpool.FactorSMS}
		u.LegacySMSMFA = true
	})
	token := st.accessToken("ana")
	got, err := st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: token})
	if err != nil {
		t.Fatal(err)
	}
	_, u := st.user("ana")
	if text := attrText(got.UserAttributes); got.Username != "ana" || text != "sub="+u.Sub+" email=ana@example.com" {
		t.Errorf("got %s, %s", got.Username, text)
	}
	if !slices.Equal(got.UserMFASettingList, []string{"SMS_MFA"}) || *got.PreferredMfaSetting != "SMS_MFA" || len(got.MFAOptions) != 1 {
		t.Errorf("got %+v", got)
	}
	_, err = st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: "made up"})
	want(t, err, "NotAuthorized: Invalid Access Token")

	st.change("ana", func(u *userpool.User) { u.Status = "RESET_REQUIRED" })
	_, err = st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: token})
	want(t, err, "PasswordResetRequired: Password reset required for the user")
	st.change("ana", func(u *userpool.User) { u.Status = "CONFIRMED" })

	if _, err := st.DeleteUser(st.ctx, &cognitoidp.DeleteUserRequest{AccessToken: token}); err != nil {
		t.Fatal(err)
	}
	if _, err := st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: token}); err == nil {
		t.Error("a deleted user is described")
	}
	st.confirmed("ana") // the name is free
	if _, again := st.user("ana"); again.Sub == u.Sub {
		t.Error("the same sub again")
	}
}

func TestAdminEnableDisableDelete(t *testing.T) {
	st := newStage(t, nil, nil)
	st.confirmed("ana")
	token := st.accessToken("ana")
	st.now = st.now.Add(time.Minute)
	for range 2 { // idempotent
		_, err := st.AdminDisableUser(st.ctx, &cognitoidp.AdminDisableUserRequest{UserPoolId: st.poolID, Username: "ana"})
		want(t, err, "")
	}
	if _, u := st.user("ana"); u.Enabled || u.Status != "CONFIRMED" {
		t.Errorf("got %+v", u)
	}
	if _, err := st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: token}); err == nil {
		t.Error("the token of a disabled user works")
	}
	_, err := st.AdminEnableUser(st.ctx, &cognitoidp.AdminEnableUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, "")
	if _, err := st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: token}); err == nil {
		t.Error("enabling brings the token back")
	}
	_, err = st.AdminDeleteUser(st.ctx, &cognitoidp.AdminDeleteUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, "")
	const gone = "UserNotFound: User does not exist."
	_, err = st.AdminDeleteUser(st.ctx, &cognitoidp.AdminDeleteUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, gone)
	_, err = st.AdminEnableUser(st.ctx, &cognitoidp.AdminEnableUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, gone)
	_, err = st.AdminDisableUser(st.ctx, &cognitoidp.AdminDisableUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, gone)
	_, err = st.AdminGetUser(st.ctx, &cognitoidp.AdminGetUserRequest{UserPoolId: st.poolID, Username: "ana"})
	want(t, err, gone)
}

func TestListUsers(t *testing.T) {
	st := newStage(t, nil, nil)
	for i := range 65 {
		_, err := st.create(cognitoidp.AdminCreateUserRequest{
			Username: fmt.Sprintf("user%02d", i), MessageAction: "SUPPRESS", TemporaryPassword: new(goodPassword),
			UserAttributes: attrs("email", fmt.Sprintf("U%02d@example.com", i%10), "name", "N"),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	list := func(in cognitoidp.ListUsersRequest) ([]cognitoidp.UserType, int) {
		t.Helper()
		in.UserPoolId = st.poolID
		var all []cognitoidp.UserType
		for pages := 1; ; pages++ {
			out, err := st.ListUsers(st.ctx, &in)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, out.Users...)
			if out.PaginationToken == nil {
				return all, pages
			}
			in.PaginationToken = out.PaginationToken
		}
	}
	for _, test := range []struct {
		in           cognitoidp.ListUsersRequest
		users, pages int
	}{
		{cognitoidp.ListUsersRequest{}, 65, 2},
		{cognitoidp.ListUsersRequest{Limit: new(int32(0))}, 65, 2},
		{cognitoidp.ListUsersRequest{Limit: new(int32(13))}, 65, 5},
		{cognitoidp.ListUsersRequest{Filter: new(`username = "user07"`)}, 1, 1},
		{cognitoidp.ListUsersRequest{Filter: new(`username = "USER07"`)}, 0, 1},
		{cognitoidp.ListUsersRequest{Filter: new(`username ^= "user0"`), Limit: new(int32(3))}, 10, 4},
		{cognitoidp.ListUsersRequest{Filter: new(`email = "u03@EXAMPLE.com"`)}, 7, 1},
		{cognitoidp.ListUsersRequest{Filter: new(`email ^= "u03"`), Limit: new(int32(2))}, 7, 4},
		{cognitoidp.ListUsersRequest{Filter: new(`cognito:user_status = "force_change_password"`)}, 65, 2},
		{cognitoidp.ListUsersRequest{Filter: new(`status = "Disabled"`)}, 0, 1},
	} {
		users, pages := list(test.in)
		seen := map[string]bool{}
		for _, u := range users {
			seen[*u.Username] = true
		}
		if len(users) != test.users || pages != test.pages || len(seen) != len(users) {
			t.Errorf("%+v: %d users, %d names, on %d pages", test.in, len(users), len(seen), pages)
		}
	}
	users, _ := list(cognitoidp.ListUsersRequest{Filter: new(`username = "user07"`), AttributesToGet: []string{"name", "given_name"}})
	if text := attrText(users[0].Attributes); text != "name=N" {
		t.Errorf("got %s", text)
	}

	first, err := st.ListUsers(st.ctx, &cognitoidp.ListUsersRequest{UserPoolId: st.poolID})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		in   cognitoidp.ListUsersRequest
		want string
	}{
		{cognitoidp.ListUsersRequest{Filter: new("x")}, "InvalidParameter: Error while parsing filter."},
		{cognitoidp.ListUsersRequest{Filter: new(`gender = "x"`)}, "InvalidParameter: Invalid search attribute: gender"},
		{cognitoidp.ListUsersRequest{AttributesToGet: []string{"custom:x"}}, "InvalidParameter: Attribute does not exist in the schema: custom:x"},
		{cognitoidp.ListUsersRequest{PaginationToken: new("x")}, "InvalidParameter: Invalid pagination token given"},
		{cognitoidp.ListUsersRequest{PaginationToken: first.PaginationToken, Filter: new(`name = "N"`)}, "InvalidParameter: Invalid pagination token given"},
	} {
		test.in.UserPoolId = st.poolID
		_, err := st.ListUsers(st.ctx, &test.in)
		want(t, err, test.want)
	}
}

// TestLifeCycle walks every status by every act that changes it.
func TestLifeCycle(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{}, nil)
	set := func(permanent bool) func(string) error {
		return func(name string) error {
			_, err := st.AdminSetUserPassword(st.ctx, &cognitoidp.AdminSetUserPasswordRequest{
				UserPoolId: st.poolID, Username: name, Password: goodPassword, Permanent: &permanent,
			})
			return err
		}
	}
	acts := map[string]func(string) error{
		"set permanent": set(true),
		"set temporary": set(false),
		"confirm": func(name string) error {
			_, err := st.AdminConfirmSignUp(st.ctx, &cognitoidp.AdminConfirmSignUpRequest{UserPoolId: st.poolID, Username: name})
			return err
		},
		"reset": func(name string) error {
			_, err := st.AdminResetUserPassword(st.ctx, &cognitoidp.AdminResetUserPasswordRequest{UserPoolId: st.poolID, Username: name})
			return err
		},
		"forgot": func(name string) error {
			if _, err := st.forgot(name); err != nil {
				return err
			}
			return st.confirmForgot(name, st.code(), goodPassword)
		},
	}
	const refused = "" // the status stays
	for act, to := range map[string]map[cognitoidp.UserStatusType]cognitoidp.UserStatusType{
		"set permanent": {"UNCONFIRMED": "CONFIRMED", "CONFIRMED": "CONFIRMED", "FORCE_CHANGE_PASSWORD": "CONFIRMED", "RESET_REQUIRED": "CONFIRMED", "EXTERNAL_PROVIDER": "CONFIRMED"},
		"set temporary": {"UNCONFIRMED": "FORCE_CHANGE_PASSWORD", "CONFIRMED": "FORCE_CHANGE_PASSWORD", "FORCE_CHANGE_PASSWORD": "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED": "FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER": "FORCE_CHANGE_PASSWORD"},
		"confirm":       {"UNCONFIRMED": "CONFIRMED", "CONFIRMED": refused, "FORCE_CHANGE_PASSWORD": refused, "RESET_REQUIRED": refused, "EXTERNAL_PROVIDER": refused},
		"reset":         {"UNCONFIRMED": refused, "CONFIRMED": "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD": refused, "RESET_REQUIRED": "RESET_REQUIRED", "EXTERNAL_PROVIDER": refused},
		"forgot":        {"UNCONFIRMED": "CONFIRMED", "CONFIRMED": "CONFIRMED", "FORCE_CHANGE_PASSWORD": refused, "RESET_REQUIRED": "CONFIRMED", "EXTERNAL_PROVIDER": refused},
	} {
		for from, to := range to {
			name := strings.ReplaceAll(act, " ", "-") + "-" + string(from)
			st.confirmed(name, "email", name+"@example.com", "email_verified", "true")
			st.change(name, func(u *userpool.User) { u.Status = from })
			err := acts[act](name)
			wanted := to
			if to == refused {
				wanted = from
			}
			if got := st.status(name); (err != nil) != (to == refused) || got != string(wanted) {
				t.Errorf("%s, %s: %s, %v", from, act, got, err)
			}
		}
	}
}

func TestSetPasswordClearsTheWay(t *testing.T) {
	st := newStage(t, nil, nil)
	st.confirmed("ana", "email", "ana@example.com", "email_verified", "true")
	if _, err := st.forgot("ana"); err != nil {
		t.Fatal(err)
	}
	code := st.code()
	_, err := st.AdminSetUserPassword(st.ctx, &cognitoidp.AdminSetUserPasswordRequest{UserPoolId: st.poolID, Username: "ana", Password: "0therPass!", Permanent: new(true)})
	want(t, err, "")
	want(t, st.confirmForgot("ana", code, goodPassword), codeExpired)
	p, u := st.user("ana")
	if !password.Matches(u.Password, p, "ana", "0therPass!") {
		t.Error("another password")
	}
}
