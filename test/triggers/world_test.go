package triggers_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"ostiary/internal/lambda/lambdatest"
	"ostiary/internal/store/storetest/pgtest"
	"ostiary/ostiarytest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const (
	password = "Correct-horse-7"
	phone    = "+15550100"
	prefix   = "arn:aws:lambda:us-east-1:123456789012:function:"
)

type (
	object = map[string]any
	params = map[string]string
	event  = lambdatest.Event
)

// stage is a pool with one app client that has every flow, and the Lambda API behind its server.
type stage struct {
	*testing.T
	server       *ostiarytest.Server
	api          *idp.Client
	lambda       *lambdatest.API
	pool, client string
	subs         []string // that events are shown without
}

// arn is the ARN of a function of the tests.
func arn(name string) *string { return aws.String(prefix + name) }

// lambdas is the LambdaConfig that has each trigger run the function of its name.
func lambdas(triggers ...string) *types.LambdaConfigType {
	l := &types.LambdaConfigType{}
	for _, name := range triggers {
		switch name {
		case "PreSignUp":
			l.PreSignUp = arn(name)
		case "PostConfirmation":
			l.PostConfirmation = arn(name)
		case "CustomMessage":
			l.CustomMessage = arn(name)
		case "PreAuthentication":
			l.PreAuthentication = arn(name)
		case "PostAuthentication":
			l.PostAuthentication = arn(name)
		case "CustomAuth":
			l.DefineAuthChallenge, l.CreateAuthChallenge, l.VerifyAuthChallengeResponse =
				arn("DefineAuthChallenge"), arn("CreateAuthChallenge"), arn("VerifyAuthChallengeResponse")
		case "UserMigration":
			l.UserMigration = arn(name)
		case "CustomEmailSender":
			l.CustomEmailSender = &types.CustomEmailLambdaVersionConfigType{LambdaArn: arn(name), LambdaVersion: types.CustomEmailSenderLambdaVersionTypeV10}
			l.KMSKeyID = aws.String("arn:aws:kms:us-east-1:123456789012:key/1")
		case "CustomSMSSender":
			l.CustomSMSSender = &types.CustomSMSLambdaVersionConfigType{LambdaArn: arn(name), LambdaVersion: types.CustomSMSSenderLambdaVersionTypeV10}
			l.KMSKeyID = aws.String("arn:aws:kms:us-east-1:123456789012:key/1")
		case "V1_0", "V2_0", "V3_0":
			l.PreTokenGenerationConfig = &types.PreTokenGenerationVersionConfigType{
				LambdaArn: arn("PreTokenGeneration"), LambdaVersion: types.PreTokenGenerationLambdaVersionType(name)}
		default:
			panic("no trigger " + name)
		}
	}
	return l
}

// everyFunction are functions that answer their events as they came.
func everyFunction() map[string]lambdatest.Function {
	all := map[string]lambdatest.Function{}
	for _, name := range []string{"PreSignUp", "PostConfirmation", "CustomMessage", "PreAuthentication", "PostAuthentication",
		"DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse", "UserMigration", "PreTokenGeneration"} {
		all[name] = lambdatest.Unchanged
	}
	return all
}

// onBoth runs a test on both databases, where it matters what is stored.
func onBoth(t *testing.T, test func(t *testing.T, database ostiarytest.Option)) {
	t.Run("SQLite", func(t *testing.T) { test(t, inMemory()) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, ostiarytest.WithDatabase(pgtest.URL(t))) })
}

func inMemory() ostiarytest.Option { return ostiarytest.WithDatabase("sqlite::memory:") }

// newStage makes a pool with triggers; change, unless nil, says what else it has.
func newStage(t *testing.T, database ostiarytest.Option, triggers []string, change func(*idp.CreateUserPoolInput, *idp.CreateUserPoolClientInput)) *stage {
	t.Helper()
	s := &stage{T: t, lambda: lambdatest.Start(t, everyFunction())}
	s.lambda.TakeAnyKey() // the server signs with a key that means nothing; package server tests a right one
	s.server = ostiarytest.Start(t, database, ostiarytest.WithLambdaEndpoint(s.lambda.URL))
	s.api = s.server.Client()
	pool := &idp.CreateUserPoolInput{
		PoolName: aws.String("triggers"), LambdaConfig: lambdas(triggers...),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		SmsConfiguration:       &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::123456789012:role/sms")},
		EmailConfiguration: &types.EmailConfigurationType{
			EmailSendingAccount: types.EmailSendingAccountTypeDeveloper, SourceArn: aws.String("arn:aws:ses:us-east-1:123456789012:identity/a@example.com")},
	}
	client := &idp.CreateUserPoolClientInput{
		ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowCustomAuth, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth,
			types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	}
	if change != nil {
		change(pool, client)
	}
	created, err := s.api.CreateUserPool(t.Context(), pool)
	s.must(err)
	s.pool = *created.UserPool.Id
	client.UserPoolId = &s.pool
	c, err := s.api.CreateUserPoolClient(t.Context(), client)
	s.must(err)
	s.client = *c.UserPoolClient.ClientId
	return s
}

// on has a function answer with a response.
func (s *stage) on(name string, response any) {
	s.lambda.Set(name, lambdatest.Respond(func(event) (any, error) { return response, nil }))
}

// throws has a function throw.
func (s *stage) throws(name, message string) {
	s.lambda.Set(name, func(context.Context, json.RawMessage) (any, error) { return nil, errors.New(message) })
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// refused fails the test unless err is the exception, with the text.
func (s *stage) refused(err error, want string) {
	s.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		s.Errorf("got %v, want %s", err, want)
	} else if got := e.ErrorCode() + ": " + e.ErrorMessage(); got != want {
		s.Errorf("got  %s\nwant %s", got, want)
	}
}

// sources are the events so far, by their sources.
func (s *stage) sources() string {
	var list []string
	for _, raw := range s.lambda.Events() {
		var e event
		s.must(json.Unmarshal(raw, &e))
		list = append(list, e.TriggerSource)
	}
	return strings.Join(list, " ")
}

// happened fails the test unless the functions were run in this order, and forgets that they were.
func (s *stage) happened(want string) {
	s.Helper()
	if got := s.sources(); got != want {
		s.Errorf("functions run: %s\nwant:          %s", got, want)
	}
	s.lambda.Forget()
}

// sealedCode is a code as custom senders get it: a message of the AWS Encryption SDK of suite 0x0378.
var sealedCode = regexp.MustCompile(`"code":"AYADe[A-Za-z0-9+/]{400,}=*"`)

var sdkVersion = regexp.MustCompile(`aws-sdk-go-v2-[0-9.]+`)

// golden holds the newest event of a source against testdata/events/<name>.json, byte for byte but for what is
// new in every run.
func (s *stage) golden(name, source string) {
	s.Helper()
	var newest json.RawMessage
	for _, raw := range s.lambda.Events() {
		var e event
		s.must(json.Unmarshal(raw, &e))
		if e.TriggerSource == source {
			newest = raw
		}
	}
	if newest == nil {
		s.Errorf("no event %s among %s", source, s.sources())
		return
	}
	names := []string{s.pool, "us-east-1_EXAMPLE", s.client, "1example23456789"}
	for _, sub := range s.subs {
		names = append(names, sub, "SUB")
	}
	text := sealedCode.ReplaceAllString(string(newest), `"code":"CODE"`)
	text = sdkVersion.ReplaceAllString(strings.NewReplacer(names...).Replace(text), "aws-sdk-go-v2-VERSION")
	var got, want bytes.Buffer
	s.must(json.Indent(&got, []byte(text), "", "  "))
	file, err := os.ReadFile(filepath.Join("testdata", "events", name+".json"))
	if err != nil {
		s.Errorf("%v; the event is\n%s", err, got.String())
		return
	}
	s.must(json.Indent(&want, bytes.TrimSpace(file), "", "  "))
	if got.String() != want.String() {
		s.Errorf("event of %s is\n%s\nand not\n%s", name, got.String(), want.String())
	}
}

func attributes(pairs ...string) (list []types.AttributeType) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, types.AttributeType{Name: &pairs[i], Value: &pairs[i+1]})
	}
	return list
}

// signUp signs somebody up, who has that e-mail address.
func (s *stage) signUp(name string) (*idp.SignUpOutput, error) {
	out, err := s.api.SignUp(s.Context(), &idp.SignUpInput{ClientId: &s.client, Username: &name, Password: aws.String(password),
		UserAttributes: attributes("email", name+"@example.com")})
	if err == nil {
		s.subs = append(s.subs, *out.UserSub)
	}
	return out, err
}

// user makes a confirmed user with a password, a verified e-mail address and a phone number.
func (s *stage) user(name string) {
	s.Helper()
	out, err := s.api.AdminCreateUser(s.Context(), &idp.AdminCreateUserInput{
		UserPoolId: &s.pool, Username: &name, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: attributes("email", name+"@example.com", "email_verified", "true", "phone_number", phone),
	})
	s.must(err)
	s.subs = append(s.subs, *out.User.Attributes[0].Value)
	_, err = s.api.AdminSetUserPassword(s.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: &s.pool, Username: &name, Password: aws.String(password), Permanent: true})
	s.must(err)
	s.lambda.Forget()
}

// signIn signs somebody in with a password in the clear.
func (s *stage) signIn(name, password string) (*idp.InitiateAuthOutput, error) {
	return s.api.InitiateAuth(s.Context(), &idp.InitiateAuthInput{ClientId: &s.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: params{"USERNAME": name, "PASSWORD": password}, ClientMetadata: params{"from": "initiate"}})
}

// status is that of a user as stored, "" if there is none.
func (s *stage) status(name string) string {
	s.Helper()
	out, err := s.api.AdminGetUser(s.Context(), &idp.AdminGetUserInput{UserPoolId: &s.pool, Username: &name})
	if missing := (*types.UserNotFoundException)(nil); errors.As(err, &missing) {
		return ""
	}
	s.must(err)
	return string(out.UserStatus)
}

// attribute is the value of a user's attribute as stored.
func (s *stage) attribute(name, attribute string) string {
	s.Helper()
	out, err := s.api.AdminGetUser(s.Context(), &idp.AdminGetUserInput{UserPoolId: &s.pool, Username: &name})
	s.must(err)
	for _, a := range out.UserAttributes {
		if *a.Name == attribute {
			return *a.Value
		}
	}
	return ""
}

// code is that of the newest message.
func (s *stage) code() *string {
	s.Helper()
	list := s.server.Messages()
	if len(list) == 0 {
		s.Fatal("no message was sent")
	}
	return &list[0].Code
}

// claims are those of a token; what verifies tokens is tested elsewhere.
func (s *stage) claims(token *string) object {
	s.Helper()
	if token == nil {
		s.Fatal("no token")
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(*token, ".")[1])
	s.must(err)
	var claims object
	s.must(json.Unmarshal(raw, &claims))
	return claims
}

// show writes values as JSON, for comparison.
func show(v ...any) string {
	var parts []string
	for _, one := range v {
		text, err := json.Marshal(one)
		if err != nil {
			text = []byte(fmt.Sprint(one))
		}
		parts = append(parts, string(text))
	}
	return strings.Join(parts, " ")
}
