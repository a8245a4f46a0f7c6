package userimport

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"ostiary/internal/awserr"
)

const (
	// maxRow is the longest row, in characters, commas included.
	maxRow = 16_000
	// window is the most that is looked at to find a row's end, in bytes.
	window = maxRow*utf8.UTFMax + 2
)

// row is a row of a file, or what is wrong with it.
type row struct {
	line    int64 // where it begins; the first is 1
	values  []string
	refusal error
	// The place behind it: bytes and lines of the file.
	offset, lines int64
}

// rows reads rows. Values are separated by commas. One that begins with a quotation mark ends with one
// and may hold commas, line ends and doubled quotation marks (RFC 4180); in any other a comma is written
// \, as the service asks for. Of a row that cannot be read the first line is left out, and reading goes on
// behind it, so that one missing quotation mark does not swallow the file.
type rows struct {
	r      io.Reader
	offset int64 // bytes before the next row
	lines  int64 // lines before it

	buffer []byte // read and not yet used
	ended  bool   // r has no more
}

// byteOrderMark may begin a file.
const byteOrderMark = "\uFEFF"

// next is the next row that is not empty, or io.EOF.
func (r *rows) next() (row, error) {
	if r.offset == 0 {
		if err := r.fill(len(byteOrderMark)); err != nil {
			return row{}, err
		}
		if bytes.HasPrefix(r.buffer, []byte(byteOrderMark)) {
			r.use(len(byteOrderMark))
		}
	}
	for size := 4 << 10; ; size = min(2*size, window) {
		if err := r.fill(size); err != nil {
			return row{}, err
		}
		if len(r.buffer) == 0 {
			return row{}, io.EOF
		}
		if n := emptyLine(r.buffer, r.ended); n > 0 {
			r.use(n)
			continue
		}
		seen := r.buffer[:min(len(r.buffer), window)]
		values, n, err := parse(seen, r.ended && len(seen) == len(r.buffer))
		if errors.Is(err, errCut) && len(seen) < window {
			continue // there is more
		}
		found := row{line: r.lines + 1, values: values, refusal: err}
		switch {
		case err != nil:
			if errors.Is(err, errCut) {
				found.refusal = awserr.ImportLineTooLong(maxRow)
				if bytes.IndexByte(seen, '\n') >= 0 { // which only an open quotation mark makes part of a value
					found.refusal = awserr.ImportQuotes()
				}
			}
			if err := r.skipLine(); err != nil {
				return row{}, err
			}
		default:
			switch text := seen[:n]; {
			case !utf8.Valid(text):
				found.refusal = awserr.ImportNotText()
			case utf8.RuneCount(bytes.TrimRight(text, "\r\n")) > maxRow:
				found.refusal = awserr.ImportLineTooLong(maxRow)
			}
			r.use(n)
		}
		found.offset, found.lines = r.offset, r.lines
		return found, nil
	}
}

// fill makes the buffer hold at least n bytes, or all that are left.
func (r *rows) fill(n int) error {
	for !r.ended && len(r.buffer) < n {
		if cap(r.buffer) < 2*window { // room to read more than is asked for
			r.buffer = append(make([]byte, 0, 2*window), r.buffer...)
		}
		if len(r.buffer) == cap(r.buffer) {
			return errors.New("userimport: buffer too small") // never: n is at most window
		}
		got, err := r.r.Read(r.buffer[len(r.buffer):cap(r.buffer)])
		r.buffer = r.buffer[:len(r.buffer)+got]
		if errors.Is(err, io.EOF) {
			r.ended = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// use moves on by n bytes of the buffer.
func (r *rows) use(n int) {
	r.offset += int64(n)
	r.lines += int64(bytes.Count(r.buffer[:n], []byte{'\n'}))
	r.buffer = r.buffer[n:]
}

// skipLine moves on behind the next line end, or to the end of the file.
func (r *rows) skipLine() error {
	for {
		if i := bytes.IndexByte(r.buffer, '\n'); i >= 0 {
			r.use(i + 1)
			return nil
		}
		r.use(len(r.buffer))
		if err := r.fill(1); err != nil || len(r.buffer) == 0 {
			return err
		}
	}
}

// emptyLine is the length of the empty line that b begins with; 0 if it begins with none.
func emptyLine(b []byte, ended bool) int {
	switch {
	case b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	case ended && len(b) == 1 && b[0] == '\r':
		return 1
	default:
		return 0
	}
}

// errCut: the row does not end within what was seen.
var errCut = errors.New("userimport: no end of the row in sight")

// parse reads the row that b begins with, and answers its length, line end included. Ended tells that
// nothing comes behind b.
func parse(b []byte, ended bool) (values []string, n int, err error) {
	for {
		var value string
		if n < len(b) && b[n] == '"' {
			value, n, err = quoted(b, n+1, ended)
		} else {
			value, n, err = plain(b, n, ended)
		}
		if err != nil {
			return nil, 0, err
		}
		values = append(values, value)
		if n == len(b) || b[n] != ',' {
			return values, min(n+1, len(b)), nil
		}
		n++
	}
}

// plain reads a value from b[n:]. End is where its comma or line feed stands, or the end of b.
func plain(b []byte, n int, ended bool) (value string, end int, err error) {
	start, escaped := n, false
	for ; n < len(b) && b[n] != '\n' && b[n] != ','; n++ {
		if b[n] == '\\' && n+1 < len(b) && b[n+1] == ',' {
			escaped = true
			n++
		}
	}
	if n == len(b) && !ended {
		return "", 0, errCut
	}
	text := b[start:n]
	if n == len(b) || b[n] == '\n' {
		text = bytes.TrimSuffix(text, []byte{'\r'})
	}
	if escaped {
		text = bytes.ReplaceAll(text, []byte(`\,`), []byte{','})
	}
	return string(text), n, nil
}

// quoted reads a value from b[n:], behind its quotation mark. End is as in plain.
func quoted(b []byte, n int, ended bool) (value string, end int, err error) {
	var text []byte
	for {
		i := bytes.IndexByte(b[n:], '"')
		if i < 0 {
			if ended {
				return "", 0, awserr.ImportQuotes()
			}
			return "", 0, errCut
		}
		text = append(text, b[n:n+i]...)
		n += i + 1
		if n == len(b) && !ended {
			return "", 0, errCut // perhaps a doubled one
		}
		if n == len(b) || b[n] != '"' {
			break
		}
		text = append(text, '"')
		n++
	}
	if n < len(b) && b[n] == '\r' {
		if n+1 == len(b) && !ended {
			return "", 0, errCut
		}
		if n+1 == len(b) || b[n+1] == '\n' {
			n++
		}
	}
	if n < len(b) && b[n] != ',' && b[n] != '\n' {
		return "", 0, awserr.ImportQuotes()
	}
	return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte{'\n'})), n, nil
}
