package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// model is what the generator uses of the service model (botocore's format).
type model struct {
	Operations map[string]*operation
	Shapes     map[string]*shape
}

type operation struct {
	Name     string
	Input    ref
	Output   *ref
	Errors   []ref
	AuthType string `json:"authtype"`
	Inferred string `json:"x-inferred-authtype"`
}

type ref struct{ Shape string }

type shape struct {
	Name         string `json:"-"`
	Type         string
	Members      members
	Required     []string
	Member       ref // of a list
	Key, Value   ref // of a map
	Min, Max     *json.Number
	Pattern      string
	Enum         []string
	InferredEnum []string `json:"x-inferred-enum"`
	Sensitive    bool
	Document     bool
	Exception    bool
	Fault        bool
}

// members keep the order of the model.
type members []member

type member struct {
	Name  string
	Shape string
}

func (m *members) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return fmt.Errorf("a member is called %v", token)
		}
		var r ref
		if err := decoder.Decode(&r); err != nil {
			return err
		}
		*m = append(*m, member{Name: name, Shape: r.Shape})
	}
	return nil
}

// alsoSensitive are shapes that hold secrets although the model does not say so.
var alsoSensitive = map[string]bool{
	"ConfirmationCodeType": true,
	"PreSignedUrlType":     true, // whoever has it can upload
	"ProviderDetailsType":  true, // client secrets and private keys of upstream providers
}

// corrected are patterns that contradict the model's own documentation: custom domains, which have dots,
// are sent in the member of prefixes.
var corrected = map[string]string{
	"DomainType": `^[a-z0-9](?:[a-z0-9.\-]{0,61}[a-z0-9])?$`,
}

func parseModel(data []byte) (*model, error) {
	m := &model{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("read the service model: %w", err)
	}
	for name, s := range m.Shapes {
		s.Name = name
		s.Enum = append(s.Enum, s.InferredEnum...)
		s.Sensitive = s.Sensitive || alsoSensitive[name]
		if pattern, ok := corrected[name]; ok {
			s.Pattern = pattern
		}
	}
	return m, nil
}

// shapeNames are all shapes, sorted.
func (m *model) shapeNames() []string { return slices.Sorted(maps.Keys(m.Shapes)) }

// operationNames are all operations, sorted.
func (m *model) operationNames() []string { return slices.Sorted(maps.Keys(m.Operations)) }

func (s *shape) requires(name string) bool { return slices.Contains(s.Required, name) }

func (s *shape) isEnum() bool { return s.Type == "string" && len(s.Enum) > 0 }

// goType is the Go type of a shape's values.
func (m *model) goType(name string) string {
	s := m.Shapes[name]
	switch {
	case s.Document:
		return "Document"
	case s.Exception:
		return "Error"
	case s.Type == "structure" || s.isEnum():
		return s.Name
	case s.Type == "list":
		return "[]" + m.goType(s.Member.Shape)
	case s.Type == "map":
		return "map[string]" + m.goType(s.Value.Shape)
	default:
		return map[string]string{
			"string": "string", "integer": "int32", "long": "int64", "boolean": "bool",
			"timestamp": "time.Time", "blob": "[]byte",
		}[s.Type]
	}
}

// fieldType is the Go type of a member: a pointer where absence cannot be told otherwise.
func (m *model) fieldType(name string, required bool) string {
	s := m.Shapes[name]
	t := m.goType(name)
	switch {
	case s.Document || s.isEnum() || s.Type == "list" || s.Type == "map" || s.Type == "blob":
		return t
	case s.Type == "structure" || !required:
		return "*" + t
	default:
		return t
	}
}

// holdsSensitive tells whether values of a shape can have something that must not be printed.
func (m *model) holdsSensitive(name string) bool {
	s := m.Shapes[name]
	switch {
	case s.Sensitive:
		return true
	case s.Type == "list":
		return m.holdsSensitive(s.Member.Shape)
	case s.Type == "map":
		return m.holdsSensitive(s.Key.Shape) || m.holdsSensitive(s.Value.Shape)
	}
	for _, mm := range s.Members {
		if m.holdsSensitive(mm.Shape) {
			return true
		}
	}
	return false
}

// authorization is the Authorization constant of an operation.
func (m *model) authorization(o *operation) string {
	if o.AuthType != "none" && o.Inferred != "none" {
		return "BySignature"
	}
	input := m.Shapes[o.Input.Shape]
	for _, mm := range input.Members {
		if mm.Name != "AccessToken" {
			continue
		}
		if input.requires("AccessToken") {
			return "ByAccessToken"
		}
		for _, other := range input.Members {
			if other.Name == "Session" {
				return "ByAccessTokenOrSession"
			}
		}
		return "ByAccessToken" // optional in the model, but the only proof there is
	}
	return "ByClient"
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
