package server

import (
	"context"
	"log/slog"
	"time"

	"ostiary/internal/config"
	"ostiary/internal/message"
	"ostiary/internal/risk"
	"ostiary/internal/secret"
)

// watchEvery is how often the files of riskSources are looked at.
const watchEvery = 10 * time.Second

// riskSources is what is known of addresses, from files that the operator keeps up to date.
type riskSources struct {
	places     *risk.GeoIP
	reputation *risk.Reputation
}

func readRiskSources(cfg config.Risk, log *slog.Logger) riskSources {
	return riskSources{
		places:     risk.NewGeoIP(cfg.GeoIPCity, cfg.GeoIPCountry, cfg.GeoIPASN, log),
		reputation: risk.NewReputation(cfg.Anonymizers, cfg.BadReputation, log),
	}
}

func (r riskSources) watch(ctx context.Context) { risk.Watch(ctx, watchEvery, r.places, r.reputation) }

// riskService weighs sign-ins by what is known of addresses.
func (s *Server) riskService(sender message.Sender, keyring *secret.Keyring) *risk.Service {
	return &risk.Service{
		Store: s.store, Messages: sender, Secrets: keyring, Places: s.risk.places, Reputation: s.risk.reputation,
		Exceptions: risk.NewExceptions(), BaseURL: s.baseURL, AddressNames: s.cfg.AddressLockout,
		Retention: s.cfg.AuthEventRetention, Log: s.log, Now: s.clock.Now,
	}
}
