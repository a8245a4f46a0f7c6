package api

import (
	"context"
	"errors"
	"testing"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/userpool"
)

func (st *stage) updateOwn(token string, pairs ...string) ([]cognitoidp.CodeDeliveryDetailsType, error) {
	out, err := st.UpdateUserAttributes(st.ctx, &cognitoidp.UpdateUserAttributesRequest{AccessToken: token, UserAttributes: attrs(pairs...)})
	if err != nil {
		return nil, err
	}
	return out.CodeDeliveryDetailsList, nil
}

func (st *stage) updateAsAdmin(username string, pairs ...string) error {
	_, err := st.AdminUpdateUserAttributes(st.ctx, &cognitoidp.AdminUpdateUserAttributesRequest{
		UserPoolId: st.poolID, Username: username, UserAttributes: attrs(pairs...),
	})
	return err
}

func (st *stage) verify(token, attribute, code string) error {
	_, err := st.VerifyUserAttribute(st.ctx, &cognitoidp.VerifyUserAttributeRequest{AccessToken: token, AttributeName: attribute, Code: code})
	return err
}

func TestUpdateUserAttributes(t *testing.T) {
	in := verifyingEmail()
	in.Schema = []cognitoidp.SchemaAttributeType{
		{Name: new("fixed"), AttributeDataType: "String", Mutable: new(false)},
		{Name: new("family_name"), Required: new(true)},
	}
	st := newStage(t, in, func(c *userpool.Client) {
		c.Settings.WriteAttributes = []string{"email", "name", "family_name", "custom:fixed"}
	})
	st.confirmed("ana", "email", "ana@example.com", "email_verified", "true", "family_name", "A", "custom:fixed", "1")
	token := st.accessToken("ana")
	for _, test := range []struct {
		pairs []string
		want  string
	}{
		{[]string{"nickname", "a"}, "NotAuthorized: A client attempted to write unauthorized attribute"},
		{[]string{"email_verified", "true"}, "NotAuthorized: A client attempted to write unauthorized attribute"},
		{[]string{"custom:fixed", "2"}, "InvalidParameter: user.custom:fixed: Attribute cannot be updated."},
		{[]string{"family_name", ""}, "InvalidParameter: user.family_name: The attribute is required"},
		{[]string{"email", "x"}, "InvalidParameter: Invalid email address format."},
	} {
		_, err := st.updateOwn(token, test.pairs...)
		want(t, err, test.want)
	}
	want(t, st.updateAsAdmin("ana", "custom:x", "2"), "InvalidParameter: user.custom:x: Attribute does not exist in the schema.")
	want(t, st.updateAsAdmin("ana", "sub", "2"), "InvalidParameter: user.sub: Attribute cannot be updated.")
	want(t, st.updateAsAdmin("ana", "phone_number_verified", "true"), "InvalidParameter: phone_number needs a value for phone_number_verified to be set to true.")
	want(t, st.updateAsAdmin("nobody", "name", "x"), "UserNotFound: User does not exist.")

	details, err := st.updateOwn(token, "email", "ana@example.com", "name", "Ana")
	if _, u := st.user("ana"); err != nil || details == nil || len(details) != 0 || !u.Verified("email") || u.Attributes["name"] != "Ana" {
		t.Errorf("the same address again: %+v, %v", details, err)
	}
	details, err = st.updateOwn(token, "email", "new@example.com", "name", "")
	if err != nil || len(details) != 1 || detailsText(&details[0]) != "EMAIL email n***@e***" {
		t.Fatalf("got %+v, %v", details, err)
	}
	_, u := st.user("ana")
	if _, named := u.Attributes["name"]; named || u.Attributes["email"] != "new@example.com" || u.Attributes["email_verified"] != "false" {
		t.Errorf("got %v", u.Attributes)
	}
	m := st.inbox.Messages()[0]
	if m.Trigger != message.UpdateUserAttribute || m.Destination != "new@example.com" {
		t.Errorf("got %v", m)
	}
	want(t, st.verify(token, "email", wrong(m.Code)), codeMismatch)
	want(t, st.verify(token, "name", m.Code), `InvalidParameter: Attribute "name" cannot be verified. Only email and phone_number can.`)
	want(t, st.verify(token, "phone_number", m.Code), codeExpired)
	want(t, st.verify(token, "email", m.Code), "")
	want(t, st.verify(token, "email", m.Code), codeExpired)
	if _, u := st.user("ana"); !u.Verified("email") {
		t.Error("not verified")
	}
	// An administrator vouches: no code.
	want(t, st.updateAsAdmin("ana", "email", "third@example.com", "email_verified", "TRUE"), "")
	if _, u := st.user("ana"); !u.Verified("email") || len(st.inbox.Messages()) != 1 {
		t.Error("not taken as verified")
	}
	want(t, st.updateAsAdmin("ana", "email", "fourth@example.com"), "")
	if len(st.inbox.Messages()) != 2 {
		t.Error("no code for an address that nobody vouches for")
	}
}

func TestVerifyBeforeUpdate(t *testing.T) {
	in := verifyingEmail()
	in.AliasAttributes = []cognitoidp.AliasAttributeType{"email"}
	in.UserAttributeUpdateSettings = &cognitoidp.UserAttributeUpdateSettingsType{
		AttributesRequireVerificationBeforeUpdate: []cognitoidp.VerifiedAttributeType{"email"},
	}
	st := newStage(t, in, nil)
	st.confirmed("ana", "email", "ana@example.com", "email_verified", "true")
	st.confirmed("bob", "email", "bob@example.com", "email_verified", "true")
	token := st.accessToken("ana")
	if _, err := st.updateOwn(token, "email", "new@example.com"); err != nil {
		t.Fatal(err)
	}
	if _, u := st.user("ana@example.com"); u.Attributes["email"] != "ana@example.com" || !u.Verified("email") {
		t.Errorf("the new address is in force: %v", u.Attributes)
	}
	out, err := st.GetUserAttributeVerificationCode(st.ctx, &cognitoidp.GetUserAttributeVerificationCodeRequest{AccessToken: token, AttributeName: "email"})
	if err != nil || detailsText(out.CodeDeliveryDetails) != "EMAIL email n***@e***" || st.inbox.Messages()[0].Trigger != message.VerifyUserAttribute {
		t.Fatalf("got %+v, %v", out, err)
	}
	want(t, st.verify(token, "email", st.code()), "")
	if _, u := st.user("new@example.com"); u.Username != "ana" || len(u.Pending) != 0 {
		t.Errorf("got %+v", u)
	}
	if _, err := st.updateOwn(token, "email", "bob@example.com"); err != nil {
		t.Fatal(err)
	}
	want(t, st.verify(token, "email", st.code()), "AliasExists: An account with the email already exists.")
	want(t, st.updateAsAdmin("ana", "email", "bob@example.com", "email_verified", "true"), "AliasExists: An account with the email already exists.")
}

func TestVerificationLimits(t *testing.T) {
	st := newStage(t, nil, nil)
	st.confirmed("ana", "email", "ana@example.com")
	token := st.accessToken("ana")
	get := func(attribute string) error {
		_, err := st.GetUserAttributeVerificationCode(st.ctx, &cognitoidp.GetUserAttributeVerificationCodeRequest{AccessToken: token, AttributeName: attribute})
		return err
	}
	want(t, get("name"), `InvalidParameter: Attribute "name" cannot be verified. Only email and phone_number can.`)
	want(t, get("phone_number"), "InvalidParameter: User does not have a value for phone_number.")
	for range 4 {
		want(t, get("email"), "")
	}
	want(t, get("email"), limitExceeded)
	for range 15 {
		want(t, st.verify(token, "email", wrong(st.code())), codeMismatch)
	}
	want(t, st.verify(token, "email", st.code()), limitExceeded)
}

func TestDeleteUserAttributes(t *testing.T) {
	in := &cognitoidp.CreateUserPoolRequest{
		Schema:             []cognitoidp.SchemaAttributeType{{Name: new("family_name"), Required: new(true)}},
		UsernameAttributes: []cognitoidp.UsernameAttributeType{"email"},
	}
	st := newStage(t, in, nil)
	st.confirmed("ana@example.com", "family_name", "A", "name", "Ana", "phone_number", "+15555550100", "phone_number_verified", "true")
	token := st.accessToken("ana@example.com")
	own := func(names ...string) error {
		_, err := st.DeleteUserAttributes(st.ctx, &cognitoidp.DeleteUserAttributesRequest{AccessToken: token, UserAttributeNames: names})
		return err
	}
	admin := func(names ...string) error {
		_, err := st.AdminDeleteUserAttributes(st.ctx, &cognitoidp.AdminDeleteUserAttributesRequest{
			UserPoolId: st.poolID, Username: "ana@example.com", UserAttributeNames: names,
		})
		return err
	}
	want(t, own("family_name"), "InvalidParameter: user.family_name: The attribute is required")
	want(t, own("email_verified"), "NotAuthorized: A client attempted to write unauthorized attribute")
	want(t, own("email"), "InvalidParameter: Cannot delete email: it is the name by which the user signs in.")
	want(t, admin("custom:x"), "InvalidParameter: user.custom:x: Attribute does not exist in the schema.")
	want(t, own("name"), "")
	want(t, admin("phone_number"), "")
	_, u := st.user("ana@example.com")
	if len(u.Attributes) != 2 || u.Attributes["family_name"] != "A" || u.Attributes["email"] != "ana@example.com" {
		t.Errorf("got %v", u.Attributes)
	}
	// The e-mail address is the username: another user's cannot be taken.
	st.confirmed("bob@example.com", "family_name", "B")
	_, err := st.updateOwn(token, "email", "bob@example.com")
	want(t, err, "AliasExists: An account with the email already exists.")
}

type brokenSender struct{}

func (brokenSender) Send(context.Context, message.Message) error { return errors.New("no line") }

// A message that is not taken leaves what was written.
func TestDeliveryFailure(t *testing.T) {
	st := newStage(t, verifyingEmail(), nil)
	st.Messages = brokenSender{}
	_, err := st.signUp("ana", goodPassword, "email", "ana@example.com")
	want(t, err, "CodeDeliveryFailure: Unable to deliver code to user")
	if st.status("ana") != "UNCONFIRMED" {
		t.Error("the user is gone")
	}
	undelivered := "CodeDeliveryFailure: Unable to deliver code to user"
	_, err = st.resend("ana")
	want(t, err, undelivered)

	st.confirmed("ben", "email", "ben@example.com", "email_verified", "true")
	_, err = st.ForgotPassword(st.ctx, &cognitoidp.ForgotPasswordRequest{ClientId: st.client.ID, Username: "ben"})
	want(t, err, undelivered)
	token := st.accessToken("ben")
	_, err = st.GetUserAttributeVerificationCode(st.ctx, &cognitoidp.GetUserAttributeVerificationCodeRequest{AccessToken: token, AttributeName: "email"})
	want(t, err, undelivered)
	_, err = st.UpdateUserAttributes(st.ctx, &cognitoidp.UpdateUserAttributesRequest{
		AccessToken: token, UserAttributes: []cognitoidp.AttributeType{{Name: "email", Value: new("other@example.com")}}})
	want(t, err, undelivered)
	_, err = st.AdminCreateUser(st.ctx, &cognitoidp.AdminCreateUserRequest{UserPoolId: st.poolID, Username: "eve",
		UserAttributes:         []cognitoidp.AttributeType{{Name: "email", Value: new("eve@example.com")}},
		DesiredDeliveryMediums: []cognitoidp.DeliveryMediumType{cognitoidp.DeliveryMediumTypeEmail}})
	want(t, err, undelivered)
}
