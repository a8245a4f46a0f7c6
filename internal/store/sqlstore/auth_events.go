package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

const (
	// Who asks by the id alone means a new event.
	authEventByID = `SELECT id, created, data FROM auth_events
		WHERE pool_id = $1 AND username = $2 AND id = $3 ORDER BY created DESC LIMIT 1`
	authEventsPage = `SELECT id, created, data FROM auth_events
		WHERE pool_id = $1 AND username = $2 AND (created, id) < ($3, $4) ORDER BY created DESC, id DESC LIMIT $5`
	authEventPut = `INSERT INTO auth_events (pool_id, username, created, id, data) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (pool_id, username, created, id) DO UPDATE SET data = excluded.data`

	authEventsOld    = `SELECT pool_id, username, created FROM auth_events WHERE created < $1 ORDER BY created LIMIT $2`
	authEventsDelete = `DELETE FROM auth_events WHERE pool_id = $1 AND username = $2 AND created <= $3`
	authHistoryDrop  = `DELETE FROM auth_histories WHERE pool_id = $1 AND username = $2
		AND NOT EXISTS (SELECT 1 FROM auth_events WHERE pool_id = $1 AND username = $2)`
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
	created, id := int64(math.MaxInt64), ""
	if before != (store.AuthEventCursor{}) {
		created, id = before.Created.UnixMicro(), key(before.ID)
	}
	return r.authEvents(ctx, poolID, username, authEventsPage, key(poolID), key(username), created, id, limit)
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
	_, err = t.c.exec(ctx, authEventPut, key(e.PoolID), key(e.Username), micros(e.Created), key(e.ID), string(data))
	return err
}

// DeleteAuthEvents implements store.RiskWriter.
func (t *tx) DeleteAuthEvents(ctx context.Context, before time.Time, limit int) (int, error) {
	type owner struct{ pool, username string }
	newest := map[owner]int64{} // of what is to go
	err := t.c.rows(ctx, authEventsOld, []any{micros(before), limit}, func(rows *sql.Rows) error {
		var o owner
		var created int64
		if err := rows.Scan(&o.pool, &o.username, &created); err != nil {
			return err
		}
		newest[o] = max(newest[o], created)
		return nil
	})
	if err != nil {
		return 0, err
	}
	total := 0
	for o, created := range newest {
		n, err := t.c.exec(ctx, authEventsDelete, o.pool, o.username, created)
		if err != nil {
			return 0, err
		}
		total += n
		if _, err := t.c.exec(ctx, authHistoryDrop, o.pool, o.username); err != nil {
			return 0, err
		}
	}
	return total, nil
}
