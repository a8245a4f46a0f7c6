package main

import (
	"fmt"
	"slices"
	"strings"
)

// types writes the structures.
func types(m *model) string {
	var b strings.Builder
	b.WriteString("import (\n\"log/slog\"\n\"time\"\n)\n\n")
	uses := m.uses()
	for _, name := range m.shapeNames() {
		s := m.Shapes[name]
		if s.Type != "structure" || s.Exception || s.Document {
			continue
		}
		b.WriteString(comment(name + " " + uses[name]))
		fmt.Fprintf(&b, "type %s struct {\n", name)
		for _, mm := range s.Members {
			required := s.requires(mm.Name)
			if doc := m.memberDoc(mm, required); doc != "" {
				b.WriteString(comment(doc))
			}
			fmt.Fprintf(&b, "%s %s\n", upperFirst(mm.Name), m.fieldType(mm.Shape, required))
		}
		b.WriteString("}\n\n")
		m.constructor(&b, s)
		if m.holdsSensitive(name) {
			fmt.Fprintf(&b, "// String prints v with its sensitive members redacted.\n"+
				"func (v %[1]s) String() string { return text(&shape%[1]s, v) }\n\n"+
				"// GoString prints v with its sensitive members redacted.\n"+
				"func (v %[1]s) GoString() string { return text(&shape%[1]s, v) }\n\n"+
				"// LogValue logs v with its sensitive members redacted.\n"+
				"func (v %[1]s) LogValue() slog.Value { return logValue(&shape%[1]s, v) }\n\n", name)
		}
	}
	return b.String()
}

// constructor writes NewX, which takes the required members.
func (m *model) constructor(b *strings.Builder, s *shape) {
	var parameters, assignments []string
	for _, mm := range s.Members {
		if !s.requires(mm.Name) {
			continue
		}
		p := parameterName(mm.Name)
		parameters = append(parameters, p+" "+m.fieldType(mm.Shape, true))
		assignments = append(assignments, upperFirst(mm.Name)+": "+p)
	}
	what := "an empty one: no member is required"
	if len(parameters) > 0 {
		what = "one from its required members"
	}
	fmt.Fprintf(b, "// New%[1]s makes %[2]s.\nfunc New%[1]s(%[3]s) *%[1]s {\nreturn &%[1]s{%[4]s}\n}\n\n",
		s.Name, what, strings.Join(parameters, ", "), strings.Join(assignments, ", "))
}

func parameterName(name string) string {
	p := strings.ToLower(name[:1]) + name[1:]
	if slices.Contains([]string{"type", "default", "range", "map", "func", "text"}, p) {
		p += "Value"
	}
	return p
}

// uses says what each structure is for: whose request or answer it is, or where it is a part.
func (m *model) uses() map[string]string {
	uses := map[string]string{}
	parents := map[string][]string{}
	for _, name := range m.shapeNames() {
		s := m.Shapes[name]
		parts := []string{s.Member.Shape, s.Value.Shape}
		for _, mm := range s.Members {
			parts = append(parts, mm.Shape)
		}
		for _, part := range parts {
			if part != "" && !slices.Contains(parents[part], name) {
				parents[part] = append(parents[part], name)
			}
		}
	}
	for _, name := range m.shapeNames() {
		if list := parents[name]; len(list) > 0 {
			uses[name] = "is a part of " + strings.Join(list, ", ") + "."
		} else {
			uses[name] = "is a structure of the service model."
		}
	}
	for _, name := range m.operationNames() {
		o := m.Operations[name]
		uses[o.Input.Shape] = "is the request of " + name + "."
		if o.Output != nil {
			uses[o.Output.Shape] = "is the answer of " + name + "."
			if len(m.Shapes[o.Output.Shape].Members) == 0 {
				uses[o.Output.Shape] = "is the answer of " + name + ": an empty object."
			}
		}
	}
	return uses
}

// memberDoc says what the model demands of a member.
func (m *model) memberDoc(mm member, required bool) string {
	var sentences []string
	if required {
		sentences = append(sentences, "Required.")
	}
	s := m.Shapes[mm.Shape]
	if limits := m.limits(s); limits != "" {
		sentences = append(sentences, limits)
	}
	switch s.Type {
	case "list":
		if limits := m.limits(m.Shapes[s.Member.Shape]); limits != "" {
			sentences = append(sentences, "Each: "+limits)
		}
	case "map":
		if limits := m.limits(m.Shapes[s.Key.Shape]); limits != "" {
			sentences = append(sentences, "Keys: "+limits)
		}
		if limits := m.limits(m.Shapes[s.Value.Shape]); limits != "" {
			sentences = append(sentences, "Values: "+limits)
		}
	}
	if m.holdsSensitive(mm.Shape) && s.Type != "structure" {
		sentences = append(sentences, "Sensitive.")
	}
	return strings.Join(sentences, " ")
}

// limits puts the constraints of a shape into words.
func (m *model) limits(s *shape) string {
	unit := map[string]string{
		"string": " characters", "list": " entries", "map": " entries", "blob": " bytes",
	}[s.Type]
	var parts []string
	switch {
	case s.Min != nil && s.Max != nil && *s.Min == *s.Max:
		parts = append(parts, s.Min.String()+unit)
	case s.Min != nil && s.Max != nil:
		parts = append(parts, s.Min.String()+" to "+s.Max.String()+unit)
	case s.Max != nil:
		parts = append(parts, "at most "+s.Max.String()+unit)
	case s.Min != nil:
		parts = append(parts, "at least "+s.Min.String()+unit)
	}
	if s.Pattern != "" {
		parts = append(parts, "matching "+s.Pattern)
	}
	if s.Document {
		parts = append(parts, "any JSON")
	}
	if len(parts) == 0 {
		return ""
	}
	return upperFirst(strings.Join(parts, ", ")) + "."
}

// comment wraps text into comment lines.
func comment(text string) string {
	var b strings.Builder
	line := "//"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > 100 && line != "//" {
			b.WriteString(line + "\n")
			line = "//"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
	return b.String()
}
