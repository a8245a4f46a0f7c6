package risk

import (
	"context"
	"html"
	"net/url"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/store"
	"ostiary/internal/trigger"
	"ostiary/internal/userpool"
)

// FeedbackPath is the page to which the links of notices lead.
const FeedbackPath = "/authEventFeedback"

// noticesAnHour bounds what whoever knows a name can have sent to its user. Of sign-ins that went on it bounds
// others: who has the password, too, must not keep its user from being told by being blocked so often before.
const noticesAnHour = 5

// Notify tells the user by e-mail of a sign-in at risk and what was done about it, if the configuration says so
// for that level: to the address that the user gave, verified or not. For nobody the same is done, and nothing
// delivered. What fails is logged: the sign-in has ended or gone on by now.
func (g *Guard) Notify(ctx context.Context, of Subject, e *userpool.AuthEvent, did cognitoidp.AccountTakeoverEventActionType) {
	if !g.enforced() || e == nil {
		return
	}
	if _, notify := g.config.TakeoverAction(e.Verdict.Level); !notify {
		return
	}
	s, kind := g.service, "RiskNotice"
	if did == cognitoidp.AccountTakeoverEventActionTypeBlock {
		kind = "RiskNoticeOfBlock"
	}
	allowed := false
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		used, err := tx.Spend(ctx, e.PoolID, g.act.Pool.Fold(of.User.Username), kind, time.Hour, s.Now())
		allowed = used <= noticesAnHour
		return err
	})
	if err == nil && allowed && (of.Nobody || of.User.Attributes[userpool.AttrEmail] != "") {
		m := s.notice(ctx, &g.act, g.config, of.User, e, did)
		m.Nobody = of.Nobody
		err = s.Messages.Send(ctx, m)
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "the notice of a sign-in at risk was not sent", "pool", e.PoolID, "event", e.ID, "fault", err.Error())
	}
}

// notice writes the e-mail, or what the pool's function makes one of (CustomEmailSender).
func (s *Service) notice(
	ctx context.Context, act *Act, c *userpool.RiskConfiguration, u *userpool.User, e *userpool.AuthEvent, did cognitoidp.AccountTakeoverEventActionType,
) message.Message {
	token := s.feedbackToken(e.PoolID, e.Username, e.ID, e.Created.Add(FeedbackLifetime))
	n := &message.Notice{
		EventID: e.ID, Action: did, IPAddress: e.Origin.IP, LoginTime: e.Created, City: e.Origin.City,
		Country: e.Origin.Country, DeviceName: e.Origin.DeviceName, FeedbackToken: token,
		OneClickLinkValid:   s.link(e, token, cognitoidp.FeedbackValueTypeValid),
		OneClickLinkInvalid: s.link(e, token, cognitoidp.FeedbackValueTypeInvalid),
	}
	m := message.Message{
		UserPoolID: e.PoolID, Username: u.Username, Medium: cognitoidp.DeliveryMediumTypeEmail,
		Destination: u.Attributes[userpool.AttrEmail], Trigger: message.AccountTakeOverNotification, Notice: n,
	}
	whom := trigger.Subject{Pool: act.Pool, Client: act.Client, User: u, Username: u.Username}
	if m.Function = message.FunctionFor(ctx, s.Triggers, whom, m.Medium, m.Trigger, nil); m.Function != nil {
		m.Function.UserAttributes = told(u, n)
		return m
	}
	subject, text := s.Texts.Notice(did, u.Attributes[userpool.AttrLocale])
	mail := cognitoidp.NotifyEmailType{Subject: subject, HtmlBody: &text}
	if c.AccountTakeover != nil && c.AccountTakeover.NotifyConfiguration != nil {
		config := c.AccountTakeover.NotifyConfiguration
		m.Email = &cognitoidp.EmailConfigurationType{SourceArn: &config.SourceArn, From: config.From, ReplyToEmailAddress: config.ReplyTo}
		if configured := templateFor(config, did); configured != nil {
			mail = *configured
		}
	}
	m.Subject, m.Body = strings.Join(strings.Fields(fill(mail.Subject, u, n, asItIs)), " "), body(&mail, u, n)
	return m
}

// loginTime is how notices write a time.
const loginTime = "2006-01-02 15:04:05 UTC"

// told is what a function is told in the place of the user's attributes.
func told(u *userpool.User, n *message.Notice) map[string]string {
	all := map[string]string{
		"EVENT_ID": n.EventID, "USER_NAME": u.Username, "IP_ADDRESS": n.IPAddress, "ACCOUNT_TAKE_OVER_ACTION": string(n.Action),
		"ONE_CLICK_LINK_VALID": n.OneClickLinkValid, "ONE_CLICK_LINK_INVALID": n.OneClickLinkInvalid,
		"LOGIN_TIME": n.LoginTime.UTC().Format(loginTime), "FEEDBACK_TOKEN": n.FeedbackToken,
	}
	for name, value := range map[string]string{"CITY": n.City, "COUNTRY": n.Country, "DEVICE_NAME": n.DeviceName} {
		if value != "" {
			all[name] = value
		}
	}
	return all
}

// templateFor is what the configuration has for an action; nil for nothing.
func templateFor(c *cognitoidp.NotifyConfigurationType, action cognitoidp.AccountTakeoverEventActionType) *cognitoidp.NotifyEmailType {
	switch action {
	case cognitoidp.AccountTakeoverEventActionTypeBlock:
		return c.BlockEmail
	case cognitoidp.AccountTakeoverEventActionTypeNoAction:
		return c.NoActionEmail
	default:
		return c.MfaEmail
	}
}

// body is HTML: HtmlBody, or TextBody made into it.
func body(mail *cognitoidp.NotifyEmailType, u *userpool.User, n *message.Notice) string {
	if mail.HtmlBody != nil {
		return fill(*mail.HtmlBody, u, n, html.EscapeString)
	}
	if mail.TextBody == nil {
		return ""
	}
	return strings.ReplaceAll(html.EscapeString(fill(*mail.TextBody, u, n, asItIs)), "\n", "<br>\n")
}

func asItIs(s string) string { return s }

// fill puts what is known in its places, in one pass, so that nothing that came with the request is taken for a
// place.
func fill(text string, u *userpool.User, n *message.Notice, escape func(string) string) string {
	known := func(s string) string {
		if s == "" {
			return "unknown"
		}
		return s
	}
	var places []string
	for _, place := range [][2]string{
		{"{username}", u.Username},
		{"{ip-address}", known(n.IPAddress)},
		{"{city}", known(n.City)},
		{"{country}", known(n.Country)},
		{"{login-time}", n.LoginTime.UTC().Format(loginTime)},
		{"{device-name}", known(n.DeviceName)},
		{"{one-click-link-valid}", n.OneClickLinkValid},
		{"{one-click-link-invalid}", n.OneClickLinkInvalid},
		{"{event-id}", n.EventID},
		{"{feedback-token}", n.FeedbackToken},
	} {
		places = append(places, place[0], escape(place[1]))
	}
	return strings.NewReplacer(places...).Replace(text)
}

// link leads to the page that asks for a click and then does what UpdateAuthEventFeedback does.
func (s *Service) link(e *userpool.AuthEvent, token string, value cognitoidp.FeedbackValueType) string {
	return s.BaseURL + FeedbackPath + "?" + url.Values{
		"userPoolId": {e.PoolID}, "username": {e.Username}, "eventId": {e.ID}, "feedbackToken": {token}, "feedbackValue": {string(value)},
	}.Encode()
}
