package api

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// GetUserPoolSessionConfiguration answers whether a pool tracks sessions, and how many a user may have.
func (s *Service) GetUserPoolSessionConfiguration(ctx context.Context, in *cognitoidp.GetUserPoolSessionConfigurationRequest) (*cognitoidp.GetUserPoolSessionConfigurationResponse, error) {
	var p *userpool.Pool
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		p, err = pool(ctx, r, in.UserPoolId)
		return err
	})
	if err != nil {
		return nil, err
	}
	tracking, sessions := sessionSettings(p)
	return &cognitoidp.GetUserPoolSessionConfigurationResponse{
		UserPoolId: &p.ID, UserSessionTracking: tracking, TokenSession: sessions,
	}, nil
}

// SetUserPoolSessionConfiguration replaces both. Sessions beyond a lower limit end at their user's next
// sign-in.
func (s *Service) SetUserPoolSessionConfiguration(ctx context.Context, in *cognitoidp.SetUserPoolSessionConfigurationRequest) (*cognitoidp.SetUserPoolSessionConfigurationResponse, error) {
	var changed *userpool.Pool
	err := s.changePool(ctx, in.UserPoolId, func(p *userpool.Pool) error {
		changed = p
		return p.ConfigureSessions(in)
	})
	if err != nil {
		return nil, err
	}
	tracking, sessions := sessionSettings(changed)
	return &cognitoidp.SetUserPoolSessionConfigurationResponse{
		UserPoolId: &changed.ID, UserSessionTracking: tracking, TokenSession: sessions,
	}, nil
}

// sessionSettings are a pool's session settings as the API answers them.
func sessionSettings(p *userpool.Pool) (cognitoidp.UserSessionTrackingType, *cognitoidp.UserPoolTokenSessionConfigType) {
	tracking := cognitoidp.UserSessionTrackingTypeDisabled
	if p.TracksSessions() {
		tracking = cognitoidp.UserSessionTrackingTypeEnabled
	}
	return tracking, &cognitoidp.UserPoolTokenSessionConfigType{MaxPerUser: int32(p.MaxSessions())}
}

// GetUserPoolClientSessionConfiguration answers for how long an app client takes up SSO sessions, also
// while the setting is dormant.
func (s *Service) GetUserPoolClientSessionConfiguration(ctx context.Context, in *cognitoidp.GetUserPoolClientSessionConfigurationRequest) (*cognitoidp.GetUserPoolClientSessionConfigurationResponse, error) {
	var c *userpool.Client
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		_, c, err = poolAndClient(ctx, r, in.UserPoolId, in.ClientId)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetUserPoolClientSessionConfigurationResponse{
		UserPoolId: &c.PoolID, ClientId: &c.ID, SSOSession: ssoSettings(c),
	}, nil
}

// SetUserPoolClientSessionConfiguration replaces that, while the pool tracks sessions.
func (s *Service) SetUserPoolClientSessionConfiguration(ctx context.Context, in *cognitoidp.SetUserPoolClientSessionConfigurationRequest) (*cognitoidp.SetUserPoolClientSessionConfigurationResponse, error) {
	now := s.wireTime()
	var changed *userpool.Client
	err := s.changeClient(ctx, in.UserPoolId, in.ClientId, func(p *userpool.Pool, c *userpool.Client) error {
		changed, c.Modified = c, now
		return c.ConfigureSessions(p, in)
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.SetUserPoolClientSessionConfigurationResponse{
		UserPoolId: &changed.PoolID, ClientId: &changed.ID, SSOSession: ssoSettings(changed),
	}, nil
}

func ssoSettings(c *userpool.Client) *cognitoidp.ClientSSOSessionConfigType {
	return &cognitoidp.ClientSSOSessionConfigType{MaxValidityMinutes: int32(c.SSOValidity() / time.Minute)}
}

// How many sessions a page has. The model gives the number of AdminListUserSessions; both go on with a
// further page where a user had more sessions already when their pool began to track them.
const (
	maxSessionsPage      = 60
	maxAdminSessionsPage = 125
)

// ListUserSessions lists the sessions of the signed-in user that are in force, the most recently active
// first, and tells which one the access token is of.
func (s *Service) ListUserSessions(ctx context.Context, in *cognitoidp.ListUserSessionsRequest) (*cognitoidp.ListUserSessionsResponse, error) {
	bearer, err := s.activeBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	listing := page.Listing{Operation: "ListUserSessions", Parameters: []string{bearer.Pool.ID, bearer.User.Sub}}
	out := &cognitoidp.ListUserSessionsResponse{}
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		out.Sessions, out.NextToken, err = s.listSessions(ctx, r, bearer.Pool, bearer.User, listing, in.NextToken, maxSessionsPage)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range out.Sessions {
		current := bearer.Session != nil && *out.Sessions[i].SessionId == bearer.Session.ID()
		out.Sessions[i].IsCurrentSession = &current
	}
	return out, nil
}

// AdminListUserSessions does the same for a user whom an administrator names; no session is current.
func (s *Service) AdminListUserSessions(ctx context.Context, in *cognitoidp.AdminListUserSessionsRequest) (*cognitoidp.AdminListUserSessionsResponse, error) {
	out := &cognitoidp.AdminListUserSessionsResponse{}
	err := s.Store.View(ctx, func(r store.Reader) error {
		p, u, err := poolAndUser(ctx, r, in.UserPoolId, in.Username)
		if err != nil {
			return err
		}
		listing := page.Listing{Operation: "AdminListUserSessions", Parameters: []string{p.ID, u.Sub}}
		out.Sessions, out.NextToken, err = s.listSessions(ctx, r, p, u, listing, in.NextToken, maxAdminSessionsPage)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// listSessions answers a page of a user's sessions and the token of the next one.
func (s *Service) listSessions(
	ctx context.Context, r store.Reader, p *userpool.Pool, u *userpool.User, listing page.Listing, after *string, limit int,
) ([]cognitoidp.SessionDescriptionType, *string, error) {
	if !p.TracksSessions() {
		return nil, nil, awserr.SessionTrackingOff()
	}
	q := store.SessionsOf(u, s.Now())
	q.Limit = limit + 1 // one more tells whether a page follows
	cursor, err := s.pages().Cursor(listing, after, 2)
	if err != nil {
		return nil, nil, err
	}
	if cursor != nil {
		if q.After.LastActive, err = time.Parse(time.RFC3339Nano, cursor[0]); err != nil {
			return nil, nil, fmt.Errorf("read a page token: %w", err)
		}
		q.After.OriginJTI = cursor[1]
	}
	sessions, err := r.TokenSessions(ctx, q)
	if err != nil {
		return nil, nil, fmt.Errorf("list sessions: %w", err)
	}
	var next *string
	if len(sessions) > limit {
		sessions = sessions[:limit]
		last := store.CursorOf(sessions[limit-1])
		next = new(s.pages().Next(listing, last.LastActive.Format(time.RFC3339Nano), last.OriginJTI))
	}
	list := make([]cognitoidp.SessionDescriptionType, 0, len(sessions))
	for _, session := range sessions {
		list = append(list, sessionEntry(session))
	}
	return list, next, nil
}

// unknownDevice is the DeviceType of a client that does not say what it is.
const unknownDevice = "unknown"

// sessionEntry is a session as the lists show it, as one that is not current. There is no database of
// places, so its location is left out.
func sessionEntry(session *userpool.TokenSession) cognitoidp.SessionDescriptionType {
	e := cognitoidp.SessionDescriptionType{
		SessionId:        new(session.ID()),
		SessionType:      cognitoidp.SessionTypeTypeToken,
		ClientId:         &session.ClientID,
		CreateDate:       &session.Created,
		LastActiveDate:   &session.LastActive,
		DeviceType:       &session.DeviceType,
		LastIPAddress:    optional(session.LastIP),
		OriginSessionId:  optional(session.OriginSessionID),
		IsCurrentSession: new(false),
	}
	if session.LastActive.IsZero() {
		e.LastActiveDate = &session.Created
	}
	if session.DeviceType == "" {
		e.DeviceType = new(unknownDevice)
	}
	return e
}

// RevokeUserSession ends a session of the signed-in user with all its tokens, and if asked what is
// linked to it. It cannot name the session of the access token itself.
func (s *Service) RevokeUserSession(ctx context.Context, in *cognitoidp.RevokeUserSessionRequest) (*cognitoidp.RevokeUserSessionResponse, error) {
	bearer, err := s.activeBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if bearer.Pool.TracksSessions() && bearer.Session != nil && bearer.Session.ID() == in.SessionId {
		return nil, awserr.SessionIsCurrent()
	}
	err = s.endSession(ctx, bearer.Pool.ID, bearer.User.Username, in.SessionId, in.RevokeAssociatedSessions)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.RevokeUserSessionResponse{}, nil
}

// AdminRevokeUserSession does the same for a user whom an administrator names; any session may go.
func (s *Service) AdminRevokeUserSession(ctx context.Context, in *cognitoidp.AdminRevokeUserSessionRequest) (*cognitoidp.AdminRevokeUserSessionResponse, error) {
	err := s.endSession(ctx, in.UserPoolId, in.Username, in.SessionId, in.RevokeAssociatedSessions)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminRevokeUserSessionResponse{}, nil
}

func (s *Service) endSession(ctx context.Context, poolID, username, sessionID string, associated cognitoidp.RevokeAssociatedSessionsType) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		p, u, err := poolAndUser(ctx, tx, poolID, username)
		if err != nil {
			return err
		}
		if !p.TracksSessions() {
			return awserr.SessionTrackingOff()
		}
		return s.Tokens.EndSession(ctx, tx, u, sessionID, associated == cognitoidp.RevokeAssociatedSessionsTypeLinked)
	})
}

// onBehalf lets a sign-in know where its user is, as the server tells that signs the user in (ContextData);
// without it, that the request comes from that server.
func onBehalf(ctx context.Context, in *cognitoidp.ContextDataType) context.Context {
	if in == nil {
		c := token.CallerOf(ctx)
		c.Server = true
		return token.WithCaller(ctx, c)
	}
	c := token.Caller{EncodedData: value(in.EncodedData)}
	if addr, err := netip.ParseAddr(in.IpAddress); err == nil {
		c.Address = addr.Unmap().WithZone("")
	}
	for _, header := range in.HttpHeaders {
		if strings.EqualFold(value(header.HeaderName), "User-Agent") {
			c.UserAgent = value(header.HeaderValue)
		}
	}
	return token.WithCaller(ctx, c)
}

// withUserContext lets an operation know what its client says about the user's end (UserContextData).
func withUserContext(ctx context.Context, in *cognitoidp.UserContextDataType) context.Context {
	if in == nil {
		return ctx
	}
	c := token.CallerOf(ctx)
	c.EncodedData = value(in.EncodedData)
	if addr, err := netip.ParseAddr(value(in.IpAddress)); err == nil {
		c.Claimed = addr.Unmap().WithZone("")
	}
	return token.WithCaller(ctx, c)
}
