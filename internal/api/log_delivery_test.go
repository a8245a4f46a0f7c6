package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
)

func TestLogDelivery(t *testing.T) {
	s := poolService(t)
	plus := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "PLUS"}).Id
	const (
		group    = "arn:aws:logs:us-west-2:111122223333:log-group:/aws/pool"
		stream   = "arn:aws:firehose:us-west-2:111122223333:deliverystream/pool"
		toGroup  = `"CloudWatchLogsConfiguration":{"LogGroupArn":"` + group + `"}`
		toStream = `"FirehoseConfiguration":{"StreamArn":"` + stream + `"}`
		toBucket = `"S3Configuration":{"BucketArn":"arn:aws:s3:::pool"}`
		errors   = `{"LogLevel":"ERROR","EventSource":"userNotification",`
		events   = `{"LogLevel":"INFO","EventSource":"userAuthEvents",`
	)
	set := func(pool, list string) (string, error) {
		answer, err := cognitoidp.Invoke(t.Context(), s, "SetLogDeliveryConfiguration", []byte(`{"UserPoolId":"`+pool+`","LogConfigurations":[`+list+`]}`))
		return string(answer), err
	}
	expect := func(list string) {
		t.Helper()
		want := `{"LogDeliveryConfiguration":{"UserPoolId":"` + plus + `","LogConfigurations":[` + list + `]}}`
		if diff := cmp.Diff(want, call(t, s, "GetLogDeliveryConfiguration", `{"UserPoolId":"`+plus+`"}`)); diff != "" {
			t.Errorf("GetLogDeliveryConfiguration (-want +got):\n%s", diff)
		}
	}
	expect("")
	last := ""
	for _, list := range []string{
		errors + toGroup + `}`,
		errors + toGroup + `},` + events + toStream + `}`,
		events + toBucket + `}`,
		``,
		events + toGroup + `}`,
	} {
		got, err := set(plus, list)
		if err != nil {
			t.Fatalf("%s: %v", list, err)
		}
		if want := `{"LogDeliveryConfiguration":{"UserPoolId":"` + plus + `","LogConfigurations":[` + list + `]}}`; got != want {
			t.Errorf("SetLogDeliveryConfiguration: got %s, want %s", got, want)
		}
		expect(list)
		last = list
	}

	essentials := *barePool(t, s, &cognitoidp.CreateUserPoolRequest{UserPoolTier: "ESSENTIALS"}).Id
	elsewhere := func(text string) string { return strings.ReplaceAll(text, "us-west-2", "eu-west-1") }
	foreign := func(text string) string { return strings.ReplaceAll(text, "111122223333", "444455556666") }
	for _, c := range []struct{ pool, list, want string }{
		{unknownPoolID, "", poolGone},
		{plus, errors + toGroup + `},` + errors + toGroup + `}`, "InvalidParameter: Following event sources appear more then once in a request: userNotification"},
		{plus, strings.Replace(errors, "ERROR", "INFO", 1) + toGroup + `}`, "InvalidParameter: The log level of userNotification must be ERROR."},
		{plus, strings.Replace(events, "INFO", "ERROR", 1) + toGroup + `}`, "InvalidParameter: The log level of userAuthEvents must be INFO."},
		{plus, errors + toBucket + `}`, "InvalidParameter: The destination of userNotification must be CloudWatchLogsConfiguration."},
		{plus, errors + toStream + `}`, "InvalidParameter: The destination of userNotification must be CloudWatchLogsConfiguration."},
		{plus, strings.TrimSuffix(errors, ",") + `}`, "InvalidParameter: A log configuration must have exactly one destination."},
		{plus, events + toGroup + `,` + toBucket + `}`, "InvalidParameter: A log configuration must have exactly one destination."},
		{plus, errors + `"CloudWatchLogsConfiguration":{}}`, "InvalidParameter: Invalid log destination ARN: "},
		{plus, errors + `"CloudWatchLogsConfiguration":{"LogGroupArn":"` + stream + `"}}`, "InvalidParameter: Invalid log destination ARN: " + stream},
		{plus, events + `"FirehoseConfiguration":{"StreamArn":"` + group + `"}}`, "InvalidParameter: Invalid log destination ARN: " + group},
		{plus, events + `"S3Configuration":{"BucketArn":"arn:aws:sqs:::pool"}}`, "InvalidParameter: Invalid log destination ARN: arn:aws:sqs:::pool"},
		{plus, elsewhere(errors + toGroup + `}`), "InvalidParameter: ARN does not belong to current region"},
		{plus, elsewhere(events + toStream + `}`), "InvalidParameter: ARN does not belong to current region"},
		{plus, foreign(errors + toGroup + `}`), "InvalidParameter: ARN does not belong to current account"},
		{essentials, events + toGroup + `}`,
			"FeatureUnavailableInTier: The following feature is not available for the ESSENTIALS pricing tier configured: Log Streaming"},
	} {
		_, err := set(c.pool, c.list)
		if err == nil {
			t.Errorf("%s was set", c.list)
		}
		want(t, err, c.want)
	}
	expect(last)
	_, err := s.GetLogDeliveryConfiguration(t.Context(), &cognitoidp.GetLogDeliveryConfigurationRequest{UserPoolId: unknownPoolID})
	want(t, err, poolGone)

	// An update of the pool keeps it, unless the pool loses the plan it needs.
	call(t, s, "UpdateUserPool", `{"UserPoolId":"`+plus+`","PoolName":"renamed"}`)
	expect(last)
	_, err = s.UpdateUserPool(t.Context(), &cognitoidp.UpdateUserPoolRequest{UserPoolId: plus, UserPoolTier: "ESSENTIALS"})
	want(t, err, "FeatureUnavailableInTier: The following features need to be disabled for the ESSENTIALS pricing tier configured: Log Streaming")
}
