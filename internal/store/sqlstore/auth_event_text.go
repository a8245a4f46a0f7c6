package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// Events were kept as text once, in a table of their own (migration 16), where a node of that version may still
// put some. What is there moves to where events are now, when a server starts.

const (
	textEventsPage   = `SELECT pool_id, username, id, created, data FROM auth_events WHERE pool_id >= '' ORDER BY pool_id, username, id LIMIT 500`
	textEventsDelete = `DELETE FROM auth_events WHERE pool_id = $1 AND username = $2 AND id = $3`
)

// moveAuthEvents moves what there is, some hundred in a transaction.
func (db *DB) moveAuthEvents(ctx context.Context) error {
	for more := true; more; {
		err := db.retry(ctx, func() error {
			return db.dialect.update(ctx, func(c *conn) (err error) {
				t := &tx{reader{c: c, db: db, private: true}}
				more, err = t.moveAuthEvents(ctx)
				return err
			})
		})
		if err != nil {
			return fmt.Errorf("sqlstore: move the events of users: %w", err)
		}
	}
	return nil
}

// textEvent is one of them, and whose: the names are keys.
type textEvent struct {
	pool, user string
	event      *userpool.AuthEvent
}

func (t *tx) moveAuthEvents(ctx context.Context) (more bool, err error) {
	var page []textEvent
	err = t.c.rows(ctx, textEventsPage, nil, func(rows *sql.Rows) error {
		var e textEvent
		var id, data string
		var created int64
		err := rows.Scan(&e.pool, &e.user, &id, &created, &data)
		if err != nil {
			return err
		}
		if e.event, err = decodeTextEvent(data); err != nil {
			return err
		}
		e.event.ID, e.event.Created = id, instant(created)
		page = append(page, e)
		return nil
	})
	if err != nil || len(page) == 0 {
		return false, err
	}
	histories := map[[2]string]*userpool.AuthHistory{}
	for _, e := range page {
		if _, err := t.c.exec(ctx, authEventPut, e.pool, e.user, micros(e.event.Created), key(e.event.ID), encodeEvents([]*userpool.AuthEvent{e.event})); err != nil {
			return false, err
		}
		if _, err := t.c.exec(ctx, textEventsDelete, e.pool, e.user, key(e.event.ID)); err != nil {
			return false, err
		}
		owner := [2]string{e.pool, e.user}
		h := histories[owner]
		if h == nil {
			if h, err = t.historyOf(ctx, e.pool, e.user); err != nil {
				return false, err
			}
		}
		histories[owner] = h.With(e.event, instant(0))
	}
	for owner, h := range histories {
		if _, err := t.saveHistory(ctx, owner[0], owner[1], h); err != nil {
			return false, err
		}
	}
	return true, nil
}

// The text of an event has these fields, after one another with separators between them. What may be absent begins
// with a plus sign where it is not.
const (
	textSeparator = "\x1f"
	textPresent   = "+"
	textFields    = 24
)

func decodeTextEvent(data string) (*userpool.AuthEvent, error) {
	f := strings.Split(data, textSeparator)
	if len(f) != textFields {
		return nil, errors.New("not the text of an event")
	}
	e := &userpool.AuthEvent{
		ClientID: f[0], Type: cognitoidp.EventType(f[1]), Response: cognitoidp.EventResponseType(f[2]),
		Origin: userpool.Origin{
			IP: f[4], DeviceName: f[5], Agent: f[6], Fingerprint: f[7], DeviceKey: f[8], Timezone: f[9], City: f[10], Country: f[11],
			HasPlace: f[14] != "", Network: f[15],
		},
		Verdict: userpool.RiskVerdict{
			Level: cognitoidp.RiskLevelType(f[16]), Decision: cognitoidp.RiskDecisionType(f[17]), Reasons: textList(f[19], "\n"),
			Action: cognitoidp.AccountTakeoverEventActionType(f[21]),
		},
		Answered: f[23] != "",
	}
	for _, c := range textList(f[3], ",") {
		name, response, _ := strings.Cut(c, "=")
		e.Challenges = append(e.Challenges, cognitoidp.ChallengeResponseType{
			ChallengeName: cognitoidp.ChallengeName(name), ChallengeResponse: cognitoidp.ChallengeResponse(response)})
	}
	for i, to := range map[int]*float64{12: &e.Origin.Latitude, 13: &e.Origin.Longitude, 18: &e.Verdict.Score} {
		if f[i] == "" {
			continue
		}
		var err error
		if *to, err = strconv.ParseFloat(f[i], 64); err != nil {
			return nil, err
		}
	}
	if f[20] != "" {
		e.Verdict.Compromised = new(f[20] == "1")
	}
	if text, ok := strings.CutPrefix(f[22], textPresent); ok {
		value, rest, _ := strings.Cut(text, "\n")
		provider, given, _ := strings.Cut(rest, "\n")
		at, err := strconv.ParseInt(given, 10, 64)
		if err != nil {
			return nil, err
		}
		e.Feedback = &userpool.Feedback{Value: cognitoidp.FeedbackValueType(value), Provider: provider, Given: instant(at)}
	}
	return e, nil
}

func textList(text, between string) []string {
	text, ok := strings.CutPrefix(text, textPresent)
	if !ok || text == "" {
		return nil
	}
	return strings.Split(text, between)
}
