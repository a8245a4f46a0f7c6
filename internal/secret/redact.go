package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands where a secret would.
const redacted = "[redacted]"

// Text is a secret that is text. It prints, logs and marshals as [redacted]; Reveal tells it. A
// record that keeps the secret must therefore keep Reveal, sealed.
//
// Package fmt does not ask unexported fields how they print: where a Text is a field of a struct,
// export the field.
type Text string

// Reveal is the secret itself.
func (t Text) Reveal() string { return string(t) }

func (Text) String() string               { return redacted }
func (Text) GoString() string             { return redacted }
func (Text) Format(s fmt.State, _ rune)   { io.WriteString(s, redacted) }
func (Text) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Text) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Bytes is a secret that is not text; see Text.
type Bytes []byte

// Reveal is the secret itself, not a copy.
func (b Bytes) Reveal() []byte { return b }

func (Bytes) String() string               { return redacted }
func (Bytes) GoString() string             { return redacted }
func (Bytes) Format(s fmt.State, _ rune)   { io.WriteString(s, redacted) }
func (Bytes) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Bytes) MarshalText() ([]byte, error) { return []byte(redacted), nil }
