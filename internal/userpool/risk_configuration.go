package userpool

import (
	"net/mail"
	"slices"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/awserr"
)

// RiskConfiguration is what an assessed risk leads to, in a pool or at one of its app clients
// (SetRiskConfiguration). A part that is nil is not set: a client's is then the pool's, a pool's the default.
// Nil is the configuration in which nothing is set.
type RiskConfiguration struct {
	CompromisedCredentials *cognitoidp.CompromisedCredentialsRiskConfigurationType
	AccountTakeover        *cognitoidp.AccountTakeoverRiskConfigurationType
	Exceptions             *cognitoidp.RiskExceptionConfigurationType
	Modified               time.Time
}

// RiskConfigurationOf is the configuration in force at a client, or with c nil in the pool: the client's own
// parts, and the pool's where it has none. It is never nil, and shares the parts. It tells nothing about whether
// threat protection is on (Pool.ThreatProtectionOf).
func RiskConfigurationOf(p *Pool, c *Client) *RiskConfiguration {
	effective := &RiskConfiguration{}
	if p.Risk != nil {
		*effective = *p.Risk
	}
	if c == nil || c.Risk == nil {
		return effective
	}
	if c.Risk.CompromisedCredentials != nil {
		effective.CompromisedCredentials = c.Risk.CompromisedCredentials
	}
	if c.Risk.AccountTakeover != nil {
		effective.AccountTakeover = c.Risk.AccountTakeover
	}
	if c.Risk.Exceptions != nil {
		effective.Exceptions = c.Risk.Exceptions
	}
	return effective
}

// Empty tells whether nothing is set.
func (c *RiskConfiguration) Empty() bool {
	return c == nil || c.CompromisedCredentials == nil && c.AccountTakeover == nil && c.Exceptions == nil
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
// without notice. A level that Actions leaves out leads to what the one below it does, as a higher risk must not
// be taken for less; without one below it, to nothing.
func (c *RiskConfiguration) TakeoverAction(level cognitoidp.RiskLevelType) (cognitoidp.AccountTakeoverEventActionType, bool) {
	if level == "" {
		return cognitoidp.AccountTakeoverEventActionTypeNoAction, false
	}
	if c == nil || c.AccountTakeover == nil || c.AccountTakeover.Actions == nil {
		return cognitoidp.AccountTakeoverEventActionTypeBlock, false
	}
	action := &cognitoidp.AccountTakeoverActionType{EventAction: cognitoidp.AccountTakeoverEventActionTypeNoAction}
	for _, step := range actionsOf(c.AccountTakeover.Actions) {
		if step.action != nil {
			action = step.action
		}
		if step.level == level {
			break
		}
	}
	return action.EventAction, action.Notify
}

// levelAction is what Actions says about one level; nil if nothing.
type levelAction struct {
	level  cognitoidp.RiskLevelType
	action *cognitoidp.AccountTakeoverActionType
}

// actionsOf lists the levels, the lowest first.
func actionsOf(a *cognitoidp.AccountTakeoverActionsType) []levelAction {
	return []levelAction{
		{cognitoidp.RiskLevelTypeLow, a.LowAction},
		{cognitoidp.RiskLevelTypeMedium, a.MediumAction},
		{cognitoidp.RiskLevelTypeHigh, a.HighAction},
	}
}

// strictness orders actions, the mildest first.
var strictness = []cognitoidp.AccountTakeoverEventActionType{
	cognitoidp.AccountTakeoverEventActionTypeNoAction, cognitoidp.AccountTakeoverEventActionTypeMfaIfConfigured,
	cognitoidp.AccountTakeoverEventActionTypeMfaRequired, cognitoidp.AccountTakeoverEventActionTypeBlock,
}

// Check refuses a configuration that contradicts itself (SetRiskConfiguration). The networks of Exceptions are
// checked by package risk, which reads them.
func (c *RiskConfiguration) Check(p *Pool) error {
	if c.AccountTakeover == nil {
		return nil
	}
	if c.AccountTakeover.Actions != nil {
		var below *levelAction
		for _, step := range actionsOf(c.AccountTakeover.Actions) {
			switch {
			case step.action == nil:
				continue
			case below != nil && slices.Index(strictness, step.action.EventAction) < slices.Index(strictness, below.action.EventAction):
				return awserr.MilderAction(step.level, below.level)
			}
			below = &step
		}
	}
	n := c.AccountTakeover.NotifyConfiguration
	if n == nil {
		return nil
	}
	if err := p.checkSourceARN(&n.SourceArn); err != nil {
		return err
	}
	if err := checkSender("From", n.From); err != nil {
		return err
	}
	if err := checkSender("ReplyTo", n.ReplyTo); err != nil {
		return err
	}
	for _, template := range []struct {
		name string
		mail *cognitoidp.NotifyEmailType
	}{{"BlockEmail", n.BlockEmail}, {"NoActionEmail", n.NoActionEmail}, {"MfaEmail", n.MfaEmail}} {
		if m := template.mail; m != nil && m.HtmlBody == nil && m.TextBody == nil {
			return awserr.NoticeWithoutBody(template.name)
		}
	}
	return nil
}

// checkSender refuses what is no address, with or without a name, from which no notice could come.
func checkSender(member string, address *string) error {
	if orElse(address, "") == "" {
		return nil
	}
	if _, err := mail.ParseAddress(*address); err != nil {
		return awserr.InvalidNoticeSender(member)
	}
	return nil
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
