package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestRedaction(t *testing.T) {
	const hidden = "hunter2"
	text, raw := Text(hidden), Bytes(hidden)
	holder := struct {
		Text  Text
		Bytes Bytes
		Ptr   *Text
		Map   map[string]Bytes
		Any   any
	}{text, raw, &text, map[string]Bytes{"k": raw}, text}

	shows := func(s string) bool {
		for _, form := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%d", []byte(hidden)), "104", "0x68", "aHVudGVyMg"} {
			if strings.Contains(strings.ToLower(s), strings.ToLower(form)) {
				return true
			}
		}
		return false
	}
	// Pointers print as addresses, which may contain anything.
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%5.2s"} {
		for _, value := range []any{text, raw, []Text{text}, map[Text]Bytes{text: raw}, struct{ T Text }{text}, &struct{ B Bytes }{raw}} {
			if printed := fmt.Sprintf(verb, value); shows(printed) || !strings.Contains(printed, redacted) {
				t.Errorf("%s of %T: %s", verb, value, printed)
			}
		}
	}
	if text.String() != redacted || raw.GoString() != redacted || text.GoString() != redacted || raw.String() != redacted {
		t.Errorf("String or GoString tells")
	}

	marshalled, err := json.Marshal(holder)
	if err != nil || shows(string(marshalled)) || strings.Count(string(marshalled), `"[redacted]"`) != 5 {
		t.Errorf("JSON: %s, %v", marshalled, err)
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var out bytes.Buffer
		slog.New(handler(&out)).Info("x", "text", text, "bytes", raw, "holder", struct{ T Text }{text})
		if shows(strings.SplitN(out.String(), "msg", 2)[1]) || strings.Count(out.String(), redacted) != 3 {
			t.Errorf("log as %s: %s", name, out.String())
		}
	}

	if text.Reveal() != hidden || string(raw.Reveal()) != hidden {
		t.Errorf("Reveal does not")
	}
	var read struct{ Text Text } // configuration is read into a Text
	if err := json.Unmarshal([]byte(`{"Text":"hunter2"}`), &read); err != nil || read.Text.Reveal() != hidden {
		t.Errorf("read %q, %v", read.Text.Reveal(), err)
	}
}
