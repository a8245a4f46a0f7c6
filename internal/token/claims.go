package token

import (
	"encoding/json"
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

// parseClaims reads a JSON object of claims, without blanks around its members. Names are compared
// letter by letter and may occur once.
func parseClaims(raw []byte) (*Claims, error) {
	if !utf8.Valid(raw) || !json.Valid(raw) || raw[0] != '{' {
		return nil, errNotOurs
	}
	c := &Claims{}
	rest := string(raw[1:])
	if rest == "}" {
		return c, nil
	}
	seen := make(map[string]bool, 16)
	for {
		var name, value string
		var err error
		if name, rest, err = member(rest); err != nil || seen[name] {
			return nil, errNotOurs
		}
		seen[name] = true
		end := valueEnd(rest)
		value, rest = rest[:end], rest[end:]
		if err := c.set(name, value); err != nil {
			return nil, err
		}
		switch {
		case rest == "}":
			return c, nil
		case !strings.HasPrefix(rest, ","):
			return nil, errNotOurs
		}
		rest = rest[1:]
	}
}

// member cuts the name and the colon off valid JSON.
func member(json string) (name, rest string, err error) {
	if !strings.HasPrefix(json, `"`) {
		return "", "", errNotOurs
	}
	end := stringEnd(json)
	if err := text(&name, json[:end]); err != nil {
		return "", "", err
	}
	rest, ok := strings.CutPrefix(json[end:], ":")
	if !ok || rest == "" {
		return "", "", errNotOurs
	}
	return name, rest, nil
}

// stringEnd is where the string ends with which valid JSON begins.
func stringEnd(json string) int {
	for i := 1; i < len(json); i++ {
		switch json[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(json)
}

// valueEnd is where the value ends with which the rest of a valid JSON object begins.
func valueEnd(json string) int {
	depth := 0
	for i := 0; i < len(json); i++ {
		switch json[i] {
		case '"':
			i += stringEnd(json[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(json)
}

// set takes one claim; those it does not know are for others.
func (c *Claims) set(name, value string) error {
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

func text[T ~string](to *T, value string) error {
	if value == "" || value[0] != '"' || value[len(value)-1] != '"' {
		return errNotOurs
	}
	if !strings.Contains(value, `\`) {
		*to = T(value[1 : len(value)-1])
		return nil
	}
	if json.Unmarshal([]byte(value), to) != nil {
		return errNotOurs
	}
	return nil
}

// seconds reads a NumericDate (RFC 7519, section 2) as this server writes it: whole and positive.
func seconds(to *time.Time, value string) error {
	n, err := strconv.ParseInt(value, 10, 64)
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

// texts writes a list; it leaves an empty one out.
func (o *object) texts(name string, values []string) {
	for i, value := range values {
		if i == 0 {
			o.name(name)
			*o = append(*o, '[')
		} else {
			*o = append(*o, ',')
		}
		o.quote(value)
	}
	if len(values) > 0 {
		*o = append(*o, ']')
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
