package risk

import (
	"context"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// Reassess weighs a sign-in once more when its first proof comes, from where that comes and against what is known by
// then. The event is nil unless that is a higher risk than level, what the sign-in was at when it began. Machine is
// where it began.
func (g *Guard) Reassess(
	ctx context.Context, of Subject, level cognitoidp.RiskLevelType, machine *userpool.Machine,
) (*userpool.AuthEvent, error) {
	if !g.on() {
		return nil, nil
	}
	if g.act.Caller.Server { // many servers say where their user is at the beginning only
		g.act.Caller = token.Caller{Server: true}
	}
	origin := g.origin(of)
	if origin.Fingerprint == "" && machine != nil && machine.IP == origin.IP && machine.Agent == origin.Agent {
		// As many clients do with what they say of their machine.
		origin.Fingerprint, origin.Timezone = machine.Fingerprint, machine.Timezone
	}
	e, err := g.weigh(ctx, of, origin)
	if err != nil || e == nil || !above(e.Verdict.Level, level) {
		return nil, err
	}
	return e, nil
}

// levels orders the levels of risk, the lowest first.
var levels = []cognitoidp.RiskLevelType{
	"", cognitoidp.RiskLevelTypeLow, cognitoidp.RiskLevelTypeMedium, cognitoidp.RiskLevelTypeHigh,
}

func above(a, b cognitoidp.RiskLevelType) bool {
	return slices.Index(levels, a) > slices.Index(levels, b)
}
