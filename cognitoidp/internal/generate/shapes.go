package main

import (
	"fmt"
	"slices"
	"strings"
)

var kinds = map[string]string{
	"structure": "KindStructure", "list": "KindList", "map": "KindMap", "string": "KindString",
	"integer": "KindInteger", "long": "KindLong", "boolean": "KindBoolean",
	"timestamp": "KindTimestamp", "blob": "KindBlob",
}

// shapes writes the description of every shape. The model has no recursive shape, so that the
// descriptions can point at each other.
func shapes(m *model) string {
	var b strings.Builder
	b.WriteString("import \"time\"\n\n")
	for _, name := range m.shapeNames() {
		s := m.Shapes[name]
		kind := kinds[s.Type]
		if s.Document {
			kind = "KindDocument"
		}
		fmt.Fprintf(&b, "var shape%s = Shape{\nName: %q, Kind: %s, zero: (*%s)(nil),\n", name, name, kind, m.goType(name))
		if len(s.Members) > 0 {
			b.WriteString("Members: []Member{\n")
			for _, mm := range s.Members {
				fmt.Fprintf(&b, "{Name: %q, Shape: &shape%s", mm.Name, mm.Shape)
				if s.requires(mm.Name) {
					b.WriteString(", Required: true")
				}
				b.WriteString("},\n")
			}
			b.WriteString("},\n")
		}
		if s.Type == "list" {
			fmt.Fprintf(&b, "Element: &shape%s,\n", s.Member.Shape)
		}
		if s.Type == "map" {
			fmt.Fprintf(&b, "Key: &shape%s, Element: &shape%s,\n", s.Key.Shape, s.Value.Shape)
		}
		if s.Min != nil {
			fmt.Fprintf(&b, "Min: limit(%s),\n", *s.Min)
		}
		if s.Max != nil {
			fmt.Fprintf(&b, "Max: limit(%s),\n", *s.Max)
		}
		if s.Pattern != "" {
			fmt.Fprintf(&b, "Pattern: %s, match: &matcher{expression: %s},\n", quote(s.Pattern), quote(goPattern(s.Pattern)))
		}
		if s.isEnum() {
			values := s.Enum
			if order := printedOrder[name]; order != nil {
				if !slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(values))) {
					panic("printedOrder of " + name + " does not have the values of the model")
				}
				values = order
			}
			fmt.Fprintf(&b, "Enum: %#v,\n", values)
		}
		if s.Sensitive {
			b.WriteString("Sensitive: true,\n")
		}
		if s.Exception {
			b.WriteString("Error: true,\n")
		}
		b.WriteString("}\n\n")
	}
	b.WriteString("var _ time.Time\n\nfunc limit(n int64) *int64 { return &n }\n\nvar allShapes = [...]*Shape{\n")
	for _, name := range m.shapeNames() {
		fmt.Fprintf(&b, "&shape%s,\n", name)
	}
	b.WriteString("}\n")
	return b.String()
}

// goPattern translates a pattern of the model, in Java's syntax, to Go's, anchored at both ends as
// the service matches the whole text.
func goPattern(pattern string) string {
	const noFinalDot = `^[0-9A-Za-z\.\-_]*(?<!\.)$`
	if pattern == noFinalDot { // Go has no lookbehind
		return `\A(?:[0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?\z`
	}
	p := strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
	// Java's \s has the vertical tab, Go's has not.
	p = strings.ReplaceAll(p, `[\S]`, `[^\t\n\v\f\r ]`)
	p = strings.ReplaceAll(p, `\s`, `\t\n\v\f\r `)
	if strings.Contains(p, "|") || !singleClass(p) {
		p = "(?:" + p + ")"
	}
	return `\A` + p + `\z`
}

// singleClass tells whether a pattern is one repeated class, which package cognitoidp matches by
// itself.
func singleClass(p string) bool {
	return strings.HasPrefix(p, "[") && strings.Count(p, "[")-strings.Count(p, `\[`) == 1 && strings.HasSuffix(p, "]+")
}

func quote(s string) string {
	if strings.Contains(s, "`") {
		return fmt.Sprintf("%q", s)
	}
	return "`" + s + "`"
}
