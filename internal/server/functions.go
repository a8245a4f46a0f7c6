package server

import (
	"context"
	"io"
	"os"
	"time"

	"ostiary/internal/config"
	"ostiary/internal/lambda"
	"ostiary/internal/trigger"
)

// reachFunctions is how the functions of triggers are reached, by the configuration, and what ends it; nil if
// there is no way. Signatures need the time of the world, which is not the one that tests move.
func reachFunctions(ctx context.Context, cfg *config.Config, attempt time.Duration, now func() time.Time, random io.Reader) (trigger.Functions, func(), error) {
	if cfg.LambdaEndpoint == "" && len(cfg.Functions) == 0 {
		return nil, nil, nil
	}
	client := lambda.NewClient()
	f := &lambda.Functions{Local: map[string]lambda.Target{}, Callable: cfg.PoolResources, Limit: cfg.LambdaConcurrency, AttemptTime: attempt, Rand: random}
	for name, function := range cfg.Functions {
		if function.URL != "" {
			f.Local[name] = &lambda.Address{URL: function.URL, Client: client}
			continue
		}
		f.Local[name] = &lambda.Command{
			Path: function.Command[0], Args: function.Command[1:], Stderr: os.Stderr,
			Env: variables(os.LookupEnv, function.Environment),
		}
	}
	if cfg.LambdaEndpoint != "" {
		service, err := service(ctx, cfg.LambdaEndpoint, cfg.LambdaAccessKey, now)
		if err != nil {
			return nil, nil, err
		}
		f.API = lambda.NewAPI(service, client)
	}
	return f, f.Close, nil
}

// variables are those of the server that a function's command sees: where programs, home and time zone are,
// and what the configuration names. The others may be secrets of the server.
func variables(lookup func(string) (string, bool), named []string) []string {
	list := []string{}
	for _, name := range append([]string{"PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL"}, named...) {
		if value, ok := lookup(name); ok {
			list = append(list, name+"="+value)
		}
	}
	return list
}
