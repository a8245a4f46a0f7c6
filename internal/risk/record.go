package risk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

const (
	// unprovedAnHour is how many events without a proof an hour may leave of one name: anybody can begin
	// sign-ins without end, or be blocked, and events are kept for years. Answers that were wrong are counted on
	// their own, for locks bound them: a flood of the others must not hide who guesses.
	unprovedAnHour = 200
	// mostChallenges bounds the answers that one event lists.
	mostChallenges = 20
)

// Note is what an act has come to.
type Note struct {
	Response cognitoidp.EventResponseType
	// Challenge and Right are what was answered, and whether it was right; "" for nothing that events tell.
	Challenge cognitoidp.ChallengeName
	Right     bool
	// Guessed: an answer was wrong of which a lock allows so many.
	Guessed bool
	// Blocked: it was ended because of its risk.
	Blocked bool
	// Compromised tells that the password is a known one; nil where it was not looked up.
	Compromised *bool
	// Raised is what Reassess has come to; nil if the risk is what it was.
	Raised *userpool.AuthEvent
}

// Record notes in tx what an act has come to: on e if it has just been assessed, and otherwise, with e nil, on its
// event as kept, or on a new one that began makes up. For nobody it costs the same and leaves nothing. It answers
// the event as kept, nil if it is not: Finished hears of one that has ended, once tx is committed.
func (g *Guard) Record(
	ctx context.Context, tx store.Tx, of Subject, e *userpool.AuthEvent, began func() *userpool.AuthEvent, n Note,
) (*userpool.AuthEvent, error) {
	pool, isNew := g.act.Pool, e != nil
	if e == nil {
		var err error
		e, err = tx.AuthEvent(ctx, pool.ID, of.User.Username, of.EventID)
		if errors.Is(err, store.ErrNotFound) {
			e, isNew, err = began(), true, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the event of a sign-in: %w", err)
		}
	}
	if isNew && n.Response != cognitoidp.EventResponseTypePass {
		kind := "AuthEvent"
		if n.Guessed {
			kind = "AuthEventOfGuess"
		}
		used, err := tx.Spend(ctx, pool.ID, pool.Fold(of.User.Username), kind, time.Hour, e.Created)
		if err != nil {
			return nil, fmt.Errorf("count events: %w", err)
		}
		if used > unprovedAnHour {
			return nil, nil
		}
	}
	kept := *e // the transaction may run again
	kept.Response = n.Response
	if n.Challenge != "" && len(e.Challenges) < mostChallenges {
		said := cognitoidp.ChallengeResponseFailure
		if n.Right {
			said = cognitoidp.ChallengeResponseSuccess
		}
		kept.Challenges = append(slices.Clone(e.Challenges), cognitoidp.ChallengeResponseType{ChallengeName: n.Challenge, ChallengeResponse: said})
	}
	if n.Raised != nil {
		compromised := kept.Verdict.Compromised
		kept.Origin, kept.Verdict = n.Raised.Origin, n.Raised.Verdict
		kept.Verdict.Compromised = compromised
	}
	if n.Blocked {
		kept.Verdict.Decision = cognitoidp.RiskDecisionTypeBlock
	}
	if n.Compromised != nil {
		kept.Verdict.Compromised = n.Compromised
	}
	learned := kept
	if of.Nobody { // written over and over, so that it costs what a user's does
		kept.Username, kept.ID, kept.Created = g.service.placeOf(pool.ID, of), "nobody", g.service.periodOf(kept.Created)
		kept.Challenges = nil
		learned.Username, learned.ID, learned.Challenges = kept.Username, g.service.markOf(pool.ID, of.User)+of.EventID, nil
	}
	if err := tx.PutAuthEvent(ctx, &kept); err != nil {
		return nil, fmt.Errorf("keep the event of a sign-in: %w", err)
	}
	if n.Response == cognitoidp.EventResponseTypeInProgress && (isNew || e.Response == n.Response) {
		return answer(of, &kept), nil // a history has nothing of it
	}
	if err := g.service.learn(ctx, tx, g.history, &learned); err != nil {
		return nil, err
	}
	return answer(of, &kept), nil
}

// answer is the event that was kept; nil for nobody's.
func answer(of Subject, kept *userpool.AuthEvent) *userpool.AuthEvent {
	if of.Nobody {
		return nil
	}
	return kept
}

// learn adds an event to what is known of its user; h is what that was, nil if it has not been read.
func (s *Service) learn(ctx context.Context, tx store.Tx, h *userpool.AuthHistory, e *userpool.AuthEvent) error {
	oldest := time.Time{}
	if s.Retention > 0 {
		oldest = s.Now().Add(-s.Retention)
	}
	for range 2 { // by the second time it has been read in tx
		if h == nil {
			var err error
			if h, err = historyOf(ctx, tx, e.PoolID, e.Username); err != nil {
				return fmt.Errorf("read what is known of a user: %w", err)
			}
		}
		won, err := tx.SaveAuthHistory(ctx, h.With(e, oldest))
		if err != nil {
			return fmt.Errorf("keep what is known of a user: %w", err)
		}
		if won {
			return nil
		}
		h = nil
	}
	return errors.New("what is known of a user changes while it is written")
}

// Failed counts in tx a wrong answer given by the named caller, or in that name.
func (s *Service) Failed(ctx context.Context, tx store.Tx, pool *userpool.Pool, name string, c token.Caller, now time.Time) error {
	if s == nil {
		return nil
	}
	name = pool.Fold(name)
	watched := pool.HasThreatProtection()
	if c.Address.IsValid() && !c.Server && (watched || s.limits(c)) {
		// By a keyed hash: else whoever has a list of names could choose those that are counted as one.
		of := s.Secrets.Hash("name that failed", []byte(pool.ID), []byte(name))
		if err := count(ctx, tx, pool.ID, userpool.BurstOfAddress, siteOf(c), string(of), now); err != nil {
			return err
		}
	}
	if !watched {
		return nil
	}
	if err := count(ctx, tx, pool.ID, userpool.BurstOfUser, name, "", now); err != nil {
		return err
	}
	return count(ctx, tx, pool.ID, userpool.BurstFailures, userpool.BurstShard(name), "", now)
}

// oneIn is how many successes one stands for that is counted.
const oneIn = 16

// Succeeded counts in tx a sign-in that led to tokens: one of several, chosen by its event's id, for all, since
// only how many there are about is asked for.
func (g *Guard) Succeeded(ctx context.Context, tx store.Tx, eventID string, now time.Time) error {
	if g == nil || userpool.Draw(eventID, oneIn) != 0 {
		return nil
	}
	poolID := g.act.Pool.ID
	b, err := burstOf(ctx, tx, poolID, userpool.BurstSuccesses, userpool.BurstShard(eventID))
	if err == nil {
		if b == nil {
			b = &userpool.Burst{PoolID: poolID, Kind: userpool.BurstSuccesses, Name: userpool.BurstShard(eventID)}
		}
		b.Add(now, "")
		b.Count += oneIn - 1
		err = tx.PutBurst(ctx, b)
	}
	if err != nil {
		return fmt.Errorf("count what succeeded: %w", err)
	}
	return nil
}

func count(ctx context.Context, tx store.Tx, poolID string, kind userpool.BurstKind, name, of string, now time.Time) error {
	b, err := burstOf(ctx, tx, poolID, kind, name)
	if err == nil {
		if b == nil {
			b = &userpool.Burst{PoolID: poolID, Kind: kind, Name: name}
		}
		b.Add(now, of)
		err = tx.PutBurst(ctx, b)
	}
	if err != nil {
		return fmt.Errorf("count what failed: %w", err)
	}
	return nil
}
