package test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/kms/kmstest"
	"ostiary/internal/lambda/lambdatest"
)

const (
	senderKey    = "AKIDSENDERFUNCTION01"
	senderSecret = "the secret of the function that sends"
	codeKeyARN   = "arn:aws:kms:us-east-1:123456789012:key/1a2b3c4d-0000-4444-8888-123456789abc"
	codeKeyAlias = "arn:aws:kms:us-east-1:123456789012:alias/codes"
	senderARN    = "arn:aws:lambda:us-east-1:123456789012:function:send"
)

// sent is what the function has sent.
type sent struct {
	To     string  `json:"to"`
	Code   *string `json:"code"`
	Source string  `json:"source"`
	User   string  `json:"user"`
}

// sender is test/node/sender.mjs, running behind a Lambda API.
type sender struct {
	t      *testing.T
	lambda *lambdatest.API
	mail   chan sent
	kms    chan string // takes the address of the KMS, once
}

// startSender runs the Lambda API at once and the function once it is known where its KMS is.
func startSender(t *testing.T) *sender {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		need(t, "node", "install Node.js 20 or newer")
	}
	if _, err := os.Stat("node/node_modules/@aws-crypto/client-node"); err != nil {
		need(t, "test/node/node_modules", "run npm install in test/node")
	}
	s := &sender{t: t, mail: make(chan sent, 100)}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		var m sent
		if err := json.NewDecoder(req.Body).Decode(&m); err != nil {
			t.Errorf("the function sent %v", err)
		}
		s.mail <- m
	}))
	t.Cleanup(hook.Close)
	s.lambda = lambdatest.Start(t, nil)
	s.lambda.TakeAnyKey()
	s.kms = make(chan string, 1)
	address := s.run(node, hook.URL)
	s.lambda.Set("send", func(ctx context.Context, event json.RawMessage) (any, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address(), bytes.NewReader(event))
		if err != nil {
			return nil, err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err == nil && resp.StatusCode != http.StatusOK {
			t.Logf("the function threw %s", answer)
			err = errors.New("the function threw")
		}
		return lambdatest.Raw(answer), err
	})
	return s
}

// run answers what starts the function, the first time, and tells its address.
func (s *sender) run(node, mailURL string) (address func() string) {
	ready := make(chan struct{})
	url := ""
	go func() {
		defer close(ready)
		var endpoint, key, secret string
		select {
		case endpoint = <-s.kms:
			endpoint, key, _ = strings.Cut(endpoint, " ")
			key, secret, _ = strings.Cut(key, " ")
		case <-s.t.Context().Done():
			return
		}
		cmd := exec.Command(node, "sender.mjs")
		cmd.Dir = "node"
		cmd.Env = append(cleanEnvironment(), "KEY_ARN="+codeKeyARN, "KEY_ALIAS="+codeKeyAlias, "MAIL_URL="+mailURL, "AWS_ENDPOINT_URL_KMS="+endpoint,
			"AWS_ACCESS_KEY_ID="+key, "AWS_SECRET_ACCESS_KEY="+secret, "AWS_REGION=us-east-1")
		cmd.Stderr = s.t.Output()
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			s.t.Errorf("start the function: %v", err)
			return
		}
		s.t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // killed
		})
		if url, err = bufio.NewReader(out).ReadString('\n'); err != nil {
			s.t.Errorf("the function did not start: %v", err)
		}
		url = strings.TrimSpace(url)
	}()
	return func() string { <-ready; return url }
}

// next is what the function sends next.
func (s *sender) next() sent {
	s.t.Helper()
	select {
	case m := <-s.mail:
		return m
	case <-time.After(time.Minute):
		s.t.Fatal("the function sent nothing")
		return sent{}
	}
}

// code is the code that the function sends next, which has to be of that kind.
func (s *sender) code(to, source string) string {
	s.t.Helper()
	m := s.next()
	if m.To != to || m.Source != source || m.Code == nil {
		s.t.Fatalf("sent %+v, want %s to %s", m, source, to)
	}
	return *m.Code
}

func withSenders(in *idp.CreateUserPoolInput) {
	in.LambdaConfig = &types.LambdaConfigType{
		CustomEmailSender: &types.CustomEmailLambdaVersionConfigType{LambdaArn: aws.String(senderARN), LambdaVersion: types.CustomEmailSenderLambdaVersionTypeV10},
		CustomSMSSender:   &types.CustomSMSLambdaVersionConfigType{LambdaArn: aws.String(senderARN), LambdaVersion: types.CustomSMSSenderLambdaVersionTypeV10},
		KMSKeyID:          aws.String(codeKeyARN),
	}
}

// tour has the function send what users need, and uses it.
func (s *sender) tour(m *mailing) {
	t := s.t
	t.Helper()
	if err := m.signUp("ana", "email=ana@example.com"); err != nil {
		t.Fatal(err)
	}
	m.confirm("ana", s.code("ana@example.com", "CustomEmailSender_SignUp"))

	if _, err := m.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &m.client, Username: aws.String("ana")}); err != nil {
		t.Fatal(err)
	}
	code := s.code("ana@example.com", "CustomEmailSender_ForgotPassword")
	if _, err := m.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
		ClientId: &m.client, Username: aws.String("ana"), ConfirmationCode: &code, Password: aws.String(password + "!"),
	}); err != nil {
		t.Error(err)
	}

	const given = "Less<than>More&9"
	if _, err := m.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: &m.pool, Username: aws.String("ben"), TemporaryPassword: aws.String(given),
		UserAttributes: []types.AttributeType{{Name: aws.String("phone_number"), Value: aws.String("+15550100")}},
	}); err != nil {
		t.Fatal(err)
	}
	if got, want := s.code("+15550100", "CustomSMSSender_AdminCreateUser"), "Less&lt;than&gt;More&9"; got != want {
		t.Errorf("temporary password %q, want %q", got, want)
	}
	if n := len(s.mail); n != 0 {
		t.Errorf("%d more were sent", n)
	}
}

// TestCustomSenderByOwnKey: a function with the AWS Encryption SDK decrypts codes by the server's own KMS, in
// production, with an access key that may do nothing else; users confirm themselves by what it sends.
func TestCustomSenderByOwnKey(t *testing.T) {
	onBoth(t, func(t *testing.T, arguments []string) {
		s := startSender(t)
		server := serve(t, append(production(t, fmt.Sprintf(`
  - {id: %s, secret: %s, policy: {Statement: {Effect: Allow, Action: "kms:Decrypt", Resource: %q}}}
lambda_endpoint: %s
lambda_access_key: {id: AKIDLAMBDA, secret: anything}
`, senderKey, senderSecret, codeKeyARN, s.lambda.URL)), arguments...)...)
		s.kms <- server.endpoint + " " + senderKey + " " + senderSecret
		s.tour(newMailing(t, server, withSenders))
	})
}

// TestCustomSenderByKMS: the same with a KMS elsewhere, for the server and for the function.
func TestCustomSenderByKMS(t *testing.T) {
	s, keys := startSender(t), kmstest.Start(t)
	server := serve(t, append(production(t, fmt.Sprintf(`
lambda_endpoint: %s
lambda_access_key: {id: AKIDLAMBDA, secret: anything}
kms: {endpoint: %q, access_key: {id: %s, secret: %q}}
`, s.lambda.URL, keys.URL, kmstest.KeyID, kmstest.Secret)), "--data", t.TempDir())...)
	s.kms <- keys.URL + " " + kmstest.KeyID + " " + kmstest.Secret
	s.tour(newMailing(t, server, withSenders))
	const each = "TrentService.GenerateDataKey " + codeKeyARN + " TrentService.Decrypt " + codeKeyARN + " "
	if got, want := strings.Join(keys.Requests(), " ")+" ", strings.Repeat(each, 3); got != want {
		t.Errorf("asked the KMS for %s\nwant %s", got, want)
	}
}
