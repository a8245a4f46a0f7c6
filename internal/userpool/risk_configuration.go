package userpool

import (
	"net/netip"
	"slices"
	"time"

	"ostiary/cognitoidp"
)

// RiskConfiguration is what an assessed risk leads to, for a pool or one of its app clients
// (SetRiskConfiguration). A part that is nil is not set: a client's is then the pool's, a pool's the default.
// Nil is the configuration in which nothing is set.
type RiskConfiguration struct {
	PoolID   string
	ClientID string // "" for the pool's own

	CompromisedCredentials *cognitoidp.CompromisedCredentialsRiskConfigurationType
	AccountTakeover        *cognitoidp.AccountTakeoverRiskConfigurationType
	Exceptions             *cognitoidp.RiskExceptionConfigurationType
	Modified               time.Time
}

// Empty tells whether nothing is set.
func (c *RiskConfiguration) Empty() bool {
	return c == nil || c.CompromisedCredentials == nil && c.AccountTakeover == nil && c.Exceptions == nil
}

// Over is the configuration in force for a client: its own parts, and the pool's where it has none. Either may
// be nil. The result is not nil and shares the parts.
func (c *RiskConfiguration) Over(pool *RiskConfiguration) *RiskConfiguration {
	effective := &RiskConfiguration{}
	if pool != nil {
		*effective = *pool
	}
	if c == nil {
		return effective
	}
	effective.PoolID, effective.ClientID, effective.Modified = c.PoolID, c.ClientID, c.Modified
	if c.CompromisedCredentials != nil {
		effective.CompromisedCredentials = c.CompromisedCredentials
	}
	if c.AccountTakeover != nil {
		effective.AccountTakeover = c.AccountTakeover
	}
	if c.Exceptions != nil {
		effective.Exceptions = c.Exceptions
	}
	return effective
}

// CompromisedAction is what a known password leads to where it is used or set; by default BLOCK, everywhere.
// An event that EventFilter leaves out leads to "": the password is not looked up.
func (c *RiskConfiguration) CompromisedAction(event cognitoidp.EventFilterType) cognitoidp.CompromisedCredentialsEventActionType {
	if c == nil || c.CompromisedCredentials == nil {
		return cognitoidp.CompromisedCredentialsEventActionTypeBlock
	}
	filter := c.CompromisedCredentials.EventFilter
	if len(filter) > 0 && !slices.Contains(filter, event) {
		return ""
	}
	if c.CompromisedCredentials.Actions == nil {
		return cognitoidp.CompromisedCredentialsEventActionTypeBlock
	}
	return c.CompromisedCredentials.Actions.EventAction
}

// TakeoverAction is what a level of risk leads to, and whether the user is told: by default BLOCK at every level
// without notice. A level that Actions leaves out leads to nothing.
func (c *RiskConfiguration) TakeoverAction(level cognitoidp.RiskLevelType) (cognitoidp.AccountTakeoverEventActionType, bool) {
	if level == "" {
		return cognitoidp.AccountTakeoverEventActionTypeNoAction, false
	}
	if c == nil || c.AccountTakeover == nil || c.AccountTakeover.Actions == nil {
		return cognitoidp.AccountTakeoverEventActionTypeBlock, false
	}
	actions := c.AccountTakeover.Actions
	action := actions.HighAction
	switch level {
	case cognitoidp.RiskLevelTypeLow:
		action = actions.LowAction
	case cognitoidp.RiskLevelTypeMedium:
		action = actions.MediumAction
	case cognitoidp.RiskLevelTypeHigh:
	}
	if action == nil {
		return cognitoidp.AccountTakeoverEventActionTypeNoAction, false
	}
	return action.EventAction, action.Notify
}

// Blocks and Skips tell whether the address is on the list of those that may do nothing, or of those whose
// takeover risk is not weighed. Blocks goes first.
func (c *RiskConfiguration) Blocks(address netip.Addr) bool {
	return c != nil && c.Exceptions != nil && inRanges(c.Exceptions.BlockedIPRangeList, address)
}

// Skips: see Blocks.
func (c *RiskConfiguration) Skips(address netip.Addr) bool {
	return c != nil && c.Exceptions != nil && inRanges(c.Exceptions.SkippedIPRangeList, address)
}

func inRanges(ranges []string, address netip.Addr) bool {
	if !address.IsValid() {
		return false
	}
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(ranges, func(text string) bool {
		network, ok := ParseIPRange(text)
		return ok && network.Contains(address)
	})
}

// ParseIPRange reads an entry of BlockedIPRangeList or SkippedIPRangeList: a network in CIDR notation
// (RFC 4632, RFC 4291). Bits behind the prefix are ignored. IPv4 in the form of IPv6 is IPv4.
func ParseIPRange(text string) (netip.Prefix, bool) {
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	if a := network.Addr(); a.Is4In6() {
		if network.Bits() < 96 {
			return netip.Prefix{}, false
		}
		network = netip.PrefixFrom(a.Unmap(), network.Bits()-96)
	}
	return network.Masked(), true
}
