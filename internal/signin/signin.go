package signin

import (
	"context"
	"io"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// Service signs users in. It keeps no state of its own: any node answers any step.
type Service struct {
	Store    store.Store
	Tokens   *token.Service
	Messages message.Sender
	Secrets  *secret.Keyring
	Now      func() time.Time
	Rand     io.Reader
}

// Request starts a sign-in: InitiateAuth, or AdminInitiateAuth with Admin and PoolID.
type Request struct {
	Admin      bool
	PoolID     string
	ClientID   string
	Flow       cognitoidp.AuthFlowType
	Parameters map[string]string
}

// Response answers a challenge: RespondToAuthChallenge, or its Admin twin with Admin and PoolID.
type Response struct {
	Admin     bool
	PoolID    string
	ClientID  string
	Challenge cognitoidp.ChallengeNameType
	Session   string
	Answers   map[string]string
}

// Answer is what either leads to: the next challenge, or tokens in Result.
type Answer struct {
	Challenge  cognitoidp.ChallengeNameType
	Session    string // empty where SECRET_BLOCK stands in for it
	Parameters map[string]string
	Available  []cognitoidp.ChallengeNameType
	Result     *cognitoidp.AuthenticationResultType
}

// turn is one call: the nouns it works on, and what it will write if it succeeds.
type turn struct {
	admin   bool
	pool    *userpool.Pool
	client  *userpool.Client
	user    *userpool.User // its own copy; made up if attempt.Simulated
	attempt *userpool.Attempt
	// previous is the attempt that this call answers; nil for the first call.
	previous *userpool.Attempt
	answered string // the session string of previous
	answers  map[string]string
	guard    userpool.FailureKind // the count of wrong answers that locks this step

	changes []func(*userpool.User) error
	session string // of the attempt to be kept
	params  map[string]string
	message *message.Message
}

// change does something to the user: at once on the turn's copy, and again in the transaction on
// the user as stored by then, where it may find that it no longer can.
func (t *turn) change(c func(*userpool.User) error) error {
	t.changes = append(t.changes, c)
	return c(t.user)
}

// name is the sign-in name under which wrong answers are counted.
func (t *turn) name() string { return t.pool.Fold(t.attempt.Username) }

// Initiate runs InitiateAuth and AdminInitiateAuth.
func (s *Service) Initiate(ctx context.Context, in Request) (*Answer, error) {
	pool, client, err := s.client(ctx, in.Admin, in.PoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	if err := allowed(pool, client, in.Flow, in.Admin); err != nil {
		return nil, err
	}
	if isRefresh(in.Flow) {
		return s.refresh(ctx, pool, client, in.Parameters)
	}
	if err := required(in.Parameters, parametersOf(in.Flow)...); err != nil {
		return nil, err
	}
	if err := bounded(in.Parameters); err != nil {
		return nil, err
	}
	if err := account.CheckSecretHash(client, in.Parameters["USERNAME"], in.Parameters["SECRET_HASH"]); err != nil {
		return nil, err
	}
	t := &turn{admin: in.Admin, pool: pool, client: client, answers: in.Parameters}
	if err := s.begin(ctx, t, in.Flow); err != nil {
		return nil, err
	}
	if firstFactor(in.Flow) == cognitoidp.ChallengeNameTypePassword {
		return s.answer(ctx, t, steps[cognitoidp.ChallengeNameTypePassword]) // it came with the request
	}
	return s.advance(ctx, t)
}

// Respond runs RespondToAuthChallenge and AdminRespondToAuthChallenge.
func (s *Service) Respond(ctx context.Context, in Response) (*Answer, error) {
	pool, client, err := s.client(ctx, in.Admin, in.PoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	st, ok := steps[in.Challenge]
	if !ok {
		return nil, awserr.ChallengeNotSupported(in.Challenge)
	}
	if err := required(in.Answers, "USERNAME"); err != nil {
		return nil, err
	}
	if err := account.CheckSecretHash(client, in.Answers["USERNAME"], in.Answers["SECRET_HASH"]); err != nil {
		return nil, err
	}
	if err := required(in.Answers, st.answers...); err != nil {
		return nil, err
	}
	t := &turn{admin: in.Admin, pool: pool, client: client, answers: in.Answers}
	if err := s.resume(ctx, t, in.Challenge, in.Session); err != nil {
		return nil, err
	}
	return s.answer(ctx, t, st)
}

// answer checks what was answered to one step, and goes on.
func (s *Service) answer(ctx context.Context, t *turn, st step) (*Answer, error) {
	t.guard = st.guard
	if err := s.checkLock(ctx, t); err != nil {
		return nil, err
	}
	if err := st.check(s, t); err != nil {
		return nil, s.refused(ctx, t, err)
	}
	// Guesses made at once may have locked the name by now. The right one must not be told from them by
	// the time that tokens take.
	if err := s.checkLock(ctx, t); err != nil {
		return nil, err
	}
	return s.advance(ctx, t)
}

// advance asks for what comes next, or ends the sign-in with tokens.
func (s *Service) advance(ctx context.Context, t *turn) (*Answer, error) {
	f := factsOf(t)
	challenge, err := next(t.attempt, f)
	if err != nil {
		return nil, err
	}
	if challenge == Done {
		return s.finish(ctx, t)
	}
	t.attempt.Challenge = challenge
	if t.session, err = s.newSession(); err != nil {
		return nil, err
	}
	t.params = map[string]string{}
	if err := steps[challenge].send(s, t, f); err != nil {
		return nil, err
	}
	if err := s.keep(ctx, t); err != nil {
		return nil, err
	}
	answer := &Answer{Challenge: challenge, Session: t.session, Parameters: t.params}
	if challenge == cognitoidp.ChallengeNameTypePasswordVerifier {
		answer.Session = "" // SECRET_BLOCK is the session here
	}
	return answer, nil
}
