package sqlstore

import (
	"encoding/binary"
	"errors"
	"math"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

// The form in which one event or many are kept. Thirty of them are read at every sign-in under threat protection,
// and to decode JSON would cost more than all else about them. It has the number of the form (1); the different
// strings, each after its length; the events, each with its ID, and its strings by their places in that list, 1 for
// the first, 0 being "". Numbers are varints; the length of a list is one more than it is, 0 being no list.

const eventForm = 1

const stringCount = 15

// stringsOf lists the strings of an event that others are likely to have, too.
func stringsOf(e *userpool.AuthEvent) [stringCount]*string {
	o, v := &e.Origin, &e.Verdict
	return [stringCount]*string{
		&e.ClientID, (*string)(&e.Type), (*string)(&e.Response), &o.IP, &o.DeviceName, &o.Agent, &o.Fingerprint,
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

func encodeEvents(events []*userpool.AuthEvent) []byte {
	w := eventWriter{places: map[string]uint64{"": 0}, events: make([]byte, 0, 128*len(events))}
	w.number(uint64(len(events)))
	for _, e := range events {
		w.event(e)
	}
	data := make([]byte, 0, len(w.strings)+len(w.events)+8)
	data = binary.AppendUvarint(data, eventForm)
	data = binary.AppendUvarint(data, uint64(len(w.places)-1))
	data = append(data, w.strings...)
	return append(data, w.events...)
}

type eventWriter struct {
	places          map[string]uint64
	strings, events []byte
	// before are the strings of the event before, and their places: mostly they are the same.
	before [stringCount]struct {
		text  string
		place uint64
	}
}

func (w *eventWriter) number(n uint64) { w.events = binary.AppendUvarint(w.events, n) }
func (w *eventWriter) signed(n int64)  { w.events = binary.AppendVarint(w.events, n) }

func (w *eventWriter) length(n int, none bool) {
	if none {
		w.number(0)
		return
	}
	w.number(uint64(n) + 1)
}

func (w *eventWriter) float(f float64) {
	w.events = binary.BigEndian.AppendUint64(w.events, math.Float64bits(f))
}

func (w *eventWriter) text(s string) { w.number(w.place(s)) }

func (w *eventWriter) place(s string) uint64 {
	place, known := w.places[s]
	if !known {
		place = uint64(len(w.places))
		w.places[s] = place
		w.strings = append(binary.AppendUvarint(w.strings, uint64(len(s))), s...)
	}
	return place
}

func (w *eventWriter) event(e *userpool.AuthEvent) {
	w.number(uint64(len(e.ID)))
	w.events = append(w.events, e.ID...)
	for i, s := range stringsOf(e) {
		before := &w.before[i]
		if before.text != *s {
			before.text, before.place = *s, w.place(*s)
		}
		w.number(before.place)
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
	w.length(len(e.Challenges), e.Challenges == nil)
	for _, c := range e.Challenges {
		w.text(string(c.ChallengeName))
		w.text(string(c.ChallengeResponse))
	}
	w.length(len(e.Verdict.Reasons), e.Verdict.Reasons == nil)
	for _, reason := range e.Verdict.Reasons {
		w.text(reason)
	}
	if f := e.Feedback; f != nil {
		w.text(string(f.Value))
		w.text(f.Provider)
		w.signed(micros(f.Given))
	}
}

var errEvents = errors.New("not events")

// decodeEvents leaves out whose they are.
func decodeEvents(data []byte) ([]*userpool.AuthEvent, error) {
	r := eventReader{rest: data, all: string(data)}
	if r.number() != eventForm {
		return nil, errEvents
	}
	r.strings = make([]string, 1, r.count()+1) // ""
	for range cap(r.strings) - 1 {
		r.strings = append(r.strings, r.inline())
	}
	block := make([]userpool.AuthEvent, r.count())
	events := make([]*userpool.AuthEvent, len(block))
	for i := range block {
		r.event(&block[i])
		events[i] = &block[i]
	}
	if r.broken || len(r.rest) > 0 {
		return nil, errEvents
	}
	return events, nil
}

type eventReader struct {
	rest    []byte
	all     string // of which the strings are parts; rest is its end
	strings []string
	broken  bool
}

// inline is a string after its length.
func (r *eventReader) inline() string {
	length := r.count()
	from := len(r.all) - len(r.rest)
	r.rest = r.rest[length:]
	return r.all[from : from+length]
}

func (r *eventReader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if !r.skip(size) {
		return 0
	}
	return n
}

// skip goes on behind what was read; it answers false, and nothing is left, if there was not so much.
func (r *eventReader) skip(size int) bool {
	if size <= 0 || size > len(r.rest) {
		r.rest, r.broken = nil, true
		return false
	}
	r.rest = r.rest[size:]
	return true
}

// count is a number of things that take a byte each at least.
func (r *eventReader) count() int {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.broken = true
		return 0
	}
	return int(n)
}

// length is that of a list of such things, false for none.
func (r *eventReader) length() (int, bool) {
	n := r.number()
	if n > uint64(len(r.rest))+1 {
		r.broken = true
		return 0, false
	}
	return int(n) - 1, n > 0
}

func (r *eventReader) signed() int64 {
	n, size := binary.Varint(r.rest)
	if !r.skip(size) {
		return 0
	}
	return n
}

func (r *eventReader) float() float64 {
	bits := r.rest
	if !r.skip(8) {
		return 0
	}
	return math.Float64frombits(binary.BigEndian.Uint64(bits))
}

func (r *eventReader) text() string {
	place := r.number()
	if place >= uint64(len(r.strings)) {
		r.broken = true
		return ""
	}
	return r.strings[place]
}

func (r *eventReader) event(e *userpool.AuthEvent) {
	e.ID = r.inline()
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
	if n, ok := r.length(); ok {
		e.Challenges = make([]cognitoidp.ChallengeResponseType, n)
		for i := range e.Challenges {
			e.Challenges[i].ChallengeName = cognitoidp.ChallengeName(r.text())
			e.Challenges[i].ChallengeResponse = cognitoidp.ChallengeResponse(r.text())
		}
	}
	if n, ok := r.length(); ok {
		e.Verdict.Reasons = make([]string, n)
		for i := range e.Verdict.Reasons {
			e.Verdict.Reasons[i] = r.text()
		}
	}
	if flags&hasFeedback != 0 {
		e.Feedback = &userpool.Feedback{Value: cognitoidp.FeedbackValueType(r.text()), Provider: r.text(), Given: instant(r.signed())}
	}
}
