package trigger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// TestSDKVersion: what User-Agent headers say of the SDK that has sent them.
func TestSDKVersion(t *testing.T) {
	for agent, want := range map[string]string{
		"aws-sdk-js/3.940.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#20 api/cognito-identity-provider#3.940.0": "aws-sdk-js-3.940.0",
		"aws-sdk-iOS/2.9.8 iOS/14.4 en_US":                         "aws-sdk-ios-2.9.8",
		"aws-sdk-go-v2/1.47.7 ua/2.1 os/linux lang/go#1.26":        "aws-sdk-go-v2-1.47.7",
		"Mozilla/5.0 (X11; Linux) aws-sdk-js/2.1.0":                "aws-sdk-js-2.1.0",
		"Boto3/1.26.0 md/Botocore#1.29.0":                          "aws-sdk-unknown-unknown",
		"aws-sdk-unknown":                                          "aws-sdk-unknown-unknown",
		"not-aws-sdk-js/1.0":                                       "aws-sdk-unknown-unknown",
		"":                                                         "aws-sdk-unknown-unknown",
		"aws-sdk-js/\"},\"clientId\":\"x":                          "aws-sdk-unknown-unknown",
		"aws-sdk-" + strings.Repeat("x", 100) + "/1.0":             "aws-sdk-unknown-unknown",
		"aws-sdk-js/1" + strings.Repeat("0", 100):                  "aws-sdk-js-1" + strings.Repeat("0", 30),
		"aws-amplify/6.0 aws-sdk-js/3.1.0-rc.2+x framework/1#core": "aws-sdk-js-3.1.0-rc.2+x",
	} {
		s := &Service{UserAgent: func(context.Context) string { return agent }}
		if got := s.callerContext(t.Context(), Subject{}); got.AWSSDKVersion != want || got.ClientID != "CLIENT_ID_NOT_APPLICABLE" {
			t.Errorf("%q: %+v, want %s", agent, got, want)
		}
	}
}

// answers is Functions that answer with one thing.
type answers struct {
	payload string
	err     error
}

func (a answers) Invoke(context.Context, string, string, []byte) ([]byte, error) {
	return []byte(a.payload), a.err
}

func gatedPool() *userpool.Pool {
	p := &userpool.Pool{ID: "eu-west-1_aB3dE5fG7"}
	p.Settings.LambdaConfig = &cognitoidp.LambdaConfigType{PreSignUp: new("arn:aws:lambda:eu-west-1:123456789012:function:gate")}
	return p
}

// TestCounts: what triggers have come to, and how long they took; the log has no secret.
func TestCounts(t *testing.T) {
	var log bytes.Buffer
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &Service{Log: slog.New(slog.NewJSONHandler(&log, nil)), Now: func() time.Time { now = now.Add(time.Second); return now }}
	run := func(payload string, err error) error {
		s.Functions = answers{payload, err}
		_, err = s.PreSignUp(t.Context(), SignUp, Subject{Pool: gatedPool(), Username: "ana"}, map[string]string{"email": "ana@example.com"}, nil, nil)
		return err
	}
	const good = `{"userPoolId":"x","triggerSource":"x","response":{}}`
	fault := errors.New("a fault")
	for _, tt := range []struct {
		payload string
		err     error
		want    error
	}{
		{good, nil, nil}, {good, nil, nil}, {"{}", nil, cognitoidp.InvalidLambdaResponseException},
		{"", &Failure{Message: "hunter2", Type: "E"}, cognitoidp.UserLambdaValidationException},
		{"", &Unreached{Cause: "error X", Err: errors.New("nobody there")}, cognitoidp.UnexpectedLambdaException},
		{"", fault, fault},
	} {
		if err := run(tt.payload, tt.err); !errors.Is(err, tt.want) {
			t.Errorf("got %v, want %v", err, tt.want)
		}
	}
	got, err := json.Marshal(s.Counts())
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"Trigger":"PreSignUp","Outcome":"answered","Times":2,"Took":2000000000},{"Trigger":"PreSignUp","Outcome":"failed","Times":1,"Took":1000000000},` +
		`{"Trigger":"PreSignUp","Outcome":"not_reached","Times":1,"Took":1000000000},{"Trigger":"PreSignUp","Outcome":"threw","Times":1,"Took":1000000000},` +
		`{"Trigger":"PreSignUp","Outcome":"unreadable","Times":1,"Took":1000000000}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if text := log.String(); strings.Count(text, "trigger failed") != 4 || strings.Contains(text, "hunter2") || strings.Contains(text, "ana") || !strings.Contains(text, "nobody there") {
		t.Errorf("logged:\n%s", text)
	}
}

// TestNoService: without anything to reach functions by, gates are closed, and pools without are open.
func TestNoService(t *testing.T) {
	var none *Service
	if _, err := none.PreSignUp(t.Context(), SignUp, Subject{Pool: gatedPool()}, nil, nil, nil); !errors.Is(err, cognitoidp.UnexpectedLambdaException) {
		t.Errorf("a gate without a guard: %v", err)
	}
	if _, err := none.PreSignUp(t.Context(), SignUp, Subject{Pool: &userpool.Pool{ID: "eu-west-1_aB3dE5fG7"}}, nil, nil, nil); err != nil {
		t.Errorf("no gate: %v", err)
	}
	federated := answers{payload: `{"userPoolId":"x","triggerSource":"x","response":{"autoConfirmUser":true,"autoVerifyEmail":true}}`}
	verdict, err := (&Service{Functions: federated}).PreSignUp(t.Context(), ExternalProvider, Subject{Pool: gatedPool()}, nil, nil, nil)
	if err != nil || verdict != (SignUpVerdict{}) {
		t.Errorf("of somebody federated: %+v, %v", verdict, err)
	}
}
