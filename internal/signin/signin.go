package signin

import (
	"context"
	"io"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/risk"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// Service signs users in. It keeps no state of its own: any node answers any step.
type Service struct {
	Store    store.Store
	Tokens   *token.Service
	Triggers *trigger.Service
	Messages message.Sender
	Texts    *message.Texts // our own in other languages; nil for English
	Secrets  *secret.Keyring
	// Risk weighs sign-ins (adaptive authentication); nil where nothing does.
	Risk *risk.Service
	// Observe, if there, hears what came of every step: of Initiate with its flow, of Respond with the
	// challenge that was answered.
	Observe func(cognitoidp.AuthFlowType, cognitoidp.ChallengeNameType, *Answer, error)
	Now     func() time.Time
	Rand    io.Reader
}

// Request starts a sign-in: InitiateAuth, or AdminInitiateAuth with Admin and PoolID.
type Request struct {
	Admin      bool
	PoolID     string
	ClientID   string
	Flow       cognitoidp.AuthFlowType
	Parameters map[string]string
	Session    string            // of ConfirmSignUp; for USER_AUTH alone
	Metadata   map[string]string // ClientMetadata
}

// Response answers a challenge: RespondToAuthChallenge, or its Admin twin with Admin and PoolID.
type Response struct {
	Admin     bool
	PoolID    string
	ClientID  string
	Challenge cognitoidp.ChallengeNameType
	Session   string
	Answers   map[string]string
	Metadata  map[string]string // ClientMetadata
}

// Answer is what either leads to: the next challenge, or tokens in Result.
type Answer struct {
	Challenge  cognitoidp.ChallengeNameType
	Session    string // empty where SECRET_BLOCK stands in for it
	Parameters map[string]string
	// Available are the first factors to choose from, in USER_AUTH until one is proved.
	Available []cognitoidp.ChallengeNameType
	Result    *cognitoidp.AuthenticationResultType
}

// turn is one call: the nouns it works on, and what it will write if it succeeds.
type turn struct {
	admin   bool
	pool    *userpool.Pool
	client  *userpool.Client
	user    *userpool.User // its own copy; made up if attempt.Simulated
	attempt *userpool.Attempt
	// passkeys are the user's that can be used, where a first factor is to be chosen or proved by one;
	// passkey is the one that has proved the user in this turn.
	passkeys []*userpool.Passkey
	passkey  *userpool.Passkey
	// device is the user's whose key came with the sign-in; nil without one.
	device *userpool.Device
	// previous is the attempt that this call answers; nil for the first call.
	previous *userpool.Attempt
	answered string // the session string of previous
	// keepsSession: the session answered may be answered again.
	keepsSession bool
	answers      map[string]string
	// guard is the count of wrong answers that locks what is answered, and that a right answer clears; ""
	// while nothing is.
	guard userpool.FailureKind
	// What the caller passes on to the pool's functions: validation from InitiateAuth, metadata from
	// RespondToAuthChallenge, each to other ones.
	validation, metadata map[string]string

	changes []func(*userpool.User) error
	session string // of the attempt to be kept
	params  map[string]string
	message *message.Message
	// confirms: the turn ends the sign-up of its user.
	confirms bool

	// risk watches the turn; nil where threat protection is off. event is what it has assessed, nil but in the
	// first turn of a sign-in; noted: what the turn has come to is recorded.
	risk  *risk.Guard
	event *userpool.AuthEvent
	noted bool
	// raised is what the risk was weighed as when the first proof came, where it is higher than when the sign-in began.
	raised *userpool.AuthEvent
	// kept is the event as recorded; nil if it was not.
	kept *userpool.AuthEvent
	// locked: the answer was not looked at; stopped: the risk has ended the sign-in.
	locked, stopped bool
	// compromised tells that the password is a known one; nil where it was not looked up.
	compromised *bool
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
	answer, err := s.initiate(ctx, in)
	if s.Observe != nil {
		s.Observe(in.Flow, "", answer, err)
	}
	return answer, err
}

func (s *Service) initiate(ctx context.Context, in Request) (*Answer, error) {
	pool, client, err := s.client(ctx, in.Admin, in.PoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	if err := allowed(pool, client, in.Flow, in.Admin); err != nil {
		return nil, err
	}
	ctx = from(ctx, in.Admin, client)
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
	t := &turn{admin: in.Admin, pool: pool, client: client, answers: in.Parameters, validation: in.Metadata}
	if err := s.watch(ctx, t, in.Flow); err != nil {
		return nil, err
	}
	answer, err := s.start(ctx, t, in)
	return s.settle(ctx, t, answer, err)
}

// start begins a sign-in, and takes the proof that has come with the request.
func (s *Service) start(ctx context.Context, t *turn, in Request) (*Answer, error) {
	if in.Session != "" && in.Flow == cognitoidp.AuthFlowTypeUserAuth {
		// The code that confirmed the sign-up was the first factor.
		if err := s.resumeSignedUp(ctx, t, in.Session); err != nil {
			return nil, err
		}
		if err := s.admit(ctx, t); err != nil {
			return nil, err
		}
		return s.advance(ctx, t)
	}
	if err := s.begin(ctx, t, in.Flow); err != nil {
		return nil, err
	}
	if t.attempt.FirstFactor == cognitoidp.ChallengeNameTypePassword {
		return s.answer(ctx, t, cognitoidp.ChallengeNameTypePassword) // it came with the request
	}
	return s.advance(ctx, t)
}

// Respond runs RespondToAuthChallenge and AdminRespondToAuthChallenge.
func (s *Service) Respond(ctx context.Context, in Response) (*Answer, error) {
	answer, err := s.respond(ctx, in)
	if s.Observe != nil {
		s.Observe("", in.Challenge, answer, err)
	}
	return answer, err
}

func (s *Service) respond(ctx context.Context, in Response) (*Answer, error) {
	pool, client, err := s.client(ctx, in.Admin, in.PoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	challenge := chosen(in.Challenge, in.Answers)
	st, ok := steps[challenge]
	if !ok || challenge == cognitoidp.ChallengeNameTypeAdminNoSrpAuth && !in.Admin {
		return nil, awserr.ChallengeNotSupported(challenge)
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
	ctx = from(ctx, in.Admin, client)
	t := &turn{admin: in.Admin, pool: pool, client: client, answers: in.Answers, metadata: in.Metadata}
	if err := s.resume(ctx, t, challenge, in.Session); err != nil {
		return nil, err
	}
	if err := s.watch(ctx, t, t.attempt.Flow); err != nil {
		return nil, err
	}
	answer, err := s.goOn(ctx, t, challenge)
	return s.settle(ctx, t, answer, err)
}

// goOn takes the answer to a challenge.
func (s *Service) goOn(ctx context.Context, t *turn, challenge cognitoidp.ChallengeNameType) (*Answer, error) {
	if err := s.reassess(ctx, t, challenge); err != nil {
		return nil, err
	}
	if challenge == cognitoidp.ChallengeNameTypePassword {
		if err := s.migrateSimulated(ctx, t); err != nil {
			return nil, err
		}
	}
	return s.answer(ctx, t, challenge)
}

// answer checks what was answered to a challenge, and goes on.
func (s *Service) answer(ctx context.Context, t *turn, challenge cognitoidp.ChallengeNameType) (*Answer, error) {
	st := steps[challenge]
	t.guard = t.guardOf(challenge)
	if err := s.checkLock(ctx, t, t.guard); err != nil {
		return nil, err
	}
	if err := st.check(s, ctx, t); err != nil {
		return nil, s.refused(ctx, t, err)
	}
	// Guesses made at once may have locked the name by now. The right one must not be told from them by
	// the time that tokens take.
	if err := s.checkLock(ctx, t, t.guard); err != nil {
		return nil, err
	}
	return s.advance(ctx, t)
}

// guardOf is the count of wrong answers that locks a challenge of this attempt.
func (t *turn) guardOf(challenge cognitoidp.ChallengeNameType) userpool.FailureKind {
	guard := steps[challenge].guard
	if guard == userpool.WrongCode && t.atFirstFactor() {
		return userpool.WrongOTP
	}
	return guard
}

// atFirstFactor tells whether nothing has been proved yet.
func (t *turn) atFirstFactor() bool {
	return !t.attempt.Proved.FirstFactor && !t.attempt.Proved.Password
}

// prove records a way in which the user has proved themselves.
func (t *turn) prove(m userpool.Method) { t.attempt.Methods = with(t.attempt.Methods, m) }

// advance asks for what comes next, or ends the sign-in with tokens.
func (s *Service) advance(ctx context.Context, t *turn) (*Answer, error) {
	f := factsOf(t)
	challenge, err := next(t.attempt, f)
	if err == nil && challenge == askDefine {
		if err = s.define(ctx, t); err == nil {
			f = factsOf(t)
			challenge, err = next(t.attempt, f)
		}
	}
	if err != nil {
		t.stopped = endedByRisk(t.attempt, f)
		return nil, err
	}
	if challenge == Done {
		return s.finish(ctx, t)
	}
	t.attempt.Challenge = challenge
	if err := s.nameSession(t); err != nil {
		return nil, err
	}
	t.params = map[string]string{}
	if err := steps[challenge].send(s, ctx, t, f); err != nil {
		return nil, err
	}
	if err := s.keep(ctx, t); err != nil {
		return nil, err
	}
	answer := &Answer{Challenge: challenge, Session: t.session, Parameters: t.params, Available: f.offered}
	if isSRPSession(t.attempt) {
		answer.Session = "" // SECRET_BLOCK is the session here
	}
	return answer, nil
}

// isSRPSession tells whether an attempt is known by its SECRET_BLOCK alone: USER_SRP_AUTH hands out no
// Session with it, the flows that may lead elsewhere do.
func isSRPSession(a *userpool.Attempt) bool {
	return a.Challenge == cognitoidp.ChallengeNameTypePasswordVerifier && a.Flow == cognitoidp.AuthFlowTypeUserSrpAuth
}
