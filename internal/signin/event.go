package signin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/risk"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// from lets what follows know where the request of an app client comes from.
func from(ctx context.Context, admin bool, client *userpool.Client) context.Context {
	if admin { // ContextData has said so, or nothing
		return ctx
	}
	return token.WithCaller(ctx, token.CallerOf(ctx).For(client))
}

// watch puts the turn under threat protection, or refuses whoever comes from where nobody may sign in.
func (s *Service) watch(ctx context.Context, t *turn, flow cognitoidp.AuthFlowType) (err error) {
	t.risk, err = s.Risk.Admit(ctx, risk.Act{
		Type: cognitoidp.EventTypeSignIn, Pool: t.pool, Client: t.client, Flow: flow, Caller: token.CallerOf(ctx), Admin: t.admin,
	})
	return err
}

// assess weighs the risk of an attempt, before any proof is looked at, and notes what it leads to.
func (s *Service) assess(ctx context.Context, t *turn) (err error) {
	if t.event, err = t.risk.Assess(ctx, t.risked()); err == nil && t.event != nil {
		t.attempt.Risk, t.attempt.RiskLevel = t.event.Verdict.Action, t.event.Verdict.Level
		t.attempt.Machine = t.event.Origin.Machine()
	}
	return err
}

// reassess weighs the risk once more before a first proof is looked at: whoever has begun the sign-in somewhere else,
// or before so much failed, must not pass by what was known then. The risk is never less than it was.
func (s *Service) reassess(ctx context.Context, t *turn, challenge cognitoidp.ChallengeNameType) error {
	if provesNothing := slices.Contains([]cognitoidp.ChallengeNameType{
		cognitoidp.ChallengeNameTypeSelectChallenge, cognitoidp.ChallengeNameTypePasswordSrp, cognitoidp.ChallengeNameTypeSelectMfaType,
	}, challenge); provesNothing || !t.atFirstFactor() && !t.restsUponEarlier() {
		return nil
	}
	raised, err := t.risk.Reassess(ctx, t.risked(), t.attempt.RiskLevel, t.attempt.Machine)
	if err != nil || raised == nil {
		return err
	}
	t.raised = raised
	t.attempt.Risk, t.attempt.RiskLevel = raised.Verdict.Action, raised.Verdict.Level
	if t.attempt.Risk == cognitoidp.AccountTakeoverEventActionTypeBlock {
		t.stopped = true
		return awserr.SignInBlocked()
	}
	return nil
}

// restsUponEarlier tells whether what has been proved is that of an earlier sign-in, and has yet to be added to.
func (t *turn) restsUponEarlier() bool {
	return !t.attempt.Credited.IsZero() && userpool.Level(t.attempt.AllMethods()) < t.attempt.Level
}

// risked is whose sign-in is watched.
func (t *turn) risked() risk.Subject {
	return risk.Subject{
		User: t.user, Nobody: t.attempt.Simulated, EventID: t.attempt.EventID, DeviceKey: t.attempt.DeviceKey,
	}
}

// note records in tx what the turn has come to.
func (s *Service) note(ctx context.Context, tx store.Tx, t *turn, n risk.Note) error {
	if t.risk == nil {
		return nil
	}
	n.Compromised, n.Raised = t.compromised, t.raised
	kept, err := t.risk.Record(ctx, tx, t.risked(), t.event, func() *userpool.AuthEvent { return s.begun(ctx, t) }, n)
	if err != nil {
		return err
	}
	t.noted, t.kept = true, kept
	return nil
}

// begun is the event of a sign-in of which none was kept when it began, as in a flood of them. It is at the risk that
// was weighed then: else such a flood would hide it.
func (s *Service) begun(ctx context.Context, t *turn) *userpool.AuthEvent {
	caller := token.CallerOf(ctx)
	verdict := userpool.RiskVerdict{Level: t.attempt.RiskLevel, Action: t.attempt.Risk}
	if verdict.Level != "" {
		verdict.Decision = cognitoidp.RiskDecisionTypeAccountTakeover
	}
	return &userpool.AuthEvent{
		PoolID: t.pool.ID, Username: t.user.Username, ID: t.attempt.EventID, ClientID: t.client.ID, Type: cognitoidp.EventTypeSignIn,
		Created: s.Now(), Verdict: verdict,
		Origin: risk.OriginOf(caller.Address, caller.UserAgent, caller.EncodedData, t.attempt.DeviceKey, "", s.Risk.Places),
	}
}

// noteProgress records that the sign-in goes on or has ended well, and what was proved.
func (s *Service) noteProgress(ctx context.Context, tx store.Tx, t *turn, response cognitoidp.EventResponseType) error {
	n := risk.Note{Response: response, Right: true}
	switch before := t.before(); {
	case t.attempt.Proved.Password && !before.Password:
		n.Challenge = cognitoidp.ChallengeNamePassword
	case t.attempt.Proved.SecondFactor && !before.SecondFactor:
		n.Challenge = cognitoidp.ChallengeNameMfa
	}
	if n.Challenge == "" && t.event == nil && response == cognitoidp.EventResponseTypeInProgress {
		return nil
	}
	return s.note(ctx, tx, t, n)
}

// before is what was proved before the turn.
func (t *turn) before() userpool.Proofs {
	if t.previous == nil {
		return userpool.Proofs{}
	}
	return t.previous.Proved
}

// noteWrong counts a wrong answer, and records it.
func (s *Service) noteWrong(ctx context.Context, tx store.Tx, t *turn) error {
	if err := s.Risk.Failed(ctx, tx, t.pool, t.name(), token.CallerOf(ctx), s.Now()); err != nil {
		return err
	}
	n := risk.Note{Response: cognitoidp.EventResponseTypeFail, Guessed: t.guard != ""}
	switch t.guard {
	case userpool.WrongPassword:
		n.Challenge = cognitoidp.ChallengeNamePassword
	case userpool.WrongCode:
		n.Challenge = cognitoidp.ChallengeNameMfa
	case userpool.WrongOTP, "":
	}
	return s.note(ctx, tx, t, n)
}

// settle ends a turn: what was refused without having been recorded is, and the user is told of what the risk
// has led to.
func (s *Service) settle(ctx context.Context, t *turn, answer *Answer, refusal error) (*Answer, error) {
	if t.risk == nil || t.attempt == nil {
		return answer, refusal
	}
	if refusal != nil && !t.noted && (t.stopped || t.event != nil && endsSignIn(refusal) && !t.locked) {
		err := s.Store.Update(ctx, func(tx store.Tx) error {
			return s.note(ctx, tx, t, risk.Note{Response: cognitoidp.EventResponseTypeFail, Blocked: t.stopped})
		})
		if err != nil {
			return nil, fmt.Errorf("record a sign-in that was refused: %w", err)
		}
	}
	if t.kept != nil && t.kept.Response != cognitoidp.EventResponseTypeInProgress && s.Risk.Finished != nil {
		s.Risk.Finished(t.kept)
	}
	proved := refusal == nil && t.attempt.Proved.FirstFactor && (!t.before().FirstFactor || t.raised != nil)
	if t.attempt.Risk != "" && (t.stopped || proved) {
		return answer, errors.Join(refusal, s.notify(ctx, t, answer))
	}
	return answer, refusal
}

// endsSignIn tells whether a refusal at the first call means that a sign-in has failed; others tell the caller to
// ask otherwise.
func endsSignIn(refusal error) bool {
	return errors.Is(refusal, cognitoidp.NotAuthorizedException) || errors.Is(refusal, cognitoidp.UserLambdaValidationException) ||
		errors.Is(refusal, cognitoidp.PasswordResetRequiredException)
}

// notify tells the user about a sign-in at risk, once it has been stopped or its first factor proved.
func (s *Service) notify(ctx context.Context, t *turn, answer *Answer) error {
	e := cmp.Or(t.event, t.raised)
	if e == nil && !t.attempt.Simulated {
		err := s.Store.View(ctx, func(r store.Reader) (err error) {
			e, err = r.AuthEvent(ctx, t.pool.ID, t.user.Username, t.attempt.EventID)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the event of a sign-in at risk: %w", err)
		}
	}
	did := cognitoidp.AccountTakeoverEventActionTypeBlock
	if !t.stopped {
		did = t.attempt.Risk
		if answer.Result != nil && !t.attempt.Proved.SecondFactor { // there was nothing to ask for
			did = cognitoidp.AccountTakeoverEventActionTypeNoAction
		}
	}
	t.risk.Notify(ctx, t.risked(), e, did)
	return nil
}
