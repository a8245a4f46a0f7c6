package signin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/google/uuid"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// begin opens an attempt for the user whom the request names.
func (s *Service) begin(ctx context.Context, t *turn, flow cognitoidp.AuthFlowType) error {
	name := t.answers["USERNAME"]
	user, err := s.find(ctx, t, name, flow)
	if err != nil {
		return err
	}
	event, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return fmt.Errorf("draw an event id: %w", err)
	}
	t.attempt = &userpool.Attempt{
		PoolID:   t.pool.ID,
		ClientID: t.client.ID,
		Flow:     flow,
		EventID:  event.String(),
	}
	if user == nil { // nobody: the steps run, and no answer is right
		t.attempt.Simulated, t.attempt.Name = true, name
		user = s.madeUp(t.pool, name)
	}
	t.user = user
	t.attempt.Username = user.Username
	t.attempt.PasswordSet, t.attempt.SignedOut = passwordSet(user), user.TokensRevoked
	if err := s.readDevice(ctx, t); err != nil {
		return err
	}
	if err := s.beginFirstFactor(ctx, t); err != nil {
		return err
	}
	return s.admit(ctx, t)
}

// admit is what stands before every sign-in, whatever proves it: the risk is weighed, and the pool's
// PreAuthentication function may refuse. A locked name does not reach the function.
func (s *Service) admit(ctx context.Context, t *turn) error {
	if err := s.assess(ctx, t); err != nil {
		return err
	}
	if t.attempt.Risk == cognitoidp.AccountTakeoverEventActionTypeBlock {
		// Before a proof is looked at: whether it is right must not be told.
		t.stopped = true
		return awserr.SignInBlocked()
	}
	if !trigger.HasPreAuthentication(t.pool) {
		return nil
	}
	if err := s.checkLock(ctx, t, t.guardOf(t.attempt.FirstFactor)); err != nil {
		return err
	}
	return s.Triggers.PreAuthentication(ctx, t.subject(), t.validation)
}

// beginFirstFactor notes how the user will prove themselves first, as far as the request says so.
func (s *Service) beginFirstFactor(ctx context.Context, t *turn) error {
	switch t.attempt.Flow {
	case cognitoidp.AuthFlowTypeUserSrpAuth:
		t.attempt.FirstFactor = cognitoidp.ChallengeNameTypePasswordVerifier
	case cognitoidp.AuthFlowTypeCustomAuth:
		return beginCustom(t)
	case cognitoidp.AuthFlowTypeUserAuth:
		if err := s.readPasskeys(ctx, t); err != nil {
			return err
		}
		if err := s.aim(ctx, t); err != nil {
			return err
		}
		return prefer(t)
	default:
		t.attempt.FirstFactor = cognitoidp.ChallengeNameTypePassword
	}
	return nil
}

// find finds the user who wants to sign in, as a copy of its own. It answers nil for one whom the
// client must not tell from nobody.
func (s *Service) find(ctx context.Context, t *turn, name string, flow cognitoidp.AuthFlowType) (*userpool.User, error) {
	var user *userpool.User
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		user, err = store.FindUser(ctx, r, t.pool, name)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		if user, err = s.migrate(ctx, t, name, passwordSent(t, flow)); err != nil {
			return nil, err
		}
		if user == nil && t.client.HidesUsers() {
			return nil, nil
		}
		if user == nil {
			return nil, awserr.UserNotFound()
		}
	case err != nil:
		return nil, fmt.Errorf("find the user who signs in: %w", err)
	}
	if err := checkActive(user, flow); err != nil {
		if t.client.HidesUsers() && !errors.Is(err, cognitoidp.UserNotConfirmedException) {
			return nil, nil
		}
		return nil, err
	}
	return copyOf(user), nil
}

// checkActive refuses a user who may not sign in as things are. In USER_AUTH an unconfirmed one may: by
// a code, which confirms. A user of an external provider signs in there, unless the pool's own functions
// decide.
func checkActive(u *userpool.User, flow cognitoidp.AuthFlowType) error {
	err := account.CheckActive(u)
	if err == nil && u.Status == cognitoidp.UserStatusTypeExternalProvider && flow != cognitoidp.AuthFlowTypeCustomAuth {
		return awserr.IncorrectUsernameOrPassword()
	}
	if flow == cognitoidp.AuthFlowTypeUserAuth && errors.Is(err, cognitoidp.UserNotConfirmedException) {
		return nil
	}
	return err
}

// passwordSet is when the user's password was set; zero without one.
func passwordSet(u *userpool.User) time.Time {
	if u.Password == nil {
		return time.Time{}
	}
	return u.Password.Set
}

// copyOf makes a user that a turn may change; nouns read from a View are shared.
func copyOf(u *userpool.User) *userpool.User {
	c := *u
	c.Attributes = maps.Clone(u.Attributes)
	return &c
}

// resume finds the attempt that a response belongs to and refuses every other: made up, used,
// expired, of another client, user or challenge.
func (s *Service) resume(ctx context.Context, t *turn, challenge cognitoidp.ChallengeNameType, session string) error {
	invalid, name := awserr.SessionInvalid, session
	byBlock := sentBlock(challenge)
	switch {
	case byBlock: // the secret block is the session, and a wrong one is no more than a wrong proof
		invalid, name = awserr.IncorrectUsernameOrPassword, t.answers["PASSWORD_CLAIM_SECRET_BLOCK"]
	case session == "":
		return awserr.MissingParameter("Session")
	}
	a, err := s.attempt(ctx, name, challenge)
	switch {
	case byBlock && errors.Is(err, cognitoidp.NotAuthorizedException):
		return invalid()
	case err != nil:
		return err
	case a.PoolID != t.pool.ID || a.ClientID != t.client.ID:
		return invalid()
	case byBlock && !isSRPSession(a): // these have handed out a Session, too: the same text
		if session == "" && challenge == cognitoidp.ChallengeNameTypePasswordVerifier {
			return awserr.MissingParameter("Session")
		}
		if session != "" && !secret.Equal(session, name) {
			return awserr.SessionInvalid()
		}
	}
	t.answered = name
	if err := s.continueWith(ctx, t, a, invalid); err != nil {
		return err
	}
	if a.Challenge != challenge {
		t.attempt.FirstFactor = "" // chosen anew
	}
	return nil
}

// sentBlock tells whether a challenge has sent a SECRET_BLOCK.
func sentBlock(challenge cognitoidp.ChallengeNameType) bool {
	return challenge == cognitoidp.ChallengeNameTypePasswordVerifier || challenge == cognitoidp.ChallengeNameTypeDevicePasswordVerifier
}

// attempt finds an attempt that is alive and can be answered by the given challenge.
func (s *Service) attempt(ctx context.Context, session string, challenge cognitoidp.ChallengeNameType) (*userpool.Attempt, error) {
	var a *userpool.Attempt
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		a, err = r.Attempt(ctx, s.hash(challenge, session))
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, awserr.SessionInvalid()
	case err != nil:
		return nil, fmt.Errorf("find the attempt: %w", err)
	case a.Consumed:
		return nil, awserr.SessionUsed()
	case !s.Now().Before(a.Expires):
		return nil, awserr.SessionExpired()
	case !answers(challenge, a.Challenge):
		return nil, awserr.SessionInvalid()
	}
	return a, nil
}

// continueWith takes the user from the attempt, never from the answer, and begins the next attempt
// as a copy of the one answered.
func (s *Service) continueWith(ctx context.Context, t *turn, previous *userpool.Attempt, invalid func() error) error {
	if previous.Simulated {
		t.user = s.madeUp(t.pool, previous.Name)
	} else {
		err := s.Store.View(ctx, func(r store.Reader) error {
			user, err := r.User(ctx, t.pool.ID, t.pool.Fold(previous.Username))
			if err == nil {
				t.user = copyOf(user)
			}
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return invalid()
		}
		if err != nil {
			return fmt.Errorf("find the user of the attempt: %w", err)
		}
		if err := checkActive(t.user, previous.Flow); err != nil {
			if t.client.HidesUsers() && !previous.Proved.FirstFactor {
				return invalid()
			}
			return err
		}
	}
	if name, given := t.answers["USERNAME"]; given && !s.isNamed(t, previous, name) {
		return invalid()
	}
	if !stands(previous, t.user) {
		return invalid()
	}
	next := *previous
	next.SRP, next.WebAuthn, next.CodeHash, next.CodeAttribute = nil, nil, nil, ""
	next.CustomAnswer, next.CustomMetadata = nil, ""
	t.previous, t.attempt = previous, &next
	if next.Flow == cognitoidp.AuthFlowTypeUserAuth && t.atFirstFactor() {
		if err := s.readPasskeys(ctx, t); err != nil {
			return err
		}
	}
	return s.readDevice(ctx, t)
}

// stands tells whether an attempt may go on for the user as they are by now: a password that was replaced
// meanwhile ends the attempts begun with the old one, a sign-out everywhere ends all that had begun.
func stands(a *userpool.Attempt, u *userpool.User) bool {
	return a.Simulated || passwordSet(u).Equal(a.PasswordSet) && u.TokensRevoked.Equal(a.SignedOut)
}

// isNamed tells whether name is the username, the sub or a sign-in alias of the attempt's user. Of a
// simulated one it may be what the attempt began with too: a real user could be called by that.
func (s *Service) isNamed(t *turn, a *userpool.Attempt, name string) bool {
	p, u := t.pool, t.user
	if a.Simulated {
		return p.Fold(s.madeUpName(p, name)) == p.Fold(u.Username)
	}
	if p.Fold(name) == p.Fold(u.Username) || name == u.Sub {
		return true
	}
	for _, alias := range p.AliasesOf(name) {
		for _, own := range u.Names.Aliases {
			if alias == own {
				return true
			}
		}
	}
	return false
}

// nameSession gives the next attempt its session string. DEVICE_SRP_AUTH is answered with the session of
// the step before by some clients (amazon-cognito-identity-js after an MFA code): it keeps that.
func (s *Service) nameSession(t *turn) (err error) {
	if t.attempt.Challenge == cognitoidp.ChallengeNameTypeDeviceSrpAuth && t.previous != nil && !sentBlock(t.previous.Challenge) {
		t.session = t.answered
		return nil
	}
	t.session, err = s.newSession()
	return err
}

// newSession draws a session string: the first bytes are those that the service's sessions begin
// with, the others random.
func (s *Service) newSession() (string, error) {
	raw := append([]byte{0x01, 0x80, 0x01, 0x78}, make([]byte, 60)...)
	if _, err := io.ReadFull(s.Rand, raw[4:]); err != nil {
		return "", fmt.Errorf("draw a session: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// hash is the key under which an attempt that waits for a challenge is kept. What waits for
// DEVICE_SRP_AUTH may have the session string of the attempt before it, and has a key of its own.
func (s *Service) hash(challenge cognitoidp.ChallengeNameType, session string) []byte {
	if challenge == cognitoidp.ChallengeNameTypeDeviceSrpAuth {
		return s.Secrets.Hash("sign-in session of a device", []byte(session))
	}
	return s.Secrets.Hash("sign-in session", []byte(session))
}
