package cognitoidp

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Encode writes a value of the shape, or a pointer to one, as JSON. Absent members are left out, the
// others are in the model's order; map keys are sorted.
func (s *Shape) Encode(v any) []byte {
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	return appendValue(make([]byte, 0, 512), s, value)
}

func appendValue(b []byte, s *Shape, v reflect.Value) []byte {
	switch s.Kind {
	case KindStructure:
		return appendStructure(b, s, v)
	case KindList:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, s.Element, v.Index(i))
		}
		return append(b, ']')
	case KindMap:
		b = append(b, '{')
		for i, key := range sortedKeys(v) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, key), ':')
			b = appendValue(b, s.Element, v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key())))
		}
		return append(b, '}')
	case KindString:
		return appendString(b, v.String())
	case KindInteger, KindLong:
		return strconv.AppendInt(b, v.Int(), 10)
	case KindBoolean:
		return strconv.AppendBool(b, v.Bool())
	case KindTimestamp:
		return appendTime(b, v.Interface().(time.Time)) //nolint:forcetypeassert // the plan is of this type
	case KindBlob:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v.Bytes())
		return append(b, '"')
	default: // KindDocument
		if v.Len() == 0 {
			return append(b, "null"...)
		}
		return append(b, v.Bytes()...)
	}
}

func appendStructure(b []byte, s *Shape, v reflect.Value) []byte {
	b = append(b, '{')
	first := true
	for i, f := range s.layout().fields {
		m := &s.Members[i]
		member, ok := present(m, f, v)
		if !ok {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, f.quoted...)
		b = appendValue(b, m.Shape, member)
	}
	return append(b, '}')
}

// present is the value of a member of the structure v, if it has one.
func present(m *Member, f field, v reflect.Value) (reflect.Value, bool) {
	member := v.Field(f.index)
	if isAbsent(m, f, member) {
		return member, false
	}
	if f.pointer {
		member = member.Elem()
	}
	return member, true
}

// isAbsent tells whether a member has no value: nil, an empty enum, or, in an error, an empty text.
func isAbsent(m *Member, f field, v reflect.Value) bool {
	switch m.Shape.Kind {
	case KindList, KindMap, KindBlob, KindDocument:
		return v.IsNil()
	case KindString:
		if !f.pointer {
			return v.Len() == 0 && (len(m.Shape.Enum) > 0 || !m.Required)
		}
	default: // of the others only a pointer can be absent
	}
	return f.pointer && v.IsNil()
}

func sortedKeys(v reflect.Value) []string {
	keys := make([]string, 0, v.Len())
	for _, key := range v.MapKeys() {
		keys = append(keys, key.String())
	}
	slices.Sort(keys)
	return keys
}

// appendTime writes epoch seconds with as many of three decimals as are needed.
func appendTime(b []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	seconds, rest := ms/1000, ms%1000
	if ms < 0 && rest != 0 {
		b = append(b, '-')
		seconds, rest = -seconds, -rest
	}
	b = strconv.AppendInt(b, seconds, 10)
	if rest == 0 {
		return b
	}
	b = append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

const hexDigits = "0123456789abcdef"

// verbatim are the bytes that a JSON string holds as they are.
var verbatim = func() (table [256]bool) {
	for c := range utf8.RuneSelf {
		table[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return table
}()

// appendString writes a JSON string. Invalid UTF-8 becomes U+FFFD.
func appendString(b []byte, text string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if verbatim[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, text[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		b = append(b, text[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(b, text[start:]...), '"')
}

// epoch is the time of epoch seconds as a float, to the millisecond.
func epoch(seconds float64) time.Time {
	return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
}
