package mfa_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	password = "Corr3ct-Horse!"
	snsRole  = "arn:aws:iam::123456789012:role/sms"
	sesFrom  = "arn:aws:ses:eu-west-1:123456789012:identity/mfa@example.com"
)

// pool is a user pool and its app client.
type pool struct {
	*world
	id, client string
}

// recovery is the setting whose first mechanism has that name. E-mail MFA asks for a second one.
func recovery(first string) *types.AccountRecoverySettingType {
	option := func(priority int32, name types.RecoveryOptionNameType) types.RecoveryOptionType {
		return types.RecoveryOptionType{Priority: aws.Int32(priority), Name: name}
	}
	byEmail, byPhone := types.RecoveryOptionNameTypeVerifiedEmail, types.RecoveryOptionNameTypeVerifiedPhoneNumber
	return &types.AccountRecoverySettingType{RecoveryMechanisms: map[string][]types.RecoveryOptionType{
		"email": {option(1, byEmail), option(2, byPhone)},
		"phone": {option(1, byPhone), option(2, byEmail)},
		"admin": {option(1, types.RecoveryOptionNameTypeAdminOnly)},
	}[first]}
}

// newPool makes a pool with these settings and a client.
func (w *world) newPool(t reporter, s setting) *pool {
	t.Helper()
	created := must[*idp.CreateUserPoolOutput](t, "CreateUserPool")(w.api.CreateUserPool(w.ctx, &idp.CreateUserPoolInput{
		PoolName:               aws.String("mfa"),
		AccountRecoverySetting: recovery(s.recovery),
		EmailConfiguration: &types.EmailConfigurationType{
			EmailSendingAccount: types.EmailSendingAccountTypeDeveloper, SourceArn: aws.String(sesFrom),
		},
		SmsConfiguration: &types.SmsConfigurationType{SnsCallerArn: aws.String(snsRole), ExternalId: aws.String("x")},
	}))
	p := &pool{world: w, id: *created.UserPool.Id}
	p.client = p.newClient(t)
	p.configure(t, s)
	return p
}

func (p *pool) newClient(t reporter) string {
	t.Helper()
	return *must[*idp.CreateUserPoolClientOutput](t, "CreateUserPoolClient")(p.api.CreateUserPoolClient(p.ctx, &idp.CreateUserPoolClientInput{
		UserPoolId: &p.id, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth,
			types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	})).UserPoolClient.ClientId
}

// configure sets the pool's MFA; the recovery stays.
func (p *pool) configure(t reporter, s setting) {
	t.Helper()
	in := &idp.SetUserPoolMfaConfigInput{UserPoolId: &p.id, MfaConfiguration: types.UserPoolMfaType(s.mode)}
	if s.on.has(sms) {
		in.SmsMfaConfiguration = &types.SmsMfaConfigType{SmsConfiguration: &types.SmsConfigurationType{
			SnsCallerArn: aws.String(snsRole), ExternalId: aws.String("x"),
		}}
	}
	if s.on.has(totp) {
		in.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
	}
	if s.on.has(email) {
		in.EmailMfaConfiguration = &types.EmailMfaConfigType{}
	}
	must[*idp.SetUserPoolMfaConfigOutput](t, "SetUserPoolMfaConfig "+s.String())(p.api.SetUserPoolMfaConfig(p.ctx, in))
}

// user is a confirmed user of a pool, with the app on the user's phone.
type user struct {
	*pool
	name   string
	phone  string // whether or not the user has it now
	secret string // of the app; "" for none
	token  string // an access token from before MFA was activated; "" for none
}

var userCount atomic.Int64

// newUser makes a user who has a phone number, an address, both or none, as contacts says.
func (p *pool) newUser(t reporter, contacts factors) *user {
	t.Helper()
	n := userCount.Add(1)
	u := &user{pool: p, name: fmt.Sprintf("user-%d", n), phone: fmt.Sprintf("+4915%08d", n)}
	must[*idp.AdminCreateUserOutput](t, "AdminCreateUser")(p.api.AdminCreateUser(p.ctx, &idp.AdminCreateUserInput{
		UserPoolId: &p.id, Username: &u.name, MessageAction: types.MessageActionTypeSuppress,
		TemporaryPassword: aws.String(password), UserAttributes: u.attributes(contacts),
	}))
	must[*idp.AdminSetUserPasswordOutput](t, "AdminSetUserPassword")(p.api.AdminSetUserPassword(p.ctx, &idp.AdminSetUserPasswordInput{
		UserPoolId: &p.id, Username: &u.name, Password: aws.String(password), Permanent: true,
	}))
	return u
}

func (u *user) attributes(which factors) []types.AttributeType {
	var attributes []types.AttributeType
	if which.has(sms) {
		attributes = append(attributes, types.AttributeType{Name: aws.String("phone_number"), Value: &u.phone})
	}
	if which.has(email) {
		attributes = append(attributes, types.AttributeType{Name: aws.String("email"), Value: aws.String(u.name + "@example.com")})
	}
	return attributes
}

// gain and lose change the attributes as an administrator.
func (u *user) gain(t reporter, which factors) {
	t.Helper()
	must[*idp.AdminUpdateUserAttributesOutput](t, "AdminUpdateUserAttributes")(u.api.AdminUpdateUserAttributes(u.ctx,
		&idp.AdminUpdateUserAttributesInput{UserPoolId: &u.id, Username: &u.name, UserAttributes: u.attributes(which)}))
}

func (u *user) lose(t reporter, which factors) {
	t.Helper()
	var names []string
	for _, a := range u.attributes(which) {
		names = append(names, *a.Name)
	}
	must[*idp.AdminDeleteUserAttributesOutput](t, "AdminDeleteUserAttributes")(u.api.AdminDeleteUserAttributes(u.ctx,
		&idp.AdminDeleteUserAttributesInput{UserPoolId: &u.id, Username: &u.name, UserAttributeNames: names}))
}

// open signs the user in, who is not asked for MFA, and keeps the access token.
func (u *user) open(t reporter) string {
	t.Helper()
	a := u.signIn(publicly)
	if a.answer != "tokens" {
		t.Fatalf("sign-in of %s gave %s %v, want tokens", u.name, a.demand, a.err)
	}
	u.token = *a.tokens.AccessToken
	return u.token
}

// associate begins to register an app with the access token.
func (u *user) associate(t reporter) (secret string) {
	t.Helper()
	return *must[*idp.AssociateSoftwareTokenOutput](t, "AssociateSoftwareToken")(u.api.AssociateSoftwareToken(u.ctx,
		&idp.AssociateSoftwareTokenInput{AccessToken: &u.token})).SecretCode
}

func (u *user) verify(secret, code string) error {
	out, err := u.api.VerifySoftwareToken(u.ctx, &idp.VerifySoftwareTokenInput{AccessToken: &u.token, UserCode: &code})
	if err == nil && out.Status != types.VerifySoftwareTokenResponseTypeSuccess {
		err = fmt.Errorf("VerifySoftwareToken answers the status %q", out.Status)
	}
	if err == nil {
		u.secret = secret
	}
	return err
}

// register gives the user a verified app.
func (u *user) register(t reporter) {
	t.Helper()
	if u.token == "" {
		u.open(t)
	}
	secret := u.associate(t)
	if err := u.verify(secret, otp(t, secret, u.now())); err != nil {
		t.Fatalf("VerifySoftwareToken: %v", err)
	}
}

// otp is RFC 6238 with SHA-1, six digits and steps of thirty seconds.
func otp(t reporter, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatalf("the secret is not Base32: %v", err)
	}
	mac := hmac.New(sha1.New, key)
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/30))
	mac.Write(step[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:offset+4])&0x7fffffff%1_000_000)
}

// wrong is another code of the same form.
func wrong(code string) string {
	digits := []byte(code)
	for i := range digits {
		digits[i] = '0' + (digits[i]-'0'+5)%10
	}
	return string(digits)
}

// block is the settings of one factor in a preference call; nil members are absent.
type block struct{ enabled, preferred *bool }

// blocks has one for each factor that the call speaks of.
type blocks map[factors]block

// body is a preference call as it goes over the wire: the SDK for Go cannot tell a
// member that is left out of a block from one that is false.
func (b blocks) body() map[string]any {
	members := map[factors]string{sms: "SMSMfaSettings", totp: "SoftwareTokenMfaSettings", email: "EmailMfaSettings"}
	body := map[string]any{}
	for f, x := range b {
		inner := map[string]any{}
		if x.enabled != nil {
			inner["Enabled"] = *x.enabled
		}
		if x.preferred != nil {
			inner["PreferredMfa"] = *x.preferred
		}
		body[members[f]] = inner
	}
	return body
}

// prefer makes a preference call, the user's own or the administrator's.
func (u *user) prefer(t reporter, own bool, b blocks) wire {
	t.Helper()
	body := b.body()
	if own {
		body["AccessToken"] = u.token
		return u.call(t, "SetUserMFAPreference", body)
	}
	body["UserPoolId"], body["Username"] = u.id, u.name
	return u.call(t, "AdminSetUserMFAPreference", body, signed...)
}

// activate sets exactly these factors and this preference, where possible.
func (u *user) activate(t reporter, active, preferred factors) {
	t.Helper()
	b := blocks{}
	for _, f := range eachFactor {
		if active.has(f) {
			b[f] = block{aws.Bool(true), aws.Bool(preferred == f)}
		}
	}
	if len(b) == 0 {
		return
	}
	if got := u.prefer(t, false, b); got.status != 200 || got.body != "{}" {
		t.Fatalf("AdminSetUserMFAPreference %v: %d %s", b.body(), got.status, got.body)
	}
}

// reads is the MFA settings as both reading operations show them.
type reads struct {
	list      []string // sorted
	preferred string
}

// read asks AdminGetUser and, with a token, GetUser, and checks that absent values are left out.
func (u *user) read(t reporter) reads {
	t.Helper()
	admin := u.readWith(t, "AdminGetUser", map[string]any{"UserPoolId": u.id, "Username": u.name})
	if u.token != "" {
		own := u.readWith(t, "GetUser", map[string]any{"AccessToken": u.token})
		if !slices.Equal(own.list, admin.list) || own.preferred != admin.preferred {
			t.Errorf("GetUser shows %v, AdminGetUser %v", own, admin)
		}
	}
	return admin
}

func (u *user) readWith(t reporter, operation string, in map[string]any) reads {
	t.Helper()
	got := u.call(t, operation, in, signed...)
	var shown map[string]json.RawMessage
	if err := json.Unmarshal([]byte(got.body), &shown); err != nil || got.status != 200 {
		t.Fatalf("%s: %d %s", operation, got.status, got.body)
	}
	var r reads
	if raw, ok := shown["UserMFASettingList"]; ok {
		if err := json.Unmarshal(raw, &r.list); err != nil || len(r.list) == 0 {
			t.Errorf("%s: UserMFASettingList is %s, want it absent or with entries", operation, raw)
		}
	}
	if raw, ok := shown["PreferredMfaSetting"]; ok {
		if err := json.Unmarshal(raw, &r.preferred); err != nil || r.preferred == "" {
			t.Errorf("%s: PreferredMfaSetting is %s, want it absent or a name", operation, raw)
		}
	}
	slices.Sort(r.list)
	return r
}

// wantReads checks what reads show: an activated factor as long as the user has what it takes.
func (u *user) wantReads(t reporter, p person) {
	t.Helper()
	want := slices.Sorted(slices.Values((p.active & p.can).names()))
	got := u.read(t)
	if !slices.Equal(got.list, want) || got.preferred != factorNames[p.preferred&p.can] {
		t.Errorf("%s: reads show %v and prefer %q, want %v and %q", p, got.list, got.preferred, want, factorNames[p.preferred&p.can])
	}
}
