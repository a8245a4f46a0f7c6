package cognitoidp

import (
	"encoding/base64"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Decode reads a value of the shape from JSON into v, a pointer to the shape's Go type (see Shape.New).
// Members that the shape does not have are ignored, null members are absent. The constraints of the
// model are not looked at: DecodeValid does that. A body that is not JSON, or a member of the wrong
// JSON type, is a SerializationException.
func (s *Shape) Decode(data []byte, v any) error {
	_, err := s.decode(data, v, false)
	return err
}

// DecodeValid is Decode for requests: it answers one InvalidParameterException that lists every
// constraint the value breaks, as the service words it.
func (s *Shape) DecodeValid(data []byte, v any) error {
	broken, err := s.decode(data, v, true)
	if err != nil {
		return err
	}
	return broken.err()
}

// Validate checks a generated structure against the constraints of the model, as the service checks
// a request. The error is the InvalidParameterException that the service would answer.
func Validate(v any) error {
	s := ShapeOf(v)
	return s.DecodeValid(s.Encode(v), s.New())
}

func (s *Shape) decode(data []byte, v any, check bool) (violations, error) {
	d := decoder{scanner: scanner{data: data}, check: check}
	if d.peek() == 0 && d.pos == len(data) && s.Kind == KindStructure {
		d.data, d.pos = []byte("{}"), 0 // an empty body is an empty object
	}
	if err := d.value(s, reflect.ValueOf(v).Elem()); err != nil {
		return nil, err
	}
	return d.broken, d.end()
}

// decoder is one walk over a body along its shape, which also checks the constraints: only here
// null, empty and absent can still be told apart.
type decoder struct {
	scanner
	check  bool
	broken violations
	path   []string
}

func (d *decoder) where() string { return strings.Join(d.path, ".") }

func (d *decoder) violate(s *Shape, value, constraint string) {
	d.broken = append(d.broken, violation(s, value, d.where(), constraint))
}

// value reads a value that is not null into v, of the shape's Go type.
func (d *decoder) value(s *Shape, v reflect.Value) error {
	switch s.Kind {
	case KindStructure:
		return d.structure(s, v)
	case KindList:
		return d.list(s, v)
	case KindMap:
		return d.mapping(s, v)
	case KindDocument:
		return d.document(v)
	default:
		return d.scalar(s, v)
	}
}

func (d *decoder) structure(s *Shape, v reflect.Value) error {
	if d.peek() != '{' {
		return d.wrongType(s)
	}
	plan := s.layout()
	outer := d.broken
	d.broken = nil
	var brokenBy map[int]violations // in the model's order, whatever the order on the wire
	var seen uint64
	err := d.object(func(name []byte) error {
		i, known := plan.byName[string(name)]
		if !known {
			return d.skip()
		}
		target := v.Field(plan.fields[i].index)
		if isNull, err := d.null(); isNull || err != nil {
			return err
		}
		seen |= 1 << i
		if plan.fields[i].pointer {
			target.Set(reflect.New(target.Type().Elem()))
			target = target.Elem()
		}
		if d.check {
			d.path = append(d.path, lowerFirst(s.Members[i].Name))
			defer func() { d.path = d.path[:len(d.path)-1] }()
		}
		err := d.value(s.Members[i].Shape, target)
		if len(d.broken) > 0 {
			if brokenBy == nil {
				brokenBy = map[int]violations{}
			}
			brokenBy[i], d.broken = d.broken, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	d.broken = outer
	if !d.check {
		return nil
	}
	for i, m := range s.Members {
		if m.Required && seen&(1<<i) == 0 {
			d.path = append(d.path, lowerFirst(m.Name))
			d.violate(m.Shape, "null", notNull)
			d.path = d.path[:len(d.path)-1]
		}
		d.broken = append(d.broken, brokenBy[i]...)
	}
	return nil
}

// maxViolations bounds how many violations the elements of one list are told of: a list of empty
// objects would otherwise be answered by thirty times its size.
const maxViolations = 100

func (d *decoder) list(s *Shape, v reflect.Value) error {
	if d.peek() != '[' {
		if c := d.peek(); c == '{' {
			return d.wrongType(s)
		}
		return serialization("Expected list or null")
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 4))
	n, outer := 0, d.broken
	d.broken = nil
	var nested violations
	elementsBroken, check := false, d.check
	err := d.array(func() error {
		n++
		d.check = check && len(nested) < maxViolations
		element := reflect.New(v.Type().Elem()).Elem()
		if isNull, err := d.null(); err != nil {
			return err
		} else if !isNull {
			if d.check {
				d.path = append(d.path, strconv.Itoa(n), "member")
				defer func() { d.path = d.path[:len(d.path)-2] }()
			}
			if err := d.value(s.Element, element); err != nil {
				return err
			}
			if len(d.broken) > 0 && s.Element.Kind == KindStructure {
				nested, d.broken = append(nested, d.broken...), nil
			} else if len(d.broken) > 0 {
				elementsBroken, d.broken = true, nil
			}
		}
		v.Set(reflect.Append(v, element))
		return nil
	})
	d.broken, d.check = outer, check
	if err != nil || !d.check {
		return err
	}
	for _, constraint := range s.constraintsOn("", int64(n)) {
		d.violate(s, javaText(s, v), constraint)
	}
	if elementsBroken {
		d.violate(s, javaText(s, v), "Member must satisfy constraint: "+s.Element.constraintSet())
	}
	d.broken = append(d.broken, nested...)
	return nil
}

func (d *decoder) mapping(s *Shape, v reflect.Value) error {
	if d.peek() != '{' {
		if c := d.peek(); c == '[' {
			return d.wrongType(s)
		}
		return serialization("Expected map or null")
	}
	v.Set(reflect.MakeMap(v.Type()))
	outer := d.broken
	d.broken = nil
	var nested violations
	keysBroken, valuesBroken := false, false
	err := d.object(func(name []byte) error {
		if isNull, err := d.null(); isNull || err != nil {
			return err // an entry without a value is no entry
		}
		key := string(name)
		element := reflect.New(v.Type().Elem()).Elem()
		if d.check {
			keysBroken = keysBroken || len(s.Key.constraintsOn(key, 0)) > 0
			d.path = append(d.path, key, "member")
			defer func() { d.path = d.path[:len(d.path)-2] }()
		}
		if err := d.value(s.Element, element); err != nil {
			return err
		}
		if len(d.broken) > 0 && s.Element.Kind == KindStructure {
			nested, d.broken = append(nested, d.broken...), nil
		} else if len(d.broken) > 0 {
			valuesBroken, d.broken = true, nil
		}
		v.SetMapIndex(reflect.ValueOf(key), element)
		return nil
	})
	d.broken = outer
	if err != nil || !d.check {
		return err
	}
	for _, constraint := range s.constraintsOn("", int64(v.Len())) {
		d.violate(s, javaText(s, v), constraint)
	}
	if keysBroken {
		d.violate(s, javaText(s, v), "Map keys must satisfy constraint: "+s.Key.constraintSet())
	}
	if valuesBroken {
		d.violate(s, javaText(s, v), "Map value must satisfy constraint: "+s.Element.constraintSet())
	}
	d.broken = append(d.broken, nested...)
	return nil
}

func (d *decoder) document(v reflect.Value) error {
	d.space()
	start := d.pos
	if err := d.skip(); err != nil {
		return err
	}
	v.SetBytes(append([]byte(nil), d.data[start:d.pos]...))
	return nil
}

func (d *decoder) scalar(s *Shape, v reflect.Value) error {
	c := d.peek()
	text, number := "", int64(0)
	switch {
	case s.Kind == KindString && c == '"':
		raw, err := d.stringBytes()
		if err != nil {
			return err
		}
		text = string(raw)
		v.SetString(text)
	case s.Kind == KindBlob && c == '"':
		raw, err := d.stringBytes()
		if err != nil {
			return err
		}
		blob, err := base64.StdEncoding.DecodeString(string(raw))
		if err != nil {
			return serialization("A blob is not valid Base64")
		}
		v.SetBytes(blob)
		number = int64(len(blob))
	case s.Kind == KindBoolean && c == 't':
		v.SetBool(true)
		return d.literal("true")
	case s.Kind == KindBoolean && c == 'f':
		v.SetBool(false)
		return d.literal("false")
	case (s.Kind == KindInteger || s.Kind == KindLong || s.Kind == KindTimestamp) && (c == '-' || c >= '0' && c <= '9'):
		digits, err := d.number()
		if err != nil {
			return err
		}
		if s.Kind == KindTimestamp {
			return setTime(v, digits)
		}
		if number, err = integer(digits, s.Kind); err != nil {
			return err
		}
		v.SetInt(number)
		text = digits
	default:
		return d.wrongType(s)
	}
	if d.check {
		for _, constraint := range s.constraintsOn(text, number) {
			d.violate(s, "'"+text+"'", constraint)
		}
	}
	return nil
}

// integer reads a whole number; 1e3 and 5.0 are whole too.
func integer(digits string, kind Kind) (int64, error) {
	bits := 64
	if kind == KindInteger {
		bits = 32
	}
	if n, err := strconv.ParseInt(digits, 10, bits); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= math.Exp2(float64(min(bits-1, 53))) {
		return 0, serialization("NUMBER_VALUE can not be converted to " + article(kind))
	}
	return int64(f), nil
}

// setTime reads epoch seconds, to the millisecond.
func setTime(v reflect.Value, digits string) error {
	seconds, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.Abs(seconds) > maxEpochSeconds {
		return serialization("NUMBER_VALUE can not be converted to " + article(KindTimestamp))
	}
	v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()))
	return nil
}

// maxEpochSeconds keeps times within four-digit years, as RFC 3339 needs.
const maxEpochSeconds = 253402300799

// wrongType names what was found where something else was expected.
func (d *decoder) wrongType(s *Shape) error {
	var found string
	switch c := d.peek(); {
	case c == '{':
		return serialization("Start of structure or map found where not expected.")
	case c == '[':
		return serialization("Start of list found where not expected")
	case c == '"':
		found = "STRING_VALUE"
	case c == 't':
		found = "TRUE_VALUE"
	case c == 'f':
		found = "FALSE_VALUE"
	case c == '-' || c >= '0' && c <= '9':
		found = "NUMBER_VALUE"
	case c == 'n':
		found = "NULL_VALUE"
	default:
		return errNotJSON
	}
	if err := d.skip(); err != nil {
		return err
	}
	return serialization(found + " can not be converted to " + article(s.Kind))
}

func article(kind Kind) string {
	switch kind {
	case KindInteger:
		return "an Integer"
	case KindLong:
		return "a Long"
	case KindBoolean:
		return "a Boolean"
	case KindTimestamp:
		return "a Timestamp"
	case KindBlob:
		return "a Blob"
	case KindString:
		return "a String"
	case KindList:
		return "a List"
	default:
		return "a Structure"
	}
}

// constraintSet lists all constraints of an element, as the service prints them for a list or map
// that holds a bad one.
func (s *Shape) constraintSet() string {
	var set []string
	if s.Max != nil {
		set = append(set, "Member must have length less than or equal to "+strconv.FormatInt(*s.Max, 10))
	}
	if s.Min != nil {
		set = append(set, "Member must have length greater than or equal to "+strconv.FormatInt(*s.Min, 10))
	}
	if s.Pattern != "" {
		set = append(set, "Member must satisfy regular expression pattern: "+s.Pattern)
	}
	if len(s.Enum) > 0 {
		set = append(set, "Member must satisfy enum value set: ["+strings.Join(s.Enum, ", ")+"]")
	}
	return "[" + strings.Join(set, ", ") + "]"
}

// javaText prints a list or map as the service does: '[a, b]' or '{k=v}'. Nothing is printed where
// an element is sensitive.
func javaText(s *Shape, v reflect.Value) string {
	if s.Element.Sensitive || s.Element.Kind == KindStructure {
		return ""
	}
	var items []string
	if s.Kind == KindList {
		for i := range v.Len() {
			items = append(items, v.Index(i).String())
		}
		return "'[" + strings.Join(items, ", ") + "]'"
	}
	if s.Key.Sensitive {
		return ""
	}
	for _, key := range sortedKeys(v) {
		items = append(items, key+"="+v.MapIndex(reflect.ValueOf(key)).String())
	}
	return "'{" + strings.Join(items, ", ") + "}'"
}
