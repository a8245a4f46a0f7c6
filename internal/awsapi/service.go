package awsapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Service is one service of AWS.
type Service struct {
	// Name is what signatures call it, and Host the first part of its host's name; "" is the Name.
	Name, Host string
	// Endpoint is its URL, without a slash at its end; "" is the service itself, in the region of each
	// request.
	Endpoint    string
	Credentials aws.CredentialsProvider
	// Now is the time of the world: signatures are good for minutes.
	Now func() time.Time
}

var (
	// ErrRegion: what should name a region does not.
	ErrRegion = errors.New("awsapi: not the name of a region")
	// ErrCredentials: there is nothing to sign with.
	ErrCredentials = errors.New("awsapi: no credentials")
)

// regionForm keeps a name that an administrator of pools has written from becoming another host's.
var regionForm = regexp.MustCompile(`\A[a-z]{2,}(-[a-z0-9]+)+\z`)

// Post makes a signed POST of body to a path of the service in a region. Partition is that of the ARN in
// question, "aws" if there is none. The header is signed as it is. Errors other than ErrRegion and
// ErrCredentials are faults.
func (s *Service) Post(ctx context.Context, partition, region, path string, header map[string]string, body []byte) (*http.Request, error) {
	if len(region) > 32 || !regionForm.MatchString(region) {
		return nil, ErrRegion
	}
	endpoint := s.Endpoint
	if endpoint == "" {
		host := s.Host
		if host == "" {
			host = s.Name
		}
		endpoint = "https://" + host + "." + region + "." + domainOf(partition)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("awsapi: address of %s: %w", s.Name, err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	credentials, err := s.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w for %s: %w", ErrCredentials, s.Name, err)
	}
	hash := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, req, hex.EncodeToString(hash[:]), s.Name, region, s.Now()); err != nil {
		return nil, fmt.Errorf("awsapi: sign a request to %s: %w", s.Name, err)
	}
	return req, nil
}

// domainOf is the domain of a partition's services.
func domainOf(partition string) string {
	if partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}
