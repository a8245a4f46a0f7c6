package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"ostiary/internal/config"
	"ostiary/internal/eventlog"
	"ostiary/internal/lambda"
	"ostiary/internal/store"
)

// exportLogs is the export of logs to the destinations of the configuration. Records are dated by the clock
// that tests move; signatures need the time of the world.
func exportLogs(ctx context.Context, cfg *config.Config, s store.Store, c *clock, log *slog.Logger) (*eventlog.Service, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("a destination of logs must not redirect") // to wherever
	}}
	destinations := map[string]eventlog.Destination{}
	var fromSurroundings aws.CredentialsProvider
	for name, where := range cfg.LogDestinations {
		path, isFile := strings.CutPrefix(where, "file://")
		endpoint, isCloudWatch := strings.CutPrefix(where, config.CloudWatchPrefix)
		switch {
		case isFile:
			destinations[name] = eventlog.File(path)
		case !isCloudWatch && where != config.AWS:
			destinations[name] = eventlog.Post{URL: where, Client: client}
		default:
			w := &eventlog.CloudWatch{Client: client, Now: c.base}
			if isCloudWatch {
				w.Endpoint = strings.TrimSuffix(endpoint, "/")
			}
			if strings.HasPrefix(w.Endpoint, "http://") {
				w.Credentials = lambda.Keys("ostiary", "an emulator does not look at it")
			} else if fromSurroundings == nil {
				var err error
				if fromSurroundings, err = lambda.FromSurroundings(ctx); err != nil {
					return nil, err
				}
			}
			if w.Credentials == nil {
				w.Credentials = fromSurroundings
			}
			destinations[name] = w
		}
	}
	return eventlog.New(s, destinations, c.Now, log), nil
}
