package risk

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// Ended weighs an act that is no sign-in once it has ended, and keeps it as an event of the user whom the caller
// named, if it says anything: it went well, or a proof was wrong. Nothing follows from its risk but what later
// sign-ins learn of it. For nobody, who signs in by the username madeUp, it costs and does the same. What fails is
// logged, for the act is done.
func (g *Guard) Ended(ctx context.Context, name, madeUp string, refusal error) {
	response := cognitoidp.EventResponseTypePass
	switch {
	case !g.on():
		return
	case refusal != nil && g.act.Type == cognitoidp.EventTypeSignUp:
		return // which has no proof, and whoever has the name already is another
	case errors.Is(refusal, cognitoidp.NotAuthorizedException), errors.Is(refusal, cognitoidp.CodeMismatchException):
		response = cognitoidp.EventResponseTypeFail
	case refusal != nil:
		return
	}
	if err := g.keep(ctx, name, madeUp, response); err != nil {
		g.service.Log.ErrorContext(ctx, "an event was not kept", "pool", g.act.Pool.ID, "type", string(g.act.Type), "fault", err.Error())
	}
}

func (g *Guard) keep(ctx context.Context, name, madeUp string, response cognitoidp.EventResponseType) error {
	s, p := g.service, g.act.Pool
	id, err := secret.UUID(s.Rand)
	if err != nil {
		return fmt.Errorf("draw an event id: %w", err)
	}
	of := Subject{EventID: id}
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		of.User, err = store.FindUserOrSub(ctx, r, p, name)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		of.User, of.Nobody, err = &userpool.User{PoolID: p.ID, Username: madeUp}, true, nil
	}
	if err != nil {
		return fmt.Errorf("find the user of an event: %w", err)
	}
	e, err := g.Assess(ctx, of)
	if err != nil || e == nil {
		return err
	}
	var kept *userpool.AuthEvent
	err = s.Store.Update(ctx, func(tx store.Tx) (err error) {
		kept, err = g.Record(ctx, tx, of, e, nil, Note{Response: response})
		return err
	})
	if err == nil && kept != nil && s.Finished != nil {
		s.Finished(kept)
	}
	return err
}
