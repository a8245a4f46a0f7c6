package userimport

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// readAll reads every row of text, in the pieces that r hands out.
func readAll(t testing.TB, r io.Reader) []row {
	t.Helper()
	var all []row
	rows := &rows{r: r}
	for {
		next, err := rows.next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, next)
	}
}

// told is a row as one text: its line, its values between bars, what is wrong, and what follows.
func told(r row) string {
	if r.refusal != nil {
		return "!" + reason(r.refusal)
	}
	return strings.Join(r.values, "|")
}

func TestRows(t *testing.T) {
	const quotes = "!A value that begins with a quotation mark must end with one, followed by a comma or the end of the line."
	long := strings.Repeat("é", maxRow-2)
	for _, c := range []struct {
		text  string
		rows  []string
		lines []int64
	}{
		{"", nil, nil},
		{"\n\r\n\n", nil, nil},
		{"a,b,c", []string{"a|b|c"}, []int64{1}},
		{"a,b\nc,d\n", []string{"a|b", "c|d"}, []int64{1, 2}},
		{"a,b\r\nc,d\r\n", []string{"a|b", "c|d"}, []int64{1, 2}},
		{"\ufeffa,b\n", []string{"a|b"}, []int64{1}},
		{"\ufeff", nil, nil},
		{"a\n\ufeffb\n", []string{"a", "\ufeffb"}, []int64{1, 2}},
		{"a,,\n,\n", []string{"a||", "|"}, []int64{1, 2}},
		{" a , b \n", []string{" a | b "}, []int64{1}},
		{`1 Main St\, Springfield,x`, []string{"1 Main St, Springfield|x"}, []int64{1}},
		{`C:\dir,x\`, []string{`C:\dir|x\`}, []int64{1}},
		{`\,,\,`, []string{",|,"}, []int64{1}},
		{`"a,b","say ""hi""",""`, []string{`a,b|say "hi"|`}, []int64{1}},
		{"\"two\r\nlines\",x\ny,z", []string{"two\nlines|x", "y|z"}, []int64{1, 3}},
		{`5" pipe,Ann "Jo" Li` + "\n", []string{`5" pipe|Ann "Jo" Li`}, []int64{1}},
		{`"a\,b",c`, []string{`a\,b|c`}, []int64{1}},
		{"a\n\"open,b\nc,d\n", []string{"a", quotes, "c|d"}, []int64{1, 2, 3}},
		{"\"shut\"x,b\nc,d\n", []string{quotes, "c|d"}, []int64{1, 2}},
		{"\"a\nb\"x\nc\n", []string{quotes, `b"x`, "c"}, []int64{1, 2, 3}},
		{"a,\xff\nb,c\n", []string{"!The line is not valid UTF-8.", "b|c"}, []int64{1, 2}},
		{long + ",\nb", []string{long + "|", "b"}, []int64{1, 2}},
		{long + "xy,\nb", []string{"!The line is longer than 16000 characters.", "b"}, []int64{1, 2}},
		{strings.Repeat("x", 10*window) + "\nb", []string{"!The line is longer than 16000 characters.", "b"}, []int64{1, 2}},
		{strings.Repeat("\U0001F511", maxRow) + "\r\nb", []string{strings.Repeat("\U0001F511", maxRow), "b"}, []int64{1, 2}},
		{"\"" + strings.Repeat("x\n", window) + "\"", nil, nil}, // looked at below
	} {
		for name, reader := range map[string]io.Reader{
			"whole": strings.NewReader(c.text), "halves": iotest.HalfReader(strings.NewReader(c.text)),
			"data with the end": iotest.DataErrReader(strings.NewReader(c.text)),
		} {
			all := readAll(t, reader)
			if c.rows == nil && len(c.text) > 100 {
				if first := told(all[0]); first != quotes || all[1].line != 2 || told(all[1]) != "x" {
					t.Errorf("%s: an endless value: %s, then %+v", name, first, all[1])
				}
				continue
			}
			var rows []string
			var lines []int64
			for _, r := range all {
				rows, lines = append(rows, told(r)), append(lines, r.line)
			}
			if diff := cmp.Diff(c.rows, rows); diff != "" {
				t.Errorf("%s of %.60q (-want +got):\n%.2000s", name, c.text, diff)
			}
			if !slices.Equal(c.lines, lines) {
				t.Errorf("%s of %.60q: lines %v, want %v", name, c.text, lines, c.lines)
			}
		}
	}
}

// TestRowsFault: a reader that fails is a fault, no end.
func TestRowsFault(t *testing.T) {
	fault := errors.New("disk on fire")
	r := &rows{r: io.MultiReader(strings.NewReader("a,b\nc"), iotest.ErrReader(fault))}
	var err error
	for err == nil {
		_, err = r.next()
	}
	if !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
}

// FuzzRows: whatever a file has, every byte of it is behind one row or another, reading on from any row
// finds the same rest, and where encoding/csv reads it too, both read the same.
func FuzzRows(f *testing.F) {
	for _, seed := range []string{
		"a,b\r\nc,d", "\ufeffa", "\"x\"\"y\",z\n", "a\\,b,c\n", "\"\n\n,", "\"a\r\nb\"\n", "\r\r\n", "\xff,\n", "\"\"x\n\"\"\n", ",\n,,\n\n\n\"",
	} {
		f.Add([]byte(seed), byte(3))
	}
	f.Fuzz(func(t *testing.T, text []byte, step byte) {
		all := readAll(t, &stepReader{text, int(step) + 1})
		at, lines := int64(0), int64(0)
		for i, r := range all {
			if r.offset <= at || r.offset > int64(len(text)) || r.lines < lines || r.line <= lines || (r.values == nil) == (r.refusal == nil) && r.refusal == nil {
				t.Fatalf("row %d is %+v, behind byte %d and line %d", i, r, at, lines)
			}
			if got := int64(bytes.Count(text[:r.offset], []byte{'\n'})); got != r.lines {
				t.Fatalf("row %d: %d lines before byte %d, not %d", i, got, r.offset, r.lines)
			}
			at, lines = r.offset, r.lines
			if i%5 == 0 {
				resumed := &rows{r: bytes.NewReader(text[at:]), offset: at, lines: lines}
				next, err := resumed.next()
				if i+1 == len(all) {
					if !errors.Is(err, io.EOF) {
						t.Fatalf("after the last row: %+v, %v", next, err)
					}
				} else if err != nil || told(next) != told(all[i+1]) || next.offset != all[i+1].offset || next.line != all[i+1].line {
					t.Fatalf("resumed behind row %d: %+v, %v, not %+v", i, next, err, all[i+1])
				}
			}
		}
		for _, b := range text[at:] {
			if b != '\n' && b != '\r' && !bytes.Equal(text, []byte(byteOrderMark)) {
				t.Fatalf("left behind: %q", text[at:])
			}
		}

		if bytes.ContainsRune(text, '\\') || !utf8.Valid(text) || len(text) > maxRow {
			return
		}
		oracle := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte(byteOrderMark))))
		oracle.FieldsPerRecord = -1
		want, err := oracle.ReadAll()
		if err != nil {
			return
		}
		var got [][]string
		for _, r := range all {
			if r.refusal != nil {
				t.Fatalf("%q is CSV, but: %v", text, r.refusal)
			}
			got = append(got, r.values)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-encoding/csv +here):\n%s", text, diff)
		}
	})
}

// stepReader hands out step bytes at a time.
type stepReader struct {
	text []byte
	step int
}

func (s *stepReader) Read(p []byte) (int, error) {
	if len(s.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), s.step)], s.text)
	s.text = s.text[n:]
	return n, nil
}
