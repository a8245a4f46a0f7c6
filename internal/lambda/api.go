package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"ostiary/internal/awsapi"
)

// API runs functions by the Invoke operation of the Lambda API
// (POST /2015-03-31/functions/<ARN>/invocations), signed by Signature Version 4.
type API struct {
	service awsapi.Service
	client  *http.Client
}

// NewAPI is the API at the service's endpoint, "" for the service itself in the region of each function.
func NewAPI(s awsapi.Service, client *http.Client) *API {
	s.Name = "lambda"
	return &API{s, client}
}

func (a *API) closeIdle() { a.client.CloseIdleConnections() }

func (a *API) run(ctx context.Context, arn string, event []byte) ([]byte, error) {
	parts := strings.Split(arn, ":")
	if len(parts) < 7 {
		return nil, unreached("ResourceNotFoundException", errors.New("no ARN of a function"))
	}
	req, err := a.service.Post(ctx, parts[1], parts[3], "/2015-03-31/functions/"+url.QueryEscape(arn)+"/invocations",
		map[string]string{"Content-Type": "application/json", "X-Amz-Invocation-Type": "RequestResponse"}, event)
	switch {
	case errors.Is(err, awsapi.ErrRegion):
		return nil, unreached("ResourceNotFoundException", err)
	case errors.Is(err, awsapi.ErrCredentials):
		return nil, unreached("AccessDeniedException", err)
	case err != nil:
		return nil, err
	}
	return send(a.client, req, refusedByAPI)
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
