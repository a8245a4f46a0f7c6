package server

import (
	"context"
	"log/slog"
	"time"

	"ostiary/internal/config"
	"ostiary/internal/risk"
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
