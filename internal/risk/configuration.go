package risk

import (
	"context"
	"errors"
	"fmt"

	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// ConfigurationOf is the configuration in force for sign-ins of a client, or for clientID "" that of the pool:
// never nil, its accessors have the defaults. It tells nothing about whether threat protection is on
// (userpool.Pool.ThreatProtection).
func ConfigurationOf(ctx context.Context, r store.RiskReader, poolID, clientID string) (*userpool.RiskConfiguration, error) {
	pool, err := configuration(ctx, r, poolID, "")
	if err != nil {
		return nil, err
	}
	if clientID == "" {
		return pool.Over(nil), nil
	}
	client, err := configuration(ctx, r, poolID, clientID)
	if err != nil {
		return nil, err
	}
	return client.Over(pool), nil
}

// configuration is what is set for a client or the pool; nil if nothing is.
func configuration(ctx context.Context, r store.RiskReader, poolID, clientID string) (*userpool.RiskConfiguration, error) {
	c, err := r.RiskConfiguration(ctx, poolID, clientID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the risk configuration: %w", err)
	}
	return c, nil
}
