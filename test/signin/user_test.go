package signin_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	password    = "Corr3ct-Horse!"
	newPassword = "An0ther-Horse!"
)

// The states that a user is in. All but disabled are values of UserStatus.
const (
	confirmed     = "CONFIRMED"
	forceChange   = "FORCE_CHANGE_PASSWORD"
	unconfirmed   = "UNCONFIRMED"
	resetRequired = "RESET_REQUIRED"
	disabled      = "disabled"
)

// kind is what of a user matters to sign-in.
type kind struct {
	status     string
	noPassword bool
	can        factors // has the phone number, the verified app, the e-mail address
	active     factors // of can
	preferred  factors // one of active, or none
	passkey    bool
	passkeyMFA bool // WebAuthnMfaSettings
	device     bool // one that is remembered
}

func (k kind) String() string {
	var parts []string
	add := func(holds bool, text string) {
		if holds {
			parts = append(parts, text)
		}
	}
	add(true, k.status)
	add(k.noPassword, "without password")
	add(k.can != 0, "has "+k.can.String())
	add(k.active != 0, "active "+k.active.String())
	add(k.preferred != 0, "prefers "+k.preferred.String())
	add(k.passkey, "passkey")
	add(k.passkeyMFA, "as MFA")
	add(k.device, "device")
	return strings.Join(parts, " ")
}

// user is a user of a pool, with everything they can prove themselves by.
type user struct {
	*pool
	kind     kind
	name     string
	phone    string
	password string
	secret   string // of the app; "" for none
	passkey  *authenticator
	device   *device
	hash     string // SECRET_HASH of the first request; "" for none
}

// device is a remembered device's key and what it keeps secret.
type device struct{ key, group, password string }

var userCount atomic.Int64

func (u *user) email() string { return u.name + "@example.com" }

func (u *user) attributes(which factors, verified bool) []types.AttributeType {
	var attributes []types.AttributeType
	add := func(name, value string) {
		attributes = append(attributes, types.AttributeType{Name: &name, Value: &value})
		if verified {
			attributes = append(attributes, types.AttributeType{Name: aws.String(name + "_verified"), Value: aws.String("true")})
		}
	}
	if which.has(sms) {
		add("phone_number", u.phone)
	}
	if which.has(email) {
		add("email", u.email())
	}
	return attributes
}

// newUser makes a user of that kind. The pool must be open.
func (p *pool) newUser(t reporter, k kind) *user {
	t.Helper()
	u, err := p.tryUser(t, k)
	if err != nil {
		t.Fatalf("make a user %s: %v", k, err)
	}
	return u
}

// tryUser makes a user, or tells what stands in the way.
func (p *pool) tryUser(t reporter, k kind) (*user, error) {
	n := userCount.Add(1)
	u := &user{pool: p, kind: k, name: fmt.Sprintf("user-%d", n), phone: fmt.Sprintf("+4915%08d", n)}
	if !k.noPassword {
		u.password = password
	}
	needsToken := k.can.has(totp) || k.passkey || k.device
	temporary := k.can & (sms | email)
	if k.noPassword || k.status == resetRequired {
		temporary |= email // to sign in with once, or to be sent the code
	}
	if lost := temporary &^ k.can; lost != 0 {
		defer u.lose(t, lost)
	}
	if k.status == unconfirmed {
		return u, u.signUp(temporary)
	}
	if err := u.create(temporary, k.status == resetRequired, needsToken || k.status != forceChange); err != nil {
		return nil, err
	}
	if needsToken {
		if err := u.equip(t); err != nil {
			return nil, err
		}
	}
	if err := u.activate(); err != nil {
		return nil, err
	}
	return u, u.bringTo(k.status, needsToken)
}

func (u *user) signUp(contacts factors) error {
	in := &idp.SignUpInput{ClientId: &u.client, Username: &u.name, UserAttributes: u.attributes(contacts, false)}
	if u.password != "" {
		in.Password = &u.password
	}
	if _, err := u.api.SignUp(u.ctx, in); err != nil {
		return err
	}
	return u.activate()
}

// create is what an administrator does to make a user: who is to be confirmed is so without ever having
// signed in.
func (u *user) create(contacts factors, verified, confirm bool) error {
	in := &idp.AdminCreateUserInput{
		UserPoolId: &u.id, Username: &u.name, MessageAction: types.MessageActionTypeSuppress, UserAttributes: u.attributes(contacts, verified),
	}
	if u.password != "" {
		in.TemporaryPassword = &u.password
	}
	if _, err := u.api.AdminCreateUser(u.ctx, in); err != nil {
		return err
	}
	if u.password == "" || !confirm {
		return nil
	}
	return u.setPassword(true)
}

func (u *user) setPassword(permanent bool) error {
	_, err := u.api.AdminSetUserPassword(u.ctx, &idp.AdminSetUserPasswordInput{
		UserPoolId: &u.id, Username: &u.name, Password: aws.String(password), Permanent: permanent,
	})
	return err
}

// bringTo is the last step: the status that the user was not made with.
func (u *user) bringTo(status string, confirmedBefore bool) error {
	switch status {
	case forceChange:
		if confirmedBefore {
			return u.setPassword(false)
		}
	case resetRequired:
		_, err := u.api.AdminResetUserPassword(u.ctx, &idp.AdminResetUserPasswordInput{UserPoolId: &u.id, Username: &u.name})
		return err
	case disabled:
		_, err := u.api.AdminDisableUser(u.ctx, &idp.AdminDisableUserInput{UserPoolId: &u.id, Username: &u.name})
		return err
	}
	return nil
}

func (u *user) lose(t reporter, which factors) {
	t.Helper()
	var names []string
	for _, a := range u.attributes(which, false) {
		names = append(names, *a.Name)
	}
	must[*idp.AdminDeleteUserAttributesOutput](t, "AdminDeleteUserAttributes")(u.api.AdminDeleteUserAttributes(u.ctx,
		&idp.AdminDeleteUserAttributesInput{UserPoolId: &u.id, Username: &u.name, UserAttributeNames: names}))
}

// activate switches second factors on.
func (u *user) activate() error {
	k := u.kind
	if k.active == 0 && !k.passkeyMFA {
		return nil
	}
	in := &idp.AdminSetUserMFAPreferenceInput{UserPoolId: &u.id, Username: &u.name}
	if k.active.has(sms) {
		in.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: true, PreferredMfa: k.preferred == sms}
	}
	if k.active.has(totp) {
		in.SoftwareTokenMfaSettings = &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: k.preferred == totp}
	}
	if k.active.has(email) {
		in.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: true, PreferredMfa: k.preferred == email}
	}
	if k.passkeyMFA {
		in.WebAuthnMfaSettings = &types.WebAuthnMfaSettingsType{Enabled: true}
	}
	_, err := u.api.AdminSetUserMFAPreference(u.ctx, in)
	return err
}

// signInOnce signs in a user who has no second factor yet.
func (u *user) signInOnce() (*types.AuthenticationResultType, error) {
	o := opening{publicly, "USER_PASSWORD_AUTH", map[string]string{"USERNAME": u.name, "PASSWORD": u.password}, ""}
	if u.password == "" {
		o.flow, o.params = "USER_AUTH", map[string]string{"USERNAME": u.name, "PREFERRED_CHALLENGE": "EMAIL_OTP"}
	}
	s := u.begin(u.client, o)
	if u.password == "" && s.name == "EMAIL_OTP" {
		s = u.respond(publicly, u.client, s.name, s.session, map[string]string{"USERNAME": u.name, "EMAIL_OTP_CODE": u.code(u.id, u.name)})
	}
	if s.tokens == nil {
		return nil, fmt.Errorf("sign in to equip %s: %s", u.name, s)
	}
	return s.tokens, nil
}

// equip registers what needs an access token: an app, a passkey, a device.
func (u *user) equip(t reporter) error {
	result, err := u.signInOnce()
	if err != nil {
		return err
	}
	if u.kind.can.has(totp) {
		if err := u.registerApp(t, *result.AccessToken); err != nil {
			return err
		}
	}
	if u.kind.passkey {
		if err := u.registerPasskey(t, *result.AccessToken); err != nil {
			return err
		}
	}
	if u.kind.device {
		return u.confirmDevice(*result.AccessToken, result.NewDeviceMetadata)
	}
	return nil
}

// registerApp spends the code of the step before, so that the one of now is good for a sign-in.
func (u *user) registerApp(t reporter, token string) error {
	t.Helper()
	out, err := u.api.AssociateSoftwareToken(u.ctx, &idp.AssociateSoftwareTokenInput{AccessToken: &token})
	if err != nil {
		return fmt.Errorf("AssociateSoftwareToken: %w", err)
	}
	u.secret = *out.SecretCode
	_, err = u.api.VerifySoftwareToken(u.ctx, &idp.VerifySoftwareTokenInput{
		AccessToken: &token, UserCode: aws.String(otp(t, u.secret, u.Now().Add(-30*time.Second))), FriendlyDeviceName: aws.String("phone"),
	})
	return err
}

func (u *user) registerPasskey(t reporter, token string) error {
	t.Helper()
	return u.registerPasskeyBy(newAuthenticator(t), token)
}

func (u *user) registerPasskeyBy(a *authenticator, token string) error {
	out, err := u.api.StartWebAuthnRegistration(u.ctx, &idp.StartWebAuthnRegistrationInput{AccessToken: &token})
	if err != nil {
		return fmt.Errorf("StartWebAuthnRegistration: %w", err)
	}
	var options map[string]any
	if err := out.CredentialCreationOptions.UnmarshalSmithyDocument(&options); err != nil {
		return err
	}
	u.passkey = a
	credential, err := u.passkey.create(options)
	if err != nil {
		return err
	}
	_, err = u.api.CompleteWebAuthnRegistration(u.ctx, &idp.CompleteWebAuthnRegistrationInput{
		AccessToken: &token, Credential: document.NewLazyDocument(credential),
	})
	if err != nil {
		return fmt.Errorf("CompleteWebAuthnRegistration: %w", err)
	}
	return nil
}

// confirmDevice answers the device that came with the tokens.
func (u *user) confirmDevice(token string, issued *types.NewDeviceMetadataType) error {
	if issued == nil {
		return fmt.Errorf("no device was issued to %s", u.name)
	}
	u.device = &device{key: *issued.DeviceKey, group: *issued.DeviceGroupKey, password: "device of " + u.name}
	salt, verifier := deviceVerifier(u.device.group, u.device.key, u.device.password)
	_, err := u.api.ConfirmDevice(u.ctx, &idp.ConfirmDeviceInput{
		AccessToken: &token, DeviceKey: &u.device.key,
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{Salt: &salt, PasswordVerifier: &verifier},
	})
	return err
}
