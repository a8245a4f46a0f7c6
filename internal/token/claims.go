package token

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ostiary/internal/userpool"
)

// Claims are those claims of an access token that the server acts upon; "" where one is absent.
type Claims struct {
	Subject   string // sub
	Issuer    string // iss
	ClientID  string // client_id
	Use       userpool.TokenUse
	Scope     string // space-separated
	Username  string
	JTI       string
	OriginJTI string // names the token session; absent where the client does not revoke
	EventID   string
	DeviceKey string
	AuthTime  time.Time
	Issued    time.Time // iat
	Expires   time.Time // exp
}

// HasScope tells whether the token was issued for a scope.
func (c *Claims) HasScope(scope string) bool {
	return slices.Contains(strings.Split(c.Scope, " "), scope)
}

// parseClaims reads a JSON object of claims. Names are compared letter by letter and may occur once.
func parseClaims(raw []byte) (*Claims, error) {
	if !utf8.Valid(raw) {
		return nil, errNotOurs
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errNotOurs
	}
	c := &Claims{}
	seen := make(map[string]bool, 16)
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, errNotOurs
		}
		n, ok := name.(string)
		if !ok || seen[n] {
			return nil, errNotOurs
		}
		seen[n] = true
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, errNotOurs
		}
		if err := c.set(n, value); err != nil {
			return nil, err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return nil, errNotOurs
	}
	if _, err := dec.Token(); err != io.EOF { //nolint:errorlint // the decoder answers io.EOF itself
		return nil, errNotOurs
	}
	return c, nil
}

// set takes one claim; those it does not know are for others.
func (c *Claims) set(name string, value json.RawMessage) error {
	switch name {
	case "sub":
		return text(&c.Subject, value)
	case "iss":
		return text(&c.Issuer, value)
	case "client_id":
		return text(&c.ClientID, value)
	case "token_use":
		return text(&c.Use, value)
	case "scope":
		return text(&c.Scope, value)
	case "username":
		return text(&c.Username, value)
	case "jti":
		return text(&c.JTI, value)
	case "origin_jti":
		return text(&c.OriginJTI, value)
	case "event_id":
		return text(&c.EventID, value)
	case "device_key":
		return text(&c.DeviceKey, value)
	case "auth_time":
		return seconds(&c.AuthTime, value)
	case "iat":
		return seconds(&c.Issued, value)
	case "exp":
		return seconds(&c.Expires, value)
	default:
		return nil
	}
}

func text[T ~string](to *T, value json.RawMessage) error {
	if value[0] != '"' || json.Unmarshal(value, to) != nil {
		return errNotOurs
	}
	return nil
}

// seconds reads a NumericDate (RFC 7519, section 2) as this server writes it: whole and positive.
func seconds(to *time.Time, value json.RawMessage) error {
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n <= 0 || n > maxNumericDate {
		return errNotOurs
	}
	*to = time.Unix(n, 0).UTC()
	return nil
}

const maxNumericDate = 253402300799 // the end of the year 9999

// object writes a JSON object member by member, in the order given.
type object []byte

func (o *object) name(name string) {
	if len(*o) == 0 {
		*o = append(*o, '{')
	} else {
		*o = append(*o, ',')
	}
	o.quote(name)
	*o = append(*o, ':')
}

func (o *object) text(name, value string) {
	o.name(name)
	o.quote(value)
}

// optional leaves an empty value out.
func (o *object) optional(name, value string) {
	if value != "" {
		o.text(name, value)
	}
}

func (o *object) number(name string, value int64) {
	o.name(name)
	*o = strconv.AppendInt(*o, value, 10)
}

func (o *object) flag(name string, value bool) {
	o.name(name)
	*o = strconv.AppendBool(*o, value)
}

func (o *object) quote(s string) {
	for i := range len(s) {
		if b := s[i]; b < ' ' || b > '~' || b == '"' || b == '\\' {
			quoted, err := json.Marshal(s)
			if err != nil {
				quoted = []byte(`""`) // json.Marshal refuses no string
			}
			*o = append(*o, quoted...)
			return
		}
	}
	*o = append(append(append(*o, '"'), s...), '"')
}

func (o *object) close() []byte { return append(*o, '}') }
