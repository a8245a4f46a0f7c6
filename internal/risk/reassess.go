package risk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// Reassess weighs a sign-in once more when its first proof comes, from where that comes and against what is known by
// then. The event is nil unless that is a higher risk than level, what the sign-in was at when it began.
func (g *Guard) Reassess(ctx context.Context, of Subject, level cognitoidp.RiskLevelType) (*userpool.AuthEvent, error) {
	if !g.on() {
		return nil, nil
	}
	if g.act.Caller.Server { // many servers say where their user is at the beginning only
		g.act.Caller = token.Caller{Server: true}
	}
	e, err := g.Assess(ctx, of)
	if err != nil || e == nil || !above(e.Verdict.Level, level) {
		return nil, err
	}
	if e.Origin.Fingerprint != "" || of.Nobody {
		return e, nil
	}
	// As many clients do with what they say of their machine.
	begun, err := g.begunAlike(ctx, of, e.Origin)
	if err != nil || begun == nil {
		return e, err
	}
	origin := e.Origin
	origin.Fingerprint, origin.Timezone = begun.Fingerprint, begun.Timezone
	if e, err = g.weigh(ctx, of, origin); err != nil || e == nil || !above(e.Verdict.Level, level) {
		return nil, err
	}
	return e, nil
}

// begunAlike is where the sign-in began, if that is the same address and client and its machine is known; else nil.
func (g *Guard) begunAlike(ctx context.Context, of Subject, now userpool.Origin) (*userpool.Origin, error) {
	var begun *userpool.AuthEvent
	err := g.service.Store.View(ctx, func(r store.Reader) (err error) {
		begun, err = r.AuthEvent(ctx, g.act.Pool.ID, of.User.Username, of.EventID)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read where a sign-in began: %w", err)
	case begun.Origin.Fingerprint == "", begun.Origin.IP != now.IP, begun.Origin.Agent != now.Agent:
		return nil, nil
	default:
		return &begun.Origin, nil
	}
}

// levels orders the levels of risk, the lowest first.
var levels = []cognitoidp.RiskLevelType{
	"", cognitoidp.RiskLevelTypeLow, cognitoidp.RiskLevelTypeMedium, cognitoidp.RiskLevelTypeHigh,
}

func above(a, b cognitoidp.RiskLevelType) bool {
	return slices.Index(levels, a) > slices.Index(levels, b)
}
