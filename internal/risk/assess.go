package risk

import (
	"net/netip"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// Input is all that an assessment looks at.
type Input struct {
	Type    cognitoidp.EventType
	Now     time.Time
	Address netip.Addr // the zero Addr if it is not known
	Origin  userpool.Origin
	// DeviceTrusted tells that the device of Origin.DeviceKey has proved itself and is remembered.
	DeviceTrusted bool
	// Lists are what the operator's files say about the address.
	Lists Lists
	// UserCreated is when the user was created.
	UserCreated time.Time
	// History is what the user did before, the newest first, at most HistoryLength events.
	History []*userpool.AuthEvent
	Bursts  Bursts
}

// HistoryLength is how many of a user's latest events an assessment looks at.
const HistoryLength = 30

// Lists tells which of the operator's lists an address is on.
type Lists struct {
	Anonymizer bool // exit node, public proxy or VPN
	BadRepute  bool
}

// Bursts counts what failed within the window of an hour before.
type Bursts struct {
	User    int // failures of this user
	Address int // failures from this address in this pool
	// AddressUsers is how many different names failed from this address: password spraying.
	AddressUsers int
	Pool         int // failures in the whole pool
	PoolSuccess  int // successes in the whole pool
}
