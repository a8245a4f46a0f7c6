package server

import (
	"context"
	"strings"
	"time"

	"ostiary/internal/awsapi"
	"ostiary/internal/config"
)

// service is a service of AWS at an endpoint of the configuration. Signatures need the time of the world. A
// server of plain HTTP is an emulator, and looks at the form of signatures alone.
func service(ctx context.Context, endpoint string, key config.ServiceKey, now func() time.Time) (awsapi.Service, error) {
	s := awsapi.Service{Now: now}
	if endpoint != config.AWS {
		s.Endpoint = strings.TrimSuffix(endpoint, "/")
	}
	var err error
	switch {
	case key.ID != "":
		s.Credentials = awsapi.Keys(key.ID, key.Secret.Reveal())
	case strings.HasPrefix(endpoint, "http://"):
		s.Credentials = awsapi.Keys("ostiary", "an emulator does not look at it")
	default:
		s.Credentials, err = awsapi.FromSurroundings(ctx)
	}
	return s, err
}
