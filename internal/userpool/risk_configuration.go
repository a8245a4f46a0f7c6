package userpool

import (
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

// BlockedRanges and SkippedRanges are the networks that may do nothing, and those whose takeover risk is not
// weighed.
func (c *RiskConfiguration) BlockedRanges() []string {
	if c == nil || c.Exceptions == nil {
		return nil
	}
	return c.Exceptions.BlockedIPRangeList
}

// SkippedRanges: see BlockedRanges.
func (c *RiskConfiguration) SkippedRanges() []string {
	if c == nil || c.Exceptions == nil {
		return nil
	}
	return c.Exceptions.SkippedIPRangeList
}
