package userpool

import (
	"testing"

	"ostiary/cognitoidp"
)

func takeover(low, medium, high cognitoidp.AccountTakeoverEventActionType) *cognitoidp.AccountTakeoverRiskConfigurationType {
	one := func(a cognitoidp.AccountTakeoverEventActionType) *cognitoidp.AccountTakeoverActionType {
		if a == "" {
			return nil
		}
		return cognitoidp.NewAccountTakeoverActionType(a != "BLOCK", a)
	}
	return &cognitoidp.AccountTakeoverRiskConfigurationType{Actions: &cognitoidp.AccountTakeoverActionsType{
		LowAction: one(low), MediumAction: one(medium), HighAction: one(high)}}
}

// TestTakeoverAction: what each level leads to, set or not.
func TestTakeoverAction(t *testing.T) {
	type actions = [3]cognitoidp.AccountTakeoverEventActionType
	levels := [3]cognitoidp.RiskLevelType{"Low", "Medium", "High"}
	for _, c := range []struct{ set, want actions }{
		{actions{"", "", ""}, actions{"NO_ACTION", "NO_ACTION", "NO_ACTION"}},
		{actions{"NO_ACTION", "MFA_REQUIRED", "BLOCK"}, actions{"NO_ACTION", "MFA_REQUIRED", "BLOCK"}},
		{actions{"", "MFA_IF_CONFIGURED", ""}, actions{"NO_ACTION", "MFA_IF_CONFIGURED", "MFA_IF_CONFIGURED"}},
		{actions{"MFA_REQUIRED", "", "BLOCK"}, actions{"MFA_REQUIRED", "MFA_REQUIRED", "BLOCK"}},
	} {
		config := &RiskConfiguration{AccountTakeover: takeover(c.set[0], c.set[1], c.set[2])}
		for i, level := range levels {
			action, notify := config.TakeoverAction(level)
			wantNotice := c.want[i] != "BLOCK" && c.set != actions{} && (c.set[i] != "" || c.want[i] != "NO_ACTION")
			if action != c.want[i] || notify != wantNotice {
				t.Errorf("%v at %s: %s, notify %t", c.set, level, action, notify)
			}
		}
		if action, notify := config.TakeoverAction(""); action != "NO_ACTION" || notify {
			t.Errorf("without a risk: %s", action)
		}
	}
	for _, level := range levels {
		for _, config := range []*RiskConfiguration{nil, {}, {AccountTakeover: &cognitoidp.AccountTakeoverRiskConfigurationType{}}} {
			if action, notify := config.TakeoverAction(level); action != "BLOCK" || notify {
				t.Errorf("by default at %s: %s, notify %t", level, action, notify)
			}
		}
	}
}

// TestRiskConfigurationCheck: every three actions, in the order of their strictness or not.
func TestRiskConfigurationCheck(t *testing.T) {
	all := append([]cognitoidp.AccountTakeoverEventActionType{""}, strictness...)
	for l, low := range all {
		for m, medium := range all {
			for h, high := range all {
				config := &RiskConfiguration{AccountTakeover: takeover(low, medium, high)}
				falls := m > 0 && m < l || h > 0 && (h < l || h < m)
				if err := config.Check(&Pool{}); (err != nil) != falls {
					t.Errorf("%q %q %q: %v", low, medium, high, err)
				}
			}
		}
	}
}

func TestCompromisedAction(t *testing.T) {
	block, nothing := cognitoidp.CompromisedCredentialsEventActionTypeBlock, cognitoidp.CompromisedCredentialsEventActionTypeNoAction
	part := func(action cognitoidp.CompromisedCredentialsEventActionType, filter ...cognitoidp.EventFilterType) *RiskConfiguration {
		return &RiskConfiguration{CompromisedCredentials: &cognitoidp.CompromisedCredentialsRiskConfigurationType{
			EventFilter: filter, Actions: &cognitoidp.CompromisedCredentialsActionsType{EventAction: action}}}
	}
	for _, c := range []struct {
		config *RiskConfiguration
		want   cognitoidp.CompromisedCredentialsEventActionType
	}{
		{nil, block}, {&RiskConfiguration{}, block}, {part(block), block}, {part(nothing), nothing},
		{part(block, "SIGN_IN", "SIGN_UP"), block}, {part(block, "SIGN_UP"), ""},
	} {
		if got := c.config.CompromisedAction("SIGN_IN"); got != c.want {
			t.Errorf("%+v: %q, want %q", c.config, got, c.want)
		}
	}
}

// TestRiskConfigurationOf: a client's parts go before the pool's.
func TestRiskConfigurationOf(t *testing.T) {
	pool := &Pool{Risk: &RiskConfiguration{AccountTakeover: takeover("", "", "BLOCK"), Exceptions: &cognitoidp.RiskExceptionConfigurationType{}}}
	client := &Client{Risk: &RiskConfiguration{AccountTakeover: takeover("", "", "NO_ACTION")}}
	got := RiskConfigurationOf(pool, client)
	if got.AccountTakeover != client.Risk.AccountTakeover || got.Exceptions != pool.Risk.Exceptions || got.CompromisedCredentials != nil {
		t.Errorf("%+v", got)
	}
	if got := RiskConfigurationOf(pool, &Client{}); got.AccountTakeover != pool.Risk.AccountTakeover || got == pool.Risk {
		t.Errorf("%+v", got)
	}
	var none *RiskConfiguration
	if got := RiskConfigurationOf(&Pool{}, nil); got == nil || !got.Empty() || !none.Empty() || client.Risk.Empty() {
		t.Errorf("%+v", got)
	}
}

// TestNoticeSender: notices are sent by an identity of a region that sends for the pool.
func TestNoticeSender(t *testing.T) {
	for region, allowed := range map[string]bool{"eu-west-1": true, "us-east-1": true, "us-west-2": true, "eu-south-1": true, "sa-east-1": false} {
		config := &RiskConfiguration{AccountTakeover: &cognitoidp.AccountTakeoverRiskConfigurationType{
			NotifyConfiguration: &cognitoidp.NotifyConfigurationType{SourceArn: "arn:aws:ses:" + region + ":123456789012:identity/a@example.com"}}}
		if err := config.Check(&Pool{ID: "eu-south-1_a"}); (err == nil) != allowed {
			t.Errorf("%s: %v", region, err)
		}
	}
}

// TestNoticeAddresses: what is no address, no notice can come from, and nobody can answer to.
func TestNoticeAddresses(t *testing.T) {
	for address, allowed := range map[string]bool{
		"": true, "a@example.com": true, "Bank <a@example.com>": true,
		"nobody": false, "a@example.com\r\nBcc: b@example.com": false, "a@example.com, b@example.com": false,
	} {
		for _, notify := range []*cognitoidp.NotifyConfigurationType{{From: &address}, {ReplyTo: &address}} {
			notify.SourceArn = "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"
			config := &RiskConfiguration{AccountTakeover: &cognitoidp.AccountTakeoverRiskConfigurationType{NotifyConfiguration: notify}}
			if err := config.Check(&Pool{ID: "us-east-1_a"}); (err == nil) != allowed {
				t.Errorf("%q: %v", address, err)
			}
		}
	}
}
