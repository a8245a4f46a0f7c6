package server

import (
	"context"
	"io"
	"log/slog"
	"time"

	"ostiary/internal/config"
	"ostiary/internal/message"
	"ostiary/internal/risk"
	"ostiary/internal/secret"
	"ostiary/internal/trigger"
)

// watchEvery is how often the files of riskSources are looked at.
const watchEvery = 10 * time.Second

// riskSources is what is known of addresses and passwords, from files that the operator keeps up to date.
type riskSources struct {
	places     *risk.GeoIP
	reputation *risk.Reputation
	passwords  *risk.Passwords
}

func readRiskSources(cfg config.Risk, log *slog.Logger) riskSources {
	return riskSources{
		places:     risk.NewGeoIP(cfg.GeoIPCity, cfg.GeoIPCountry, cfg.GeoIPASN, log),
		reputation: risk.NewReputation(cfg.Anonymizers, cfg.BadReputation, log),
		passwords:  risk.NewPasswords(cfg.BreachedPasswords, log),
	}
}

func (r riskSources) watch(ctx context.Context) {
	risk.Watch(ctx, watchEvery, r.places, r.reputation, r.passwords)
}

// riskService weighs sign-ins by what is known of addresses.
func (s *Server) riskService(triggers *trigger.Service, sender message.Sender, texts *message.Texts, keyring *secret.Keyring, random io.Reader) *risk.Service {
	return &risk.Service{
		Store: s.store, Messages: sender, Texts: texts, Triggers: triggers, Secrets: keyring, Places: s.risk.places, Reputation: s.risk.reputation,
		Passwords: s.risk.passwords, Exceptions: risk.NewExceptions(), BaseURL: s.baseURL, AddressNames: s.cfg.AddressLockout,
		Retention: s.cfg.AuthEventRetention, Finished: s.logs.Activity, Log: s.log, Now: s.clock.Now, Rand: random,
	}
}
