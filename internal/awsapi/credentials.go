package awsapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// Keys are credentials that do not change.
func Keys(id, secret string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, Source: "configuration"}, nil
	})
}

// FromSurroundings finds credentials where AWS SDKs do: the environment, shared files, the role of the
// container or the machine. It reads the files now and asks for the rest when it is needed.
func FromSurroundings(ctx context.Context) (aws.CredentialsProvider, error) {
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("find credentials for AWS: %w", err)
	}
	return c.Credentials, nil
}
