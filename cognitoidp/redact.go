package cognitoidp

import (
	"log/slog"
	"reflect"
	"strings"
)

const redacted = "[redacted]"

// text prints a structure for people: its JSON-like form with every sensitive member redacted.
func text(s *Shape, v any) string {
	var b strings.Builder
	printValue(&b, s, reflect.ValueOf(v))
	return b.String()
}

func logValue(s *Shape, v any) slog.Value { return slog.StringValue(text(s, v)) }

func printValue(b *strings.Builder, s *Shape, v reflect.Value) {
	if s.Sensitive {
		b.WriteString(redacted)
		return
	}
	switch s.Kind {
	case KindStructure:
		b.WriteString(s.Name + "{")
		separator := ""
		for i, f := range s.layout().fields {
			m := &s.Members[i]
			member, ok := present(m, f, v)
			if !ok {
				continue
			}
			b.WriteString(separator + m.Name + ":")
			printValue(b, m.Shape, member)
			separator = " "
		}
		b.WriteString("}")
	case KindList:
		b.WriteString("[")
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(" ")
			}
			printValue(b, s.Element, v.Index(i))
		}
		b.WriteString("]")
	case KindMap:
		b.WriteString("{")
		for i, key := range sortedKeys(v) {
			if i > 0 {
				b.WriteString(" ")
			}
			if s.Key.Sensitive {
				key = redacted
			}
			b.WriteString(key + ":")
			if s.Key.Sensitive {
				b.WriteString(redacted)
				continue
			}
			printValue(b, s.Element, v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key())))
		}
		b.WriteString("}")
	default:
		b.Write(appendValue(nil, s, v))
	}
}
