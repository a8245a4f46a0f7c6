package cognitoidp

import (
	"bytes"
	"encoding/json"
)

// Document is any JSON value, kept as its text: the settings of a managed login branding, the
// credential of a passkey. Empty means absent.
type Document []byte

// MarshalJSON answers the text itself.
func (d Document) MarshalJSON() ([]byte, error) {
	if len(d) == 0 {
		return []byte("null"), nil
	}
	return d, nil
}

// UnmarshalJSON keeps the text, except that null is absent.
func (d *Document) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte("null")) {
		*d = nil
		return nil
	}
	*d = bytes.Clone(text)
	return nil
}

// NewDocument makes a document of anything that package encoding/json can marshal.
func NewDocument(v any) (Document, error) { return json.Marshal(v) }

// Unit is the answer of an operation that has none: the wire has an empty body.
type Unit struct{}
