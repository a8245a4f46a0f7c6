package sqlstore

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

const (
	authHistoryByUser = `SELECT version, data FROM auth_histories WHERE pool_id = $1 AND username = $2`
	authHistoryInsert = `INSERT INTO auth_histories (pool_id, username, version, data) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`
	authHistoryUpdate = `UPDATE auth_histories SET version = version + 1, data = $4
		WHERE pool_id = $1 AND username = $2 AND version = $3`
)

// AuthHistory implements store.RiskReader.
func (r *reader) AuthHistory(ctx context.Context, poolID, username string) (*userpool.AuthHistory, error) {
	var found []*userpool.AuthHistory
	err := r.c.rows(ctx, authHistoryByUser, []any{key(poolID), key(username)}, func(rows *sql.Rows) error {
		h := &userpool.AuthHistory{PoolID: poolID, Username: username}
		var data sql.RawBytes
		if err := rows.Scan(&h.Version, &data); err != nil {
			return err
		}
		var err error
		if h.Events, err = decodeHistory(poolID, username, data); err != nil {
			return fmt.Errorf("sqlstore: decode the history of a user of pool %s: %w", poolID, err)
		}
		found = append(found, h)
		return nil
	})
	return only(found, err)
}

// SaveAuthHistory implements store.RiskWriter.
func (t *tx) SaveAuthHistory(ctx context.Context, h *userpool.AuthHistory) (won bool, err error) {
	data := encodeHistory(h.Events)
	n := 0
	if h.Version == 0 {
		n, err = t.c.exec(ctx, authHistoryInsert, key(h.PoolID), key(h.Username), data)
	} else {
		n, err = t.c.exec(ctx, authHistoryUpdate, key(h.PoolID), key(h.Username), h.Version, data)
	}
	return n == 1, err
}

// A history is read at every sign-in, and JSON would cost more than all else about it. The form: its number (1);
// the different strings, each after its length; the events, each with its strings by their places in that list,
// plus one, 0 being "". Numbers are varints.

const historyForm = 1

// stringsOf lists what strings of an event a history keeps.
func stringsOf(e *userpool.AuthEvent) [16]*string {
	o, v := &e.Origin, &e.Verdict
	return [16]*string{
		&e.ID, &e.ClientID, (*string)(&e.Type), (*string)(&e.Response), &o.IP, &o.DeviceName, &o.Agent, &o.Fingerprint,
		&o.DeviceKey, &o.Timezone, &o.City, &o.Country, &o.Network,
		(*string)(&v.Level), (*string)(&v.Decision), (*string)(&v.Action),
	}
}

const (
	hasPlace = 1 << iota
	isAnswered
	hasCompromised
	isCompromised
	hasFeedback
)

func encodeHistory(events []*userpool.AuthEvent) []byte {
	w := historyWriter{places: map[string]uint64{"": 0}}
	w.number(uint64(len(events)))
	for _, e := range events {
		w.event(e)
	}
	data := make([]byte, 0, len(w.strings)+len(w.events)+8)
	data = binary.AppendUvarint(data, historyForm)
	data = binary.AppendUvarint(data, uint64(len(w.places)-1))
	data = append(data, w.strings...)
	return append(data, w.events...)
}

type historyWriter struct {
	places          map[string]uint64
	strings, events []byte
}

func (w *historyWriter) number(n uint64) { w.events = binary.AppendUvarint(w.events, n) }
func (w *historyWriter) signed(n int64)  { w.events = binary.AppendVarint(w.events, n) }

func (w *historyWriter) float(f float64) {
	w.events = binary.BigEndian.AppendUint64(w.events, math.Float64bits(f))
}

func (w *historyWriter) text(s string) {
	place, known := w.places[s]
	if !known {
		place = uint64(len(w.places))
		w.places[s] = place
		w.strings = append(binary.AppendUvarint(w.strings, uint64(len(s))), s...)
	}
	w.number(place)
}

func (w *historyWriter) event(e *userpool.AuthEvent) {
	for _, s := range stringsOf(e) {
		w.text(*s)
	}
	w.signed(micros(e.Created))
	flags := uint64(0)
	set := func(bit uint64, is bool) {
		if is {
			flags |= bit
		}
	}
	set(hasPlace, e.Origin.HasPlace)
	set(isAnswered, e.Answered)
	set(hasCompromised, e.Verdict.Compromised != nil)
	set(isCompromised, e.Verdict.Compromised != nil && *e.Verdict.Compromised)
	set(hasFeedback, e.Feedback != nil)
	w.number(flags)
	w.float(e.Verdict.Score)
	w.float(e.Origin.Latitude)
	w.float(e.Origin.Longitude)
	w.number(uint64(len(e.Challenges)))
	for _, c := range e.Challenges {
		w.text(string(c.ChallengeName))
		w.text(string(c.ChallengeResponse))
	}
	w.number(uint64(len(e.Verdict.Reasons)))
	for _, reason := range e.Verdict.Reasons {
		w.text(reason)
	}
	if f := e.Feedback; f != nil {
		w.text(string(f.Value))
		w.text(f.Provider)
		w.signed(micros(f.Given))
	}
}

var errHistory = errors.New("not a history")

func decodeHistory(poolID, username string, data []byte) ([]*userpool.AuthEvent, error) {
	r := historyReader{rest: data}
	if r.number() != historyForm {
		return nil, errHistory
	}
	r.strings = make([]string, 1, r.count()+1) // ""
	for range cap(r.strings) - 1 {
		length := r.number()
		if length > uint64(len(r.rest)) {
			return nil, errHistory
		}
		r.strings = append(r.strings, string(r.rest[:length]))
		r.rest = r.rest[length:]
	}
	block := make([]userpool.AuthEvent, r.count())
	events := make([]*userpool.AuthEvent, len(block))
	for i := range block {
		block[i].PoolID, block[i].Username = poolID, username
		r.event(&block[i])
		events[i] = &block[i]
	}
	if r.broken || len(r.rest) > 0 {
		return nil, errHistory
	}
	return events, nil
}

type historyReader struct {
	rest    []byte
	strings []string
	broken  bool
}

func (r *historyReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.rest, r.broken = nil, true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// count is a number of things that take a byte each at least.
func (r *historyReader) count() int {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.broken = true
		return 0
	}
	return int(n) //nolint:gosec // bounded by the length of the data
}

func (r *historyReader) signed() int64 {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.rest, r.broken = nil, true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *historyReader) float() float64 {
	if len(r.rest) < 8 {
		r.rest, r.broken = nil, true
		return 0
	}
	f := math.Float64frombits(binary.BigEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return f
}

func (r *historyReader) text() string {
	place := r.number()
	if place >= uint64(len(r.strings)) {
		r.broken = true
		return ""
	}
	return r.strings[place]
}

func (r *historyReader) event(e *userpool.AuthEvent) {
	for _, s := range stringsOf(e) {
		*s = r.text()
	}
	e.Created = instant(r.signed())
	flags := r.number()
	e.Origin.HasPlace, e.Answered = flags&hasPlace != 0, flags&isAnswered != 0
	if flags&hasCompromised != 0 {
		e.Verdict.Compromised = new(flags&isCompromised != 0)
	}
	e.Verdict.Score, e.Origin.Latitude, e.Origin.Longitude = r.float(), r.float(), r.float()
	if n := r.count(); n > 0 {
		e.Challenges = make([]cognitoidp.ChallengeResponseType, n)
		for i := range e.Challenges {
			e.Challenges[i].ChallengeName = cognitoidp.ChallengeName(r.text())
			e.Challenges[i].ChallengeResponse = cognitoidp.ChallengeResponse(r.text())
		}
	}
	if n := r.count(); n > 0 {
		e.Verdict.Reasons = make([]string, n)
		for i := range e.Verdict.Reasons {
			e.Verdict.Reasons[i] = r.text()
		}
	}
	if flags&hasFeedback != 0 {
		e.Feedback = &userpool.Feedback{Value: cognitoidp.FeedbackValueType(r.text()), Provider: r.text(), Given: instant(r.signed())}
	}
}
