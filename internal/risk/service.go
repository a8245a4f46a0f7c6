package risk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/secret"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
	"ostiary/internal/webacl"
)

// Service gathers what an assessment looks at, decides what it leads to, and keeps the events. All nodes count in
// the store; it remembers the counts of whole pools for seconds. A nil Service assesses nothing.
type Service struct {
	Store    store.Store
	Messages message.Sender
	Texts    *message.Texts // of notices that a configuration does not write itself; nil for English
	// Triggers knows of functions that deliver messages.
	Triggers *trigger.Service
	Secrets  *secret.Keyring
	// Places knows where addresses are, and Reputation what the operator's lists say of them; nil for nothing.
	Places     Places
	Reputation *Reputation
	Exceptions *Exceptions
	// Passwords are the known ones; nil looks none up.
	Passwords *Passwords
	// BaseURL is where the pages of notices are found, without a slash at its end.
	BaseURL string
	// AddressNames is for how many different names an address may fail to sign in within an hour, in one pool;
	// 0 for any number. It holds whether or not the pool has threat protection.
	AddressNames int

	// Retention is how long events are kept; 0 is for ever.
	Retention time.Duration

	// Finished, if there, hears of events that have ended; they do not change any more but for feedback.
	Finished func(*userpool.AuthEvent)

	Log  *slog.Logger
	Now  func() time.Time
	Rand io.Reader

	counts poolCounts
}

// Act is what somebody asks for.
type Act struct {
	Type   cognitoidp.EventType
	Pool   *userpool.Pool
	Client *userpool.Client
	Flow   cognitoidp.AuthFlowType // of a sign-in
	Caller token.Caller
	// Admin: a server acts for its user, and says in ContextData where that is, or nothing.
	Admin bool
}

// Guard follows one act under threat protection, with the configuration in force. A nil Guard sees nothing.
type Guard struct {
	service *Service
	act     Act
	mode    cognitoidp.AdvancedSecurityModeType
	config  *userpool.RiskConfiguration
	// history is what the assessment has looked at; nil without one. For nobody it is that of their place.
	history *userpool.AuthHistory
}

// Admit refuses what comes from an address that is blocked, or that has failed for too many names, before
// anybody is looked for: everybody is refused alike. Guard is nil where threat protection is off.
func (s *Service) Admit(ctx context.Context, act Act) (*Guard, error) {
	if s == nil {
		return nil, nil
	}
	if act.Admin && act.Caller.Server {
		act.Caller = token.Caller{Server: true} // nothing is known of the user's end
	}
	g := &Guard{service: s, act: act, mode: act.Pool.ThreatProtectionOf(act.Flow)}
	counts := act.Type == cognitoidp.EventTypeSignIn && s.limits(act.Caller)
	if !g.on() && !counts {
		return nil, nil
	}
	if counts {
		var burst *userpool.Burst
		err := s.Store.View(ctx, func(r store.Reader) (err error) {
			burst, err = burstOf(ctx, r, act.Pool.ID, userpool.BurstOfAddress, siteOf(act.Caller))
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("count the failures from an address: %w", err)
		}
		if burst.Different(s.Now()) >= s.AddressNames {
			return nil, awserr.RateExceeded()
		}
	}
	if !g.on() {
		return nil, nil
	}
	g.config = userpool.RiskConfigurationOf(act.Pool, act.Client)
	if g.enforced() && s.Exceptions.Excepted(g.config.BlockedRanges(), act.Caller.Address) {
		return nil, awserr.RequestBlocked()
	}
	return g, nil
}

// limits tells whether failures from the caller's address count towards AddressNames: those of a server that
// signs its users in would be everybody's.
func (s *Service) limits(c token.Caller) bool {
	return s != nil && s.AddressNames > 0 && !c.Server && c.Address.IsValid()
}

func (g *Guard) on() bool { return g != nil && g.mode != cognitoidp.AdvancedSecurityModeTypeOff }

func (g *Guard) enforced() bool {
	return g != nil && g.mode == cognitoidp.AdvancedSecurityModeTypeEnforced
}

// tolerate lets an act go on that is only audited although what concerns its risk has failed, and logs it. What
// is to be enforced must not pass unassessed.
func (g *Guard) tolerate(ctx context.Context, fault error) error {
	if g.mode != cognitoidp.AdvancedSecurityModeTypeAudit || ctx.Err() != nil {
		return fault
	}
	g.service.Log.ErrorContext(ctx, "a risk was not assessed", "pool", g.act.Pool.ID, "fault", fault.Error())
	return nil
}

// Subject is whom an act concerns.
type Subject struct {
	User *userpool.User // the made-up one for nobody
	// Nobody: nobody has that name, and the client hides it.
	Nobody    bool
	EventID   string
	DeviceKey string // that the client claims to be; "" for none
}

// Assess weighs an act, and says in the event's Verdict.Action what it leads to: nothing but for sign-ins that
// are enforced. The event is in progress and not kept yet; nil where nothing watches.
//
// Nobody is weighed like a user: against a history that is made up.
func (g *Guard) Assess(ctx context.Context, of Subject) (*userpool.AuthEvent, error) {
	if !g.on() {
		return nil, nil
	}
	return g.weigh(ctx, of, g.origin(of))
}

// origin is where the act comes from.
func (g *Guard) origin(of Subject) userpool.Origin {
	caller := g.act.Caller
	return OriginOf(caller.Address, caller.UserAgent, caller.EncodedData, of.DeviceKey, "", g.service.Places)
}

// weigh is Assess for an act that comes from origin.
func (g *Guard) weigh(ctx context.Context, of Subject, origin userpool.Origin) (*userpool.AuthEvent, error) {
	s, a := g.service, g.act
	in := Input{Type: a.Type, Now: s.Now(), Address: a.Caller.Address, UserCreated: of.User.Created, Origin: origin}
	if s.Reputation != nil && in.Address.IsValid() {
		in.Lists = s.Reputation.Lookup(in.Address)
	}
	e := &userpool.AuthEvent{
		PoolID: a.Pool.ID, Username: of.User.Username, ID: of.EventID, ClientID: a.Client.ID, Type: a.Type,
		Created: in.Now, Response: cognitoidp.EventResponseTypeInProgress, Origin: in.Origin,
	}
	if s.Exceptions.Excepted(g.config.SkippedRanges(), in.Address) {
		e.Verdict.Decision = cognitoidp.RiskDecisionTypeNoRisk
		return e, nil
	}
	history, err := s.gather(ctx, a, of, &in)
	if err != nil {
		return nil, g.tolerate(ctx, fmt.Errorf("gather what is known of a user: %w", err))
	}
	g.history = history
	in.History = history.Events
	if of.Nobody {
		in.History, in.UserCreated = s.decoys(a.Pool, of.User, &in.Origin, in.Now)
		in.History = append(s.ofNobody(history, of.User), in.History...)
	}
	e.Verdict = Assess(in)
	if g.enforced() && a.Type == cognitoidp.EventTypeSignIn && e.Verdict.Level != "" {
		e.Verdict.Action, _ = g.config.TakeoverAction(e.Verdict.Level)
	}
	return e, nil
}

// gather reads what the store knows.
func (s *Service) gather(ctx context.Context, a Act, of Subject, in *Input) (*userpool.AuthHistory, error) {
	address := ""
	if !a.Caller.Server {
		address = siteOf(a.Caller)
	}
	var history *userpool.AuthHistory
	var user, from *userpool.Burst
	now := in.Now
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		if history, err = historyOf(ctx, r, a.Pool.ID, s.placeOf(a.Pool.ID, of)); err != nil {
			return err
		}
		if user, from, err = r.BurstsOf(ctx, a.Pool.ID, a.Pool.Fold(of.User.Username), address); err != nil {
			return err
		}
		in.Bursts.Pool, in.Bursts.PoolSuccess, err = s.counts.of(ctx, r, a.Pool.ID, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	in.Bursts.User, in.Bursts.Address, in.Bursts.AddressUsers = user.Within(now), from.Within(now), from.Different(now)
	return history, nil
}

// historyOf is what is known of a user, an empty history if there is nothing.
func historyOf(ctx context.Context, r store.RiskReader, poolID, username string) (*userpool.AuthHistory, error) {
	h, err := r.AuthHistory(ctx, poolID, username)
	if errors.Is(err, store.ErrNotFound) {
		return &userpool.AuthHistory{PoolID: poolID, Username: username}, nil
	}
	return h, err
}

// siteOf is the name under which what comes from the caller's address is counted, "" if that is not known.
func siteOf(c token.Caller) string {
	if c.Address.Is6() && !c.Address.Is4In6() {
		return webacl.Site(c.Address).String()
	}
	return c.IP()
}

// burstOf is a count, nil if there is none.
func burstOf(ctx context.Context, r store.RiskReader, poolID string, kind userpool.BurstKind, name string) (*userpool.Burst, error) {
	b, err := r.Burst(ctx, poolID, kind, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return b, err
}
