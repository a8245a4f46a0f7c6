package lambda

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
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

// regionForm keeps a name that an administrator of pools has written from becoming another host's.
var regionForm = regexp.MustCompile(`\A[a-z]{2,}(-[a-z0-9]+)+\z`)

func (a *API) run(ctx context.Context, arn string, event []byte) ([]byte, error) {
	parts := strings.Split(arn, ":")
	if len(parts) < 7 || !regionForm.MatchString(parts[3]) || len(parts[3]) > 32 {
		return nil, unreached("ResourceNotFoundException", errors.New("no ARN of a function"))
	}
	endpoint := a.Endpoint
	if endpoint == "" {
		endpoint = "https://lambda." + parts[3] + "." + domainOf(parts[1])
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost,
		endpoint+"/2015-03-31/functions/"+url.QueryEscape(arn)+"/invocations", bytes.NewReader(event))
	if err != nil {
		return nil, fmt.Errorf("address of the Lambda API: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Amz-Invocation-Type", "RequestResponse")
	credentials, err := a.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, unreached("AccessDeniedException", fmt.Errorf("find credentials for the Lambda API: %w", err))
	}
	hash := sha256.Sum256(event)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, req, hex.EncodeToString(hash[:]), "lambda", parts[3], a.Now()); err != nil {
		return nil, fmt.Errorf("sign a request to the Lambda API: %w", err)
	}
	return send(a.Client, req, refusedByAPI)
}

// domainOf is the domain of a partition's services.
func domainOf(partition string) string {
	if partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
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
