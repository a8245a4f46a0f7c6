package userpool

import (
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// SessionSettings is how a pool treats its users' sessions (SetUserPoolSessionConfiguration).
type SessionSettings struct {
	Tracked    bool // UserSessionTracking
	MaxPerUser int  // token sessions that a user may have at a time, over all clients
}

// defaultMaxSessions is MaxPerUser of a pool that was never told.
const defaultMaxSessions = 20

// sessionTracking is the feature as refusals call it.
const sessionTracking = "Session Tracking"

// TracksSessions tells whether the pool lists and bounds its users' sessions. Off by default.
func (p *Pool) TracksSessions() bool { return p.Sessions != nil && p.Sessions.Tracked }

// MaxSessions is how many token sessions a user may have at a time while the pool tracks them.
func (p *Pool) MaxSessions() int {
	if p.Sessions == nil {
		return defaultMaxSessions
	}
	return p.Sessions.MaxPerUser
}

// ConfigureSessions replaces the pool's session settings. The settings of its clients stay, dormant
// while tracking is off. Errors are those of SetUserPoolSessionConfiguration.
func (p *Pool) ConfigureSessions(in *cognitoidp.SetUserPoolSessionConfigurationRequest) error {
	if !p.AtLeastEssentials() {
		return awserr.FeatureUnavailableInTier(p.Settings.UserPoolTier, sessionTracking)
	}
	p.Sessions = &SessionSettings{
		Tracked:    in.UserSessionTracking == cognitoidp.UserSessionTrackingTypeEnabled,
		MaxPerUser: int(in.TokenSession.MaxPerUser),
	}
	return nil
}

// defaultSSOValidity is MaxValidityMinutes of a client that was never told.
const defaultSSOValidity = time.Hour

// SSOValidity is how long after a user's last fresh sign-in the client may take up an SSO session
// without asking again; zero means never.
func (c *Client) SSOValidity() time.Duration {
	if c.SSOSession == nil {
		return defaultSSOValidity
	}
	return time.Duration(c.SSOSession.MaxValidityMinutes) * time.Minute
}

// ConfigureSessions replaces the client's session settings, which its pool p must be tracking. Errors
// are those of SetUserPoolClientSessionConfiguration.
func (c *Client) ConfigureSessions(p *Pool, in *cognitoidp.SetUserPoolClientSessionConfigurationRequest) error {
	switch {
	case !p.AtLeastEssentials():
		return awserr.FeatureUnavailableInTier(p.Settings.UserPoolTier, sessionTracking)
	case !p.TracksSessions():
		return awserr.SessionTrackingOff()
	default:
		c.SSOSession = in.SSOSession
		return nil
	}
}
