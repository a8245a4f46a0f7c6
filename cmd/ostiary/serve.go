package main

import (
	"log/slog"

	"ostiary/internal/server"
)

type serveCommand struct {
	settings `embed:""`
	serving  `embed:""`
}

// Help stands below the flags.
func (serveCommand) Help() string {
	return `Without a configuration file this is a development server: it listens on loopback, accepts
any access key, keeps messages in an inbox (/_ostiary/messages) and lets tests move its
clock. With one it is in production mode: docs/ostiary.example.yaml has every key.

Every flag is also an environment variable, --base-url is OSTIARY_BASE_URL, and a key of the
file; the flag is the strongest.

Examples:
  ostiary serve
  ostiary serve --listen 127.0.0.1:9229 --database sqlite::memory:
  ostiary serve --config /etc/ostiary/ostiary.yaml`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(env *environment) error {
	cfg, err := c.load(c.flags())
	if err != nil {
		return err
	}
	s, err := server.New(env.ctx, cfg, server.Options{
		Log: slog.New(slog.NewJSONHandler(env.stderr, &slog.HandlerOptions{Level: cfg.LogLevel})),
	})
	if err != nil {
		return err
	}
	return s.Run(env.ctx)
}
