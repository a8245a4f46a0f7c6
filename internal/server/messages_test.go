package server_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"ostiary/internal/config"
	"ostiary/internal/server"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// written counts what is written on the way of a message.
type written struct {
	store.Store
	mu     sync.Mutex
	counts map[string]int
}

func (w *written) Update(ctx context.Context, fn func(store.Tx) error) error {
	return w.Store.Update(ctx, func(tx store.Tx) error { return fn(writtenTx{tx, w}) })
}

func (w *written) count(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[what]++
}

// since answers the counts since the last time, once n messages have left the outbox.
func (w *written) since(t *testing.T, n int) map[string]int {
	t.Helper()
	tick, timeout := time.NewTicker(time.Millisecond), time.After(30*time.Second)
	defer tick.Stop()
	for {
		w.mu.Lock()
		if w.counts["RemoveMessage"] >= n {
			counts := w.counts
			w.counts = map[string]int{}
			w.mu.Unlock()
			return counts
		}
		w.mu.Unlock()
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatal("the outbox is not emptied")
		}
	}
}

type writtenTx struct {
	store.Tx
	w *written
}

func (t writtenTx) AddMessage(ctx context.Context, m *userpool.OutboxMessage) error {
	t.w.count("AddMessage")
	return t.Tx.AddMessage(ctx, m)
}

func (t writtenTx) RemoveMessage(ctx context.Context, id, lease string) (bool, error) {
	defer t.w.count("RemoveMessage")
	return t.Tx.RemoveMessage(ctx, id, lease)
}

func (t writtenTx) PutCode(ctx context.Context, c *userpool.Code) error {
	t.w.count("PutCode")
	return t.Tx.PutCode(ctx, c)
}

func (t writtenTx) CreateAttempt(ctx context.Context, a *userpool.Attempt) error {
	t.w.count("CreateAttempt")
	return t.Tx.CreateAttempt(ctx, a)
}

// hidesUsers is a server that delivers e-mails to a hook, with a pool that an app client hides the users of.
func hidesUsers(t *testing.T, hook string, more map[string]string, o server.Options) (api *cognitoidentityprovider.Client, poolID, clientID *string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(strings.Repeat("s", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := map[string]string{"email-from": "a@example.com", "email-webhook-url": hook, "email-webhook-secret-file": file}
	maps.Copy(flags, more)
	api = start(t, "", flags, o).sdk("any", "any", "")
	pool, err := api.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{
		PoolName: aws.String("hidden"), AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"},
		Policies: &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{"PASSWORD", "EMAIL_OTP"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.CreateUserPoolClient(t.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId: pool.UserPool.Id, ClientName: aws.String("app"), PreventUserExistenceErrors: "ENABLED",
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return api, pool.UserPool.Id, client.UserPoolClient.ClientId
}

// TestFullOutbox: where a pool's messages do not leave, no more are taken than the configuration lets wait. That is
// told, but not where it would tell who exists.
func TestFullOutbox(t *testing.T) {
	leave := make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-leave }))
	defer hook.Close()
	defer close(leave)
	api, poolID, id := hidesUsers(t, hook.URL, map[string]string{"messages-max-waiting": "1"}, server.Options{})
	signUp := func(name string) error {
		_, err := api.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{
			ClientId: id, Username: &name, Password: aws.String("Correct-Horse-9"),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}},
		})
		return err
	}
	if err := signUp("ana"); err != nil {
		t.Fatal(err)
	}
	var failed *types.CodeDeliveryFailureException
	if err := signUp("ben"); !errors.As(err, &failed) {
		t.Errorf("SignUp: %v", err)
	}
	if _, err := api.AdminCreateUser(t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: poolID, Username: aws.String("cyd"), DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"}, UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("cyd@example.com")}},
	}); !errors.As(err, &failed) {
		t.Errorf("AdminCreateUser: %v", err)
	}
	for _, name := range []string{"ana", "nobody@example.com"} {
		if _, err := api.ResendConfirmationCode(t.Context(), &cognitoidentityprovider.ResendConfirmationCodeInput{ClientId: id, Username: &name}); err != nil {
			t.Errorf("ResendConfirmationCode for %s: %v", name, err)
		}
		out, err := api.InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
			ClientId: id, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
		})
		if err != nil || out.ChallengeName != "EMAIL_OTP" {
			t.Errorf("InitiateAuth for %s: %v", name, err)
		}
	}
}

// TestNobodyCostsTheSame: asking for a code for nobody writes what asking for somebody's does, the outbox
// included, and delivers nothing.
func TestNobodyCostsTheSame(t *testing.T) {
	received := make(chan string, 100)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		received <- req.Header.Get("Idempotency-Key")
	}))
	defer hook.Close()
	w := &written{counts: map[string]int{}}
	api, poolID, id := hidesUsers(t, hook.URL, nil, server.Options{WrapStore: func(s store.Store) store.Store { w.Store = s; return w }})
	for _, name := range []string{"ana", "new"} {
		if _, err := api.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{
			ClientId: id, Username: &name, Password: aws.String("Correct-Horse-9"),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}},
		}); err != nil {
			t.Fatal(err)
		}
		<-received
	}
	if _, err := api.AdminConfirmSignUp(t.Context(), &cognitoidentityprovider.AdminConfirmSignUpInput{UserPoolId: poolID, Username: aws.String("ana")}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.AdminUpdateUserAttributes(t.Context(), &cognitoidentityprovider.AdminUpdateUserAttributesInput{
		UserPoolId: poolID, Username: aws.String("ana"), UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
	}); err != nil {
		t.Fatal(err)
	}
	w.since(t, 2)
	for operation, test := range map[string]struct {
		somebody string
		ask      func(name string) error
	}{
		"ForgotPassword": {"ana", func(name string) error {
			_, err := api.ForgotPassword(t.Context(), &cognitoidentityprovider.ForgotPasswordInput{ClientId: id, Username: &name})
			return err
		}},
		"ResendConfirmationCode": {"new", func(name string) error {
			_, err := api.ResendConfirmationCode(t.Context(), &cognitoidentityprovider.ResendConfirmationCodeInput{ClientId: id, Username: &name})
			return err
		}},
		"InitiateAuth": {"ana", func(name string) error {
			out, err := api.InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
				ClientId: id, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
			})
			if err == nil && out.ChallengeName != "EMAIL_OTP" {
				err = errors.New("asked for " + string(out.ChallengeName))
			}
			return err
		}},
	} {
		if err := test.ask(test.somebody); err != nil {
			t.Fatalf("%s for %s: %v", operation, test.somebody, err)
		}
		want := w.since(t, 1)
		<-received
		// Not all made-up users have an e-mail address to sign in by; one that is looked like it does.
		nobody := "nobody@example.com"
		if err := test.ask(nobody); err != nil {
			t.Fatalf("%s for nobody: %v", operation, err)
		}
		if diff := cmp.Diff(want, w.since(t, 1)); diff != "" || want["AddMessage"] != 1 {
			t.Errorf("%s: -for somebody +for nobody\n%s", operation, diff)
		}
	}
	if len(received) != 0 {
		t.Errorf("%d messages to nobody", len(received))
	}
}

// TestNoTexts: texts that cannot be used stop the start.
func TestNoTexts(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "de.yaml"), []byte("{verification: {sms: Hallo}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load("", func(string) (string, bool) { return "", false },
		map[string]string{"listen": "127.0.0.1:0", "database": "sqlite::memory:", "messages-directory": dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.New(t.Context(), cfg, server.Options{}); err == nil || !strings.Contains(err.Error(), "messages.directory: de.yaml: verification.sms: lacks {####}") {
		t.Error(err)
	}
}
