package cognitoidp

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// EncodeXML writes a value of the shape, or a pointer to one, in the form of AWS XML protocols: an
// element of the shape's name; members by their names; list elements as <member>; map entries as
// <entry><key/><value/></entry>; times in RFC 3339; blobs in Base64; documents as their JSON text.
func (s *Shape) EncodeXML(v any) []byte {
	var b bytes.Buffer
	writeElement(&b, s, s.Name, s.Tree(v))
	return b.Bytes()
}

func writeElement(b *bytes.Buffer, s *Shape, name string, tree any) {
	b.WriteString("<" + name + ">")
	defer b.WriteString("</" + name + ">")
	switch s.Kind {
	case KindStructure:
		object, _ := tree.(map[string]any)
		for _, m := range s.Members {
			if value, ok := object[m.Name]; ok {
				writeElement(b, m.Shape, m.Name, value)
			}
		}
	case KindList:
		elements, _ := tree.([]any)
		for _, element := range elements {
			writeElement(b, s.Element, "member", element)
		}
	case KindMap:
		object, _ := tree.(map[string]any)
		for _, key := range sortedNames(object) {
			b.WriteString("<entry>")
			writeElement(b, s.Key, "key", key)
			writeElement(b, s.Element, "value", object[key])
			b.WriteString("</entry>")
		}
	default:
		_ = xml.EscapeText(b, []byte(xmlSafe(scalarText(s, tree)))) // a bytes.Buffer takes everything
	}
}

func sortedNames(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// scalarText is a scalar of a value tree as text.
func scalarText(s *Shape, tree any) string {
	switch value := tree.(type) {
	case string:
		if s.Kind != KindDocument {
			return value
		}
	case bool:
		if value {
			return "true"
		}
		return "false"
	case json.Number:
		if s.Kind == KindTimestamp {
			return timeText(value)
		}
		return value.String()
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return ""
	}
	return string(text)
}

// xmlSafe replaces what XML 1.0 cannot carry. A carriage return survives as a reference.
func xmlSafe(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return 0xfffd
		}
		return r
	}, text)
}

// node is an element of a document.
type node struct {
	name     string
	text     strings.Builder
	children []*node
}

// DecodeXML reads what EncodeXML writes into v, a pointer to the shape's Go type. The name of the
// outermost element is not looked at; unknown elements are ignored.
func (s *Shape) DecodeXML(data []byte, v any) error {
	root, err := parseXML(data)
	if err != nil {
		return err
	}
	tree, err := treeOf(s, root)
	if err != nil {
		return err
	}
	return s.FromTree(tree, v)
}

var errNotXML = serialization("The body is not valid XML")

func parseXML(data []byte) (*node, error) {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	decoder.Strict = true
	var open []*node
	var root *node
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, errNotXML
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local}
			switch {
			case len(open) == maxDepth || len(open) == 0 && root != nil:
				return nil, errNotXML
			case len(open) == 0:
				root = n
			default:
				parent := open[len(open)-1]
				parent.children = append(parent.children, n)
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(token)
			}
		case xml.Directive:
			return nil, errNotXML // no document types, no entities
		}
	}
}

// treeOf reads an element along its shape.
func treeOf(s *Shape, n *node) (any, error) {
	switch s.Kind {
	case KindStructure:
		object := map[string]any{}
		for _, m := range s.Members {
			for _, child := range n.children {
				if child.name != m.Name {
					continue
				}
				value, err := treeOf(m.Shape, child)
				if err != nil {
					return nil, err
				}
				object[m.Name] = value
			}
		}
		return object, nil
	case KindList:
		list := []any{}
		for _, child := range n.children {
			value, err := treeOf(s.Element, child)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case KindMap:
		object := map[string]any{}
		for _, entry := range n.children {
			if len(entry.children) != 2 {
				return nil, errNotXML
			}
			value, err := treeOf(s.Element, entry.children[1])
			if err != nil {
				return nil, err
			}
			object[entry.children[0].text.String()] = value
		}
		return object, nil
	case KindString, KindBlob:
		return n.text.String(), nil
	case KindTimestamp:
		return raw(epochText(n.text.String()))
	default:
		return raw(n.text.String())
	}
}

// raw is a scalar whose text is its JSON.
func raw(text string) (any, error) {
	if !json.Valid([]byte(text)) {
		return nil, errNotXML
	}
	return json.RawMessage(text), nil
}
