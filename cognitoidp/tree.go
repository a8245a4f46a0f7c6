package cognitoidp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Tree turns a value of the shape, or a pointer to one, into a generic value tree: nil, bool,
// json.Number, string, []any and map[string]any, as its JSON has them (times are epoch seconds, blobs
// Base64).
func (s *Shape) Tree(v any) any {
	decoder := json.NewDecoder(bytes.NewReader(s.Encode(v)))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		// Only a Document can hold what is not JSON.
		panic(fmt.Sprintf("cognitoidp: %s holds an invalid document: %v", s.Name, err))
	}
	return tree
}

// FromTree reads a generic value tree into v, a pointer to the shape's Go type. Numbers may be of any
// Go type that package encoding/json marshals.
func (s *Shape) FromTree(tree, v any) error {
	text, err := json.Marshal(tree)
	if err != nil {
		return serialization("The value tree has something that is not JSON")
	}
	return s.Decode(text, v)
}

// Parse reads a value of the shape from text into v, a pointer to the shape's Go type: the text of a
// string or enum, a number, true or false, a time as epoch seconds or in RFC 3339, a blob in Base64;
// for lists, maps, structures and documents their JSON.
func (s *Shape) Parse(text string, v any) error {
	switch s.Kind {
	case KindString, KindBlob:
		return s.Decode(appendString(nil, text), v)
	case KindTimestamp:
		return s.Decode([]byte(epochText(text)), v)
	default:
		return s.Decode([]byte(text), v)
	}
}

// epochText turns RFC 3339 into epoch seconds, and leaves every other text as it is.
func epochText(text string) string {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return string(appendTime(nil, t))
}

// timeText turns epoch seconds into RFC 3339, to the millisecond.
func timeText(number json.Number) string {
	seconds, err := strconv.ParseFloat(number.String(), 64)
	if err != nil {
		return number.String()
	}
	return epoch(seconds).Format("2006-01-02T15:04:05.999Z07:00")
}
