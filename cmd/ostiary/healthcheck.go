package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"ostiary/internal/config"
)

type healthcheckCommand struct {
	settings `embed:""`
	Listen   *string       `help:"Address the server listens on (127.0.0.1:4500)." placeholder:"HOST:PORT"`
	Timeout  time.Duration `help:"How long it may take to answer." default:"5s"`
}

// Help stands below the flags.
func (healthcheckCommand) Help() string {
	return `For containers and service managers. It reads the same configuration as the server and asks
the address that server listens on.

Example (Dockerfile):
  HEALTHCHECK CMD ["/ostiary", "healthcheck"]`
}

// Run asks once.
func (c *healthcheckCommand) Run(env *environment) error {
	cfg, err := c.load(map[string]*string{"listen": c.Listen})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(env.ctx, c.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, readyURL(cfg), nil)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{
		// The certificate is made out to the public name. This asks whether the process behind our
		// own listener is ready, and tells it nothing.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("healthcheck: the server answers %s", resp.Status)
	}
	_, err = fmt.Fprintln(env.stdout, "ready")
	return err
}

// readyURL is the server's own address: where it listens everywhere, loopback will do.
func readyURL(cfg *config.Config) string {
	host, port, _ := net.SplitHostPort(cfg.Listen) // Load has checked it
	if addr, err := netip.ParseAddr(host); host == "" || err == nil && addr.IsUnspecified() {
		host = "localhost"
	}
	scheme := "http"
	if cfg.TLS != (config.TLS{}) {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/_ostiary/health/ready"
}
