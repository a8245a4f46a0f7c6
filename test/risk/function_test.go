package risk_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// told is a function that hands on its events.
type told chan []byte

func (f told) Invoke(_ context.Context, _, _ string, event []byte) ([]byte, error) {
	f <- event
	return event, nil
}

// TestNoticeByFunction: where a function delivers the pool's e-mails, it is told of a sign-in at risk, with all that
// the user needs to say who it was.
func TestNoticeByFunction(t *testing.T) {
	t.Parallel()
	events := make(told, 10)
	w := newWorld(t, "sqlite::memory:", events)
	w.furnish(types.AdvancedSecurityModeTypeEnforced)
	home := w.from(berlin, firefox)
	_, err := home.UpdateUserPool(t.Context(), &idp.UpdateUserPoolInput{
		UserPoolId: &w.pool, UserPoolTier: types.UserPoolTierTypePlus, MfaConfiguration: types.UserPoolMfaTypeOptional,
		UserPoolAddOns: &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeEnforced},
		LambdaConfig: &types.LambdaConfigType{
			KMSKeyID: aws.String("arn:aws:kms:us-east-1:123456789012:key/a"),
			CustomEmailSender: &types.CustomEmailLambdaVersionConfigType{
				LambdaArn: aws.String("arn:aws:lambda:us-east-1:123456789012:function:send"), LambdaVersion: types.CustomEmailSenderLambdaVersionTypeV10},
		},
	})
	w.must(err)
	w.routine()
	w.server.Advance(time.Hour)
	if _, err := w.signIn(w.from(tor, script)); err == nil {
		t.Fatal("not blocked")
	}
	var event struct {
		Version, TriggerSource, UserPoolID, UserName string
		CallerContext                                struct{ ClientID string }
		Request                                      struct {
			Type           string
			Code           *string
			ClientMetadata map[string]string
			UserAttributes map[string]string
		}
	}
	select {
	case raw := <-events:
		w.must(json.Unmarshal(raw, &event))
	case <-time.After(time.Minute):
		t.Fatal("no function was run")
	}
	if event.Version != "1" || event.TriggerSource != "CustomEmailSender_AccountTakeOverNotification" || event.UserPoolID != w.pool || event.UserName != "ana" ||
		event.CallerContext.ClientID != w.client || event.Request.Type != "customEmailSenderRequestV1" || event.Request.Code != nil || event.Request.ClientMetadata != nil {
		t.Errorf("the event is %+v", event)
	}
	got, e := event.Request.UserAttributes, w.latest("Fail", "Block", "High")
	for name, want := range map[string]string{
		"EVENT_ID": *e.EventId, "USER_NAME": "ana", "IP_ADDRESS": tor, "ACCOUNT_TAKE_OVER_ACTION": "BLOCK", "CITY": "Sydney", "COUNTRY": "Australia",
		"LOGIN_TIME": e.CreationDate.UTC().Format("2006-01-02 15:04:05 UTC"), "DEVICE_NAME": *e.EventContextData.DeviceName,
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	for _, link := range []string{"ONE_CLICK_LINK_VALID", "ONE_CLICK_LINK_INVALID"} {
		if page := w.read(http.Get(got[link])); !strings.Contains(page, "<button") {
			t.Errorf("%s: %s", link, page)
		}
	}
	_, err = home.UpdateAuthEventFeedback(t.Context(), &idp.UpdateAuthEventFeedbackInput{UserPoolId: &w.pool, Username: aws.String("ana"),
		EventId: aws.String(got["EVENT_ID"]), FeedbackToken: aws.String(got["FEEDBACK_TOKEN"]), FeedbackValue: types.FeedbackValueTypeInvalid})
	w.must(err)
	if f := w.latest("Fail", "Block", "High").EventFeedback; f == nil || f.FeedbackValue != types.FeedbackValueTypeInvalid {
		t.Errorf("feedback %+v", f)
	}
}
