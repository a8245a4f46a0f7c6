package srp

import (
	"strings"
	"testing"
	"time"
)

func TestParseTimestamp(t *testing.T) {
	for text, want := range map[string]time.Time{
		"Wed Apr 5 22:42:34 UTC 2017":  at,
		"Mon Nov 23 01:02:03 UTC 2026": time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC),
		"Sun Feb 29 12:00:00 UTC 2032": time.Date(2032, 2, 29, 12, 0, 0, 0, time.UTC),
	} {
		got, canonical, err := ParseTimestamp(text)
		if err != nil || !canonical || !got.Equal(want) {
			t.Errorf("%s: %v, canonical %t, %v", text, got, canonical, err)
		}
		if FormatTimestamp(want.In(time.FixedZone("", 3600))) != text {
			t.Errorf("%v is written as %s", want, FormatTimestamp(want))
		}
	}
	for _, text := range []string{ // a time, but not as the service writes it
		"Wed Apr 05 22:42:34 UTC 2017",
		"Tue Apr 5 22:42:34 UTC 2017",
		"wed apr 5 22:42:34 UTC 2017",
		"Wed Apr 5 22:42:34 GMT 2017",
		"Wed Apr 5 22:42:34 CET 2017",
		"Wed Apr 5 2:42:34 UTC 2017",
		"Wed Apr  5 22:42:34 UTC 2017",
	} {
		if _, canonical, err := ParseTimestamp(text); err != nil || canonical {
			t.Errorf("%s: canonical %t, %v", text, canonical, err)
		}
	}
	for _, text := range []string{
		"",
		"now",
		"2017-04-05T22:42:34Z",
		"Mi Apr 5 22:42:34 UTC 2017",
		"Wed Avr 5 22:42:34 UTC 2017",
		"Wed Apr 5 22:42:34 2017",
		"Wed Apr 5 22:42 UTC 2017",
		"Wed Apr 31 22:42:34 UTC 2017",
		"Wed Apr 5 25:42:34 UTC 2017",
		"Wed Apr 5 22:42:34 UTC 2017 and more",
		strings.Repeat("Wed ", 1000),
	} {
		_, _, err := ParseTimestamp(text)
		if err == nil {
			t.Errorf("%q is read", text)
		} else if text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("the error repeats %q", text)
		}
	}
}

func FuzzParseTimestamp(f *testing.F) {
	f.Add("Wed Apr 5 22:42:34 UTC 2017")
	f.Add("Wed Apr 05 22:42:34 GMT+3 2017")
	f.Add("Thu Jan 1 00:00:00.5 UTC 0000")
	f.Fuzz(func(t *testing.T, text string) {
		got, canonical, err := ParseTimestamp(text)
		if err != nil {
			if canonical || !got.IsZero() {
				t.Errorf("%q is refused and read", text)
			}
			return
		}
		if canonical != (FormatTimestamp(got) == text) {
			t.Errorf("%q: canonical %t, written %q", text, canonical, FormatTimestamp(got))
		}
		again, canonical, err := ParseTimestamp(FormatTimestamp(got))
		if err != nil || !canonical || !again.Equal(got.Truncate(time.Second)) {
			t.Errorf("%q: %v becomes %v, %v", text, got, again, err)
		}
	})
}

func FuzzParseA(f *testing.F) {
	f.Add("2")
	f.Add("00FF")
	f.Add(params().N.Text(16))
	f.Add("-1")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseA(text)
		if err != nil {
			return
		}
		if a.n.Sign() <= 0 || a.n.Cmp(params().N) >= 0 {
			t.Errorf("%q is in the group", text)
		}
		if got := strings.TrimLeft(strings.ToLower(text), "0"); got != a.n.Text(16) {
			t.Errorf("%q is read as %s", text, a.n.Text(16))
		}
	})
}

func FuzzUnmarshalExchange(f *testing.F) {
	a, err := ParseA("2")
	if err != nil {
		f.Fatal(err)
	}
	e, err := NewExchange(seeded(4), a, Verifier("pool", "ana", "secret", []byte{1}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.Marshal())
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := UnmarshalExchange(data)
		if err == nil && string(e.Marshal()) != string(data) {
			t.Errorf("%x is written as %x", data, e.Marshal())
		}
	})
}
