package token

import (
	"context"
	"net/netip"
	"time"

	"ostiary/internal/useragent"
	"ostiary/internal/userpool"
)

// Caller is where a request comes from: sessions remember it, and the risk of a sign-in is weighed by it.
type Caller struct {
	Address   netip.Addr // the zero Addr if it is not known
	UserAgent string     // as the client calls itself
	// EncodedData is what the client's script says about its machine; "" if nothing.
	EncodedData string
	// Claimed is the address that the client says its user has (UserContextData). Address is another: For tells
	// whether this one counts.
	Claimed netip.Addr
	// Server: Address and UserAgent are those of a server that acts for its users, who may be anywhere.
	Server bool
}

// For is the caller as a request by the given app client has it: the address that a server claims for its user
// counts where the client says so, and else it is the server's own.
func (c Caller) For(client *userpool.Client) Caller {
	switch {
	case client.PropagatesUserContext() && c.Claimed.IsValid():
		c.Address, c.UserAgent = c.Claimed, "" // EncodedData has that of the user
	case client.Confidential():
		c.Server = true
	}
	c.Claimed = netip.Addr{}
	return c
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
