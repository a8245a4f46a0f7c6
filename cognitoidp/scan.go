package cognitoidp

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep arrays and objects may nest in a body. The deepest shape needs eight.
const maxDepth = 64

// scanner reads JSON (RFC 8259) from a byte slice.
type scanner struct {
	data  []byte
	pos   int
	depth int
}

// serialization is the refusal of a body that is not JSON, or not of the right types.
func serialization(message string) error {
	return &Error{Code: SerializationException, Message: message}
}

var errNotJSON = serialization("The request body is not valid JSON")

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek skips white space and answers the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.pos == len(s.data) {
		return 0
	}
	return s.data[s.pos]
}

// accept consumes c if it comes next.
func (s *scanner) accept(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) literal(word string) error {
	if len(s.data)-s.pos < len(word) || string(s.data[s.pos:s.pos+len(word)]) != word {
		return errNotJSON
	}
	s.pos += len(word)
	return nil
}

// null consumes a null if it comes next.
func (s *scanner) null() (bool, error) {
	if s.peek() != 'n' {
		return false, nil
	}
	return true, s.literal("null")
}

func (s *scanner) enter() error {
	if s.depth++; s.depth > maxDepth {
		return serialization("The request body nests too deeply")
	}
	s.pos++
	return nil
}

func (s *scanner) leave() { s.depth-- }

// stringBytes reads a string and answers its text, which may share the body's memory. Invalid UTF-8
// and lone surrogates become U+FFFD.
func (s *scanner) stringBytes() ([]byte, error) {
	if s.peek() != '"' {
		return nil, errNotJSON
	}
	s.pos++
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			text := s.data[start:s.pos]
			s.pos++
			return text, nil
		case c == '\\' || c >= utf8.RuneSelf:
			return s.unescape(start)
		case c < ' ':
			return nil, errNotJSON
		default:
			s.pos++
		}
	}
	return nil, errNotJSON
}

// unescape reads the rest of a string that needs decoding.
func (s *scanner) unescape(start int) ([]byte, error) {
	text := append(make([]byte, 0, s.pos-start+32), s.data[start:s.pos]...)
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return text, nil
		case c < ' ':
			return nil, errNotJSON
		case c == '\\':
			var err error
			if text, err = s.escape(text); err != nil {
				return nil, err
			}
		case c < utf8.RuneSelf:
			text = append(text, c)
			s.pos++
		default:
			r, size := utf8.DecodeRune(s.data[s.pos:])
			text = utf8.AppendRune(text, r)
			s.pos += size
		}
	}
	return nil, errNotJSON
}

func (s *scanner) escape(text []byte) ([]byte, error) {
	if s.pos+1 >= len(s.data) {
		return nil, errNotJSON
	}
	c := s.data[s.pos+1]
	s.pos += 2
	switch c {
	case '"', '\\', '/':
		return append(text, c), nil
	case 'b':
		return append(text, '\b'), nil
	case 'f':
		return append(text, '\f'), nil
	case 'n':
		return append(text, '\n'), nil
	case 'r':
		return append(text, '\r'), nil
	case 't':
		return append(text, '\t'), nil
	case 'u':
		r, ok := s.hex4()
		if !ok {
			return nil, errNotJSON
		}
		if utf16.IsSurrogate(r) {
			r = s.lowSurrogate(r)
		}
		return utf8.AppendRune(text, r), nil
	}
	return nil, errNotJSON
}

// lowSurrogate joins a high surrogate with the low one that follows; alone it becomes U+FFFD.
func (s *scanner) lowSurrogate(high rune) rune {
	if s.pos+1 < len(s.data) && s.data[s.pos] == '\\' && s.data[s.pos+1] == 'u' {
		back := s.pos
		s.pos += 2
		if low, ok := s.hex4(); ok {
			if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
				return r
			}
		}
		s.pos = back
	}
	return utf8.RuneError
}

func (s *scanner) hex4() (rune, bool) {
	if len(s.data)-s.pos < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.data[s.pos:s.pos+4]), 16, 16)
	if err != nil {
		return 0, false
	}
	s.pos += 4
	return rune(n), true
}

// number reads a number and answers its text.
func (s *scanner) number() (string, error) {
	s.space()
	start := s.pos
	digits := func() bool {
		from := s.pos
		for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
			s.pos++
		}
		return s.pos > from
	}
	at := func(c byte) bool { return s.pos < len(s.data) && s.data[s.pos] == c }
	if at('-') {
		s.pos++
	}
	if at('0') {
		s.pos++
	} else if !digits() {
		return "", errNotJSON
	}
	if at('.') {
		s.pos++
		if !digits() {
			return "", errNotJSON
		}
	}
	if at('e') || at('E') {
		s.pos++
		if at('+') || at('-') {
			s.pos++
		}
		if !digits() {
			return "", errNotJSON
		}
	}
	return string(s.data[start:s.pos]), nil
}

// skip reads any value and forgets it.
func (s *scanner) skip() error {
	switch c := s.peek(); c {
	case '{':
		return s.object(func([]byte) error { return s.skip() })
	case '[':
		return s.array(s.skip)
	case '"':
		_, err := s.stringBytes()
		return err
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		_, err := s.number()
		return err
	}
}

// object reads an object; value reads the value of each name.
func (s *scanner) object(value func(name []byte) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if s.accept('}') {
		return nil
	}
	for {
		name, err := s.stringBytes()
		if err != nil {
			return err
		}
		if !s.accept(':') {
			return errNotJSON
		}
		if err := value(name); err != nil {
			return err
		}
		if s.accept('}') {
			return nil
		}
		if !s.accept(',') {
			return errNotJSON
		}
	}
}

// array reads an array; element reads each element.
func (s *scanner) array(element func() error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if s.accept(']') {
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if s.accept(']') {
			return nil
		}
		if !s.accept(',') {
			return errNotJSON
		}
	}
}

// end refuses anything but white space after the value.
func (s *scanner) end() error {
	if s.peek() != 0 || s.pos != len(s.data) {
		return errNotJSON
	}
	return nil
}
