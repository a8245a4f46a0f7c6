package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
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

// An event is kept as its fields in this order, with separators between them: an assessment reads thirty of them,
// and to decode JSON would cost it more than everything else. New fields go to the end; what an older event does
// not have is empty. What may be absent begins with a plus sign where it is not.
const (
	separator  = "\x1f"
	present    = "+"
	eventParts = 24
)

// encodeEvent never fails; what a field has of separators is lost.
func encodeEvent(e *userpool.AuthEvent) string {
	o, v := &e.Origin, &e.Verdict
	challenges := convert(e.Challenges, func(c cognitoidp.ChallengeResponseType) string {
		return string(c.ChallengeName) + "=" + string(c.ChallengeResponse)
	})
	feedback := ""
	if f := e.Feedback; f != nil {
		feedback = present + strings.Join([]string{string(f.Value), f.Provider, strconv.FormatInt(micros(f.Given), 10)}, "\n")
	}
	fields := [eventParts]string{
		e.ClientID, string(e.Type), string(e.Response), list(challenges, ","),
		o.IP, o.DeviceName, o.Agent, o.Fingerprint, o.DeviceKey, o.Timezone, o.City, o.Country,
		number(o.Latitude), number(o.Longitude), mark(o.HasPlace), o.Network,
		string(v.Level), string(v.Decision), number(v.Score), list(v.Reasons, "\n"), optionalMark(v.Compromised), string(v.Action),
		feedback, mark(e.Answered),
	}
	for i, f := range fields {
		if strings.Contains(f, separator) {
			fields[i] = strings.ReplaceAll(f, separator, " ")
		}
	}
	return strings.Join(fields[:], separator)
}

func decodeEvent(data string) (*userpool.AuthEvent, error) {
	var f [eventParts]string
	for i, rest, found := 0, data, true; found; i++ {
		if i == eventParts {
			return nil, errors.New("too many fields")
		}
		f[i], rest, found = strings.Cut(rest, separator)
	}
	e := &userpool.AuthEvent{
		ClientID: f[0], Type: cognitoidp.EventType(f[1]), Response: cognitoidp.EventResponseType(f[2]),
		Origin: userpool.Origin{
			IP: f[4], DeviceName: f[5], Agent: f[6], Fingerprint: f[7], DeviceKey: f[8], Timezone: f[9], City: f[10], Country: f[11],
			HasPlace: f[14] != "", Network: f[15],
		},
		Verdict: userpool.RiskVerdict{
			Level: cognitoidp.RiskLevelType(f[16]), Decision: cognitoidp.RiskDecisionType(f[17]), Action: cognitoidp.AccountTakeoverEventActionType(f[21]),
		},
		Answered: f[23] != "",
		Challenges: convert(listed(f[3], ","), func(text string) cognitoidp.ChallengeResponseType {
			name, response, _ := strings.Cut(text, "=")
			return cognitoidp.ChallengeResponseType{
				ChallengeName: cognitoidp.ChallengeName(name), ChallengeResponse: cognitoidp.ChallengeResponse(response)}
		}),
	}
	for _, n := range []struct {
		text string
		to   *float64
	}{{f[12], &e.Origin.Latitude}, {f[13], &e.Origin.Longitude}, {f[18], &e.Verdict.Score}} {
		if n.text == "" {
			continue
		}
		var err error
		if *n.to, err = strconv.ParseFloat(n.text, 64); err != nil {
			return nil, err
		}
	}
	e.Verdict.Reasons = listed(f[19], "\n")
	if f[20] != "" {
		e.Verdict.Compromised = new(f[20] == "1")
	}
	if text, ok := strings.CutPrefix(f[22], present); ok {
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

// list is the elements of one that is not nil, and listed the reverse.
func list(elements []string, between string) string {
	if elements == nil {
		return ""
	}
	return present + strings.Join(elements, between)
}

func listed(text, between string) []string {
	text, ok := strings.CutPrefix(text, present)
	switch {
	case !ok:
		return nil
	case text == "":
		return []string{}
	default:
		return strings.Split(text, between)
	}
}

func number(f float64) string {
	if f == 0 {
		return ""
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func mark(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func optionalMark(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "1"
	default:
		return "0"
	}
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
		e, err := decodeEvent(string(data))
		if err != nil {
			return fmt.Errorf("sqlstore: decode event %s: %w", id, err)
		}
		e.PoolID, e.Username, e.ID, e.Created = poolID, username, id, instant(created)
		events = append(events, e)
		return nil
	})
	return events, err
}

// PutAuthEvent implements store.RiskWriter.
func (t *tx) PutAuthEvent(ctx context.Context, e *userpool.AuthEvent) error {
	_, err := t.c.exec(ctx, authEventPut, key(e.PoolID), key(e.Username), key(e.ID), micros(e.Created), int64(classOf(e)), encodeEvent(e))
	return err
}

// DeleteAuthEvents implements store.RiskWriter.
func (t *tx) DeleteAuthEvents(ctx context.Context, before time.Time, limit int) (int, error) {
	return t.c.exec(ctx, authEventsDelete, micros(before), limit)
}
