package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/secret"
	"ostiary/internal/userpool"
)

func verifyingEmail() *cognitoidp.CreateUserPoolRequest {
	return &cognitoidp.CreateUserPoolRequest{AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{"email"}}
}

const (
	codeMismatch  = "CodeMismatch: Invalid verification code provided, please try again."
	codeExpired   = "ExpiredCode: Invalid code provided, please request a code again."
	limitExceeded = "LimitExceeded: Attempt limit exceeded, please try after some time."
	nobody        = "UserNotFound: Username/client id combination not found."
)

func TestSignUpAndConfirm(t *testing.T) {
	st := newStage(t, verifyingEmail(), nil)
	out, err := st.signUp("ana", goodPassword, "email", "ana@example.com", "name", "Ana")
	if err != nil {
		t.Fatal(err)
	}
	if out.UserConfirmed || len(out.UserSub) != 36 || detailsText(out.CodeDeliveryDetails) != "EMAIL email a***@e***" {
		t.Errorf("got %+v", out)
	}
	m := st.inbox.Messages()[0]
	if m.Trigger != message.SignUp || m.Destination != "ana@example.com" || len(m.Code) != 6 || !strings.Contains(m.Body, m.Code) {
		t.Errorf("message %v", m)
	}
	got, err := st.AdminGetUser(st.ctx, &cognitoidp.AdminGetUserRequest{UserPoolId: st.poolID, Username: out.UserSub})
	if err != nil {
		t.Fatal(err)
	}
	if text := attrText(got.UserAttributes); got.Username != "ana" || text != "sub="+out.UserSub+" name=Ana email=ana@example.com email_verified=false" {
		t.Errorf("got %s %s", got.Username, text)
	}
	if got.UserMFASettingList != nil || got.PreferredMfaSetting != nil || got.MFAOptions != nil || st.status("ana") != "UNCONFIRMED" {
		t.Errorf("got %+v", got)
	}
	want(t, st.confirm("ana", wrong(m.Code), false), codeMismatch)
	want(t, st.confirm("ana", m.Code, false), "")
	want(t, st.confirm("ana", m.Code, false), "NotAuthorized: User cannot be confirmed. Current status is CONFIRMED")
	if _, u := st.user("ana"); u.Status != "CONFIRMED" || !u.Verified("email") || !st.hasPassword("ana", goodPassword) {
		t.Errorf("got %+v", u)
	}
	_, err = st.resend("ana")
	want(t, err, "InvalidParameter: User is already confirmed.")
}

// TestSignUpsToOneAddress: nobody fills the mailbox of a stranger by signing up under ever new names.
func TestSignUpsToOneAddress(t *testing.T) {
	in := verifyingEmail()
	in.Policies = &cognitoidp.UserPoolPolicyType{SignInPolicy: &cognitoidp.SignInPolicyType{ // without passwords, which take time
		AllowedFirstAuthFactors: []cognitoidp.AuthFactorType{"PASSWORD", "EMAIL_OTP"}}}
	st := newStage(t, in, nil)
	for i := range 50 {
		if _, err := st.signUp(fmt.Sprint("name", i), "", "email", fmt.Sprintf("Stranger+%d@example.com", i)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := st.signUp("one", "", "email", "stranger@example.com")
	want(t, err, limitExceeded)
	_, err = st.resend("name0")
	want(t, err, limitExceeded)
	if n := len(st.inbox.Messages()); n != 50 {
		t.Errorf("%d messages", n)
	}
	_, err = st.signUp("one", "", "email", "ana@example.com")
	want(t, err, "")
	st.now = st.now.Add(time.Hour)
	_, err = st.signUp("two", "", "email", "stranger@example.com")
	want(t, err, "")
}

func TestSignUpRefusals(t *testing.T) {
	in := verifyingEmail()
	in.Schema = []cognitoidp.SchemaAttributeType{
		{Name: new("family_name"), Required: new(true)},
		{Name: new("level"), AttributeDataType: "Number", NumberAttributeConstraints: &cognitoidp.NumberAttributeConstraintsType{MinValue: new("1"), MaxValue: new("9")}},
		{Name: new("short"), AttributeDataType: "String", StringAttributeConstraints: &cognitoidp.StringAttributeConstraintsType{MinLength: new("2"), MaxLength: new("3")}},
	}
	st := newStage(t, in, func(c *userpool.Client) {
		c.Settings.WriteAttributes = []string{"family_name", "email", "phone_number", "custom:level", "custom:short", "birthdate"}
	})
	if _, err := st.signUp("taken", goodPassword, "family_name", "T"); err != nil {
		t.Fatal(err)
	}
	const schema = "InvalidParameter: Attributes did not conform to the schema: "
	for _, test := range []struct {
		username, password string
		attributes         []string
		want               string
	}{
		{"taken", goodPassword, nil, "UsernameExists: User already exists"},
		{"bob", "short", nil, "InvalidPassword: Password did not conform with policy: Password not long enough"},
		{"bob", "", nil, "InvalidParameter: Password should not be empty"},
		{"bob", goodPassword, []string{"family_name", ""}, schema + "family_name: The attribute is required"},
		{"bob", goodPassword, []string{"custom:x", "1"}, schema + "custom:x: Attribute does not exist in the schema."},
		{"bob", goodPassword, []string{"custom:level", "10"}, schema + "custom:level: Number must be no larger than 9"},
		{"bob", goodPassword, []string{"custom:level", "0"}, schema + "custom:level: Number must be no smaller than 1"},
		{"bob", goodPassword, []string{"custom:level", "1e9"}, schema + "custom:level: Number must be written in digits"},
		{"bob", goodPassword, []string{"custom:short", "abcd"}, schema + "custom:short: String must be no longer than 3 characters"},
		{"bob", goodPassword, []string{"custom:short", "a", "custom:level", "10"},
			schema + "custom:level: Number must be no larger than 9\ncustom:short: String must be no shorter than 2 characters"},
		{"bob", goodPassword, []string{"birthdate", "01/02/2000"}, schema + "birthdate: String must be a date of the form YYYY-MM-DD"},
		{"bob", goodPassword, []string{"email", "bob"}, "InvalidParameter: Invalid email address format."},
		{"bob", goodPassword, []string{"email", "Bob <bob@example.com>"}, "InvalidParameter: Invalid email address format."},
		{"bob", goodPassword, []string{"phone_number", "0123"}, "InvalidParameter: Invalid phone number format."},
		{"bob", goodPassword, []string{"name", "Bob"}, "NotAuthorized: A client attempted to write unauthorized attribute"},
		{"bob", goodPassword, []string{"email", "b@example.com", "email_verified", "true"}, "NotAuthorized: A client attempted to write unauthorized attribute"},
		{"bob", goodPassword, []string{"sub", "1"}, "NotAuthorized: A client attempted to write unauthorized attribute"},
	} {
		attributes := append([]string{"family_name", "B"}, test.attributes...)
		_, err := st.signUp(test.username, test.password, attributes...)
		want(t, err, test.want)
	}
	_, taken := st.user("taken")
	_, err := st.signUp(taken.Sub, goodPassword, "family_name", "B") // would be found in taken's place
	want(t, err, "UsernameExists: User already exists")
	_, err = st.SignUp(st.ctx, &cognitoidp.SignUpRequest{ClientId: "nosuch", Username: "bob", Password: new(goodPassword)})
	want(t, err, "ResourceNotFound: User pool client nosuch does not exist.")
}

func TestSignUpClosed(t *testing.T) {
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{AdminCreateUserConfig: &cognitoidp.AdminCreateUserConfigType{AllowAdminCreateUserOnly: new(true)}}, nil)
	_, err := st.signUp("ana", goodPassword)
	want(t, err, "NotAuthorized: SignUp is not permitted for this user pool")
}

func TestSecretHash(t *testing.T) {
	st := newStage(t, nil, func(c *userpool.Client) {
		c.Secrets = []userpool.ClientSecret{{ID: "1", Value: "first"}, {ID: "2", Value: "second"}}
	})
	id := st.client.ID
	for _, test := range []struct {
		hash *string
		want string
	}{
		{nil, "NotAuthorized: Client " + id + " is configured with secret but SECRET_HASH was not received"},
		{new("d3Jvbmc="), "NotAuthorized: Unable to verify secret hash for client " + id},
		{new(secret.SecretHash("first", "Ana", id)), "NotAuthorized: Unable to verify secret hash for client " + id},
		{new(secret.SecretHash("first", "ana", id)), ""},
		{new(secret.SecretHash("second", "ana", id)), "UsernameExists: User already exists"},
	} {
		_, err := st.SignUp(st.ctx, &cognitoidp.SignUpRequest{ClientId: id, Username: "ana", Password: new(goodPassword), SecretHash: test.hash})
		want(t, err, test.want)
	}
	public := newPublic(st)
	_, err := st.SignUp(st.ctx, &cognitoidp.SignUpRequest{ClientId: public, Username: "bob", Password: new(goodPassword), SecretHash: new("x")})
	want(t, err, "NotAuthorized: Unable to verify secret hash for client "+public)
}

func TestConfirmSignUpTimeAndLimits(t *testing.T) {
	st := newStage(t, verifyingEmail(), nil)
	if _, err := st.signUp("ana", goodPassword, "email", "ana@example.com"); err != nil {
		t.Fatal(err)
	}
	first := st.code()
	details, err := st.resend("ana")
	if err != nil || detailsText(details) != "EMAIL email a***@e***" || st.inbox.Messages()[0].Trigger != message.ResendCode {
		t.Fatalf("got %v, %v", details, err)
	}
	second := st.code()
	if first != second {
		want(t, st.confirm("ana", first, false), codeMismatch) // replaced
	}
	st.now = st.now.Add(24 * time.Hour)
	want(t, st.confirm("ana", second, false), codeExpired)
	for range 5 {
		if _, err := st.resend("ana"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = st.resend("ana")
	want(t, err, limitExceeded)
	for range 14 {
		want(t, st.confirm("ana", wrong(st.code()), false), codeMismatch)
	}
	want(t, st.confirm("ana", st.code(), false), limitExceeded)
	st.now = st.now.Add(time.Hour)
	want(t, st.confirm("ana", wrong(st.code()), false), codeMismatch) // the fifteenth wrong answer
	want(t, st.confirm("ana", st.code(), false), codeExpired)
	if _, err := st.resend("ana"); err != nil {
		t.Fatal(err)
	}
	want(t, st.confirm("ana", st.code(), false), "")
}

func TestAliases(t *testing.T) {
	in := verifyingEmail()
	in.AliasAttributes = []cognitoidp.AliasAttributeType{"email", "phone_number", "preferred_username"}
	st := newStage(t, in, nil)
	_, err := st.signUp("ana@example.com", goodPassword)
	want(t, err, "InvalidParameter: Username cannot be of email format, since user pool is configured for email alias.")
	_, err = st.signUp("+15555550100", goodPassword)
	want(t, err, "InvalidParameter: Username cannot be of phone number format, since user pool is configured for phone number alias.")
	_, err = st.signUp("ana", goodPassword, "preferred_username", "annie")
	want(t, err, "InvalidParameter: preferred_username is an alias and can only be set once the user is confirmed.")

	for _, name := range []string{"ana", "bob"} { // an unverified address may be another's, too
		if _, err := st.signUp(name, goodPassword, "email", "x@example.com"); err != nil {
			t.Fatal(err)
		}
		if name == "ana" {
			want(t, st.confirm("ana", st.code(), false), "")
		}
	}
	if got := st.status("x@example.com"); got != "CONFIRMED" {
		t.Errorf("the alias finds a user who is %s", got)
	}
	want(t, st.confirm("bob", st.code(), false), "AliasExists: An account with the email already exists.")
	want(t, st.confirm("bob", st.code(), true), "")
	if _, u := st.user("x@example.com"); u.Username != "bob" {
		t.Errorf("the alias finds %s", u.Username)
	}
	if _, u := st.user("ana"); u.Verified("email") || u.Attributes["email_verified"] != "false" {
		t.Error("the loser's address is still verified")
	}
	st.confirmed("carl", "preferred_username", "cc")
	_, err = st.signUp("cc", goodPassword)
	want(t, err, "UsernameExists: User already exists")
}

func TestUsernameAttributes(t *testing.T) {
	in := verifyingEmail()
	in.UsernameAttributes = []cognitoidp.UsernameAttributeType{"email"}
	in.UsernameConfiguration = &cognitoidp.UsernameConfigurationType{CaseSensitive: false}
	st := newStage(t, in, nil)
	_, err := st.signUp("ana", goodPassword)
	want(t, err, "InvalidParameter: Username should be an email.")
	_, err = st.signUp("ana@example.com", goodPassword, "email", "other@example.com")
	want(t, err, "InvalidParameter: The email attribute does not match the username.")
	out, err := st.signUp("Ana@example.com", goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	_, u := st.user("ANA@example.com")
	if u.Username != out.UserSub || u.Attributes["email"] != "Ana@example.com" || !st.hasPassword(out.UserSub, goodPassword) {
		t.Errorf("got %+v", u)
	}
	_, err = st.signUp("ana@EXAMPLE.com", goodPassword)
	want(t, err, "UsernameExists: An account with the given email already exists.")
	want(t, st.confirm("ana@example.com", st.code(), false), "")
}

func TestHiddenUsers(t *testing.T) {
	st := newStage(t, verifyingEmail(), hiding)
	d1, err := st.resend("nobody")
	if err != nil || d1.DeliveryMedium != "EMAIL" || len(*d1.Destination) != len("a***@b***") {
		t.Fatalf("got %+v, %v", d1, err)
	}
	d2, _ := st.resend("nobody")
	other, _ := st.resend("somebody else")
	if detailsText(d1) != detailsText(d2) || other == nil || len(st.inbox.Messages()) != 0 {
		t.Errorf("got %+v, %+v", d1, d2)
	}
	want(t, st.confirm("nobody", "123456", false), codeMismatch)
	want(t, st.confirm("never asked", "123456", false), codeExpired)
	for range 3 {
		if _, err := st.resend("nobody"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = st.resend("nobody")
	want(t, err, limitExceeded)

	want(t, st.confirmForgot("nobody", "123456", goodPassword), codeExpired)
	if d, err := st.forgot("nobody"); err != nil || d.DeliveryMedium != "EMAIL" {
		t.Errorf("got %+v, %v", d, err)
	}
	want(t, st.confirmForgot("nobody", "123456", goodPassword), codeMismatch)
	st.confirmed("contactless")
	if _, err := st.forgot("contactless"); err != nil {
		t.Error(err)
	}
	st.confirmed("off", "email", "off@example.com", "email_verified", "true")
	st.change("off", func(u *userpool.User) { u.Enabled = false })
	if _, err := st.forgot("off"); err != nil {
		t.Error(err)
	}
	want(t, st.confirmForgot("off", "123456", goodPassword), codeMismatch)
	if len(st.inbox.Messages()) != 0 {
		t.Error("a hidden user got a message")
	}
}

func TestShownUsers(t *testing.T) {
	st := newStage(t, verifyingEmail(), nil)
	want(t, st.confirm("nobody", "123456", false), nobody)
	_, err := st.resend("nobody")
	want(t, err, nobody)
	_, err = st.forgot("nobody")
	want(t, err, nobody)
	want(t, st.confirmForgot("nobody", "123456", goodPassword), nobody)
	if _, err := st.signUp("ana", goodPassword); err != nil { // nothing to verify
		t.Fatal(err)
	}
	_, err = st.resend("ana")
	want(t, err, "InvalidParameter: Cannot resend codes. The user has no attribute that the user pool verifies automatically.")
	want(t, st.confirmForgot("ana", "123456", goodPassword), "UserNotConfirmed: User is not confirmed.")
	st.change("ana", func(u *userpool.User) { u.Enabled = false })
	want(t, st.confirm("ana", "123456", false), "NotAuthorized: User is disabled.")
	_, err = st.resend("ana")
	want(t, err, "NotAuthorized: User is disabled.")
	_, err = st.forgot("ana")
	want(t, err, "NotAuthorized: User is disabled.")
}

func TestAdminConfirmSignUp(t *testing.T) {
	st := newStage(t, nil, nil)
	confirm := func(username string) error {
		_, err := st.AdminConfirmSignUp(st.ctx, &cognitoidp.AdminConfirmSignUpRequest{UserPoolId: st.poolID, Username: username})
		return err
	}
	want(t, confirm("ana"), "UserNotFound: User does not exist.")
	if out, err := st.signUp("ana", goodPassword, "email", "ana@example.com"); err != nil || out.CodeDeliveryDetails != nil {
		t.Fatalf("got %+v, %v", out, err)
	}
	_, err := st.resend("ana")
	want(t, err, "NotAuthorized: Cannot resend codes. Auto verification not turned on.")
	want(t, confirm("ana"), "")
	want(t, confirm("ana"), "NotAuthorized: User cannot be confirmed. Current status is CONFIRMED")
	if _, u := st.user("ana"); u.Verified("email") || len(st.inbox.Messages()) != 0 {
		t.Error("verified or wrote to somebody")
	}
	_, err = st.AdminConfirmSignUp(st.ctx, &cognitoidp.AdminConfirmSignUpRequest{UserPoolId: "us-west-2_none", Username: "ana"})
	want(t, err, "ResourceNotFound: User pool us-west-2_none does not exist.")
}
