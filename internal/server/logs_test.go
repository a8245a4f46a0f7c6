package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"ostiary/internal/server"
)

// TestExportedLogs: a message that cannot be delivered is told in the pool's log, the last ones when the
// server stops; metrics count them.
func TestExportedLogs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notifications.jsonl")
	file := production(t, "log_destinations: {notifications: 'file://"+path+"'}\nmetrics_listen: 127.0.0.1:0\n")
	r := start(t, file, nil, server.Options{})
	api := r.sdk(adminKey, adminSecret, "")
	pool, err := api.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{
		PoolName: aws.String("logs"), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.CreateUserPoolClient(t.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.SetLogDeliveryConfiguration(t.Context(), &cognitoidentityprovider.SetLogDeliveryConfigurationInput{
		UserPoolId: pool.UserPool.Id, LogConfigurations: []types.LogConfigurationType{{
			EventSource: types.EventSourceNameUserNotification, LogLevel: types.LogLevelError,
			CloudWatchLogsConfiguration: &types.CloudWatchLogsConfigurationType{LogGroupArn: aws.String("arn:aws:logs:us-east-1:000000000000:log-group:notifications")},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	signUp := func(name string) {
		t.Helper()
		_, err := api.SignUp(t.Context(), &cognitoidentityprovider.SignUpInput{
			ClientId: client.UserPoolClient.ClientId, Username: &name, Password: aws.String("Correct-Horse-9"),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}},
		})
		if err == nil || !strings.Contains(err.Error(), "CodeDeliveryFailureException") {
			t.Fatal(err)
		}
	}
	signUp("ana")
	signUp("bob")
	http.DefaultClient.CloseIdleConnections()
	r.stop()
	select {
	case err := <-r.ended:
		if err != nil {
			t.Fatal(err)
		}
		r.ended <- nil // for the end of the test
	case <-time.After(time.Minute):
		t.Fatal("the server does not stop")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 || strings.Contains(string(text), "example.com") {
		t.Fatalf("%s", text)
	}
	for i, name := range []string{"ana", "bob"} {
		var line struct {
			EventSource, LogLevel string
			Message               struct{ Details string }
			LogSourceID           struct{ UserPoolID string }
		}
		if err := json.Unmarshal([]byte(lines[i]), &line); err != nil {
			t.Fatal(err)
		}
		want := "The message CustomMessage_SignUp for user " + name + " could not be delivered by EMAIL: no provider of e-mail and SMS"
		if line.EventSource != "USER_NOTIFICATION" || line.LogLevel != "ERROR" || line.Message.Details != want || line.LogSourceID.UserPoolID != *pool.UserPool.Id {
			t.Errorf("%s", lines[i])
		}
	}
}
