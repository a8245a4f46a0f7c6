package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"ostiary/internal/config"
	"ostiary/internal/eventlog"
	"ostiary/internal/store"
)

// exportLogs is the export of logs to the destinations of the configuration. Records are dated by the clock
// that tests move; signatures need the time of the world.
func exportLogs(ctx context.Context, cfg *config.Config, s store.Store, c *clock, log *slog.Logger) (*eventlog.Service, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return errors.New("a destination of logs must not redirect") // to wherever
	}}
	destinations := map[string]eventlog.Destination{}
	for name, where := range cfg.LogDestinations {
		path, isFile := strings.CutPrefix(where, "file://")
		endpoint, isCloudWatch := strings.CutPrefix(where, config.CloudWatchPrefix)
		switch {
		case isFile:
			destinations[name] = eventlog.File(path)
		case !isCloudWatch && where != config.AWS:
			destinations[name] = eventlog.Post{URL: where, Client: client}
		default:
			if !isCloudWatch {
				endpoint = config.AWS
			}
			api, err := service(ctx, endpoint, config.ServiceKey{}, c.base)
			if err != nil {
				return nil, err
			}
			destinations[name] = eventlog.NewCloudWatch(api, client)
		}
	}
	return eventlog.New(s, destinations, cfg.PoolResources, c.Now, log), nil
}
