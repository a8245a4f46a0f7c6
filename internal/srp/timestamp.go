package srp

import (
	"errors"
	"time"
)

// timestampLayout is Java's EEE MMM d HH:mm:ss z yyyy in English.
const timestampLayout = "Mon Jan 2 15:04:05 MST 2006"

// maxTimestamp bounds TIMESTAMP, in bytes; a canonical one has at most 28.
const maxTimestamp = 64

// FormatTimestamp writes TIMESTAMP as clients do: Wed Apr 5 22:42:34 UTC 2017.
func FormatTimestamp(t time.Time) string { return t.UTC().Format(timestampLayout) }

// ParseTimestamp reads TIMESTAMP. An error means that it is no such time at all. A time that reads
// well but is not canonical (a day with a leading zero, the wrong weekday, a zone other than UTC)
// proves nothing: the service signs the time as it would write it itself.
func ParseTimestamp(text string) (at time.Time, canonical bool, err error) {
	if len(text) > maxTimestamp {
		return time.Time{}, false, errors.New("srp: timestamp too long")
	}
	at, err = time.Parse(timestampLayout, text)
	if err != nil {
		// The parser's own error repeats the text.
		return time.Time{}, false, errors.New("srp: timestamp not of the form EEE MMM d HH:mm:ss z yyyy")
	}
	at = at.UTC()
	return at, FormatTimestamp(at) == text, nil
}
