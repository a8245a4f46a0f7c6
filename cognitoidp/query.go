package cognitoidp

import (
	"net/url"
	"strconv"
)

// EncodeQuery writes a value of the shape, or a pointer to one, as parameters of the AWS query
// protocol: nested members with dots, lists as X.member.1, maps as X.entry.1.key and X.entry.1.value,
// times in RFC 3339. A scalar on its own has the shape's name.
func (s *Shape) EncodeQuery(v any) url.Values {
	values := url.Values{}
	prefix := ""
	if s.Kind != KindStructure {
		prefix = s.Name
	}
	addQuery(values, s, prefix, s.Tree(v))
	return values
}

func addQuery(values url.Values, s *Shape, name string, tree any) {
	switch s.Kind {
	case KindStructure:
		object, _ := tree.(map[string]any)
		for _, m := range s.Members {
			if value, ok := object[m.Name]; ok {
				addQuery(values, m.Shape, dotted(name, m.Name), value)
			}
		}
	case KindList:
		elements, _ := tree.([]any)
		if len(elements) == 0 {
			values.Set(name, "") // present and empty
		}
		for i, element := range elements {
			addQuery(values, s.Element, name+".member."+strconv.Itoa(i+1), element)
		}
	case KindMap:
		object, _ := tree.(map[string]any)
		if len(object) == 0 {
			values.Set(name, "")
		}
		for i, key := range sortedNames(object) {
			entry := name + ".entry." + strconv.Itoa(i+1)
			values.Set(entry+".key", key)
			addQuery(values, s.Element, entry+".value", object[key])
		}
	default:
		values.Set(name, scalarText(s, tree))
	}
}

func dotted(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}
