package api

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// who names a user or an identity: provider, attribute, value; "" leaves one out.
type who [3]string

func (w who) member() *cognitoidp.ProviderUserIdentifierType {
	return &cognitoidp.ProviderUserIdentifierType{
		ProviderName: optional(w[0]), ProviderAttributeName: optional(w[1]), ProviderAttributeValue: optional(w[2]),
	}
}

func local(username string) who                { return who{"Cognito", "", username} }
func bySubject(provider, value string) who     { return who{provider, userpool.SubjectAttribute, value} }
func by(provider, attribute, value string) who { return who{provider, attribute, value} }

func (st *stage) link(destination, source who) error {
	_, err := st.AdminLinkProviderForUser(st.ctx, &cognitoidp.AdminLinkProviderForUserRequest{
		UserPoolId: st.poolID, DestinationUser: destination.member(), SourceUser: source.member(),
	})
	return err
}

func (st *stage) disable(w who) error {
	_, err := st.AdminDisableProviderForUser(st.ctx, &cognitoidp.AdminDisableProviderForUserRequest{UserPoolId: st.poolID, User: w.member()})
	return err
}

// identities are those of a user, as far as a test wants to compare them.
func (st *stage) identities(username string) string {
	st.t.Helper()
	_, u := st.user(username)
	var list []string
	for _, id := range u.Identities {
		list = append(list, id.Provider+" "+id.Attribute+" "+id.Value)
	}
	return strings.Join(list, ", ")
}

// holder is the user who signs in by an identity, "" for nobody.
func (st *stage) holder(w who) string {
	st.t.Helper()
	name := ""
	err := st.Store.View(st.ctx, func(r store.Reader) error {
		u, err := r.UserByIdentity(st.ctx, st.poolID, w[0], w[1], w[2])
		if err == nil {
			name = u.Username
		}
		return nil
	})
	if err != nil {
		st.t.Fatal(err)
	}
	return name
}

// federated makes the profile of a user of a provider, as the first sign-in does.
func (st *stage) federated(provider, value string) string {
	st.t.Helper()
	u := &userpool.User{
		PoolID: st.poolID, Username: provider + "_" + value, Sub: "sub of " + value, Enabled: true, Status: cognitoidp.UserStatusTypeExternalProvider,
		Attributes: map[string]string{"email": value + "@example.com"},
		Identities: []userpool.Identity{{Provider: provider, Attribute: userpool.SubjectAttribute, Value: value, Primary: true, Created: st.now}},
	}
	st.update(func(tx store.Tx) error {
		p, err := tx.Pool(st.ctx, st.poolID)
		if err != nil {
			return err
		}
		p.Index(u)
		return tx.CreateUser(st.ctx, u)
	})
	return u.Username
}

// linkStage has users ana and ben, and providers of three types.
func linkStage(t *testing.T) *stage {
	t.Helper()
	st := newStage(t, &cognitoidp.CreateUserPoolRequest{Schema: []cognitoidp.SchemaAttributeType{
		{Name: new("badge"), AttributeDataType: "String", Mutable: new(false)},
	}}, nil)
	st.confirmed("ana", "email", "ana@example.com")
	st.confirmed("ben")
	google := map[string]string{"client_id": "i", "client_secret": "s", "authorize_scopes": "email"}
	want(t, st.createProvider("Google", "Google", google), "")
	want(t, st.createProvider("Okta", "OIDC", oidcDetails), "")
	want(t, st.createProvider("Corp", "SAML", map[string]string{"MetadataFile": metadataFile(t, st.now)}), "")
	return st
}

func TestAdminLinkProviderForUser(t *testing.T) {
	st := linkStage(t)
	st.now = time.UnixMilli(1701125599632)
	_, ana := st.user("ana")
	want(t, st.link(local("ana"), bySubject("Google", "117")), "")
	want(t, st.link(local(ana.Sub), by("Corp", "email", "ana@example.com")), "")
	// A user who is known by an external identity is named by it.
	want(t, st.link(bySubject("Google", "117"), bySubject("Okta", "00u1")), "")

	const text = `[{"userId":"117","providerName":"Google","providerType":"Google","issuer":null,"primary":false,"dateCreated":1701125599632},` +
		`{"userId":"ana@example.com","providerName":"Corp","providerType":"SAML","issuer":"urn:idp","primary":false,"dateCreated":1701125599632},` +
		`{"userId":"00u1","providerName":"Okta","providerType":"OIDC","issuer":null,"primary":false,"dateCreated":1701125599632}]`
	out, err := st.AdminGetUser(st.ctx, &cognitoidp.AdminGetUserRequest{UserPoolId: st.poolID, Username: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := attrText(out.UserAttributes), "sub="+ana.Sub+" email=ana@example.com identities="+text; got != want {
		t.Errorf("AdminGetUser\ngot  %s\nwant %s", got, want)
	}
	if !out.UserLastModifiedDate.Equal(st.now) {
		t.Errorf("modified %v", out.UserLastModifiedDate)
	}
	listed, err := st.ListUsers(st.ctx, &cognitoidp.ListUsersRequest{UserPoolId: st.poolID, Filter: new(`username = "ana"`), AttributesToGet: []string{"identities"}})
	if err != nil || len(listed.Users) != 1 || attrText(listed.Users[0].Attributes) != "identities="+text {
		t.Errorf("ListUsers: %v, %+v", err, listed)
	}
	own, err := st.GetUser(st.ctx, &cognitoidp.GetUserRequest{AccessToken: st.accessToken("ana")})
	if err != nil || !strings.Contains(attrText(own.UserAttributes), text) {
		t.Errorf("GetUser: %v", err)
	}
	// Nobody writes the attribute.
	_, err = st.AdminUpdateUserAttributes(st.ctx, &cognitoidp.AdminUpdateUserAttributesRequest{
		UserPoolId: st.poolID, Username: "ana", UserAttributes: attrs("identities", "[]")})
	want(t, err, "InvalidParameter: user.identities: Attribute cannot be updated.")
	for _, w := range []who{bySubject("Google", "117"), by("Corp", "email", "ana@example.com"), bySubject("Okta", "00u1")} {
		if got := st.holder(w); got != "ana" {
			t.Errorf("%v signs in %q", w, got)
		}
	}
}

func TestAdminLinkProviderForUserRefusals(t *testing.T) {
	st := linkStage(t)
	made := st.federated("Okta", "old")
	want(t, st.link(local("ana"), bySubject("Okta", "1")), "")
	long := strings.Repeat("x", 2049)
	for _, c := range []struct {
		name                string
		destination, source who
		want                string
	}{
		{"no destination provider", who{"", "", "ana"}, bySubject("Okta", "2"), "InvalidParameter: DestinationUser.ProviderName is required."},
		{"no destination", local(""), bySubject("Okta", "2"), "InvalidParameter: DestinationUser.ProviderAttributeValue is required."},
		{"no source provider", local("ana"), bySubject("", "2"), "InvalidParameter: SourceUser.ProviderName is required."},
		{"no source attribute", local("ana"), by("Okta", "", "2"), "InvalidParameter: SourceUser.ProviderAttributeName is required."},
		{"no source", local("ana"), bySubject("Okta", ""), "InvalidParameter: SourceUser.ProviderAttributeValue is required."},
		{"long source", local("ana"), bySubject("Okta", long), "InvalidParameter: SourceUser.ProviderAttributeValue is longer than 2048 characters."},
		{"local source", local("ana"), bySubject("Cognito", "ben"), "InvalidParameter: SourceUser must be a user of an external identity provider."},
		{"unknown provider", local("ana"), bySubject("Facebook", "2"), "InvalidParameter: The provider Facebook does not exist in the user pool."},
		{"unknown destination provider", bySubject("Facebook", "1"), bySubject("Okta", "2"), "InvalidParameter: The provider Facebook does not exist in the user pool."},
		{"unknown user", local("cleo"), bySubject("Okta", "2"), "UserNotFound: User does not exist."},
		{"unknown external user", bySubject("Okta", "3"), bySubject("Okta", "2"), "UserNotFound: User does not exist."},
		{"social, not by subject", local("ana"), by("Google", "email", "a@b.example"), "InvalidParameter: ProviderAttributeName must be Cognito_Subject for the provider Google."},
		{"not mapped", local("ana"), by("Okta", "phone_number", "+1"), `InvalidParameter: ProviderAttributeName must be Cognito_Subject or an attribute that the provider Okta maps; "phone_number" is neither.`},
		{"has a profile", local("ana"), bySubject("Okta", "old"), "InvalidParameter: Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"},
		{"linked to this one", local("ana"), bySubject("Okta", "1"), "InvalidParameter: SourceUser is already linked to DestinationUser"},
		{"linked to another", local("ben"), bySubject("Okta", "1"), "AliasExists: SourceUser is already linked to another user."},
		{"linked to a profile", local(made), bySubject("Okta", "1"), "AliasExists: SourceUser is already linked to another user."},
		{"a profile to itself", local(made), bySubject("Okta", "old"), "InvalidParameter: Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"},
	} {
		t.Run(c.name, func(t *testing.T) { want(t, st.link(c.destination, c.source), c.want) })
	}
	_, err := st.AdminLinkProviderForUser(st.ctx, &cognitoidp.AdminLinkProviderForUserRequest{
		UserPoolId: "us-west-2_gone", DestinationUser: local("ana").member(), SourceUser: bySubject("Okta", "2").member()})
	want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")

	for i := range 4 {
		want(t, st.link(local("ana"), bySubject("Corp", strconv.Itoa(i))), "")
	}
	want(t, st.link(local("ana"), bySubject("Corp", "5")), "LimitExceeded: DestinationUser already has 5 linked identities, the most a user may have.")
	// The identity that made a profile does not count.
	for i := range 5 {
		want(t, st.link(local(made), bySubject("Google", strconv.Itoa(i))), "")
	}
	want(t, st.link(local(made), bySubject("Google", "5")), "LimitExceeded: DestinationUser already has 5 linked identities, the most a user may have.")

	st.confirmed("dora", "custom:badge", "7")
	want(t, st.link(local("dora"), bySubject("Okta", "2")), "InvalidParameter: DestinationUser has the immutable attribute custom:badge. All attributes of a linked user must be mutable.")
}

// TestLinkAttributes: the links of one provider go by so many attributes only.
func TestLinkAttributes(t *testing.T) {
	st := linkStage(t)
	mapping := map[string]string{"email": "e", "name": "n", "nickname": "k", "profile": "p", "website": "w", "picture": "i"}
	_, err := st.UpdateIdentityProvider(st.ctx, &cognitoidp.UpdateIdentityProviderRequest{UserPoolId: st.poolID, ProviderName: "Okta", AttributeMapping: mapping})
	want(t, err, "")
	for _, attribute := range []string{"email", "name", "nickname", "profile", "website"} {
		want(t, st.link(local("ana"), by("Okta", attribute, "1")), "")
	}
	want(t, st.link(local("ben"), by("Okta", "picture", "1")), "InvalidParameter: The provider Okta already has links by 5 different attributes, the most it may have.")
	want(t, st.link(local("ben"), by("Okta", "email", "2")), "")
	want(t, st.disable(by("Okta", "name", "1")), "")
	want(t, st.link(local("ben"), by("Okta", "picture", "1")), "")
}

func TestAdminDisableProviderForUser(t *testing.T) {
	st := linkStage(t)
	made := st.federated("Okta", "old")
	want(t, st.link(local("ana"), bySubject("Okta", "1")), "")
	want(t, st.link(local("ana"), by("Corp", "email", "ana@example.com")), "")
	want(t, st.link(local("ana"), bySubject("Google", "117")), "")

	want(t, st.disable(bySubject("Okta", "1")), "")
	if got := st.identities("ana"); got != "Corp email ana@example.com, Google Cognito_Subject 117" {
		t.Errorf("identities %s", got)
	}
	want(t, st.disable(bySubject("Okta", "1")), "UserNotFound: User does not exist.")
	want(t, st.link(local("ben"), bySubject("Okta", "1")), "") // free for another

	// A link that was not used goes by the names by which it was made.
	want(t, st.disable(bySubject("Corp", "ana@example.com")), "UserNotFound: User does not exist.")
	want(t, st.disable(by("Corp", "email", "ana@example.com")), "")

	// Of a provider that is gone, too.
	_, err := st.DeleteIdentityProvider(st.ctx, &cognitoidp.DeleteIdentityProviderRequest{UserPoolId: st.poolID, ProviderName: "Google"})
	want(t, err, "")
	want(t, st.disable(bySubject("Google", "117")), "")
	if got := st.identities("ana"); got != "" {
		t.Errorf("identities %s", got)
	}
	want(t, st.disable(bySubject("Google", "117")), "InvalidParameter: The provider Google does not exist in the user pool.")

	// The identity that made a profile: nobody signs in to that profile by it, and it can be linked.
	want(t, st.disable(bySubject("Okta", "old")), "")
	if got := st.holder(bySubject("Okta", "old")); got != "" {
		t.Errorf("a disabled identity signs in %s", got)
	}
	if got := st.status(made); got != "EXTERNAL_PROVIDER" {
		t.Errorf("status %s", got)
	}
	want(t, st.link(local("ana"), bySubject("Okta", "old")), "")
}

func TestAdminDisableProviderForUserRefusals(t *testing.T) {
	st := linkStage(t)
	for _, c := range []struct {
		user who
		want string
	}{
		{bySubject("", "1"), "InvalidParameter: User.ProviderName is required."},
		{by("Okta", "", "1"), "InvalidParameter: User.ProviderAttributeName is required."},
		{bySubject("Okta", ""), "InvalidParameter: User.ProviderAttributeValue is required."},
		{bySubject("Facebook", "1"), "InvalidParameter: The provider Facebook does not exist in the user pool."},
		{by("Google", "email", "1"), "InvalidParameter: ProviderAttributeName must be Cognito_Subject for the provider Google."},
		{by("Cognito", "username", "ana"), "InvalidParameter: ProviderAttributeName must be Cognito_Subject for the provider Cognito."},
		{bySubject("Cognito", "cleo"), "UserNotFound: User does not exist."},
		{bySubject("Okta", "1"), "UserNotFound: User does not exist."},
	} {
		want(t, st.disable(c.user), c.want)
	}
	_, err := st.AdminDisableProviderForUser(st.ctx, &cognitoidp.AdminDisableProviderForUserRequest{UserPoolId: "us-west-2_gone", User: bySubject("Okta", "1").member()})
	want(t, err, "ResourceNotFound: User pool us-west-2_gone does not exist.")
}

// TestDisableLocalUser: no password any more, by none of the ways to get one but an administrator's.
func TestDisableLocalUser(t *testing.T) {
	st := linkStage(t)
	st.change("ana", func(u *userpool.User) { u.Attributes["email_verified"] = "true" })
	want(t, st.link(local("ana"), bySubject("Okta", "1")), "")
	if _, err := st.forgot("ana"); err != nil {
		t.Fatal(err)
	}
	code := st.code()
	want(t, st.disable(bySubject("Cognito", "ana")), "")
	if _, u := st.user("ana"); u.Password != nil || u.Status != cognitoidp.UserStatusTypeExternalProvider || len(u.Identities) != 1 {
		t.Errorf("got status %s, password %v, identities %v", u.Status, u.Password, u.Identities)
	}
	want(t, st.confirmForgot("ana", code, "Another-pass-1"), "ExpiredCode: Invalid code provided, please request a code again.")
	if _, err := st.forgot("ana"); err == nil {
		t.Error("ForgotPassword sends a code")
	}
	want(t, st.disable(bySubject("Cognito", "ana")), "") // again
	if got := st.identities("ana"); got != "Okta Cognito_Subject 1" {
		t.Errorf("identities %s", got)
	}
	_, err := st.AdminSetUserPassword(st.ctx, &cognitoidp.AdminSetUserPasswordRequest{UserPoolId: st.poolID, Username: "ana", Password: goodPassword, Permanent: new(true)})
	want(t, err, "")
	if !st.hasPassword("ana", goodPassword) || st.status("ana") != "CONFIRMED" {
		t.Error("an administrator cannot undo it")
	}
}

// TestIdentitiesGoWithTheUser: a deleted user's identities are free.
func TestIdentitiesGoWithTheUser(t *testing.T) {
	st := linkStage(t)
	want(t, st.link(local("ana"), bySubject("Okta", "1")), "")
	if _, err := st.AdminDeleteUser(st.ctx, &cognitoidp.AdminDeleteUserRequest{UserPoolId: st.poolID, Username: "ana"}); err != nil {
		t.Fatal(err)
	}
	want(t, st.link(local("ben"), bySubject("Okta", "1")), "")
}
