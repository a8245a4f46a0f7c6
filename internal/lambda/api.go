package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"ostiary/internal/awsapi"
)

// API runs functions by the Invoke operation of the Lambda API
// (POST /2015-03-31/functions/<ARN>/invocations), signed by Signature Version 4.
type API struct {
	// Endpoint is the API's URL, without a slash at its end; "" is the service itself, in the region of
	// each function.
	Endpoint    string
	Credentials aws.CredentialsProvider
	Client      *http.Client
	Now         func() time.Time
}

func (a *API) closeIdle() { a.Client.CloseIdleConnections() }

func (a *API) run(ctx context.Context, arn string, event []byte) ([]byte, error) {
	parts := strings.Split(arn, ":")
	if len(parts) < 7 {
		return nil, unreached("ResourceNotFoundException", errors.New("no ARN of a function"))
	}
	service := awsapi.Service{Name: "lambda", Endpoint: a.Endpoint, Credentials: a.Credentials, Now: a.Now}
	req, err := service.Post(ctx, parts[1], parts[3], "/2015-03-31/functions/"+url.QueryEscape(arn)+"/invocations",
		map[string]string{"Content-Type": "application/json", "X-Amz-Invocation-Type": "RequestResponse"}, event)
	switch {
	case errors.Is(err, awsapi.ErrRegion):
		return nil, unreached("ResourceNotFoundException", err)
	case errors.Is(err, awsapi.ErrCredentials):
		return nil, unreached("AccessDeniedException", err)
	case err != nil:
		return nil, err
	}
	return send(a.Client, req, refusedByAPI)
}

// refusedByAPI reads an error of the Lambda API.
func refusedByAPI(resp *http.Response, payload []byte) error {
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"` // or Message
	}
	_ = json.Unmarshal(payload, &e) // what cannot be read stays empty
	code := resp.Header.Get("X-Amzn-ErrorType")
	if code == "" {
		code = e.Type
	}
	return unreachedBy(resp.StatusCode, identifier(code), e.Message)
}
