package token

import (
	"context"
	"net/netip"
	"time"

	"ostiary/internal/useragent"
	"ostiary/internal/userpool"
)

// Caller is where a request for tokens comes from, as the session remembers it.
type Caller struct {
	Address   netip.Addr // the zero Addr if it is not known
	UserAgent string     // as the client calls itself
}

// mark makes a session remember that the caller has used it at now.
func (c Caller) mark(session *userpool.TokenSession, now time.Time) {
	// The clock of another node, or a sign-out that came from one, may be ahead.
	session.LastActive = later(now, later(session.LastActive, session.Created))
	session.DeviceType = useragent.Parse(c.UserAgent).Family()
	session.LastIP = c.IP()
}

// IP is the caller's address, "" if it is not known.
func (c Caller) IP() string {
	if !c.Address.IsValid() {
		return ""
	}
	return c.Address.String()
}

type callerKey struct{}

// WithCaller lets a front door say where the request of ctx comes from, which the operations of the
// API have no other way to learn.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf is where the request of ctx comes from; the zero Caller where no front door has said.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
