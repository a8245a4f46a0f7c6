package signin_test

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"ostiary/internal/mfa"
	"ostiary/internal/srp"
	"ostiary/ostiarytest"
)

const (
	password = "Correct-horse-7"
	phone    = "+15550100"
)

// stage is a pool with one app client that has every flow, on a server whose time stands still unless it
// is advanced.
type stage struct {
	*testing.T
	server       *ostiarytest.Server
	api          *idp.Client
	pool, client string
}

func newStage(t *testing.T, pool *idp.CreateUserPoolInput, options ...ostiarytest.Option) *stage {
	t.Helper()
	now := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	s := &stage{T: t, server: ostiarytest.Start(t, append(options, ostiarytest.WithClock(func() time.Time { return now }))...)}
	s.api = s.server.Client()
	pool.PoolName = aws.String("sign-in")
	pool.AutoVerifiedAttributes = []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}
	pool.SmsConfiguration = &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::123456789012:role/sms")}
	pool.EmailConfiguration = &types.EmailConfigurationType{
		EmailSendingAccount: types.EmailSendingAccountTypeDeveloper, SourceArn: aws.String("arn:aws:ses:us-east-1:123456789012:identity/a@example.com")}
	created, err := s.api.CreateUserPool(t.Context(), pool)
	s.must(err)
	s.pool = *created.UserPool.Id
	client, err := s.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: &s.pool, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowCustomAuth, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth,
			types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	})
	s.must(err)
	s.client = *client.UserPoolClient.ClientId
	return s
}

// passwordless is a pool that lets codes be first factors.
func passwordless() *idp.CreateUserPoolInput {
	return &idp.CreateUserPoolInput{Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
		AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp, types.AuthFactorTypeSmsOtp}}}}
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// mfa switches every second factor of the pool on.
func (s *stage) mfa(mode types.UserPoolMfaType) {
	s.Helper()
	_, err := s.api.SetUserPoolMfaConfig(s.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: &s.pool, MfaConfiguration: mode,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		EmailMfaConfiguration:         &types.EmailMfaConfigType{},
		SmsMfaConfiguration: &types.SmsMfaConfigType{SmsConfiguration: &types.SmsConfigurationType{
			SnsCallerArn: aws.String("arn:aws:iam::123456789012:role/sms")}},
	})
	s.must(err)
}

// user makes a confirmed user with a password, an e-mail address and a phone number.
func (s *stage) user(name string) {
	s.Helper()
	_, err := s.api.AdminCreateUser(s.Context(), &idp.AdminCreateUserInput{
		UserPoolId: &s.pool, Username: &name, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: aws.String(name + "@example.com")}, {Name: aws.String("phone_number"), Value: aws.String(phone)},
		},
	})
	s.must(err)
	_, err = s.api.AdminSetUserPassword(s.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: &s.pool, Username: &name, Password: aws.String(password), Permanent: true})
	s.must(err)
}

// app registers an authenticator app with a signed-in user and answers its codes.
func (s *stage) app(accessToken *string, active bool) func() string {
	s.Helper()
	a, err := s.api.AssociateSoftwareToken(s.Context(), &idp.AssociateSoftwareTokenInput{AccessToken: accessToken})
	s.must(err)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(*a.SecretCode)
	s.must(err)
	code := func() string { return mfa.Code(secret, mfa.Step(s.server.Now())) }
	_, err = s.api.VerifySoftwareToken(s.Context(), &idp.VerifySoftwareTokenInput{AccessToken: accessToken, UserCode: aws.String(code())})
	s.must(err)
	_, err = s.api.SetUserMFAPreference(s.Context(), &idp.SetUserMFAPreferenceInput{
		AccessToken: accessToken, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: active}})
	s.must(err)
	s.server.Advance(time.Minute)
	return code
}

type params = map[string]string

// answer is what either of the two operations answers.
type answer struct {
	challenge types.ChallengeNameType
	params    params
	session   *string
	available []types.ChallengeNameType
	tokens    *types.AuthenticationResultType
}

func (s *stage) initiate(flow types.AuthFlowType, p params, change ...func(*idp.InitiateAuthInput)) (*answer, error) {
	in := &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: flow, AuthParameters: p}
	for _, c := range change {
		c(in)
	}
	out, err := s.api.InitiateAuth(s.Context(), in)
	if err != nil {
		return nil, err
	}
	return &answer{out.ChallengeName, out.ChallengeParameters, out.Session, out.AvailableChallenges, out.AuthenticationResult}, nil
}

func (s *stage) respond(to *answer, challenge types.ChallengeNameType, p params, change ...func(*idp.RespondToAuthChallengeInput)) (*answer, error) {
	in := &idp.RespondToAuthChallengeInput{ClientId: &s.client, ChallengeName: challenge, Session: to.session, ChallengeResponses: p}
	for _, c := range change {
		c(in)
	}
	out, err := s.api.RespondToAuthChallenge(s.Context(), in)
	if err != nil {
		return nil, err
	}
	return &answer{out.ChallengeName, out.ChallengeParameters, out.Session, nil, out.AuthenticationResult}, nil
}

// right ends the test unless the call went well.
func (s *stage) right(a *answer, err error) *answer {
	s.Helper()
	s.must(err)
	return a
}

// asked ends the test unless the answer is that challenge; "" stands for tokens.
func (s *stage) asked(a *answer, want types.ChallengeNameType) *answer {
	s.Helper()
	if a.challenge != want || (want == "") != (a.tokens != nil) {
		s.Fatalf("asked %q with tokens %t, want %q", a.challenge, a.tokens != nil, want)
	}
	return a
}

// refused fails the test unless err is the exception, with the text.
func (s *stage) refused(err error, want string) {
	s.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		s.Errorf("got %v, want %s", err, want)
	} else if got := e.ErrorCode() + ": " + e.ErrorMessage(); got != want {
		s.Errorf("got %s\nwant %s", got, want)
	}
}

// code is the newest message's, which must be of the medium and to the address.
func (s *stage) code(medium, to string) string {
	s.Helper()
	m := s.server.Messages()[0]
	if m.Medium != medium || m.Destination != to {
		s.Fatalf("newest message goes by %s to %s, want %s to %s", m.Medium, m.Destination, medium, to)
	}
	return m.Code
}

// srp begins a proof by SRP: SRP_A, and what answers the challenge that comes of it.
func (s *stage) srp(password string) (a string, prove func(*answer) params) {
	s.Helper()
	c, err := srp.NewClient(rand.Reader)
	s.must(err)
	return c.HexA(), func(to *answer) params {
		s.Helper()
		block, err := base64.StdEncoding.DecodeString(to.params["SECRET_BLOCK"])
		s.must(err)
		_, suffix, _ := strings.Cut(s.pool, "_")
		claim := srp.Claim{Prefix: suffix, ID: to.params["USER_ID_FOR_SRP"], SecretBlock: block, Timestamp: srp.FormatTimestamp(s.server.Now())}
		signature, err := c.Sign(claim, password, to.params["SALT"], to.params["SRP_B"])
		s.must(err)
		return params{
			"USERNAME": claim.ID, "PASSWORD_CLAIM_SECRET_BLOCK": to.params["SECRET_BLOCK"],
			"TIMESTAMP": claim.Timestamp, "PASSWORD_CLAIM_SIGNATURE": signature,
		}
	}
}

// claims are those of a token, which is not verified.
func claims(t *testing.T, token *string) map[string]any {
	t.Helper()
	parts := strings.Split(*token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func sorted(list []types.ChallengeNameType) []types.ChallengeNameType {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
