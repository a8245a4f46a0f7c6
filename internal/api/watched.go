package api

import (
	"context"

	"ostiary/cognitoidp"
	"ostiary/internal/risk"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// watched does an act of a user beside sign-in under threat protection: it is refused to addresses that are
// blocked, and kept as an event of the user once it has ended. At is what the client says about the user's end;
// nil if nothing.
func (s *Service) watched(
	ctx context.Context, kind cognitoidp.EventType, p *userpool.Pool, client *userpool.Client, username string,
	at *cognitoidp.UserContextDataType, act func() error,
) error {
	ctx = withUserContext(ctx, at)
	guard, err := s.Risk.Admit(ctx, risk.Act{Type: kind, Pool: p, Client: client, Caller: token.CallerOf(ctx).For(client)})
	if err != nil {
		return err
	}
	err = act()
	if guard != nil {
		guard.Ended(ctx, username, s.SignIn.NobodyName(p, username), err)
	}
	return err
}
