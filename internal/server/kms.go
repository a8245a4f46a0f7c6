package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"ostiary/internal/api"
	"ostiary/internal/config"
	"ostiary/internal/kms"
	"ostiary/internal/message"
	"ostiary/internal/secret"
	"ostiary/internal/sigv4"
	"ostiary/internal/webacl"
)

// kmsRate is how often one client address, or /64 of IPv6, may ask for keys, in requests per second: more than any
// server's functions do, as messages are delivered a few at a time.
const kmsRate = 200

// encryptCodes is where the keys are that encrypt codes for functions, and what answers those functions; the
// latter is nil where a KMS does.
func encryptCodes(ctx context.Context, cfg *config.Config, keyring *secret.Keyring, c *clock, client *http.Client, random io.Reader, log *slog.Logger) (message.DataKeys, *kms.Door, error) {
	if cfg.KMS.Endpoint != "" {
		api, err := service(ctx, cfg.KMS.Endpoint, cfg.KMS.AccessKey, c.base)
		if err != nil {
			return nil, nil, err
		}
		return kms.NewRemote(api, client), nil, nil
	}
	local := &kms.Local{Secrets: keyring, Rand: random}
	who, verifier := callers(cfg), sigv4.For("kms")
	door := &kms.Door{
		Keys: local, Region: cfg.Region, Account: cfg.Account, Now: c.Now, Rand: random, Log: log,
		Admit: func(req *http.Request, body []byte, now time.Time) (func(string, string) error, error) {
			return who.Admit(verifier, req, body, now)
		},
	}
	if cfg.Quotas {
		clients, proxies := webacl.New(webacl.Rules{Rate: kmsRate}), webacl.NewProxies(cfg.TrustedProxies, cfg.ForwardedHeader)
		door.Allow = func(req *http.Request, now time.Time) bool { return clients.Admit(proxies.ClientAddress(req), now) }
	}
	return local, door, nil
}

// besideAPI lets the operations of KMS be answered at the address of the API; keys is nil if they are not.
func besideAPI(keys *kms.Door, door *api.Door) http.Handler {
	if keys == nil {
		return door
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if kms.IsFor(req) {
			keys.ServeHTTP(w, req)
			return
		}
		door.ServeHTTP(w, req)
	})
}
