package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

// eventClass is by what an event is looked for.
type eventClass int

const (
	unfinished eventClass = iota
	proves
	failed
	reported
	asked
)

func classOf(e *userpool.AuthEvent) eventClass {
	switch {
	case e.Feedback != nil && e.Feedback.Value == cognitoidp.FeedbackValueTypeInvalid:
		return reported
	case e.Proves():
		return proves
	case e.Response == cognitoidp.EventResponseTypeFail:
		return failed
	case e.Response == cognitoidp.EventResponseTypePass:
		return asked
	default:
		return unfinished
	}
}

const (
	authEventByID     = `SELECT id, created, data FROM auth_events WHERE pool_id = $1 AND username = $2 AND id = $3`
	authEventsOfClass = `SELECT id, created, data FROM auth_events
		WHERE pool_id = $1 AND username = $2 AND class = $3 AND (created, id) < ($4, $5)
		ORDER BY created DESC, id DESC LIMIT $6`
	authEventPut = `INSERT INTO auth_events (pool_id, username, id, created, class, data) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (pool_id, username, id) DO UPDATE SET class = excluded.class, data = excluded.data`
	authEventsDelete = `DELETE FROM auth_events WHERE (pool_id, username, id) IN
		(SELECT pool_id, username, id FROM auth_events WHERE created < $1 ORDER BY created LIMIT $2)`
)

// authEventRecord has short names: a user has hundreds of events.
type authEventRecord struct {
	ClientID    string                                    `json:"c,omitzero"`
	Type        cognitoidp.EventType                      `json:"t,omitzero"`
	Response    cognitoidp.EventResponseType              `json:"r,omitzero"`
	Challenges  []challengeRecord                         `json:"ch,omitzero"`
	IP          string                                    `json:"ip,omitzero"`
	DeviceName  string                                    `json:"dn,omitzero"`
	Agent       string                                    `json:"ag,omitzero"`
	Fingerprint string                                    `json:"fp,omitzero"`
	DeviceKey   string                                    `json:"dk,omitzero"`
	Timezone    string                                    `json:"tz,omitzero"`
	City        string                                    `json:"ci,omitzero"`
	Country     string                                    `json:"co,omitzero"`
	Latitude    float64                                   `json:"la,omitzero"`
	Longitude   float64                                   `json:"lo,omitzero"`
	HasPlace    bool                                      `json:"pl,omitzero"`
	Network     string                                    `json:"nw,omitzero"`
	Level       cognitoidp.RiskLevelType                  `json:"lv,omitzero"`
	Decision    cognitoidp.RiskDecisionType               `json:"de,omitzero"`
	Score       float64                                   `json:"sc,omitzero"`
	Reasons     []string                                  `json:"re,omitzero"`
	Compromised *bool                                     `json:"cc,omitzero"`
	Action      cognitoidp.AccountTakeoverEventActionType `json:"ac,omitzero"`
	Feedback    *feedbackRecord                           `json:"fb,omitzero"`
	Answered    bool                                      `json:"an,omitzero"`
}

type challengeRecord struct {
	Name     cognitoidp.ChallengeName     `json:"n,omitzero"`
	Response cognitoidp.ChallengeResponse `json:"r,omitzero"`
}

type feedbackRecord struct {
	Value    cognitoidp.FeedbackValueType `json:"v,omitzero"`
	Provider string                       `json:"p,omitzero"`
	Given    int64                        `json:"g,omitzero"`
}

// AuthEvent implements store.RiskReader.
func (r *reader) AuthEvent(ctx context.Context, poolID, username, id string) (*userpool.AuthEvent, error) {
	return only(r.authEvents(ctx, poolID, username, authEventByID, key(poolID), key(username), key(id)))
}

// AuthEvents implements store.RiskReader.
func (r *reader) AuthEvents(ctx context.Context, poolID, username string, before store.AuthEventCursor, limit int) ([]*userpool.AuthEvent, error) {
	list, err := r.newest(ctx, poolID, username, before, limit, unfinished, proves, failed, reported, asked)
	return list[:min(limit, len(list))], err
}

// AuthEventHistory implements store.RiskReader.
func (r *reader) AuthEventHistory(ctx context.Context, poolID, username string, each int) ([]*userpool.AuthEvent, error) {
	return r.newest(ctx, poolID, username, store.AuthEventCursor{}, each, proves, failed, reported, asked)
}

// newest merges at most each events of some classes.
func (r *reader) newest(
	ctx context.Context, poolID, username string, before store.AuthEventCursor, each int, classes ...eventClass,
) ([]*userpool.AuthEvent, error) {
	created, id := placeOf(before)
	var all []*userpool.AuthEvent
	for _, class := range classes {
		list, err := r.authEvents(ctx, poolID, username, authEventsOfClass,
			key(poolID), key(username), int64(class), created, id, each)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *userpool.AuthEvent) int {
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(key(b.ID), key(a.ID)))
	})
	return all, nil
}

func (r *reader) authEvents(ctx context.Context, poolID, username, stmt string, args ...any) ([]*userpool.AuthEvent, error) {
	var events []*userpool.AuthEvent
	err := r.c.rows(ctx, stmt, args, func(rows *sql.Rows) error {
		var id string
		var created int64
		var data sql.RawBytes
		if err := rows.Scan(&id, &created, &data); err != nil {
			return err
		}
		var rec authEventRecord
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("sqlstore: decode event %s: %w", id, err)
		}
		e := rec.event()
		e.PoolID, e.Username, e.ID, e.Created = poolID, username, id, instant(created)
		events = append(events, e)
		return nil
	})
	return events, err
}

func (rec *authEventRecord) event() *userpool.AuthEvent {
	e := &userpool.AuthEvent{
		ClientID: rec.ClientID, Type: rec.Type, Response: rec.Response, Answered: rec.Answered,
		Challenges: convert(rec.Challenges, func(c challengeRecord) cognitoidp.ChallengeResponseType {
			return cognitoidp.ChallengeResponseType{ChallengeName: c.Name, ChallengeResponse: c.Response}
		}),
		Origin: userpool.Origin{
			IP: rec.IP, DeviceName: rec.DeviceName, Agent: rec.Agent, Fingerprint: rec.Fingerprint, DeviceKey: rec.DeviceKey,
			Timezone: rec.Timezone, City: rec.City, Country: rec.Country, Latitude: rec.Latitude, Longitude: rec.Longitude,
			HasPlace: rec.HasPlace, Network: rec.Network,
		},
		Verdict: userpool.RiskVerdict{
			Level: rec.Level, Decision: rec.Decision, Score: rec.Score, Reasons: rec.Reasons,
			Compromised: rec.Compromised, Action: rec.Action,
		},
	}
	if f := rec.Feedback; f != nil {
		e.Feedback = &userpool.Feedback{Value: f.Value, Provider: f.Provider, Given: instant(f.Given)}
	}
	return e
}

// PutAuthEvent implements store.RiskWriter.
func (t *tx) PutAuthEvent(ctx context.Context, e *userpool.AuthEvent) error {
	rec := authEventRecord{
		ClientID: e.ClientID, Type: e.Type, Response: e.Response, Answered: e.Answered,
		Challenges: convert(e.Challenges, func(c cognitoidp.ChallengeResponseType) challengeRecord {
			return challengeRecord{Name: c.ChallengeName, Response: c.ChallengeResponse}
		}),
		IP: e.Origin.IP, DeviceName: e.Origin.DeviceName, Agent: e.Origin.Agent, Fingerprint: e.Origin.Fingerprint,
		DeviceKey: e.Origin.DeviceKey, Timezone: e.Origin.Timezone, City: e.Origin.City, Country: e.Origin.Country,
		Latitude: e.Origin.Latitude, Longitude: e.Origin.Longitude, HasPlace: e.Origin.HasPlace, Network: e.Origin.Network,
		Level: e.Verdict.Level, Decision: e.Verdict.Decision, Score: e.Verdict.Score, Reasons: e.Verdict.Reasons,
		Compromised: e.Verdict.Compromised, Action: e.Verdict.Action,
	}
	if f := e.Feedback; f != nil {
		rec.Feedback = &feedbackRecord{Value: f.Value, Provider: f.Provider, Given: micros(f.Given)}
	}
	data, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("sqlstore: encode event %s: %w", e.ID, err)
	}
	_, err = t.c.exec(ctx, authEventPut, key(e.PoolID), key(e.Username), key(e.ID), micros(e.Created), int64(classOf(e)), string(data))
	return err
}

// DeleteAuthEvents implements store.RiskWriter.
func (t *tx) DeleteAuthEvents(ctx context.Context, before time.Time, limit int) (int, error) {
	return t.c.exec(ctx, authEventsDelete, micros(before), limit)
}
