package api

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/message"
	"ostiary/internal/page"
	"ostiary/internal/risk"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// SetRiskConfiguration replaces what risks lead to in a pool or at one of its app clients. Without any part it
// goes back to the default, or for a client to what the pool has.
func (s *Service) SetRiskConfiguration(ctx context.Context, in *cognitoidp.SetRiskConfigurationRequest) (*cognitoidp.SetRiskConfigurationResponse, error) {
	c := &userpool.RiskConfiguration{
		CompromisedCredentials: in.CompromisedCredentialsRiskConfiguration,
		AccountTakeover:        in.AccountTakeoverRiskConfiguration,
		Exceptions:             in.RiskExceptionConfiguration,
		Modified:               s.wireTime(),
	}
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		p, client, err := protected(ctx, tx, in.UserPoolId, in.ClientId)
		if err != nil {
			return err
		}
		if err := checkRiskConfiguration(p, c); err != nil {
			return err
		}
		if err := s.checkResources(c.Resources()); err != nil {
			return err
		}
		set := c
		if c.Empty() {
			set = nil
		}
		if client != nil {
			client.Risk = set
			err = tx.SaveClient(ctx, client)
		} else {
			p.Risk = set
			err = tx.SavePool(ctx, p)
		}
		if err != nil {
			return fmt.Errorf("keep the risk configuration: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.SetRiskConfigurationResponse{RiskConfiguration: riskConfiguration(in.UserPoolId, in.ClientId, c)}, nil
}

// checkRiskConfiguration refuses a configuration that contradicts itself or names no networks.
func checkRiskConfiguration(p *userpool.Pool, c *userpool.RiskConfiguration) error {
	if err := c.Check(p); err != nil {
		return err
	}
	if _, err := risk.ParseRanges(c.BlockedRanges()); err != nil {
		return awserr.InvalidIPRange("BlockedIPRangeList", err.Error())
	}
	if _, err := risk.ParseRanges(c.SkippedRanges()); err != nil {
		return awserr.InvalidIPRange("SkippedIPRangeList", err.Error())
	}
	return nil
}

// DescribeRiskConfiguration answers what was set for the pool or the app client, not what is in force where
// nothing was, but for the e-mails of notices.
func (s *Service) DescribeRiskConfiguration(ctx context.Context, in *cognitoidp.DescribeRiskConfigurationRequest) (*cognitoidp.DescribeRiskConfigurationResponse, error) {
	var c *userpool.RiskConfiguration
	err := s.Store.View(ctx, func(r store.Reader) error {
		p, client, err := protected(ctx, r, in.UserPoolId, in.ClientId)
		switch {
		case err != nil:
			return err
		case client != nil:
			c = client.Risk
		default:
			c = p.Risk
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := riskConfiguration(in.UserPoolId, in.ClientId, c)
	out.AccountTakeoverRiskConfiguration = withNotices(out.AccountTakeoverRiskConfiguration)
	return &cognitoidp.DescribeRiskConfigurationResponse{RiskConfiguration: out}, nil
}

// withNotices has the e-mails that notices are where the configuration leaves them out.
func withNotices(c *cognitoidp.AccountTakeoverRiskConfigurationType) *cognitoidp.AccountTakeoverRiskConfigurationType {
	if c == nil || c.NotifyConfiguration == nil {
		return c
	}
	whole, notify := *c, *c.NotifyConfiguration
	whole.NotifyConfiguration = &notify
	for mail, did := range map[**cognitoidp.NotifyEmailType]cognitoidp.AccountTakeoverEventActionType{
		&notify.BlockEmail:    cognitoidp.AccountTakeoverEventActionTypeBlock,
		&notify.NoActionEmail: cognitoidp.AccountTakeoverEventActionTypeNoAction,
		&notify.MfaEmail:      cognitoidp.AccountTakeoverEventActionTypeMfaRequired,
	} {
		if *mail == nil {
			*mail = message.DefaultNotice(did)
		}
	}
	return &whole
}

// protected finds a pool with threat protection and, if one is named, a client of it.
func protected(ctx context.Context, r store.Reader, poolID string, clientID *string) (p *userpool.Pool, client *userpool.Client, err error) {
	if clientID != nil {
		p, client, err = poolAndClient(ctx, r, poolID, *clientID)
	} else {
		p, err = pool(ctx, r, poolID)
	}
	if err == nil && !p.HasThreatProtection() {
		err = awserr.ThreatProtectionOff()
	}
	return p, client, err
}

func riskConfiguration(poolID string, clientID *string, c *userpool.RiskConfiguration) *cognitoidp.RiskConfigurationType {
	if c == nil {
		return &cognitoidp.RiskConfigurationType{UserPoolId: &poolID, ClientId: clientID}
	}
	return &cognitoidp.RiskConfigurationType{
		UserPoolId: &poolID, ClientId: clientID, LastModifiedDate: &c.Modified,
		CompromisedCredentialsRiskConfiguration: c.CompromisedCredentials,
		AccountTakeoverRiskConfiguration:        c.AccountTakeover,
		RiskExceptionConfiguration:              c.Exceptions,
	}
}

// AdminListUserAuthEvents lists what a user has done and at which risk, the newest first.
func (s *Service) AdminListUserAuthEvents(ctx context.Context, in *cognitoidp.AdminListUserAuthEventsRequest) (*cognitoidp.AdminListUserAuthEventsResponse, error) {
	limit := queryLimit(in.MaxResults)
	out := &cognitoidp.AdminListUserAuthEventsResponse{AuthEvents: []cognitoidp.AuthEventType{}}
	err := s.Store.View(ctx, func(r store.Reader) error {
		u, err := protectedUser(ctx, r, in.UserPoolId, in.Username)
		if err != nil {
			return err
		}
		listing := page.Listing{Operation: "AdminListUserAuthEvents", Parameters: []string{u.PoolID, u.Sub}}
		at, err := s.eventCursor(listing, in.NextToken)
		if err != nil {
			return err
		}
		events, err := r.AuthEvents(ctx, u.PoolID, u.Username, at, limit+1) // one more tells whether a page follows
		if err != nil {
			return fmt.Errorf("list events: %w", err)
		}
		if len(events) > limit {
			events = events[:limit]
			last := events[limit-1]
			out.NextToken = new(s.pages().Next(listing, strconv.FormatInt(last.Created.UnixMicro(), 10), last.ID))
		}
		for _, e := range events {
			out.AuthEvents = append(out.AuthEvents, eventEntry(e))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) eventCursor(l page.Listing, nextToken *string) (store.AuthEventCursor, error) {
	cursor, err := s.pages().Cursor(l, nextToken, 2)
	if err != nil || cursor == nil {
		return store.AuthEventCursor{}, err
	}
	micros, err := strconv.ParseInt(cursor[0], 10, 64)
	if err != nil {
		return store.AuthEventCursor{}, awserr.InvalidPageToken()
	}
	return store.AuthEventCursor{Created: time.UnixMicro(micros).UTC(), ID: cursor[1]}, nil
}

// protectedUser finds a user whom an administrator names in a pool with threat protection.
func protectedUser(ctx context.Context, r store.Reader, poolID, username string) (*userpool.User, error) {
	if _, _, err := protected(ctx, r, poolID, nil); err != nil {
		return nil, err
	}
	_, u, err := poolAndUser(ctx, r, poolID, username)
	return u, err
}

// eventEntry is an event as the list shows it. What is not known is left out.
func eventEntry(e *userpool.AuthEvent) cognitoidp.AuthEventType {
	entry := cognitoidp.AuthEventType{
		EventId: &e.ID, EventType: e.Type, CreationDate: &e.Created, EventResponse: e.Response,
		ChallengeResponses: e.Challenges,
		EventContextData: &cognitoidp.EventContextDataType{
			IpAddress: optional(e.Origin.IP), DeviceName: optional(e.Origin.DeviceName), Timezone: optional(e.Origin.Timezone),
			City: optional(e.Origin.City), Country: optional(e.Origin.CountryName()),
		},
		EventRisk: &cognitoidp.EventRiskType{
			RiskDecision: e.Verdict.Decision, RiskLevel: e.Verdict.Level, CompromisedCredentialsDetected: new(false),
		},
	}
	if e.Verdict.Compromised != nil {
		entry.EventRisk.CompromisedCredentialsDetected = e.Verdict.Compromised
	}
	if f := e.Feedback; f != nil {
		entry.EventFeedback = &cognitoidp.EventFeedbackType{FeedbackValue: f.Value, Provider: f.Provider, FeedbackDate: &f.Given}
	}
	return entry
}

// AdminUpdateAuthEventFeedback lets an administrator say whether an event was the user's.
func (s *Service) AdminUpdateAuthEventFeedback(ctx context.Context, in *cognitoidp.AdminUpdateAuthEventFeedbackRequest) (*cognitoidp.AdminUpdateAuthEventFeedbackResponse, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := protectedUser(ctx, tx, in.UserPoolId, in.Username)
		if err != nil {
			return err
		}
		return s.Risk.GiveAsAdmin(ctx, tx, u, in.EventId, in.FeedbackValue)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminUpdateAuthEventFeedbackResponse{}, nil
}

// UpdateAuthEventFeedback lets a user do so with the token of the notice about the event.
func (s *Service) UpdateAuthEventFeedback(ctx context.Context, in *cognitoidp.UpdateAuthEventFeedbackRequest) (*cognitoidp.UpdateAuthEventFeedbackResponse, error) {
	err := s.Risk.Give(ctx, risk.Feedback{
		PoolID: in.UserPoolId, Username: in.Username, EventID: in.EventId, Token: in.FeedbackToken, Value: in.FeedbackValue,
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateAuthEventFeedbackResponse{}, nil
}
