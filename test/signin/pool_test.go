package signin_test

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	snsRole = "arn:aws:iam::000000000000:role/sms"
	sesFrom = "arn:aws:ses:us-east-1:000000000000:identity/sender@example.com"

	// relyingParty is the domain that passkeys are for, and origin a page of it.
	relyingParty = "login.example.com"
	origin       = "https://login.example.com"
)

// factors is a set of second factors.
type factors uint8

const (
	sms factors = 1 << iota
	totp
	email

	noFactors  factors = 0
	allFactors         = sms | totp | email
)

var eachFactor = [...]factors{sms, totp, email}

// factorNames is how the API calls them.
var factorNames = map[factors]string{sms: "SMS_MFA", totp: "SOFTWARE_TOKEN_MFA", email: "EMAIL_OTP"}

func (f factors) has(g factors) bool { return g != 0 && f&g == g }

func (f factors) names() []string {
	var names []string
	for _, g := range eachFactor {
		if f.has(g) {
			names = append(names, factorNames[g])
		}
	}
	slices.Sort(names)
	return names
}

func (f factors) String() string {
	spelled := []byte("---")
	for i, g := range eachFactor {
		if f.has(g) {
			spelled[i] = "STE"[i]
		}
	}
	return string(spelled)
}

// setting is what of a pool matters to sign-in.
type setting struct {
	first    []string // AllowedFirstAuthFactors
	mode     string   // MfaConfiguration
	on       factors
	recovery string // the mechanism of priority 1: email, phone, admin
	multi    bool   // FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION
	devices  string // DeviceConfiguration: "" none, "instead" of a second factor or "beside" one
}

var everyFirst = []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}

// open is the setting in which every kind of user can be made.
var open = setting{first: everyFirst, mode: "OPTIONAL", on: allFactors, recovery: "email", multi: true}

func (s setting) allows(first string) bool { return slices.Contains(s.first, first) }

func (s setting) String() string {
	text := s.mode + "/" + s.on.String() + "/" + s.recovery + " first " + strings.Join(s.first, "+")
	if s.multi {
		text += " multi"
	}
	if s.devices != "" {
		text += " devices " + s.devices
	}
	return text
}

// pool is a user pool and one of its app clients.
type pool struct {
	*world
	id, client string
	setting    setting
}

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

func devices(s setting) *types.DeviceConfigurationType {
	if s.devices == "" {
		return nil
	}
	return &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: s.devices == "instead"}
}

func signInPolicy(first []string) *types.SignInPolicyType {
	policy := &types.SignInPolicyType{}
	for _, f := range first {
		policy.AllowedFirstAuthFactors = append(policy.AllowedFirstAuthFactors, types.AuthFactorType(f))
	}
	return policy
}

var (
	byDeveloper = &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeDeveloper, SourceArn: aws.String(sesFrom)}
	bySNS       = &types.SmsConfigurationType{SnsCallerArn: aws.String(snsRole), ExternalId: aws.String("x")}
)

// newPool makes a pool with this setting and a client; change adds to the request.
func (w *world) newPool(t reporter, s setting, change ...func(*idp.CreateUserPoolInput)) *pool {
	t.Helper()
	in := &idp.CreateUserPoolInput{
		PoolName: aws.String("signin"), AccountRecoverySetting: recovery(s.recovery),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail, types.VerifiedAttributeTypePhoneNumber},
		EmailConfiguration:     byDeveloper, SmsConfiguration: bySNS, LambdaConfig: riddleTriggers,
	}
	for _, c := range change {
		c(in)
	}
	p := &pool{world: w, id: *must[*idp.CreateUserPoolOutput](t, "CreateUserPool")(w.api.CreateUserPool(w.ctx, in)).UserPool.Id}
	p.client = p.newClient(t)
	p.configure(t, s)
	return p
}

// everyFlow is the flows of a client that may do everything.
var everyFlow = []types.ExplicitAuthFlowsType{
	types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth,
	types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowCustomAuth,
	types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
}

func (p *pool) newClient(t reporter, change ...func(*idp.CreateUserPoolClientInput)) string {
	t.Helper()
	in := &idp.CreateUserPoolClientInput{UserPoolId: &p.id, ClientName: aws.String("app"), ExplicitAuthFlows: everyFlow}
	for _, c := range change {
		c(in)
	}
	return *must[*idp.CreateUserPoolClientOutput](t, "CreateUserPoolClient")(p.api.CreateUserPoolClient(p.ctx, in)).UserPoolClient.ClientId
}

// hiding is a client that does not show who exists.
func hiding(in *idp.CreateUserPoolClientInput) {
	in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
}

// configure sets what sign-in depends on.
func (p *pool) configure(t reporter, s setting) {
	t.Helper()
	if err := p.tryConfigure(s); err != nil {
		t.Fatalf("configure %s: %v", s, err)
	}
}

func (p *pool) tryConfigure(s setting) error {
	// First everything that would stand in the way of the new policy goes, then the policy comes.
	for _, first := range [][]string{{"PASSWORD"}, s.first} {
		mfa := &idp.SetUserPoolMfaConfigInput{UserPoolId: &p.id, MfaConfiguration: types.UserPoolMfaTypeOff}
		if slices.Equal(first, s.first) {
			mfa = mfaConfig(p.id, s)
		}
		_, err := p.api.UpdateUserPool(p.ctx, &idp.UpdateUserPoolInput{
			UserPoolId: &p.id, AccountRecoverySetting: recovery(s.recovery), DeviceConfiguration: devices(s),
			AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail, types.VerifiedAttributeTypePhoneNumber},
			EmailConfiguration:     byDeveloper, SmsConfiguration: bySNS, LambdaConfig: riddleTriggers,
			Policies:         &types.UserPoolPolicyType{SignInPolicy: signInPolicy(first)},
			MfaConfiguration: types.UserPoolMfaTypeOff,
		})
		if err != nil {
			return err
		}
		if _, err := p.api.SetUserPoolMfaConfig(p.ctx, mfa); err != nil {
			return err
		}
	}
	p.setting = s
	return nil
}

func mfaConfig(id string, s setting) *idp.SetUserPoolMfaConfigInput {
	in := &idp.SetUserPoolMfaConfigInput{
		UserPoolId: &id, MfaConfiguration: types.UserPoolMfaType(s.mode),
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String(relyingParty)},
	}
	if s.multi {
		in.WebAuthnConfiguration.FactorConfiguration = types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
	}
	if s.on.has(sms) {
		in.SmsMfaConfiguration = &types.SmsMfaConfigType{SmsConfiguration: bySNS}
	}
	if s.on.has(totp) {
		in.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
	}
	if s.on.has(email) {
		in.EmailMfaConfiguration = &types.EmailMfaConfigType{}
	}
	return in
}
