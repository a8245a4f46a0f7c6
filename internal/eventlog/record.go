package eventlog

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/message"
	"ostiary/internal/userpool"
)

// Record is one line of an exported log.
type Record struct {
	ARN    string // of the destination that the pool has configured
	PoolID string
	Time   time.Time
	JSON   []byte
}

// The forms of the service's exported logs ("Exporting logs from Amazon Cognito user pools"); numbers and
// truth values are texts there.
type (
	line struct {
		EventTimestamp string      `json:"eventTimestamp"` // milliseconds since 1970
		EventSource    string      `json:"eventSource"`
		LogLevel       string      `json:"logLevel"`
		Message        any         `json:"message"`
		LogSourceID    logSourceID `json:"logSourceId"`
	}
	logSourceID struct {
		UserPoolID string `json:"userPoolId"`
	}
	notification struct {
		Details string `json:"details"`
	}
	activity struct {
		Version                       string   `json:"version"`
		EventID                       string   `json:"eventId"`
		EventType                     string   `json:"eventType"`
		UserSub                       string   `json:"userSub"`
		UserName                      string   `json:"userName"`
		UserPoolID                    string   `json:"userPoolId"`
		ClientID                      string   `json:"clientId"`
		CreationDate                  string   `json:"creationDate"`
		EventResponse                 string   `json:"eventResponse"`
		RiskLevel                     string   `json:"riskLevel"`
		RiskDecision                  string   `json:"riskDecision"`
		Challenges                    []string `json:"challenges"`
		DeviceName                    string   `json:"deviceName"`
		IPAddress                     string   `json:"ipAddress"`
		RequestID                     string   `json:"requestId"`
		IDPName                       string   `json:"idpName"`
		CompromisedCredentialDetected string   `json:"compromisedCredentialDetected"`
		City                          string   `json:"city"`
		Country                       string   `json:"country"`
		EventFeedbackValue            string   `json:"eventFeedbackValue"`
		EventFeedbackDate             string   `json:"eventFeedbackDate"`
		EventFeedbackProvider         string   `json:"eventFeedbackProvider"`
		HasContextData                string   `json:"hasContextData"`
	}
)

// entry is what is to be exported, before it is known whether and where to.
type entry struct {
	source cognitoidp.EventSourceName
	poolID string
	time   time.Time
	// event is that of userAuthEvents, details that of userNotification.
	event   *userpool.AuthEvent
	details string
}

// json is the line; sub is the event's user's, "" where there is none any more.
func (e *entry) json(sub string) ([]byte, error) {
	l := line{EventTimestamp: strconv.FormatInt(e.time.UnixMilli(), 10), LogSourceID: logSourceID{e.poolID}}
	if e.source == cognitoidp.EventSourceNameUserNotification {
		l.EventSource, l.LogLevel, l.Message = "USER_NOTIFICATION", string(cognitoidp.LogLevelError), notification{e.details}
	} else {
		l.EventSource, l.LogLevel, l.Message = "USER_ACTIVITY", string(cognitoidp.LogLevelInfo), activityOf(e.event, sub)
	}
	return json.Marshal(l)
}

func activityOf(e *userpool.AuthEvent, sub string) activity {
	a := activity{
		Version:      "1",
		EventID:      e.ID,
		EventType:    string(e.Type),
		UserSub:      sub,
		UserName:     e.Username,
		UserPoolID:   e.PoolID,
		ClientID:     e.ClientID,
		CreationDate: date(e.Created),

		EventResponse: string(e.Response),
		RiskLevel:     string(e.Verdict.Level),
		RiskDecision:  string(e.Verdict.Decision),
		Challenges:    []string{},
		DeviceName:    e.Origin.DeviceName,
		IPAddress:     e.Origin.IP,
		City:          e.Origin.City,
		Country:       e.Origin.CountryName(),

		CompromisedCredentialDetected: strconv.FormatBool(e.Verdict.Compromised != nil && *e.Verdict.Compromised),
		HasContextData:                strconv.FormatBool(e.Origin != userpool.Origin{}),
	}
	for _, c := range e.Challenges {
		a.Challenges = append(a.Challenges, string(c.ChallengeName)+":"+string(c.ChallengeResponse))
	}
	if f := e.Feedback; f != nil {
		a.EventFeedbackValue, a.EventFeedbackDate, a.EventFeedbackProvider = string(f.Value), date(f.Given), f.Provider
	}
	return a
}

// date is a time as these logs have it: Wed Jul 17 17:25:55 UTC 2024.
func date(t time.Time) string { return t.UTC().Format(time.UnixDate) }

// failure says what could not be delivered, and why, with nothing of what it says and to whom. What providers
// answer may repeat an address, so that only our own errors may come here (message.Sender).
func failure(m message.Message, err error) string {
	return "The message " + string(m.Trigger) + " for user " + m.Username + " could not be delivered by " + string(m.Medium) + ": " + reason(err)
}

// reason is what whoever reads a pool's logs may know: what was refused for good. Other errors tell of the machines and
// networks of the operator, whose log has them.
func reason(err error) string {
	var refusal *message.Refusal
	switch {
	case errors.Is(err, message.ErrTooLate):
		return message.ErrTooLate.Error()
	case errors.As(err, &refusal):
		return refusal.Error()
	default:
		return "an internal error"
	}
}
