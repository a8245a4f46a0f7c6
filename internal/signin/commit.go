package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// How many codes one user's sign-ins may send in an hour: each costs the operator, and whoever knows a
// password, or for a first factor nothing but a name, could send them without end. At MFA_SETUP they go to
// whatever address the caller names: that of a stranger, perhaps.
const (
	messagesAnHour = 100
	otpsAnHour     = 20
	setUpsAnHour   = 10
)

// keep writes the next attempt and sends its message.
func (s *Service) keep(ctx context.Context, t *turn) error {
	now := s.Now()
	t.attempt.ID = s.hash(t.attempt.Challenge, t.session)
	t.attempt.Consumed = false
	t.attempt.Created, t.attempt.Expires = now, now.Add(t.client.AttemptLifetime())
	err := s.commit(ctx, t, func(tx store.Tx) error {
		if err := s.noteProgress(ctx, tx, t, cognitoidp.EventResponseTypeInProgress); err != nil {
			return err
		}
		return tx.CreateAttempt(ctx, t.attempt)
	})
	if err != nil || t.message == nil {
		return err
	}
	if err := s.Messages.Send(ctx, *t.message); err != nil && !t.hides() {
		return awserr.CodeDeliveryFailed()
	}
	return nil
}

// hides tells whether a message that cannot be written or sent must not be told of: nobody's would not fail.
func (t *turn) hides() bool { return t.client.HidesUsers() && t.atFirstFactor() }

// countMessage refuses a message beyond what one name may be sent: before it is written, as the pool's function
// may be run for that. Nobody's name is counted too. Muted: it may not go to that address, which is not to be told.
func (s *Service) countMessage(ctx context.Context, t *turn) (muted bool, err error) {
	act, most := "SignInMessage", messagesAnHour
	switch {
	case t.atFirstFactor():
		act, most = "SignInOTP", otpsAnHour
	case t.attempt.CodeValue != t.user.Attributes[t.attempt.CodeAttribute]:
		act, most = "SignInSetUp", setUpsAnHour
	}
	now := s.Now()
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		sent, err := tx.Spend(ctx, t.pool.ID, t.name(), act, time.Hour, now)
		if err != nil {
			return fmt.Errorf("count the messages of sign-ins: %w", err)
		}
		if sent > most {
			return awserr.RateExceeded()
		}
		address := t.addressToCount()
		if address == "" {
			return nil
		}
		over, err := account.SpendAddress(ctx, tx, s.Secrets, t.pool, address, now)
		if err != nil {
			return err
		}
		if over && !t.hides() {
			return awserr.RateExceeded()
		}
		muted = over
		return nil
	})
	return muted, err
}

// addressToCount is the address that the code goes to, if it may be that of somebody else: nobody has verified it.
// At the first factor there is always something to count, so that nobody's sign-in costs the same; no address has a
// space.
func (t *turn) addressToCount() string {
	attribute := t.attempt.CodeAttribute
	own := t.attempt.CodeValue == t.user.Attributes[attribute] && t.user.Attributes[attribute+"_verified"] == "true"
	switch {
	case !own && !t.attempt.Simulated:
		return t.attempt.CodeValue
	case t.atFirstFactor():
		return "nobody " + t.name()
	default:
		return ""
	}
}

// finish ends the sign-in with tokens.
func (s *Service) finish(ctx context.Context, t *turn) (*Answer, error) {
	if t.attempt.Simulated || !t.attempt.Proved.FirstFactor {
		return nil, fmt.Errorf("attempt %s has proved nothing and must not reach tokens", t.attempt.EventID)
	}
	issued, err := s.newDevice(t)
	if err != nil {
		return nil, err
	}
	if err := s.Triggers.PostAuthentication(ctx, t.subject(), issued != nil, t.metadata); err != nil {
		return nil, err
	}
	if t.attempt.Proved.SecondFactor {
		t.prove(userpool.MethodSeveral)
	}
	acr := ""
	if t.attempt.Level > 0 {
		acr = t.pool.ACR(userpool.Level(t.attempt.AllMethods()))
	}
	deviceKey := ""
	switch {
	case issued != nil:
		deviceKey = *issued.DeviceKey
	case t.attempt.Proved.Device:
		deviceKey = t.attempt.DeviceKey
	}
	grant, err := s.Tokens.Mint(ctx, token.SignIn{
		Pool:      t.pool,
		Client:    t.client,
		User:      t.user,
		DeviceKey: deviceKey,
		EventID:   t.attempt.EventID,
		AuthTime:  t.authTime(s.Now()),
		Methods:   t.attempt.AllMethods(),
		ACR:       acr,
		Scopes:    []string{token.ScopeUserAdmin},
		Caller:    token.CallerOf(ctx),

		Source:         tokenSource(t),
		ClientMetadata: t.metadata,
	})
	if err != nil {
		return nil, fmt.Errorf("mint tokens: %w", err)
	}
	grant.Result.NewDeviceMetadata = issued
	err = s.commit(ctx, t, func(tx store.Tx) error {
		if err := s.noteDevice(ctx, tx, t, s.Now()); err != nil {
			return err
		}
		if err := s.noteProgress(ctx, tx, t, cognitoidp.EventResponseTypePass); err != nil {
			return err
		}
		if err := t.risk.Succeeded(ctx, tx, t.attempt.EventID, s.Now()); err != nil {
			return err
		}
		return grant.Save(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	s.Tokens.NoteIssued(token.GrantSignIn)
	return &Answer{Parameters: map[string]string{}, Result: grant.Result}, nil
}

// tokenSource is why the pool's PreTokenGeneration function is asked.
func tokenSource(t *turn) trigger.Source {
	switch {
	case t.previous != nil && t.previous.Challenge == cognitoidp.ChallengeNameTypeDevicePasswordVerifier:
		return trigger.AuthenticateDevice
	case t.attempt.Proved.NewPassword:
		return trigger.NewPasswordChallenge
	default:
		return trigger.Authentication
	}
}

// commit writes what a turn achieved, all or nothing: it consumes the session answered, looks at the
// user and the lock as they are by now, and applies the changes. Then it tells the pool's function of a user
// whom the turn has confirmed.
func (s *Service) commit(ctx context.Context, t *turn, write func(store.Tx) error) error {
	if err := s.write(ctx, t, write); err != nil || !t.confirms {
		return err
	}
	return s.Triggers.PostConfirmation(ctx, trigger.ConfirmSignUp, t.subject(), t.metadata)
}

// write is the transaction of commit.
func (s *Service) write(ctx context.Context, t *turn, write func(store.Tx) error) error {
	now := s.Now()
	return s.Store.Update(ctx, func(tx store.Tx) error {
		if t.previous != nil && !t.keepsSession {
			won, err := tx.ConsumeAttempt(ctx, t.previous.ID)
			if err != nil {
				return fmt.Errorf("consume the session: %w", err)
			}
			if !won {
				return s.usedBy(t)
			}
		}
		if err := s.clearFailures(ctx, tx, t, now); err != nil {
			return err
		}
		if !t.attempt.Simulated {
			if err := applyChanges(ctx, tx, t, now); err != nil {
				return err
			}
			if err := s.notePasskey(ctx, tx, t, now); err != nil {
				return err
			}
		}
		return write(tx)
	})
}

// usedBy is the refusal of a session that another call has used in the meantime.
func (s *Service) usedBy(t *turn) error {
	if sentBlock(t.previous.Challenge) {
		return awserr.IncorrectUsernameOrPassword()
	}
	return awserr.SessionUsed()
}

// applyChanges repeats the turn's changes on the user as stored by now.
func applyChanges(ctx context.Context, tx store.Tx, t *turn, now time.Time) error {
	user, err := tx.User(ctx, t.pool.ID, t.pool.Fold(t.user.Username))
	if errors.Is(err, store.ErrNotFound) || err == nil && user.Sub != t.user.Sub {
		return awserr.SessionInvalid()
	}
	if err != nil {
		return fmt.Errorf("read the user who signs in: %w", err)
	}
	if err := checkActive(user, t.attempt.Flow); err != nil {
		return err
	}
	if !stands(t.started(), user) {
		return awserr.IncorrectUsernameOrPassword()
	}
	if len(t.changes) == 0 {
		return nil
	}
	for _, change := range t.changes {
		if err := change(user); err != nil {
			return err
		}
	}
	user.Modified = now
	before := user.Names.Aliases
	t.pool.Index(user)
	if !slices.Equal(before, user.Names.Aliases) {
		if err := account.CheckNamesFree(ctx, tx, t.pool, user); err != nil {
			return err
		}
	}
	if err := tx.SaveUser(ctx, user); errors.Is(err, store.ErrExists) {
		return awserr.AliasExists(t.attempt.CodeAttribute)
	} else if err != nil {
		return fmt.Errorf("save the user who signs in: %w", err)
	}
	return nil
}

// started is the attempt as it was when this turn began.
func (t *turn) started() *userpool.Attempt {
	if t.previous != nil {
		return t.previous
	}
	return t.attempt
}

// wrongAnswer marks a refusal that counts towards the lock.
type wrongAnswer struct{ refusal error }

func (w wrongAnswer) Error() string { return w.refusal.Error() }
func (w wrongAnswer) Unwrap() error { return w.refusal }

func wrong(refusal error) error { return wrongAnswer{refusal} }

// refused counts a wrong answer and hands on the refusal itself. One that does not count may be of a right
// answer, which a lock that has come meanwhile hides as it does all others.
func (s *Service) refused(ctx context.Context, t *turn, refusal error) error {
	w, counts := refusal.(wrongAnswer) //nolint:errorlint // made by wrong only, never wrapped
	if !counts {
		if err := s.checkLock(ctx, t, t.guard); err != nil {
			return err
		}
		return refusal
	}
	now := s.Now()
	var lock error
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		f, err := failures(ctx, tx, t, t.guard)
		if err != nil {
			return err
		}
		// Others may have locked the name since this answer was looked at. Then it does not count,
		// and must not be told from a right one, which finds the lock too.
		if lock = locked(f, now); lock != nil {
			return nil //nolint:nilerr // the transaction went well; the refusal is its result
		}
		f.Add(now)
		if err := tx.PutFailures(ctx, f); err != nil {
			return err
		}
		return s.noteWrong(ctx, tx, t)
	})
	if err != nil {
		return fmt.Errorf("count a wrong answer: %w", err)
	}
	if lock != nil {
		t.locked = true
		return lock
	}
	return w.refusal
}

// checkLock refuses to look at an answer while the name is locked, by wrong answers of one kind.
func (s *Service) checkLock(ctx context.Context, t *turn, kind userpool.FailureKind) error {
	if kind == "" {
		return nil
	}
	var f *userpool.Failures
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		f, err = failures(ctx, r, t, kind)
		return err
	})
	if err != nil {
		return err
	}
	err = locked(f, s.Now())
	t.locked = t.locked || err != nil
	return err
}

// clearFailures forgets the wrong answers before a right one. Many guesses made at once may all
// have passed checkLock; here the right one among them finds the lock that the others caused.
func (s *Service) clearFailures(ctx context.Context, tx store.Tx, t *turn, now time.Time) error {
	if t.guard == "" {
		return nil
	}
	f, err := failures(ctx, tx, t, t.guard)
	if err != nil || f.Count == 0 {
		return err
	}
	if err := locked(f, now); err != nil {
		return err
	}
	return tx.ClearFailures(ctx, f.PoolID, f.Name, f.Kind)
}

func locked(f *userpool.Failures, now time.Time) error {
	switch {
	case !f.LockedAt(now):
		return nil
	case f.Kind == userpool.WrongPassword:
		return awserr.PasswordAttemptsExceeded()
	default:
		return awserr.CodeAttemptsExceeded()
	}
}

// failures reads a count of wrong answers; an empty one if there is none.
func failures(ctx context.Context, r store.LimitReader, t *turn, kind userpool.FailureKind) (*userpool.Failures, error) {
	f, err := r.Failures(ctx, t.pool.ID, t.name(), kind)
	if errors.Is(err, store.ErrNotFound) {
		return &userpool.Failures{PoolID: t.pool.ID, Name: t.name(), Kind: kind}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read wrong answers: %w", err)
	}
	return f, nil
}
