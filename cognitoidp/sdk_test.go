package cognitoidp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

// wire stands for the network below the AWS SDK: it keeps what was sent and answers what it has.
type wire struct {
	status  int
	answer  []byte
	target  string
	request []byte
}

func (w *wire) Do(req *http.Request) (*http.Response, error) {
	w.target = req.Header.Get("X-Amz-Target")
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	w.request = body
	return &http.Response{
		StatusCode: w.status, Header: http.Header{"Content-Type": {cognitoidp.ContentType}},
		Body: io.NopCloser(bytes.NewReader(w.answer)),
	}, nil
}

func (w *wire) client() *sdk.Client {
	return sdk.New(sdk.Options{
		Region: "us-east-1", HTTPClient: w, BaseEndpoint: aws.String("http://127.0.0.1:1"), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
}

// TestSDKRequests: what the AWS SDK sends decodes to what its caller meant.
func TestSDKRequests(t *testing.T) {
	w := &wire{status: 200, answer: []byte("{}")}
	_, err := w.client().CreateUserPool(context.Background(), &sdk.CreateUserPoolInput{
		PoolName:               aws.String("people"),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		Policies: &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: aws.Int32(12), RequireLowercase: true, TemporaryPasswordValidityDays: 3,
		}},
		Schema:                []types.SchemaAttributeType{{Name: aws.String("team"), AttributeDataType: types.AttributeDataTypeString, Mutable: aws.Bool(false)}},
		UserPoolTags:          map[string]string{"env": "test"},
		UsernameConfiguration: &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)},
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(1)},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := cognitoidp.TargetPrefix + "CreateUserPool"; w.target != want {
		t.Errorf("target %s, want %s", w.target, want)
	}
	o, _ := cognitoidp.OperationByName("CreateUserPool")
	got := o.Input.New()
	if err := o.Input.DecodeValid(w.request, got); err != nil {
		t.Fatal(err)
	}
	want := &cognitoidp.CreateUserPoolRequest{
		PoolName:               "people",
		AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{cognitoidp.VerifiedAttributeTypeEmail},
		Policies: &cognitoidp.UserPoolPolicyType{PasswordPolicy: &cognitoidp.PasswordPolicyType{
			MinimumLength: new(int32(12)), RequireLowercase: new(true), TemporaryPasswordValidityDays: new(int32(3)),
		}},
		Schema:                []cognitoidp.SchemaAttributeType{{Name: new("team"), AttributeDataType: cognitoidp.AttributeDataTypeString, Mutable: new(false)}},
		UserPoolTags:          map[string]string{"env": "test"},
		UsernameConfiguration: &cognitoidp.UsernameConfigurationType{CaseSensitive: false},
		AccountRecoverySetting: &cognitoidp.AccountRecoverySettingType{RecoveryMechanisms: []cognitoidp.RecoveryOptionType{
			{Name: cognitoidp.RecoveryOptionNameTypeVerifiedEmail, Priority: 1},
		}},
	}
	// The SDK sends the booleans it cannot leave out.
	got.(*cognitoidp.CreateUserPoolRequest).Policies.PasswordPolicy.RequireNumbers = nil
	got.(*cognitoidp.CreateUserPoolRequest).Policies.PasswordPolicy.RequireSymbols = nil
	got.(*cognitoidp.CreateUserPoolRequest).Policies.PasswordPolicy.RequireUppercase = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSDKAnswers: what we encode, the AWS SDK reads.
func TestSDKAnswers(t *testing.T) {
	at := time.UnixMilli(1689721665239).UTC()
	o, _ := cognitoidp.OperationByName("AdminGetUser")
	w := &wire{status: 200, answer: o.Output.Encode(&cognitoidp.AdminGetUserResponse{
		Username: "ana", Enabled: new(true), UserStatus: cognitoidp.UserStatusTypeConfirmed, UserCreateDate: &at,
		UserAttributes:     []cognitoidp.AttributeType{{Name: "email", Value: new("ana@example.com")}},
		UserMFASettingList: []string{"SOFTWARE_TOKEN_MFA"}, PreferredMfaSetting: new("SOFTWARE_TOKEN_MFA"),
	})}
	got, err := w.client().AdminGetUser(context.Background(), &sdk.AdminGetUserInput{UserPoolId: aws.String("us-east-1_abcdefghi"), Username: aws.String("ana")})
	if err != nil {
		t.Fatal(err)
	}
	if *got.Username != "ana" || !got.Enabled || got.UserStatus != types.UserStatusTypeConfirmed || !got.UserCreateDate.Equal(at) ||
		len(got.UserAttributes) != 1 || *got.UserAttributes[0].Value != "ana@example.com" || got.UserMFASettingList[0] != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("read %+v", got)
	}
}

// TestSDKErrors: what we answer as an error, the AWS SDK types.
func TestSDKErrors(t *testing.T) {
	w := &wire{status: 400, answer: (&cognitoidp.Error{Code: cognitoidp.UserNotFoundException, Message: "User does not exist."}).JSON()}
	_, err := w.client().AdminGetUser(context.Background(), &sdk.AdminGetUserInput{UserPoolId: aws.String("us-east-1_abcdefghi"), Username: aws.String("ana")})
	var notFound *types.UserNotFoundException
	if !errors.As(err, &notFound) || notFound.ErrorMessage() != "User does not exist." {
		t.Errorf("read %v", err)
	}
}
